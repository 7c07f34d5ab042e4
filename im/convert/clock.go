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

// Seconds reads a time that may be in milliseconds, as some fields of the service are (rest-api, section 7.1). A position that far
// in the future would leave everything after it unseen.
func Seconds(at int64) int64 {
	const tooLate = 100_000_000_000 // the year 5138
	if at >= tooLate {
		return at / 1000
	}
	return at
}
