package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// network carries connections to a server and misbehaves as told. Its mode goes for new connections and for those that are
// there.
type network struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	mode  string
	conns []net.Conn
}

func newNetwork(t *testing.T, target string) *network {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	n := &network{listener: listener, target: target}
	t.Cleanup(func() {
		_ = listener.Close()
		n.cut()
	})
	go n.accept()
	return n
}

// become changes how the network behaves.
func (n *network) become(mode string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mode = mode
}

func (n *network) now() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.mode
}

// cut ends all connections.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.conns {
		_ = c.Close()
	}
	n.conns = nil
}

func (n *network) accept() {
	for {
		client, err := n.listener.Accept()
		if err != nil {
			return
		}
		go n.carry(client)
	}
}

func (n *network) carry(client net.Conn) {
	defer client.Close()
	if answer, instead := map[string]string{
		"portal": "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 37\r\n\r\n<html>Please log in to the Wi-Fi</html>",
		"502":    "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
	}[n.now()]; instead {
		_, _ = client.Read(make([]byte, 4096))
		_, _ = io.WriteString(client, answer)
		return
	}
	server, err := net.Dial("tcp", n.target)
	if err != nil {
		return
	}
	defer server.Close()
	n.mu.Lock()
	n.conns = append(n.conns, client, server)
	n.mu.Unlock()
	go func() { _ = n.copy(server, client, false) }()
	_ = n.copy(client, server, true)
}

// copy carries bytes one way. A silent network swallows them, a truncating one ends in the middle of what the server says,
// and a noisy one puts bytes of its own there.
func (n *network) copy(to, from net.Conn, answers bool) error {
	buffer := make([]byte, 32<<10)
	for {
		count, err := from.Read(buffer)
		if err != nil {
			_ = to.Close()
			return err
		}
		data := buffer[:count]
		switch mode := n.now(); {
		case mode == "silence":
			continue
		case mode == "truncation" && answers && count > 3:
			_, _ = to.Write(data[:count/2])
			_ = to.Close()
			return nil
		case mode == "noise" && answers:
			for i := range data {
				data[i] = byte(rand.Uint32())
			}
		}
		if _, err := to.Write(data); err != nil {
			return err
		}
	}
}

// TestBadNetworksLoseNothing: whatever comes instead of the service, the screen lives, what is typed stays, what is sent
// goes out once when the network is well again, and what others said meanwhile is there.
func TestBadNetworksLoseNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo")
	group := s.demoGroup(demoRoom)
	net := newNetwork(t, s.address)
	through := *s
	through.address = net.listener.Addr().String()
	window := m.open("screen", 120, 40, through.client("anchor-xiaoyu", "term")...)
	window.awaitText(demoRoom)
	window.keys("C-k")
	window.text(demoRoom)
	window.keys("Enter")
	window.enterGroup()

	var sent []string
	for i, mode := range []string{"portal", "502", "truncation", "noise", "silence"} {
		net.become(mode)
		if mode == "portal" || mode == "502" {
			net.cut()
		}
		text := fmt.Sprintf("网络第 %d 次出毛病", i)
		sent = append(sent, text)
		window.text(text)
		window.keys("Enter")
		window.awaitText(text)
		window.text("草稿还在")
		said := fmt.Sprintf("别人说了 %d", i)
		s.do(append([]string{"send", group, said}, s.client("guide-li", "till")...)...)
		window.await("that it is offline", func(screen string) bool { return strings.Contains(screen, "离线") })
		net.become("")
		net.cut()
		window.keys("C-r")
		window.awaitText("待发 0")
		window.awaitText("已连接")
		window.awaitText("  " + said)
		window.awaitText("› 草稿还在")
		window.keys("C-u")
	}
	history := s.do(append([]string{"history", group, "--limit", "50"}, s.client("guide-li", "till")...)...)
	for _, text := range sent {
		require.Equal(t, 1, strings.Count(history, text), text)
	}
}
