package emulator

import (
	"context"
	"time"

	"reddot/im/wire"
)

// Commands that steer the server itself, for tests. Fault rules never hit them.
const (
	cmdReset        = "emulator.reset"
	cmdAdvanceClock = "emulator.advance_clock"
	cmdStats        = "emulator.stats"
)

// controller is what they act upon.
type controller interface {
	reset(ctx context.Context) error
	advance(d time.Duration)
	stats() serverStats
}

// maxAdvance is how far one call may set the clock forward, in seconds: a hundred years.
const maxAdvance = 100 * 366 * 24 * 3600

type advanceRequest struct {
	Seconds int64 `json:"Seconds"`
}

type advanceReply struct {
	wire.Result
	Now int64 `json:"Now"` // the server's clock afterwards, Unix seconds
}

func (c restCall) reset(wire.Empty) (any, error) {
	if c.Control == nil {
		return nil, c.unknown()
	}
	err := c.Control.reset(c.ctx)
	c.auth.forgetAll()
	return restDone(err)
}

func (c restCall) advanceClock(r advanceRequest) (any, error) {
	switch {
	case c.Control == nil:
		return nil, c.unknown()
	case r.Seconds < 0 || r.Seconds > maxAdvance:
		return nil, restError(wire.CodeGroupParam, "Seconds %d is not between 0 and %d", r.Seconds, int64(maxAdvance))
	}
	c.Control.advance(time.Duration(r.Seconds) * time.Second)
	return advanceReply{Result: wire.OK(), Now: c.Core.Now()}, nil
}

func (c restCall) stats(wire.Empty) (any, error) {
	if c.Control == nil {
		return nil, c.unknown()
	}
	return statsReply{Result: wire.OK(), serverStats: c.Control.stats()}, nil
}

type statsReply struct {
	wire.Result
	serverStats
}

// serverStats are figures about a server as of now; counts are since its start.
type serverStats struct {
	UptimeSeconds     int64         `json:"UptimeSeconds"`
	Now               int64         `json:"Now"` // the server's clock, Unix seconds
	Connections       int           `json:"Connections"`
	UsersOnline       int           `json:"UsersOnline"`
	Accounts          int           `json:"Accounts"`
	Groups            int           `json:"Groups"`
	MessagesStored    int64         `json:"MessagesStored"`
	Sends             int64         `json:"Sends"`
	MessagesPerSecond float64       `json:"MessagesPerSecond"` // over the last 10 seconds
	Pushes            int64         `json:"Pushes"`
	CutOff            int64         `json:"CutOff"` // connections that did not take their pushes
	RestCalls         int64         `json:"RestCalls"`
	Queues            queueStats    `json:"Queues"`
	SendLatency       latencyStats  `json:"SendLatency"`
	Webhook           *webhookStats `json:"Webhook,omitempty"`
}

// queueStats is what waits.
type queueStats struct {
	Writer     int `json:"Writer"`     // changes, for the writer
	Commits    int `json:"Commits"`    // commits, to be answered and told
	Pushes     int `json:"Pushes"`     // events, for all connections together
	MostPushes int `json:"MostPushes"` // events, for the slowest connection
	Webhook    int `json:"Webhook"`    // events, for the app's server
}

// latencyStats are quantiles in milliseconds.
type latencyStats struct {
	P50 float64 `json:"P50Ms"`
	P99 float64 `json:"P99Ms"`
}

type webhookStats struct {
	Asked      int64   `json:"Asked"`
	Unanswered int64   `json:"Unanswered"`
	WaitedMs   float64 `json:"WaitedMs"` // for all answers together
	Delivered  int64   `json:"Delivered"`
	Failed     int64   `json:"Failed"`
	Dropped    int64   `json:"Dropped"`
}

func (s *Server) stats() serverStats {
	kept := s.core.Stats()
	m := s.metrics
	_, sends := m.sends.snapshot()
	stats := serverStats{
		UptimeSeconds: int64(time.Since(m.started).Seconds()), Now: s.core.Now(), Accounts: kept.Accounts, Groups: kept.Groups,
		MessagesStored: kept.Messages, Sends: sends, MessagesPerSecond: m.rate.perSecond(time.Now()), Pushes: m.pushes.Load(),
		CutOff: m.cutOff.Load(), RestCalls: m.calls.Load(), Queues: queueStats{Writer: kept.Jobs, Commits: kept.Commits},
		SendLatency: latencyStats{P50: milliseconds(m.sends.quantile(0.5)), P99: milliseconds(m.sends.quantile(0.99))},
	}
	stats.Connections, stats.UsersOnline = s.hub.count(func(c *connection) {
		waiting := c.out.pushesWaiting()
		stats.Queues.Pushes += waiting
		stats.Queues.MostPushes = max(stats.Queues.MostPushes, waiting)
	})
	if s.hooks != nil {
		w := s.hooks.sender.Stats()
		stats.Queues.Webhook = w.Waiting
		stats.Webhook = &webhookStats{
			Asked: w.Asked, Unanswered: w.Unanswered, WaitedMs: milliseconds(w.Waited), Delivered: w.Delivered, Failed: w.Failed, Dropped: w.Dropped,
		}
	}
	return stats
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reset makes the server as it was at its first start: without data, without connections,
// without fault rules, by the true clock.
func (s *Server) reset(ctx context.Context) error {
	if err := s.core.Reset(ctx); err != nil {
		return err
	}
	s.positions.clear()
	s.clock.reset()
	if err := s.faults.Set(nil); err != nil {
		return err
	}
	return s.importAdmin(ctx)
}

func (s *Server) advance(d time.Duration) { s.clock.advance(d) }
