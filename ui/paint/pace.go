package paint

import "time"

const (
	// defaultFPS is the most frames a second that messages cause for long.
	defaultFPS = 60
	// One event often brings a few pictures, the first of which matters most: it is painted at once, what follows
	// it, as the page of a conversation that was just opened, a moment later in one frame, and only a flood is bound by
	// the frame rate.
	messageBurst = 8
	settle       = time.Millisecond
	// Frames that the user causes have a budget of their own, so that a key never waits for a flood's frame. A plain
	// gap between them would make keys typed one after the other wait for each other.
	userBurst = 16
	userEvery = time.Second / 200
)

// pacer says when the next frame is due. Times come from outside.
type pacer struct {
	user, messages budget
	last           time.Time // of the last frame
	acted          bool      // the user did something since
}

func newPacer(fps int) pacer {
	return pacer{
		user:     budget{burst: userBurst, every: userEvery},
		messages: budget{burst: messageBurst, every: time.Second / time.Duration(fps)},
	}
}

// wait returns how long to wait for the next frame; it is due if the result is not positive.
func (p *pacer) wait(now time.Time) time.Duration {
	if p.acted {
		return p.user.wait(now)
	}
	return max(p.messages.wait(now), p.last.Add(settle).Sub(now))
}

// painted takes note of a frame.
func (p *pacer) painted(now time.Time) {
	if p.acted {
		p.user.spend(now)
	} else {
		p.messages.spend(now)
	}
	p.last, p.acted = now, false
}

// budget allows some frames at once, and then one every so often.
type budget struct {
	burst int
	every time.Duration

	spent  time.Duration // of burst*every
	filled time.Time     // when spent was true
}

func (b *budget) wait(now time.Time) time.Duration {
	return b.spentAt(now) - time.Duration(b.burst-1)*b.every
}

func (b *budget) spend(now time.Time) {
	b.spent, b.filled = b.spentAt(now)+b.every, now
}

func (b *budget) spentAt(now time.Time) time.Duration {
	return max(0, b.spent-now.Sub(b.filled))
}
