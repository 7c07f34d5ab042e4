package emulator

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// latency counts durations in buckets that grow by a quarter, so that counting is one
// atomic addition and a quantile is right to about an eighth.
type latency struct {
	buckets [4 * 40]atomic.Int64
	sum     atomic.Int64 // nanoseconds
}

func (l *latency) add(d time.Duration) {
	l.buckets[bucketOf(d)].Add(1)
	l.sum.Add(int64(d))
}

// bucketOf is 4 times the binary exponent in microseconds and the two bits after the first.
func bucketOf(d time.Duration) int {
	us := uint64(max(d.Microseconds(), 0)) + 4 // below 4 there are no two bits to take
	exponent := bits.Len64(us) - 1
	return min(4*(exponent-2)+int(us>>(exponent-2)&3), 4*40-1)
}

// upperEnd is where a bucket ends.
func upperEnd(bucket int) time.Duration {
	exponent, rest := bucket/4, bucket%4
	return time.Duration((uint64(5+rest)<<exponent)-4) * time.Microsecond
}

// snapshot copies the counts, with the number of all.
func (l *latency) snapshot() (counts []int64, total int64) {
	counts = make([]int64, len(l.buckets))
	for i := range l.buckets {
		counts[i] = l.buckets[i].Load()
		total += counts[i]
	}
	return counts, total
}

// quantile is how long it takes at most in this part of all cases, 0 without any.
func (l *latency) quantile(part float64) time.Duration {
	counts, total := l.snapshot()
	below := int64(part * float64(total))
	for i, n := range counts {
		if below -= n; below < 0 {
			return upperEnd(i)
		}
	}
	return 0
}

// rateSeconds is over how long a rate is taken.
const rateSeconds = 10

// meter counts events a second over the last seconds, the current one left out.
type meter struct {
	buckets [rateSeconds + 2]struct{ second, n atomic.Int64 }
}

func (r *meter) add(now time.Time) {
	second := now.Unix()
	b := &r.buckets[second%int64(len(r.buckets))]
	if old := b.second.Load(); old != second && b.second.CompareAndSwap(old, second) {
		b.n.Store(0)
	}
	b.n.Add(1)
}

func (r *meter) perSecond(now time.Time) float64 {
	second, sum := now.Unix(), int64(0)
	for i := range r.buckets {
		b := &r.buckets[i]
		if at := b.second.Load(); at < second && at >= second-rateSeconds {
			sum += b.n.Load()
		}
	}
	return float64(sum) / rateSeconds
}
