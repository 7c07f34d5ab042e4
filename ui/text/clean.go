package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	esc = 0x1b

	// tabWidth is what a tab becomes: terminals and layout never agree about tab stops.
	tabWidth = 4
	// maxMarks is how many combining marks one character may carry. No living script needs more; stacks of them
	// paint over the rows above.
	maxMarks = 4
	// maxRunes bounds one cluster: a family of four with skin tones has eleven runes.
	maxRunes = 16
	// maxSequence bounds the escape sequences that are dropped with their content. What is longer loses its
	// introducer and is shown.
	maxSequence = 4096
)

// Clean returns text from others as one harmless line: names, previews, errors. Line breaks and tabs become blanks;
// the rest is as in [CleanLines].
func Clean(s string) string { return clean(s, false) }

// CleanLines returns text from others harmless and with its line breaks, as "\n": the bodies of messages.
//
// Gone are control characters and escape sequences in their 7-bit and 8-bit forms, bidirectional controls,
// invisible characters (zero-width spaces and joiners outside emoji, byte order marks, tags, stray variation
// selectors, fillers) and combining marks beyond a few a character. Tabs become blanks, invalid UTF-8 becomes U+FFFD.
// Emoji with their joiners, skin tones and selectors stay. The result is valid UTF-8, and cleaning it again changes
// nothing.
func CleanLines(s string) string { return clean(s, true) }

// Limit returns the beginning of s in at most n bytes, cut between characters.
func Limit(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:Snap(s, max(n, 0))]
}

func clean(s string, lines bool) string {
	if harmless(s, lines) {
		return s
	}
	s, tricky := filter(s, lines)
	// Dropping a rune can join what stood around it, so tidying is repeated until nothing is left to drop.
	for tricky {
		tidied := tidy(s)
		tricky = len(tidied) != len(s)
		s = tidied
	}
	return s
}

// harmless is the fast path: text of plain runes needs no copy.
func harmless(s string, lines bool) bool {
	for _, r := range s {
		if !(plain(r) && r != 0xa0 || lines && r == '\n') {
			return false
		}
	}
	return true
}

// filter decides about each rune by itself. Tricky means that some rune is fit only in the right company.
func filter(s string, lines bool) (out string, tricky bool) {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		if n := sequenceLen(s); n > 0 {
			s = s[n:]
			continue
		}
		r, n := decode(s)
		if r == '\r' && n < len(s) && s[n] == '\n' {
			n++
		}
		s = s[n:]
		switch {
		case lineBreak(r) && lines:
			b.WriteByte('\n')
		case r == '\t' && lines:
			b.WriteString(blanks[:tabWidth])
		case lineBreak(r), r == '\t', blank(r):
			b.WriteByte(' ')
		case invisible(r):
		case noCharacter(r):
			b.WriteRune(utf8.RuneError)
		default:
			tricky = tricky || !plain(r)
			b.WriteRune(r)
		}
	}
	return b.String(), tricky
}

func lineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// blank reports spaces that become an ordinary one. The ideographic space stays: it indents Chinese paragraphs.
func blank(r rune) bool { return r > ' ' && r != 0x3000 && unicode.Is(unicode.Zs, r) }

// invisible reports runes that draw nothing and are not needed by emoji.
func invisible(r rune) bool {
	if r == zwj || r == vs15 || r == vs16 {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// noCharacter reports code points that stand for no character.
func noCharacter(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Noncharacter_Code_Point, prefixes)
}

// prefixes are the few ancient letters that melt into whatever follows them, be it a blank or a pane's border, so
// that no width holds (Grapheme_Cluster_Break=Prepend, without the format characters among them).
var prefixes = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0d4e, 0x0d4e, 1}},
	R32: []unicode.Range32{
		{0x111c2, 0x111c3, 1},
		{0x113d1, 0x113d1, 1},
		{0x1193f, 0x1193f, 1},
		{0x11941, 0x11941, 1},
		{0x11a3a, 0x11a3a, 1},
		{0x11a84, 0x11a89, 1},
		{0x11d46, 0x11d46, 1},
		{0x11f02, 0x11f02, 1},
	},
}

