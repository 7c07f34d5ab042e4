package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestReadsComeBackWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	progress, seen, cursor, err := s.LoadReads(t.Context())
	require.NoError(t, err)
	require.Empty(t, progress)
	require.Empty(t, seen)
	require.Zero(t, cursor)

	type reads = map[model.ConversationID][]byte
	require.NoError(t, s.SaveReads(t.Context(), reads{"GROUPa": []byte("1"), "GROUPb": []byte("1")}, []string{"x"}, 5))
	require.NoError(t, s.SaveReads(t.Context(), reads{"GROUPa": []byte("2")}, []string{"y", "x", "z"}, 77))
	require.NoError(t, s.Close())

	progress, seen, cursor, err = open(t, path).LoadReads(t.Context())
	require.NoError(t, err)
	require.Equal(t, reads{"GROUPa": []byte("2"), "GROUPb": []byte("1")}, progress)
	require.Equal(t, []string{"x", "y", "z"}, seen)
	require.Equal(t, int64(77), cursor)
}

func TestOnlyTheNewestSeenNotesAreKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "a.db"))
	const each = 1000
	for i := range 3 {
		var seen []string
		for j := range each {
			seen = append(seen, fmt.Sprint(i, "-", j))
		}
		require.NoError(t, s.SaveReads(t.Context(), nil, seen, 0))
	}
	_, seen, _, err := s.LoadReads(t.Context())
	require.NoError(t, err)
	require.Len(t, seen, each)
	require.Equal(t, fmt.Sprint("2-", each-1), seen[each-1])
}
