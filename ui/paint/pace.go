package paint

import "time"

const (
	// defaultFPS is the most frames a second that messages cause.
	defaultFPS = 60
	// Frames that the user causes have a budget of their own, so that a key never waits for a flood's frame. A plain
	// gap between them would make keys typed one after the other wait for each other.
	userBurst = 16
	userEvery = time.Second / 200
)

// pacer says when the next frame is due. Times come from outside.
type pacer struct {
	every time.Duration // between frames that messages cause
	last  time.Time     // of the last frame
	acted bool          // the user did something since

	spent  time.Duration // of the user's budget of userBurst*userEvery
	filled time.Time     // when spent was true
}

func newPacer(fps int) pacer {
	return pacer{every: time.Second / time.Duration(fps)}
}

// wait returns how long to wait for the next frame; it is due if the result is not positive.
func (p *pacer) wait(now time.Time) time.Duration {
	wait := p.last.Add(p.every).Sub(now)
	if p.acted {
		wait = min(wait, p.spentAt(now)-(userBurst-1)*userEvery)
	}
	return wait
}

// painted takes note of a frame.
func (p *pacer) painted(now time.Time) {
	if p.acted {
		p.spent, p.filled = p.spentAt(now)+userEvery, now
	}
	p.last, p.acted = now, false
}

func (p *pacer) spentAt(now time.Time) time.Duration {
	return max(0, p.spent-now.Sub(p.filled))
}
