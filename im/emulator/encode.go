package emulator

import (
	"encoding/json"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// encoded returns the wire form of a group message, or of a tip in history, made once and
// kept beside it.
func encoded(m *core.Message, g *core.GroupRef) ([]byte, error) {
	if kept := m.Memo.Load(); kept != nil {
		return *kept, nil
	}
	var form any = wireMessage(m, g)
	if m.Tip {
		form = historyTip{Event: wire.EventGroupTip, GroupTip: wireTip(m, g)}
	}
	text, err := wire.Marshal(form)
	if err != nil {
		return nil, err
	}
	m.Memo.Store(&text)
	return text, nil
}

func groupInfo(m *core.Message, g *core.GroupRef) wire.MessageGroupInfo {
	return wire.MessageGroupInfo{
		GroupID: g.ID, GroupName: g.Name, GroupType: string(g.Type), FromNick: m.Nick, FromHeadURL: m.Face,
		SenderExtraInfo: &wire.SenderExtraInfo{NameCard: m.Card},
	}
}

func wireMessage(m *core.Message, g *core.GroupRef) wire.GroupMessage {
	form := wire.GroupMessage{
		FromAccount: m.From, ToGroupID: g.ID, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time, MsgClientTime: m.ClientTime,
		ClientSeq: m.ClientSeq, MsgPriority: m.Priority, TinyID: m.TinyID, NeedReadReceipt: flag(m.NeedReceipt),
		OnlineOnlyFlag: flag(m.OnlineOnly), CloudCustomData: m.Cloud, MsgVersion: uint32(m.Version), MsgBody: wire.MsgBody(m.Body),
		SupportMessageExtension: flag(m.Extensible), GroupAtInfo: wireMentions(m.Mentions), SendMsgControl: wireControl(m), GroupInfo: groupInfo(m, g),
	}
	if m.Recalled {
		// The body stays: without it the Web SDK 2.27.6 does not know the message again and
		// counts it after a lost connection.
		form.IsPlaceMsg = wire.PlaceRecalled
		form.RevokerInfo = revoker(m)
	}
	return form
}

func wireControl(m *core.Message) *wire.MsgControl {
	if !m.NoUnread && !m.NoLast {
		return nil
	}
	return &wire.MsgControl{NoUnread: flag(m.NoUnread), NoLastMsg: flag(m.NoLast)}
}

func wireMentions(list []core.Mention) []wire.Mention {
	var mentions []wire.Mention
	for _, m := range list {
		mentions = append(mentions, wire.Mention{AtAll: flag(m.All), Account: m.User})
	}
	return mentions
}

func coreMentions(list []wire.Mention) []core.Mention {
	var mentions []core.Mention
	for _, m := range list {
		mentions = append(mentions, core.Mention{User: m.Account, All: m.AtAll == 1})
	}
	return mentions
}

// historyTip is a tip as history carries it.
type historyTip struct {
	Event      int `json:"Event"`
	IsPlaceMsg int `json:"IsPlaceMsg"`
	wire.GroupTip
}

// wireTip is a tip, in history or on its way. The system sends it, not the operator: from a lost connection the Web SDK tells
// tips from messages by that, and knows again those that it was shown.
func wireTip(m *core.Message, g *core.GroupRef) wire.GroupTip {
	return wire.GroupTip{
		FromAccount: wire.SystemAccount, ToGroupID: g.ID, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time, MsgClientTime: m.ClientTime,
		ClientSeq: m.ClientSeq, TinyID: systemTinyID, MsgBody: wire.MsgBody(m.Body), GroupInfo: groupInfo(m, g),
	}
}

// wireC2C is a message between two as user sees it. To the author's other devices it comes
// with the accounts swapped and IsSyncMsg, which is how the Web SDK knows it as outgoing.
func wireC2C(m *core.Message, sync bool) wire.C2CMessage {
	form := wire.C2CMessage{
		FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Seq, ClientSeq: m.ClientSeq, MsgRandom: m.Random, MsgTimeStamp: m.Time,
		MsgClientTime: m.ClientTime, TinyID: m.TinyID, FromNick: m.Nick, FromHeadURL: m.Face, IsNeedReadReceipt: flag(m.NeedReceipt),
		IsPeerRead: flag(m.PeerRead), OnlineOnlyFlag: flag(m.OnlineOnly), MsgVersion: uint32(m.Version), CloudCustomData: m.Cloud,
		MsgBody: wire.MsgBody(m.Body), SendMsgControl: wireControl(m), SupportMessageExtension: flag(m.Extensible),
	}
	if m.OnlineOnly {
		var none int64
		form.MsgLifeTime = &none
	}
	if m.Recalled {
		form.MsgFlagBits = wire.FlagRecalled
		form.RevokerInfo = revoker(m)
	}
	if sync {
		form.IsSyncMsg, form.FromAccount, form.ToAccount = 1, m.To, m.From
	}
	return form
}

func wireGroup(g core.Group) wire.Group {
	mute := "Off"
	if g.MuteAll {
		mute = "On"
	}
	return wire.Group{
		GroupID: g.ID, Type: string(g.Type), Name: g.Name, Introduction: g.Introduction, Notification: g.Notification, FaceURL: g.FaceURL,
		OwnerAccount: g.Owner, CreateTime: g.CreateTime, InfoSeq: uint32(g.InfoSeq), LastInfoTime: g.LastInfoTime, LastMsgTime: g.LastMsgTime,
		NextMsgSeq: g.NextSeq, MemberNum: uint32(g.MemberNum), MaxMemberNum: uint32(g.MaxMemberNum), ApplyJoinOption: g.ApplyJoin,
		InviteJoinOption: g.InviteJoin, ShutUpAllMember: mute, MuteAllMember: mute, AppDefinedData: wireCustom(g.Custom),
	}
}

func wireCustom(list []core.KV) []wire.KeyValue {
	var custom []wire.KeyValue
	for _, kv := range list {
		custom = append(custom, wire.KeyValue{Key: kv.Key, Value: kv.Value})
	}
	return custom
}

func coreCustom(list []wire.KeyValue) []core.KV {
	var custom []core.KV
	for _, kv := range list {
		custom = append(custom, core.KV{Key: kv.Key, Value: kv.Value})
	}
	return custom
}

// wireMember carries custom fields as REST does; that the real long connection returns them
// too is not verified.
func wireMember(m core.Member) wire.Member {
	return wire.Member{
		MemberAccount: m.User, Role: string(m.Role), JoinTime: m.JoinTime, MsgSeq: m.Read, MsgFlag: m.MsgFlag, ShutUpUntil: m.MuteUntil,
		MuteUntil: m.MuteUntil, NameCard: m.Card, AppMemberDefinedData: wireCustom(m.Custom),
	}
}

func wireSelf(m core.Member) *wire.SelfInfo {
	return &wire.SelfInfo{
		Role: string(m.Role), JoinTime: m.JoinTime, MsgFlag: m.MsgFlag, MsgSeq: m.Read, NameCard: m.Card,
		AppMemberDefinedData: wireCustom(m.Custom),
	}
}

// recvOption numbers the notification setting as conversation rows do.
func recvOption(flag string) int {
	switch flag {
	case core.Discard:
		return 1
	case core.AcceptNotNotify:
		return 2
	}
	return 0
}

// joinRows makes a JSON array of rows that are encoded already.
func joinRows(rows []json.RawMessage) []byte {
	list := []byte{'['}
	for i, row := range rows {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, row...)
	}
	return append(list, ']')
}

// revoker tells who recalled a message.
func revoker(m *core.Message) *wire.RevokerInfo {
	return &wire.RevokerInfo{Account: m.Revoker, Reason: m.Reason}
}
