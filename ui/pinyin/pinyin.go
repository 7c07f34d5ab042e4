// Package pinyin gives the first letters of the pinyin of Chinese text, for finding names by their initials.
//
// The letters come from github.com/mozillazg/go-pinyin. Its dictionary costs every start of the program 2 ms and
// 1.8 MB, whether a name is looked for or not; the letters alone are 21 KB that nobody reads until then. A test keeps
// them equal.
package pinyin

import (
	_ "embed"
	"strings"
	"unicode"
)

const (
	first = 0x4e00
	last  = 0x9fff
	// none stands for an ideograph without a known reading.
	none = '.'
)

// letters holds for each code point from first to last the first letter of its most common reading.
//
//go:embed initials.txt
var letters string

// Initials returns s in lower case with each ideograph replaced by the first letter of its reading, those without a
// reading and blanks left out: "qxzbj" for "七夕直播间".
func Initials(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= first && r <= last:
			if letter := letters[r-first]; letter != none {
				b.WriteByte(letter)
			}
		case !unicode.IsSpace(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
