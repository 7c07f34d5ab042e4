package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/store"
)

func TestNoticesAreKeptUntilTheyAreDismissed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	applied := model.GroupNotice{
		ID: "1", Kind: model.NoticeApplied, GroupID: "g", Operator: "dave", Text: "让我进", Time: 7,
		Application: &model.Application{GroupID: "g", Applicant: "dave", Key: 7, Authentication: "auth"},
	}
	dissolved := model.GroupNotice{ID: "2", Kind: model.NoticeDissolved, GroupID: "old"}
	require.NoError(t, s.SaveGroupNotice(t.Context(), applied))
	require.NoError(t, s.SaveGroupNotice(t.Context(), dissolved))
	applied.Handled = true
	require.NoError(t, s.SaveGroupNotice(t.Context(), applied))
	require.NoError(t, s.DismissGroupNotices(t.Context(), []string{"2", "none"}))
	require.NoError(t, s.Close())

	notices, gone, err := open(t, path).GroupNotices(t.Context())
	require.NoError(t, err)
	require.Equal(t, []model.GroupNotice{applied}, notices)
	require.Equal(t, []string{"2"}, gone)
}

func TestOldNoticesAreForgotten(t *testing.T) {
	s := open(t, store.Memory)
	for i := range 1010 {
		require.NoError(t, s.SaveGroupNotice(t.Context(), model.GroupNotice{ID: fmt.Sprint(i)}))
	}
	notices, _, err := s.GroupNotices(t.Context())
	require.NoError(t, err)
	require.Len(t, notices, 1000)
	require.Equal(t, "1009", notices[999].ID)
}

// TestAFileOfTheFirstFormatIsBroughtUpToDate, with everything in it.
func TestAFileOfTheFirstFormatIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := open(t, path)
	require.NoError(t, s.SaveDraft(t.Context(), "GROUPa", "unsent"))
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.Exec("DROP TABLE group_notices; PRAGMA user_version = 1")
	require.NoError(t, err)
	require.NoError(t, db.Close())

	s = open(t, path)
	drafts, err := s.Drafts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[model.ConversationID]string{"GROUPa": "unsent"}, drafts)
	require.NoError(t, s.SaveGroupNotice(t.Context(), model.GroupNotice{ID: "1"}))
}
