package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// backend is the shop's own, which takes nothing in while it is down.
type backend struct {
	*httptest.Server
	mu   sync.Mutex
	down bool
	keys []string
}

func newBackend(t *testing.T) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.down {
			http.Error(w, "closed for stocktaking", http.StatusServiceUnavailable)
			return
		}
		b.keys = append(b.keys, r.Header.Get("Idempotency-Key"))
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *backend) setDown(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = down
}

func (b *backend) delivered() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.keys...)
}

// reporting returns the flags of a client that reports to a backend.
func (s *server) reporting(b *backend) []string {
	path := filepath.Join(s.home, "reporting.toml")
	text := fmt.Sprintf("[backend]\nurl = %q\nsecret = \"s3cret\"\n", b.URL+"/im/groups")
	require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
	return append(s.client("anchor", "laptop"), "--config", path)
}

func (s *server) registry(flags []string, more ...string) []map[string]any {
	return lines(s.t, s.do(append(append([]string{"group", "list", "--registry", "--json"}, more...), flags...)...))
}

func TestACreatedGroupReachesTheBackend(t *testing.T) {
	s, b := shop(t, 0), newBackend(t)
	flags := s.reporting(b)
	s.do(append([]string{"group", "create", "--type", "public", "--name", "新品", "--id", "first"}, flags...)...)
	require.Equal(t, []string{"first"}, b.delivered(), "a command delivers before it ends")

	b.setDown(true)
	s.do(append([]string{"group", "create", "--type", "public", "--name", "尾货", "--id", "second"}, flags...)...)
	rows := s.registry(flags)
	require.Equal(t, []any{"second", "first"}, []any{rows[0]["group"], rows[1]["group"]})
	require.Equal(t, false, rows[0]["delivered"])
	require.Contains(t, rows[0]["problem"], "closed for stocktaking")
	require.Equal(t, true, rows[1]["delivered"])

	b.setDown(false)
	rows = s.registry(flags, "--retry")
	require.Equal(t, true, rows[0]["delivered"])
	require.Equal(t, []string{"first", "second"}, b.delivered())
}

// TestACrashLosesNoGroup: the program is killed while it waits for the answer to a creation. The group is on record, and asking
// again with its id makes it whose it is.
func TestACrashLosesNoGroup(t *testing.T) {
	s, b := shop(t, 0), newBackend(t)
	flags := s.reporting(b)
	s.rest("emulator/set_faults", `{"Rules":[{"Id":"lost","ServCmd":"group_open_http_svc.create_group","UserId":"anchor","Direction":"reply","Action":"drop"}]}`)
	creating := exec.Command(s.path, append([]string{"group", "create", "--type", "public", "--name", "新品"}, flags...)...)
	creating.Env = s.environment()
	require.NoError(t, creating.Start())
	require.Eventually(t, func() bool {
		rules, _ := s.rest("emulator/get_faults", `{}`)["Rules"].([]any)
		return len(rules) == 1 && rules[0].(map[string]any)["Hits"].(float64) > 0
	}, patience, 20*time.Millisecond, "the creation never reached the server")
	require.NoError(t, creating.Process.Kill())
	_ = creating.Wait()
	s.rest("emulator/set_faults", `{"Rules":[]}`)

	rows := s.registry(flags)
	require.Len(t, rows, 1)
	require.Equal(t, true, rows[0]["pending"])
	require.Empty(t, b.delivered(), "what is not certain is not reported")
	id := rows[0]["group"].(string)
	made := lines(t, s.do(append([]string{"group", "create", "--type", "public", "--name", "新品", "--id", id, "--json"}, flags...)...))
	require.Equal(t, id, made[0]["group"])
	rows = s.registry(flags)
	require.Len(t, rows, 1)
	require.Equal(t, false, rows[0]["pending"])
	require.Equal(t, []string{id}, b.delivered())
}
