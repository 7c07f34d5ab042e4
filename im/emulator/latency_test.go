package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestQuantilesAreCloseAndNeverTooLow(t *testing.T) {
	var l latency
	require.Zero(t, l.quantile(0.5))
	for us := range 1000 {
		l.add(time.Duration(us) * time.Microsecond)
	}
	require.InDelta(t, 500, l.quantile(0.5).Microseconds(), 500/4)
	require.InDelta(t, 990, l.quantile(0.99).Microseconds(), 990/4)
	require.GreaterOrEqual(t, l.quantile(0.99), 990*time.Microsecond)
}

func TestEveryDurationIsInTheBucketThatEndsAfterIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(-1000, int64(time.Hour)).Draw(t, "duration"))
		bucket := bucketOf(d)
		require.LessOrEqual(t, max(d.Truncate(time.Microsecond), 0), upperEnd(bucket))
		if bucket > 0 {
			require.GreaterOrEqual(t, d.Truncate(time.Microsecond), upperEnd(bucket-1))
		}
	})
	require.Equal(t, len(new(latency).buckets)-1, bucketOf(1<<62), "the longest go into the last bucket")
}

func TestRateIsThatOfTheLastSeconds(t *testing.T) {
	var r meter
	start := time.Unix(1_700_000_000, 0)
	for second := range 30 {
		for range 5 {
			r.add(start.Add(time.Duration(second) * time.Second))
		}
	}
	require.InDelta(t, 5, r.perSecond(start.Add(30*time.Second)), 0.001)
	require.InDelta(t, 2.5, r.perSecond(start.Add(35*time.Second)), 0.001)
	require.Zero(t, r.perSecond(start.Add(50*time.Second)))
}
