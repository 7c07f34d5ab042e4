package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/store"
)

func openRegistry(t *testing.T, path string) *store.Registry {
	t.Helper()
	r := store.NewRegistry(path)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func registered(id string) model.RegisteredGroup {
	return model.RegisteredGroup{
		ID: id, Name: "新品 " + id, Type: model.Public, Owner: "anchor", CreatedAt: 1795397415,
		Members: []model.AddResult{{User: "guide", Outcome: model.Added}, {User: "ghost", Outcome: model.UnknownUser, Reason: "unknown"}},
	}
}

func TestAGroupIsOnRecordBeforeAndAfterItsCreation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "registry.db")
	r := openRegistry(t, path)
	before, err := r.RegisterGroup(t.Context(), registered("a"))
	require.NoError(t, err)
	require.Nil(t, before)
	require.NoError(t, r.Close())

	r = openRegistry(t, path)
	groups, err := r.RegisteredGroups(t.Context())
	require.NoError(t, err)
	pending := registered("a")
	pending.Pending = true
	require.Equal(t, []model.RegisteredGroup{pending}, groups)
	before, err = r.RegisterGroup(t.Context(), registered("a"))
	require.NoError(t, err)
	require.Equal(t, &pending, before, "whoever asks again learns of the first time")

	require.NoError(t, r.ConfirmGroup(t.Context(), registered("a")))
	require.NoError(t, r.WithdrawGroup(t.Context(), "a"), "what is confirmed stays")
	_, err = r.RegisterGroup(t.Context(), registered("b"))
	require.NoError(t, err)
	require.NoError(t, r.WithdrawGroup(t.Context(), "b"))
	groups, err = r.RegisteredGroups(t.Context())
	require.NoError(t, err)
	require.Equal(t, []model.RegisteredGroup{registered("a")}, groups)

	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// TestLookingMakesNoFile: most accounts never create a group.
func TestLookingMakesNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	r := openRegistry(t, path)
	groups, err := r.RegisteredGroups(t.Context())
	require.NoError(t, err)
	require.Empty(t, groups)
	_, waits, err := r.NextDelivery(t.Context())
	require.NoError(t, err)
	require.False(t, waits)
	require.NoError(t, r.RetryDeliveries(t.Context()))
	require.NoFileExists(t, path)
}

func TestDeliveriesAreClaimedOnceAndRetriedWhenDue(t *testing.T) {
	r := openRegistry(t, store.Memory)
	ctx, now := t.Context(), time.UnixMilli(1_795_397_415_000)
	claim := func(at time.Time) (ids []string) {
		due, err := r.ClaimDeliveries(ctx, at, time.Minute, 10)
		require.NoError(t, err)
		for _, d := range due {
			ids = append(ids, fmt.Sprint(d.Group.ID, d.Attempts))
		}
		return ids
	}
	_, err := r.RegisterGroup(ctx, registered("pending"))
	require.NoError(t, err)
	require.NoError(t, r.ConfirmGroup(ctx, registered("a")))
	require.NoError(t, r.ConfirmGroup(ctx, registered("b")))
	require.Equal(t, []string{"a0", "b0"}, claim(now), "what is not certain is not reported")
	require.Empty(t, claim(now.Add(time.Second)), "somebody is at it")
	require.Equal(t, []string{"a0", "b0"}, claim(now.Add(time.Minute)), "somebody never came back")

	require.NoError(t, r.GroupDelivered(ctx, "a"))
	require.NoError(t, r.DeliveryFailed(ctx, "b", "HTTP 422", now.Add(time.Hour)))
	due, waits, err := r.NextDelivery(ctx)
	require.NoError(t, err)
	require.True(t, waits)
	require.Equal(t, now.Add(time.Hour), due)
	groups, err := r.RegisteredGroups(ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a", "pending"}, []string{groups[0].ID, groups[1].ID, groups[2].ID}, "newest first")
	require.Equal(t, "HTTP 422", groups[0].Problem)
	require.True(t, groups[1].Delivered)

	require.Empty(t, claim(now.Add(59*time.Minute)))
	require.NoError(t, r.RetryDeliveries(ctx))
	require.Equal(t, []string{"b1"}, claim(now))
	require.NoError(t, r.GroupDelivered(ctx, "b"))
	require.NoError(t, r.DeliveryFailed(ctx, "b", "late", now), "a late failure changes nothing")
	require.Empty(t, claim(now.Add(24*time.Hour)))

	require.NoError(t, r.ConfirmGroup(ctx, registered("a")))
	require.Equal(t, []string{"a0"}, claim(now), "a group that was made anew is reported anew")
}

// TestSeveralProcessesShareTheRegistry: a command records groups beside a screen that runs, and nothing is delivered twice.
func TestSeveralProcessesShareTheRegistry(t *testing.T) {
	const processes, groups = 4, 15
	path := filepath.Join(t.TempDir(), "registry.db")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var wait sync.WaitGroup
	var mu sync.Mutex
	claimed := map[string]int{}
	for p := range processes {
		wait.Go(func() {
			r := store.NewRegistry(path)
			defer r.Close()
			for i := range groups {
				group := registered(fmt.Sprintf("g%d-%d", p, i))
				if _, err := r.RegisterGroup(ctx, group); err != nil {
					t.Errorf("record: %v", err)
				}
				if err := r.ConfirmGroup(ctx, group); err != nil {
					t.Errorf("confirm: %v", err)
				}
				due, err := r.ClaimDeliveries(ctx, time.Now(), time.Hour, 1)
				if err != nil {
					t.Errorf("claim: %v", err)
				}
				mu.Lock()
				for _, d := range due {
					claimed[d.Group.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	require.Len(t, claimed, processes*groups)
	for id, times := range claimed {
		require.Equal(t, 1, times, id)
	}
}

func TestARegistryThatIsNoneStaysUntouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	foreign := open(t, path)
	require.NoError(t, foreign.Close())
	var corrupt *store.CorruptError
	_, err := openRegistry(t, path).RegisterGroup(t.Context(), registered("a"))
	require.ErrorAs(t, err, &corrupt)

	require.NoError(t, os.WriteFile(path, []byte("not a database at all, and longer than a header"), 0o600))
	_, err = openRegistry(t, path).RegisterGroup(t.Context(), registered("a"))
	require.Error(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "not a database at all, and longer than a header", string(text))
}
