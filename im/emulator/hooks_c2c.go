package emulator

import (
	"context"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// hookC2C is a message between two, before or after it was sent.
type hookC2C struct {
	Command         string       `json:"CallbackCommand"`
	FromAccount     string       `json:"From_Account"`
	ToAccount       string       `json:"To_Account"`
	MsgSeq          uint32       `json:"MsgSeq"`
	MsgRandom       uint32       `json:"MsgRandom"`
	MsgTime         int64        `json:"MsgTime"`
	MsgKey          string       `json:"MsgKey"`
	OnlineOnlyFlag  int          `json:"OnlineOnlyFlag"`
	SendMsgResult   *int         `json:"SendMsgResult,omitempty"` // after it was sent
	ErrorInfo       string       `json:"ErrorInfo,omitempty"`
	UnreadMsgNum    *int         `json:"UnreadMsgNum,omitempty"` // of the receiver in all C2C conversations; -1 after a failure
	MsgBody         wire.MsgBody `json:"MsgBody"`
	CloudCustomData string       `json:"CloudCustomData"`
	EventTime       int64        `json:"EventTime"`
}

// pairKey is the same for both directions of a conversation.
func pairKey(x, y string) string { return "pair " + min(x, y) + "\n" + max(x, y) }

func (h *hooks) c2cMessage(e core.C2CMessage) {
	if e.NoCallback {
		return
	}
	m := e.Msg
	body := hookC2C{
		Command: "C2C.CallbackAfterSendMsg", FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTime: m.Time,
		MsgKey: m.MsgKey(), OnlineOnlyFlag: flag(m.OnlineOnly), SendMsgResult: new(int), ErrorInfo: "send msg succeed",
		MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud, EventTime: h.millis(),
	}
	h.after(pairKey(m.From, m.To), body.Command, e.By, func() any {
		body.UnreadMsgNum = h.unread(m.To)
		return body
	})
}

// unread counts a user's unread C2C messages as of now, -1 where that is not possible. The
// core's own goroutine must not call it.
func (h *hooks) unread(user string) *int {
	sum := 0
	counts, err := h.core.C2CUnread(context.Background(), user)
	for _, n := range counts {
		sum += n
	}
	if err != nil {
		sum = -1
	}
	return &sum
}

type hookRead struct {
	Command       string `json:"CallbackCommand"`
	ReportAccount string `json:"Report_Account"`
	PeerAccount   string `json:"Peer_Account"`
	LastReadTime  int64  `json:"LastReadTime"`
	UnreadMsgNum  *int   `json:"UnreadMsgNum"`
}

func (h *hooks) c2cRead(e core.C2CRead) {
	body := hookRead{Command: "C2C.CallbackAfterMsgReport", ReportAccount: e.Reader, PeerAccount: e.Peer, LastReadTime: e.Time}
	h.after(pairKey(e.Reader, e.Peer), body.Command, e.By, func() any {
		body.UnreadMsgNum = h.unread(e.Reader)
		return body
	})
}

type hookC2CReceipts struct {
	Command         string           `json:"CallbackCommand"`
	OperatorAccount string           `json:"Operator_Account"`
	PeerAccount     string           `json:"Peer_Account"`
	C2CMsgInfo      []hookC2CReceipt `json:"C2CMsgInfo"`
	EventTime       int64            `json:"EventTime"`
}

type hookC2CReceipt struct {
	FromAccount string `json:"From_Account"`
	ToAccount   string `json:"To_Account"`
	MsgKey      string `json:"MsgKey"`
}

func (h *hooks) c2cReceipts(e core.C2CReceipts) {
	body := hookC2CReceipts{Command: "C2C.CallbackAfterMsgReadReceipt", OperatorAccount: e.Reader, EventTime: h.millis()}
	for _, m := range e.Items {
		body.PeerAccount = m.From
		body.C2CMsgInfo = append(body.C2CMsgInfo, hookC2CReceipt{FromAccount: m.From, ToAccount: m.To, MsgKey: m.MsgKey()})
	}
	h.after(pairKey(body.PeerAccount, e.Reader), body.Command, e.By, body)
}

type hookWithdrawn struct {
	Command      string `json:"CallbackCommand"`
	FromAccount  string `json:"From_Account"`
	ToAccount    string `json:"To_Account"`
	MsgKey       string `json:"MsgKey"`
	UnreadMsgNum *int   `json:"UnreadMsgNum"`
}

func (h *hooks) c2cRecalled(e core.C2CRecalled) {
	m := e.Msg
	body := hookWithdrawn{Command: "C2C.CallbackAfterMsgWithDraw", FromAccount: m.From, ToAccount: m.To, MsgKey: m.MsgKey()}
	h.after(pairKey(m.From, m.To), body.Command, e.By, func() any {
		body.UnreadMsgNum = h.unread(m.To)
		return body
	})
}
