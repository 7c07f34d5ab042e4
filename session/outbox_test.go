package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

func draft(text string) session.Draft {
	return session.Draft{Elements: []model.Element{model.Text{Text: text}}}
}

func (r *running) send(t *testing.T, group, text string) model.Key {
	t.Helper()
	key, err := r.Send(t.Context(), model.GroupConversation(group), draft(text))
	require.NoError(t, err)
	return key
}

// states writes the messages of a conversation with a mark for those that are not sent.
func states(c *session.Conversation) string {
	var all []string
	for _, m := range c.Messages {
		mark := map[model.SendState]string{model.Sent: "", model.Sending: "…", model.Failed: "✗"}[m.State]
		all = append(all, m.Elements[0].(model.Text).Text+mark)
	}
	return strings.Join(all, " ")
}

func (s *service) stored(group string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, m := range s.groups[group].messages {
		all = append(all, m.Elements[0].(model.Text).Text)
	}
	return strings.Join(all, " ")
}

// rule sets what the service refuses and whose answers are lost.
func (s *service) rule(refuse, lose func(d *device, request string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse, s.lose = refuse, lose
}

func on(request string, err error) func(*device, string) error {
	return func(_ *device, asked string) error {
		if asked == request {
			return err
		}
		return nil
	}
}

func TestSendsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		for i := range 5 {
			r.send(t, "a", fmt.Sprint(i))
		}
		c := r.of(t, "a")
		require.Equal(t, "0 1 2 3 4", states(c))
		require.Equal(t, "0 1 2 3 4", service.stored("a"))
		require.Zero(t, c.Unread)
		require.True(t, c.Messages[0].NeedReceipt)
		require.Zero(t, r.View().Outgoing)
	})
}

func TestNoReceiptsWhereThereAreNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("live", model.AVChatRoom, "anchor", "guide")
		big := service.group("big", model.Public, "anchor", "guide")
		big.info.Members = 201
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		r.send(t, "live", "x")
		r.send(t, "big", "x")
		require.False(t, r.of(t, "live").Messages[0].NeedReceipt)
		require.Equal(t, session.ReceiptsGroupType, r.of(t, "live").NoReceipts)
		require.False(t, r.of(t, "big").Messages[0].NeedReceipt)
		require.Equal(t, session.ReceiptsTooManyMembers, r.of(t, "big").NoReceipts)
	})
}

func TestWrittenOfflineGoesOutAfterAReconnectAndARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		kept := openStore(t, path)
		r := start(t, service.device("anchor", "term"), kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		r.device.drop()
		r.send(t, "a", "one")
		r.send(t, "a", "two")
		require.Equal(t, "one… two…", states(r.of(t, "a")))
		require.Equal(t, 2, r.View().Outgoing)
		r.stop()
		require.NoError(t, kept.Close())

		again := start(t, service.device("anchor", "term"), openStore(t, path))
		require.Equal(t, "one two", states(again.of(t, "a")))
		require.Equal(t, "one two", service.stored("a"))
		require.Zero(t, again.View().Outgoing)
	})
}

func TestLostAnswerIsSentAgainAsTheSameMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(nil, on("send", errOffline))
		r.send(t, "a", "once")
		synctest.Wait()
		service.rule(nil, nil)
		time.Sleep(time.Minute)
		require.Equal(t, "once", states(r.of(t, "a")))
		require.Equal(t, "once", service.stored("a"))
		require.Equal(t, 2, service.asked("term send"))
	})
}

func TestOldMessageIsLookedForBeforeItIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(nil, on("send", errOffline))
		r.send(t, "a", "once")
		synctest.Wait()
		r.device.drop()
		time.Sleep(10 * time.Minute)
		service.sayMany("a", "guide", 30)
		sends := service.asked("term send")
		service.rule(nil, nil)
		r.device.reconnect()
		require.NotContains(t, states(r.of(t, "a")), "…")
		require.Equal(t, 1, strings.Count(service.stored("a"), "once"))
		require.Equal(t, sends, service.asked("term send"), "found in history, not sent again")
	})
}