// tidy drops from each cluster what does not belong there: marks without a letter or beyond maxMarks, joiners and
// variation selectors outside emoji, whatever exceeds maxRunes.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		n, r := step(s)
		if n == utf8.RuneLen(r) && !needsBase(r) {
			b.WriteString(s[:n])
		} else {
			tidyCluster(&b, s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// needsBase reports runes that are nothing by themselves.
func needsBase(r rune) bool { return r == zwj || unicode.Is(unicode.M, r) || skinTone(r) }

func tidyCluster(b *strings.Builder, cluster string) {
	var base, last rune // the last rune kept that is no mark or selector, the last rune kept
	runes, marks := 0, 0
	for i, r := range cluster {
		rest := cluster[i+utf8.RuneLen(r):]
		switch {
		case runes == maxRunes:
			return
		case r == zwj:
			if !pictographic(base) || rest == "" || !pictographic(first(rest)) || last == zwj {
				continue
			}
		case r == vs15 || r == vs16:
			if last != base || !pictographic(base) && !(keyBase(base) && rest != "" && first(rest) == keycap) {
				continue
			}
		case skinTone(r):
			if last != base && last != vs16 || !pictographic(base) {
				continue
			}
		case unicode.Is(unicode.M, r):
			if base == 0 || marks == maxMarks {
				continue
			}
			marks++
		default:
			base = r
		}
		last = r
		runes++
		b.WriteRune(r)
	}
}

// keyBase reports the characters that a keycap emoji is made from.
func keyBase(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }

// sequenceLen returns the bytes of the escape sequence that s begins with, its content included; 0 if there is none.
// Of an unfinished or endless one only the introducer counts, so that it cannot take the text along.
func sequenceLen(s string) int {
	if s[0] != esc && s[0] != 0xc2 {
		return 0
	}
	kind, n := introducer(s)
	switch kind {
	case '[':
		if end := controlEnd(s[n:]); end > 0 {
			return n + end
		}
	case ']', 'P', 'X', '^', '_':
		if end := stringEnd(s[n:]); end > 0 {
			return n + end
		}
	}
	return n
}

// introducer returns the 7-bit kind of the sequence that s begins with, 0 if it is complete or none, and its bytes.
func introducer(s string) (kind byte, n int) {
	if s[0] != esc {
		if len(s) > 1 && s[1] >= 0x80 && s[1] < 0xa0 && s[1] != 0x85 {
			return s[1] - 0x40, 2
		}
		return 0, 0
	}
	n = 1
	for n < len(s) && n < 4 && s[n] >= ' ' && s[n] <= '/' {
		n++
	}
	switch {
	case n == len(s) || s[n] < '0' || s[n] > '~':
		return 0, 1
	case n == 1:
		return s[1], 2
	}
	return 0, n + 1
}

// controlEnd returns the length of the parameters and the final byte of a control sequence, 0 if there is none.
func controlEnd(s string) int {
	for i := 0; i < len(s) && i < maxSequence; i++ {
		if s[i] >= '@' && s[i] <= '~' {
			return i + 1
		}
		if s[i] < ' ' || s[i] > '~' {
			break
		}
	}
	return 0
}

// stringEnd returns the length of a string sequence with its terminator, 0 if it has none before the line or another
// sequence begins, so that looking for it costs no more than the text is long.
func stringEnd(s string) int {
	for i := 0; i < len(s) && i < maxSequence; i++ {
		switch {
		case s[i] == '\a':
			return i + 1
		case strings.HasPrefix(s[i:], "\x1b\\"), strings.HasPrefix(s[i:], "\u009c"):
			return i + 2
		case s[i] == '\n', s[i] == esc, s[i] == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0:
			return 0
		}
	}
	return 0
}

// escapeLen returns the bytes of the escape sequence of our own that s begins with.
func escapeLen(s string) int {
	_, _, n, _ := ansi.DecodeSequence(s, ansi.NormalState, nil)
	return max(n, 1)
}
