package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// restClient returns the flags of a client that speaks REST, as the app's admin for the user.
func (s *server) restClient(user, device string) []string {
	flags := s.client(user, device)
	flags[1] = "http://" + s.address
	return flags
}

func (s *server) restGroup(user, device string) map[string]any {
	s.t.Helper()
	rows := lines(s.t, s.do(append([]string{"groups", "--json"}, s.restClient(user, device)...)...))
	require.Len(s.t, rows, 1)
	return rows[0]
}

func isConnected(e map[string]any) bool { return e["event"] == "connection" && e["text"] == "online" }

func TestRESTReadingClearsTheDotOnThePushDevice(t *testing.T) {
	s := shop(t, 3)
	require.EqualValues(t, 3, s.restGroup("anchor", "laptop")["unread"])
	phone := s.follow(s.client("anchor", "phone")...)
	phone.await("connection", isConnected)

	report := lines(t, s.do(append([]string{"read", "live", "--json"}, s.restClient("anchor", "laptop")...)...))[0]
	require.Equal(t, false, report["markRead"])
	require.Equal(t, []any{"mark_read"}, report["unsupported"], "the API cannot clear a group's unread count, and that is no failure")
	require.Equal(t, true, report["note"])
	require.EqualValues(t, 3, report["receipts"])

	note := phone.await("the note", func(e map[string]any) bool { return e["event"] == "note" })
	require.Equal(t, report["seq"], note["seq"])
	require.Equal(t, "laptop", note["device"])
	require.EqualValues(t, 0, s.restGroup("anchor", "laptop")["unread"])
	require.EqualValues(t, 0, s.restGroup("anchor", "a new device")["unread"])
	require.EqualValues(t, 0, s.group("anchor", "tablet")["unread"])

	s.say(9, "新的")
	require.EqualValues(t, 1, s.restGroup("anchor", "laptop")["unread"])
	require.EqualValues(t, 1, s.group("anchor", "tablet")["unread"])
}

func TestPushReadingClearsTheDotOnTheRESTDevice(t *testing.T) {
	s := shop(t, 4)
	laptop := s.follow(s.restClient("anchor", "laptop")...)
	laptop.await("connection", isConnected)
	s.do(append([]string{"read", "live"}, s.client("anchor", "phone")...)...)
	note := laptop.await("the note", func(e map[string]any) bool { return e["event"] == "note" })
	require.Equal(t, "phone", note["device"])
	laptop.await("the service's read position", func(e map[string]any) bool { return e["event"] == "read" && e["conv"] == "GROUPlive" })
	require.EqualValues(t, 0, s.restGroup("anchor", "tablet")["unread"])
}

func TestRESTAndPushTalk(t *testing.T) {
	s := shop(t, 0)
	laptop := s.follow(s.restClient("anchor", "laptop")...)
	laptop.await("connection", isConnected)
	phone := s.follow(s.client("buyer", "phone")...)
	phone.await("connection", isConnected)

	sent := lines(t, s.do(append([]string{"send", "live", "在的", "--json"}, s.restClient("anchor", "tablet")...)...))[0]
	for _, f := range []*follower{phone, laptop} {
		message := f.await("the message", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "在的" })
		require.Equal(t, sent["seq"], message["seq"])
		require.Equal(t, "anchor", message["from"])
	}
	s.do(append([]string{"read", "live"}, s.client("buyer", "phone two")...)...)
	receipt := laptop.await("the receipt", func(e map[string]any) bool { return e["event"] == "receipt" && e["readNum"] == float64(1) })
	require.Equal(t, sent["seq"], receipt["seq"])

	s.do(append([]string{"send", "live", "好的"}, s.client("buyer", "phone two")...)...)
	laptop.await("the answer", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "好的" })
	s.do(append([]string{"send", "C2Canchor", "私聊"}, s.client("buyer", "phone two")...)...)
	laptop.await("the C2C message", func(e map[string]any) bool { return e["conv"] == "C2Cbuyer" && e["text"] == "私聊" })
	s.do(append([]string{"send", "C2Cbuyer", "回复"}, s.restClient("anchor", "tablet")...)...)
	phone.await("the C2C answer", func(e map[string]any) bool { return e["conv"] == "C2Canchor" && e["text"] == "回复" })
}

func TestRESTRepeatedRandomSendsNoSecondMessage(t *testing.T) {
	s := shop(t, 0)
	flags := append([]string{"send", "live", "一次", "--random", "77", "--json"}, s.restClient("anchor", "laptop")...)
	first := lines(t, s.do(flags...))[0]
	second := lines(t, s.do(flags...))[0]
	require.Equal(t, first["seq"], second["seq"])
}

func TestRESTTakesTheAdminsSignature(t *testing.T) {
	s := shop(t, 2)
	for user, wantCode := range map[string]int{"administrator": 0, "anchor": 3} {
		signature := lines(t, s.do("usersig", "--json", "--user", user, "--app-id", appID, "--secret-key", secretKey))[0]["userSig"].(string)
		stdout, stderr, code := s.run("groups", "--json", "--server", "http://"+s.address, "--user-sig", signature, "--user", "anchor",
			"--data", s.dir("sig-"+user))
		require.Equal(t, wantCode, code, stderr)
		if code == 0 {
			require.EqualValues(t, 2, lines(t, stdout)[0]["unread"])
			continue
		}
		require.Contains(t, stderr, "60010")
		require.Contains(t, stderr, "admin")
	}
	_, stderr, code := s.run("groups", "--server", "http://"+s.address, "--app-id", appID, "--secret-key", "another-key", "--user", "anchor", "--data", s.dir("bad"))
	require.Equal(t, 3, code, stderr)
	_, stderr, code = s.run("groups", "--server", "http://127.0.0.1:1", "--app-id", appID, "--secret-key", secretKey, "--user", "anchor", "--data", s.dir("down"))
	require.Equal(t, 4, code, stderr)
}

func TestRESTHistoryAndMembers(t *testing.T) {
	s := shop(t, 45)
	rows := lines(t, s.do(append([]string{"history", "live", "--limit", "45", "--json"}, s.restClient("anchor", "laptop")...)...))
	require.Len(t, rows, 45)
	require.Equal(t, "第 1 条", rows[0]["text"])
	require.Equal(t, "第 45 条", rows[44]["text"])
	members := lines(t, s.do(append([]string{"members", "live", "--json"}, s.restClient("anchor", "laptop")...)...))
	require.Len(t, members, 2)
	require.Equal(t, "小雨", members[0]["name"])
}

// TestRESTSendSurvivesALostAnswer loses the connection after the message was stored: it is sent again and is there once.
func TestRESTSendSurvivesALostAnswer(t *testing.T) {
	s := shop(t, 0)
	s.rest("emulator/set_faults", `{"Rules":[
		{"Id":"lost","ServCmd":"group_open_http_svc.send_group_msg","Direction":"reply","Action":"disconnect","Count":1},
		{"Id":"slow","ServCmd":"group_open_http_svc.group_msg_receipt","Direction":"request","Action":"error","ErrorCode":60007,"ErrorInfo":"slow down","Count":1}]}`)
	s.do(append([]string{"send", "live", "只一次"}, s.restClient("anchor", "laptop")...)...)
	rows := lines(t, s.do(append([]string{"history", "live", "--json"}, s.restClient("anchor", "laptop")...)...))
	require.Len(t, rows, 1)
	require.Equal(t, "只一次", rows[0]["text"])
	report := lines(t, s.do(append([]string{"read", "live", "--json"}, s.restClient("buyer", "phone")...)...))[0]
	require.EqualValues(t, 1, report["receipts"])
}
