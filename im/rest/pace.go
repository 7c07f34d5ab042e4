package rest

import (
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// fastest is the interval between sweeps while something happens, slowest the one after long silence.
	fastest = time.Second
	slowest = 15 * time.Second
	// perGroup slows the fast interval of accounts with very many groups down: one answer lists them all.
	perGroup = 5 * time.Millisecond
	// activeFor is how long polling stays fast after a message came or somebody asked for something.
	activeFor = time.Minute
	// slowing is the factor by which the interval grows from turn to turn in silence.
	slowing = 1.25
)

// pace says when to poll next: fast while something moves or is looked at, ever slower in silence.
type pace struct {
	// wake cuts a wait short.
	wake chan struct{}

	mu       sync.Mutex
	last     time.Time
	interval time.Duration
}

func newPace() pace { return pace{wake: make(chan struct{}, 1), last: time.Now(), interval: fastest} }

// next returns the time until the next turn. The jitter keeps many clients from polling at the same moment.
func (p *pace) next(groups int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	quick := max(fastest, time.Duration(groups)*perGroup)
	if time.Since(p.last) < activeFor {
		p.interval = quick
	} else {
		p.interval = min(time.Duration(float64(p.interval)*slowing), max(slowest, quick))
	}
	return p.interval*9/10 + rand.N(p.interval/5)
}

// current returns the interval of the last turn.
func (p *pace) current() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.interval
}

// active makes polling fast for a while. A poller in a long wait is woken.
func (p *pace) active() {
	p.mu.Lock()
	slow := time.Since(p.last) >= activeFor && p.interval > 2*fastest
	p.last = time.Now()
	p.mu.Unlock()
	if slow {
		p.hurry()
	}
}

// hurry ends the present wait.
func (p *pace) hurry() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
