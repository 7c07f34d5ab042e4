package paint

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
)

// chatView is a Chinese conversation beside a list, with typed in the input row.
func chatView(width, height int, typed string) tea.View {
	var rows []string
	for y := range height - 1 {
		rows = append(rows, fmt.Sprintf("\x1b[1m七夕直播间 %2d\x1b[m │ 今晚的链接已经挂好，第三件是羊毛大衣", y)+strings.Repeat("，想要的扣一", 3))
	}
	rows = append(rows, "  › "+typed)
	view := tea.NewView(strings.Join(rows, "\n"))
	view.Cursor = tea.NewCursor(4+len(typed), height-1)
	view.AltScreen = true
	return view
}

func TestBytesOfAKeyOnAChineseScreen(t *testing.T) {
	for _, confirm := range []string{"nothing", "both"} {
		screen := testScreen(120, 40)
		confirmModes(screen, confirm)
		full := len(screen.Frame(chatView(120, 40, "")))
		most := 0
		for i := range 20 {
			most = max(most, len(screen.Frame(chatView(120, 40, strings.Repeat("x", i+1)))))
		}
		chinese := chatView(120, 40, "")
		chinese.Content += "库存还有六件，想要的扣一"
		most = max(most, len(screen.Frame(chinese)))
		t.Logf("%s confirmed: whole screen %d bytes, a key at most %d", confirm, full, most)
		require.LessOrEqual(t, most, 120)
	}
}

// fullView uses every mode there is.
func fullView() tea.View {
	view := chatView(60, 10, "你好")
	view.Cursor.Shape = tea.CursorBar
	view.Cursor.Color = color.White
	view.MouseMode = tea.MouseModeAllMotion
	view.ReportFocus = true
	view.WindowTitle = "红点 · 七夕直播间"
	view.ForegroundColor = color.White
	view.BackgroundColor = color.Black
	view.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 40)
	view.KeyboardEnhancements.ReportEventTypes = true
	return view
}

func TestLeaveGivesTheTerminalBack(t *testing.T) {
	for _, confirm := range []string{"nothing", "both"} {
		t.Run(confirm, func(t *testing.T) {
			term, screen := newVT(60, 10), testScreen(60, 10)
			term.graphemes = confirm == "both"
			term.title = "shell"
			term.move(7, 3)

			_, _ = term.Write(screen.Frame(fullView()))
			confirmModes(screen, confirm)
			_, _ = term.Write(screen.Frame(fullView()))
			requireShown(t, term, fullView(), "before")
			require.Equal(t, "红点 · 七夕直播间", term.title)
			require.Equal(t, [2][]int{nil, {3}}, term.kitty)
			for _, mode := range []int{1003, 1004, 1006, 2004, 1049} {
				require.True(t, term.modes[mode], "mode %d", mode)
			}
			require.Equal(t, map[int]string{10: "#ffffff", 11: "#000000", 12: "#ffffff"}, term.colors)
			require.Equal(t, "4;1;40", term.progress)
			require.Equal(t, 5, term.cursorStyle)

			leave := screen.Leave()
			_, _ = term.Write([]byte(leave))
			requireAsFound(t, term)
			require.Equal(t, [3]int{7, 3, 0}, [3]int{term.x, term.y, term.alt})
			require.Equal(t, "shell", term.title)

			require.Empty(t, screen.Leave(), "twice is harmless")
			_, _ = term.Write([]byte(leave))
			requireAsFound(t, term)

			_, _ = term.Write(screen.Frame(fullView()))
			requireShown(t, term, fullView(), "after coming back")
		})
	}
}

func requireAsFound(t *testing.T, term *vt) {
	t.Helper()
	for mode, on := range term.modes {
		require.Equal(t, mode == 7 || mode == 25, on, "mode %d", mode)
	}
	require.Empty(t, term.kitty[0])
	require.Empty(t, term.kitty[1])
	require.False(t, term.otherKeys)
	require.Empty(t, term.colors)
	require.Empty(t, term.titles)
	require.Equal(t, "4;0", term.progress)
	require.Equal(t, 0, term.cursorStyle)
	require.True(t, term.pen.IsZero())
	require.Empty(t, term.unknown)
}

func TestLeaveBeforeEntering(t *testing.T) {
	require.Empty(t, testScreen(20, 5).Leave())
}

