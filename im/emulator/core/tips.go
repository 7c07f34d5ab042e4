package core

import "encoding/json"

// Kinds of group tips (OpType, push-protocol.md section 8.4).
const (
	TipJoined        = 1
	TipQuit          = 2
	TipRemoved       = 3
	TipAdminSet      = 4
	TipAdminRemoved  = 5
	TipGroupChanged  = 6
	TipMemberChanged = 7
)

// systemAccount signs what no user did.
const systemAccount = "@TIM#SYSTEM"

// tipBody is what a tip tells.
type tipBody struct {
	Op       int
	Operator string
	Members  []*member
	Count    int // members afterwards
	Changes  map[string]any
	Mute     *int64
}

type tipMember struct {
	User string `json:"User_Account"`
	Nick string `json:"NickName"`
	Face string `json:"ImageUrl"`
}

type tipMute struct {
	User string `json:"User_Account"`
	Time int64  `json:"ShutupTime"`
}

func (b tipBody) encode() json.RawMessage {
	body := struct {
		Op       int            `json:"OpType"`
		Operator string         `json:"Operator_Account"`
		Count    int            `json:"MemberNum"`
		List     []string       `json:"List_Account"`
		Extra    []tipMember    `json:"MsgMemberExtraInfo"`
		Changes  map[string]any `json:"MsgGroupNewInfo,omitempty"`
		Mutes    []tipMute      `json:"MsgMemberInfo,omitempty"`
	}{Op: b.Op, Operator: b.Operator, Count: b.Count, List: []string{}, Extra: []tipMember{}, Changes: b.Changes}
	for _, m := range b.Members {
		pub := m.acc.pub
		body.List = append(body.List, pub.ID)
		body.Extra = append(body.Extra, tipMember{User: pub.ID, Nick: pub.Nick, Face: pub.Face})
		if b.Mute != nil {
			body.Mutes = append(body.Mutes, tipMute{User: pub.ID, Time: *b.Mute})
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic("core: plain values must encode: " + err.Error())
	}
	return text
}

// tip tells all members of a group what happened.
func (t *txn) tip(by Actor, g *group, body tipBody) error { return t.tipTo(by, g, body, g.uids) }

// tipWith is tip for members who are just coming in, too.
func (t *txn) tipWith(by Actor, g *group, body tipBody, joined []*member) error {
	to := append([]uint32(nil), g.uids...)
	for _, m := range joined {
		to = append(to, m.acc.pub.UID)
	}
	return t.tipTo(by, g, body, to)
}

// tipTo tells what happened. Where the type keeps tips they are stored as messages and take
// a sequence; elsewhere they only reach who is online. The acting connection learns of it
// too, as it did not send this message itself.
func (t *txn) tipTo(by Actor, g *group, body tipBody, to []uint32) error {
	if body.Operator == "" {
		body.Operator = by.User
	}
	acc := t.c.accounts[body.Operator]
	m := &Message{
		Group: g.info.ID, From: systemAccount, Time: t.time, ClientTime: t.time, Priority: 1, Random: randomNumber(),
		Tip: true, Body: body.encode(), TinyID: "0",
	}
	m.sign(acc, g)
	var sender uint32
	if acc != nil {
		sender = acc.pub.UID
	}
	if !g.rules().tips && g.rules().history { // in a live room nothing is stored, but all is numbered
		m.OnlineOnly = true
		m.Seq = t.lastSeq(g)
		t.tell(GroupMessage{Audience: Audience{To: to}, Group: g.ref, Msg: m, Operator: sender})
		return nil
	}
	if err := t.appendMessage(g, sender, m); err != nil {
		return err
	}
	t.tell(GroupMessage{Audience: Audience{To: to}, Group: g.ref, Msg: m, Operator: sender})
	return nil
}
