package text

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestClustersAreCharactersAsReadersSeeThem(t *testing.T) {
	s := "你e\u0301👨‍👩‍👧‍👦🇨🇳1️⃣a"
	var got []string
	for _, cluster := range Clusters(s) {
		got = append(got, cluster)
	}
	require.Equal(t, []string{"你", "e\u0301", "👨‍👩‍👧‍👦", "🇨🇳", "1️⃣", "a"}, got)
}

func TestBackspaceTakesAWholeEmoji(t *testing.T) {
	s := "好👨‍👩‍👧‍👦"
	require.Equal(t, "好", s[:Prev(s, len(s))])
	require.Equal(t, 0, Prev(s, len("好")))
	require.Equal(t, 0, Prev(s, 0))
}

func TestBoundaryProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := CleanLines(wild().Draw(t, "s") + "\n" + wild().Draw(t, "more"))
		bounds := []int{}
		for off := range Clusters(s) {
			bounds = append(bounds, off)
		}
		bounds = append(bounds, len(s))
		for i, off := range bounds {
			require.Equal(t, bounds[min(i+1, len(bounds)-1)], Next(s, off))
			require.Equal(t, bounds[max(i-1, 0)], Prev(s, off))
		}
		for off := -1; off <= len(s)+1; off++ {
			snapped := Snap(s, off)
			require.True(t, slices.Contains(bounds, snapped))
			require.LessOrEqual(t, snapped, max(off, 0))
		}
	})
}

func TestColumnAndOffset(t *testing.T) {
	var m Measure
	s := "ab\n你好 👍🏽!"
	require.Equal(t, 0, m.Column(s, 3))
	require.Equal(t, 4, m.Column(s, len("ab\n你好")))
	require.Equal(t, 7, m.Column(s, len("ab\n你好 👍🏽")))
	require.Equal(t, 8, m.Column(s, len(s)+5))

	line := "你好 👍🏽!"
	require.Equal(t, 0, m.Offset(line, 1))
	require.Equal(t, len("你"), m.Offset(line, 2))
	require.Equal(t, len("你好 👍🏽"), m.Offset(line, 7))
	require.Equal(t, len(line), m.Offset(line, 99))
}

func TestOffsetFindsTheColumn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, s := measures().Draw(t, "m"), tame().Draw(t, "s")
		for off, cluster := range Clusters(s) {
			if m.Width(cluster) > 0 {
				require.Equal(t, off, m.Offset(s, m.Column(s, off)), "%q at %d", s, off)
			}
		}
	})
}
