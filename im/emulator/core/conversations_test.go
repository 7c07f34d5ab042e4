package core_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// peers makes so many conversations of alice, the oldest first.
func peers(t *testing.T, c *core.Core, n int) []core.ConversationID {
	t.Helper()
	var accounts []core.NewAccount
	var list []core.ConversationID
	for i := range n {
		user := fmt.Sprintf("peer%03d", i)
		accounts = append(accounts, core.NewAccount{ID: user})
		list = append(list, core.ConversationID{Peer: user})
	}
	require.NoError(t, c.ImportAccounts(t.Context(), append(accounts, core.NewAccount{ID: "alice"})))
	return list
}

func TestAtMostFiftyConversationsArePinned(t *testing.T) {
	c, err := core.Open(core.Options{Path: core.Memory})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	list, alice := peers(t, c, 51), core.Actor{User: "alice"}
	require.Equal(t, core.CodeTooManyPins, core.AsError(c.PinConversations(t.Context(), alice, list, true)).Code)
	require.NoError(t, c.PinConversations(t.Context(), alice, list[:50], true))
	require.NoError(t, c.PinConversations(t.Context(), alice, list[:1], true), "pinned already")
	require.Equal(t, core.CodeTooManyPins, core.AsError(c.PinConversations(t.Context(), alice, list[50:], true)).Code)
	require.NoError(t, c.PinConversations(t.Context(), alice, list[:1], false))
	require.NoError(t, c.PinConversations(t.Context(), alice, list[50:], true))
}

func TestAnEditionKeepsTheNewestConversationsAndThePinnedOnes(t *testing.T) {
	var seconds atomic.Int64 // each conversation is of a second of its own
	now := func() time.Time { return time.Unix(seconds.Load(), 0) }
	c, err := core.Open(core.Options{Path: core.Memory, Now: now, Plan: core.Plan{MaxRecent: 3}})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	list := peers(t, c, 5)
	for i, peer := range list {
		seconds.Store(int64(1_700_000_000 + i))
		_, err := c.SendC2C(t.Context(), core.Actor{User: "alice"}, core.C2CSend{From: "alice", To: peer.Peer, Random: uint32(i), Body: body("hi")})
		require.NoError(t, err)
	}
	shown := func() (users []string) {
		rows, _, err := c.Conversations(t.Context(), "alice", 0)
		require.NoError(t, err)
		for _, row := range rows {
			users = append(users, row.Peer.ID)
		}
		slices.Sort(users)
		return users
	}
	require.Equal(t, []string{"peer002", "peer003", "peer004"}, shown())
	require.NoError(t, c.PinConversations(t.Context(), core.Actor{User: "alice"}, list[:1], true))
	require.Equal(t, []string{"peer000", "peer003", "peer004"}, shown())
}
