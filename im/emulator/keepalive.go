package emulator

import (
	"context"
	"time"
)

// Web clients send a heartbeat when they have heard nothing for ten seconds, so one that
// hears much sends none. A connection from which nothing came for a while is therefore asked
// for a sign of life; that of the service ends after about a minute without one.
const (
	silenceLimit = 30 * time.Second
	signPatience = 30 * time.Second
)

// writePatience is how long a frame may take to leave before the reader counts as dead.
const writePatience = 10 * time.Second

// keepalive says how long a connection may be silent, how long a sign of life may take, and how long a frame to leave.
type keepalive struct{ silence, patience, write time.Duration }

// watch ends connections whose other side is gone without a word.
func (k keepalive) watch(c *connection) {
	timer := time.NewTimer(k.silence)
	defer timer.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-timer.C:
		}
		left := k.silence - time.Since(time.Unix(0, c.heard.Load()))
		if left <= 0 && !k.alive(c) {
			c.server.log.Debug("Connection gave no sign of life", "inst", c.inst.Load())
			c.leave(stateTimeOut)
			c.end()
			return
		}
		timer.Reset(max(left, k.silence/2))
	}
}

func (k keepalive) alive(c *connection) bool {
	ctx, cancel := context.WithTimeout(c.ctx, k.patience)
	defer cancel()
	return c.ws.Ping(ctx) == nil || c.ctx.Err() != nil
}
