package session_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// tell lets a user write to another one from no device of the test.
func (s *service) tell(from, to, text string) {
	s.sayTo(im.Outgoing{
		Conversation: model.C2CConversation(to), Random: s.random.Add(1), ClientTime: 1, Sequence: int64(s.random.Load()),
		Elements: []model.Element{model.Text{Text: text}}, NeedReceipt: true,
	}, from, nil)
}

var viewC2C = session.Viewing{Conversation: "C2Clin", AtBottom: true, Focused: true}

func (r *running) with(t *testing.T, user string) *session.Conversation {
	t.Helper()
	synctest.Wait()
	c := r.View().ByID[model.C2CConversation(user)]
	require.NotNil(t, c, user)
	return c
}

func TestC2CIsWalkedBackByCursor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		for i := range 75 {
			service.tell("lin", "anchor", fmt.Sprint(i))
		}
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.Look(viewC2C)
		require.GreaterOrEqual(t, len(r.with(t, "lin").Messages), 50)
		for range 3 {
			r.LoadOlder("C2Clin")
			synctest.Wait()
		}
		c := r.with(t, "lin")
		require.True(t, c.Complete)
		require.Len(t, c.Messages, 75)
		for i, m := range c.Messages {
			require.Equal(t, fmt.Sprint(i), m.Elements[0].(model.Text).Text)
		}
	})
}

func TestC2CMessagesMissedWhileAwayAreFetchedOnOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		service.tell("lin", "anchor", "first")
		kept := openStore(t, path)
		r := start(t, service.device("anchor", "term"), kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		r.Look(session.Viewing{Conversation: "C2Clin"})
		require.Equal(t, "first", texts(r.with(t, "lin")))
		r.stop()
		require.NoError(t, kept.Close())

		for i := range 45 {
			service.tell("lin", "anchor", fmt.Sprint(i))
		}
		r = start(t, service.device("anchor", "term"), openStore(t, path))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.Look(session.Viewing{Conversation: "C2Clin"})
		require.Len(t, r.with(t, "lin").Messages, 46)
	})
}

func TestC2CHasNoHoleHoweverLongOneWasAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		said := 0
		say := func(n int) {
			for range n {
				service.tell("lin", "anchor", fmt.Sprint(said))
				said++
			}
		}
		runOnce := func(use func(r *running)) {
			kept := openStore(t, path)
			r := start(t, service.device("anchor", "term"), kept)
			require.NoError(t, r.WaitSynced(t.Context()))
			use(r)
			synctest.Wait()
			time.Sleep(time.Minute)
			r.stop()
			require.NoError(t, kept.Close())
		}
		runOnce(func(*running) { say(10) })
		say(120)
		runOnce(func(*running) {})
		say(100)
		runOnce(func(*running) { say(5) })
		runOnce(func(r *running) {
			r.Look(viewC2C)
			for range 20 {
				c := r.with(t, "lin")
				for i, m := range c.Messages {
					require.Equal(t, fmt.Sprint(said-len(c.Messages)+i), m.Elements[0].(model.Text).Text)
				}
				if c.Complete {
					break
				}
				r.LoadOlder("C2Clin")
			}
			require.Len(t, r.with(t, "lin").Messages, said)
		})
	})
}

func TestC2CMessageRaisesTheBadgeAndIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		r := start(t, service.device("anchor", "term"), memory(t))
		lin := start(t, service.device("lin", "phone"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		require.NoError(t, lin.WaitSynced(t.Context()))
		service.tell("lin", "anchor", "hello")
		require.Equal(t, 1, r.with(t, "lin").Unread)
		r.Look(session.Viewing{Conversation: "C2Clin", AtBottom: true, Focused: true})
		require.Zero(t, r.with(t, "lin").Unread)

		_, err := r.Send(t.Context(), "C2Clin", draft("hi"))
		require.NoError(t, err)
		require.Equal(t, "hello hi", texts(r.with(t, "lin")))
		require.Equal(t, "hello hi", texts(lin.with(t, "anchor")))
		r.device.events <- im.PeerRead{Conversation: "C2Clin", Position: r.with(t, "lin").Messages[1].ServerTime}
		require.True(t, r.with(t, "lin").Messages[1].PeerRead)
	})
}
