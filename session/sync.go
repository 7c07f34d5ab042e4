package session

import (
	"cmp"
	"context"
	"errors"
	"time"

	"reddot/im"
	"reddot/model"
)

// sync asks the service for its view of all conversations. Requests that come while one is under way fold
// into one more.
func (s *Session) sync() {
	if s.link.syncing {
		s.link.again = true
		return
	}
	s.link.syncing, s.link.again = true, false
	s.spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, syncTimeout)
		defer cancel()
		snapshot, err := s.client.Sync(ctx)
		return func() { s.gotSnapshot(snapshot, err) }
	})
}

func (s *Session) gotSnapshot(snapshot *im.Snapshot, err error) {
	s.link.syncing = false
	switch {
	case err != nil && s.ctx.Err() == nil:
		s.log.Warn("Ask the service for all conversations", "error", err)
		s.syncFailed(err)
	case err == nil:
		s.applySnapshot(snapshot)
	}
	if s.link.again {
		s.sync()
	}
}

// syncFailed tries again after a while, unless the connection is lost: then the next Connected does.
func (s *Session) syncFailed(err error) {
	s.trouble.Store(&trouble{err})
	if class := im.ClassOf(err); class == im.ClassRefused || class == im.ClassPermission {
		s.link.refused = err
	}
	if s.connection.Phase != Online {
		return
	}
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, firstRetry)
		return func() {
			if s.connection.Phase == Online && s.ctx.Err() == nil {
				s.sync()
			}
		}
	})
}

func (s *Session) applySnapshot(snapshot *im.Snapshot) {
	if !snapshot.Time.IsZero() {
		s.link.offset = time.Until(snapshot.Time)
	}
	s.takeAll(snapshot.Messages)
	present := make(map[model.ConversationID]struct{}, len(snapshot.Conversations))
	for i := range snapshot.Conversations {
		row := &snapshot.Conversations[i]
		present[row.ID] = struct{}{}
		if !s.presence.wentAfter(row.ID, snapshot.Asked) {
			s.applyConversation(row, snapshot.Asked)
		}
	}
	if !snapshot.Partial {
		s.removeAbsent(present, snapshot.Asked)
	}
	s.link.synced, s.link.refused = true, nil
	for _, c := range s.order {
		s.settleClaims(c)
	}
	s.fetchNeeded()
	s.survey()
}

// applyConversation takes over what the service says of one conversation.
func (s *Session) applyConversation(row *im.Conversation, asked im.Moment) {
	if row.ID == s.self || row.ID.Kind() == model.KindUnknown {
		return
	}
	unknown := s.chats[row.ID] == nil
	c := s.chatAt(row.ID, asked)
	s.touch(c)
	if row.Group != nil {
		c.setGroup(row.Group, asked)
	}
	name := row.Name
	if row.Group == nil {
		name = s.names.of(row.ID.Target(), name, asked)
	}
	if asked >= c.groupAsked {
		c.name, c.muted = cmp.Or(name, c.name), row.Muted
	}
	c.pinned = row.Pinned
	if unknown {
		s.startReading(c, row)
	}
	c.announce(row.Next - 1)
	s.applyServiceRead(c, row)
	c.mention(row.Mentions...)
	s.applyLast(c, row)
	if unknown && s.isOpen(c) {
		s.open(c)
	}
}

// applyLast takes over the newest message. What was missed while the connection was lost is news for those
// who follow; what was there before the session was not.
func (s *Session) applyLast(c *chat, row *im.Conversation) {
	var news []*model.Message
	if row.Last != nil {
		last := []*model.Message{row.Last}
		if !row.Last.Partial {
			news = c.news(last)
		}
		added := c.add(last).Added
		s.saver.keep(added...)
		s.settleOutbox(c, added)
	}
	c.startHearing(row.Next - 1)
	if s.link.synced {
		s.tellMessages(c, news)
		s.fillGaps(c)
	}
}

// removeAbsent takes groups off the list that the service no longer names. C2C conversations stay: the
// service may leave out old ones.
func (s *Session) removeAbsent(present map[model.ConversationID]struct{}, asked im.Moment) {
	var absent []*chat
	for _, c := range s.order {
		_, listed := present[c.id]
		kept := c.id.Kind() != model.KindGroup || c.unlisted || c.left
		if !listed && !kept && !s.presence.cameAfter(c.id, asked) {
			absent = append(absent, c)
		}
	}
	s.drop(asked, absent...)
}

func (s *Session) forget(gone []model.ConversationID) {
	if len(gone) == 0 {
		return
	}
	s.saver.do(func(ctx context.Context) error { return s.store.ForgetConversations(ctx, gone) })
}

// groupChanged is told that a group came, went or changed.
func (s *Session) groupChanged(e im.GroupChanged) {
	id, asked := model.GroupConversation(e.GroupID), e.Asked.OrNow()
	fact := Fact{Kind: FactGroup, At: time.Now(), Conversation: id, Name: s.nameOf(id), Text: "changed"}
	switch {
	case e.Gone:
		c := s.chats[id]
		if c == nil || c.left || s.presence.cameAfter(id, asked) {
			return // told before, never in the list, or in it again
		}
		fact.Text = "gone"
		s.groupGone(c, e.Reason, asked)
	case e.Group != nil && s.presence.wentAfter(id, asked):
		return
	case e.Group != nil:
		c := s.chatAt(id, asked)
		c.setGroup(e.Group, asked)
		c.announce(e.Group.NextSequence - 1)
		s.touch(c)
		fact.Name = c.name
	default:
		s.sync()
	}
	s.followers.tell(fact)
}

func (s *Session) nameOf(id model.ConversationID) string {
	if c := s.chats[id]; c != nil {
		return c.name
	}
	return id.Target()
}

// WaitSynced returns once the service's view was applied, the notes missed while away included, and every
// badge is certain. The error is the service's refusal, or why it could not be reached when the context ends.
func (s *Session) WaitSynced(ctx context.Context) error {
	done := make(chan error, 1)
	s.inbox.put(func() { s.waiters = append(s.waiters, done) })
	select {
	case err := <-done:
		return err
	case <-s.ended:
		return ErrEnded
	case <-ctx.Done():
		return s.whyNot(ctx)
	}
}

// whyNot says why waiting for the service was in vain.
func (s *Session) whyNot(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if found := s.trouble.Load(); found != nil {
		return found.err
	}
	pick := s.options.Language.Pick
	return &im.Error{
		Doing: pick("向服务查询全部会话", "ask the service for all conversations"), Class: im.ClassUnreachable, Err: ctx.Err(),
		Cause:  pick("服务没有及时应答", "the service did not answer in time"),
		Remedy: pick("检查地址、网络和代理，或用 reddot doctor 查看", "check the address, the network and the proxy; reddot doctor tells more"),
	}
}

func (s *Session) checkSynced() {
	if len(s.waiters) == 0 {
		return
	}
	if s.link.refused != nil {
		s.finishWaiting(s.link.refused)
		return
	}
	if s.link.synced && !s.link.syncing && !s.reads.catching && !s.fetchingAny() {
		s.finishWaiting(nil)
	}
}

func (s *Session) finishWaiting(err error) {
	for _, waiter := range s.waiters {
		waiter <- err
	}
	s.waiters = nil
}
