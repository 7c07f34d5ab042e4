package session

import (
	"context"
	"slices"

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
	if id.Kind() == model.KindC2C {
		messages = s.takeAnswering(messages)
	}
	switch {
	case len(messages) == 0:
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
	s.heardAnswers(c, changes.Added)
	s.tellMessages(c, news)
	if s.tellsOfMute(news) {
		s.learnOwn(c)
	}
	if s.tellsOfDecision(news) {
		s.askApplications()
	}
	s.fillGaps(c)
	s.settleClaims(c)
	s.shownNow(c)
	s.advance(c)
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
