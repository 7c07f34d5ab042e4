package convert

import "time"

// ClockOffset compares the service's clock, told in whole seconds at some moment of the round trip that ends now, with ours.
// What the missing fraction of a second and the length of the round trip explain is no offset.
func ClockOffset(service int64, now time.Time, latency time.Duration) time.Duration {
	told := time.Unix(service, 0)
	atLeast, atMost := told.Sub(now), told.Add(time.Second).Sub(now.Add(-latency))
	switch {
	case atLeast > 0:
		return atLeast
	case atMost < 0:
		return atMost
	default:
		return 0
	}
}
