package emulator

import (
	"encoding/json"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// incrementalMargin is how far back, in seconds, an incremental list reaches beyond the
// time it was asked from: times are whole seconds, and one could end after it was answered.
const incrementalMargin = 2

// A page of the conversation list holds so many rows and about so many bytes. A reply must
// stay below the largest frame.
const (
	maxListRows  = 1000
	maxListBytes = 256 << 10
)

// listing is a conversation list that goes out in several pages. Each page shows the rows as
// they are when it is made; which rows come in which order was settled with the first.
type listing struct {
	since int64
	now   int64 // when the first page was made: what changes later belongs to the next list
	order []core.ConversationID
}

// pageGet answers with the rows that changed since TimeStamp. A client that is told that there
// are more rows comes back with the TimeStamp and StartIndex of the reply.
func (r *request) pageGet(body wire.PageGetRequest) (any, error) {
	since := max(body.TimeStamp-incrementalMargin, 0)
	begun := r.c.listing.Load()
	if begun != nil && body.StartIndex > 0 && body.TimeStamp == begun.since {
		return r.listPage(begun, body.StartIndex, since)
	}
	return r.listPage(&listing{since: body.TimeStamp}, 0, since)
}

func (r *request) listPage(l *listing, start int, since int64) (any, error) {
	rows, now, err := r.core().ConversationsAt(r.c.ctx, r.user.ID, since, r.keepPlace)
	if err != nil {
		return nil, err
	}
	if start == 0 {
		l.now = now
		for _, row := range rows {
			l.order = append(l.order, row.ID())
		}
	}
	items, next, err := pageOf(rows, l.order, start)
	if err != nil {
		return nil, err
	}
	reply := pageGetReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}, SessionItem: joinRows(items), TimeStamp: l.now, CompleteFlag: 1}
	r.c.listing.Store(nil)
	if next < len(l.order) {
		reply.CompleteFlag, reply.TimeStamp, reply.StartIndex = 0, l.since, next
		r.c.listing.Store(l)
	}
	return reply, nil
}

// pageGetReply is wire.PageGetReply with rows that are encoded already.
type pageGetReply struct {
	wire.DisplayResult
	SessionItem   json.RawMessage `json:"SessionItem"`
	CompleteFlag  int             `json:"CompleteFlag"`
	TimeStamp     int64           `json:"TimeStamp"`
	StartIndex    int             `json:"StartIndex"`
	TopTimeStamp  int64           `json:"TopTimeStamp"`
	TopStartIndex int             `json:"TopStartIndex"`
	GroupItem     wire.List[any]  `json:"GroupItem"`
}

// pageOf encodes rows in the given order from start on, until a page is full. Rows that are
// gone by now are passed over.
func pageOf(rows []core.Conversation, order []core.ConversationID, start int) (items []json.RawMessage, next int, err error) {
	byID := make(map[core.ConversationID]core.Conversation, len(rows))
	for _, row := range rows {
		byID[row.ID()] = row
	}
	size := 0
	for next = min(start, len(order)); next < len(order) && len(items) < maxListRows && size < maxListBytes; next++ {
		row, there := byID[order[next]]
		if !there {
			continue
		}
		session := c2cSession(row)
		if row.Group != nil {
			session = groupSession(row)
		}
		item, err := wire.Marshal(session)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, item)
		size += len(item)
	}
	return items, next, nil
}

