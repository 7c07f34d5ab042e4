package core_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// After a restart a deleted account is as gone as before, and what it said is still there.
func TestDeletedAccountsStayDeleted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	ctx := t.Context()
	require.NoError(t, c.ImportAccounts(ctx, []core.NewAccount{{ID: "alice"}, {ID: "bob"}, {ID: "carol"}}))
	id := room(t, c, core.Public)
	say(t, c, id, "alice", "mine")
	_, err = c.SendC2C(ctx, core.Actor{User: "alice"}, core.C2CSend{From: "alice", To: "bob", Random: 1, Body: body("hi")})
	require.NoError(t, err)
	_, err = c.Login(ctx, "alice", c.Now())
	require.NoError(t, err)
	require.NoError(t, c.DeleteAccount(ctx, admin, "alice"))

	check := func() {
		_, known := c.Account("alice")
		require.False(t, known)
		_, err := c.Login(ctx, "alice", c.Now()-10)
		require.ErrorContains(t, err, "deleted")
		group, err := c.Group(id)
		require.NoError(t, err)
		require.Empty(t, group.Owner)
		require.Equal(t, 2, group.MemberNum)
		rows, _, err := c.Conversations(ctx, "bob", 0)
		require.NoError(t, err)
		for _, row := range rows {
			require.NotNil(t, row.Group, "no conversation with who is gone")
		}
		history, err := c.GroupHistory(ctx, admin, id, 0, 10)
		require.NoError(t, err)
		require.Equal(t, "alice", history.Messages[0].From)
	}
	check()
	require.NoError(t, c.Close())
	c, err = core.Open(core.Options{Path: path})
	require.NoError(t, err)
	defer c.Close()
	check()

	// A later signature makes a new account with a number of its own.
	account, err := c.Login(ctx, "alice", c.Now()+10)
	require.NoError(t, err)
	require.EqualValues(t, 4, account.UID)
	_, err = c.Login(ctx, "alice", c.Now()-10)
	require.Error(t, err, "the old signatures do not work for it")
	joined, err := c.JoinedGroups(ctx, "alice")
	require.NoError(t, err)
	require.Empty(t, joined)
}
