package convert

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"reddot/im"
	"reddot/im/wire"
)

// Texts are the words of the adapters in the language of the configuration.
type Texts struct{ English bool }

// Pick returns the text in the language of the configuration.
func (t Texts) Pick(chinese, english string) string {
	if t.English {
		return english
	}
	return chinese
}

// Doing says what is tried and with what, as in "send to GROUPshop".
func (t Texts) Doing(chinese, english, object string) string {
	if !t.English && strings.HasSuffix(chinese, "：") {
		return chinese + object // the colon brings its own space
	}
	return t.Pick(chinese, english) + " " + object
}

// Refused is the error that a refusal of the service stands for, explained where its code is known.
func (t Texts) Refused(doing string, result wire.Error) error {
	err := &im.Error{Doing: doing, Code: result.Code, Info: result.Info, Class: classOf(result.Code), LoginEnded: endsLogin(result.Code)}
	if code, known := wire.Lookup(result.Code); known {
		err.Cause = t.Pick(code.CauseZH, code.CauseEN)
		err.Remedy = t.Pick(code.RemedyZH, code.RemedyEN)
	}
	return err
}

// classOf sorts Tencent's codes by what can be done about them.
func classOf(code int) im.Class {
	known, _ := wire.Lookup(code)
	switch {
	case strings.HasSuffix(known.Name, "_internal"), strings.HasSuffix(known.Name, "_timeout"),
		strings.HasSuffix(known.Name, "_rate"), known.Name == "too_many_requests":
		return im.ClassTemporary
	case code >= 70000 && code < 71000, known.Name == "not_admin":
		return im.ClassPermission
	}
	switch code {
	case wire.CodeMsgTicket, wire.CodeNotAdmin, wire.CodeGroupPermission, wire.CodeKickedHello, wire.CodeWebKicked:
		return im.ClassPermission
	}
	return im.ClassRefused
}

// endsLogin tells whether a code says that the login is over, whatever was asked.
func endsLogin(code int) bool {
	return IsExpired(code) || code == wire.CodeKickedHello || code == wire.CodeWebKicked
}

// IsExpired tells whether a code means that a fresh signature is needed (push-protocol, section 9).
func IsExpired(code int) bool { return code == wire.CodeSigExpired || code == wire.CodeMsgTicket }

// WantsAdmin says what to do about a signature over REST that is the user's own.
func (t Texts) WantsAdmin() string {
	return t.Pick(
		`REST 要应用管理员的签名，不是用户自己的：让后台为管理员签发（配置项 admin，默认 administrator）；或在账号里写 mode = "push"，用自己的签名登录长连接`,
		`REST wants the signature of an app admin, not the user's own: let the backend sign for the admin (the setting admin, administrator by default); or set mode = "push" in the profile, which logs in with the user's own`)
}

// Usage is the error of a request that is wrong before it leaves.
func (t Texts) Usage(doing string, err error) error {
	return &im.Error{Doing: doing, Class: im.ClassUsage, Err: err}
}

// Damaged is the error of an answer that cannot be read.
func (t Texts) Damaged(doing string, err error) error {
	return &im.Error{
		Doing: doing, Class: im.ClassTemporary, Err: err,
		Cause:  t.Pick("服务的应答无法解析", "the service's answer cannot be read"),
		Remedy: t.Pick("再试一次；若总是如此，用 reddot doctor 看地址是不是 IM 服务的", "try again; if it stays so, reddot doctor tells whether the address is the service's"),
	}
}

// Interrupted is the error of a request whose caller no longer waits.
func (t Texts) Interrupted(doing string, err error) error {
	cause := t.Pick("已取消", "cancelled")
	if errors.Is(err, context.DeadlineExceeded) {
		cause = t.Pick("在规定时间内没有应答", "no answer in time")
	}
	return &im.Error{Doing: doing, Class: im.ClassTemporary, Err: err, Cause: cause}
}

// TooLong is the error of a message with more bytes than the service takes.
func (t Texts) TooLong(doing string, size int) error {
	return &im.Error{
		Doing: doing, Class: im.ClassUsage, Code: wire.CodeContentTooLong,
		Err: fmt.Errorf("%d bytes, at most %d", size, wire.MaxMessage),
		Cause: t.Pick(fmt.Sprintf("消息有 %d 字节，上限是 %d 字节", size, wire.MaxMessage),
			fmt.Sprintf("the message has %d bytes, at most %d are allowed", size, wire.MaxMessage)),
		Remedy: t.Pick("缩短后重试", "shorten it"),
	}
}

// ErrNoConversation is the reason to refuse a conversation id of neither form.
var ErrNoConversation = errors.New("neither a group nor a C2C conversation")

// ResultOf reads the result of an answer without decoding the rest of it. The error says that the answer is no JSON document.
func ResultOf(answer []byte) (wire.Result, error) {
	var result wire.Result
	s := NewScanner(answer, nil)
	for key := range s.Object() {
		switch key {
		case "ErrorCode":
			result.ErrorCode = int(s.Number())
		case "ErrorInfo":
			result.ErrorInfo = s.Text()
		case "ActionStatus":
			result.ActionStatus = s.Text()
		default:
			s.Skip()
		}
	}
	return result, s.Err()
}
