package webhook

import (
	"context"
	"hash/maphash"
	"sync"
)

// How many events may wait, and how many are posted at once.
const (
	lanes     = 16
	laneDepth = 1000
)

// queues keep the order of events with the same key by giving each key one lane.
type queues struct {
	lanes [lanes]chan Event
	seed  maphash.Seed
	done  sync.WaitGroup
	ctx   context.Context // ends what is being posted
	end   context.CancelFunc

	mu     sync.RWMutex // held for reading while an event is added
	closed bool
}

func (q *queues) start(deliver func(context.Context, Event)) {
	q.seed = maphash.MakeSeed()
	q.ctx, q.end = context.WithCancel(context.Background())
	for i := range q.lanes {
		lane := make(chan Event, laneDepth)
		q.lanes[i] = lane
		q.done.Go(func() {
			for e := range lane {
				if q.ctx.Err() == nil {
					deliver(q.ctx, e)
				}
			}
		})
	}
}

// add queues an event; false means that too many wait, or that the sender is closed.
func (q *queues) add(key string, e Event) bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return false
	}
	select {
	case q.lanes[maphash.String(q.seed, key)%lanes] <- e:
		return true
	default:
		return false
	}
}

// waiting counts the queued events.
func (q *queues) waiting() int {
	n := 0
	for _, lane := range q.lanes {
		n += len(lane)
	}
	return n
}

// close lets the lanes run empty; what is left when the context ends is given up.
func (q *queues) close(ctx context.Context) {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.closed = true
	for _, lane := range q.lanes {
		close(lane)
	}
	q.mu.Unlock()
	defer context.AfterFunc(ctx, q.end)()
	q.done.Wait()
	q.end()
}
