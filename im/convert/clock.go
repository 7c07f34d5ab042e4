package convert

import "time"

// ClockOffset compares the service's clock, told in whole seconds half a round trip ago, with ours. Offsets that
// the missing fraction of a second explains are none.
func ClockOffset(service int64, now time.Time, latency time.Duration) time.Duration {
	lower := time.Unix(service, 0).Sub(now.Add(-latency / 2))
	upper := lower + time.Second
	switch {
	case lower > 0:
		return lower
	case upper < 0:
		return upper
	default:
		return 0
	}
}
