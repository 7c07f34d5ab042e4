package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// nonsense is what a peer may say that does not speak the protocol.
func nonsense() map[string][]byte {
	random := rand.NewChaCha8([32]byte{1})
	noise := make([]byte, 4096)
	_, _ = random.Read(noise)
	return map[string][]byte{
		"nothing":           {},
		"noise":             noise,
		"half a JSON":       []byte(`{"head":{"servcmd":"im_open_status.wslogin","seq":`),
		"wrong types":       []byte(`{"head":{"servcmd":7,"seq":"x","sdkappid":[]},"body":"text"}`),
		"a list":            []byte(`[1,2,3]`),
		"null":              []byte(`null`),
		"deep":              []byte(strings.Repeat(`{"head":`, 20_000)),
		"a head alone":      []byte(`{"head":{"servcmd":"group_open_http_svc.send_group_msg","seq":1,"sdkappid":1400000001}}`),
		"an unknown reply":  []byte(`{"head":{"servcmd":"im_open_status.wslogin","seq":4000000000},"body":{"ErrorCode":"zero"}}`),
		"a push of nothing": []byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":{"EventArray":{"Event":[7]}}}`),
		"wrong numbers":     []byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":-1},"body":{"EventArray":[{"Event":5,"GroupMsgArray":[{"MsgSeq":1e300}]}]}}`),
		"binary JSON":       append([]byte{0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff}, []byte(`{}{}`)...),
		"compressed noise":  append([]byte("COMP"), noise...),
	}
}

// TestNonsenseOnTheSocketHarmsNobodyElse says all of it, and far too much, on both paths, before and after a login: the
// server lives, and somebody else's messages go on.
func TestNonsenseOnTheSocketHarmsNobodyElse(t *testing.T) {
	t.Parallel()
	s := shop(t, 0)
	tail := s.follow(s.client("anchor", "phone")...)
	tail.await("connection", online)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, path := range []string{"/binfo", "/info"} {
		for name, content := range nonsense() {
			for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
				connection, _, err := websocket.Dial(ctx, "ws://"+s.address+path, nil)
				require.NoError(t, err, name)
				require.NoError(t, connection.Write(ctx, kind, content), name)
				_ = connection.Write(ctx, kind, content) // it may have hung up already
				_ = connection.CloseNow()
			}
		}
		connection, _, err := websocket.Dial(ctx, "ws://"+s.address+path, nil)
		require.NoError(t, err)
		connection.SetReadLimit(1 << 20)
		_ = connection.Write(ctx, websocket.MessageBinary, bytes.Repeat([]byte(" "), 2<<20))
		for err == nil {
			_, _, err = connection.Read(ctx) // it may answer first; then it hangs up
		}
		require.NoError(t, ctx.Err(), "a frame of 2 MB was taken")
	}
	for _, noise := range []string{"GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00", "GET /binfo HTTP/1.1\r\nHost: " + s.address + "\r\nUpgrade: websocket\r\n\r\n"} {
		plain, err := net.Dial("tcp", s.address)
		require.NoError(t, err)
		_, err = io.WriteString(plain, noise)
		require.NoError(t, err)
		require.NoError(t, plain.Close())
	}
	s.requireRESTRefuses()
	s.say(1, "还在")
	tail.await("the message", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "还在" })
	for _, event := range tail.seen {
		require.False(t, event["event"] == "connection" && event["text"] == "offline", "the other client was cut off")
	}
}

// requireRESTRefuses posts nonsense to the REST front.
func (s *server) requireRESTRefuses() {
	s.t.Helper()
	for name, content := range nonsense() {
		response, err := http.Post(s.restURL("group_open_http_svc/send_group_msg"), "application/json", bytes.NewReader(content))
		require.NoError(s.t, err, name)
		answer, err := io.ReadAll(response.Body)
		require.NoError(s.t, err)
		require.NoError(s.t, response.Body.Close())
		require.Contains(s.t, string(answer), `"ErrorCode"`, name)
		require.NotContains(s.t, string(answer), `"ErrorCode":0`, name)
	}
	response, err := http.Post(s.restURL("group_open_http_svc/send_group_msg"), "application/json", bytes.NewReader(bytes.Repeat([]byte(" "), 2<<20)))
	if err == nil { // it may also hang up
		require.NoError(s.t, response.Body.Close())
	}
}

// TestForeignPagesAreRefused holds that no web page reaches the server: neither its socket nor its REST front.
func TestForeignPagesAreRefused(t *testing.T) {
	t.Parallel()
	s := shop(t, 0)
	for _, test := range []struct {
		header, value string
		status        int
	}{
		{"Origin", "https://evil.example", http.StatusForbidden},
		{"Origin", "null", http.StatusForbidden},
		{"Origin", "http://127.0.0.1.evil.example", http.StatusForbidden},
		{"Host", "evil.example", http.StatusForbidden},
		{"Origin", "http://localhost:5173", http.StatusOK},
		{"Origin", "http://127.0.0.1:8080", http.StatusOK},
	} {
		t.Run(test.header+" "+test.value, func(t *testing.T) {
			post, err := http.NewRequest(http.MethodPost, s.restURL("group_open_http_svc/get_group_info"), strings.NewReader(`{"GroupIdList":["live"]}`))
			require.NoError(t, err)
			require.Equal(t, test.status, statusWith(t, post, test.header, test.value))
			for _, path := range []string{"/binfo", "/info"} {
				want := test.status
				if want == http.StatusOK {
					want = http.StatusSwitchingProtocols
				}
				require.Equal(t, want, statusWith(t, upgrade(t, "http://"+s.address+path), test.header, test.value), path)
			}
		})
	}
}

