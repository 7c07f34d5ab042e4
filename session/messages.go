package session

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

// received takes in messages that have just come, all of one conversation.
func (s *Session) received(id model.ConversationID, messages []*model.Message) {
	unknown := s.chats[id] == nil
	s.take(id, messages)
	if unknown && s.chats[id] != nil {
		// The service knows its name, and in a group what the group is.
		s.sync()
	}
}

func (s *Session) take(id model.ConversationID, messages []*model.Message) {
	switch {
	case id == s.self:
		s.receivedOwn(messages)
	case id.Kind() != model.KindUnknown:
		s.add(s.chatOf(id), messages)
	}
}

// takeAll takes in messages of several conversations, in order.
func (s *Session) takeAll(messages []*model.Message) {
	for len(messages) > 0 {
		id := messages[0].Conversation
		n := slices.IndexFunc(messages, func(m *model.Message) bool { return m.Conversation != id })
		if n < 0 {
			n = len(messages)
		}
		s.take(id, messages[:n])
		messages = messages[n:]
	}
}

// add takes news into a conversation: keeps it, tells followers, and reads it if it is being looked at.
func (s *Session) add(c *chat, messages []*model.Message) {
	news := c.news(messages)
	changes := c.add(messages)
	s.touch(c)
	s.saver.keep(changes.Added...)
	s.saver.keep(changes.Updated...)
	s.settleOutbox(c, changes.Added)
	s.tellMessages(c, news)
	s.settleClaims(c)
	s.shownNow(c)
	s.advance(c)
}

func (s *Session) tellMessages(c *chat, messages []*model.Message) {
	if len(messages) == 0 || !s.followers.any() {
		return
	}
	facts := make([]Fact, 0, len(messages))
	for _, m := range messages {
		facts = append(facts, s.messageFact(c, c.joined(m)))
	}
	s.followers.tell(facts...)
}

func (s *Session) messageFact(c *chat, m *model.Message) Fact {
	return Fact{
		Kind: FactMessage, At: m.Time(), Conversation: c.id, Name: c.name, Position: m.Position(), From: m.Sender, Message: m,
	}
}

// messageChanged takes in an edit or a recall.
func (s *Session) messageChanged(e im.MessageChanged) {
	c := s.chats[e.Conversation]
	if c == nil {
		return
	}
	change := model.MessageChange{
		Sequence: e.Sequence, Key: e.Key, Recalled: e.Recalled, Elements: e.Elements, CustomData: e.CustomData, Version: e.Version,
	}
	changes := c.timeline.Change(change)
	if e.Recalled {
		c.unread.Recall(e.Sequence, e.Key)
	}
	c.observe(changes)
	s.touch(c)
	s.advance(c)
	if len(changes.Updated) > 0 {
		s.saver.keep(changes.Updated...)
		return
	}
	s.changeStored(c, change)
}

// changeStored applies a change to a group message that only the store still has. In C2C the service repeats
// the changed message when the history is walked again.
func (s *Session) changeStored(c *chat, change model.MessageChange) {
	if change.Sequence == 0 {
		return
	}
	s.saver.do(func(ctx context.Context) error {
		stored, err := s.store.MessagesBetween(ctx, c.id, change.Sequence-1, change.Sequence, 1)
		if err != nil || len(stored) == 0 {
			return err
		}
		single := model.NewTimeline(c.id, 0)
		single.Add(stored...)
		return s.store.SaveMessages(ctx, single.Change(change).Updated)
	})
}

// mentioned is told that a message mentions the user, also one that is not held.
func (s *Session) mentioned(e im.Mentioned) {
	c := s.chats[e.Conversation]
	if c == nil {
		return
	}
	c.mention(e.Sequence)
	s.touch(c)
}

// backfill brings in all messages between floor and before that were missed while the connection was lost, for
// followers who must miss nothing. They are told once all are there, in order.
func (s *Session) backfill(c *chat, floor, before int64, collected []*model.Message) {
	const most = 10_000
	if before <= floor || len(collected) >= most {
		s.tellBackfilled(c, collected)
		return
	}
	request := im.HistoryRequest{Conversation: c.id, Before: before, Limit: s.pageSize()}
	s.spawnQuiet(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, historyTimeout)
		defer cancel()
		page, err := s.client.History(ctx, request)
		return func() {
			if err != nil {
				s.log.Warn("Fetch what was missed", "conversation", c.id, "before", before, "error", err)
				s.tellBackfilled(c, collected)
				return
			}
			news := slices.DeleteFunc(c.news(page.Messages), func(m *model.Message) bool { return m.Position() <= floor })
			changes := c.addPage(page, before)
			s.saver.keep(changes.Added...)
			s.saver.keep(changes.Updated...)
			s.arrived(c, changes)
			next := page.Next
			if page.Complete || len(page.Messages) == 0 {
				next = 0
			}
			s.backfill(c, floor, min(next, before-1), append(collected, news...))
		}
	})
}

func (s *Session) tellBackfilled(c *chat, collected []*model.Message) {
	slices.SortFunc(collected, func(a, b *model.Message) int { return cmp.Compare(a.Position(), b.Position()) })
	s.tellMessages(c, collected)
}

// nowFact returns a fact of this moment about a conversation.
func (s *Session) nowFact(kind FactKind, id model.ConversationID, position int64) Fact {
	return Fact{Kind: kind, At: time.Now(), Conversation: id, Name: s.nameOf(id), Position: position}
}
