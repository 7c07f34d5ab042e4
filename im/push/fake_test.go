package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im"
	"reddot/im/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeServer is a scripted service: the test reads each request and writes each answer itself, as raw JSON over a real
// WebSocket. The sockets are pipes in memory, so that synctest can run its clock.
type fakeServer struct {
	t        *testing.T
	accepted chan *fakeConn
	dialed   chan net.Conn
	done     chan struct{}
	once     sync.Once
	// closed refuses connections while it is set.
	mu     sync.Mutex
	closed bool
}

func newFakeServer(t *testing.T) *fakeServer {
	s := &fakeServer{
		t: t, accepted: make(chan *fakeConn, 16), dialed: make(chan net.Conn), done: make(chan struct{}),
	}
	server := &http.Server{Handler: http.HandlerFunc(s.serve)}
	go func() { _ = server.Serve(s) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

// Accept, Close and Addr make the server its own listener.
func (s *fakeServer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.dialed:
		return conn, nil
	case <-s.done:
		return nil, net.ErrClosed
	}
}

func (s *fakeServer) Close() error {
	s.once.Do(func() { close(s.done) })
	return nil
}

func (s *fakeServer) Addr() net.Addr { return &net.UnixAddr{Name: "fake"} }

// refuse makes further connections fail, or work again.
func (s *fakeServer) refuse(closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = closed
}

func (s *fakeServer) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil, errors.New("connection refused")
	}
	client, server := net.Pipe()
	select {
	case s.dialed <- server:
		return client, nil
	case <-s.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *fakeServer) serve(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	socket.SetReadLimit(1 << 20)
	c := &fakeConn{t: s.t, socket: socket, path: r.URL.Path, query: r.URL.Query(), frames: make(chan fakeFrame, 256)}
	s.accepted <- c
	c.readLoop()
}

// client returns a client of the service that is closed with the test.
func (s *fakeServer) client(change ...func(*Options)) *Client {
	options := Options{
		URLs: At("ws://127.0.0.1:7400"), AppID: 1400000001, User: "alice", UserSig: wire.NewSecret("sig-1"),
		Device: "test", Language: "en",
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: s.dial, DisableKeepAlives: true}},
	}
	for _, f := range change {
		f(&options)
	}
	client := New(options)
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// accept returns the next connection.
func (s *fakeServer) accept() *fakeConn {
	s.t.Helper()
	select {
	case c := <-s.accepted:
		return c
	case <-time.After(time.Hour):
		require.FailNow(s.t, "no connection came")
		return nil
	}
}

// fakeConn is the service's end of one connection.
type fakeConn struct {
	t      *testing.T
	socket *websocket.Conn
	path   string
	query  url.Values
	frames chan fakeFrame
}

// fakeFrame is one request.
type fakeFrame struct {
	Head map[string]any  `json:"head"`
	Body json.RawMessage `json:"body"`
}

func (f fakeFrame) command() string { return f.Head["servcmd"].(string) }
func (f fakeFrame) sequence() int64 { return int64(f.Head["seq"].(float64)) }

// field returns a field of the body, and fails the test if it is missing.
func (f fakeFrame) field(t *testing.T, name string) any {
	t.Helper()
	var body map[string]any
	require.NoError(t, json.Unmarshal(f.Body, &body))
	require.Contains(t, body, name)
	return body[name]
}

func (c *fakeConn) readLoop() {
	defer close(c.frames)
	for {
		kind, data, err := c.socket.Read(context.Background())
		if err != nil {
			return
		}
		var frame fakeFrame
		if kind != websocket.MessageBinary || json.Unmarshal(data, &frame) != nil {
			c.t.Errorf("unreadable frame %q", data)
			return
		}
		if sum := frame.Head["cs"].(float64); sum != 0 && uint32(sum) != crc32.ChecksumIEEE(frame.Body) {
			c.t.Errorf("wrong cs in %s", frame.command())
		}
		c.frames <- frame
	}
}

// next returns the next request, whatever it is.
func (c *fakeConn) next() fakeFrame {
	c.t.Helper()
	select {
	case frame, ok := <-c.frames:
		require.True(c.t, ok, "the connection ended")
		return frame
	case <-time.After(time.Hour):
		require.FailNow(c.t, "no request came")
		return fakeFrame{}
	}
}

// expect returns the next request with this command and answers heartbeats on the way.
func (c *fakeConn) expect(command string) fakeFrame {
	c.t.Helper()
	for {
		frame := c.next()
		if frame.command() == command {
			return frame
		}
		require.Equal(c.t, wire.CmdAlive, frame.command())
		c.reply(frame, `{}`)
	}
}

// ended waits until the client has closed the connection, and ignores what it still sends.
func (c *fakeConn) ended() {
	for range c.frames {
	}
}

func (c *fakeConn) write(text string) {
	_ = c.socket.Write(context.Background(), websocket.MessageBinary, []byte(text))
}

func (c *fakeConn) reply(request fakeFrame, body string) {
	c.write(fmt.Sprintf(`{"head":{"servcmd":%q,"seq":%d},"body":%s}`, request.command(), request.sequence(), body))
}

func (c *fakeConn) push(body string) {
	c.write(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":` + body + `}`)
}

// drop cuts the connection without a word.
func (c *fakeConn) drop() { _ = c.socket.CloseNow() }

const loginReply = `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","A2Key":"a2-alice","TinyId":"144115200000001",
	"HelloInterval":120,"InstId":5000,"TimeStamp":%d,"CustomStatus":"","RichMsgAuthKey":""}`

// login answers the login of a connection and the heartbeat that follows.
func (c *fakeConn) login() fakeFrame {
	c.t.Helper()
	frame := c.expect(wire.CmdLogin)
	c.reply(frame, fmt.Sprintf(loginReply, time.Now().Unix()))
	return frame
}

// connect logs a client in and returns the service's end.
func (s *fakeServer) connect(client *Client) *fakeConn {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- client.Connect(context.Background()) }()
	c := s.accept()
	c.login()
	require.NoError(s.t, <-done)
	require.IsType(s.t, im.Connected{}, nextEvent(s.t, client))
	c.reply(c.next(), `{}`) // the heartbeat at the start
	require.IsType(s.t, im.Latency{}, nextEvent(s.t, client))
	return c
}

// nextEvent returns the next event of a client.
func nextEvent(t *testing.T, client *Client) im.Event {
	t.Helper()
	select {
	case event, ok := <-client.Events():
		require.True(t, ok, "the events ended")
		return event
	case <-time.After(time.Hour):
		require.FailNow(t, "no event came")
		return nil
	}
}

// nextOf returns the next event of a type and skips measured latencies.
func nextOf[T im.Event](t *testing.T, client *Client) T {
	t.Helper()
	for {
		event := nextEvent(t, client)
		if _, skip := event.(im.Latency); skip {
			continue
		}
		require.IsType(t, *new(T), event)
		return event.(T)
	}
}
