package push

import (
	"context"
	"errors"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
)

// The timers of the Web SDK (push-protocol, section 4).
const (
	heartbeatAfter    = 10 * time.Second
	heartbeatPatience = 3 * time.Second
	// logoutPatience is how long Close waits for the service to notice; it notices a closed socket as well.
	logoutPatience = 500 * time.Millisecond
)

var errSilent = errors.New("no sign of life from the service for " + heartbeatPatience.String())

// keepAlive sends a heartbeat when the service has been silent, and wshello as often as the service wants it. A service
// that is silent beyond that costs the connection.
func (c *Client) keepAlive(n *connection) {
	if !c.beat(n) {
		return
	}
	heartbeat := time.NewTimer(heartbeatAfter)
	defer heartbeat.Stop()
	hello := helloTicker(n.hello)
	defer hello.Stop()
	for {
		select {
		case <-heartbeat.C:
			if n.silence() >= heartbeatAfter && !c.beat(n) {
				return
			}
			heartbeat.Reset(max(time.Millisecond, heartbeatAfter-n.silence()))
		case <-hello.C:
			c.hello(n)
		case <-n.ctx.Done():
			return
		}
	}
}

// helloTicker returns a ticker that never ticks for an interval of 0.
func helloTicker(interval time.Duration) *time.Ticker {
	if interval > 0 {
		return time.NewTicker(interval)
	}
	never := time.NewTicker(time.Hour)
	never.Stop()
	return never
}

// beat sends a heartbeat and waits for its answer. Any other frame counts as a sign of life too: behind a flood of pushes
// the answer may be late. It says whether the connection still lives.
func (c *Client) beat(n *connection) bool {
	start := time.Now()
	_, err := c.roundTrip(n, wire.CmdAlive, wire.Empty{}, heartbeatPatience)
	switch {
	case err == nil:
		if c.emit(im.Latency{RoundTrip: time.Since(start), ClockOffset: time.Duration(c.clockOffset.Load())}) != nil {
			n.end(errSlowReader)
		}
	case n.ctx.Err() == nil && n.silence() >= heartbeatPatience:
		n.end(lost(errSilent))
	}
	return n.ctx.Err() == nil
}

// hello sends wshello. Its answer may say that this login was ended.
func (c *Client) hello(n *connection) {
	body, err := c.roundTrip(n, wire.CmdHello, wire.Empty{}, heartbeatPatience)
	if err != nil {
		return
	}
	var answer wire.HelloReply
	if convert.Lenient(body, &answer) == nil && answer.ErrorCode == wire.CodeKickedHello {
		n.end(kickedError{kickReason(answer.KickType), answer.NewInstInfo.String()})
	}
}

func (c *Client) logOut(n *connection) {
	_, _ = c.roundTrip(n, wire.CmdLogout, wire.LogoutRequest{Type: wire.LogoutByUser}, logoutPatience)
}

// roundTrip sends a request that concerns this connection only and waits for its answer.
func (c *Client) roundTrip(n *connection, command string, body any, patience time.Duration) ([]byte, error) {
	text, err := wire.Marshal(body)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(n.ctx, patience)
	defer cancel()
	c.mu.Lock()
	waiting := c.add(command, text)
	waiting.bound = n
	c.mu.Unlock()
	defer c.forget(waiting)
	if err := n.send(ctx, waiting.out); err != nil {
		return nil, err
	}
	select {
	case answer := <-waiting.answer:
		return answer.body, answer.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
