package emulator

import (
	"sync/atomic"
	"time"
)

// clock is the server's clock: another one, set forward by what tests ask for.
type clock struct {
	base  func() time.Time
	ahead atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time { return c.base().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

func (c *clock) reset() { c.ahead.Store(0) }
