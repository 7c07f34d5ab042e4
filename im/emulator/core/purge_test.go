package core

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestANumberIsNotUsedAgainWhileItsMessagesAreRemoved: a group that was dissolved shortly
// before a restart must not take the messages of the next group with it.
func TestANumberIsNotUsedAgainWhileItsMessagesAreRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	s, err := openStore(path)
	require.NoError(t, err)
	dissolved := &group{num: 7}
	_, err = s.write.Exec(statementSQL[insertPurge], dissolved.messageID(0), dissolved.messageID(10*purgeChunk))
	require.NoError(t, err)
	require.NoError(t, s.close())

	c, err := Open(Options{Path: path})
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	require.NoError(t, c.ImportAccounts(t.Context(), []NewAccount{{ID: "alice"}}))
	g, err := c.CreateGroup(t.Context(), Actor{User: "alice"}, NewGroup{Type: "Public", Name: "next", Owner: "alice"})
	require.NoError(t, err)
	require.Greater(t, c.groups[g.ID].num, dissolved.num)
}
