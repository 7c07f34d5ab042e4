package core_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func said(t *testing.T, list []*core.Message) []string {
	t.Helper()
	texts := []string{}
	for _, m := range list {
		var elements []struct{ MsgContent struct{ Text string } }
		require.NoError(t, json.Unmarshal(m.Body, &elements))
		texts = append(texts, elements[0].MsgContent.Text)
	}
	return texts
}

func groupHistory(t *testing.T, c *core.Core, by core.Actor, g string) []string {
	t.Helper()
	var texts []string
	for from := uint32(0); ; {
		page, err := c.GroupHistory(t.Context(), by, g, from, 2)
		require.NoError(t, err)
		texts = append(texts, said(t, page.Messages)...)
		if page.Next == 0 {
			return texts
		}
		from = page.Next
	}
}

func c2cHistory(t *testing.T, c *core.Core, user, peer string) []string {
	t.Helper()
	page, err := c.C2CHistory(t.Context(), core.Actor{User: user}, core.C2CQuery{Peer: peer, N: 20})
	require.NoError(t, err)
	return said(t, page.Messages)
}

func TestWhatAMemberDeletesIsGoneForThatMemberAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := people(t, path)
	g := room(t, c, core.Public)
	bob, carol := core.Actor{User: "bob"}, core.Actor{User: "carol"}
	for _, text := range []string{"one", "two", "three", "four"} {
		say(t, c, g, "alice", text)
	}
	require.NoError(t, c.EraseGroup(t.Context(), bob, g, []uint32{2, 4, 99}))
	require.Equal(t, core.CodeNoPermission, core.AsError(c.EraseGroup(t.Context(), core.Actor{User: "dave"}, g, []uint32{1})).Code)
	check := func() {
		require.Equal(t, []string{"three", "one"}, groupHistory(t, c, bob, g))
		require.Equal(t, []string{"four", "three", "two", "one"}, groupHistory(t, c, carol, g))
		require.Equal(t, []string{"four", "three", "two", "one"}, groupHistory(t, c, admin, g))
		page, err := c.GroupMessages(t.Context(), bob, g, []uint32{1, 2, 3, 50})
		require.NoError(t, err)
		require.Equal(t, []string{"three", "one"}, said(t, page.Messages))
		rows, _, err := c.Conversations(t.Context(), "bob", 0)
		require.NoError(t, err)
		require.Nil(t, rows[0].Last, "the preview is deleted")
	}
	check()
	require.NoError(t, c.Close())
	c = people(t, path)
	check()

	require.NoError(t, c.ClearGroup(t.Context(), bob, g))
	require.Zero(t, unread(t, c, g, "bob"))
	require.Equal(t, 4, unread(t, c, g, "carol"))
	say(t, c, g, "alice", "five")
	require.Equal(t, 1, unread(t, c, g, "bob"))
	require.NoError(t, c.Close())
	c = people(t, path)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.Equal(t, []string{"five"}, groupHistory(t, c, bob, g))
	require.Len(t, groupHistory(t, c, carol, g), 5)
}

func TestWhatOneOfTwoDeletesStaysWithTheOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c := people(t, path)
	alice, bob := core.Actor{User: "alice"}, core.Actor{User: "bob"}
	write := func(text string, seq uint32) core.Sent {
		sent, err := c.SendC2C(t.Context(), alice, core.C2CSend{From: "alice", To: "bob", Seq: seq, Random: seq, Body: body(text)})
		require.NoError(t, err)
		return sent
	}
	write("one", 1)
	second := write("two", 2)
	key := (&core.Message{Seq: 2, Random: 2, Time: second.Time}).MsgKey()
	require.NoError(t, c.EraseC2C(t.Context(), bob, "alice", []string{key}))
	require.NoError(t, c.Close())
	c = people(t, path)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.Equal(t, []string{"one"}, c2cHistory(t, c, "bob", "alice"))
	require.Equal(t, []string{"one", "two"}, c2cHistory(t, c, "alice", "bob"))
	missed, _, _, err := c.C2CSince(t.Context(), bob, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"one"}, said(t, missed))

	require.NoError(t, c.DeleteConversations(t.Context(), alice, []core.ConversationID{{Peer: "bob"}}, false))
	require.Len(t, c2cHistory(t, c, "alice", "bob"), 2, "the row alone was deleted")
	require.NoError(t, c.DeleteConversations(t.Context(), alice, []core.ConversationID{{Peer: "bob"}}, true))
	require.Empty(t, c2cHistory(t, c, "alice", "bob"))
	require.NoError(t, c.ClearC2C(t.Context(), bob, "alice"))
	write("three", 3)
	require.Equal(t, []string{"three"}, c2cHistory(t, c, "bob", "alice"))
	counts, err := c.C2CUnread(t.Context(), "bob")
	require.NoError(t, err)
	require.Equal(t, map[string]int{"alice": 1}, counts)
}
