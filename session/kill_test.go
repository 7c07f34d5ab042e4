package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/session"
	"reddot/store"
)

var errKilled = errors.New("killed")

// mortal is a store whose process is killed at the n-th write: that write and all later ones never happen,
// and the dead process reaches no service any more.
type mortal struct {
	*store.Store
	mu   sync.Mutex
	left int
	died func()
}

func (m *mortal) write(step func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 {
		m.died()
		return errKilled
	}
	m.left--
	return step()
}

func (m *mortal) alive() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.left > 0
}

func (m *mortal) SaveMessages(ctx context.Context, messages []*model.Message) error {
	return m.write(func() error { return m.Store.SaveMessages(ctx, messages) })
}

func (m *mortal) SaveConversations(ctx context.Context, fill func(func(model.ConversationID, []byte, *model.Message) error) error) error {
	return m.write(func() error { return m.Store.SaveConversations(ctx, fill) })
}

func (m *mortal) PutOutgoing(ctx context.Context, message *model.Message) error {
	return m.write(func() error { return m.Store.PutOutgoing(ctx, message) })
}

func (m *mortal) Delivered(ctx context.Context, message *model.Message) error {
	return m.write(func() error { return m.Store.Delivered(ctx, message) })
}

func (m *mortal) RemoveOutgoing(ctx context.Context, key model.Key) error {
	return m.write(func() error { return m.Store.RemoveOutgoing(ctx, key) })
}

func (m *mortal) SaveDraft(ctx context.Context, id model.ConversationID, text string) error {
	return m.write(func() error { return m.Store.SaveDraft(ctx, id, text) })
}

func (m *mortal) SaveReads(ctx context.Context, progress map[model.ConversationID][]byte, seen []string, cursor int64) error {
	return m.write(func() error { return m.Store.SaveReads(ctx, progress, seen, cursor) })
}

// life is what a process did and promised before it was killed.
type life struct {
	sent []string
	read int64
}

// live reads, writes and sends until it is killed.
func live(t *testing.T, service *service, kept *mortal) life {
	t.Helper()
	var done life
	d := service.device("anchor", "term")
	kept.died = func() { d.cut() }
	r := startOn(t, d, kept, kept)
	defer r.stop()
	synctest.Wait()
	for i := range 3 {
		service.say("a", "guide", fmt.Sprintf("g%d", i))
		r.look("a")
		synctest.Wait()
		text := fmt.Sprintf("m%d", i)
		if _, err := r.Send(t.Context(), "GROUPa", draft(text)); err == nil {
			done.sent = append(done.sent, text)
		}
		synctest.Wait()
		if c := r.View().ByID["GROUPa"]; c != nil && kept.alive() {
			done.read = c.Read
		}
		time.Sleep(time.Second)
	}
	return done
}

// cut takes a device away for good, as a killed process is.
func (d *device) cut() {
	d.killed.Store(true)
}

func TestKilledBetweenAnyTwoWrites(t *testing.T) {
	for n := 0; ; n++ {
		survived := false
		synctest.Test(t, func(t *testing.T) { survived = killAfter(t, n) })
		if survived {
			require.Greater(t, n, 6, "the scenario writes something")
			return
		}
	}
}

// killAfter kills a process at its n-th write and starts another one on the same file. It reports whether the
// first one came to its end unharmed.
func killAfter(t *testing.T, n int) bool {
	path := t.TempDir() + "/a.db"
	service := newService()
	service.group("a", model.Public, "anchor", "guide")
	kept := &mortal{Store: openStore(t, path), left: n}
	before := live(t, service, kept)
	survived := kept.alive()
	require.NoError(t, kept.Store.Close())
	for _, message := range service.messagesOf("a") {
		if message.Sender == "anchor" {
			text := message.Elements[0].(model.Text).Text
			require.Contains(t, before.sent, text, "nothing is sent that was not stored")
		}
	}

	other := start(t, service.device("anchor", "web"), memory(t))
	after := start(t, service.device("anchor", "term"), openStore(t, path))
	require.NoError(t, after.WaitSynced(t.Context()))
	time.Sleep(time.Minute)
	c := after.of(t, "a")
	for _, text := range before.sent {
		require.Equal(t, 1, strings.Count(service.stored("a"), text), "killed at write %d: %s", n, text)
	}
	require.Zero(t, after.View().Outgoing+after.View().Failed, "killed at write %d", n)
	require.GreaterOrEqual(t, c.Read, before.read, "killed at write %d", n)
	require.Equal(t, c.Read, service.readUpTo("a", "anchor"), "killed at write %d", n)
	require.Equal(t, c.Unread, other.of(t, "a").Unread, "killed at write %d", n)
	after.look("a")
	shown := after.of(t, "a")
	require.Len(t, shown.Messages, len(service.messagesOf("a")), "killed at write %d", n)
	require.Zero(t, other.of(t, "a").Unread, "killed at write %d", n)
	return survived
}

var _ session.Store = (*mortal)(nil)