func groupSession(row core.Conversation) wire.SessionItem {
	g := row.Group.Group
	session := &wire.GroupSession{
		GroupID: g.ID, UnreadMsgCount: uint32(row.Unread), MsgGroupReadedSeq: row.Group.Self.Read, GroupNextMsgSeq: g.NextSeq,
		GroupNick: g.Name, GroupImage: g.FaceURL, GroupType: string(g.Type),
	}
	item := wire.SessionItem{
		Type: wire.ConversationGroup, GroupSession: session, MsgTimeStamp: row.Time, MsgSeq: row.LastSeq,
		TopFlags: flag(row.Pinned), MsgRecvOption: recvOption(row.Group.Self.MsgFlag),
	}
	m := row.Last
	if m == nil {
		return item
	}
	session.MsgGroupFromAccount, session.MsgGroupFromCardName, session.MsgGroupFromNickName = m.From, m.Card, m.Nick
	item.MsgRandom = m.Random
	item.LastMsg = &wire.LastMessage{MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud}
	switch {
	case m.Recalled:
		item.LastMsgFlags, item.LastMsg.RevokerInfo = wire.LastGroupMsgRecalled, revoker(m)
	case m.Tip:
		tip := wireTip(m, &core.GroupRef{ID: g.ID, Name: g.Name, Type: g.Type})
		item.LastMsg = &wire.LastMessage{Event: wire.EventGroupTip, GroupTips: &tip}
	}
	return item
}

func c2cSession(row core.Conversation) wire.SessionItem {
	session := &wire.C2CSession{
		ToAccount: row.Peer.ID, C2CNick: row.Peer.Nick, C2CImage: row.Peer.Face, C2CPeerReadTime: row.PeerReadTime, Remark: row.Remark,
	}
	item := wire.SessionItem{Type: wire.ConversationC2C, C2CSession: session, MsgTimeStamp: row.Time, TopFlags: flag(row.Pinned), MsgRecvOption: recvOption(row.Flag)}
	m := row.Last
	if m == nil {
		return item
	}
	session.LastFromAccount, session.LastFromLite = m.From, m.From
	item.MsgSeq, item.MsgRandom = m.Seq, m.Random
	item.LastMsg = &wire.LastMessage{MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud}
	if m.Recalled {
		item.LastMsgFlags, item.LastMsg.RevokerInfo = wire.LastC2CMsgRecalled, revoker(m)
	}
	return item
}

// getMsg answers the pull of C2C messages, notices and mentions. An empty cookie asks for the
// unread counts alone, and for all notices and mentions: a client without one has none.
func (r *request) getMsg(body wire.GetMsgRequest) (any, error) {
	reply := wire.GetMsgReply{Result: wire.OK(), SyncFlag: wire.SyncFinished}
	from, err := parseCookie(body.Cookie)
	if err != nil {
		return nil, err
	}
	if body.Cookie != "" {
		from = from.later(r.c.server.positions.of(r.actor().Inst))
	}
	next := position{queued: max(from.queued, r.c.queuedBefore.Load())}
	if body.Cookie == "" {
		next.c2c, err = r.core().LastC2C(r.c.ctx)
	} else {
		var more bool
		if next.c2c, more, err = r.missed(from.c2c, &reply); more {
			reply.SyncFlag = 0
		}
	}
	if err != nil {
		return nil, err
	}
	reply.Cookie = next.cookie()
	queued, err := r.core().Queued(r.c.ctx, r.user.ID, from.queued, next.queued)
	if err != nil {
		return nil, err
	}
	reply.EventArray = r.c.server.queuedEvents(queued, r.user.ID)
	counts, err := r.core().C2CUnreadAt(r.c.ctx, r.user.ID, r.keepPlace)
	if err != nil {
		return nil, err
	}
	for peer, n := range counts {
		reply.C2CPairUnreadCount = append(reply.C2CPairUnreadCount, wire.C2CPairCount{FromAccount: peer, UnreadCount: uint32(n)})
	}
	return reply, nil
}

func (r *request) missed(after int64, reply *wire.GetMsgReply) (next int64, more bool, err error) {
	by := r.actor()
	list, next, more, err := r.core().C2CSince(r.c.ctx, by, after)
	for _, m := range list {
		reply.MsgList = append(reply.MsgList, wireC2C(m, m.From == by.User))
	}
	return next, more, err
}

