package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestCleanLines(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain text stays", "你好，world！\n第二行", "你好，world！\n第二行"},
		{"colour", "a\x1b[31;1mred\x1b[0mb", "aredb"},
		{"8-bit colour", "a\u009b31mred", "ared"},
		{"cursor movement and erase", "a\x1b[2J\x1b[Hb\x1b7\x1b8c", "abc"},
		{"reset", "a\x1bcb", "ab"},
		{"character set", "a\x1b(0b", "ab"},
		{"window title ended by bell", "a\x1b]0;owned\ab", "ab"},
		{"clipboard ended by ST", "a\x1b]52;c;aGk=\x1b\\b", "ab"},
		{"8-bit OSC", "a\u009d0;owned\u009cb", "ab"},
		{"device control", "a\x1bP$qm\x1b\\b", "ab"},
		{"unfinished OSC takes nothing along", "a\x1b]0;你好", "a0;你好"},
		{"OSC ends at the line", "a\x1b]0;你\n好\a", "a0;你\n好"},
		{"unfinished CSI", "a\x1b[31", "a31"},
		{"CSI interrupted by Chinese", "a\x1b[3好", "a3好"},
		{"lone ESC", "a\x1b", "a"},
		{"ESC before Chinese", "\x1b好", "好"},
		{"nested", "\x1b\x1b[31m[0m", "[0m"},
		{"controls", "a\x00\a\b\x7f\u0080b", "ab"},
		{"carriage returns", "a\r\nb\rc", "a\nb\nc"},
		{"other line breaks", "a\u2028b\u2029c\u0085d\ve\ff", "a\nb\nc\nd\ne\nf"},
		{"tab", "a\tb", "a    b"},
		{"bidi override", "\u202eabc\u202c", "abc"},
		{"bidi isolates and marks", "\u2066a\u2069\u200e\u200f\u061cb", "ab"},
		{"zero-width", "a\u200bb\u200cc\u2060d\ufeffe\u00adf", "abcdef"},
		{"joiner between letters", "a\u200db", "ab"},
		{"joiner at an end", "😀\u200d", "😀"},
		{"tags", "a\U000e0061\U000e007fb", "ab"},
		{"flag of a region falls back to black flag", "🏴\U000e0067\U000e0062\U000e007f", "🏴"},
		{"variation selectors on letters", "中\ufe00国\U000e0100a\ufe0f", "中国a"},
		{"fillers", "a\u3164\u115f\uffa0b", "ab"},
		{"invalid UTF-8", "a\xff\xfeb\xe4\xbd", "a��b��"},
		{"no characters", "a\uffffb", "a�b"},
		{"odd blanks", "a\u00a0b\u2003c\u3000d", "a b c\u3000d"},
		{"emoji stay", "👨‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇨🇳 🏳️‍🌈 👩🏽‍💻", "👨‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🇨🇳 🏳️‍🌈 👩🏽‍💻"},
		{"accents stay", "e\u0301 Việt ที่", "e\u0301 Việt ที่"},
		{"marks are capped", "e" + strings.Repeat("\u0301", 50) + "!", "e" + strings.Repeat("\u0301", maxMarks) + "!"},
		{"skin tone without emoji", "a🏽 🏽", "a "},
		{"letters that swallow the next", "a\u0d4eb", "a�b"},
		{"mark without letter", "\u0301a\n\u0301b", "a\nb"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, CleanLines(tc.in))
		})
	}
}

func TestCleanIsOneLine(t *testing.T) {
	require.Equal(t, "a b c d", Clean("a\nb\r\nc\td"))
	require.Equal(t, "七夕 直播间", Clean("七夕\u2028直播间"))
}

func TestCleanMakesMarkStacksCheap(t *testing.T) {
	in := "小" + strings.Repeat("\u0489", 64<<10) + "雨"
	out := Clean(in)
	require.Equal(t, "小"+strings.Repeat("\u0489", maxMarks)+"雨", out)
	require.Equal(t, 4, Measure{}.Width(out))
}

func TestCleanBoundsClusters(t *testing.T) {
	for _, in := range []string{
		strings.Repeat("ᄀ", 1000),       // leading consonants join without end
		strings.Repeat("👩\u200d", 1000), // so do emoji
		strings.Repeat("क\u094d", 1000), // and Indic conjuncts
	} {
		for _, cluster := range Clusters(Clean(in)) {
			require.LessOrEqual(t, utf8.RuneCountInString(cluster), maxRunes)
		}
	}
}

// TestNothingSwallowsWhatFollows: no cleaned character joins the blank or the border behind it.
func TestNothingSwallowsWhatFollows(t *testing.T) {
	for r := rune(0); r <= 0x1ffff; r++ { // beyond stand ideographs and what is dropped anyway
		s := Clean("a" + string(r))
		last, _ := utf8.DecodeLastRuneInString(s)
		require.Equal(t, len(s), Prev(s+" ", len(s)+1), "%U shown as %U", r, last)
	}
}

func TestLimitCutsBetweenCharacters(t *testing.T) {
	require.Equal(t, "你", Limit("你好", 5))
	require.Equal(t, "a", Limit("a👍🏽b", 8))
	require.Equal(t, "a👍🏽", Limit("a👍🏽b", 9))
	require.Equal(t, "", Limit("你好", 0))
	require.Equal(t, "", Limit("你好", -1))
	require.Equal(t, "你好", Limit("你好", 6))
}

// requireHarmless is what the terminal is promised about cleaned text.
func requireHarmless(t testing.TB, s string, lines bool) {
	t.Helper()
	require.True(t, utf8.ValidString(s))
	marks := 0
	for _, r := range s {
		if r == '\n' && lines {
			continue
		}
		if unicode.Is(unicode.Cc, r) || r != zwj && unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			require.Failf(t, "not harmless", "%U in %q", r, s)
		}
		marks++
		if !unicode.Is(unicode.M, r) {
			marks = 0
		}
		if marks > maxMarks+2 { // a selector and a keycap's frame may come on top
			require.Failf(t, "stack of marks", "%q", s)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"你好，world！", "a\x1b[31mred\x1b[0m", "\x1b]0;t\a", "\u009b1m", "\u202eabc", "e\u0301\u0301\u0301\u0301\u0301\u0301",
		"👨‍👩‍👧‍👦👍🏽❤️1️⃣🇨🇳", "\xff\xc2\x9b", "a\r\n\tb", "ᄀᄀ\u0301ᅡ", "क\u094d\u200dक", "🇨\ufe0f🇳", "\u0d4e\u0301\u0d4e",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		line, block := Clean(in), CleanLines(in)
		requireHarmless(t, line, false)
		requireHarmless(t, block, true)
		require.Equal(t, line, Clean(line))
		require.Equal(t, block, CleanLines(block))
	})
}
