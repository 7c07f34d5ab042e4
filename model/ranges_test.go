package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

// A set of ranges answers as a set of numbers would.
func TestRangesAreASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const last = 40
		var ranges model.Ranges
		held := [last + 2]bool{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			from := rapid.Int64Range(1, last).Draw(t, "from")
			if rapid.IntRange(0, 9).Draw(t, "drop") == 0 {
				ranges.DropBelow(from)
				clear(held[:from])
				continue
			}
			to := rapid.Int64Range(from, min(last, from+6)).Draw(t, "to")
			ranges.Add(from, to)
			for i := from; i <= to; i++ {
				held[i] = true
			}
		}
		from := rapid.Int64Range(1, last).Draw(t, "queryFrom")
		to := rapid.Int64Range(0, last).Draw(t, "queryTo")
		var gaps []model.Range
		for i := from; i <= to; i++ {
			require.Equal(t, held[i], ranges.Contains(i), "position %d", i)
			if held[i] {
				continue
			}
			if n := len(gaps); n > 0 && gaps[n-1].To == i-1 {
				gaps[n-1].To = i
			} else {
				gaps = append(gaps, model.Range{From: i, To: i})
			}
		}
		require.Equal(t, gaps, ranges.Gaps(from, to))
		require.Equal(t, len(gaps) == 0, ranges.Covers(from, to))
		newest := model.Range{}
		if len(gaps) > 0 {
			newest = gaps[len(gaps)-1]
		}
		require.Equal(t, newest, ranges.LastGap(from, to))
	})
}
