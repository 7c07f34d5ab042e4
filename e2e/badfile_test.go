package e2e

import (
	"bytes"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// damages are what may have become of a database file.
var damages = []struct {
	name string
	do   func(t *testing.T, path string)
}{
	{"garbage", func(t *testing.T, path string) {
		require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("not a database "), 5000), 0o600))
	}},
	{"a damaged head", func(t *testing.T, path string) {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		copy(content, "SQLite format 9")
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}},
	{"cut off", func(t *testing.T, path string) {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(path, info.Size()/2))
	}},
	{"somebody else's database", func(t *testing.T, path string) {
		require.NoError(t, os.Remove(path))
		db := openDatabase(t, path)
		_, err := db.Exec("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('红烧肉')")
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}},
	{"written by a newer version", func(t *testing.T, path string) {
		db := openDatabase(t, path)
		_, err := db.Exec("PRAGMA user_version = 9999")
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}},
}

func openDatabase(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath())
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	return db
}

// settleFile brings everything of a database into its main file, so that it can be compared.
func settleFile(t *testing.T, path string) {
	t.Helper()
	db := openDatabase(t, path)
	_, err := db.Exec("PRAGMA journal_mode = DELETE")
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// requireRefused runs a command that must say which file is in its way and what to do, and leave it as it is.
func (m *machine) requireRefused(t *testing.T, path string, arguments ...string) {
	t.Helper()
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, stderr, code := m.run(arguments...)
	require.Equal(t, 1, code, stderr)
	require.Contains(t, stderr, path)
	require.Regexp(t, "move|update|upgrade|choose", stderr, "it says what to do")
	require.NotContains(t, stderr, "goroutine")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after, "the file was touched")
}

func TestAServerFileThatCannotBeUsedIsLeftAlone(t *testing.T) {
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			data := m.dir("server-data")
			s := m.serve("--listen", "127.0.0.1:0", "--data", data)
			s.stock(30)
			s.kill()
			path := filepath.Join(data, "server.db")
			settleFile(t, path)
			damage.do(t, path)
			m.requireRefused(t, path, "serve", "--listen", "127.0.0.1:0", "--data", data)
		})
	}
}

func TestAClientFileThatCannotBeUsedIsLeftAlone(t *testing.T) {
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			t.Parallel()
			s := shop(t, 30)
			s.do(append([]string{"read", "live"}, s.client("anchor", "laptop")...)...)
			path := filepath.Join(s.home, "client-anchor-laptop", "client.db")
			settleFile(t, path)
			damage.do(t, path)
			s.requireRefused(t, path, append([]string{"groups"}, s.client("anchor", "laptop")...)...)
		})
	}
}
