package im

import "sync/atomic"

// Moment is a place in the order in which questions to a service leave and changes become known in this process. An answer
// tells nothing of what changed after its question left. The zero Moment is before all others.
type Moment int64

var moments atomic.Int64

// Now returns a Moment after all those returned before.
func Now() Moment { return Moment(moments.Add(1)) }

// OrNow returns the moment, Now if it is zero: what the service told by itself answers no question.
func (m Moment) OrNow() Moment {
	if m == 0 {
		return Now()
	}
	return m
}
