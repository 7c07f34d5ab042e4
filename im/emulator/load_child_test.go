//go:build unix

package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// loadShop is what a server under load holds: one group of 200 members that all sends go
// to, and as many other groups and messages as a benchmark asks for.
type loadShop struct {
	Data     string
	Groups   int    // beside the one
	Messages int    // spread over these groups
	Profile  string // where a CPU profile is written; "" for none
}

const (
	loadGroup   = "load"
	loadMembers = 200
	loadEnv     = "REDDOT_LOAD_SERVER" // a loadShop as JSON: this process is the server
)

func loadUser(n int) string { return fmt.Sprintf("user%d", n) }

// loadUsage is what a server process has used and holds.
type loadUsage struct {
	CPU    time.Duration
	Held   uint64 // bytes of the process that are in use, after a collection
	Heap   uint64 // of them on the heap
	Allocs uint64
	Opened time.Duration // how long opening the data took
}

// loadProcess is a server in a process of its own, so that its CPU and its memory are not
// those of the load generator.
type loadProcess struct {
	t       testing.TB
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	address string
}

// startLoadServer runs the test binary again, as a server.
func startLoadServer(t testing.TB, shop loadShop) *loadProcess {
	t.Helper()
	if shop.Data == "" {
		shop.Data = t.TempDir()
	}
	shop.Profile = os.Getenv("REDDOT_LOAD_PROFILE")
	text, err := json.Marshal(shop)
	require.NoError(t, err)
	p := &loadProcess{t: t, command: exec.Command(os.Args[0], "-test.run=^TestLoadServer$", "-test.timeout=0")}
	p.command.Env = append(os.Environ(), loadEnv+"="+string(text))
	p.command.Stderr = os.Stderr
	p.in, err = p.command.StdinPipe()
	require.NoError(t, err)
	out, err := p.command.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReader(out)
	require.NoError(t, p.command.Start())
	t.Cleanup(p.stop)
	p.address = p.line()
	return p
}

func (p *loadProcess) line() string {
	p.t.Helper()
	line, err := p.out.ReadString('\n')
	require.NoError(p.t, err, "the server process ended: %s", line)
	return strings.TrimSpace(line)
}

func (p *loadProcess) usage() loadUsage {
	p.t.Helper()
	_, err := io.WriteString(p.in, "usage\n")
	require.NoError(p.t, err)
	var usage loadUsage
	require.NoError(p.t, json.Unmarshal([]byte(p.line()), &usage))
	return usage
}

// stop ends the server in order; its data stays.
func (p *loadProcess) stop() {
	_ = p.in.Close()
	_ = p.command.Wait()
}

// TestLoadServer is no test but the server process of the benchmarks.
func TestLoadServer(t *testing.T) {
	text, ok := os.LookupEnv(loadEnv)
	if !ok {
		t.Skip("the server process of the load benchmarks")
	}
	var shop loadShop
	require.NoError(t, json.Unmarshal([]byte(text), &shop))
	begun := time.Now()
	server, err := New(Options{Data: shop.Data, AppID: restApp, SecretKey: restKey, Admin: restAdmin})
	require.NoError(t, err)
	opened := time.Since(begun)
	defer server.Close()
	require.NoError(t, shop.fill(t.Context(), server.Core()))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	if shop.Profile != "" {
		file, err := os.Create(shop.Profile)
		require.NoError(t, err)
		require.NoError(t, pprof.StartCPUProfile(file))
		defer pprof.StopCPUProfile()
	}
	fmt.Println(listener.Addr())
	for asked := bufio.NewScanner(os.Stdin); asked.Scan(); {
		usage := usageNow()
		usage.Opened = opened
		require.NoError(t, json.NewEncoder(os.Stdout).Encode(usage))
	}
	stop()
	require.NoError(t, <-served)
}

// usageNow looks at this process.
func usageNow() loadUsage {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return loadUsage{
		CPU:    time.Duration(used.Utime.Nano() + used.Stime.Nano()),
		Held:   memory.Sys - memory.HeapReleased,
		Heap:   memory.HeapAlloc,
		Allocs: memory.Mallocs,
	}
}

// fill makes what the shop does not hold yet.
func (s loadShop) fill(ctx context.Context, c *core.Core) error {
	if _, err := c.Group(loadGroup); err == nil {
		return nil
	}
	accounts := make([]core.NewAccount, loadMembers)
	members := make([]core.NewMember, loadMembers)
	for i := range loadMembers {
		accounts[i], members[i] = core.NewAccount{ID: loadUser(i)}, core.NewMember{User: loadUser(i)}
	}
	if err := c.ImportAccounts(ctx, accounts); err != nil {
		return err
	}
	group := core.NewGroup{ID: loadGroup, Type: "Public", Name: "直播间粉丝群", Owner: loadUser(0), Members: members}
	if _, err := c.CreateGroup(ctx, core.Actor{Admin: true}, group); err != nil {
		return err
	}
	const chunk = 100
	for done := 0; done < s.Groups; done += chunk {
		var list []core.ImportedGroup
		for i := done; i < min(done+chunk, s.Groups); i++ {
			list = append(list, s.group(i))
		}
		if err := c.ImportGroups(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// group makes one of the other groups, with its part of the messages, by ten members.
func (s loadShop) group(n int) core.ImportedGroup {
	const people = 10
	g := core.ImportedGroup{CreateTime: 1_700_000_000, NewGroup: core.NewGroup{
		ID: fmt.Sprintf("shop%d", n), Type: "Public", Name: fmt.Sprintf("店铺 %d 群", n), Owner: loadUser(n % loadMembers),
	}}
	for i := range people {
		g.Members = append(g.Members, core.NewMember{User: loadUser((n + i) % loadMembers)})
	}
	for i := range s.Messages / s.Groups {
		g.Messages = append(g.Messages, core.ImportedMessage{
			From: loadUser((n + i%people) % loadMembers), Time: g.CreateTime + int64(i), Random: uint32(i + 1),
			Body: json.RawMessage(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"这款还有货吗？主播可以再试一下吗"}}]`),
		})
	}
	return g
}
