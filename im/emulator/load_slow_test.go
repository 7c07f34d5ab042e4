package emulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestACutOffReaderCatchesUpByPulling: who does not read is cut off after a bounded number
// of pushes; after the next login the pulled history has every message, once, and the unread
// count is right.
func TestACutOffReaderCatchesUpByPulling(t *testing.T) {
	const messages = 3000
	w := chat(t)
	w.server.keepalive = keepalive{time.Hour, time.Hour, time.Hour} // the bound alone cuts it off, however slow the machine is
	slow := w.login("bob", 7)
	big := fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]`, strings.Repeat("x", 8000))
	for i := range messages { // 24 MB, more than any socket buffers
		w.sendNow("alice", i+1, big)
		waiting := w.server.stats().Queues.MostPushes
		require.LessOrEqual(t, waiting, maxQueuedPushes)
	}
	require.EqualValues(t, 1, w.server.stats().CutOff)
	slow.ended()

	again := w.login("bob", 7)
	row := again.ask("recentcontact.page_get", `{"StartTimeStamp":0,"StartIndex":0}`)["SessionItem"].([]any)[0].(map[string]any)
	require.EqualValues(t, messages, row["UnreadMsgCount"], row)
	next := float64(messages)
	for next > 0 {
		page := again.ask("group_open_http_svc.group_msg_get", fmt.Sprintf(`{"GroupId":"group-room","ReqMsgSeq":%.0f,"ReqMsgNumber":60}`, next))
		for _, m := range page["RspMsgList"].([]any) {
			require.EqualValues(t, next, m.(map[string]any)["MsgSeq"])
			next--
		}
	}
	require.Zero(t, next)
}
