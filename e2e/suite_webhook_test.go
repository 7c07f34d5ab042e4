package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/cli/local/localtest"
	"reddot/im"
	"reddot/im/rest"
	"reddot/im/wire"
)

// TestWebhooksReachAScreenWithoutPolling: the service posts what happens to the client, which shows it while every poll fails.
func TestWebhooksReachAScreenWithoutPolling(t *testing.T) {
	m := newMachine(t)
	port := localtest.SteadyAddress(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", ":memory:", "--webhook", "http://"+port+"/im", "--webhook-token", "e2e-token")
	s.stock(1)
	settings := filepath.Join(m.home, "webhook.toml")
	require.NoError(t, os.WriteFile(settings, []byte(fmt.Sprintf("[webhook]\nlisten = %q\ntoken = \"e2e-token\"\n", port)), 0o600))

	laptop := m.follow(append(s.restClient("anchor", "laptop"), "--config", settings)...)
	laptop.await("connection", isConnected)
	s.rest("emulator/set_faults", `{"Rules":[
		{"Id":"blind","ServCmd":"group_open_http_svc.get_joined_group_list","UserId":"administrator","Direction":"request","Action":"error","ErrorCode":10010,"ErrorInfo":"blind"},
		{"Id":"deaf","ServCmd":"group_open_http_svc.group_msg_get_simple","UserId":"administrator","Direction":"request","Action":"error","ErrorCode":10010,"ErrorInfo":"deaf"},
		{"Id":"mute","ServCmd":"openim.admin_getroammsg","UserId":"administrator","Direction":"request","Action":"error","ErrorCode":90003,"ErrorInfo":"mute"}]}`)

	sent := lines(t, s.do(append([]string{"send", "live", "在吗", "--json"}, s.client("buyer", "phone")...)...))[0]
	message := laptop.await("the message", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "在吗" })
	require.Equal(t, sent["seq"], message["seq"])
	require.Equal(t, "buyer", message["from"])
	s.do(append([]string{"send", "C2Canchor", "私聊"}, s.client("buyer", "phone")...)...)
	laptop.await("the C2C message", func(e map[string]any) bool { return e["conv"] == "C2Cbuyer" && e["text"] == "私聊" })
	s.do(append([]string{"read", "live"}, s.client("anchor", "phone")...)...)
	note := laptop.await("the note", func(e map[string]any) bool { return e["event"] == "note" })
	require.Equal(t, "phone", note["device"])

	s.rest("emulator/set_faults", `{"Rules":[]}`)
	answer := lines(t, s.do(append([]string{"send", "live", "在的", "--json"}, s.restClient("anchor", "tablet")...)...))[0]
	laptop.await("the answer", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "在的" })
	s.do(append([]string{"read", "live"}, s.client("buyer", "phone")...)...)
	receipt := laptop.await("the receipt", func(e map[string]any) bool { return e["event"] == "receipt" && e["readNum"] == float64(1) })
	require.Equal(t, answer["seq"], receipt["seq"])
	s.rest("group_open_http_svc/destroy_group", `{"GroupId":"live"}`)
	laptop.await("the end of the group", func(e map[string]any) bool {
		return e["event"] == "group" && e["conv"] == "GROUPlive" && e["text"] == "gone"
	})
}

// TestAWebhookAddressInUseIsNoFailure: another window takes the events in, this one polls.
func TestAWebhookAddressInUseIsNoFailure(t *testing.T) {
	s := shop(t, 1)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	settings := filepath.Join(s.home, "webhook.toml")
	require.NoError(t, os.WriteFile(settings, []byte(fmt.Sprintf("[webhook]\nlisten = %q\ntoken = \"e2e-token\"\n", taken.Addr())), 0o600))
	laptop := s.follow(append(s.restClient("anchor", "laptop"), "--config", settings)...)
	laptop.await("connection", isConnected)
	s.say(5, "轮询也行")
	laptop.await("the message", func(e map[string]any) bool { return e["text"] == "轮询也行" })
}

// hookToken signs what the servers of tests post.
const hookToken = "e2e-token"

// TestSuiteWithWebhooks repeats the suite with a client that takes webhooks in, calm and while webhooks are lost, late and repeated.
func TestSuiteWithWebhooks(t *testing.T) {
	spoils := map[string]func(n int64, post func()){
		"calm":     func(_ int64, post func()) { post() },
		"lost":     func(n int64, post func()) { doUnless(n%3 == 0, post) },
		"repeated": func(_ int64, post func()) { post(); post() },
		"ended":    func(n int64, post func()) { doUnless(n > 3, post) },
	}
	for name, spoil := range spoils {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			relay := &hookRelay{target: localtest.SteadyAddress(t), spoil: spoil}
			server := httptest.NewServer(relay)
			t.Cleanup(server.Close)
			p := newPlayOn(t, newServiceWith(t, service{webhook: server.URL + "/im"}), ways[1])
			p.connect = func() im.Client {
				listener, err := net.Listen("tcp", relay.target)
				require.NoError(t, err)
				options := p.restOptions("http://"+p.address, "alice", "laptop")
				options.Webhooks = &rest.Webhooks{Listener: listener, Token: wire.NewSecret(hookToken)}
				return rest.New(options)
			}
			p.run()
		})
	}
}

func doUnless(skip bool, do func()) {
	if !skip {
		do()
	}
}

// hookRelay stands between the service and a receiver of webhooks.
type hookRelay struct {
	target string
	spoil  func(n int64, post func())
	n      atomic.Int64
}

func (r *hookRelay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, "relay", http.StatusBadGateway)
		return
	}
	r.spoil(r.n.Add(1), func() {
		response, err := http.Post("http://"+r.target+request.URL.String(), "application/json", bytes.NewReader(body))
		if err == nil {
			_ = response.Body.Close()
		}
	})
	_, _ = w.Write([]byte(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`))
}
