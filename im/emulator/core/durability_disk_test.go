package core

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var diskAdmin = Actor{User: "administrator", Admin: true}

func diskSend(t *testing.T, c *Core, random uint32, size int) (Sent, error) {
	t.Helper()
	return c.SendGroup(t.Context(), diskAdmin, GroupSend{
		Group: "g", From: "alice", Random: random,
		Body: json.RawMessage(fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]`, strings.Repeat("x", size))),
	})
}

func diskCore(t *testing.T, path string, log ...*slog.Logger) *Core {
	t.Helper()
	options := Options{Path: path}
	if len(log) > 0 {
		options.Logger = log[0]
	}
	c, err := Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.NoError(t, c.ImportAccounts(t.Context(), []NewAccount{{ID: "alice"}, {ID: "bob"}}))
	_, err = c.CreateGroup(t.Context(), diskAdmin, NewGroup{ID: "g", Type: "Public", Name: "g", Owner: "alice", Members: []NewMember{{User: "bob"}}})
	require.NoError(t, err)
	return c
}

// fillUp sends until the disk takes no more and returns the last that went in. The
// Random of each is its sequence.
func fillUp(t *testing.T, c *Core) (last Sent) {
	t.Helper()
	for random := uint32(1); random < 10_000; random++ {
		sent, err := diskSend(t, c, random, 8000)
		if err != nil {
			require.Equal(t, CodeInternal, AsError(err).Code)
			require.Contains(t, AsError(err).Info, "full")
			return last
		}
		last = sent
	}
	require.Fail(t, "the disk never was full")
	return last
}

// requireSurvivesFull looks at what must hold while the disk is full and after it has room
// again.
func requireSurvivesFull(t *testing.T, c *Core, last Sent, makeRoom func()) {
	t.Helper()
	refused := last.Seq + 1 // its Random
	_, err := diskSend(t, c, refused, 8000)
	require.Error(t, err, "it stays full")

	page, err := c.GroupHistory(t.Context(), diskAdmin, "g", 0, 100)
	require.NoError(t, err)
	require.Equal(t, last.Seq, page.Messages[0].Seq, "what was refused must not show")
	n, err := c.Unread(t.Context(), "g", "bob")
	require.NoError(t, err)
	require.EqualValues(t, last.Seq, n)

	makeRoom()
	sent, err := diskSend(t, c, refused, 8000)
	require.NoError(t, err)
	require.Equal(t, last.Seq+1, sent.Seq, "the refused sends must leave no gap")
	require.False(t, sent.Duplicate, "a refused send is none that was stored")
}

// TestFullDatabaseRefusesSendsAndRecovers has SQLite itself as the fault: max_page_count
// makes it report a full disk.
func TestFullDatabaseRefusesSendsAndRecovers(t *testing.T) {
	c := diskCore(t, t.TempDir()+"/server.db")
	limit := func(pages int) {
		_, err := c.store.write.Exec(fmt.Sprintf("PRAGMA max_page_count=%d", pages))
		require.NoError(t, err)
	}
	var pages int
	require.NoError(t, c.store.write.QueryRow("PRAGMA page_count").Scan(&pages))
	limit(pages + 100)
	last := fillUp(t, c)
	requireSurvivesFull(t, c, last, func() { limit(pages + 10_000) })
}

// TestAFullDiskIsLoggedOnceNotForEverySend, and that it is over.
func TestAFullDiskIsLoggedOnceNotForEverySend(t *testing.T) {
	var log bytes.Buffer // the goroutine that writes it has answered when it is read
	c := diskCore(t, t.TempDir()+"/server.db", slog.New(slog.NewTextHandler(&log, nil)))
	limit := func(pages int) {
		_, err := c.store.write.Exec(fmt.Sprintf("PRAGMA max_page_count=%d", pages))
		require.NoError(t, err)
	}
	var pages int
	require.NoError(t, c.store.write.QueryRow("PRAGMA page_count").Scan(&pages))
	limit(pages + 20)
	last := fillUp(t, c)
	for range 5 {
		_, err := diskSend(t, c, last.Seq+1, 8000)
		require.ErrorIs(t, err, ErrNotStored)
	}
	require.Equal(t, 1, strings.Count(log.String(), "level=ERROR"), log.String())
	require.Contains(t, log.String(), "full")
	limit(pages + 1000)
	_, err := diskSend(t, c, last.Seq+1, 8000)
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(log.String(), "\n"), log.String())
	require.Contains(t, log.String(), "refused=6")
}
