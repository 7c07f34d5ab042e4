package session

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

// sendState is how a conversation's outbox stands. Messages go one after the other.
type sendState struct {
	sending  bool
	attempt  int
	resuming bool
}

// Send stores the message and returns its key; it goes out as soon as it can. It returns an im.Error of
// ClassUsage for what can be known at once.
func (s *Session) Send(ctx context.Context, id model.ConversationID, draft Draft) (model.Key, error) {
	if err := s.checkDraft(id, draft); err != nil {
		return model.Key{}, err
	}
	type placed struct {
		message *model.Message
		err     error
	}
	made := make(chan placed, 1)
	s.inbox.put(func() {
		message, err := s.compose(id, draft)
		made <- placed{message, err}
	})
	var message *model.Message
	select {
	case p := <-made:
		if p.err != nil {
			return model.Key{}, p.err
		}
		message = p.message
	case <-s.ended:
		return model.Key{}, ErrEnded
	case <-ctx.Done():
		return model.Key{}, ctx.Err()
	}
	if message.State == model.Sent {
		return message.Key(), nil
	}
	if err := s.store.PutOutgoing(ctx, message); err != nil {
		return model.Key{}, fmt.Errorf("send to %s: the message could not be stored: %w", id, err)
	}
	s.inbox.put(func() { s.enqueue(message) })
	return message.Key(), nil
}

// checkDraft refuses what no service would take.
func (s *Session) checkDraft(id model.ConversationID, draft Draft) error {
	pick := s.options.Language.Pick
	if id.Kind() == model.KindUnknown {
		return s.cannotSend(id, pick("没有这个会话", "no such conversation"), pick("写成 GROUP… 或 C2C…", "name it GROUP… or C2C…"))
	}
	if len(draft.Elements) == 0 {
		return s.cannotSend(id, pick("消息是空的", "the message is empty"), pick("先写点什么", "type something"))
	}
	limit := s.client.Capabilities().MaxMessageBytes
	if size := sizeOf(draft); limit > 0 && size > limit {
		cause := pick("消息有 %d 字节，服务最多收 %d", "the message has %d bytes, the service takes %d")
		return s.cannotSend(id, fmt.Sprintf(cause, size, limit), pick("分成几条发", "split it"))
	}
	return nil
}

func (s *Session) cannotSend(id model.ConversationID, cause, remedy string) error {
	return &im.Error{Doing: s.options.Language.Pick("发送到", "send to") + " " + string(id), Class: im.ClassUsage, Cause: cause, Remedy: remedy}
}

// sizeOf returns the bytes of a message's body and custom data, about as the service counts them: the JSON of
// the content.
func sizeOf(draft Draft) int {
	size := len(draft.CustomData)
	for _, element := range draft.Elements {
		if text, ok := element.(model.Text); ok {
			size += len(text.Text)
			continue
		}
		// Elements always marshal.
		data, _ := json.Marshal(element)
		size += len(data)
	}
	return size
}

// compose makes the message that a draft becomes.
func (s *Session) compose(id model.ConversationID, draft Draft) (*model.Message, error) {
	c := s.chats[id]
	if absent := c == nil || c.left; absent && id.Kind() == model.KindGroup && s.link.synced {
		pick := s.options.Language.Pick
		return nil, s.cannotSend(id, pick("不在这个群里，或没有这个群", "not a member of this group, or no such group"),
			pick("先加入群", "join the group first"))
	}
	if known := c.ownRandom(s.me.User, draft.Random); known != nil {
		return known, nil
	}
	message := &model.Message{
		Conversation: id, Sender: s.me.User, Random: draft.Random, ClientTime: s.now().Unix(),
		Elements: draft.Elements, CustomData: draft.CustomData, Mentions: draft.Mentions, MentionAll: draft.MentionAll,
		NeedReceipt: !draft.NoReceipt && s.wantsReceipts(id), State: model.Sending,
	}
	for message.Random == 0 || draft.Random == 0 && c != nil && c.timeline.ByKey(message.Key()) != nil {
		message.Random = rand.Uint32()
	}
	if id.Kind() == model.KindC2C {
		s.c2c++
		message.Sequence = s.c2c
	}
	return message, nil
}

// ownRandom finds the message that a repeated Send means.
func (c *chat) ownRandom(self string, random uint32) *model.Message {
	if c == nil || random == 0 {
		return nil
	}
	messages := c.timeline.Snapshot()
	i := slices.IndexFunc(messages, func(m *model.Message) bool { return m.Sender == self && m.Random == random })
	if i < 0 {
		return nil
	}
	return messages[i]
}

// enqueue shows a stored outgoing message and lets it go.
func (s *Session) enqueue(message *model.Message) {
	c := s.chatOf(message.Conversation)
	c.timeline.Enqueue(message)
	s.unsent[c] = struct{}{}
	c.answering.forgetOwn() // the answer itself tells the others
	s.touch(c)
	s.sendNext(c)
}

// flushOutbox lets everything go that waits.
func (s *Session) flushOutbox() {
	for c := range s.unsent {
		c.outbox.attempt = 0
		s.sendNext(c)
	}
}