func TestModesFollowTheView(t *testing.T) {
	term, screen := newVT(60, 10), testScreen(60, 10)
	paint := func(view tea.View) { _, _ = term.Write(screen.Frame(view)) }

	view := fullView()
	paint(view)
	view.MouseMode, view.WindowTitle, view.ReportFocus = tea.MouseModeCellMotion, "二", false
	view.KeyboardEnhancements.ReportEventTypes = false
	view.DisableBracketedPasteMode = true
	view.Cursor = nil
	paint(view)
	require.Equal(t, "二", term.title)
	require.Equal(t, []int{1}, term.kitty[1])
	require.True(t, term.modes[1002])
	for _, mode := range []int{1003, 1004, 2004, 25} {
		require.False(t, term.modes[mode], "mode %d", mode)
	}

	view.WindowTitle = "a\x1b]52;c;aGk=\ab"
	paint(view)
	require.Equal(t, "ab", term.title, "a title from others is cleaned")
	require.Empty(t, term.clipboard)
}

func TestFrameIsAtomicWhereTheTerminalCan(t *testing.T) {
	term, screen := newVT(60, 10), testScreen(60, 10)
	_, _ = term.Write(screen.Frame(chatView(60, 10, "")))
	require.Equal(t, []int{2026, 2027}, term.asked)
	require.Zero(t, term.frames)
	confirmModes(screen, "2026")
	_, _ = term.Write(screen.Frame(chatView(60, 10, "a")))
	require.Equal(t, 1, term.frames)

	moved := chatView(60, 10, "a")
	moved.Cursor.X--
	require.LessOrEqual(t, len(screen.Frame(moved)), 8, "a moved cursor is just a move")
}

func TestQueuedSequencesGoOutOnce(t *testing.T) {
	term, screen := newVT(60, 10), testScreen(60, 10)
	view := chatView(60, 10, "")
	_, _ = term.Write(screen.Frame(view))
	screen.Queue("\x1b]52;c;aGk=\x07")
	_, _ = term.Write(screen.Frame(view))
	require.Equal(t, "c;aGk=", term.clipboard)
	require.Empty(t, screen.Frame(view))

	screen.Queue("\x1b]52;c;eW8=\x07")
	_, _ = term.Write([]byte(screen.Leave()))
	require.Equal(t, "c;eW8=", term.clipboard, "what was queued before a quit is not lost")
}

// TestStylesEndWithTheirRow: rows are painted one by one, so an open style must not leak by luck in one frame and not
// in the next.
func TestStylesEndWithTheirRow(t *testing.T) {
	term, screen := newVT(20, 3), testScreen(20, 3)
	_, _ = term.Write(screen.Frame(tea.NewView("\x1b[31mred\nplain")))
	require.False(t, term.screens[1][0][0].style.IsZero())
	require.True(t, term.screens[1][1][0].style.IsZero())
}

func TestAsksOnlyTerminalsThatAnswerCleanly(t *testing.T) {
	tests := []struct {
		environ []string
		want    bool
	}{
		{[]string{"TERM=xterm-256color"}, true},
		{[]string{"TERM=xterm-256color", "SSH_TTY=/dev/pts/1"}, false},
		{[]string{"TERM=xterm-kitty", "SSH_TTY=/dev/pts/1"}, true},
		{[]string{"TERM=xterm-256color", "TERM_PROGRAM=Apple_Terminal"}, false},
		{[]string{"TERM=xterm-256color", "TERM_PROGRAM=iTerm.app"}, true},
		{[]string{"TERM=xterm-256color", "TERM_PROGRAM=iTerm.app", "SSH_TTY=/dev/pts/1"}, false},
		{[]string{"TERM=xterm-256color", "WT_SESSION=1", "SSH_TTY=/dev/pts/1"}, true},
	}
	for _, tc := range tests {
		require.Equal(t, tc.want, mayAsk(tc.environ), "%v", tc.environ)
	}
}

func TestNothingIsAskedWithoutAReader(t *testing.T) {
	term := newVT(20, 3)
	screen := NewScreen(ScreenOptions{Width: 20, Height: 3, Environ: xterm})
	frame := string(screen.Frame(tea.NewView("a")))
	_, _ = term.Write([]byte(frame))
	require.Empty(t, term.asked)
	require.NotContains(t, frame, "\x1b[?u")
	require.Empty(t, term.kitty[1])
}

func BenchmarkKeyOnAChineseScreen(b *testing.B) {
	screen := testScreen(120, 40)
	views := []tea.View{chatView(120, 40, "a"), chatView(120, 40, "ab")}
	n := 0
	for b.Loop() {
		screen.Frame(views[n%2])
		n++
	}
}

func BenchmarkWholeChineseScreen(b *testing.B) {
	screen := testScreen(120, 40)
	view := chatView(120, 40, "a")
	for b.Loop() {
		screen.Invalidate()
		b.SetBytes(int64(len(screen.Frame(view))))
	}
}
