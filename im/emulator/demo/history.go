package demo

import (
	"math/rand/v2"
	"strings"
	"time"
)

// The shop sleeps at night: nothing is said between closing and opening, by the clock of now's time zone.
const (
	opening = 8*time.Hour + 30*time.Minute
	closing = 23*time.Hour + 50*time.Minute
)

// receiptMessages is how many of the newest messages of a person ask for receipts, in groups that have them.
const receiptMessages = 8

// writeHistory fills a group with messages and sets how far everybody has read.
func writeHistory(g *Group, plan groupPlan, now time.Time, rng *rand.Rand) {
	said := talk(plan, g.Members, rng)
	times := timesOf(said, plan, now, rng)
	for i, u := range said {
		g.Messages = append(g.Messages, Message{
			Seq: int64(i) + 1, From: u.from.ID, Time: times[i], Random: rng.Uint32(), Body: u.body, Mentions: u.mentions,
		})
	}
	readUp(g, plan, rng)
	if len(g.Members) <= receiptLimit {
		askReceipts(g, rng)
	}
}

// receiptLimit is the most members a group may have for its messages to have receipts (rest-api.md, section 8.4).
const receiptLimit = 200

// timed is an utterance and how long after the one before it was said.
type timed struct {
	utterance
	after time.Duration
}

// talk plays scenes until the planned number of messages is reached. What the anchor has not read holds nothing of her
// own, and names her only if planned so.
func talk(plan groupPlan, members []Member, rng *rand.Rand) []timed {
	stage := newStage(plan.talk, members, rng)
	var said []timed
	for len(said) < plan.messages {
		left := plan.messages - len(said)
		unread := plan.unread > 0 && left <= plan.unread+8
		scene := stage.draw()
		if unread {
			scene = stage.drawMention(plan.mention && left <= plan.unread)
		}
		gap := time.Duration(rng.ExpFloat64() * float64(time.Hour))
		silent := func(p Person) bool { return unread && p.ID == Anchor }
		spoken := stage.perform(scene, map[string]Person{}, silent)
		if plan.mention && left > plan.unread {
			spoken = spoken[:min(len(spoken), left-plan.unread)] // the mention comes first in what is unread
		}
		for _, u := range spoken {
			said = append(said, timed{u, gap})
			gap = time.Duration(between(rng, 4, 75)) * time.Second
		}
	}
	return said[:plan.messages]
}

// drawMention draws a scene that begins by naming the anchor, or one that does not.
func (s *stage) drawMention(naming bool) script {
	for {
		scene := s.draw()
		if strings.Contains(scene.turns[0].says[0], "@{anchor}") == naming {
			return scene
		}
	}
}

// timesOf lays what was said over the planned days, going back from the last message.
func timesOf(said []timed, plan groupPlan, now time.Time, rng *rand.Rand) []time.Time {
	var pauses time.Duration
	for _, u := range said {
		pauses += u.after
	}
	awake := time.Duration(plan.days) * (closing - opening)
	squeeze := min(1, float64(awake)/float64(max(pauses, 1)))
	times := make([]time.Time, len(said))
	at := back(now, plan.quiet)
	for i := len(said) - 1; i >= 0; i-- {
		times[i] = at.Truncate(time.Second)
		pause := said[i].after
		if pause > 2*time.Minute {
			pause = time.Duration(float64(pause)*squeeze) + time.Duration(between(rng, 20, 90))*time.Second
		}
		at = back(at, pause)
	}
	return times
}

// back goes back by d hours in which the shop is awake.
func back(t time.Time, d time.Duration) time.Time {
	for {
		midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
		open, end := midnight.Add(opening), midnight.Add(closing)
		if t.After(end) {
			t = end
		}
		awake := t.Sub(open)
		if awake >= d {
			return t.Add(-d)
		}
		d -= max(awake, 0)
		t = midnight.Add(closing - 24*time.Hour)
	}
}

// readUp sets how far everybody has read: the anchor as planned, staff nearly all, customers as they please, but nobody
// less than up to what they said last.
func readUp(g *Group, plan groupPlan, rng *rand.Rand) {
	last := int64(len(g.Messages))
	spoke := make(map[string]int64)
	for _, m := range g.Messages {
		spoke[m.From] = m.Seq
	}
	for i := range g.Members {
		m := &g.Members[i]
		behind := unreadOf(m.Person, plan, rng)
		m.Read = max(last-int64(behind), spoke[m.Person.ID], 0)
	}
}

func unreadOf(p Person, plan groupPlan, rng *rand.Rand) int {
	switch {
	case p.ID == Anchor:
		return plan.unread
	case p.Role != RoleCustomer:
		return rng.IntN(6)
	case chance(rng, 35):
		return 0
	default:
		return rng.IntN(max(plan.messages, 1))
	}
}

// askReceipts makes the newest messages of the staff ask for receipts. Whoever has read past one may have receipted it;
// the anchor's receipts are due when she reads.
func askReceipts(g *Group, rng *rand.Rand) {
	asked := make(map[string]int)
	staffed := make(map[string]bool)
	for _, m := range g.Members {
		staffed[m.Person.ID] = m.Person.Role != RoleCustomer
	}
	for i := len(g.Messages) - 1; i >= 0; i-- {
		m := &g.Messages[i]
		if !staffed[m.From] || asked[m.From] >= receiptMessages {
			continue
		}
		asked[m.From]++
		m.NeedsReceipt = true
		m.ReadBy = readersOf(*m, g.Members, rng)
	}
}

func readersOf(m Message, members []Member, rng *rand.Rand) []string {
	var readers []string
	for _, member := range members {
		read := member.Read >= m.Seq && member.Person.ID != m.From
		if read && (member.Person.ID == Anchor || chance(rng, 60)) {
			readers = append(readers, member.Person.ID)
		}
	}
	return readers
}
