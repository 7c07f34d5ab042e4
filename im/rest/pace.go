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
	// attentive is the longest interval while somebody looks at a conversation.
	attentive = 3 * time.Second
	// safetyNet is the interval while webhooks tell what happens. Reading on other devices shows in sweeps alone.
	safetyNet = 30 * time.Second
	// distrust is how long webhooks that failed to tell something are not relied on.
	distrust = 5 * time.Minute
	// perGroup slows the fast interval of accounts with very many groups down: one answer lists them all.
	perGroup = 5 * time.Millisecond
	// activeFor is how long polling stays fast after a message came or somebody asked for something.
	activeFor = time.Minute
	// slowing is the factor by which the interval grows from turn to turn in silence.
	slowing = 1.25
)

// pace says when to poll next: fast while something moves or is looked at, ever slower in silence, slowest while webhooks
// tell what happens.
type pace struct {
	// wake cuts a wait short.
	wake chan struct{}

	mu       sync.Mutex
	last     time.Time
	interval time.Duration
	// live is set while webhooks come, attended while somebody looks at a conversation.
	live, attended bool
	// doubted is until when webhooks are not relied on.
	doubted time.Time
}

func newPace() pace { return pace{wake: make(chan struct{}, 1), last: time.Now(), interval: fastest} }

// next returns the time until the next turn. The jitter keeps many clients from polling at the same moment.
func (p *pace) next(groups int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	quick := max(fastest, time.Duration(groups)*perGroup)
	switch {
	case p.live:
		p.interval = max(safetyNet, quick)
	case time.Since(p.last) < activeFor:
		p.interval = quick
	default:
		p.interval = min(time.Duration(float64(p.interval)*slowing), p.longest(quick))
	}
	return p.interval*9/10 + rand.N(p.interval/5)
}

func (p *pace) longest(quick time.Duration) time.Duration {
	if p.attended {
		return max(attentive, quick)
	}
	return max(slowest, quick)
}

// current returns the interval of the last turn.
func (p *pace) current() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.interval
}

// active makes polling fast for a while, unless webhooks make it needless. A poller in a long wait is woken.
func (p *pace) active() {
	p.mu.Lock()
	slow := !p.live && time.Since(p.last) >= activeFor && p.interval > 2*fastest
	p.last = time.Now()
	p.mu.Unlock()
	if slow {
		p.hurry()
	}
}

// attend tells whether somebody looks at a conversation.
func (p *pace) attend(looking bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attended = looking
}

// heard notes that a webhook told of a message: from now on polling is the safety net.
func (p *pace) heard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = !time.Now().Before(p.doubted)
}

// missed notes that polling found what a webhook should have told: polling is fast again, for a while even if webhooks come.
// They may be switched on for some of the messages only, or lost now and then.
func (p *pace) missed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		p.live, p.last, p.doubted = false, time.Now(), time.Now().Add(distrust)
	}
}

// isLive says whether webhooks tell what happens.
func (p *pace) isLive() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live
}

// hurry ends the present wait.
func (p *pace) hurry() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}
