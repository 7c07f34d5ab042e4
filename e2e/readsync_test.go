package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// shop makes two users and one group with unread messages on a fresh server.
func shop(t *testing.T, messages int) *server {
	t.Helper()
	s := newMachine(t).serve("--listen", "127.0.0.1:0", "--data", ":memory:")
	s.stock(messages)
	return s
}

// stock puts two users, a group and messages of the second user into the server.
func (s *server) stock(messages int) {
	s.t.Helper()
	s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"anchor","Nick":"小雨"},{"UserID":"buyer","Nick":"林夏"}]}`)
	s.rest("group_open_http_svc/create_group",
		`{"Owner_Account":"anchor","Type":"Public","GroupId":"live","Name":"直播间","MemberList":[{"Member_Account":"buyer"}]}`)
	for i := range messages {
		s.say(i+1, fmt.Sprintf("第 %d 条", i+1))
	}
}

func (s *server) say(random int, text string) {
	s.t.Helper()
	s.rest("group_open_http_svc/send_group_msg", fmt.Sprintf(
		`{"GroupId":"live","From_Account":"buyer","Random":%d,"NeedReadReceipt":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]}`, random, text))
}

func (s *server) group(user, device string) map[string]any {
	s.t.Helper()
	rows := lines(s.t, s.do(append([]string{"groups", "--json"}, s.client(user, device)...)...))
	require.Len(s.t, rows, 1)
	return rows[0]
}

func TestReadingOnOneDeviceClearsTheDotOnAnother(t *testing.T) {
	s := shop(t, 3)
	require.EqualValues(t, 3, s.group("anchor", "laptop")["unread"])

	other := s.follow(s.client("anchor", "phone")...)
	other.await("connection", func(e map[string]any) bool { return e["event"] == "connection" })

	report := lines(t, s.do(append([]string{"read", "live", "--json"}, s.client("anchor", "laptop")...)...))[0]
	require.Equal(t, "GROUPlive", report["conv"])
	require.Equal(t, true, report["markRead"])
	require.Equal(t, true, report["note"])
	require.EqualValues(t, 3, report["receipts"])
	require.Empty(t, report["unsupported"])

	note := other.await("the note", func(e map[string]any) bool { return e["event"] == "note" })
	require.Equal(t, "GROUPlive", note["conv"])
	require.Equal(t, report["seq"], note["seq"])
	require.Equal(t, "laptop", note["device"])
	other.await("the service's read sync", func(e map[string]any) bool { return e["event"] == "read" && e["conv"] == "GROUPlive" })

	for _, device := range []string{"laptop", "tablet"} {
		require.EqualValues(t, 0, s.group("anchor", device)["unread"], device)
	}
}

func TestADeviceThatWasOffLearnsWhatWasReadMeanwhile(t *testing.T) {
	s := shop(t, 5)
	require.EqualValues(t, 5, s.group("anchor", "phone")["unread"])
	s.do(append([]string{"read", "live"}, s.client("anchor", "laptop")...)...)
	require.EqualValues(t, 0, s.group("anchor", "phone")["unread"])
	s.say(6, "新的")
	require.EqualValues(t, 1, s.group("anchor", "phone")["unread"])
}

func TestListingAndFollowingReadNothing(t *testing.T) {
	s := shop(t, 2)
	tail := s.follow(s.client("anchor", "phone")...)
	tail.await("connection", func(e map[string]any) bool { return e["event"] == "connection" })
	s.say(3, "还在吗")
	tail.await("the message", func(e map[string]any) bool { return e["event"] == "message" && e["text"] == "还在吗" })
	s.group("anchor", "laptop")
	require.EqualValues(t, 3, s.group("anchor", "laptop")["unread"])
}

func TestTheAuthorSeesWhoHasRead(t *testing.T) {
	s := shop(t, 0)
	tail := s.follow(s.client("anchor", "phone")...)
	tail.await("connection", func(e map[string]any) bool { return e["event"] == "connection" })
	sent := lines(t, s.do(append([]string{"send", "live", "在的", "--json"}, s.client("anchor", "laptop")...)...))[0]
	s.do(append([]string{"read", "live"}, s.client("buyer", "phone")...)...)
	receipt := tail.await("the receipt", func(e map[string]any) bool { return e["event"] == "receipt" && e["readNum"] == float64(1) })
	require.Equal(t, sent["seq"], receipt["seq"])
	require.EqualValues(t, 0, receipt["unreadNum"])
}

func TestTheSameRandomSendsNoSecondMessage(t *testing.T) {
	s := shop(t, 0)
	flags := append([]string{"send", "live", "一次", "--random", "77", "--json"}, s.client("anchor", "laptop")...)
	first := lines(t, s.do(flags...))[0]
	second := lines(t, s.do(flags...))[0]
	require.Equal(t, first["seq"], second["seq"])
}
