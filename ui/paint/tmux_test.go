//go:build unix

package paint

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// tmux is a terminal to try whole programs in: a shell with job control and its own server.
type tmux struct {
	t      *testing.T
	dir    string
	socket string
}

// startTmux starts one, or skips the test where there is no tmux. With REDDOT_REQUIRE_TOOLS=1 that is a failure.
func startTmux(t *testing.T, width, height int) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("REDDOT_REQUIRE_TOOLS") == "1" {
			t.Fatal("tmux is required and not installed")
		}
		t.Skip("tmux is not installed: the painter is not tried in a real terminal")
	}
	// Not t.TempDir: a test's name can make the socket's path longer than the system takes.
	dir, err := os.MkdirTemp("", "paint")
	require.NoError(t, err)
	m := &tmux{t: t, dir: dir, socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		_, _ = m.try("kill-server")
		_ = os.RemoveAll(dir)
	})
	m.run("-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height),
		"env", "PS1=ready> ", "ENV=", "LC_ALL=C.UTF-8", "sh", "-i")
	m.waitFor("ready>")
	return m
}

func (m *tmux) try(args ...string) (string, error) {
	cmd := exec.Command("tmux", append([]string{"-u", "-S", m.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=")
	out, err := cmd.Output()
	return string(out), err
}

func (m *tmux) run(args ...string) string {
	m.t.Helper()
	out, err := m.try(args...)
	require.NoError(m.t, err, "tmux %v", args)
	return out
}

func (m *tmux) keys(keys ...string) { m.run(append([]string{"send-keys"}, keys...)...) }

func (m *tmux) typed(line string) {
	m.run("send-keys", "-l", line)
	m.keys("Enter")
}

func (m *tmux) screen() []string {
	return strings.Split(strings.TrimSuffix(m.run("capture-pane", "-p"), "\n"), "\n")
}

func (m *tmux) ask(format string) string {
	return strings.TrimSpace(m.run("display-message", "-p", format))
}

func (m *tmux) wait(what string, done func() bool) {
	m.t.Helper()
	if !poll(done) {
		require.Failf(m.t, "waited in vain", "%s\n%s", what, strings.Join(m.screen(), "\n"))
	}
}

func (m *tmux) waitFor(text string) {
	m.t.Helper()
	m.wait("wait for "+text, func() bool { return strings.Contains(strings.Join(m.screen(), "\n"), text) })
}

// state is what a program must leave as it found it.
func (m *tmux) state() string {
	return m.ask("alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} wrap #{wrap_flag} " +
		"insert #{insert_flag} keypad #{keypad_flag} title #{pane_title}")
}

// probe starts the probe and returns its process id.
func (m *tmux) probe() int {
	m.t.Helper()
	self, err := os.Executable()
	require.NoError(m.t, err)
	pidFile := filepath.Join(m.dir, "pid")
	m.typed(fmt.Sprintf("clear; stty -a >%s/before; %s=%s TMPDIR= %s; echo status=$?; stty -a >%s/after; echo 'all' over",
		m.dir, probeEnv, pidFile, self, m.dir))
	m.waitFor("screen 0")
	data, err := os.ReadFile(pidFile)
	require.NoError(m.t, err)
	pid, err := strconv.Atoi(string(data))
	require.NoError(m.t, err)
	require.Equal(m.t, "1", m.ask("#{alternate_on}"))
	return pid
}

// over waits for the probe's end and checks that it left nothing behind.
func (m *tmux) over(before, status string) {
	m.t.Helper()
	m.waitFor("all over")
	m.waitFor("status=" + status)
	require.Equal(m.t, before, m.state())
	require.Equal(m.t, m.stty("before"), m.stty("after"))
}

func (m *tmux) stty(name string) string {
	data, err := os.ReadFile(filepath.Join(m.dir, name))
	require.NoError(m.t, err)
	return string(data)
}

func TestTmuxEveryWayOut(t *testing.T) {
	tests := []struct {
		name   string
		leave  func(m *tmux, pid int)
		status string
		says   string
	}{
		{"quit", func(m *tmux, _ int) { m.keys("q") }, "0", ""},
		{"SIGTERM", func(_ *tmux, pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) }, "0", ""},
		{"SIGHUP", func(_ *tmux, pid int) { _ = syscall.Kill(pid, syscall.SIGHUP) }, "0", ""},
		{"SIGQUIT", func(_ *tmux, pid int) { _ = syscall.Kill(pid, syscall.SIGQUIT) }, "2", "goroutine"},
		{"SIGINT", func(_ *tmux, pid int) { _ = syscall.Kill(pid, syscall.SIGINT) }, "1", "interrupted"},
		{"panic in Update", func(m *tmux, _ int) { m.keys("p") }, "1", "panic: panic in Update"},
		{"panic in a command", func(m *tmux, _ int) { m.keys("c") }, "1", "panic: panic in a command"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := startTmux(t, 100, 60)
			before := m.state()
			pid := m.probe()
			tc.leave(m, pid)
			m.over(before, tc.status)
			require.Contains(t, strings.Join(m.screen(), "\n"), tc.says, "said on the normal screen")
		})
	}
}

func TestTmuxSuspendAndForeground(t *testing.T) {
	m := startTmux(t, 80, 20)
	before := m.state()
	pid := m.probe()
	m.keys("1", "n")
	m.waitFor("screen Chinese1")
	width, height := 80, 20
	for number, stop := range []func(){
		func() { m.keys("z") },
		func() { require.NoError(t, syscall.Kill(pid, syscall.SIGTSTP)) },
		func() { m.keys("z") },
	} {
		stop()
		m.wait("the shell", func() bool { return m.ask("#{alternate_on}") == "0" })
		require.Equal(t, before, m.state())
		m.typed(fmt.Sprintf("clear; stty -a; echo here is the 'sh'ell %d", number))
		m.waitFor(fmt.Sprint("here is the shell ", number)) // not the one of the stop before
		require.Contains(t, strings.Join(m.screen(), "\n"), " icanon", "cooked mode")

		width, height = width-4, height-1
		m.run("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
		m.typed("fg")
		m.waitFor(fmt.Sprint("screen Chinese", number+1))
		m.requireShows("Chinese", uint64(number)+1, width, height)
		m.keys("n")
		m.waitFor(fmt.Sprint("screen Chinese", number+2))
		m.requireShows("Chinese", uint64(number)+2, width, height)
	}
	m.keys("q")
	m.waitFor("ready>")
	require.Equal(t, before, m.state())
}

func TestTmuxStoppedFromOutside(t *testing.T) {
	m := startTmux(t, 80, 20)
	before := m.state()
	pid := m.probe()
	m.keys("1", "n")
	m.waitFor("screen Chinese1")
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	m.wait("the shell", func() bool { return strings.Contains(strings.Join(m.screen(), "\n"), "ready>") })
	m.run("send-keys", "-l", "clear; fg")
	m.keys("C-j") // nobody has set the line discipline back, so Enter is no newline
	m.wait("repainted", func() bool { return m.shows("Chinese", 1, 80, 20) == "" })
	m.keys("q")
	m.wait("the end", func() bool { return m.ask("#{alternate_on}") == "0" })
	require.Equal(t, before, m.state())
	m.typed("stty -a >" + m.dir + "/after; echo 'wri'tten")
	m.waitFor("written")
	require.Equal(t, m.stty("before"), m.stty("after"))
}

func TestTmuxChildHasTheTerminal(t *testing.T) {
	m := startTmux(t, 80, 24)
	before := m.state()
	m.probe()
	m.keys("e")
	m.waitFor("child has the screen")
	require.Equal(t, before, m.state())
	shown := strings.Join(m.screen(), "\n")
	require.Contains(t, shown, " icanon", "cooked mode")
	require.Contains(t, shown, " echo ")
	m.typed("")
	m.waitFor("screen 0 child ended: <nil>")
	m.keys("1", "n")
	m.waitFor("screen Chinese1")
	m.requireShows("Chinese", 1, 80, 24)
	m.keys("q")
	m.over(before, "0")
}

func TestTmuxRandomScreens(t *testing.T) {
	for _, kind := range []string{"Chinese", "emoji"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			m := startTmux(t, 70, 20)
			m.probe()
			m.keys(map[string]string{"Chinese": "1", "emoji": "2"}[kind])
			width, height := 70, 20
			for number := uint64(1); number <= 40; number++ {
				if number%10 == 0 {
					width, height = 40+int(number), 10+int(number)/4
					m.run("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
				}
				m.keys("n")
				m.wait("the next screen", func() bool { return m.screen()[0] == fmt.Sprintf("screen %s%d", kind, number) })
				m.requireShows(kind, number, width, height)
			}
			m.keys("q")
			m.waitFor("all over")
		})
	}
}

func (m *tmux) requireShows(kind string, number uint64, width, height int) {
	m.t.Helper()
	differs := ""
	if !poll(func() bool { differs = m.shows(kind, number, width, height); return differs == "" }) {
		require.Fail(m.t, differs)
	}
}

// shows returns what differs from the probe's screen of that number, "" if nothing does.
func (m *tmux) shows(kind string, number uint64, width, height int) string {
	view := probeView(kind, number, width, height)
	got := m.screen()
	for y, row := range strings.Split(view.Content, "\n") {
		want := strings.TrimRight(ansi.Strip(row), " ")
		if y+1 >= len(got) || got[y+1] != want {
			return fmt.Sprintf("screen %d row %d: %q instead of %q", number, y+1, got[min(y+1, len(got)-1)], want)
		}
	}
	if cursor := m.ask("#{cursor_x},#{cursor_y}"); cursor != fmt.Sprintf("%d,%d", view.Cursor.X, view.Cursor.Y) {
		return fmt.Sprintf("screen %d: cursor at %s instead of %d,%d", number, cursor, view.Cursor.X, view.Cursor.Y)
	}
	return ""
}
