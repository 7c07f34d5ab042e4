package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// runes are the pieces of the random texts: one of each kind that measures or joins in its own way.
var runes = []rune{
	'a', 'Z', '7', ' ', '-', '/', '.', ',', '(', ')', '#', '\u00e9', '\u00b7', '你', '好', '，', '。', '「', '」', '！', '…', '—', '“', '”',
	'①', '★', '※', '→', '│', '▌', '●', 'あ', 'ー', 'ｱ', 'Ａ', '한', 'ᄀ', 'ᅡ', 'ᆨ', 'я', 'ا', 'ש', 'ก', '\u0e49', 'क', '\u094d', '\u0903',
	'\u0301', '\u0489', '\u3099', '😀', '👍', '👩', '❤', '☀', '🏽', '🇨', '🇳', '\ufe0f', '\ufe0e', '\u200d', '\u20e3', '🀄', '🈚', '𠀀', '\ue000',
	'\u0d4e', '\u3000', '〜', '\U0001fae0',
}

// wild draws text as others may send it.
func wild() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.SampledFrom(runes), rapid.Rune())
	return rapid.StringOfN(piece, 0, 40, -1)
}

// tame draws cleaned text of one line.
func tame() *rapid.Generator[string] { return rapid.Map(wild(), Clean) }

func measures() *rapid.Generator[Measure] {
	return rapid.Custom(func(t *rapid.T) Measure {
		return Measure{Graphemes: rapid.Bool().Draw(t, "graphemes"), AmbiguousWide: rapid.Bool().Draw(t, "ambiguous")}
	})
}

func TestWidth(t *testing.T) {
	tests := []struct {
		s               string
		runes, clusters int
	}{
		{"", 0, 0},
		{"abc", 3, 3},
		{"你好，世界", 10, 10},
		{"e\u0301", 1, 1},
		{"… — “ ” ①", 9, 9},
		{"👍", 2, 2},
		{"👍🏽", 2, 2},
		{"❤️", 1, 2},
		{"1️⃣", 1, 2},
		{"👨‍👩‍👧‍👦", 2, 2},
		{"🇨🇳", 2, 2},
		{"ｱｲ", 2, 2},
		{"\x1b[1;31m你\x1b[0m", 2, 2},
		{"\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", 4, 4},
	}
	for _, tc := range tests {
		require.Equal(t, tc.runes, Measure{}.Width(tc.s), "%q by runes", tc.s)
		require.Equal(t, tc.clusters, Measure{Graphemes: true}.Width(tc.s), "%q by clusters", tc.s)
	}
}

func TestAmbiguousWide(t *testing.T) {
	for _, graphemes := range []bool{false, true} {
		m := Measure{AmbiguousWide: true, Graphemes: graphemes}
		for _, s := range []string{"…", "—", "“", "①", "★", "│", "·"} {
			require.Equal(t, 2, m.Width(s), s)
		}
		require.Equal(t, 1, m.Width("a"))
		require.Equal(t, 1, m.Width("ｱ"))
		require.Equal(t, 2, m.Width("你"))
	}
}

// drawn returns the columns that the renderer gives to a text.
func drawn(s string, method ansi.Method) int {
	buf := uv.NewScreenBuffer(4*len(s)+4, 1)
	buf.Method = method
	const end = "\u2603"
	uv.NewStyledString(s+"\x1b[m"+end).Draw(buf, buf.Bounds())
	for x := range buf.Width() {
		if buf.CellAt(x, 0).Content == end {
			return x
		}
	}
	return -1
}

func TestWidthIsTheRenderers(t *testing.T) {
	check := func(t require.TestingT, s string) {
		for _, m := range []Measure{{}, {Graphemes: true}} {
			method := ansi.WcWidth
			if m.Graphemes {
				method = ansi.GraphemeWidth
			}
			require.Equal(t, drawn(m.Normalize(s), method), m.Width(s), "%q %+v", s, m)
		}
	}
	for _, r := range runes {
		check(t, Clean(string(r)))
		check(t, Clean("你"+string(r)+"a"))
	}
	rapid.Check(t, func(t *rapid.T) { check(t, tame().Draw(t, "s")) })
}

func TestRuneWidthIsTheLibrarys(t *testing.T) {
	for r := rune(' '); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) && ansi.StringWidthWc(string(r)) != runeWidth(r) {
			require.Equal(t, ansi.StringWidthWc(string(r)), runeWidth(r), "%U", r)
		}
	}
}

// TestPlainRunesAreAsSegmented compares the fast path with the tables behind it, rune by rune.
func TestPlainRunesAreAsSegmented(t *testing.T) {
	for r := rune(0); r <= 0xffff; r++ {
		if !plain(r) {
			continue
		}
		s := string(r)
		require.Equal(t, ansi.StringWidthWc(s), Measure{}.plainWidth(r), "%U", r)
		require.Equal(t, ansi.StringWidth(s), Measure{}.plainWidth(r), "%U", r)
		for _, pair := range []string{"你" + s, s + "你", "a" + s, s + "a", "e" + s, s + s} {
			cluster, _ := ansi.FirstGraphemeCluster(pair, ansi.GraphemeWidth)
			require.Equal(t, 1, utf8.RuneCountInString(cluster), "%U joins in %q", r, pair)
		}
	}
}

func TestNormalize(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain 你好", "plain 你好"},
		{"👍🏽", "👍"},
		{"❤️", "❤"},
		{"1️⃣#️⃣", "1#"},
		{"👨‍👩‍👧‍👦", "👨"},
		{"👩🏽‍💻", "👩"},
		{"🏳️‍🌈", "🏳"},
		{"🇨🇳", "🇨🇳"},
		{"e\u0301", "e\u0301"},
	}
	for _, tc := range tests {
		require.Equal(t, tc.want, Measure{}.Normalize(tc.in))
		require.Equal(t, tc.in, Measure{Graphemes: true}.Normalize(tc.in))
	}
}

func TestNormalizeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := measures().Draw(t, "m"), tame().Draw(t, "s")
		shown := m.Normalize(s)
		require.Equal(t, shown, m.Normalize(shown))
		require.Equal(t, m.Width(s), m.Width(shown))
		for off := range Clusters(s) {
			require.Equal(t, shown, m.Normalize(s[:off])+m.Normalize(s[off:]))
		}
	})
}

func TestSpaces(t *testing.T) {
	require.Empty(t, Spaces(-1))
	require.Equal(t, strings.Repeat(" ", 3), Spaces(3))
	require.Len(t, Spaces(1000), 1000)
}
