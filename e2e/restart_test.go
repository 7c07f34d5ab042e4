package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABackgroundServerThatLostItsPortIsFoundElsewhere kills the server under several clients while somebody else takes its
// port: one server starts again on the same data, and every client follows to the new address. The time is printed.
func TestABackgroundServerThatLostItsPortIsFoundElsewhere(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.settle()
	window := m.open("screen", 120, 30)
	window.awaitText(demoRoom)
	tails := []*follower{m.follow("--device", "one"), m.follow("--device", "two"), m.follow("--user", "guide-li", "--device", "three")}
	for _, tail := range tails {
		tail.await("connection", online)
	}
	group := m.groupNamed(demoRoom)
	before, running := m.background()
	require.True(t, running)
	squatter, killed := m.killAndSquat(before.Address)
	defer squatter.Close()
	for _, tail := range tails {
		tail.awaitNew("the connection again", online)
	}
	t.Logf("three clients are connected again after %v", time.Since(killed).Round(time.Millisecond))

	after, running := m.background()
	require.True(t, running)
	require.NotEqual(t, before.Address, after.Address)
	require.Equal(t, before.Data, after.Data)
	m.do("send", group, "换了个门牌", "--user", "guide-li", "--device", "till")
	window.awaitText("换了个门牌")
	for _, tail := range tails[:2] {
		tail.await("the message", said("换了个门牌"))
	}
	still, _ := m.background()
	require.Equal(t, after, still, "one server was started")
}

// killAndSquat kills the background server and takes its port before the next one does. If that one is faster, it is killed
// as well.
func (m *machine) killAndSquat(address string) (squatter net.Listener, killed time.Time) {
	m.t.Helper()
	pid := 0
	require.Eventually(m.t, func() bool {
		if server, running := m.background(); running && server.PID != pid && server.Address == address {
			process, err := os.FindProcess(server.PID)
			require.NoError(m.t, err)
			_ = process.Kill()
			pid, killed = server.PID, time.Now()
		}
		var err error
		squatter, err = net.Listen("tcp", address)
		return err == nil
	}, patience, time.Millisecond, "the port of a server that was killed stays taken")
	return squatter, killed
}

// said tells whether an event is a message with this text.
func said(text string) func(map[string]any) bool {
	return func(e map[string]any) bool { return e["event"] == "message" && e["text"] == text }
}

// awaitNew waits for an event that comes from now on.
func (f *follower) awaitNew(what string, fits func(map[string]any) bool) map[string]any {
	f.t.Helper()
	seen := f.seen
	f.seen = nil
	defer func() { f.seen = slices.Concat(seen, f.seen) }()
	return f.await(what, fits)
}

// TestTerminalsThatRaceAtTheFirstStartShareOneServer: nothing is there yet, and several programs come at once.
func TestTerminalsThatRaceAtTheFirstStartShareOneServer(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	var racing sync.WaitGroup
	outputs, codes := make([]string, 6), make([]int, 6)
	for i := range outputs {
		racing.Go(func() { outputs[i], _, codes[i] = m.run("groups", "--json", "--device", fmt.Sprint("racer", i)) })
	}
	racing.Wait()
	for i, output := range outputs {
		require.Zero(t, codes[i])
		require.Len(t, lines(t, output), len(lines(t, outputs[0])), "all see the same shop")
	}
	before, running := m.background()
	require.True(t, running)
	log, err := os.ReadFile(filepath.Join(before.Data, "server.log"))
	require.NoError(t, err)
	require.NotContains(t, string(log), "another server")
}
