package text

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTruncate(t *testing.T) {
	var m Measure
	tests := []struct {
		in    string
		width int
		want  string
	}{
		{"七夕直播间", 10, "七夕直播间"},
		{"七夕直播间", 9, "七夕直播…"},
		{"七夕直播间", 8, "七夕直…"},
		{"七夕直播间", 2, "…"},
		{"七夕直播间", 1, "…"},
		{"七夕直播间", 0, ""},
		{"七夕直播间", -1, ""},
		{"abcdef", 4, "abc…"},
		{"", 3, ""},
		{"👍🏽👍🏽", 3, "👍…"},
		{"\x1b[31m七夕直播间\x1b[0m", 5, "\x1b[31m七夕…\x1b[0m"},
	}
	for _, tc := range tests {
		require.Equal(t, tc.want, m.Truncate(tc.in, tc.width), "%q in %d", tc.in, tc.width)
	}
	require.Equal(t, "七夕", m.TruncateTail("七夕直播间", 5, ""))
	require.Equal(t, "七…", Measure{AmbiguousWide: true}.Truncate("七夕直播间", 5))
}

func TestTruncateLeft(t *testing.T) {
	var m Measure
	require.Equal(t, "七夕直播间", m.TruncateLeft("七夕直播间", 10))
	require.Equal(t, "…直播间", m.TruncateLeft("七夕直播间", 8))
	require.Equal(t, "…", m.TruncateLeft("七夕直播间", 1))
	require.Equal(t, "", m.TruncateLeft("七夕直播间", 0))
	require.Equal(t, "", Measure{AmbiguousWide: true}.TruncateLeft("七夕直播间", 1))
}

func TestPad(t *testing.T) {
	var m Measure
	require.Equal(t, "七夕  ", m.PadRight("七夕", 6))
	require.Equal(t, "  七夕", m.PadLeft("七夕", 6))
	require.Equal(t, " 七夕  ", m.Center("七夕", 7))
	require.Equal(t, "七夕直播间", m.PadRight("七夕直播间", 6))
	require.Equal(t, "七夕… ", m.Fit("七夕直播间", 6))
	require.Equal(t, "👍  ", m.PadRight("👍🏽", 4))
}

func TestFitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := measures().Draw(t, "m"), tame().Draw(t, "s")
		width := rapid.IntRange(0, 30).Draw(t, "width")
		require.Equal(t, width, m.Width(m.Fit(s, width)))
		require.LessOrEqual(t, m.Width(m.Truncate(s, width)), width)
		require.LessOrEqual(t, m.Width(m.TruncateLeft(s, width)), width)
		require.GreaterOrEqual(t, m.Width(m.PadLeft(s, width)), width)
		cut := strings.TrimSuffix(m.Truncate(s, width), Tail)
		require.True(t, strings.HasPrefix(m.Normalize(s), cut), "%q is no beginning of %q", cut, s)
	})
}

func TestStyledTextKeepsItsStyles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := measures().Draw(t, "m"), tame().Draw(t, "s")
		width := rapid.IntRange(0, 30).Draw(t, "width")
		styled := "\x1b[1;38;2;1;2;3m" + s + "\x1b[0m"
		require.Equal(t, m.Width(s), m.Width(styled))
		cut := m.Truncate(styled, width)
		require.Equal(t, 1, strings.Count(cut, "\x1b[0m"))
		require.Equal(t, m.Truncate(s, width), strings.TrimSuffix(strings.TrimPrefix(cut, "\x1b[1;38;2;1;2;3m"), "\x1b[0m"))
	})
}
