package session_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running is a session under test with what it runs on.
type running struct {
	*session.Session
	device *device
	stop   func()
}

// start runs a session in the bubble until the test or stop ends it.
func start(t *testing.T, d *device, kept *store.Store) *running {
	t.Helper()
	return startOn(t, d, kept, kept)
}

func startOn(t *testing.T, d *device, kept session.Store, journal session.Journal) *running {
	t.Helper()
	return run(t, session.Options{Client: d, Store: kept, Journal: journal, Device: d.name}, d)
}

func run(t *testing.T, options session.Options, d *device) *running {
	t.Helper()
	s := session.New(options)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx)
	}()
	r := &running{Session: s, device: d, stop: func() { cancel(); <-ended }}
	t.Cleanup(r.stop)
	return r
}

func memory(t *testing.T) *store.Store { return openStore(t, store.Memory) }

func openStore(t *testing.T, path string) *store.Store {
	t.Helper()
	kept, err := store.Open(path, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kept.Close()) })
	return kept
}

// of returns the picture of a group once everything that is under way has settled.
func (r *running) of(t *testing.T, group string) *session.Conversation {
	t.Helper()
	synctest.Wait()
	c := r.View().ByID[model.GroupConversation(group)]
	require.NotNil(t, c, group)
	return c
}

func (r *running) look(group string) {
	r.Look(session.Viewing{Conversation: model.GroupConversation(group), AtBottom: true, Focused: true})
}

func texts(c *session.Conversation) string {
	var all []string
	for _, m := range c.Messages {
		if text, ok := m.Elements[0].(model.Text); ok {
			all = append(all, text.Text)
		}
	}
	return strings.Join(all, " ")
}

func (s *service) sayMany(group, user string, n int) {
	for i := range n {
		s.say(group, user, fmt.Sprint(i+1))
	}
}

func TestShowsWhatTheServiceTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 3)
		r := start(t, service.device("anchor", "term"), memory(t))

		c := r.of(t, "a")
		require.Equal(t, "name of a", c.Name)
		require.Equal(t, 3, c.Unread)
		require.Equal(t, 3, r.View().Unread)
		require.Equal(t, "3", c.Last.Elements[0].(model.Text).Text)
		require.Equal(t, model.RoleAnchor, c.Role)
		require.Equal(t, session.Online, r.View().Connection.Phase)
		require.Equal(t, "nick of anchor", r.View().Self.Name)
	})
}

func TestNewMessageRaisesTheBadgeAndTheRestKeepsItsPicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.group("b", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		before := r.of(t, "b")
		service.say("a", "guide", "hello")
		require.Equal(t, 1, r.of(t, "a").Unread)
		require.Same(t, before, r.of(t, "b"))
	})
}

func TestOpeningLoadsReadsAndFreezesTheDivider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		group := service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 30)
		group.read["anchor"] = 10
		r := start(t, service.device("anchor", "term"), memory(t))
		require.Equal(t, 20, r.of(t, "a").Unread)

		r.look("a")
		c := r.of(t, "a")
		require.Zero(t, c.Unread)
		require.Len(t, c.Messages, 30)
		require.True(t, c.Complete)
		require.Equal(t, int64(10), c.Divider)
		require.Equal(t, 20, c.DividerUnread)
		require.Equal(t, int64(30), service.readUpTo("a", "anchor"))

		service.say("a", "guide", "more")
		c = r.of(t, "a")
		require.Zero(t, c.Unread, "read as it comes")
		time.Sleep(time.Second) // calls of one conversation are paced
		require.Equal(t, int64(10), c.Divider)
		require.Equal(t, int64(31), service.readUpTo("a", "anchor"))
		require.Equal(t, "nick of guide", c.Members["guide"].Name)

		r.Look(session.Viewing{})
		require.Equal(t, int64(-1), r.of(t, "a").Divider)
	})
}

func TestNothingIsReadWithoutFocusOrAwayFromTheBottom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		r.look("a")
		r.of(t, "a")
		for _, viewing := range []session.Viewing{
			{Conversation: "GROUPa", AtBottom: true}, {Conversation: "GROUPa", Focused: true},
		} {
			r.Look(viewing)
			service.say("a", "guide", "x")
			require.NotZero(t, r.of(t, "a").Unread)
			r.look("a")
			require.Zero(t, r.of(t, "a").Unread)
		}
	})
}

func TestScrollingBackFetchesPageByPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 170)
		r := start(t, service.device("anchor", "term"), memory(t))
		r.look("a")
		held := len(r.of(t, "a").Messages)
		require.GreaterOrEqual(t, held, 50)
		require.Less(t, held, 100)
		for range 3 {
			r.LoadOlder("GROUPa")
			r.of(t, "a")
		}
		c := r.of(t, "a")
		require.Len(t, c.Messages, 170)
		require.True(t, c.Complete)
		for i, m := range c.Messages {
			require.Equal(t, int64(i+1), m.Sequence)
		}
	})
}

func TestStartsFromTheStoreWithoutANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		service.sayMany("a", "guide", 5)
		kept := openStore(t, path)
		first := start(t, service.device("anchor", "term"), kept)
		first.look("a")
		first.of(t, "a")
		first.Look(session.Viewing{})
		service.say("a", "guide", "unread")
		first.SaveDraft("GROUPa", "typed")
		first.of(t, "a")
		first.stop()
		require.NoError(t, kept.Close())

		service.refuse = func(*device, string) error { return errOffline }
		second := start(t, service.device("anchor", "term"), openStore(t, path))
		c := second.of(t, "a")
		require.Equal(t, session.Offline, second.View().Connection.Phase)
		require.Equal(t, "name of a", c.Name)
		require.Equal(t, 1, c.Unread)
		require.Equal(t, "typed", c.Draft)
		second.look("a")
		require.Equal(t, "1 2 3 4 5 unread", texts(second.of(t, "a")))
	})
}

// TestWhoLooksAtNoBadgesFetchesNone: the badge that was kept before stands for the next start.
func TestWhoLooksAtNoBadgesFetchesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "bo", "lin")
		service.sayMany("a", "lin", 3)
		kept := memory(t)
		r := start(t, service.device("bo", "term"), kept)
		require.Equal(t, 3, r.of(t, "a").Unread)
		r.stop()

		service.sayMany("a", "lin", 2)
		d := service.device("bo", "term")
		d.uncounted = true
		asked := service.asked("history")
		r = start(t, d, kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		require.EqualValues(t, 5, r.of(t, "a").LastSequence)
		require.Equal(t, asked, service.asked("history"))
		r.stop()

		offline := service.device("bo", "term")
		service.refuse = func(*device, string) error { return errOffline }
		r = start(t, offline, kept)
		require.Equal(t, 3, r.of(t, "a").Unread)
	})
}

func TestMessageWhosePreviewCameFirstIsStillTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		d := service.device("anchor", "term")
		said := service.say("a", "guide", "pushed late")
		r := start(t, d, memory(t))
		facts := r.Follow(t.Context())
		require.NoError(t, r.WaitSynced(t.Context()))
		require.True(t, r.of(t, "a").Last.Partial)
		require.Equal(t, 1, r.of(t, "a").Unread)
		d.events <- im.MessagesReceived{Conversation: "GROUPa", Messages: []*model.Message{said}}
		for fact := range facts {
			if fact.Kind == session.FactMessage {
				require.Equal(t, said.Key(), fact.Message.Key())
				break
			}
		}
		require.Equal(t, 1, r.of(t, "a").Unread)
	})
}

func TestSelfConversationIsHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.sayTo(im.Outgoing{Conversation: "C2Canchor", Random: 1, ClientTime: 1, Elements: []model.Element{model.Text{Text: "note to self"}}}, "anchor", nil)
		synctest.Wait()
		require.Len(t, r.View().Conversations, 1)
		require.Len(t, r.View().ByID, 1)
		require.Zero(t, r.View().Unread)
	})
}

func TestGroupsComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		r.of(t, "a")
		service.group("b", model.Public, "anchor", "guide")
		service.say("b", "guide", "welcome")
		require.Equal(t, "name of b", r.of(t, "b").Name)
		require.Equal(t, 1, r.of(t, "b").Unread)

		r.device.events <- im.GroupChanged{GroupID: "a", Gone: true, Reason: im.GoneRemoved}
		synctest.Wait()
		require.Nil(t, r.View().ByID["GROUPa"])
		require.Equal(t, session.Gone{Conversation: "GROUPa", Reason: session.GoneRemoved}, r.View().Gone)
		require.Len(t, r.View().Conversations, 1)
	})
}

func TestRecallTakesTheBadgeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.sayMany("a", "guide", 2)
		require.Equal(t, 2, r.of(t, "a").Unread)
		r.device.events <- im.MessageChanged{Conversation: "GROUPa", Sequence: 2, Recalled: true}
		c := r.of(t, "a")
		require.Equal(t, 1, c.Unread)
		require.True(t, c.Last.Recalled)
	})
}

func TestRecallMissedOfflineIsSeenOnOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.sayMany("a", "guide", 60)
		r.look("a")
		r.of(t, "a")
		r.device.drop()
		service.recall("a", 58)
		r.device.reconnect()
		c := r.of(t, "a")
		require.True(t, c.Messages[57].Recalled)
		require.False(t, c.Loading)
	})
}

func TestReceiptsOfOwnMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide", "lin")
		anchor := start(t, service.device("anchor", "term"), memory(t))
		guide := start(t, service.device("guide", "phone"), memory(t))
		require.NoError(t, anchor.WaitSynced(t.Context()))
		require.NoError(t, guide.WaitSynced(t.Context()))
		anchor.look("a")
		_, err := anchor.Send(t.Context(), "GROUPa", session.Draft{Elements: []model.Element{model.Text{Text: "hi"}}})
		require.NoError(t, err)
		require.Equal(t, 2, anchor.of(t, "a").Receipts[1].UnreadCount)
		guide.look("a")
		require.Equal(t, 1, anchor.of(t, "a").Receipts[1].ReadCount)
	})
}

func TestEveryMethodWorksBeforeRun(t *testing.T) {
	s := session.New(session.Options{Client: newService().device("anchor", "term"), Store: memory(t), Journal: memory(t), Device: "term"})
	require.NotNil(t, s.View())
	s.Look(session.Viewing{Conversation: "GROUPa"})
	s.SaveDraft("GROUPa", "x")
	s.LoadOlder("GROUPa")
	s.ReconnectNow()
	s.Retry(model.Key{})
	s.Discard(model.Key{})
}
