package push

import (
	"sync"

	"reddot/crash"
	"reddot/im"
)

// queueLimit is how many messages may wait for a slow reader before the connection is given up: two floods of the
// size that the server bounds its own queue to (1,000 pushes of about 20 messages each).
const queueLimit = 40_000

// queue hands events to one reader in order. Adding never blocks; what the channel cannot take waits in a backlog
// that a goroutine of its own empties.
type queue struct {
	out  chan im.Event
	done chan struct{}

	mu      sync.Mutex
	backlog []im.Event
	// weight is the number of messages in the backlog, other events counting one.
	weight int
	limit  int
	// pumping is set while a goroutine empties the backlog; until it ends, the channel must not be written directly.
	pumping bool
	closed  bool
	// empty is closed when the backlog has been handed over.
	empty chan struct{}
	wait  sync.WaitGroup
}

func newQueue(limit int) *queue {
	return &queue{out: make(chan im.Event, 64), done: make(chan struct{}), limit: limit}
}

// put adds an event and says whether there was room for it. Without room it is not added.
func (q *queue) put(event im.Event) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.weight+weigh(event) > q.limit {
		return false
	}
	q.add(event)
	return true
}

// force adds an event that must not be lost, room or not: the few that tell about the connection itself.
func (q *queue) force(event im.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(event)
}

func (q *queue) add(event im.Event) {
	if q.closed {
		return
	}
	if !q.pumping {
		select {
		case q.out <- event:
			return
		default:
		}
	}
	q.backlog = append(q.backlog, event)
	q.weight += weigh(event)
	if q.pumping {
		return
	}
	q.pumping = true
	q.empty = make(chan struct{})
	q.wait.Add(1)
	go crash.Guard(q.pump)()
}

// pump writes the backlog to the channel until none is left.
func (q *queue) pump() {
	defer q.wait.Done()
	for {
		batch := q.take()
		if batch == nil {
			return
		}
		for _, event := range batch {
			select {
			case q.out <- event:
				q.delivered(event)
			case <-q.done:
				return
			}
		}
	}
}

// take returns the backlog, or ends the pumping if there is none.
func (q *queue) take() []im.Event {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.backlog
	q.backlog = nil
	if len(batch) == 0 {
		q.pumping = false
		close(q.empty)
	}
	return batch
}

func (q *queue) delivered(event im.Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.weight -= weigh(event)
}

// drained returns a channel that is closed once the backlog of this moment has been handed over.
func (q *queue) drained() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pumping {
		return q.empty
	}
	ready := make(chan struct{})
	close(ready)
	return ready
}

// close drops what nobody reads any more and closes the channel. It is safe to call twice.
func (q *queue) close() {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.closed = true
	close(q.done)
	q.mu.Unlock()
	q.wait.Wait()
	close(q.out)
}

// weigh returns how much of the queue's limit an event takes.
func weigh(event im.Event) int {
	if received, ok := event.(im.MessagesReceived); ok {
		return max(1, len(received.Messages))
	}
	return 1
}
