package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataGoesOutAndIntoAnEmptyServer(t *testing.T) {
	m := newMachine(t)
	data, copied, file := filepath.Join(m.home, "server"), filepath.Join(m.home, "copy"), filepath.Join(m.home, "fixture.jsonl")
	s := m.serve("--listen", "127.0.0.1:0", "--data", data)
	s.stock(3)
	s.do(append([]string{"send", "live", "欢迎"}, s.client("anchor", "laptop")...)...)
	_, stderr, code := s.run("data", "export", "--data", data, file)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, s.address, "the error names the server to stop")
	require.NoFileExists(t, file)
	before := s.do(append([]string{"history", "live", "--json"}, s.client("anchor", "laptop")...)...)
	s.kill()

	s.do("data", "export", "--data", data, file)
	s.do("data", "import", "--data", copied, file)
	fixture, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(fixture), s.do("data", "export", "--data", copied))
	_, stderr, code = s.run("data", "import", "--data", copied, file)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "--data", "a server with data is left alone")

	again := m.serve("--listen", "127.0.0.1:0", "--data", copied)
	require.Equal(t, before, again.do(append([]string{"history", "live", "--json"}, again.client("anchor", "desk")...)...))
}

func TestNothingToExportIsSaidAndMakesNoDirectory(t *testing.T) {
	m := newMachine(t)
	data := filepath.Join(m.home, "nowhere")
	_, stderr, code := m.run("data", "export", "--data", data)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, data)
	require.NoDirExists(t, data)
	_, _, code = m.run("data", "import", "--data", ":memory:", "x")
	require.Equal(t, 2, code)
}

func TestTheFixtureInTheDocumentationIsOne(t *testing.T) {
	page, err := os.ReadFile("../docs/server.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```json\n{\"reddot\":")
	require.True(t, found)
	fixture, _, _ := strings.Cut(rest, "```")
	m := newMachine(t)
	file, data := filepath.Join(m.home, "fixture.jsonl"), filepath.Join(m.home, "server")
	require.NoError(t, os.WriteFile(file, []byte(`{"reddot":`+fixture), 0o600))
	m.do("data", "import", "--data", data, file)
	s := m.serve("--listen", "127.0.0.1:0", "--data", data)
	groups := lines(t, s.do(append([]string{"groups", "--json"}, s.client("anchor", "laptop")...)...))
	require.Len(t, groups, 1)
	require.EqualValues(t, 0, groups[0]["unread"])
}
