package core_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func uidOf(t *testing.T, c *core.Core, user string) uint32 {
	t.Helper()
	account, known := c.Account(user)
	require.True(t, known)
	return account.UID
}

func TestStatusesSubscriptionsAndBansSurviveARestart(t *testing.T) {
	path, ctx := filepath.Join(t.TempDir(), "server.db"), t.Context()
	c := people(t, path)
	alice, bob := core.Actor{User: "alice"}, core.Actor{User: "bob"}
	live, err := c.CreateGroup(ctx, alice, core.NewGroup{ID: "live", Type: "AVChatRoom", Name: "live", Owner: "alice"})
	require.NoError(t, err)
	_, err = c.Apply(ctx, bob, live.ID, "")
	require.NoError(t, err)
	require.NoError(t, c.Ban(ctx, alice, live.ID, []string{"bob"}, 3600, "spam"))
	require.NoError(t, c.SetStatus(ctx, "bob", "busy"))
	require.NoError(t, c.Watch(ctx, "alice", []string{"bob", "nobody", "carol"}))
	require.NoError(t, c.Watch(ctx, "dave", []string{"bob"}))
	require.NoError(t, c.Unwatch(ctx, "alice", []string{"carol"}))
	require.NoError(t, c.UnwatchAll(ctx, "dave"))
	require.NoError(t, c.Close())

	c, err = core.Open(core.Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	require.Equal(t, "busy", c.Status(uidOf(t, c, "bob")))
	require.Equal(t, []uint32{uidOf(t, c, "alice")}, c.Watchers(uidOf(t, c, "bob")))
	require.Empty(t, c.Watchers(uidOf(t, c, "carol")))
	_, err = c.Apply(ctx, bob, live.ID, "")
	require.Equal(t, core.CodeNoPermission, core.AsError(err).Code)

	// A room of the same name is another one.
	require.NoError(t, c.DestroyGroup(ctx, alice, live.ID))
	_, err = c.CreateGroup(ctx, alice, core.NewGroup{ID: "live", Type: "AVChatRoom", Name: "live", Owner: "alice"})
	require.NoError(t, err)
	_, err = c.Apply(ctx, bob, live.ID, "")
	require.NoError(t, err)
}

func TestWhoIsDeletedWatchesNobodyAndIsWatchedByNobody(t *testing.T) {
	c := people(t, core.Memory)
	defer func() { require.NoError(t, c.Close()) }()
	ctx, bob := t.Context(), uidOf(t, c, "bob")
	require.NoError(t, c.Watch(ctx, "alice", []string{"bob"}))
	require.NoError(t, c.Watch(ctx, "bob", []string{"carol"}))
	require.NoError(t, c.SetStatus(ctx, "bob", "busy"))
	require.NoError(t, c.DeleteAccount(ctx, admin, "bob"))
	require.Empty(t, c.Watchers(bob))
	require.Empty(t, c.Watchers(uidOf(t, c, "carol")))
	require.Empty(t, c.Status(bob))
}

func TestSubscriptionsAreLimited(t *testing.T) {
	c := people(t, core.Memory)
	defer func() { require.NoError(t, c.Close()) }()
	var accounts []core.NewAccount
	var users []string
	for i := range 3000 {
		users = append(users, fmt.Sprint("user", i))
		accounts = append(accounts, core.NewAccount{ID: users[i]})
	}
	require.NoError(t, c.ImportAccounts(t.Context(), accounts))
	require.NoError(t, c.Watch(t.Context(), "alice", users))
	require.NoError(t, c.Watch(t.Context(), "alice", users[:10]), "known already")
	require.Error(t, c.Watch(t.Context(), "alice", []string{"bob"}))
	require.NoError(t, c.Unwatch(t.Context(), "alice", users[:1]))
	require.NoError(t, c.Watch(t.Context(), "alice", []string{"bob"}))
}
