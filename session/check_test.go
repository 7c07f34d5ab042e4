package session_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
)

// deafen keeps a device connected and lets no push reach it, as a push that is lost on the way.
func (d *device) deafen(deaf bool) {
	d.service.mu.Lock()
	defer d.service.mu.Unlock()
	d.deaf = deaf
}

// TestAPushThatWasLostIsNoticedOnALivingConnection: messages in the open group and in another one, and the note of another
// device.
func TestAPushThatWasLostIsNoticedOnALivingConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("open", model.Public, "anchor", "guide")
		service.group("other", model.Public, "anchor", "guide")
		service.group("read", model.Public, "anchor", "guide")
		service.sayMany("read", "guide", 3)
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.Look(session.Viewing{Conversation: "GROUPopen", AtBottom: true, Focused: true})
		require.Equal(t, 3, r.of(t, "read").Unread)
		time.Sleep(time.Minute)

		r.device.deafen(true)
		service.say("open", "guide", "lost here")
		service.say("other", "guide", "lost there")
		web := start(t, service.device("anchor", "web"), memory(t))
		require.NoError(t, web.WaitSynced(t.Context()))
		_, err := web.ReadAndWait(t.Context(), "GROUPread")
		require.NoError(t, err)
		r.device.deafen(false)
		synctest.Wait()
		require.Zero(t, r.of(t, "other").Unread, "nobody can know yet")

		time.Sleep(10 * time.Minute)
		synctest.Wait()
		require.Equal(t, "lost here", states(r.of(t, "open")))
		require.Zero(t, r.of(t, "open").Unread, "it was read as it came to light")
		require.Equal(t, 1, r.of(t, "other").Unread)
		require.Zero(t, r.of(t, "read").Unread)
	})
}

// TestALivingConnectionIsCheckedNowAndThen, and no other: a client that polls looks by itself.
func TestALivingConnectionIsCheckedNowAndThen(t *testing.T) {
	for name, test := range map[string]struct {
		push        bool
		least, most int
	}{"push": {true, 8, 15}, "polling": {false, 0, 0}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := newService()
				service.group("a", model.Public, "anchor", "guide")
				d := service.device("anchor", "term")
				d.capabilities.Push = test.push
				r := start(t, d, memory(t))
				require.NoError(t, r.WaitSynced(t.Context()))
				before := service.asked("term sync")
				time.Sleep(time.Hour)
				checks := service.asked("term sync") - before
				require.GreaterOrEqual(t, checks, test.least)
				require.LessOrEqual(t, checks, test.most)

				r.device.drop()
				before = service.asked("term sync")
				time.Sleep(time.Hour)
				require.Zero(t, service.asked("term sync")-before, "nothing is asked without a connection")
			})
		})
	}
}

// TestANoteThatWasLostBeforeALaterOneIsFoundAfterARestart: the later one has moved the cursor past it.
func TestANoteThatWasLostBeforeALaterOneIsFoundAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		for _, group := range []string{"a", "b"} {
			service.group(group, model.Public, "anchor", "guide")
			service.sayMany(group, "guide", 3)
		}
		kept := openStore(t, path)
		r := start(t, service.device("anchor", "term"), kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		d := service.device("anchor", "web")
		d.capabilities.MarkRead = false // the note is all there is
		web := start(t, d, memory(t))
		require.NoError(t, web.WaitSynced(t.Context()))

		time.Sleep(time.Minute)
		r.device.deafen(true)
		_, err := web.ReadAndWait(t.Context(), "GROUPa")
		require.NoError(t, err)
		r.device.deafen(false)
		time.Sleep(time.Minute)
		_, err = web.ReadAndWait(t.Context(), "GROUPb")
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, 3, r.of(t, "a").Unread)
		require.Zero(t, r.of(t, "b").Unread)
		time.Sleep(time.Second)
		r.stop()
		require.NoError(t, kept.Close())

		r = start(t, service.device("anchor", "term"), openStore(t, path))
		require.NoError(t, r.WaitSynced(t.Context()))
		require.Zero(t, r.of(t, "a").Unread)
	})
}
