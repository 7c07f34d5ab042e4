package convert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClockOffset(t *testing.T) {
	now := time.Unix(1_000_000, 500_000_000)
	for _, test := range []struct {
		service int64
		latency time.Duration
		want    time.Duration
	}{
		{1_000_000, 0, 0},
		{999_999, 30 * time.Millisecond, -470 * time.Millisecond},
		{1_000_060, time.Millisecond, 59_500 * time.Millisecond},
		{996_400, time.Millisecond, -3599*time.Second - 499*time.Millisecond},
		{999_980, 25 * time.Second, 0}, // it may have been told when the request arrived
		{1_000_003, 25 * time.Second, 2500 * time.Millisecond},
	} {
		require.Equal(t, test.want, ClockOffset(test.service, now, test.latency), "%d after %s", test.service, test.latency)
	}
}
