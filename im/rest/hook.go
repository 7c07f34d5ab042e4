package rest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// completing bounds what is asked about messages that a webhook brought before they are told.
const completing = 3 * time.Second

// gathering is the least time between two times that webhooks are told; the first after a silence is told at once.
const gathering = 200 * time.Millisecond

// hook is an event of the application that concerns the user. message is set for one that was sent.
type hook struct {
	wire.Webhook
	message *model.Message
}

// concern prepares an event for the poller, and says whether it is about something that the user sees: the service posts those
// of the whole application.
func (c *Client) concern(body []byte, event wire.Webhook) (hook, bool) {
	self := c.options.User
	switch event.CallbackCommand {
	case wire.HookGroupMessage:
		if !c.state.has(event.GroupID) {
			return hook{}, false
		}
	case wire.HookC2CMessage, wire.HookC2CRecall:
		if event.FromAccount != self && event.ToAccount != self || event.SendMsgResult != 0 {
			return hook{}, false
		}
	case wire.HookGroupCreated, wire.HookMembersJoined:
		return hook{Webhook: event}, event.OwnerAccount == self || hasMember(event.MemberList, self) ||
			hasMember(event.NewMemberList, self) || c.state.has(event.GroupID)
	case wire.HookC2CRead:
		return hook{Webhook: event}, event.ReportAccount == self && event.PeerAccount != self
	case wire.HookC2CReceipt:
		return hook{Webhook: event}, event.PeerAccount == self && event.OperatorAccount != self
	case wire.HookProfile:
		return hook{Webhook: event}, true
	default:
		return hook{Webhook: event}, event.GroupID != "" && c.state.has(event.GroupID)
	}
	h := hook{Webhook: event}
	if event.CallbackCommand != wire.HookC2CRecall {
		h.message = convert.HookMessage(body, &event, self, convert.NewInterner())
		if h.message == nil {
			return hook{}, false
		}
		c.sent.date(h.message, self)
	}
	return h, true
}

func hasMember(members []wire.WebhookMember, user string) bool {
	return slices.ContainsFunc(members, func(m wire.WebhookMember) bool { return m.MemberAccount == user })
}

// hear tells what events say, together with those that wait behind the first. Messages of one group that come together are
// completed together; in a flood they gather for a moment, as completing costs a call.
func (c *Client) hear(first hook) {
	sleep(c.ctx, gathering-time.Since(c.receiver.heardAt))
	c.receiver.heardAt = time.Now()
	var held []*model.Message
	for h, more := first, true; more; h, more = c.receiver.next() {
		if h.CallbackCommand == wire.HookGroupMessage && (len(held) == 0 || held[0].Conversation == h.message.Conversation) {
			held = append(held, h.message)
			continue
		}
		c.hearMessages(held)
		held = nil
		if h.CallbackCommand == wire.HookGroupMessage {
			held = []*model.Message{h.message}
			continue
		}
		c.hearOne(h)
	}
	c.hearMessages(held)
}

// next returns the next event that waits, if there is one.
func (r *receiver) next() (hook, bool) {
	select {
	case h := <-r.waiting:
		return h, true
	default:
		return hook{}, false
	}
}

// hearMessages tells messages of one group that were not told before. Where one before them is missing, a sweep is due: it was
// lost on the way, or it is a line of the service, which no webhook tells.
func (c *Client) hearMessages(messages []*model.Message) {
	if len(messages) == 0 {
		return
	}
	conversation := messages[0].Conversation
	news, gap := c.state.hearMessages(conversation.Target(), messages)
	if gap {
		c.pace.hurry()
	}
	if len(news) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, completing)
	defer cancel()
	c.complete(ctx, conversation.Target(), news, true)
	c.emit(im.MessagesReceived{Conversation: conversation, Messages: news})
}

