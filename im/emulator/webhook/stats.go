package webhook

import (
	"sync/atomic"
	"time"
)

// counters count since the start of the sender.
type counters struct {
	asked, unanswered          atomic.Int64
	waited                     atomic.Int64 // nanoseconds of all before-events
	delivered, failed, dropped atomic.Int64
}

func (c *counters) before(took time.Duration, err error) {
	c.asked.Add(1)
	c.waited.Add(int64(took))
	if err != nil {
		c.unanswered.Add(1)
	}
}

// Stats are the counters of a sender since its start.
type Stats struct {
	Asked      int64         // before-events
	Unanswered int64         // of those, without a usable answer in time
	Waited     time.Duration // for all before-events together
	Delivered  int64         // after-events
	Failed     int64         // after-events that nobody took
	Dropped    int64         // after-events that did not fit into the queue
	Waiting    int           // after-events in the queue now
}

// Stats returns the counters.
func (s *Sender) Stats() Stats {
	c := &s.counters
	return Stats{
		Asked: c.asked.Load(), Unanswered: c.unanswered.Load(), Waited: time.Duration(c.waited.Load()),
		Delivered: c.delivered.Load(), Failed: c.failed.Load(), Dropped: c.dropped.Load(), Waiting: s.queues.waiting(),
	}
}
