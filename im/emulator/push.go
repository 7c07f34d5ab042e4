package emulator

import (
	"bytes"
	"math/rand/v2"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// publish turns an event of the core into pushes. It runs in one goroutine, in the order of
// the commits, and only queues.
func (s *Server) publish(e core.Event) {
	s.feed(e)
	if !s.hub.anybody() {
		return
	}
	switch e := e.(type) {
	case core.GroupMessage:
		s.pushGroupMessage(e)
	case core.C2CMessage:
		s.pushC2CMessage(e)
	case core.GroupRead:
		s.pushTip(e.Audience, e.Group, e.User, wire.GroupReadSync{GroupReadInfoArray: wire.List[wire.GroupReadInfo]{
			{GroupID: e.Group.ID, LastReadMsgSeq: e.Seq},
		}}, nil)
	case core.GroupReceipts:
		s.pushGroupReceipts(e)
	case core.C2CRead:
		s.pushC2CRead(e)
	case core.C2CReceipts:
		s.pushC2CReceipts(e)
	case core.Notice:
		s.pushNotice(e)
	case core.GroupRecalled:
		s.pushRecall(e)
	case core.C2CRecalled:
		s.pushC2CRecall(e)
	case core.Edited:
		s.pushEdit(e)
	case core.ConversationsChanged:
		s.pushConversations(e)
	case core.ProfileChanged:
		s.pushProfile(e)
	case core.AttributesChanged:
		s.pushGroupNotice(e.Audience, e.By, e.Group, attributesNoticeOf(e))
	case core.CountersChanged:
		s.pushGroupNotice(e.Audience, e.By, e.Group, countersNoticeOf(e))
	case core.C2CFlagChanged:
		s.pushC2CFlag(e)
	case core.ExtensionsChanged:
		s.pushExtensions(e)
	case core.RelationsChanged:
		s.pushRelations(e)
	case core.Emptied:
		s.hub.count(func(c *connection) { c.end() })
		s.forgetMedia()
	case core.Kicked:
		s.hub.each(e.To, 0, func(_ uint32, c *connection) { s.kickLater(c) })
	}
}

// kickLater ends a login outside the hub, whose lists it changes.
func (s *Server) kickLater(c *connection) { go c.kick(wire.KickByREST) }

// tell pushes an event, encoded once, to everybody concerned.
func (s *Server) tell(to core.Audience, event wire.Event) {
	text, err := wire.Marshal(event)
	if err != nil {
		s.log.Error("Cannot encode a push", "event", event.Event, "error", err)
		return
	}
	s.pushTo(to, push{event: text})
}

// pushToGroup is pushTo for members who do not poll, as they do in live rooms.
func (s *Server) pushToGroup(to core.Audience, g *core.GroupRef, p push) {
	p.files = bytes.Contains(p.event, mediaMark)
	if g.Type != core.AVChatRoom {
		s.pushTo(to, p)
		return
	}
	s.hub.each(to.To, to.Except, func(_ uint32, c *connection) {
		l, in := c.who()
		if in && !c.watches(g.ID) {
			c.push(l.account.ID, p)
		}
	})
}

func (s *Server) pushTo(to core.Audience, p push) {
	p.files = bytes.Contains(p.event, mediaMark)
	s.hub.each(to.To, to.Except, func(_ uint32, c *connection) {
		if user := c.user(); user != "" {
			c.push(user, p)
		}
	})
}

func (s *Server) pushGroupMessage(e core.GroupMessage) {
	if e.Msg.Tip {
		s.pushMemberTip(e)
		return
	}
	text, err := encoded(e.Msg, e.Group)
	if err != nil {
		s.log.Error("Cannot encode a group message", "group", e.Group.ID, "seq", e.Msg.Seq, "error", err)
		return
	}
	const head, tail = `{"Event":3,"GroupMsgArray":[`, `]}`
	event := make([]byte, 0, len(head)+len(text)+len(tail))
	event = append(append(append(event, head...), text...), tail...)
	s.pushToGroup(e.Audience, e.Group, push{event: event})
	if len(e.Msg.Mentions) > 0 {
		s.pushMentions(e)
	}
}

// pushMemberTip tells what happened in a group. Clients do not see from the sender that it was their own doing, so that the
// operator is told not to count it.
func (s *Server) pushMemberTip(e core.GroupMessage) {
	event := wire.Event{Event: wire.EventGroupTip, GroupTips: []wire.GroupTip{wireTip(e.Msg, e.Group)}}
	if e.Msg.OnlineOnly {
		event.Event = wire.EventOnlineTip
	}
	text, err := wire.Marshal(event)
	if err != nil {
		s.log.Error("Cannot encode a tip", "group", e.Group.ID, "error", err)
		return
	}
	event.GroupTips[0].SendMsgControl = &wire.MsgControl{NoUnread: 1}
	uncounted, err := wire.Marshal(event)
	if err != nil {
		s.log.Error("Cannot encode a tip", "group", e.Group.ID, "error", err)
		return
	}
	others, operator := core.Audience{Except: e.Except}, core.Audience{Except: e.Except}
	for _, uid := range e.To {
		if uid == e.Operator {
			operator.To = append(operator.To, uid)
		} else {
			others.To = append(others.To, uid)
		}
	}
	s.pushToGroup(others, e.Group, push{event: text})
	s.pushToGroup(operator, e.Group, push{event: uncounted})
}

func (s *Server) pushC2CMessage(e core.C2CMessage) {
	for _, side := range []struct {
		uid  uint32
		sync bool
	}{{e.ToUID, false}, {e.Sync, true}} {
		if side.uid == 0 {
			continue
		}
		text, err := wire.Marshal(wire.Event{Event: wire.EventC2CMessage, C2CMsgArray: []wire.C2CMessage{wireC2C(e.Msg, side.sync)}})
		if err != nil {
			s.log.Error("Cannot encode a message", "error", err)
			return
		}
		s.pushTo(core.Audience{To: []uint32{side.uid}, Except: e.Except}, push{event: text, last: position{c2c: e.Msg.ID}})
	}
}

// pushTip pushes a system notice about a group: read sync, receipts, recalls and the like.
func (s *Server) pushTip(to core.Audience, g *core.GroupRef, from string, content wire.TipContent, revoker *wire.RevokerInfo) {
	body, err := wire.NewTipBody(content)
	if err != nil {
		s.log.Error("Cannot encode a notice", "group", g.ID, "error", err)
		return
	}
	tip := s.newTip(g, from)
	tip.RevokerInfo, tip.MsgBody = revoker, body
	s.tell(to, wire.Event{Event: wire.EventGroupSystem, GroupTips: []wire.GroupTip{tip}})
}

// newTip is a notice about a group without content, under numbers of its own.
func (s *Server) newTip(g *core.GroupRef, from string) wire.GroupTip {
	now := s.core.Now()
	return wire.GroupTip{
		FromAccount: from, ToGroupID: g.ID, MsgSeq: rand.Uint32N(1 << 31), MsgRandom: rand.Uint32N(1 << 31), MsgTimeStamp: now, MsgClientTime: now,
		GroupInfo: wire.MessageGroupInfo{GroupID: g.ID, GroupName: g.Name, GroupType: string(g.Type)},
	}
}

func (s *Server) pushGroupReceipts(e core.GroupReceipts) {
	var list wire.List[wire.GroupReceipt]
	for _, r := range e.Items {
		list = append(list, wire.GroupReceipt{
			TinyID: r.TinyID, MsgClientTime: r.ClientTime, MsgRandom: r.Random, MsgSeq: r.Seq, ReadNum: uint32(r.Read), UnreadNum: uint32(r.Unread),
		})
	}
	s.pushTip(e.Audience, e.Group, wire.SystemAccount, wire.GroupReceipts{GroupMsgReceiptList: list}, nil)
}

func (s *Server) pushC2CRead(e core.C2CRead) {
	sync := &wire.C2CReadNotify{UinPairReadArray: wire.List[wire.PairRead]{{FromAccount: e.Peer, LastReadTime: e.Time}}}
	s.tell(core.Audience{To: []uint32{e.ReaderUID}, Except: e.Except}, wire.Event{
		Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{{ReadSync: sync}},
	})
	if e.PeerUID == e.ReaderUID {
		return
	}
	read := &wire.C2CReadNotify{ToAccount: e.Reader, UinPairReadArray: wire.List[wire.PairRead]{{LastReadTime: e.Time}}}
	s.tell(core.Audience{To: []uint32{e.PeerUID}}, wire.Event{
		Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{{ReadReceipt: read}},
	})
}

func (s *Server) pushC2CReceipts(e core.C2CReceipts) {
	event := wire.Event{Event: wire.EventC2CReceipt, UserAccount: e.Reader, PeerAccount: e.Reader, PeerReadTime: e.Time}
	for _, m := range e.Items {
		event.C2CMsgInfo = append(event.C2CMsgInfo, wire.C2CReceipt{TinyID: m.TinyID, MsgClientTime: m.ClientTime, MsgRandom: m.Random})
	}
	s.tell(e.Audience, event)
}

func (s *Server) pushRecall(e core.GroupRecalled) {
	s.pushTip(e.Audience, e.Group, e.Msg.Revoker, wire.GroupWithdraw{GroupWithdrawInfoArray: wire.List[wire.GroupWithdrawInfo]{withdrawInfo(e)}},
		&wire.RevokerInfo{Account: e.Msg.Revoker, Reason: e.Msg.Reason})
}

func withdrawInfo(e core.GroupRecalled) wire.GroupWithdrawInfo {
	m := e.Msg
	return wire.GroupWithdrawInfo{
		GroupID: e.Group.ID, MsgSeq: m.Seq, MsgRandom: m.Random, TinyID: m.TinyID, MsgClientTime: m.ClientTime, MsgTimeStamp: m.Time, FromAccount: m.From,
		LiteRandom: m.Random, RevokerInfo: revoker(m),
	}
}

func (s *Server) pushC2CRecall(e core.C2CRecalled) {
	m := e.Msg
	notice := &wire.C2CWithdrawNotify{C2CWithdrawInfoArray: wire.List[wire.C2CWithdrawInfo]{{
		FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time, TinyID: m.TinyID, MsgClientTime: m.ClientTime,
		LiteRandom: m.Random, RevokerInfo: revoker(m),
	}}}
	s.tell(e.Audience, wire.Event{Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{{Withdraw: notice}}})
}

func (s *Server) pushEdit(e core.Edited) {
	m := e.Msg
	event := wire.Event{Event: wire.EventModified}
	if e.Group != nil {
		event.GroupMsgModNotifys = []wire.GroupMsgMod{{
			GroupID: e.Group.ID, FromAccount: m.From, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time, MsgVersion: uint32(m.Version),
			MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud,
		}}
	} else {
		event.C2CMsgModNotifys = []wire.C2CMsgMod{{
			FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Seq, MsgRandom: m.Random, MsgTimeStamp: m.Time, MsgVersion: uint32(m.Version),
			MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud,
		}}
	}
	s.tell(e.Audience, event)
}

func (s *Server) pushConversations(e core.ConversationsChanged) {
	item := &wire.RecentContactItem{}
	for _, conv := range e.Convs {
		row := wire.RecentContact{Type: wire.ConversationC2C, UserID: conv.Peer, Peer: conv.Peer}
		if conv.Group != "" {
			row = wire.RecentContact{Type: wire.ConversationGroup, GroupID: conv.Group}
		}
		item.RecentContactList = append(item.RecentContactList, row)
	}
	change := wire.RecentContactMod{PushType: int(e.Change), TopItem: item}
	if e.Change == core.ConversationDeleted {
		change = wire.RecentContactMod{PushType: int(e.Change), DeleteItem: item}
	}
	s.tell(e.Audience, wire.Event{Event: wire.EventRecentContact, RecentContactMod: []wire.RecentContactMod{change}})
}

func (s *Server) pushProfile(e core.ProfileChanged) {
	change := wire.ProfileDataMod{ProfileAccount: e.User, PushType: 1}
	for _, item := range e.Items {
		var value wire.Value
		if err := value.UnmarshalJSON(item.Value); err != nil {
			continue // what was stored was decoded by the same rule
		}
		change.ProfileList = append(change.ProfileList, wire.ProfileBytes{Tag: item.Tag, ValueBytes: value})
	}
	s.tell(e.Audience, wire.Event{Event: wire.EventProfile, ProfileDataMod: []wire.ProfileDataMod{change}})
}