func (c *Client) hearOne(h hook) {
	switch h.CallbackCommand {
	case wire.HookGroupRecall:
		for _, entry := range h.MsgSeqList {
			c.tellRecall(h.GroupID, int64(entry.MsgSeq))
		}
	case wire.HookGroupReceipt:
		if own := c.state.hearReceipts(h.GroupID, convert.HookReceipts(&h.Webhook)); len(own) > 0 {
			c.emit(im.ReceiptsChanged{Receipts: own})
		}
	case wire.HookGroupDestroyed:
		c.tellGone(h, im.GoneDissolved, model.NoticeDissolved)
	case wire.HookMembersJoined:
		c.hearJoin(h)
	case wire.HookMembersLeft:
		c.hearExit(h)
	case wire.HookC2CMessage:
		c.hearPrivate(h.message)
	case wire.HookC2CRecall, wire.HookC2CReceipt:
		c.hearKeys(h)
	case wire.HookC2CRead:
		if c.state.firstTime(fmt.Sprintf("read %s %d", h.PeerAccount, h.LastReadTime)) {
			c.state.countUnread(h.PeerAccount, 0)
			c.emit(im.ReadMoved{Conversation: model.C2CConversation(h.PeerAccount), Position: int64(h.LastReadTime)})
		}
	case wire.HookProfile:
		c.hearProfile(h.FromAccount)
	default:
		// What became of the group is in the list of groups, so one place decides what has changed.
		c.state.expire(h.GroupID)
		c.pace.hurry()
	}
}

// hearExit tells that the user has left a group or was removed; that others did shows in the list.
func (c *Client) hearExit(h hook) {
	if !hasMember(h.ExitMemberList, c.options.User) {
		c.state.expire(h.GroupID)
		c.pace.hurry()
		return
	}
	if h.ExitType == wire.ExitQuit {
		c.tellGone(h, im.GoneLeft, model.NoticeLeft)
		return
	}
	c.tellGone(h, im.GoneRemoved, model.NoticeRemoved)
}

// hearJoin tells that the user was taken into a group; what the group is, and who came besides, shows in the list.
func (c *Client) hearJoin(h hook) {
	c.state.expire(h.GroupID)
	c.pace.hurry()
	invited := h.JoinType == wire.JoinInvited && hasMember(h.NewMemberList, c.options.User) && !c.state.hasEntered(h.GroupID)
	if invited && c.state.firstTime(fmt.Sprintf("invited %s %d", h.GroupID, h.EventTime)) {
		c.emit(c.hookNotice(h, model.NoticeInvited, ""))
	}
}

// tellGone tells that a group is gone, unless the user asked for it here.
func (c *Client) tellGone(h hook, reason string, kind model.GroupNoticeKind) {
	group := c.state.lose(h.GroupID)
	if group == nil || c.state.isLeaving(h.GroupID) {
		return
	}
	c.emit(im.GroupChanged{GroupID: h.GroupID, Gone: true, Reason: reason})
	c.emit(c.hookNotice(h, kind, group.Name))
}

// hookNotice is the notice that an event stands for.
func (c *Client) hookNotice(h hook, kind model.GroupNoticeKind, name string) im.Noticed {
	const milliseconds = 1000
	return im.Noticed{Notice: model.GroupNotice{
		ID:   fmt.Sprintf("%s/%s/%d", h.GroupID, kind, h.EventTime),
		Kind: kind, GroupID: h.GroupID, GroupName: name, Operator: h.OperatorAccount, Time: int64(h.EventTime) / milliseconds,
	}}
}

func (c *Client) tellRecall(groupID string, sequence int64) {
	if c.state.recall(groupID, sequence) {
		c.emit(im.MessageChanged{Conversation: model.GroupConversation(groupID), Sequence: sequence, Recalled: true})
	}
}

// hearPrivate tells a C2C message that was not told before, the user's own from other devices and notes among them.
func (c *Client) hearPrivate(m *model.Message) {
	if !c.state.hearPrivate(m.Conversation.Target(), m) {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, completing)
	defer cancel()
	c.nameSenders(ctx, []*model.Message{m})
	c.emit(im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}})
}

// hearKeys tells what became of C2C messages that are named by their keys: recalled, or read by the other side.
func (c *Client) hearKeys(h hook) {
	if h.CallbackCommand == wire.HookC2CRecall {
		peer := convert.PeerOf(c.options.User, h.FromAccount, h.ToAccount)
		if key, ok := c.keyOf(peer, h.FromAccount, h.MsgKey); ok && c.state.firstTime(recallName(peer, key)) {
			c.emit(im.MessageChanged{Conversation: model.C2CConversation(peer), Key: key, Recalled: true})
		}
		return
	}
	read := im.PeerRead{Conversation: model.C2CConversation(h.OperatorAccount)}
	for _, entry := range h.C2CMsgInfo {
		if key, ok := c.keyOf(h.OperatorAccount, entry.FromAccount, entry.MsgKey); ok && entry.FromAccount == c.options.User {
			read.Keys = append(read.Keys, key)
		}
	}
	if read.Keys = c.state.hearRead(h.OperatorAccount, read.Keys); len(read.Keys) > 0 {
		c.emit(read)
	}
}

