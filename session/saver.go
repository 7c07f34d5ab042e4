package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"reddot/crash"
	"reddot/model"
)

// writeBehind is how long history waits for company before it is written. It can be fetched again, so a
// flood costs a few disk syncs a second instead of one for each message.
const writeBehind = 200 * time.Millisecond

// mostBehind is how much history waits for a slow disk. Then what waits of groups is given up: their sequences
// tell later that it must be fetched again.
const mostBehind = 50_000

// savedConversation is what is kept of a conversation besides its messages.
type savedConversation struct {
	state []byte
	last  *model.Message
}

// saver writes behind the session's back, in order: single steps at once, history and what is known of
// conversations in batches.
type saver struct {
	store Store
	// failed is told about the first failure after each success.
	failed func(error)

	mu            sync.Mutex
	steps         []func(context.Context) error
	messages      []*model.Message
	conversations map[model.ConversationID]savedConversation
	broken        bool
	urgent, lazy  chan struct{}
}

func newSaver(store Store, failed func(error)) *saver {
	return &saver{
		store: store, failed: failed,
		conversations: map[model.ConversationID]savedConversation{},
		urgent:        make(chan struct{}, 1), lazy: make(chan struct{}, 1),
	}
}

// do queues a single write that runs as soon as those before it are done.
func (s *saver) do(step func(context.Context) error) {
	s.mu.Lock()
	s.steps = append(s.steps, step)
	s.mu.Unlock()
	signal(s.urgent)
}

// keep queues messages for the history.
func (s *saver) keep(messages ...*model.Message) {
	if len(messages) == 0 {
		return
	}
	s.mu.Lock()
	s.messages = append(s.messages, messages...)
	if len(s.messages) > mostBehind {
		s.messages = slices.DeleteFunc(s.messages, func(m *model.Message) bool { return m.Conversation.Kind() == model.KindGroup })
	}
	s.mu.Unlock()
	signal(s.lazy)
}

// keepConversation queues what is known of a conversation; a later call replaces an earlier one.
func (s *saver) keepConversation(id model.ConversationID, state []byte, last *model.Message) {
	s.mu.Lock()
	s.conversations[id] = savedConversation{state, last}
	s.mu.Unlock()
	signal(s.lazy)
}

// run writes until the context ends, then whatever is left.
func (s *saver) run(ctx context.Context) {
	durable := context.WithoutCancel(ctx)
	for {
		select {
		case <-ctx.Done():
			s.flush(durable)
			return
		case <-s.urgent:
			s.writeSteps(durable)
		case <-s.lazy:
			s.gather(ctx)
			s.flush(durable)
		}
	}
}

// gather waits for more history, writing single steps meanwhile.
func (s *saver) gather(ctx context.Context) {
	timer := time.NewTimer(writeBehind)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		case <-s.urgent:
			s.writeSteps(context.WithoutCancel(ctx))
		}
	}
}

func (s *saver) writeSteps(ctx context.Context) {
	s.mu.Lock()
	steps := s.steps
	s.steps = nil
	s.mu.Unlock()
	for _, step := range steps {
		s.note(crash.Task(func() error { return step(ctx) })())
	}
}

func (s *saver) flush(ctx context.Context) {
	s.writeSteps(ctx)
	s.mu.Lock()
	messages, conversations := s.messages, s.conversations
	s.messages, s.conversations = nil, map[model.ConversationID]savedConversation{}
	s.mu.Unlock()
	if len(messages) > 0 {
		s.note(s.store.SaveMessages(ctx, messages))
	}
	if len(conversations) == 0 {
		return
	}
	s.note(s.store.SaveConversations(ctx, func(put func(model.ConversationID, []byte, *model.Message) error) error {
		for id, saved := range conversations {
			if err := put(id, saved.state, saved.last); err != nil {
				return err
			}
		}
		return nil
	}))
}

// note reports a failure once, until a write succeeds again.
func (s *saver) note(err error) {
	if err == nil {
		s.broken = false
		return
	}
	if !s.broken {
		s.failed(err)
	}
	s.broken = true
}
