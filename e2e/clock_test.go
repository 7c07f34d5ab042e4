package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAServerClockAnHourOffIsSaidAndChangesNothing: what is sent is there once, what is read is read on the other device too.
func TestAServerClockAnHourOffIsSaidAndChangesNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.serve("--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo")
	s.rest("emulator/advance_clock", `{"Seconds":3600}`)
	window := m.open("screen", 120, 30, s.client("anchor-xiaoyu", "term")...)
	window.awaitText("服务器时钟快 60 分钟")
	group := s.demoGroup(demoRoom)
	window.keys("C-k")
	window.text(demoRoom)
	window.keys("Enter")
	window.enterGroup()
	window.text("几点了")
	window.keys("Enter")
	window.awaitText("0/47 已读")
	history := s.do(append([]string{"history", group}, s.client("guide-li", "till")...)...)
	require.Equal(t, 1, strings.Count(history, "几点了"))
	for _, row := range lines(t, s.do(append([]string{"groups", "--json"}, s.client("anchor-xiaoyu", "mini")...)...)) {
		if row["group"] == group {
			require.Zero(t, row["unread"], "read on the other device")
		}
	}
	window.keys("M-l")
	window.awaitText("send_group_msg")
	window.keys("Tab")
	window.awaitText("服务端")
	window.keys("M-l")
	window.awaitText("几点了")
}