// TestOldMessageIsKnownInHistoryWithoutTheSendersClock: the REST API leaves it out, sender and random number tell.
func TestOldMessageIsKnownInHistoryWithoutTheSendersClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		kept := openStore(t, path)
		r := start(t, service.device("anchor", "term"), kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(nil, on("send", errOffline))
		r.send(t, "a", "once")
		synctest.Wait()
		r.stop()
		require.NoError(t, kept.Close())
		time.Sleep(10 * time.Minute)
		service.sayMany("a", "guide", 30)
		service.rule(nil, nil)
		sends := service.asked("term send")

		kept = openStore(t, path)
		phone := service.device("anchor", "term")
		phone.undated = true
		again := start(t, phone, kept)
		require.NoError(t, again.WaitSynced(t.Context()))
		synctest.Wait()
		require.NotContains(t, states(again.of(t, "a")), "…")
		require.Equal(t, 1, strings.Count(service.stored("a"), "once"))
		require.Equal(t, sends, service.asked("term send"), "found in history, not sent again")
		left, err := kept.Outgoing(t.Context())
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

func TestRefusedKeepsTextAndReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := t.TempDir() + "/a.db"
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		kept := openStore(t, path)
		r := start(t, service.device("anchor", "term"), kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(on("send", &im.Error{Code: 10017, Class: im.ClassRefused, Cause: "muted"}), nil)
		first := r.send(t, "a", "first")
		second := r.send(t, "a", "second")
		c := r.of(t, "a")
		require.Equal(t, "first✗ second✗", states(c))
		require.Equal(t, "muted (10017)", c.Messages[0].Failure)
		require.Equal(t, 10017, im.CodeOf(r.Refusal(first)))
		require.Equal(t, 2, r.View().Failed)
		r.stop()
		require.NoError(t, kept.Close())

		r = start(t, service.device("anchor", "term"), openStore(t, path))
		require.Equal(t, "first✗ second✗", states(r.of(t, "a")))
		service.rule(nil, nil)
		r.Discard(first)
		r.Retry(second)
		require.Equal(t, "second", states(r.of(t, "a")))
		require.NoError(t, r.Refusal(second))
		require.Equal(t, "second", service.stored("a"))
		require.Zero(t, r.View().Failed)
	})
}

func TestWhatNoServiceTakesIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		for name, test := range map[string]struct {
			conversation model.ConversationID
			draft        session.Draft
		}{
			"too long":  {"GROUPa", draft(strings.Repeat("长", 5000))},
			"empty":     {"GROUPa", session.Draft{}},
			"no kind":   {"a", draft("x")},
			"no member": {"GROUPb", draft("x")},
		} {
			_, err := r.Send(t.Context(), test.conversation, test.draft)
			require.Equal(t, im.ClassUsage, im.ClassOf(err), name)
		}
		_, err := r.Send(t.Context(), "GROUPa", draft(strings.Repeat("长", 4096)))
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, 1, service.asked("term send"))
	})
}

func TestSendingTheSameRandomAgainIsTheSameMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		same := draft("once")
		same.Random = 77
		first, err := r.Send(t.Context(), "GROUPa", same)
		require.NoError(t, err)
		time.Sleep(3 * time.Second)
		second, err := r.Send(t.Context(), "GROUPa", same)
		require.NoError(t, err)
		require.Equal(t, first, second)
		require.Equal(t, "once", states(r.of(t, "a")))
		require.Equal(t, "once", service.stored("a"))
	})
}

// failing is a store on which nothing can be written any more.
type failing struct{ session.Store }

var errFull = errors.New("disk full")

func (failing) PutOutgoing(context.Context, *model.Message) error { return errFull }

func TestSendSaysWhenTheStoreIsNotWritable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		kept := memory(t)
		r := startOn(t, service.device("anchor", "term"), failing{kept}, kept)
		require.NoError(t, r.WaitSynced(t.Context()))
		_, err := r.Send(t.Context(), "GROUPa", draft("x"))
		require.ErrorIs(t, err, errFull)
		require.Empty(t, states(r.of(t, "a")))
		require.Empty(t, service.stored("a"))
	})
}

// TestWhatTheEndOfALoginRefusesWaitsForTheNextLogin: the message was never judged, so it is not failed.
func TestWhatTheEndOfALoginRefusesWaitsForTheNextLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		expired := &im.Error{Doing: "send", Code: 70001, Class: im.ClassPermission, Cause: "expired", LoginEnded: true}
		service.rule(on("send", fmt.Errorf("wrapped: %w", expired)), nil)
		r.send(t, "a", "one")
		require.Equal(t, "one…", states(r.of(t, "a")))
		r.device.push(im.Kicked{Reason: im.KickedBySignature})
		time.Sleep(time.Hour)
		require.Equal(t, "one…", states(r.of(t, "a")))
		require.Equal(t, 1, r.View().Outgoing)

		service.rule(nil, nil)
		r.ReconnectNow()
		synctest.Wait()
		require.Equal(t, "one", states(r.of(t, "a")))
		require.Equal(t, "one", service.stored("a"))
	})
}

// TestAMessageThatSeemsToComeFromTheFutureIsLookedForToo: it was written before the service's clock was known, by a clock that
// is ahead. Nobody knows when its lost try was.
func TestAMessageThatSeemsToComeFromTheFutureIsLookedForToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService()
		service.group("a", model.Public, "anchor", "guide")
		r := start(t, service.device("anchor", "term"), memory(t))
		require.NoError(t, r.WaitSynced(t.Context()))
		service.rule(nil, on("send", errOffline))
		r.send(t, "a", "once")
		synctest.Wait()
		r.device.drop()
		time.Sleep(10 * time.Minute)
		service.sayMany("a", "guide", 30)
		sends := service.asked("term send")
		service.rule(nil, nil)
		r.device.behind(time.Hour)
		require.NotContains(t, states(r.of(t, "a")), "…")
		require.Equal(t, 1, strings.Count(service.stored("a"), "once"))
		require.Equal(t, sends, service.asked("term send"), "found in history, not sent again")
	})
}