// sendNext sends the oldest waiting message of a conversation unless one is under way.
func (s *Session) sendNext(c *chat) {
	if c.outbox.sending || s.connection.Phase != Online || s.ctx.Err() != nil {
		return
	}
	message := nextToSend(c)
	if message == nil {
		s.settled(c)
		return
	}
	c.outbox.sending = true
	started := time.Now()
	since := s.lookBack(message)
	s.spawn(func(ctx context.Context) func() {
		sent, err := s.deliver(ctx, message, since)
		return func() {
			c.outbox.sending = false
			s.delivered(c, message, sent, err, time.Since(started))
		}
	})
}

func nextToSend(c *chat) *model.Message {
	for _, m := range c.timeline.Unsent() {
		if m.State == model.Sending {
			return m
		}
	}
	return nil
}

// delivered shows what became of a try.
func (s *Session) delivered(c *chat, message, sent *model.Message, err error, took time.Duration) {
	s.touch(c)
	switch {
	case err == nil:
		c.outbox.attempt = 0
		s.acknowledged(c, sent, took)
		s.sendNext(c)
	case s.ctx.Err() != nil:
		// It stays in the outbox for the next start.
	case isTemporary(err), im.LoginEnded(err):
		s.sendAgainLater(c, err)
	default:
		s.fail(c, message, err)
		s.refusedToSpeak(c, err)
		s.sendNext(c)
	}
}

func isTemporary(err error) bool {
	switch im.ClassOf(err) {
	case im.ClassTemporary, im.ClassUnreachable:
		return true
	default:
		return false
	}
}

// acknowledged moves the message to where the service put it.
func (s *Session) acknowledged(c *chat, sent *model.Message, took time.Duration) {
	if c.timeline.Acknowledge(sent.Key(), sent.Sequence, sent.ServerTime) == nil {
		c.timeline.Add(sent)
	}
	held := c.timeline.ByKey(sent.Key())
	if held == nil {
		return
	}
	c.observe(model.Changes{Added: []*model.Message{held}})
	c.saw(held)
	s.expectReceipt(c, held)
	if c.hear(held) {
		fact := s.messageFact(c, held)
		fact.Sent, fact.Delay = true, took
		s.followers.tell(fact)
	}
	s.advance(c)
	s.shownNow(c)
}

func (s *Session) sendAgainLater(c *chat, err error) {
	s.log.Warn("Send", "conversation", c.id, "attempt", c.outbox.attempt, "error", err)
	if s.connection.Phase != Online || c.outbox.resuming {
		return
	}
	delay := backoff(c.outbox.attempt)
	c.outbox.attempt++
	c.outbox.resuming = true
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, delay)
		return func() {
			c.outbox.resuming = false
			s.sendNext(c)
		}
	})
}

// fail keeps text and reason of a message that the service refused.
func (s *Session) fail(c *chat, message *model.Message, err error) {
	s.refusals.Store(message.Key(), err) // before anybody can see that it failed
	failed := c.timeline.Fail(message.Key(), reasonOf(err))
	if failed == nil {
		return
	}
	s.pictured = false
	s.keepOutgoing(failed)
}

func (s *Session) keepOutgoing(message *model.Message) {
	s.saver.do(func(ctx context.Context) error { return s.store.PutOutgoing(ctx, message) })
}

// reasonOf returns why something failed, for people.
func reasonOf(err error) string {
	trouble := Explain(err)
	if trouble.Code == 0 {
		return trouble.Cause
	}
	return fmt.Sprintf("%s (%d)", trouble.Cause, trouble.Code)
}

// Refusal returns the error that a message failed with, nil if it did not fail since the session started.
func (s *Session) Refusal(key model.Key) error {
	refusal, _ := s.refusals.Load(key)
	err, _ := refusal.(error)
	return err
}

// Retry sends a failed message again, as the same message.
func (s *Session) Retry(key model.Key) {
	s.inbox.put(func() {
		s.refusals.Delete(key)
		for c := range s.unsent {
			if again := c.timeline.Retry(key); again != nil {
				s.touch(c)
				s.keepOutgoing(again)
				s.sendNext(c)
				return
			}
		}
	})
}

// Discard drops a message that was not sent, for good. One that is under way is not dropped.
func (s *Session) Discard(key model.Key) {
	s.inbox.put(func() {
		s.refusals.Delete(key)
		for c := range s.unsent {
			message := c.timeline.ByKey(key)
			if message == nil || message.State == model.Sent || c.outbox.sending && message == nextToSend(c) {
				continue
			}
			c.timeline.Discard(key)
			s.touch(c)
			s.saver.do(func(ctx context.Context) error { return s.store.RemoveOutgoing(ctx, key) })
			s.settled(c)
			s.sendNext(c)
			return
		}
	})
}

// settleOutbox drops from the outbox what turned up in the history: a try whose answer was lost.
func (s *Session) settleOutbox(c *chat, added []*model.Message) {
	if _, waiting := s.unsent[c]; !waiting {
		return
	}
	for _, m := range added {
		if m.Sender == s.me.User {
			s.saver.do(func(ctx context.Context) error { return s.store.Delivered(ctx, m) })
		}
	}
}

// SaveDraft keeps the unsent text of a conversation.
func (s *Session) SaveDraft(id model.ConversationID, text string) {
	s.inbox.put(func() {
		if c := s.chats[id]; c != nil {
			if c.draft == text {
				return
			}
			c.draft = text
			s.writing(c, text)
			s.touch(c)
		}
		s.saver.do(func(ctx context.Context) error { return s.store.SaveDraft(ctx, id, text) })
	})
}
