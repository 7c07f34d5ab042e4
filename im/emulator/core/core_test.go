package core_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func body(text string) json.RawMessage {
	content, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return json.RawMessage(fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%s}}]`, content))
}

var admin = core.Actor{User: "administrator", Admin: true}

// open makes a core in memory with the accounts alice, bob and carol.
func open(t *testing.T, path string) *core.Core {
	t.Helper()
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "alice", Nick: "Alice"}, {ID: "bob"}, {ID: "carol"}}))
	return c
}

// room makes a group of alice (owner), bob and carol.
func room(t *testing.T, c *core.Core, kind core.GroupType) string {
	t.Helper()
	g, err := c.CreateGroup(t.Context(), admin, core.NewGroup{
		Type: string(kind), Name: "room", Owner: "alice", Members: []core.NewMember{{User: "bob"}, {User: "carol"}},
	})
	require.NoError(t, err)
	return g.ID
}

var lastRandom uint32

func say(t *testing.T, c *core.Core, group, from, text string, options ...func(*core.GroupSend)) core.Sent {
	t.Helper()
	lastRandom++
	s := core.GroupSend{Group: group, From: from, Random: lastRandom, Body: body(text)}
	for _, option := range options {
		option(&s)
	}
	sent, err := c.SendGroup(t.Context(), core.Actor{User: from}, s)
	require.NoError(t, err)
	return sent
}

func unread(t *testing.T, c *core.Core, group, user string) int {
	t.Helper()
	n, err := c.Unread(t.Context(), group, user)
	require.NoError(t, err)
	return n
}

func TestUnreadFollowsTheReadPosition(t *testing.T) {
	c := open(t, core.Memory)
	g := room(t, c, core.Public)
	require.Zero(t, unread(t, c, g, "bob"))

	require.EqualValues(t, 1, say(t, c, g, "alice", "one").Seq)
	say(t, c, g, "bob", "own")
	say(t, c, g, "alice", "quiet", func(s *core.GroupSend) { s.NoUnread = true })
	say(t, c, g, "alice", "now only", func(s *core.GroupSend) { s.OnlineOnly = true })
	require.EqualValues(t, 4, say(t, c, g, "carol", "four").Seq)
	require.Equal(t, 2, unread(t, c, g, "bob"))
	require.Equal(t, 2, unread(t, c, g, "alice"))

	require.NoError(t, c.MarkGroupRead(t.Context(), core.Actor{User: "bob"}, g, 1))
	require.Equal(t, 1, unread(t, c, g, "bob"))
	require.NoError(t, c.MarkGroupRead(t.Context(), core.Actor{User: "bob"}, g, 99))
	require.Zero(t, unread(t, c, g, "bob"))
	m, err := c.Member(g, "bob")
	require.NoError(t, err)
	require.EqualValues(t, 4, m.Read)
}
