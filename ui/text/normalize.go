package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	zwj        = '\u200d' // joins emoji to one
	vs15       = '\ufe0e' // asks for the black-and-white form
	vs16       = '\ufe0f' // asks for the coloured form
	keycap     = '\u20e3' // encloses the digit before it
	lightSkin  = '\U0001f3fb'
	darkSkin   = '\U0001f3ff'
	emojiProbe = "\u200d😀"
)

// Normalize returns s as it may be painted. Until the terminal has confirmed that it draws a cluster as one glyph,
// terminals and wcwidth disagree about some emoji, so these lose what they disagree about: skin tones and variation
// selectors go, a joined family shows its first member, a keycap its digit. The text itself keeps them: what is
// copied or sent is never normalized.
func (m Measure) Normalize(s string) string {
	if m.Graphemes || !risky(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		n, _ := step(s)
		b.WriteString(shown(s[:n]))
		s = s[n:]
	}
	return b.String()
}

// risky reports whether s holds any rune that shown would drop, with false alarms but none missed.
func risky(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		switch s[i] {
		case 0xe2: // zwj is e2 80 8d, keycap e2 83 a3
			if s[i+1] == 0x80 && s[i+2] == 0x8d || s[i+1] == 0x83 && s[i+2] == 0xa3 {
				return true
			}
		case 0xef: // variation selectors are ef b8 80 to 8f
			if s[i+1] == 0xb8 && s[i+2] <= 0x8f {
				return true
			}
		case 0xf0: // skin tones are f0 9f 8f bb to bf
			if s[i+1] == 0x9f && s[i+2] == 0x8f {
				return true
			}
		}
	}
	return false
}

// shown returns the part of a cluster that every terminal draws alike.
func shown(cluster string) string {
	_, base := decode(cluster)
	if base == len(cluster) || !risky(cluster) {
		return cluster
	}
	var b strings.Builder
	b.WriteString(cluster[:base])
	for _, r := range cluster[base:] {
		switch {
		case r == zwj:
			return b.String()
		case r == vs15, r == vs16, r == keycap, skinTone(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func skinTone(r rune) bool { return r >= lightSkin && r <= darkSkin }

// pictographic reports whether r can take part in a joined emoji. The segmentation itself is asked, so both agree.
func pictographic(r rune) bool {
	if r < 0xa9 || ideographic(r) && r < 0x3297 {
		return false
	}
	probe := string(r) + emojiProbe
	cluster, _ := ansi.FirstGraphemeCluster(probe, ansi.GraphemeWidth)
	return len(cluster) == len(probe)
}
