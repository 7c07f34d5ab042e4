package session

import (
	"context"
	"sync"

	"reddot/crash"
)

// followers hands every fact to everyone who follows, in order and without loss: a slow follower makes
// its own queue longer and holds up nobody.
type followers struct {
	mu   sync.Mutex
	all  map[*follower]struct{}
	done bool
}

type follower struct {
	mu     sync.Mutex
	queue  []Fact
	closed bool
	ready  chan struct{}
}

// tell queues facts for every follower.
func (f *followers) tell(facts ...Fact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for one := range f.all {
		one.put(facts)
	}
}

// any says whether somebody follows.
func (f *followers) any() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.all) > 0
}

// close lets every follower finish what is queued, and ends the channels then.
func (f *followers) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = true
	for one := range f.all {
		one.end()
	}
}

func (f *followers) add() *follower {
	one := &follower{ready: make(chan struct{}, 1)}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		one.end()
		return one
	}
	if f.all == nil {
		f.all = map[*follower]struct{}{}
	}
	f.all[one] = struct{}{}
	return one
}

func (f *followers) remove(one *follower) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.all, one)
}

func (f *follower) put(facts []Fact) {
	f.mu.Lock()
	f.queue = append(f.queue, facts...)
	f.mu.Unlock()
	signal(f.ready)
}

func (f *follower) end() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	signal(f.ready)
}

func (f *follower) take() (facts []Fact, more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	facts, f.queue = f.queue, nil
	return facts, !f.closed
}

// Follow returns every fact from now on, in order, until the context ends or the session has ended and
// everything queued was taken; then the channel is closed.
func (s *Session) Follow(ctx context.Context) <-chan Fact {
	out := make(chan Fact)
	one := s.followers.add()
	go crash.Guard(func() {
		defer close(out)
		defer s.followers.remove(one)
		for {
			select {
			case <-ctx.Done():
				return
			case <-one.ready:
			}
			facts, more := one.take()
			for _, fact := range facts {
				select {
				case <-ctx.Done():
					return
				case out <- fact:
				}
			}
			if !more {
				return
			}
		}
	})()
	return out
}
