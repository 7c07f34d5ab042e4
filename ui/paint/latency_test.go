//go:build linux

package paint

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// shownCursor ends every frame on a terminal that knows no synchronized updates.
const shownCursor = "\x1b[?25h"

// screenOf starts the probe in a pseudo-terminal and waits for its first frame.
func screenOf(b *testing.B) (*os.File, *exec.Cmd) {
	b.Helper()
	self, err := os.Executable()
	require.NoError(b, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), probeEnv+"="+filepath.Join(b.TempDir(), "pid"), "TERM=xterm-256color")
	term, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	require.NoError(b, err)
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = term.Close()
	})
	awaits(b, term, "screen 0")
	return term, cmd
}

// awaits reads until the terminal was written text, and returns how many bytes that took.
func awaits(b *testing.B, term *os.File, text string) int {
	var seen []byte
	buf := make([]byte, 64<<10)
	for !bytes.Contains(seen, []byte(text)) {
		n, err := term.Read(buf)
		require.NoError(b, err)
		seen = append(seen, buf[:n]...)
	}
	return len(seen)
}

// BenchmarkKeyToScreen is the time from a key on the terminal to its effect on the terminal, on a Chinese screen that
// stays as it is but for a word.
func BenchmarkKeyToScreen(b *testing.B) {
	term, _ := screenOf(b)
	_, _ = term.WriteString("1")
	awaits(b, term, shownCursor)
	_, _ = term.WriteString("n")
	awaits(b, term, shownCursor)
	times := make([]time.Duration, 0, b.N)
	written := 0
	for range b.N {
		time.Sleep(20 * time.Millisecond) // as a person types, and out of the burst's budget
		begin := time.Now()
		_, _ = term.WriteString("t")
		written += awaits(b, term, shownCursor)
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(written)/float64(b.N), "B/key")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdle is what a program costs while nothing happens.
func BenchmarkIdle(b *testing.B) {
	term, cmd := screenOf(b)
	quiet := make(chan int)
	go func() {
		n, _ := term.Read(make([]byte, 1<<16))
		quiet <- n
	}()
	const span = 3 * time.Second
	time.Sleep(time.Second) // what the start leaves behind
	for b.Loop() {
		before := wakeups(b, cmd.Process.Pid)
		time.Sleep(span)
		b.ReportMetric(float64(wakeups(b, cmd.Process.Pid)-before)/span.Seconds(), "wakeups/s")
	}
	select {
	case n := <-quiet:
		b.ReportMetric(float64(n), "bytes")
	default:
		b.ReportMetric(0, "bytes")
	}
	b.ReportMetric(0, "ns/op")
}

// wakeups counts the voluntary context switches of all threads.
func wakeups(b *testing.B, pid int) (sum int) {
	b.Helper()
	files, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/status")
	require.NoError(b, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		for line := range strings.Lines(string(data)) {
			if count, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				n, err := strconv.Atoi(strings.TrimSpace(count))
				require.NoError(b, err)
				sum += n
			}
		}
	}
	return sum
}
