package push

import (
	"context"
	"errors"
	"time"
)

const (
	// wakeEvery is how often the clocks are compared: a sleep is noticed that much after waking up.
	wakeEvery = 2 * time.Second
	// wakeJump is how far they must be apart to count. Adjustments of the clock are smaller, or matter as much.
	wakeJump = 5 * time.Second
)

var errClockJumped = errors.New("the machine slept, or its clock was set")

// watchClock notices that the machine was asleep: the clock on the wall went on meanwhile, the one that timers go by did
// not. A connection is then most likely dead, though nothing says so yet, and a wait before the next attempt is longer than
// it seems. A clock that was set makes a new login worth while too, for that tells how far it is from the service's.
func (c *Client) watchClock(ctx context.Context) {
	ticker := time.NewTicker(wakeEvery)
	defer ticker.Stop()
	wall, steady := c.wall().Round(0), time.Now()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		nextWall, nextSteady := c.wall().Round(0), time.Now()
		apart := nextWall.Sub(wall) - nextSteady.Sub(steady)
		wall, steady = nextWall, nextSteady
		if apart.Abs() >= wakeJump {
			c.log.Info("The clock jumped: connecting anew", "by", apart.Round(time.Millisecond))
			c.connectAnew()
		}
	}
}

// connectAnew ends the connection, or the wait for the next one.
func (c *Client) connectAnew() {
	c.mu.Lock()
	connection := c.current
	c.mu.Unlock()
	if connection != nil {
		connection.end(errClockJumped)
		return
	}
	c.ReconnectNow()
}
