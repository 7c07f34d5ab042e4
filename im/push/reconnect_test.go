package push

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
)

func TestReconnectWithTicket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		first := server.connect(client)
		time.Sleep(2 * time.Second)
		first.drop()

		lost := nextOf[im.Disconnected](t, client)
		require.Error(t, lost.Reason)
		require.Zero(t, lost.Retry, "a connection that lasted is replaced at once")
		second := server.accept()
		require.Equal(t, first.query.Get("instanceid"), second.query.Get("instanceid"))
		require.NotEqual(t, first.query.Get("random"), second.query.Get("random"))
		login := second.login()
		require.Equal(t, "a2-alice", login.Head["a2"])
		require.NotContains(t, login.Head, "usersig")
		require.NotContains(t, login.Head, "identifier")
		require.True(t, nextOf[im.Connected](t, client).Resumed)
	})
}

func TestRefusedTicketFallsBackToSignature(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		server.connect(client).drop()
		nextOf[im.Disconnected](t, client)
		c := server.accept()
		c.reply(c.next(), `{"ErrorCode":70101,"ErrorInfo":"ticket expired"}`)
		again := c.login()
		require.Equal(t, "sig-1", again.Head["usersig"])
		require.NotContains(t, again.Head, "a2")
		require.True(t, nextOf[im.Connected](t, client).Resumed)
	})
}

func TestRefusedReconnectEndsTrying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		server.connect(client).drop()
		nextOf[im.Disconnected](t, client)
		c := server.accept()
		for range 2 { // ticket, then signature
			c.reply(c.next(), `{"ErrorCode":70051,"ErrorInfo":"blocked"}`)
		}
		end := nextOf[im.Disconnected](t, client)
		require.Negative(t, end.Retry)
		require.Equal(t, im.ClassPermission, im.ClassOf(end.Reason))
		require.Equal(t, im.ClassPermission, im.ClassOf(client.MarkRead(t.Context(), "GROUPg", 1)))
	})
}

func TestBackoffGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		server.refuse(true)
		c.drop() // before a second has passed
		var total time.Duration
		for attempt := 1; attempt <= 8; attempt++ {
			lost := nextOf[im.Disconnected](t, client)
			require.Equal(t, attempt, lost.Attempt)
			require.Positive(t, lost.Retry)
			require.LessOrEqual(t, lost.Retry, maxBackoffLoopback*3/2+1)
			total += lost.Retry
		}
		require.Greater(t, total, 4*time.Second)
		server.refuse(false)
		server.accept().login()
		require.True(t, nextOf[im.Connected](t, client).Resumed)
	})
}

func TestReconnectNowCutsTheWaitShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		server.refuse(true)
		c.drop()
		for range 5 { // until the wait is long
			nextOf[im.Disconnected](t, client)
		}
		server.refuse(false)
		synctest.Wait()
		begin := time.Now()
		client.ReconnectNow()
		server.accept().login()
		require.True(t, nextOf[im.Connected](t, client).Resumed)
		require.Less(t, time.Since(begin), firstBackoff)
	})
}
