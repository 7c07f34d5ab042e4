package pinyin

import (
	"flag"
	"os"
	"testing"

	dictionary "github.com/mozillazg/go-pinyin"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update-initials", false, "write initials.txt from the dictionary")

func TestLettersAreThoseOfTheDictionary(t *testing.T) {
	args := dictionary.NewArgs()
	args.Style = dictionary.FirstLetter
	want := make([]byte, 0, last-first+1)
	for r := rune(first); r <= last; r++ {
		letter := byte(none)
		if reading := dictionary.SinglePinyin(r, args); len(reading) == 1 && len(reading[0]) == 1 {
			letter = reading[0][0]
		}
		want = append(want, letter)
	}
	if *update {
		require.NoError(t, os.WriteFile("initials.txt", want, 0o644))
	}
	have, err := os.ReadFile("initials.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), string(have), "run go test ./ui/pinyin -update-initials")
}

func TestInitials(t *testing.T) {
	for text, want := range map[string]string{
		"七夕直播间":      "qxzbj",
		"秋冬预售 2 群":   "qdys2q",
		"VIP 会员群":    "viphyq",
		"bench0001":  "bench0001",
		"":           "",
		"🎉 Äpfel 群组": "🎉äpfelqz",
	} {
		require.Equal(t, want, Initials(text))
	}
}
