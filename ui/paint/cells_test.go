package paint

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"reddot/ui/text"
)

func TestOnlyChangedCellsOfAChineseRowAreWritten(t *testing.T) {
	screen := testScreen(60, 2)
	list := "羊毛大衣预售一群  12:01 │ "
	screen.Frame(tea.NewView(list + "大家好" + "\n" + list))
	painted := string(screen.Frame(tea.NewView(list + "大家晚上好" + "\n" + list)))
	require.Contains(t, painted, "晚上好")
	require.NotContains(t, painted, "羊毛")
	require.NotContains(t, painted, "家")
}

func TestHalfOfAWideCharacterIsNeverLeft(t *testing.T) {
	term, screen := newVT(20, 1), testScreen(20, 1)
	for _, row := range []string{"你好你好", "a你好你a", "你好你好", "你ab好", "ab你好你", " 你 好", "你好你好"} {
		view := tea.NewView(row)
		_, _ = term.Write(screen.Frame(view))
		requireShown(t, term, view, row)
	}
}

// A terminal that gives a cluster other columns than we think must still show the panes behind it where they belong.
func TestPanesKeepTheirColumnsBehindDoubtfulCharacters(t *testing.T) {
	for _, cluster := range []string{"स्ते", "क्षि", "🇨🇳", "❤️", "👍🏽", "👨‍👩‍👧‍👦"} {
		term, screen := newVT(40, 1), testScreen(40, 1)
		term.modes[2027] = true // it has the mode on, and we were not told
		measured := text.Measure{}.Width(cluster)
		row := cluster + strings.Repeat(" ", 10-measured) + "│ pane"
		_, _ = term.Write(screen.Frame(tea.NewView(row)))
		require.Equal(t, "│", term.screens[1][0][10].content, cluster)
		require.True(t, term.modes[7])
	}
}

func TestPanesKeepTheirColumnsWhereAmbiguousCharactersAreWide(t *testing.T) {
	term, screen := newVT(40, 2), testScreen(40, 2)
	term.ambiguous = true // and nobody told us
	line := strings.Repeat("─", 10) + "│ pane"
	for _, pane := range []string{"pane", "next"} {
		rows := []string{"“好” " + pane[:1] + "…   │ " + pane, line}
		_, _ = term.Write(screen.Frame(tea.NewView(strings.Join(rows, "\n"))))
		require.Equal(t, pane[:1], term.screens[1][0][12].content)
		require.Equal(t, "p", term.screens[1][1][12].content)
	}
}