// upgrade is the request that opens a WebSocket.
func upgrade(t *testing.T, url string) *http.Request {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-Websocket-Version": "13", "Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	} {
		request.Header.Set(name, value)
	}
	return request
}

// statusWith returns how a request with that header is answered.
func statusWith(t *testing.T, request *http.Request, header, value string) int {
	t.Helper()
	request.Header.Set(header, value)
	if header == "Host" {
		request.Host = value
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// TestARogueServerIsSurvived points a client to servers that do not speak the protocol: it says so within its patience,
// by the exit code for a service that cannot be reached.
func TestARogueServerIsSurvived(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	rogues := map[string]http.HandlerFunc{
		"no WebSocket": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>It works!</html>") },
		"an error": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "\x1b]52;c;UFdORUQ=\x07 no", http.StatusBadGateway)
		},
		"more than it announced": func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>Please log in to the Wi-Fi</html>")
			_, _ = io.Copy(io.Discard, connection) // until the client hangs up
			_ = connection.Close()
		},
		"a redirection": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) },
		"hangs up":      rogue(func(context.Context, *websocket.Conn) {}),
		"says nothing":  rogue(func(ctx context.Context, c *websocket.Conn) { _, _, _ = c.Read(c.CloseRead(ctx)) }),
		"a huge frame": rogue(func(ctx context.Context, c *websocket.Conn) {
			_ = c.Write(ctx, websocket.MessageBinary, make([]byte, 64<<20))
		}),
	}
	for name, content := range nonsense() {
		rogues[name] = rogue(func(ctx context.Context, c *websocket.Conn) {
			for range 3 {
				if _, _, err := c.Read(ctx); err != nil {
					return
				}
				_ = c.Write(ctx, websocket.MessageBinary, content)
				_ = c.Write(ctx, websocket.MessageText, content)
			}
		})
	}
	type outcome struct {
		stderr string
		code   int
	}
	var mu sync.Mutex
	outcomes := map[string]outcome{}
	var wait sync.WaitGroup
	for name, handler := range rogues {
		wait.Go(func() { // side by side, as most of them only wait for the client's patience to end
			server := httptest.NewServer(handler)
			defer server.Close()
			_, stderr, code := m.run("groups", "--server", "ws"+strings.TrimPrefix(server.URL, "http"), "--app-id", appID, "--secret-key", secretKey,
				"--user", "anchor", "--device", strings.ReplaceAll(name, " ", "-"), "--data", filepath.Join(m.home, name))
			mu.Lock()
			defer mu.Unlock()
			outcomes[name] = outcome{stderr, code}
		})
	}
	wait.Wait()
	for name, got := range outcomes {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 4, got.code, got.stderr)
			require.NotContains(t, got.stderr, "goroutine")
			require.NotContains(t, got.stderr, "\x1b")
			require.NotContains(t, got.stderr, "Unsolicited", "the library's own words belong into the log")
			require.NotEmpty(t, strings.TrimSpace(got.stderr))
		})
	}
}

func rogue(talk func(context.Context, *websocket.Conn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		connection, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = connection.CloseNow() }()
		ctx, cancel := context.WithTimeout(r.Context(), patience/2)
		defer cancel()
		talk(ctx, connection)
	}
}

// TestTheScreenOutlivesARogueServer shows the screen of a server that talks nonsense: it says that it has no connection,
// and its keys work.
func TestTheScreenOutlivesARogueServer(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	server := httptest.NewServer(rogue(func(ctx context.Context, c *websocket.Conn) {
		for _, content := range nonsense() {
			if _, _, err := c.Read(ctx); err != nil {
				return
			}
			_ = c.Write(ctx, websocket.MessageBinary, content)
		}
	}))
	defer server.Close()
	window := m.open("rogue", 80, 24, "--server", "ws"+strings.TrimPrefix(server.URL, "http"), "--app-id", appID, "--secret-key", secretKey,
		"--user", "anchor", "--device", "laptop", "--data", filepath.Join(m.home, "client"))
	window.awaitText("离线")
	window.text("?")
	window.awaitText("Ctrl")
	window.keys("C-q")
	window.awaitText("exit 0")
}

// TestATooLongMessageStaysInTheInput tries to send 13 kB.
func TestATooLongMessageStaysInTheInput(t *testing.T) {
	t.Parallel()
	s := shop(t, 1)
	window := s.open("long", 100, 30, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.keys("Enter")
	window.awaitText("第 1 条")
	window.paste(strings.Repeat("太长了", 1500) + "结尾")
	window.awaitText("结尾")
	window.keys("Enter")
	window.await("why it was refused, and the text", func(screen string) bool {
		return strings.Contains(screen, "12") && strings.Contains(screen, "结尾")
	})
	require.Len(t, s.historyOf("live"), 1)
	window.keys("C-u")
	window.text("短的")
	window.keys("Enter")
	window.awaitText("0/1")
	require.Equal(t, "短的", s.historyOf("live")[1].text)
}
