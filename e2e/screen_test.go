package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/cli/local/localtest"
)

func TestOpeningAGroupClearsItsDotInAnotherTerminal(t *testing.T) {
	s := shop(t, 12)
	first := s.open("first", 120, 40, s.client("anchor", "laptop")...)
	second := s.open("second", 80, 24, s.client("anchor", "mini")...)
	first.awaitDot("直播间", "12")
	second.awaitDot("直播间", "12")
	first.keys("Enter")
	second.awaitDot("直播间", "")
	first.awaitText("第 12 条")
	second.awaitText("laptop") // the status line names the device that the note came from

	first.keys("C-q")
	first.awaitText("exit 0")
	s.say(13, "还有人在吗")
	second.awaitDot("直播间", "1")
}

func TestTheRealCursorStandsBehindTypedChinese(t *testing.T) {
	s := shop(t, 1)
	window := s.open("typing", 120, 40, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.enterGroup()
	before, _, shown := window.cursor()
	require.True(t, shown)
	window.text("你好abc世界")
	window.awaitText("你好abc世界")
	window.await("the cursor behind the text", func(string) bool {
		after, _, _ := window.cursor()
		return after == before+11
	})
	window.keys("Left", "Left")
	window.await("the cursor between", func(string) bool {
		after, _, _ := window.cursor()
		return after == before+7
	})
	window.keys("C-u")
	window.await("an empty input", func(string) bool {
		after, _, _ := window.cursor()
		return after == before
	})
}

func TestWhatIsSentShowsUpAndIsReadByOthers(t *testing.T) {
	s := shop(t, 1)
	window := s.open("sending", 120, 40, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.enterGroup()
	window.text("链接已经挂好")
	window.keys("Enter")
	window.awaitText("0/1")
	s.do(append([]string{"read", "live"}, s.client("buyer", "phone")...)...)
	window.awaitText("1/1")
}

func TestALongPasteArrivesAsOneAndIsSentOnlyByEnter(t *testing.T) {
	s := shop(t, 1)
	window := s.open("paste", 80, 24, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.enterGroup()
	window.paste(strings.Repeat("长文本。\n", 400) + "结尾")
	window.awaitText("结尾")
	rows := lines(t, s.do(append([]string{"groups", "--json"}, s.client("anchor", "tablet")...)...))
	window.keys("Enter")
	tail := s.rest("group_open_http_svc/group_msg_get_simple", `{"GroupId":"live","ReqMsgNumber":1}`)
	require.NotNil(t, tail)
	window.await("the sent text and an empty input", func(screen string) bool { return strings.Contains(screen, "0/1") })
	after := lines(t, s.do(append([]string{"groups", "--json"}, s.client("anchor", "tablet")...)...))
	require.Equal(t, rows[0]["lastSeq"].(float64)+1, after[0]["lastSeq"], "one message, not one a line")
}

func TestAnySizeIsDrawnAndATinyOneSaysSo(t *testing.T) {
	s := shop(t, 3)
	window := s.open("sizes", 120, 40, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	for _, size := range [][2]int{{80, 24}, {59, 20}, {40, 10}, {200, 60}, {100, 30}} {
		window.resize(size[0], size[1])
		window.awaitText("直播间")
	}
	window.resize(30, 8)
	window.await("a line about the size", func(screen string) bool { return strings.Contains(screen, "40") })
	window.resize(80, 24)
	window.awaitText("直播间")
}

func TestTheTerminalIsLeftAsItWasFound(t *testing.T) {
	s := shop(t, 1)
	window := s.open("leaving", 80, 24, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.keys("C-q")
	window.awaitText("exit 0")
	require.NotContains(t, window.screen(), "直播间", "the alternate screen is left")
	_, _, shown := window.cursor()
	require.True(t, shown)
}

// A terminal that cannot move its cursor is told so by a line of text. No error asks the terminal for anything: that would
// swallow what is typed meanwhile, and wait where nothing answers.
func TestAnErrorOnATerminalIsPlainText(t *testing.T) {
	m := newMachine(t)
	window := m.openCommand("dumb", 100, 24, append(m.environment(), "TERM=dumb"), "sh", "-c", "read go; exec "+quote(m.path)+" --lang en")
	written := filepath.Join(m.dir("written"), "bytes")
	window.tmux("pipe-pane", "-t", window.name, "cat >"+quote(written))
	window.keys("Enter")
	window.awaitText("exit 2")
	require.Contains(t, window.screen(), "TERM=dumb cannot move its cursor")
	window.await("the record", func(string) bool {
		bytes, err := os.ReadFile(written)
		return err == nil && strings.Contains(string(bytes), "exit 2")
	})
	bytes, err := os.ReadFile(written)
	require.NoError(t, err)
	require.NotContains(t, string(bytes), "\x1b")
}

func TestTheScreenSurvivesItsServer(t *testing.T) {
	m := newMachine(t)
	data := m.dir("server-data")
	s := m.serve("--listen", localtest.SteadyAddress(t), "--data", data)
	s.stock(2)
	window := m.open("outage", 120, 40, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.enterGroup()
	s.kill()
	window.text("断线时写的")
	window.keys("Enter")
	window.awaitText("断线时写的")
	again := m.serve("--listen", s.address, "--data", data)
	require.Equal(t, s.address, again.address)
	window.awaitText("0/1") // it went out by itself, once
	answer := again.rest("group_open_http_svc/group_msg_get_simple", `{"GroupId":"live","ReqMsgNumber":20}`)
	count := 0
	for _, message := range answer["RspMsgList"].([]any) {
		if message.(map[string]any)["From_Account"] == "anchor" {
			count++
		}
	}
	require.Equal(t, 1, count)
}

func TestTheDemoShopOpensWithoutAnyArguments(t *testing.T) {
	m := newMachine(t)
	first := m.open("demo-first", 120, 40)
	screen := first.awaitText("七夕直播间")
	require.Contains(t, screen, "主播")
	second := m.open("demo-second", 80, 24, "--device", "mini")
	second.awaitText("七夕直播间")
	first.keys("C-q")
	first.awaitText("exit 0")
	second.text("?")
	second.awaitText("Ctrl")
	third := m.open("demo-guide", 80, 24, "--user", "guide-li")
	third.awaitText("七夕直播间")
}

func TestATerminalWithoutFocusReadsNothing(t *testing.T) {
	s := shop(t, 1)
	window := s.open("unfocused", 120, 40, s.client("anchor", "laptop")...)
	window.awaitText("直播间")
	window.enterGroup()
	other := s.follow(s.client("anchor", "phone")...)
	other.await("connection", func(e map[string]any) bool { return e["event"] == "connection" })

	window.focus(false)
	s.say(2, "有人在吗")
	window.awaitText("有人在吗")
	require.EqualValues(t, 1, s.group("anchor", "tablet")["unread"])

	window.focus(true)
	other.await("the note", func(e map[string]any) bool { return e["event"] == "note" && e["seq"] == float64(2) })
	require.EqualValues(t, 0, s.group("anchor", "tablet")["unread"])
}
