package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		name, in string
		width    int
		want     []string
	}{
		{"empty", "", 10, []string{""}},
		{"fits", "你好", 4, []string{"你好"}},
		{"Chinese breaks anywhere", "想要的扣一库存还有", 6, []string{"想要的", "扣一库", "存还有"}},
		{"no closing mark at a line start", "库存还有，想要的扣一", 8, []string{"库存还", "有，想要", "的扣一"}},
		{"several closing marks stay together", "他说「好的。」真的", 10, []string{"他说「好", "的。」真的"}},
		{"no opening mark at a line end", "我们说（好的）吧", 8, []string{"我们说", "（好的）", "吧"}},
		{"book title", "读一读《红楼梦》吧", 8, []string{"读一读", "《红楼", "梦》吧"}},
		{"ASCII marks in Chinese", "好的,先讲面料", 4, []string{"好", "的,", "先讲", "面料"}},
		{"dots do not part and start no line", "等一下……好的", 7, []string{"等一", "下……好", "的"}},
		{"Latin by words", "the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"word in Chinese stays whole", "这款还有size吗", 10, []string{"这款还有", "size吗"}},
		{"a long word is broken", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"a long word starts its own line", "ab abcdefghij", 4, []string{"ab", "abcd", "efgh", "ij"}},
		{"figures stay whole", "已读 5/47 人 2026-11-23", 8, []string{"已读", "5/47 人", "2026-11-", "23"}},
		{"mention keeps its mark", "问一下@小雨", 8, []string{"问一下", "@小雨"}},
		{"price keeps its sign", "现在只要￥99", 10, []string{"现在只要", "￥99"}},
		{"address breaks behind separators", "https://shop.example.com/item/red-dress", 26, []string{"https://shop.example.com/", "item/red-dress"}},
		{"newlines", "一\n\n二\n", 10, []string{"一", "", "二", ""}},
		{"indent stays", "  一二", 6, []string{"  一二"}},
		{"ideographic indent stays", "　　一二三", 8, []string{"　　一二", "三"}},
		{"blanks at a break go", "ab    cd", 4, []string{"ab", "cd"}},
		{"blanks at the end are cut to fit", "abc     ", 4, []string{"abc "}},
		{"marks without any break", "！！！！", 4, []string{"！！", "！！"}},
		{"emoji", "👍🏽👍🏽👍🏽", 4, []string{"👍👍", "👍"}},
		{"too narrow counts as two", "你a", 0, []string{"你", "a"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, Measure{}.Wrap(tc.in, tc.width))
		})
	}
}

func TestLocate(t *testing.T) {
	var m Measure
	s := "ab 你好\n"
	spans := m.Spans(s, 4)
	at := func(off, row, col int) {
		t.Helper()
		gotRow, gotCol := m.Locate(s, spans, off)
		require.Equal(t, []int{row, col}, []int{gotRow, gotCol})
	}
	at(0, 0, 0)
	at(2, 0, 2)
	at(3, 1, 0)
	at(len("ab 你好"), 1, 4)
	at(len(s), 2, 0)
	at(len(s)+9, 2, 0)
}

// requireWrapped is what Spans promises of any text and width.
func requireWrapped(t require.TestingT, m Measure, s string, width int) {
	spans := m.Spans(s, width)
	width = max(width, 2)
	next := 0
	for i, span := range spans {
		require.Equal(t, next, span.Start, "lines cover the text in order")
		require.True(t, span.Start <= span.End && span.End <= span.Next)
		line, gone := s[span.Start:span.End], s[span.End:span.Next]
		require.LessOrEqual(t, m.Width(line), width, "%q", line)
		require.Empty(t, strings.Trim(strings.TrimSuffix(gone, "\n"), " "), "only blanks go")
		require.NotContains(t, line, "\n")
		if i > 0 && !strings.HasSuffix(s[:span.Start], "\n") {
			require.False(t, gone == "" && line == "" && i < len(spans)-1, "an empty line")
			requireNoBetterBreak(t, m, s, spans[i-1], span)
		}
		next = span.Next
	}
	require.Equal(t, len(s), next)
}

// requireNoBetterBreak checks the rule for line starts: a closing mark begins a line only if the line before holds
// no place to break.
func requireNoBetterBreak(t require.TestingT, m Measure, s string, before, span Span) {
	if before.End != before.Next || span.Start == span.End {
		return
	}
	r, _ := utf8.DecodeRuneInString(s[span.Start:])
	if !strings.ContainsRune("，。、；：？！）」』】》…—", r) {
		return
	}
	kinds := []class{}
	for _, cluster := range Clusters(strings.TrimLeft(s[before.Start:span.Start], " ")) {
		kinds = append(kinds, classify(cluster))
	}
	for i := 1; i < len(kinds); i++ {
		require.False(t, breakable(kinds[i-1], kinds[i]) && kinds[i-1]&separator == 0,
			"%q begins with a mark though %q could break", s[span.Start:], s[before.Start:before.End])
	}
}

func TestWrapProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := measures().Draw(t, "m")
		s := CleanLines(strings.Join(rapid.SliceOfN(wild(), 1, 4).Draw(t, "s"), "\n"))
		requireWrapped(t, m, s, rapid.IntRange(0, 24).Draw(t, "width"))
	})
}

func FuzzWrap(f *testing.F) {
	for _, s := range []string{
		"你好，world！「好的。」", "https://example.com/a/b?c=d", "a  b\n\n  c", "👨‍👩‍👧‍👦👍🏽", "（（（（", "！！！！", "ᄀᄀᄀᄀᄀ", "\"a\" 'b'",
	} {
		f.Add(s, 8, false)
	}
	f.Fuzz(func(t *testing.T, s string, width int, graphemes bool) {
		requireWrapped(t, Measure{Graphemes: graphemes}, CleanLines(s), width%200)
	})
}

// message is a chat message of 200 runes.
var message = strings.Repeat("今晚的链接已经挂好，第三件是羊毛大衣，想要的扣一。", 8)

func BenchmarkWrapChinese(b *testing.B) {
	var m Measure
	b.ReportAllocs()
	for b.Loop() {
		m.Wrap(message, 60)
	}
}

func BenchmarkWidthChinese(b *testing.B) {
	var m Measure
	b.ReportAllocs()
	for b.Loop() {
		m.Width(message)
	}
}

func BenchmarkCleanChinese(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		CleanLines(message)
	}
}

func BenchmarkCleanMarkStack(b *testing.B) {
	stack := "小" + strings.Repeat("\u0489", 32<<10)
	for b.Loop() {
		CleanLines(stack)
	}
}
