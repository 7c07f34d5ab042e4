package push

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
)

// clocks is a wall clock that can be set while the one that timers go by runs on.
type clocks struct{ ahead atomic.Int64 }

func (c *clocks) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clocks) set(by time.Duration) { c.ahead.Add(int64(by)) }

// TestAfterASleepTheConnectionIsReplaced: the socket looks alive, but the service has long given it up.
func TestAfterASleepTheConnectionIsReplaced(t *testing.T) {
	for name, jump := range map[string]time.Duration{"sleep": 8 * time.Hour, "clock set back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client()
				var wall clocks
				client.wall = wall.now
				server.connect(client)
				time.Sleep(3 * time.Second)
				wall.set(jump)
				begin := time.Now()
				require.ErrorIs(t, nextOf[im.Disconnected](t, client).Reason, errClockJumped)
				require.LessOrEqual(t, time.Since(begin), wakeEvery)
				c := server.accept()
				require.Equal(t, "a2-alice", c.login().Head["a2"])
				connected := nextOf[im.Connected](t, client)
				require.InDelta(t, -jump.Seconds(), connected.ClockOffset.Seconds(), 1, "the clocks are compared anew")
				time.Sleep(wakeEvery + heartbeatPatience/4)
				require.Empty(t, server.accepted, "one jump, one login")
			})
		})
	}
}

func TestAfterASleepTheNextAttemptDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client(func(o *Options) { o.URLs = At("ws://im.example.com") })
		var wall clocks
		client.wall = wall.now
		c := server.connect(client)
		server.refuse(true)
		c.drop()
		for { // until the wait is long
			if lost := nextOf[im.Disconnected](t, client); lost.Retry > 10*time.Second {
				break
			}
		}
		server.refuse(false)
		wall.set(time.Hour)
		begin := time.Now()
		server.accept().login()
		nextOf[im.Connected](t, client)
		require.LessOrEqual(t, time.Since(begin), wakeEvery)
	})
}

func TestSmallAdjustmentsOfTheClockChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		var wall clocks
		client.wall = wall.now
		c := server.connect(client)
		go func() {
			for frame := range c.frames {
				c.reply(frame, `{}`)
			}
		}()
		for range 20 {
			wall.set(time.Second)
			time.Sleep(wakeEvery)
		}
		require.Empty(t, server.accepted)
	})
}
