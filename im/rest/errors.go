package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"reddot/im"
	"reddot/im/wire"
)

var (
	errNoAnswer = errors.New("no answer in time")
	errTooLarge = fmt.Errorf("the answer has more than %d bytes", maxAnswer)
	errEndless  = errors.New("the list does not end")
	errNoList   = errors.New("the list is missing")
	// What is said of an answer that names no message: the message is sent again with the same Random, and so is there once.
	errNoSequence = errors.New("it names no MsgSeq")
	errNoTime     = errors.New("it names no MsgTime")
	errNoCount    = errors.New("it has no count")
)

// notTheService says that somebody else answered: a gateway, a proxy, the login page of a network.
type notTheService struct{ what string }

func (e *notTheService) Error() string { return "the answer is " + e.what }

// connecting says what is tried, with the address in a form that may be shown.
func (c *Client) connecting() string {
	at, _ := c.address.now()
	return c.texts.Doing("连接", "connect to", at.shown)
}

// unreachable is the error of a service that does not answer. Of a failed call only the network's own words are kept: the URL
// around them has the signature in it.
func (c *Client) unreachable(doing string, err error) error {
	err = wire.WithoutURL(err)
	result := &im.Error{
		Doing: doing, Class: im.ClassUnreachable, Err: err,
		Cause: c.texts.Pick("服务没有应答："+err.Error(), "the service does not answer: "+err.Error()),
		Remedy: c.texts.Pick("检查地址和网络；本机服务用 reddot serve 启动",
			"check the address and the network; reddot serve starts a local server"),
	}
	var other *notTheService
	if errors.As(err, &other) {
		result.Cause = c.texts.Pick("应答不是 IM 服务发出的（"+other.what+"）", "somebody else answered ("+other.what+")")
		result.Remedy = c.texts.Pick("检查地址、代理，以及网络是否要求网页登录", "check the address, the proxy, and whether the network wants a login on a web page")
	}
	return result
}

// refused is the error of a refusal of the service. A message that came too fast is refused for good: the service remembers
// its Random, so repeating it would be taken for a duplicate and dropped (rest-api, section 1.5).
func (c *Client) refused(doing string, result wire.Error) error {
	err := c.texts.Refused(doing, result)
	var coded *im.Error
	if !errors.As(err, &coded) {
		return err
	}
	switch result.Code {
	case wire.CodeGroupRate:
		coded.Class = im.ClassRefused
	case wire.CodeSigIdentifier:
		coded.Remedy = c.texts.WantsAdmin()
	case wire.CodeNotAdmin:
		coded.Remedy = c.texts.Pick(
			fmt.Sprintf("%s 不是应用管理员：在控制台“帐号管理”里设为管理员，或用配置项 admin 换一个", c.options.Admin),
			fmt.Sprintf("%s is no app admin: make it one in the console (帐号管理), or name another in the setting admin", c.options.Admin))
		if c.options.Admin == c.options.User {
			coded.Remedy = c.texts.WantsAdmin()
		}
	}
	return coded
}

// unknownUser names the user whom the service does not know.
func (c *Client) unknownUser(refusal error) error {
	var coded *im.Error
	if !errors.As(refusal, &coded) {
		return refusal
	}
	named := *coded
	named.Cause = c.texts.Pick("应用里没有用户 "+c.options.User, "the application has no user "+c.options.User)
	return &named
}

// unsigned is the error of a signature that is not to be had.
func (c *Client) unsigned(err error) error {
	return &im.Error{
		Doing: c.texts.Doing("获取 UserSig：", "get a UserSig for", c.options.Admin), Class: im.ClassPermission, Err: err,
	}
}

// repeatable are the codes after which the same call may succeed (rest-api, section 1.5).
var repeatable = []int{
	60007, 60008, 60011, 60018, 60019, 10002, 10006, 20004, 20005, 70169, 70202, 70500, 90992, 90994, 90995, 91000, 40006, 50004, 50005,
}

// mayRepeat says whether another try of the same call makes sense.
func mayRepeat(err error) bool {
	var coded *im.Error
	if !errors.As(err, &coded) || errors.Is(err, context.Canceled) {
		return false
	}
	if coded.Code != 0 {
		return slices.Contains(repeatable, coded.Code)
	}
	return coded.Class == im.ClassTemporary || coded.Class == im.ClassUnreachable
}

// isFinal says whether the service refused, and would again.
func isFinal(err error) bool {
	var coded *im.Error
	return errors.As(err, &coded) && coded.Code != 0 && !mayRepeat(err)
}

// codeOf returns Tencent's code inside an error, 0 if there is none.
func codeOf(err error) int {
	var coded *im.Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return 0
}

// lacksReceipts says whether a refusal means that this account has no receipts at all: the edition lacks them, or the
// service does not know the command.
func lacksReceipts(err error) bool {
	switch codeOf(err) {
	case codeEdition, codeDisabled, wire.CodeGroupCommand, wire.CodeUnknown:
		return true
	}
	return false
}

// refusesSelf says whether a service takes no message to oneself, which no document promises: it names the sender or the
// receiver as the mistake (rest-api, section 4.1).
func refusesSelf(err error) bool {
	switch codeOf(err) {
	case codeParties, codeReceiver, codeSender:
		return true
	}
	return false
}

// refusesReceipts says whether a group has no receipts for now. An answer that was too large says nothing about them.
func refusesReceipts(err error) bool { return isFinal(err) && codeOf(err) != wire.CodeReplyTooLarge }

// Codes that only this adapter acts upon (rest-api, section 1.6).
const (
	codeEdition  = 10059
	codeDisabled = 10026
	codeParties  = 20003
	codeReceiver = 90003
	codeSender   = 90008
)
