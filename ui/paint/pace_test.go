package paint

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
)

// counter shows how many messages it was given and how often it was asked for a view.
type counter struct {
	messages, views int
	onUpdate        func(tea.Msg) tea.Cmd
	onView          func(messages int)
}

type tick struct{}

func (c *counter) Init() tea.Cmd { return nil }

func (c *counter) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg.(type) {
	case tick, tea.KeyPressMsg:
		c.messages++
	}
	if c.onUpdate != nil {
		return c, c.onUpdate(msg)
	}
	return c, nil
}

func (c *counter) View() tea.View {
	c.views++
	if c.onView != nil {
		c.onView(c.messages)
	}
	return tea.NewView(fmt.Sprintf("seen %d", c.messages))
}

// paper is a terminal that remembers when each frame was written, and takes time if told to.
type paper struct {
	start time.Time

	mu    sync.Mutex
	vt    *vt
	at    []time.Duration
	shows []string
	takes time.Duration // per frame
	stuck chan struct{} // if not nil, writing waits for it
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	stuck, takes := p.stuck, p.takes
	p.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	time.Sleep(takes)
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = p.vt.Write(b)
	p.at = append(p.at, time.Since(p.start))
	p.shows = append(p.shows, strings.TrimSpace(p.vt.shown()))
	return len(b), nil
}

// look calls f when nothing moves any more.
func (p *paper) look(f func()) {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// frames is how many were written.
func (p *paper) frames() (n int) {
	p.look(func() { n = len(p.at) })
	return n
}

// alt is 1 while the terminal shows our screen.
func (p *paper) alt() (alt int) {
	p.look(func() { alt = p.vt.alt })
	return alt
}

// desk is a host with a loop like the framework's, on a fake clock: it is meant for a synctest bubble.
type desk struct {
	host  *host
	model *counter
	paper *paper
	loop  chan tea.Msg
}

func newDesk(t *testing.T) *desk {
	d := &desk{model: &counter{}, loop: make(chan tea.Msg)}
	d.paper = &paper{vt: newVT(20, 4), start: time.Now()}
	wakes := make(chan struct{}, 1)
	wake := func() {
		select {
		case wakes <- struct{}{}:
		default:
		}
	}
	output := newWriter(d.paper, wake, func(error) {})
	d.host = newHost(d.model, testScreen(20, 4), output, newPacer(60), nil, wake)
	go output.run()
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-wakes:
				d.loop <- wakeMsg{}
			case <-done:
				return
			}
		}
	}()
	go func() {
		_ = d.host.Init()
		d.host.View()
		for msg := range d.loop {
			d.host.Update(msg)
			d.host.View()
		}
	}()
	t.Cleanup(func() {
		close(done)
		synctest.Wait()
		close(d.loop)
		d.host.end()
		output.close()
	})
	synctest.Wait()
	return d
}

func (d *desk) key() { d.loop <- tea.KeyPressMsg{Code: 'x', Text: "x"} }

// last is what the terminal shows, and when that was written.
func (d *desk) last() (string, time.Duration) {
	var shown string
	var at time.Duration
	d.paper.look(func() {
		n := len(d.paper.shows) - 1
		shown, at = d.paper.shows[n], d.paper.at[n]
	})
	return shown, at
}

func TestFirstFrameIsPaintedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		shown, at := d.last()
		require.Equal(t, "seen 0", shown)
		require.Zero(t, at)
		require.Equal(t, 20, d.host.width, "the model knew its size before")
	})
}

func TestMessagesAreCoalesced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		const seconds, rate = 2, 500
		for range seconds * rate {
			time.Sleep(time.Second / rate)
			d.loop <- tick{}
		}
		time.Sleep(time.Second)
		shown, _ := d.last()
		require.Equal(t, fmt.Sprintf("seen %d", seconds*rate), shown, "the last state is painted")
		require.InDelta(t, seconds*60+messageBurst, d.paper.frames(), 3)
		require.InDelta(t, d.paper.frames(), d.model.views, 1, "View runs once a frame, not once a message")
	})
}

func TestMessageAfterQuietIsPaintedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		time.Sleep(time.Second)
		d.loop <- tick{}
		shown, at := d.last()
		require.Equal(t, "seen 1", shown)
		require.Equal(t, time.Second, at)
	})
}

func TestKeyDoesNotWaitForAFloodsFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for i := range 300 {
			time.Sleep(time.Millisecond)
			d.loop <- tick{}
			if i%25 == 24 {
				now := time.Since(d.paper.start)
				d.key()
				shown, at := d.last()
				require.Equal(t, fmt.Sprintf("seen %d", d.model.messages), shown)
				require.Equal(t, now, at)
			}
		}
	})
}

func TestKeysTypedTogetherAllPaintAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for i := range userBurst {
			d.key()
			shown, at := d.last()
			require.Equal(t, fmt.Sprintf("seen %d", i+1), shown)
			require.Zero(t, at)
		}
	})
}

func TestPasteOfKeysIsBoundedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for range 5000 {
			d.key()
			time.Sleep(200 * time.Microsecond)
		}
		time.Sleep(time.Second)
		shown, _ := d.last()
		require.Equal(t, "seen 5000", shown)
		require.InDelta(t, 200+userBurst, d.paper.frames(), 4, "keys of one second")
	})
}

func TestLastFrameIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.loop <- tick{} // too soon after the first frame
		d.loop <- tick{}
		synctest.Wait()
		require.Equal(t, 1, d.paper.frames())
		time.Sleep(time.Second)
		shown, at := d.last()
		require.Equal(t, "seen 2", shown)
		require.Equal(t, settle, at)
		require.Equal(t, 2, d.paper.frames())
	})
}

func TestSlowTerminalGetsFewerFramesNotOlderOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.paper.look(func() { d.paper.takes = 100 * time.Millisecond })
		for range 500 {
			time.Sleep(time.Millisecond)
			sent := time.Now()
			d.loop <- tick{}
			require.Zero(t, time.Since(sent), "the loop never waits for the terminal")
		}
		d.paper.look(func() { d.paper.takes = 0 })
		time.Sleep(time.Second)
		shown, _ := d.last()
		require.Equal(t, "seen 500", shown)
		require.InDelta(t, 7, d.paper.frames(), 2)
	})
}

func TestIdleWakesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		views := d.model.views
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Equal(t, views, d.model.views)
		require.Equal(t, 1, d.paper.frames())
	})
}

func TestUnchangedViewIsNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for range 100 {
			time.Sleep(50 * time.Millisecond)
			d.loop <- "a message without effect"
		}
		require.Equal(t, 1, d.paper.frames())
	})
}

func TestLeavingWaitsForAStuckTerminalButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		stuck := make(chan struct{})
		d.paper.look(func() { d.paper.stuck = stuck })
		d.key()
		d.key()
		synctest.Wait()
		begin := time.Now()
		d.host.leave()
		require.Equal(t, leaveTimeout, time.Since(begin))
		close(stuck)
		require.Zero(t, d.paper.alt(), "what could not go out in time goes out later")
	})
}

func TestRawGoesOutAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.loop <- SetClipboard("hi")()
		d.paper.look(func() { require.Equal(t, "c;aGk=", d.paper.vt.clipboard) })
		require.Equal(t, 2, d.paper.frames())
		_, at := d.last()
		require.Zero(t, at)
	})
}

func TestSuspendAndContinue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		require.Equal(t, 1, d.paper.alt())

		msg := d.host.filter(d.host, tea.SuspendMsg{})
		require.Equal(t, tea.SuspendMsg{}, msg)
		require.Zero(t, d.paper.alt(), "left before the framework stops the process")

		d.loop <- tick{}
		require.Zero(t, d.paper.alt(), "nothing is painted meanwhile")

		d.loop <- tea.SuspendMsg{} // as the framework delivers it, after the continue
		require.Equal(t, 1, d.paper.alt())
		shown, _ := d.last()
		require.Equal(t, "seen 1", shown)

		writes := d.paper.frames()
		d.loop <- continueMsg{}
		d.loop <- tea.ResumeMsg{}
		require.Equal(t, writes, d.paper.frames(), "the signal and the message that follow say nothing new")

		d.paper.look(func() { d.paper.vt.resize(20, 4) }) // stopped from outside: somebody else wrote on the screen
		d.loop <- continueMsg{}
		shown, _ = d.last()
		require.Equal(t, "seen 1", shown)
		d.paper.look(func() { require.Equal(t, []int{1}, d.paper.vt.kitty[1], "one entry, not two") })
	})
}

func TestPacerBudget(t *testing.T) {
	p := newPacer(30)
	now := time.Unix(1000, 0)
	require.LessOrEqual(t, p.wait(now), time.Duration(0))
	p.painted(now)
	require.Equal(t, settle, p.wait(now))
	for range messageBurst - 1 {
		now = now.Add(settle)
		require.LessOrEqual(t, p.wait(now), time.Duration(0))
		p.painted(now)
	}
	require.Equal(t, time.Second/30-(messageBurst-1)*settle, p.wait(now), "after a burst, the frame rate")
	for range userBurst {
		p.acted = true
		require.LessOrEqual(t, p.wait(now), time.Duration(0))
		p.painted(now)
	}
	p.acted = true
	require.Equal(t, userEvery, p.wait(now))
	require.LessOrEqual(t, p.wait(now.Add(userEvery)), time.Duration(0))
}

func TestFramesAreReusedOnlyAfterTheyAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		w := newWriter(&out, func() {}, func(error) {})
		require.True(t, w.ready())
		w.post([]byte("a"))
		require.False(t, w.ready())
		go w.run()
		synctest.Wait()
		require.True(t, w.ready())
		require.Equal(t, "a", out.String())
		w.close()
	})
}
