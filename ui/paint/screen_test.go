package paint

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"reddot/ui/text"
)

var xterm = []string{"TERM=xterm-256color"}

func testScreen(width, height int) *Screen {
	return NewScreen(ScreenOptions{Width: width, Height: height, Environ: xterm, Profile: colorprofile.TrueColor, Keys: true})
}

// pieces are what random rows are made of.
var pieces = map[string][]string{
	"Chinese": {"你好", "，", "。", "「好的」", "羊毛大衣", "a", "word", " ", "  ", "│", "▌", "●", "……", "——", "12", "５", "\x1b[31m", "\x1b[44m", "\x1b[1;38;2;200;100;50m", "\x1b[m", "\x1b[7m"},
	"emoji":   {"你好", "😀", "👍", "🀄", "e\u0301", "a", " ", "🇨🇳", "│", "\x1b[32m", "\x1b[m", "\x1b]8;;https://example.com\x1b\\", "\x1b]8;;\x1b\\"},
	"hard":    {"👍🏽", "❤️", "👨‍👩‍👧‍👦", "1️⃣", "☀️", "你", "b", " ", "\x1b[4m", "\x1b[m"},
}

type random struct{ *rand.Rand }

// row draws a row of at most width columns, often exactly that, with its styles closed.
func (r random) row(kind string, m text.Measure, width int) string {
	if r.IntN(8) == 0 {
		return ""
	}
	var b strings.Builder
	for range r.IntN(2 * width) {
		b.WriteString(pieces[kind][r.IntN(len(pieces[kind]))])
	}
	if r.IntN(2) == 0 {
		width -= r.IntN(width)
	}
	return m.TruncateTail(b.String(), width, "") + "\x1b]8;;\x1b\\\x1b[m"
}

// step changes some rows of a screen, or all.
func (r random) step(rows []string, kind string, m text.Measure, width int) {
	all := r.IntN(10) == 0
	for y := range rows {
		if all || r.IntN(4) == 0 {
			rows[y] = r.row(kind, m, width)
		}
	}
	if r.IntN(6) == 0 { // scroll a part of it, as a conversation does
		from := r.IntN(len(rows))
		copy(rows[from:], rows[min(from+1, len(rows)-1):])
	}
}

func (r random) view(rows []string, width, height int) tea.View {
	view := tea.NewView(strings.Join(rows, "\n"))
	if r.IntN(5) > 0 {
		view.Cursor = tea.NewCursor(r.IntN(width), r.IntN(height))
	}
	return view
}

// requireShown checks all that a frame promises about the terminal.
func requireShown(t *testing.T, term *vt, view tea.View, what string) {
	t.Helper()
	require.Empty(t, term.unknown, what)
	want := term.expect(view.Content)
	for y, row := range term.screens[1] {
		for x, cell := range row {
			if !cell.same(want[y][x]) {
				require.Failf(t, what, "row %d column %d: %+v instead of %+v\n%s", y, x, cell, want[y][x], term.shown())
			}
		}
	}
	require.Equal(t, 1, term.alt, what)
	require.True(t, term.modes[7], "%s: autowrap off", what)
	require.False(t, term.modes[2026], "%s: update not ended", what)
	require.True(t, term.pen.IsZero() && term.link.IsZero(), "%s: a style stays open", what)
	require.Equal(t, view.Cursor != nil, term.modes[25], "%s: cursor visible", what)
	if view.Cursor != nil {
		require.Equal(t, [2]int{view.Cursor.X, view.Cursor.Y}, [2]int{term.x, term.y}, "%s: cursor", what)
		require.False(t, term.pending, what)
	}
}

// TestRandomScreens paints random screens one after the other, with and without the modes that terminals may know
// confirmed, on terminals that draw ambiguous characters wide, through resizes and departures, and compares each with what the view says.
func TestRandomScreens(t *testing.T) {
	const screens = 60
	for kind := range pieces {
		for _, confirm := range []string{"nothing", "2026", "2027", "both", "wide"} {
			for seed := range uint64(2) {
				name := fmt.Sprintf("%s, %s, seed %d", kind, confirm, seed)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					randomScreens(t, kind, confirm, random{rand.New(rand.NewPCG(seed, 7))}, screens)
				})
			}
		}
	}
}

func randomScreens(t *testing.T, kind, confirm string, r random, screens int) {
	width, height := 40, 12
	term, screen := newVT(width, height), testScreen(width, height)
	term.graphemes = confirm == "2027" || confirm == "both"
	term.ambiguous = confirm == "wide"
	screen.parser.measure.AmbiguousWide = term.ambiguous
	measure := text.Measure{Graphemes: term.graphemes, AmbiguousWide: term.ambiguous}
	rows := make([]string, height)
	for i := range screens {
		switch {
		case i == 3:
			confirmModes(screen, confirm)
		case r.IntN(25) == 0:
			width, height = 20+r.IntN(40), 5+r.IntN(15)
			term.resize(width, height)
			screen.Resize(width, height)
			rows = make([]string, height)
		case r.IntN(40) == 0:
			_, _ = term.Write([]byte(screen.Leave()))
			require.Equal(t, 0, term.alt)
		}
		r.step(rows, kind, measure, width)
		view := r.view(rows, width, height)
		_, _ = term.Write(screen.Frame(view))
		if i >= 3 || !measure.Graphemes { // before, the screen cannot know how wide clusters are
			requireShown(t, term, view, fmt.Sprintf("screen %d", i))
		}
		require.Empty(t, screen.Frame(view), "an unchanged view costs nothing")
	}
}

func confirmModes(screen *Screen, which string) {
	if which == "2026" || which == "both" {
		screen.Confirm(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
	}
	if which == "2027" || which == "both" {
		screen.Confirm(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	}
}
