package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// systemTinyID is the sender of notices and tips as the Web SDK was seen to accept it.
const systemTinyID = "144115198244471703"

func noticeEvent(e core.Notice, to string) (wire.Event, error) {
	body, err := wire.NewTipBody(wire.GroupNotice{
		ReportType: e.Type, OperatorAccount: e.Operator, MsgKey: wire.Int(e.Key), RemarkInfo: e.Remark, Authentication: e.Auth,
		UserDefinedField: e.Text, MsgFlag: e.MsgFlag,
	})
	return wire.Event{Event: wire.EventGroupSystem, GroupTips: []wire.GroupTip{{
		FromAccount: wire.SystemAccount, ToAccount: to, ToGroupID: e.Group.ID, MsgSeq: e.Seq, MsgRandom: e.Random,
		MsgTimeStamp: e.Time, MsgClientTime: e.Time, ClientSeq: e.ClientSeq, TinyID: systemTinyID, MsgBody: body,
		GroupInfo: wire.MessageGroupInfo{
			GroupID: e.Group.ID, GroupName: e.Group.Name, GroupType: string(e.Group.Type), FromAccount: e.Operator, ToAccount: to,
		},
	}}}, err
}

func mentionEvent(m core.Mentioned) wire.Event {
	var flags wire.List[int]
	if m.Me {
		flags = append(flags, wire.AtMe)
	}
	if m.All {
		flags = append(flags, wire.AtAll)
	}
	return wire.Event{Event: wire.EventMention, GroupTips: []wire.GroupTip{{
		FromAccount: m.From, ToGroupID: m.Group.ID, MsgRandom: m.Random, ClientSeq: m.ClientSeq, MsgTimeStamp: m.Time,
		GroupAtTips: &wire.GroupAtTips{FromAccount: m.From, GroupID: m.Group.ID, MsgSeq: m.Seq, AtFlagList: flags, GroupAtType: flags},
		GroupInfo:   wire.MessageGroupInfo{GroupID: m.Group.ID, GroupType: string(m.Group.Type)},
	}}}
}

// pushNotice encodes a notice for each receiver, whom it names.
func (s *Server) pushNotice(e core.Notice) {
	s.hub.each(e.To, e.Except, func(_ uint32, c *connection) {
		l, in := c.who()
		told := c.watches(e.Group.ID) && (e.Type == core.NoticeDissolved || e.Type == core.NoticeCustom)
		if !in || told {
			return
		}
		event, err := noticeEvent(e, l.account.ID)
		s.pushEvent(c, l.account.ID, event, e.Queued, err)
	})
}

// pushMentions tells those who are named by an @, each what concerns them.
func (s *Server) pushMentions(e core.GroupMessage) {
	s.hub.each(e.To, e.Except, func(_ uint32, c *connection) {
		l, in := c.who()
		if !in {
			return
		}
		if mention, ok := core.MentionOf(e.Msg, e.Group, l.account.ID); ok {
			s.pushEvent(c, l.account.ID, mentionEvent(mention), e.Queued, nil)
		}
	})
}

func (s *Server) pushEvent(c *connection, user string, event wire.Event, number int64, err error) {
	var text []byte
	if err == nil {
		text, err = wire.Marshal(event)
	}
	if err != nil {
		s.log.Error("Cannot encode a notice", "user", user, "error", err)
		return
	}
	c.push(user, push{event: text, last: position{queued: number}})
}

// queuedEvents is what a user missed, as pushes would have told it. Notices in a row are one event: the official SDK asks
// for pending applications after each event, and lets an error go uncaught once it asks too often.
func (s *Server) queuedEvents(list []core.Queued, user string) wire.List[wire.Event] {
	var events wire.List[wire.Event]
	for _, q := range list {
		switch {
		case q.Mention != nil:
			events = append(events, mentionEvent(*q.Mention))
		case q.Notice != nil && q.Notice.Group != nil:
			event, err := noticeEvent(*q.Notice, user)
			if err != nil {
				s.log.Error("Cannot encode a notice", "user", user, "error", err)
				continue
			}
			events = appendNotice(events, event)
		}
	}
	return events
}

func appendNotice(events wire.List[wire.Event], notice wire.Event) wire.List[wire.Event] {
	if len(events) > 0 && events[len(events)-1].Event == notice.Event {
		last := &events[len(events)-1]
		last.GroupTips = append(last.GroupTips, notice.GroupTips...)
		return events
	}
	return append(events, notice)
}
