package emulator

import (
	"context"
	"slices"
	"strconv"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/emulator/webhook"
	"reddot/im/wire"
)

// hooks tell the app's own server what happens here, and ask it before some things do
// (rest-api.md section 7). Nil hooks, where no webhook is set, allow everything and tell
// nobody.
type hooks struct {
	sender *webhook.Sender
	core   *core.Core
	now    func() time.Time
}

// Entries of ForbidCallbackControl.
const (
	forbidBeforeCallback = "ForbidBeforeSendMsgCallback"
	forbidAfterCallback  = "ForbidAfterSendMsgCallback"
)

// Names of platforms, as OptPlatform says them.
const (
	platformREST = "RESTAPI"
	platformIOS  = "iOS"
)

// optPlatform names the platform of a long connection. query_online_status has another name
// for iOS.
func optPlatform(platform int) string {
	if platform == wire.PlatformIOS {
		return platformIOS
	}
	return wire.PlatformName(platform)
}

// after queues an event for the app's server; events with one key keep their order.
func (h *hooks) after(key, command string, by core.Actor, body any) {
	h.sender.After(key, webhook.Event{Command: command, ClientIP: by.IP, Platform: by.Platform, Body: body})
}

// ask asks the app's server. A caller that goes away does not end the question, as its
// answer decides about something that was sent already.
func (h *hooks) ask(ctx context.Context, command string, by core.Actor, body any) webhook.Answer {
	return h.sender.Before(context.WithoutCancel(ctx), webhook.Event{Command: command, ClientIP: by.IP, Platform: by.Platform, Body: body})
}

// What the app's server may answer.
const (
	answerAllow    = 0
	answerDrop     = 2 // do not deliver, but say that it was sent
	answerOwnFirst = 120001
	answerOwnLast  = 130000
)

// refusal is the error that an answer stands for. Codes of the app's own range and that of
// a question without answer are passed on, everything else becomes code.
func refusal(answer webhook.Answer, code int) error {
	own := answer.ErrorCode >= answerOwnFirst && answer.ErrorCode <= answerOwnLast
	switch {
	case answer.ErrorCode == answerAllow:
		return nil
	case own, answer.ErrorCode == webhook.CodeUnanswered:
		code = answer.ErrorCode
	}
	if answer.ErrorInfo == "" {
		answer.ErrorInfo = "refused by the app's server"
	}
	return &wire.Error{Code: code, Info: answer.ErrorInfo}
}

// millis is EventTime where the documentation shows a number, eventTime where it shows a
// string; both are milliseconds.
func (h *hooks) millis() int64     { return h.now().UnixMilli() }
func (h *hooks) eventTime() string { return strconv.FormatInt(h.millis(), 10) }

// publish turns an event of the core into one for the app's server. It runs in the core's
// goroutine and only queues.
func (h *hooks) publish(e core.Event) {
	switch e := e.(type) {
	case core.GroupMessage:
		h.groupMessage(e)
	case core.ReceiptsSent:
		h.receiptsSent(e)
	case core.MessagesRecalled:
		h.recalled(e)
	case core.GroupCreated:
		h.groupCreated(e)
	case core.GroupDestroyed:
		h.groupDestroyed(e)
	case core.GroupChanged:
		h.groupChanged(e)
	case core.MembersJoined:
		h.membersJoined(e)
	case core.MembersLeft:
		h.membersLeft(e)
	case core.MemberChanged:
		h.memberChanged(e)
	case core.AttributesChanged:
		h.attributesChanged(e)
	case core.C2CMessage:
		h.c2cMessage(e)
	case core.C2CRead:
		h.c2cRead(e)
	case core.C2CReceipts:
		h.c2cReceipts(e)
	case core.C2CRecalled:
		h.c2cRecalled(e)
	case core.ProfileChanged:
		h.profileChanged(e)
	case core.FriendshipsChanged:
		h.friendshipsChanged(e)
	}
}

// What a connection's user does, in State.StateChange.
const (
	stateLogin      = "Login"
	stateLogout     = "Logout"
	stateDisconnect = "Disconnect"
	stateTimeOut    = "TimeOut" // a Disconnect too
	stateReplaced   = ""        // the login that took the place tells of it
)

var stateReasons = map[string]string{stateLogin: "Register", stateLogout: "Unregister", stateDisconnect: "LinkClose", stateTimeOut: "TimeOut"}

type hookState struct {
	Command   string `json:"CallbackCommand"`
	EventTime int64  `json:"EventTime"`
	Info      struct {
		Action    string `json:"Action"`
		ToAccount string `json:"To_Account"`
		Reason    string `json:"Reason"`
	} `json:"Info"`
	KickedDevice []hookDevice `json:"KickedDevice,omitempty"`
}

type hookDevice struct {
	Platform string `json:"Platform"`
}

// state tells that a user came or went, and which platforms were kicked by that.
func (h *hooks) state(by core.Actor, action string, kicked ...string) {
	if h == nil {
		return
	}
	const command = "State.StateChange"
	if by.Platform == platformIOS {
		by.Platform = "IOS" // spelt so in this command alone
	}
	body := hookState{Command: command, EventTime: h.millis()}
	body.Info.Action, body.Info.ToAccount, body.Info.Reason = action, by.User, stateReasons[action]
	if action == stateTimeOut {
		body.Info.Action = stateDisconnect
	}
	for _, platform := range kicked {
		body.KickedDevice = append(body.KickedDevice, hookDevice{Platform: platform})
	}
	h.after("user "+by.User, command, by, body)
}

type hookProfile struct {
	Command         string             `json:"CallbackCommand"`
	OperatorAccount string             `json:"Operator_Account"`
	FromAccount     string             `json:"From_Account"`
	EventTime       int64              `json:"EventTime"`
	ProfileItem     []wire.ProfileItem `json:"ProfileItem"`
}

func (h *hooks) profileChanged(e core.ProfileChanged) {
	const command = "Profile.CallbackPortraitSet"
	body := hookProfile{Command: command, OperatorAccount: e.By.User, FromAccount: e.User, EventTime: h.millis(), ProfileItem: []wire.ProfileItem{}}
	for _, item := range e.Items {
		var value wire.Value
		if err := value.UnmarshalJSON(item.Value); err == nil {
			body.ProfileItem = append(body.ProfileItem, wire.ProfileItem{Tag: item.Tag, Value: value})
		}
	}
	h.after("user "+e.User, command, e.By, body)
}

type hookMember struct {
	MemberAccount string `json:"Member_Account"`
}

func hookMembers(users []string) []hookMember {
	members := make([]hookMember, len(users))
	for i, user := range users {
		members[i].MemberAccount = user
	}
	return members
}

func forbids(control []string, which string) bool { return slices.Contains(control, which) }
