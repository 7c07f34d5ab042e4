package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWebhooksReachAScreenWithoutPolling: the service posts what happens to the client, which shows it while every poll fails.
func TestWebhooksReachAScreenWithoutPolling(t *testing.T) {
	m := newMachine(t)
	port := freeAddress(t)
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

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
