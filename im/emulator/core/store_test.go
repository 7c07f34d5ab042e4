package core_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func TestADatabaseThatCannotBeUsedIsNamedAndLeftAlone(t *testing.T) {
	write := func(text string) func(*testing.T, string) {
		return func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	}
	execute := func(statements string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			_, err = db.Exec(statements)
			require.NoError(t, err)
			require.NoError(t, db.Close())
		}
	}
	tests := []struct {
		name, reason string
		make         func(*testing.T, string)
	}{
		{"no database", "damaged", write("this is a shopping list, and quite a long one: milk, eggs, bread, butter, tea and so on\n")},
		{"that of another program", "another program", execute(`CREATE TABLE recipes (name TEXT)`)},
		{"that of a newer version", "newer version", func(t *testing.T, path string) {
			c, err := core.Open(core.Options{Path: path})
			require.NoError(t, err)
			require.NoError(t, c.Close())
			execute(`PRAGMA user_version = 1000`)(t, path)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "server.db")
			test.make(t, path)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			_, err = core.Open(core.Options{Path: path})
			var failure *core.StoreError
			require.ErrorAs(t, err, &failure)
			require.Equal(t, path, failure.Path)
			require.Contains(t, failure.Reason, test.reason)
			require.NotEmpty(t, failure.Remedy)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
}

func TestADirectoryThatCannotBeWrittenIsNamed(t *testing.T) {
	blocker := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocker, nil, 0o600))
	_, err := core.Open(core.Options{Path: filepath.Join(blocker, "data", "server.db")})
	var failure *core.StoreError
	require.ErrorAs(t, err, &failure)
	require.Contains(t, err.Error(), blocker)
}

// TestEverythingIsThereAfterARestart writes one of each kind and reads it with another core.
func TestEverythingIsThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := open(t, path)
	id := room(t, c, core.Public)
	say(t, c, id, "alice", "one", func(s *core.GroupSend) {
		s.NeedReceipt, s.Mentions, s.Cloud = true, []core.Mention{{User: "bob"}}, "cloud"
	})
	require.NoError(t, c.SendReceipts(t.Context(), core.Actor{User: "bob"}, id, []uint32{1}))
	require.NoError(t, c.MarkGroupRead(t.Context(), core.Actor{User: "bob"}, id, 1))
	role, card := core.RoleAdmin, "助手小李"
	require.NoError(t, c.ModifyMember(t.Context(), admin, id, "bob", core.MemberChange{Role: &role, Card: &card, Custom: []core.KV{{Key: "role", Value: "导购"}}}))
	_, err := c.SendC2C(t.Context(), core.Actor{User: "alice", Inst: 7}, core.C2CSend{From: "alice", To: "bob", Seq: 4, Random: 44, Body: body("psst"), NeedReceipt: true})
	require.NoError(t, err)
	require.NoError(t, c.PinConversations(t.Context(), core.Actor{User: "bob"}, []core.ConversationID{{Group: id}, {Peer: "alice"}}, true))
	look := func(c *core.Core) []any {
		group, err := c.Group(id)
		require.NoError(t, err)
		members, _, err := c.Members(admin, id, 0, 0)
		require.NoError(t, err)
		receipts, err := c.Receipts(t.Context(), core.Actor{User: "alice"}, id, []uint32{1})
		require.NoError(t, err)
		page, err := c.GroupHistory(t.Context(), admin, id, 0, 10)
		require.NoError(t, err)
		dialog, err := c.C2CHistory(t.Context(), core.Actor{User: "bob"}, core.C2CQuery{Peer: "alice", N: 10})
		require.NoError(t, err)
		counts, err := c.C2CUnread(t.Context(), "bob")
		require.NoError(t, err)
		rows, _, err := c.Conversations(t.Context(), "bob", 0)
		require.NoError(t, err)
		var texts []any
		for _, m := range append(page.Messages, dialog.Messages...) {
			texts = append(texts, m.From, m.Seq, m.Random, m.Time, string(m.Body), m.Cloud, m.Mentions, m.NeedReceipt, m.TinyID, m.Card)
		}
		for _, row := range rows {
			texts = append(texts, row.Unread, row.Pinned, row.Last != nil)
		}
		return append(texts, group, members, receipts, counts)
	}
	before := look(c)
	require.NoError(t, c.Close())
	require.Equal(t, before, look(open(t, path)))
}

// testClock is a clock that tests move, in Unix seconds.
type testClock struct{ atomic.Int64 }

