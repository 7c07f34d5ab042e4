package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const demoRoom = "七夕直播间"

// TestANewcomerSeesTheShop does what the README tells: a clone, an empty home, go run.
func TestANewcomerSeesTheShop(t *testing.T) {
	t.Parallel()
	needTmux(t)
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Skip("needs the repository that this tree came from: left out")
	}
	m := newMachine(t)
	clone := filepath.Join(m.home, "clone")
	output, err := exec.Command("git", "clone", "--quiet", "--depth", "1", "file://"+root, clone).CombinedOutput()
	require.NoError(t, err, "%s", output)

	goTool, err := exec.LookPath("go")
	require.NoError(t, err)
	// The caches only spare the download and the compiler; nothing else is taken over.
	environment := m.environment()
	for _, name := range []string{"GOMODCACHE", "GOCACHE", "GOPROXY", "GOFLAGS", "GOSUMDB"} {
		value, err := exec.Command(goTool, "env", name).Output()
		require.NoError(t, err)
		environment = append(environment, name+"="+strings.TrimSpace(string(value)))
	}
	// Building is not what is looked at, and may take minutes where nothing is in the cache.
	building := exec.Command(goTool, "build", "-o", os.DevNull, ".")
	building.Dir, building.Env = clone, environment
	output, err = building.CombinedOutput()
	require.NoError(t, err, "%s", output)
	window := m.openCommand("newcomer", 120, 40, environment, "sh", "-c", "cd "+quote(clone)+" && exec "+quote(goTool)+" run .")
	screen := window.awaitText(demoRoom)
	require.Contains(t, screen, "主播")
	window.keys("Enter")
	window.awaitText("说点什么")
	window.keys("C-q")
	window.awaitText("exit 0")
}

func TestClosingTheFirstTerminalDoesNotDisturbTheSecond(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	first := m.open("first", 100, 30)
	first.awaitText(demoRoom)
	second := m.open("second", 100, 30, "--device", "mini")
	second.awaitText(demoRoom)
	before, running := m.background()
	require.True(t, running)
	first.tmux("kill-server") // the terminal is gone; the program gets a SIGHUP
	group := m.groupNamed(demoRoom)
	m.do("send", group, "还在直播吗", "--user", "guide-li", "--device", "till")
	second.awaitText("还在直播吗") // the preview in the list
	after, running := m.background()
	require.True(t, running)
	require.Equal(t, before, after)
}

// groupNamed returns the id of a group of the demo shop.
func (m *machine) groupNamed(name string) string {
	m.t.Helper()
	for _, row := range lines(m.t, m.do("groups", "--json", "--device", "finder")) {
		if strings.Contains(row["name"].(string), name) {
			return row["group"].(string)
		}
	}
	require.FailNow(m.t, "no such group", name)
	return ""
}

// TestABackgroundServerThatDiesIsThereAgain kills the server under two screens: it runs again on the same data and
// address, both screens are connected to it, and what is said then is on both, once.
func TestABackgroundServerThatDiesIsThereAgain(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.settle()
	windows := []*terminal{m.open("first", 120, 30), m.open("second", 120, 30, "--device", "mini")}
	for _, window := range windows {
		window.awaitText(demoRoom)
		window.keys("C-k")
		window.text(demoRoom)
		window.keys("Enter")
		window.awaitText("说点什么")
	}
	group := m.groupNamed(demoRoom)
	pid := 0
	for range 3 {
		before, running := m.background()
		require.True(t, running)
		require.NotEqual(t, pid, before.PID)
		pid = before.PID
		process, err := os.FindProcess(pid)
		require.NoError(t, err)
		require.NoError(t, process.Kill())
		var after announced
		require.Eventually(t, func() bool {
			after, running = m.background()
			return running && after.PID != pid
		}, patience, 5*time.Millisecond, "the server was not started again")
		require.Equal(t, before.Address, after.Address)
		require.Equal(t, before.Data, after.Data)
		text := "又来了 " + time.Now().Format("150405.000")
		m.do("send", group, text, "--user", "guide-li", "--device", "till")
		for _, window := range windows {
			window.await("the message once", func(screen string) bool { return strings.Count(screen, "  "+text) == 1 })
		}
		still, _ := m.background()
		require.Equal(t, after, still, "it was started once")
	}
}

// TestABackgroundServerEndsAfterItsLastClient holds that it stays while anybody is there, and then leaves by itself.
func TestABackgroundServerEndsAfterItsLastClient(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo", "--idle-exit", "1s")
	anchor := s.client("anchor-xiaoyu", "laptop")
	tail := s.follow(anchor...)
	tail.await("connection", online)
	s.do(append([]string{"groups"}, s.client("guide-li", "till")...)...) // it comes and goes
	tail.end()
	require.NoError(t, s.command.Wait())
	left, err := filepath.Glob(filepath.Join(m.dir("XDG_RUNTIME_DIR"), "reddot", "*.json"))
	require.NoError(t, err)
	require.Empty(t, left, "it withdrew its announcement")
}
