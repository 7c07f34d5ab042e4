package text

import (
	"strings"
	"unicode"
)

// class says where a line may break around a cluster, after the Chinese rules for line starts and ends (避头尾) and,
// for Latin, a small part of UAX 14.
type class uint8

const (
	wordChar   class = 1 << iota // belongs to a word that stays whole
	digit                        // a word character that keeps what separates it from other digits
	separator                    // a word character of addresses, behind which they may break
	neverStart                   // may not start a line
	neverEnd                     // may not end a line
)

const (
	closing = "，。、；：？！）」』】》〉〕〗〙〛｝］｠〞〟’”…‥—～〜·・‧•％‰℃°々〻ーゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ" +
		"｡､｣･!),.:;?]}%\"'"
	opening = "（「『【《〈〔〖〘〚｛［｟〝‘“￥＄｢([{$@#\"'"
)

// breakable reports whether a line may end behind a and the next begin with b, with nothing between them.
func breakable(a, b class) bool {
	switch {
	case b&neverStart != 0 || a&neverEnd != 0:
		return false
	case a&b&wordChar == 0:
		return true
	}
	return a&separator != 0 && b&(digit|separator) == 0
}

func classify(cluster string) class {
	r, _ := decode(cluster)
	if r < 0x80 {
		return asciiClass[r]
	}
	return wideClass(r)
}

// asciiClass is for the fast path; wideClass looks at everything else.
var asciiClass = func() (classes [0x80]class) {
	for r := range classes {
		kind := wordChar
		if r >= '0' && r <= '9' {
			kind |= digit
		}
		if strings.ContainsRune("/?&=-", rune(r)) {
			kind |= separator
		}
		classes[r] = kind | marks(rune(r))
	}
	return classes
}()

func wideClass(r rune) class {
	switch {
	case r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf:
		return 0
	case r >= 0x2010 && r <= 0x303f || r >= 0xff01 && r <= 0xff65:
		return marks(r)
	}
	kind := marks(r)
	if alphabetic(r) {
		kind |= wordChar
	}
	return kind
}

// alphabetic reports letters of scripts that write words apart, the only ones that are kept whole.
func alphabetic(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nd, unicode.M) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func marks(r rune) class {
	if int(r) >= len(markClass) {
		return 0
	}
	return markClass[r]
}

var markClass = func() (classes [0x10000]class) {
	for _, r := range closing {
		classes[r] |= neverStart
	}
	for _, r := range opening {
		classes[r] |= neverEnd
	}
	return classes
}()
