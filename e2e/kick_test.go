package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAKickedScreenWaitsForAPerson: it says who ended the login and when, does not fight back, keeps what is typed, and logs
// in again by one key.
func TestAKickedScreenWaitsForAPerson(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo", "--logins-per-platform", "1")
	window := m.open("screen", 120, 30, s.client("anchor-xiaoyu", "term")...)
	window.awaitText(demoRoom)
	window.keys("C-k")
	window.text(demoRoom)
	window.keys("Enter")
	window.enterGroup()

	other := s.follow(s.client("anchor-xiaoyu", "web")...)
	other.await("connection", online)
	screen := window.awaitText("已下线")
	status, _, _ := strings.Cut(screen, "\n")
	require.Regexp(t, `\d\d:\d\d 已下线 · \[Ctrl\+R\] 重新登录 · 同一帐号在别处登录`, status)

	window.text("被挤下线时写的")
	window.keys("Enter")
	window.awaitText("待发 1")
	window.keys("C-r")
	window.awaitText("已连接")
	window.awaitText("待发 0")
	require.Equal(t, 1, strings.Count(s.do(append([]string{"history", s.demoGroup(demoRoom)}, s.client("guide-li", "till")...)...), "被挤下线时写的"))
	other.awaitNew("its end", func(e map[string]any) bool { return e["event"] == "connection" && e["text"] == "logged_out" })
	require.Equal(t, 3, other.exitCode(), "a follower that nobody watches ends and says so")

	s.rest("im_open_login_svc/kick", `{"UserID":"anchor-xiaoyu"}`)
	window.awaitText("被管理员登出")
	window.await("the connection again", func(screen string) bool {
		// A signature made in the second of the kick is ended by it too.
		if strings.Contains(screen, "已下线") {
			window.keys("C-r")
		}
		return strings.Contains(screen, "已连接")
	})
}

// exitCode waits until a follower ends by itself.
func (f *follower) exitCode() int {
	f.t.Helper()
	for range f.events {
	}
	f.end()
	return f.code
}

// demoGroup returns the id of a group of the demo shop on this server.
func (s *server) demoGroup(name string) string {
	s.t.Helper()
	for _, row := range lines(s.t, s.do(append([]string{"groups", "--json"}, s.client("guide-li", "finder")...)...)) {
		if strings.Contains(row["name"].(string), name) {
			return row["group"].(string)
		}
	}
	require.FailNow(s.t, "no such group", name)
	return ""
}
