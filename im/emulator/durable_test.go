package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// childData tells the test binary to be a server on that data directory.
const childData = "REDDOT_TEST_SERVER_DATA"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childData); dir != "" {
		serveChild(dir)
		return
	}
	os.Exit(m.Run())
}

func serveChild(dir string) {
	server, err := New(Options{Data: dir, AppID: restApp, SecretKey: restKey, Admin: restAdmin})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	_ = server.Serve(context.Background(), listener) // until it is killed
}

// startChild runs a server as a process of its own.
func startChild(t *testing.T, dir string) (process *exec.Cmd, address string) {
	t.Helper()
	process = exec.Command(os.Args[0])
	process.Env = append(os.Environ(), childData+"="+dir)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return process, strings.TrimSpace(line)
}

// TestKilledUnderLoadNothingAcknowledgedIsLost sends from several connections, each with
// many sends under way, kills the server in the middle, and looks at what is on the disk.
func TestKilledUnderLoadNothingAcknowledgedIsLost(t *testing.T) {
	dir := t.TempDir()
	process, address := startChild(t, dir)
	world := &world{restServer: &restServer{t: t, url: "http://" + address, sig: signed(t, restKey, restApp, restAdmin)}}
	world.ok("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"s0"},{"UserID":"s1"},{"UserID":"s2"},{"UserID":"s3"}]}`)
	world.ok("group_open_http_svc/create_group", `{"Type":"Public","GroupId":"group-room","Name":"Room","Owner_Account":"s0",
		"MemberList":[{"Member_Account":"s1"},{"Member_Account":"s2"},{"Member_Account":"s3"}]}`)
	var mu sync.Mutex
	acknowledged := map[uint32]string{} // by sequence: sender and random number
	enough := make(chan struct{})
	var once sync.Once
	var work sync.WaitGroup
	for i := range 4 {
		d := world.login(fmt.Sprintf("s%d", i), 7)
		work.Go(func() {
			sendUntilEnded(d, func(seq uint32, name string) {
				mu.Lock()
				defer mu.Unlock()
				acknowledged[seq] = name
				if len(acknowledged) >= 2000 {
					once.Do(func() { close(enough) })
				}
			})
		})
	}
	<-enough
	require.NoError(t, process.Process.Kill())
	_ = process.Wait()
	work.Wait()

	c, err := core.Open(core.Options{Path: filepath.Join(dir, databaseFile)})
	require.NoError(t, err)
	defer c.Close()
	stored := map[uint32]string{}
	seen := map[string]bool{}
	for next := uint32(1 << 30); next > 0; {
		page, err := c.GroupHistory(t.Context(), core.Actor{Admin: true}, "group-room", next, 100)
		require.NoError(t, err)
		for _, m := range page.Messages {
			name := fmt.Sprintf("%s %d", m.From, m.Random)
			require.False(t, seen[name], "%s is there twice", name)
			seen[name], stored[m.Seq] = true, name
		}
		next = page.Next
	}
	g, err := c.Group("group-room")
	require.NoError(t, err)
	require.Len(t, stored, int(g.NextSeq-1), "the sequences have no gap")
	for seq, name := range acknowledged {
		require.Equal(t, name, stored[seq])
	}
	// A send that is repeated after the restart is the same message.
	for seq, name := range acknowledged {
		var from string
		var random uint32
		_, err := fmt.Sscanf(name, "%s %d", &from, &random)
		require.NoError(t, err)
		again, err := c.SendGroup(t.Context(), core.Actor{User: from}, core.GroupSend{Group: "group-room", From: from, Random: random, Body: []byte(textBody)})
		require.NoError(t, err)
		require.Equal(t, core.Sent{Seq: seq, Time: again.Time, Duplicate: true}, again)
		break
	}
}

// sendUntilEnded sends until the connection ends, with up to 32 sends under way, and reports every
// acknowledgement.
func sendUntilEnded(d *device, acknowledged func(seq uint32, name string)) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 30*time.Second)
	defer cancel()
	window := make(chan struct{}, 32)
	go func() {
		for random := 1; ; random++ {
			select {
			case window <- struct{}{}:
			case <-ctx.Done():
				return
			}
			frame := fmt.Sprintf(`{"head":{"servcmd":"group_open_http_svc.send_group_msg","seq":%d},"body":%s}`, random+100, sendGroup(random, ""))
			if d.ws.Write(ctx, websocket.MessageText, []byte(frame)) != nil {
				return
			}
		}
	}()
	for {
		_, text, err := d.ws.Read(ctx)
		if err != nil {
			return
		}
		var reply struct {
			Head struct {
				ServCmd string
				Seq     int
			}
			Body struct {
				ErrorCode int
				MsgSeq    uint32
			}
		}
		if json.Unmarshal(text, &reply) != nil || reply.Head.ServCmd != "group_open_http_svc.send_group_msg" {
			continue
		}
		if reply.Body.ErrorCode == 0 {
			acknowledged(reply.Body.MsgSeq, fmt.Sprintf("%s %d", d.user, reply.Head.Seq-100))
		}
		<-window
	}
}
