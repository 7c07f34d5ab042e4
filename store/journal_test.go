package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/readsync"
)

func TestReadsComeBackWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	empty, err := s.LoadReads(t.Context())
	require.NoError(t, err)
	require.Empty(t, empty)

	first := readsync.Progress{
		Conversation: "GROUPa", Intent: 5, MarkRead: 4, Receipts: 3, Note: 2,
		Draft:  readsync.Draft{ID: "01J", Position: 5, Time: 6, Random: 1 << 31, Sequence: 8},
		Claims: []model.Claim{{Position: 9, Time: 10}},
	}
	require.NoError(t, s.SaveReads(t.Context(), readsync.Change{Progress: []readsync.Progress{{Conversation: "GROUPa", Intent: 1}}, Seen: []string{"x"}}))
	require.NoError(t, s.SaveReads(t.Context(), readsync.Change{Progress: []readsync.Progress{first}, Seen: []string{"y", "x", "z"}, Cursor: 77}))
	require.NoError(t, s.Close())

	state, err := open(t, path).LoadReads(t.Context())
	require.NoError(t, err)
	require.Equal(t, readsync.State{Progress: []readsync.Progress{first}, Seen: []string{"x", "y", "z"}, Cursor: 77}, state)
}

func TestOnlyTheNewestSeenNotesAreKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	for i := range 3 {
		var seen []string
		for j := range readsync.SeenNotes {
			seen = append(seen, fmt.Sprint(i, "-", j))
		}
		require.NoError(t, s.SaveReads(t.Context(), readsync.Change{Seen: seen}))
	}
	state, err := s.LoadReads(t.Context())
	require.NoError(t, err)
	require.Len(t, state.Seen, readsync.SeenNotes)
	require.Equal(t, fmt.Sprint("2-", readsync.SeenNotes-1), state.Seen[readsync.SeenNotes-1])
}
