package session_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

func TestLoginRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		refusal := &im.Error{Doing: "log in", Code: 70001, Class: im.ClassPermission, Cause: "the signature has expired"}
		service.refuse = func(*device, string) error { return refusal }
		r := start(t, service.device("anchor", "term"), memory(t))
		require.ErrorIs(t, r.WaitSynced(t.Context()), refusal)
		require.Equal(t, session.LoggedOut, r.View().Connection.Phase)
	})
}

func TestUnreachableServiceIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.refuse = func(*device, string) error { return errOffline }
		r := start(t, service.device("anchor", "term"), memory(t))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, r.WaitSynced(ctx), errOffline)
		require.Equal(t, session.Offline, r.View().Connection.Phase)
		require.True(t, r.View().Connection.Retry.After(time.Now()))

		service.mu.Lock()
		service.refuse = nil
		service.mu.Unlock()
		r.ReconnectNow()
		require.NoError(t, r.WaitSynced(t.Context()))
		require.Equal(t, session.Online, r.View().Connection.Phase)
	})
}

// TestSilentServiceIsSaidInWords: a deadline that passes is no reason that people can do something about.
func TestSilentServiceIsSaidInWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.refuse = func(*device, string) error {
			time.Sleep(time.Minute)
			return nil
		}
		r := start(t, service.device("anchor", "term"), memory(t))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := r.WaitSynced(ctx)
		require.Equal(t, im.ClassUnreachable, im.ClassOf(err))
		trouble := session.Explain(err)
		require.NotEmpty(t, trouble.Remedy)
		require.NotContains(t, err.Error(), "deadline")
	})
}

func TestKickedAndSignatureNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := start(t, service.device("anchor", "term"), memory(t))
		synctest.Wait()
		r.device.events <- im.SignatureExpiring{Expires: time.Now().Add(time.Hour)}
		synctest.Wait()
		require.Equal(t, session.NoticeSignatureSoon, r.View().Notices[0].Code)
		r.device.events <- im.SignatureExpiring{Expired: true}
		r.device.events <- im.Kicked{Reason: im.KickedByAdmin}
		synctest.Wait()
		require.Len(t, r.View().Notices, 2)
		require.Equal(t, session.LoggedOut, r.View().Connection.Phase)
		require.NotEmpty(t, r.View().Connection.Reason)
	})
}

func TestMissedMessagesAreCountedAndFetchedAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		service.say("a", "guide", "before")
		r.look("a")
		r.of(t, "a")
		r.Look(session.Viewing{})
		synctest.Wait()
		r.device.drop()
		service.sayMany("a", "guide", 70)
		require.Zero(t, r.of(t, "a").Unread)
		require.Equal(t, session.Offline, r.View().Connection.Phase)

		r.device.reconnect()
		require.Equal(t, 70, r.of(t, "a").Unread)
		r.look("a")
		c := r.of(t, "a")
		require.Zero(t, c.Unread)
		last := c.Messages[len(c.Messages)-1].Sequence
		for i, m := range c.Messages {
			require.Equal(t, last-int64(len(c.Messages)-1-i), m.Sequence, "in one piece")
		}
		require.Equal(t, int64(71), last)
	})
}

func TestFollowersMissNothingAcrossAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.say("a", "guide", "old")
		r := start(t, service.device("anchor", "term"), memory(t))
		facts := r.Follow(t.Context())
		require.NoError(t, r.WaitSynced(t.Context()))
		service.say("a", "guide", "live")
		synctest.Wait()
		r.device.drop()
		service.sayMany("a", "guide", 200)
		r.device.reconnect()
		synctest.Wait()
		service.say("a", "guide", "last")

		var heard []int64
		for len(heard) < 202 {
			fact := <-facts
			if fact.Kind == session.FactMessage {
				heard = append(heard, fact.Position)
			}
		}
		for i, position := range heard {
			require.Equal(t, int64(i+2), position)
		}
	})
}

// TestTheAgeOfPolledDataIsShown: it stands through an outage, so that the screen can say how old what it shows is.
func TestTheAgeOfPolledDataIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		require.Zero(t, r.View().Connection.Fetched)
		at := time.Now()
		r.device.events <- im.Swept{At: at, Next: at.Add(time.Second), Live: true}
		synctest.Wait()
		require.Equal(t, at, r.View().Connection.Fetched)
		require.Equal(t, at.Add(time.Second), r.View().Connection.NextFetch)
		require.True(t, r.View().Connection.Live)
		r.device.drop()
		synctest.Wait()
		require.Equal(t, at, r.View().Connection.Fetched)
		require.False(t, r.View().Connection.Live)
	})
}

// TestARefusedReconnectIsLeftToAPerson: the client has given up, so the session must not wait for it.
func TestARefusedReconnectIsLeftToAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.device.push(im.Disconnected{Reason: &im.Error{Doing: "log in", Code: 70051, Class: im.ClassPermission, Cause: "blocked"}, Retry: -1})
		synctest.Wait()
		require.Equal(t, session.LoggedOut, r.View().Connection.Phase)
		require.Contains(t, r.View().Connection.Reason, "blocked")

		r.ReconnectNow()
		synctest.Wait()
		require.Equal(t, session.Online, r.View().Connection.Phase)
	})
}

// TestOfflineSinceTheFirstFailure: attempts in between that fail do not make the connection any newer.
func TestOfflineSinceTheFirstFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.device.drop()
		lost := time.Now()
		for range 3 {
			time.Sleep(20 * time.Second)
			r.device.events <- im.Disconnected{Reason: errOffline, Retry: 30 * time.Second}
		}
		synctest.Wait()
		connection := r.View().Connection
		require.True(t, connection.Since.Equal(lost))
		require.True(t, connection.Retry.Equal(time.Now().Add(30*time.Second)))
		require.Equal(t, 30*time.Second, connection.Wait)
		r.device.reconnect()
		synctest.Wait()
		require.True(t, r.View().Connection.Since.Equal(time.Now()))
	})
}

// TestAClockThatIsSetWhileTheConnectionLives shows without a new login.
func TestAClockThatIsSetWhileTheConnectionLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.device.events <- im.Latency{RoundTrip: time.Millisecond, ClockOffset: time.Hour}
		synctest.Wait()
		require.Equal(t, time.Hour, r.View().Connection.ClockOffset)
	})
}
