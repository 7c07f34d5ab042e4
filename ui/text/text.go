// Package text is the one place that measures, wraps, truncates, pads and cleans text for the terminal.
//
// Invariants:
//
//   - A column is what the renderer takes for one: runes count one by one (wcwidth) until the terminal has
//     confirmed mode 2027, grapheme clusters count as a whole afterwards. [Measure] carries that fact.
//   - Text is measured as [Measure.Normalize] shows it, and every function that returns text to be painted
//     returns it normalized. Who paints text that none of these functions returned calls Normalize.
//   - Text from others goes through [Clean] or [CleanLines] first; the functions that measure rely on it.
//   - Offsets are byte offsets into the text as it was given, and lie on cluster boundaries.
//
// Nothing here does I/O or keeps state.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/clipperhouse/displaywidth"
)

// Measure says how the terminal counts columns. The zero value is the cautious one, right for every terminal that
// did not answer.
type Measure struct {
	// Graphemes: the terminal confirmed mode 2027 and draws a grapheme cluster as one glyph.
	Graphemes bool
	// AmbiguousWide: the terminal draws characters of ambiguous width (… — “ ” ① ★ │) in two columns, as many are
	// set to in Chinese locales.
	AmbiguousWide bool
}

// rendererWide is true if RUNEWIDTH_EASTASIAN says that ambiguous characters are wide.
var rendererWide = ansi.StringWidth("…") == 2

// Width returns the columns that s takes on one line once normalized. Escape sequences of our own styles count
// nothing, and neither do newlines.
func (m Measure) Width(s string) int {
	width := 0
	for len(s) > 0 {
		n, w := m.next(s)
		width += w
		s = s[n:]
	}
	return width
}

// First returns the bytes and columns of the first cluster of s, or of the escape sequence it begins with, which has
// no columns. s is not empty.
func (m Measure) First(s string) (n, width int) { return m.next(s) }

func (m Measure) next(s string) (n, width int) {
	if s[0] == esc {
		return escapeLen(s), 0
	}
	r, n := decode(s)
	if plain(r) && standsAlone(s[n:]) {
		return n, m.plainWidth(r)
	}
	if r < ' ' || r == 0x7f {
		return n, 0
	}
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(cluster), m.clusterWidth(cluster)
}

func (m Measure) clusterWidth(cluster string) int {
	wide := m.AmbiguousWide || rendererWide
	if m.Graphemes {
		return displaywidth.Options{EastAsianWidth: wide}.String(cluster)
	}
	width := 0
	for cluster = shown(cluster); len(cluster) > 0; {
		r, n := decode(cluster)
		w := runeWidth(r)
		if w == 1 && wide && ambiguous(cluster[:n]) {
			w = 2
		}
		width += w
		cluster = cluster[n:]
	}
	return width
}

// runeWidth is wcwidth: what a terminal gives a rune that knows nothing of clusters. The library's tables for it take
// two megabytes and two milliseconds, so only what they alone know is asked of them.
func runeWidth(r rune) int {
	if r >= 0x1f1e6 && r <= 0x1f1ff {
		return 1 // half a flag
	}
	width := displaywidth.Options{}.Rune(r)
	if width == 1 && (unicode.IsMark(r) || !unicode.IsGraphic(r)) {
		return ansi.StringWidthWc(string(r))
	}
	return width
}

// plain reports runes that neither join what stands before them nor are joined by another plain one: nearly all of
// a Chinese or Latin text. Everything else goes the long way through the segmentation of UAX 29.
func plain(r rune) bool {
	switch {
	case r < 0x300:
		return r >= ' ' && r < 0x7f || r >= 0xa0 && r != 0xad
	case r < 0x3000:
		return r >= 0x2010 && r <= 0x2027 || r >= 0x2190 && r <= 0x2193 || r >= 0x2500 && r <= 0x25fc
	}
	return ideographic(r) || r >= 0x3041 && r <= 0x3096 || r >= 0x309b && r <= 0x30ff
}

// standsAlone reports whether a plain rune before rest is a cluster of its own.
func standsAlone(rest string) bool {
	if rest == "" || rest[0] >= ' ' && rest[0] < 0x7f || rest[0] >= 0xe4 && rest[0] <= 0xe9 {
		return true // ASCII or an ideograph follows, known by the first byte
	}
	return plain(first(rest))
}

// ideographic reports the plain runes of Chinese: ideographs, their punctuation and full-width forms.
func ideographic(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3000 && r <= 0x3029 || r >= 0x3400 && r <= 0x4dbf ||
		r >= 0xff01 && r <= 0xff60
}

func (m Measure) plainWidth(r rune) int {
	switch {
	case r < 0x7f:
		return 1
	case r >= 0x3000:
		return 2
	case !m.AmbiguousWide && !rendererWide:
		return 1
	}
	return displaywidth.Options{EastAsianWidth: true}.Rune(r)
}

// ambiguous reports whether the one rune in s has the East Asian width class A.
func ambiguous(s string) bool {
	return displaywidth.String(s) == 1 && displaywidth.Options{EastAsianWidth: true}.String(s) == 2
}

func decode(s string) (rune, int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	return utf8.DecodeRuneInString(s)
}

func first(s string) rune {
	r, _ := decode(s)
	return r
}

// blanks is a stock of spaces to pad from.
var blanks = strings.Repeat(" ", 256)

// Spaces returns n spaces, none if n is negative.
func Spaces(n int) string {
	if n <= 0 {
		return ""
	}
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}
