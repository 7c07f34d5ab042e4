package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// needTmux leaves a test out where tmux is missing, unless the machine promised to have it.
func needTmux(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err == nil {
		return
	}
	if os.Getenv("REDDOT_REQUIRE_TOOLS") != "" {
		t.Fatal("tmux is missing: install it, these tests may not be left out here")
	}
	t.Skip("needs tmux: left out")
}

// terminal is one window of a tmux server of the test's own.
type terminal struct {
	t      *testing.T
	socket string
	name   string
}

// open runs the program in a terminal of the given size.
func (m *machine) open(name string, columns, rows int, arguments ...string) *terminal {
	m.t.Helper()
	return m.openCommand(name, columns, rows, m.environment(), append([]string{m.path}, arguments...)...)
}

// openCommand runs a command in a terminal, with this environment and no other.
func (m *machine) openCommand(name string, columns, rows int, environment []string, words ...string) *terminal {
	m.t.Helper()
	needTmux(m.t)
	// Not below the home, which has the test's name in it: the path of a socket has to be short.
	dir, err := os.MkdirTemp("", "tmux")
	require.NoError(m.t, err)
	window := &terminal{t: m.t, socket: filepath.Join(dir, "s"), name: name}
	m.t.Cleanup(func() {
		window.close()
		_ = os.RemoveAll(dir)
	})
	command := []string{"env", "-i"}
	for _, word := range append(environment, words...) {
		command = append(command, quote(word))
	}
	window.tmux("-f", "/dev/null", "new-session", "-d", "-s", name, "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows),
		strings.Join(command, " ")+"; printf 'exit %s' $?; exec sleep 600")
	return window
}

// focus tells the program what a terminal tells that gains or loses the focus. tmux itself stays silent about a
// window that nobody is attached to, so a program counts as focused until told otherwise.
func (w *terminal) focus(has bool) {
	w.t.Helper()
	last := "4f" // O
	if has {
		last = "49" // I
	}
	w.tmux("send-keys", "-t", w.name, "-H", "1b", "5b", last)
}

// close ends the program, if it still runs, and then its terminal.
func (w *terminal) close() {
	panes, err := exec.Command("tmux", "-S", w.socket, "list-panes", "-a", "-F", "#{pane_pid}").Output()
	if err != nil {
		return // it is closed already
	}
	for shell := range strings.Lines(string(panes)) {
		for _, pid := range children(strings.TrimSpace(shell)) {
			for _, started := range children(strconv.Itoa(pid)) { // by `go run`
				kill(started)
			}
			kill(pid)
		}
	}
	_ = exec.Command("tmux", "-S", w.socket, "kill-server").Run()
}

// children returns the processes that a process has started.
func children(pid string) []int {
	output, _ := exec.Command("pgrep", "-P", pid).Output()
	var found []int
	for line := range strings.Lines(string(output)) {
		if child, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
			found = append(found, child)
		}
	}
	return found
}

func kill(pid int) {
	if process, err := os.FindProcess(pid); err == nil {
		_ = process.Kill()
	}
}

func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

func (w *terminal) tmux(arguments ...string) string {
	w.t.Helper()
	command := exec.Command("tmux", append([]string{"-u", "-S", w.socket}, arguments...)...)
	command.Env = append(os.Environ(), "SHELL=/bin/sh") // whatever shell the developer prefers
	output, err := command.CombinedOutput()
	require.NoError(w.t, err, "tmux %v: %s", arguments, output)
	return string(output)
}

// keys presses keys by tmux's names; text types literally.
func (w *terminal) keys(names ...string) {
	w.t.Helper()
	w.tmux(append([]string{"send-keys", "-t", w.name}, names...)...)
}

func (w *terminal) text(text string) {
	w.t.Helper()
	w.tmux("send-keys", "-t", w.name, "-l", text)
}

// enterGroup opens the chosen group and waits until the input has the focus: what the group says may stand in the
// list's preview long before.
func (w *terminal) enterGroup() {
	w.t.Helper()
	w.keys("Enter")
	w.awaitText("Enter 发送")
}

// paste puts text into the terminal as one bracketed paste.
func (w *terminal) paste(text string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "paste")
	require.NoError(w.t, os.WriteFile(file, []byte(text), 0o600))
	w.tmux("load-buffer", file)
	w.tmux("paste-buffer", "-p", "-t", w.name)
}

func (w *terminal) resize(columns, rows int) {
	w.t.Helper()
	w.tmux("resize-window", "-t", w.name, "-x", fmt.Sprint(columns), "-y", fmt.Sprint(rows))
}

func (w *terminal) screen() string {
	w.t.Helper()
	return w.tmux("capture-pane", "-p", "-t", w.name)
}

// cursor returns the column and row of the terminal's own cursor, from 0, and whether it shows.
func (w *terminal) cursor() (column, row int, shown bool) {
	w.t.Helper()
	var flag int
	_, err := fmt.Sscanf(w.tmux("display-message", "-p", "-t", w.name, "#{cursor_x} #{cursor_y} #{cursor_flag}"), "%d %d %d", &column, &row, &flag)
	require.NoError(w.t, err)
	return column, row, flag == 1
}

// await polls the screen until it fits.
func (w *terminal) await(what string, fits func(screen string) bool) string {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		screen := w.screen()
		if fits(screen) {
			return screen
		}
		if time.Now().After(deadline) {
			require.FailNow(w.t, "the screen never showed "+what, screen)
		}
		time.Sleep(20 * time.Millisecond) // the only way to ask a terminal is to look again
	}
}

func (w *terminal) awaitText(text string) string {
	w.t.Helper()
	return w.await(text, func(screen string) bool { return strings.Contains(screen, text) })
}

// dateAndBadge matches the end of a row of the list: the badge, if there is one, and when the last message came.
var dateAndBadge = regexp.MustCompile(`(?:\s(\d+\+?))?\s+(?:\d\d:\d\d|昨天)\s*$`)

// dot returns the badge that the list shows for a group, "" if it has none, and whether the group is in the list. The
// first row of the screen is the status line, which names groups too.
func dot(screen, group string) (badge string, listed bool) {
	for line := range strings.Lines(screen[strings.Index(screen, "\n")+1:]) {
		cell, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "│")
		if !strings.Contains(cell, group) {
			continue
		}
		if found := dateAndBadge.FindStringSubmatch(cell); found != nil {
			return found[1], true
		}
	}
	return "", false
}

// awaitDot waits until the list shows the group with this badge, "" for none.
func (w *terminal) awaitDot(group, badge string) string {
	w.t.Helper()
	return w.await(fmt.Sprintf("%s with badge %q", group, badge), func(screen string) bool {
		shown, listed := dot(screen, group)
		return listed && shown == badge
	})
}