// keyOf reads a MsgKey. It has the service's clock in it, not the sender's, which is known only of what was sent here.
func (c *Client) keyOf(peer, sender, msgKey string) (model.Key, bool) {
	sequence, random, _, err := wire.ParseMsgKey(msgKey)
	if err != nil {
		return model.Key{}, false
	}
	m := &model.Message{Conversation: model.C2CConversation(peer), Sender: sender, Random: random, Sequence: int64(sequence)}
	c.sent.date(m, c.options.User)
	return m.Key(), true
}

// hearProfile tells the new profile of somebody who was asked about before.
func (c *Client) hearProfile(user string) {
	old, known := c.cache.Forget(user)
	if !known {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, completing)
	defer cancel()
	profiles, err := c.Profiles(ctx, []string{user})
	if err != nil || len(profiles) == 0 || profiles[0] == old {
		return
	}
	c.emit(im.ProfileChanged{Profile: profiles[0]})
}

// hearMessages returns the messages of a group that were not told before, oldest first, and whether one before them is missing.
func (s *state) hearMessages(groupID string, messages []*model.Message) (news []*model.Message, gap bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[groupID]
	if t == nil {
		return nil, false
	}
	for _, m := range messages {
		switch {
		case m.OnlineOnly || m.Sequence <= 0:
			if s.passing.add(passingName(m)) {
				news = append(news, m)
			}
		case m.Sequence > t.told && !t.heard[m.Sequence]:
			t.heard[m.Sequence] = true
			news = append(news, m)
		}
	}
	t.closeUp()
	slices.SortStableFunc(news, func(a, b *model.Message) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return news, len(t.heard) > 0 && t.group.Type != model.AVChatRoom
}

// closeUp takes what was heard next to what was told together.
func (t *tracked) closeUp() {
	for t.heard[t.told+1] {
		t.told++
		delete(t.heard, t.told)
	}
	if len(t.heard) > maxHeard {
		clear(t.heard) // a room without history, whose gaps are never filled
	}
}

// passingName tells messages apart that the service does not keep.
func passingName(m *model.Message) string {
	return fmt.Sprintf("%s %s %d %d", m.Conversation, m.Sender, m.Sequence, m.Random)
}

// hearReceipts takes over counts and returns those of own messages.
func (s *state) hearReceipts(groupID string, receipts []model.Receipt) []model.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []model.Receipt
	for _, r := range receipts {
		id := messageID{groupID, r.Sequence}
		s.markWish(id, true)
		if w := s.watched[id]; w != nil {
			w.counted, w.read, w.unread = true, r.ReadCount, r.UnreadCount
		}
		if s.own[id] {
			own = append(own, r)
		}
	}
	return own
}

// firstTime says whether a name of what is told once is new.
func (s *state) firstTime(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passing.add(name)
}

// expire makes the next sweep ask for a group's profile again.
func (s *state) expire(groupID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.groups[groupID]; t != nil {
		t.infoSeq, t.infoTime, t.met, t.selfAsked = 0, -1, false, im.Now()
	}
}

// lose forgets a group, and says whether it was known.
func (s *state) lose(groupID string) *model.Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[groupID]
	if t == nil {
		return nil
	}
	s.remove(groupID)
	return t.group
}

// recall notes a recall, and says whether it is news.
func (s *state) recall(groupID string, sequence int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[groupID]
	if t == nil || t.recalled[sequence] {
		return false
	}
	t.recalled[sequence] = true
	return true
}

// hearPrivate notes a C2C message, and says whether it is news.
func (s *state) hearPrivate(peer string, m *model.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.dialogOf(peer)
	name := nameInDialog(m)
	if m.ServerTime < d.told || m.ServerTime == d.told && d.seen[name] {
		return false
	}
	if _, heard := d.heard[name]; heard {
		return false
	}
	d.heard[name] = m.ServerTime
	return true
}

// hearRead returns the messages whose receipt was not told before.
func (s *state) hearRead(peer string, keys []model.Key) []model.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.dialogOf(peer)
	return slices.DeleteFunc(keys, func(key model.Key) bool {
		known := d.read[key]
		d.read[key] = true
		delete(d.awaited, key)
		return known
	})
}