func newClock() *testClock {
	c := &testClock{}
	c.Store(1_800_000_000)
	return c
}

func (c *testClock) now() time.Time { return time.Unix(c.Load(), 0) }

func TestASendIsRepeatedAcrossARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	clock := newClock()
	start := func() *core.Core {
		c, err := core.Open(core.Options{Path: path, Now: clock.now})
		require.NoError(t, err)
		return c
	}
	c := start()
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}}))
	id := room(t, c, core.Public)
	group := func(c *core.Core) core.Sent {
		sent, err := c.SendGroup(t.Context(), core.Actor{User: "alice"}, core.GroupSend{Group: id, From: "alice", Random: 5, Body: body("x")})
		require.NoError(t, err)
		return sent
	}
	single := func(c *core.Core, seq uint32) core.Sent {
		sent, err := c.SendC2C(t.Context(), core.Actor{User: "alice"}, core.C2CSend{From: "alice", To: "bob", Seq: seq, Random: 5, Body: body("x")})
		require.NoError(t, err)
		return sent
	}
	first, second := group(c), single(c, 1)
	clock.Add(299)
	require.NoError(t, c.Close())
	c = start()
	require.Equal(t, core.Sent{Seq: 1, Time: first.Time, Duplicate: true}, group(c))
	require.Equal(t, core.Sent{Seq: 1, Time: second.Time, Duplicate: true}, single(c, 1))
	require.False(t, single(c, 2).Duplicate, "in C2C the sender's sequence belongs to the name of a send")
	clock.Add(2)
	require.False(t, group(c).Duplicate)
	require.NoError(t, c.Close())
}

func TestTheClockSteppingBackKeepsTheOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	clock := newClock()
	c, err := core.Open(core.Options{Path: path, Now: clock.now})
	require.NoError(t, err)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}}))
	id := room(t, c, core.Public)
	first := say(t, c, id, "alice", "x")
	clock.Add(-3600)
	require.Equal(t, first.Time, say(t, c, id, "alice", "y").Time)
	require.NoError(t, c.Close())
	c, err = core.Open(core.Options{Path: path, Now: clock.now})
	require.NoError(t, err)
	require.Equal(t, first.Time, say(t, c, id, "alice", "z").Time)
	require.NoError(t, c.Close())
}

// TestManyAtOnce lets people send, read and join at the same time; the race detector and
// the sequences judge.
func TestManyAtOnce(t *testing.T) {
	c := open(t, filepath.Join(t.TempDir(), "server.db"))
	id := room(t, c, core.Public)
	var told sync.Map
	defer c.Subscribe(func(e core.Event) {
		if m, is := e.(core.GroupMessage); is && !m.Msg.Tip {
			_, twice := told.LoadOrStore(m.Msg.Seq, m.Msg)
			require.False(t, twice)
		}
	})()
	var work sync.WaitGroup
	for i, user := range []string{"alice", "bob", "carol"} {
		work.Go(func() {
			for n := range 100 {
				sent, err := c.SendGroup(t.Context(), core.Actor{User: user}, core.GroupSend{
					Group: id, From: user, Random: uint32(1000*i + n), Body: body("x"), NeedReceipt: true,
				})
				require.NoError(t, err)
				require.NoError(t, c.MarkGroupRead(t.Context(), core.Actor{User: user}, id, sent.Seq))
				require.NoError(t, c.SendReceipts(t.Context(), core.Actor{User: user}, id, []uint32{max(sent.Seq-1, 1)}))
				_, _, err = c.Conversations(t.Context(), user, 0)
				require.NoError(t, err)
				_, err = c.GroupHistory(t.Context(), core.Actor{User: user}, id, 0, 30)
				require.NoError(t, err)
			}
		})
	}
	work.Go(func() {
		for n := range 20 {
			require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: fmt.Sprint("new", n)}}))
			_, err := c.AddMembers(t.Context(), admin, id, []core.NewMember{{User: fmt.Sprint("new", n)}}, true)
			require.NoError(t, err)
		}
	})
	work.Wait()
	g, err := c.Group(id)
	require.NoError(t, err)
	require.EqualValues(t, 301, g.NextSeq)
	require.Equal(t, 23, g.MemberNum)
	_, _, err = c.ConversationsAt(t.Context(), "alice", 0, func() {}) // everything is told by then
	require.NoError(t, err)
	for seq := uint32(1); seq <= 300; seq++ {
		_, there := told.Load(seq)
		require.True(t, there, "%d", seq)
	}
}
