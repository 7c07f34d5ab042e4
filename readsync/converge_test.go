package readsync_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

// Two devices read, lose answers, disconnect and restart in any order; once all is quiet they agree with each
// other and with the service, and every message has its receipt.
func TestDevicesConverge(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		faults := &plan{fates: rapid.SliceOfN(rapid.SampledFrom([]fate{
			{}, {}, {err: errBusy}, {err: errLost}, {err: errLost, acted: true},
		}), 1, 40).Draw(r, "fates")}
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 25).Draw(r, "steps")
		var failed verdict
		bubble(t, func(t *testing.T, s *service) {
			devices := []*device{s.device(t, "term"), s.device(t, "mini")}
			s.decide = faults.decide
			for _, step := range steps {
				step.take(s, devices[step.device])
			}
			s.mu.Lock()
			faults.over = true
			s.mu.Unlock()
			failed.judge(func() { requireConverged(&failed, s, devices, conversations) })
		})
		require.Empty(r, failed.text)
	})
}

var conversations = []model.ConversationID{shop, "GROUPother", guide}

// step is something that happens to one of two devices.
type step struct {
	kind         string
	device       int
	conversation model.ConversationID
	count        int
}

func drawStep(r *rapid.T) step {
	return step{
		kind:         rapid.SampledFrom([]string{"say", "open", "open", "drop", "restart", "wait"}).Draw(r, "kind"),
		device:       rapid.IntRange(0, 1).Draw(r, "device"),
		conversation: rapid.SampledFrom(conversations).Draw(r, "conversation"),
		count:        rapid.IntRange(1, 30).Draw(r, "count"),
	}
}

func (s step) take(service *service, device *device) {
	switch s.kind {
	case "say":
		// A C2C position is a second: what comes later in a second that was read counts as read.
		settle(time.Second)
		service.say(s.conversation, s.count)
		settle(time.Second)
	case "open":
		device.open(s.conversation)
	case "drop":
		device.disconnect()
	case "restart":
		device.end()
		device.start()
	case "wait":
		settle(time.Duration(s.count) * 100 * time.Millisecond)
	}
}

// verdict collects a failure inside a bubble, where the property test must not be ended.
type verdict struct{ text string }

func (v *verdict) Errorf(format string, args ...any) { v.text = fmt.Sprintf(format, args...) }
func (v *verdict) FailNow()                          { panic(v) }

func (v *verdict) judge(check func()) {
	defer func() {
		if cause := recover(); cause != nil && cause != v {
			panic(cause)
		}
	}()
	check()
}

// A device is killed between any two saves; after its restart nothing is missing and nothing is doubled.
func TestKilledBetweenAnyTwoSaves(t *testing.T) {
	story := func(s *service, a *device) {
		s.say(shop, 70)
		a.open(shop)
		settle(time.Millisecond)
		s.say(guide, 2)
		a.open(guide)
		s.post(noteOf("1", "GROUPother", 3))
		settle(300 * time.Millisecond)
		s.say(shop, 3)
		a.open(shop)
		settle(time.Second)
	}
	saves := 0
	bubble(t, func(t *testing.T, s *service) {
		s.say("GROUPother", 5)
		a := s.device(t, "term")
		story(s, a)
		saves = a.saves
	})
	require.Greater(t, saves, 3)

	for budget := 1; budget <= saves; budget++ {
		bubble(t, func(t *testing.T, s *service) {
			s.say("GROUPother", 5)
			a, b := s.device(t, "term"), s.device(t, "mini")
			a.budget = budget
			story(s, a)
			a.end()
			a.budget = -1
			a.start()
			a.connect()
			for _, id := range []model.ConversationID{shop, guide} {
				a.open(id) // what was not saved was not read
			}
			settle(time.Minute)
			requireConverged(t, s, []*device{a, b}, []model.ConversationID{shop, guide})
			requireEverywhere(t, 3, "GROUPother", a, b)
			requireNotesOnce(t, s)
		})
	}
}

// requireConverged brings everybody online and checks that all agree.
func requireConverged(t require.TestingT, s *service, devices []*device, conversations []model.ConversationID) {
	for _, device := range devices {
		if !device.online.Load() {
			device.connect()
		}
	}
	settle(5 * time.Minute)
	for _, device := range devices {
		device.disconnect()
		device.connect()
	}
	settle(time.Minute)
	for _, id := range conversations {
		position := devices[0].position(id)
		requireEverywhere(t, position, id, devices...)
		require.Equal(t, position, s.read[id], "the service's read position of %s", id)
		for _, message := range s.messages[id] {
			if message.Position() <= position {
				require.Contains(t, s.receipts[id], message.Random, "receipt of %s %d, read up to %d", id, message.Sequence, position)
			}
		}
	}
	for _, device := range devices {
		require.Zero(t, device.engine.Pending())
	}
	requireNotesOnce(t, s)
}

// requireNotesOnce says that no note was stored twice.
func requireNotesOnce(t require.TestingT, s *service) {
	seen := map[string]bool{}
	for _, message := range s.notes {
		note, err := model.ParseNote(message.Elements)
		require.NoError(t, err)
		require.False(t, seen[note.ID], "note %s was stored twice", note.ID)
		seen[note.ID] = true
	}
}

// plan decides what becomes of each call while faults are on.
type plan struct {
	fates []fate
	next  int
	over  bool
}

func (p *plan) decide(string) fate {
	if p.over {
		return fate{}
	}
	p.next++
	return p.fates[p.next%len(p.fates)]
}