func (r *request) readAll(body wire.ReadAllRequest) (any, error) {
	reply := wire.ReadAllReply{Result: wire.OK(), C2CReadAllMsg: body.C2CReadAllMsg}
	for _, item := range body.GroupReadInfo {
		result := wire.GroupReadResult{GroupID: item.GroupID, MsgSeq: item.MsgSeq}
		if err := r.core().MarkGroupRead(r.c.ctx, r.actor(), item.GroupID, item.MsgSeq); err != nil {
			result.RetCode = resultOf(err).ErrorCode
		}
		reply.GroupReadInfoArray = append(reply.GroupReadInfoArray, result)
	}
	if body.C2CReadAllMsg != 1 {
		return reply, nil
	}
	counts, err := r.core().C2CUnread(r.c.ctx, r.user.ID)
	if err != nil {
		return nil, err
	}
	for peer := range counts {
		if err := r.core().MarkC2CRead(r.c.ctx, r.actor(), peer, 0); err != nil {
			return nil, err
		}
	}
	return reply, nil
}

func conversationOf(c wire.Contact) core.ConversationID {
	if c.Type == wire.ConversationGroup {
		return core.ConversationID{Group: c.Group()}
	}
	return core.ConversationID{Peer: c.ToAccount}
}

func (r *request) pin(body wire.PinRequest) (any, error) {
	var list []core.ConversationID
	for _, item := range body.RecentContactItem {
		list = append(list, conversationOf(item))
	}
	return nil, r.core().PinConversations(r.c.ctx, r.actor(), list, body.OperationType == wire.PinSet)
}

func (r *request) batchDelete(body wire.BatchDeleteRequest) (any, error) {
	reply := wire.BatchDeleteReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for _, item := range body.ContactItem {
		result := wire.ContactResult{Contact: item}
		if err := r.core().DeleteConversations(r.c.ctx, r.actor(), []core.ConversationID{conversationOf(item)}, body.ClearRamble == 1); err != nil {
			trailer := resultOf(err)
			result.ResultCode, result.ResultInfo = trailer.ErrorCode, trailer.ErrorInfo
		}
		reply.ResultItem = append(reply.ResultItem, result)
	}
	return reply, nil
}

func (r *request) portraitGetAll(body wire.PortraitGetAllRequest) (any, error) {
	users := body.UserItem
	if len(users) == 0 {
		users = wire.List[wire.AccountRef]{{ToAccount: r.user.ID}}
	}
	reply := wire.PortraitReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}}
	for _, user := range users {
		reply.UserProfileItem = append(reply.UserProfileItem, r.portrait(user.ToAccount))
	}
	return reply, nil
}

func (r *request) portrait(user string) wire.UserProfile {
	profile := wire.UserProfile{ToAccount: user}
	account, known := r.core().Account(user)
	if !known {
		profile.ResultCode, profile.ResultInfo = wire.CodeProfileNoAccount, "this account does not exist"
		return profile
	}
	profile.ProfileItem = wire.List[wire.ProfileItem]{
		{Tag: wire.TagNick, Value: wire.TextValue(account.Nick)},
		{Tag: wire.TagImage, Value: wire.TextValue(account.Face)},
	}
	for _, item := range account.Profile {
		var value wire.Value
		if err := value.UnmarshalJSON(item.Value); err == nil {
			profile.ProfileItem = append(profile.ProfileItem, wire.ProfileItem{Tag: item.Tag, Value: value})
		}
	}
	return profile
}

func (r *request) portraitSet(body wire.PortraitSetRequest) (any, error) {
	var items []core.ProfileItem
	for _, item := range body.ProfileItem {
		if err := checkProfile(item); err != nil {
			return nil, err
		}
		value, err := json.Marshal(item.Value)
		if err != nil {
			return nil, &wire.Error{Code: wire.CodeProfileValue, Info: "the value of " + item.Tag + " cannot be read"}
		}
		items = append(items, core.ProfileItem{Tag: item.Tag, Value: value})
	}
	return nil, r.core().SetProfile(r.c.ctx, r.actor(), r.user.ID, items)
}
