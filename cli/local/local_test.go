package local

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/cli/local/localtest"
)

// The test binary is also the server that the tests start: real processes, real locks.
func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == "serve" {
		listen := "127.0.0.1:0"
		if len(os.Args) > 5 {
			listen = os.Args[5]
		}
		pretendToServe(os.Args[3], listen)
		return
	}
	os.Exit(m.Run())
}

// pretendToServe does what `reddot serve --data DIR` does as far as this package can see.
func pretendToServe(data, listen string) {
	if words := os.Getenv("LOCAL_TEST_FAIL"); words != "" {
		fmt.Fprintln(os.Stderr, words)
		os.Exit(1)
	}
	release, err := Hold(data)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer release()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		os.Exit(1)
	}
	address := listener.Addr().String()
	if _, err := Announce(Server{PID: os.Getpid(), Address: address, AppID: 7, Data: data}); err != nil {
		os.Exit(1)
	}
	fmt.Println(ReadyPrefix + address)
	time.Sleep(time.Minute) // the test kills it long before
}

func start(t *testing.T) (context.Context, Start) {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx, Start{Data: t.TempDir(), Listen: localtest.SteadyAddress(t)}
}

func end(t *testing.T, server Server) {
	t.Helper()
	process, err := os.FindProcess(server.PID)
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	require.Eventually(t, func() bool { return !running(server.Data) }, time.Minute, time.Millisecond)
}

func TestHoweverManyClientsNoticeTogetherOneServerStarts(t *testing.T) {
	ctx, how := start(t)
	var group sync.WaitGroup
	found := make([]Server, 8)
	for i := range found {
		group.Go(func() {
			server, err := Ensure(ctx, how)
			require.NoError(t, err)
			found[i] = server
		})
	}
	group.Wait()
	t.Cleanup(func() { end(t, found[0]) })
	for _, server := range found {
		require.Equal(t, found[0], server)
	}
	require.NotEqual(t, os.Getpid(), found[0].PID)
}

func TestAKilledServerIsStartedAgainOnTheSameDataAndAddress(t *testing.T) {
	ctx, how := start(t)
	first, err := Ensure(ctx, how)
	require.NoError(t, err)
	end(t, first)

	_, ok := Find(how.Data)
	require.False(t, ok, "an old announcement must not count")

	second, err := Ensure(ctx, how)
	require.NoError(t, err)
	t.Cleanup(func() { end(t, second) })
	require.NotEqual(t, first.PID, second.PID)
	require.Equal(t, first.Data, second.Data)
	require.Equal(t, first.Address, second.Address, "its clients know no other")
}

// TestASuccessorIsWaitedFor: between taking the lock and saying where it listens, only the announcement of the server that
// died is there.
func TestASuccessorIsWaitedFor(t *testing.T) {
	ctx, how := start(t)
	first, err := Ensure(ctx, how)
	require.NoError(t, err)
	end(t, first)
	release, err := Hold(how.Data)
	require.NoError(t, err)
	defer release()
	_, ok := Find(how.Data)
	require.False(t, ok, "the address of the one that died")

	found := make(chan Server, 1)
	go func() {
		server, _ := Ensure(ctx, how)
		found <- server
	}()
	successor := Server{PID: os.Getpid(), Address: "127.0.0.1:2", AppID: 7, Data: how.Data}
	_, err = Announce(successor)
	require.NoError(t, err)
	require.Equal(t, successor, <-found)
}

func TestATakenPortIsLeftForAnother(t *testing.T) {
	ctx, how := start(t)
	first, err := Ensure(ctx, how)
	require.NoError(t, err)
	end(t, first)
	squatter, err := net.Listen("tcp", first.Address)
	require.NoError(t, err)
	defer squatter.Close()
	second, err := Ensure(ctx, how)
	require.NoError(t, err)
	t.Cleanup(func() { end(t, second) })
	require.NotEqual(t, first.Address, second.Address)
	found, ok := Find(how.Data)
	require.True(t, ok)
	require.Equal(t, second, found)
}

func TestAServerIsFoundByItsAddress(t *testing.T) {
	ctx, how := start(t)
	server, err := Ensure(ctx, how)
	require.NoError(t, err)
	t.Cleanup(func() { end(t, server) })

	found, ok := FindAddress(server.Address)
	require.True(t, ok)
	require.Equal(t, server, found)
	_, ok = FindAddress("127.0.0.1:1")
	require.False(t, ok)
	found, ok = FindAddress(strings.Replace(server.Address, "127.0.0.1", "localhost", 1))
	require.True(t, ok)
	require.Equal(t, server, found)
}

func TestAServerIsReachedUnderMoreThanItsAddress(t *testing.T) {
	for _, c := range []struct {
		listens, address string
		reached          bool
	}{
		{"127.0.0.1:7400", "localhost:7400", true},
		{"[::1]:7400", "localhost:7400", true},
		{"0.0.0.0:7400", "127.0.0.1:7400", true},
		{"[::]:7400", "localhost:7400", true},
		{"127.0.0.1:7400", "localhost:7401", false},
		{"127.0.0.1:7400", "127.0.0.2:7400", false},
		{"192.168.7.9:7400", "localhost:7400", false},
		{"0.0.0.0:7400", "im.example:7400", false},
	} {
		require.Equal(t, c.reached, reachedUnder(c.listens, c.address), "%s %s", c.listens, c.address)
	}
}

func TestAServerThatFailsToStartSaysWhy(t *testing.T) {
	ctx, how := start(t)
	how.Environment = []string{"LOCAL_TEST_FAIL=the disk is full"}
	_, err := Ensure(ctx, how)
	require.ErrorContains(t, err, "the disk is full")
}

func TestTwoServersCannotHoldOneDirectory(t *testing.T) {
	data := filepath.Join(t.TempDir(), "server")
	release, err := Hold(data)
	require.NoError(t, err)
	_, err = Hold(data)
	require.ErrorIs(t, err, ErrTaken)
	release()
	release, err = Hold(data)
	require.NoError(t, err)
	release()
}

func TestWithdrawingLeavesTheAnnouncementOfASuccessor(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	data := t.TempDir()
	release, err := Hold(data)
	require.NoError(t, err)
	defer release()
	withdraw, err := Announce(Server{PID: 1, Address: "127.0.0.1:1", Data: data})
	require.NoError(t, err)
	successor := Server{PID: os.Getpid(), Address: "127.0.0.1:2", Data: data}
	_, err = Announce(successor)
	require.NoError(t, err)
	withdraw()
	found, ok := Find(data)
	require.True(t, ok)
	require.Equal(t, successor, found)
}
