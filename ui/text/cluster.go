package text

import (
	"iter"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// step returns the bytes of the first cluster of s, or of the escape sequence it begins with, and its first rune.
func step(s string) (n int, r rune) {
	if s[0] == esc {
		return escapeLen(s), esc
	}
	r, n = decode(s)
	if n == len(s) || plain(r) && standsAlone(s[n:]) {
		return n, r
	}
	if r < ' ' || r == 0x7f {
		return n, r
	}
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(cluster), r
}

// Clusters yields the grapheme clusters of s with their byte offsets: what a reader takes for one character.
func Clusters(s string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := 0; i < len(s); {
			n, _ := step(s[i:])
			if !yield(i, s[i:i+n]) {
				return
			}
			i += n
		}
	}
}

// Next returns the offset of the cluster boundary after off, len(s) at the end.
func Next(s string, off int) int {
	if off >= len(s) {
		return len(s)
	}
	off = max(off, 0)
	n, _ := step(s[off:])
	return off + n
}

// Prev returns the offset of the cluster boundary before off, 0 at the beginning. It is where a backspace deletes
// from, so that an emoji of several code points goes as one.
func Prev(s string, off int) int {
	off = min(off, len(s))
	if off <= 0 {
		return 0
	}
	start := strings.LastIndexByte(s[:off-1], '\n') + 1
	for i := start; i < off; {
		n, _ := step(s[i:])
		if i+n >= off {
			return i
		}
		i += n
	}
	return start
}

// Snap returns the nearest cluster boundary at or before off.
func Snap(s string, off int) int {
	if off <= 0 {
		return 0
	}
	if off >= len(s) {
		return len(s)
	}
	if next := Next(s, Prev(s, off)); next == off {
		return off
	}
	return Prev(s, off)
}

// Column returns the column at which the cluster at off begins, within the line of s that off is on.
func (m Measure) Column(s string, off int) int {
	off = min(max(off, 0), len(s))
	start := strings.LastIndexByte(s[:off], '\n') + 1
	return m.Width(s[start:off])
}

// Offset returns the offset into the single line s of the cluster that covers column col, len(s) if the line is
// shorter.
func (m Measure) Offset(s string, col int) int {
	for i, column := 0, 0; i < len(s); {
		n, w := m.next(s[i:])
		if column+w > col && w > 0 {
			return i
		}
		column += w
		i += n
	}
	return len(s)
}
