package demo

import (
	"math/rand/v2"
	"slices"
	"strings"

	"reddot/im/emulator/core"
)

// room is a group as the people see it.
type room struct {
	id       string
	talk     string
	weight   int // how often something is said here by itself
	receipts bool
	rng      *rand.Rand
	members  []Member // who is played, and the anchor, who may be named
	stage    *stage
	answers  map[string]*stage // by topic; they share what was said lately with stage
	lines    []utterance       // what is still to be said of the scene that goes on by itself
	typing   int               // answers on their way
	trimmed  uint32            // the newest sequence at the last trimming

	wanted  []uint32          // messages of real people that asked for receipts, newest last
	readers map[string]uint32 // up to which sequence a member has sent receipts
	reading map[string]bool   // members who will read soon
}

func newRoom(plan groupPlan, g core.Group, members []Member, rng *rand.Rand) *room {
	r := &room{
		id: plan.id, talk: plan.talk, weight: 1 + plan.messages/100, rng: rng, members: members,
		receipts: g.MemberNum <= core.ReceiptMembers,
		readers:  make(map[string]uint32), reading: make(map[string]bool),
	}
	r.enter()
	return r
}

// enter sets the stage for the members of now.
func (r *room) enter() {
	var recent []string
	if r.stage != nil {
		recent = r.stage.recent
	}
	r.stage = newStage(r.talk, r.members, r.rng)
	r.stage.recent = recent
	r.answers = make(map[string]*stage)
}

// dismiss takes a user off the stage. The anchor stays, for others to name, but never speaks.
func (r *room) dismiss(user string) {
	if user == Anchor {
		return
	}
	r.members = slices.DeleteFunc(r.members, func(m Member) bool { return m.Person.ID == user })
	r.lines = slices.DeleteFunc(r.lines, func(u utterance) bool { return u.from.ID == user })
	r.enter()
}

func isAnchor(p Person) bool { return p.ID == Anchor }

// begin plays a new scene, to be said line by line.
func (r *room) begin() { r.lines = r.stage.perform(r.stage.draw(), map[string]Person{}, isAnchor) }

func (r *room) nextLine() (u utterance, more bool) {
	if len(r.lines) == 0 {
		return utterance{}, false
	}
	u, r.lines = r.lines[0], r.lines[1:]
	return u, true
}

// answer returns what the people say to a message.
func (r *room) answer(asker Person, text string, mentions []core.Mention) []utterance {
	players := map[string]Person{"asker": asker}
	named, found := r.named(asker, text, mentions)
	if found {
		players["named"] = named
	}
	topic := topicOf(r.talk, text, found)
	stage := r.answers[topic]
	if stage == nil {
		stage = newStage(topic, r.members, r.rng)
		r.answers[topic] = stage
	}
	if stage.total == 0 {
		return nil
	}
	stage.recent = r.stage.recent
	defer func() { r.stage.recent = stage.recent }()
	return stage.perform(stage.draw(), players, isAnchor)
}

// named finds the first member who is mentioned or called by name.
func (r *room) named(asker Person, text string, mentions []core.Mention) (Person, bool) {
	for _, m := range r.members {
		p := m.Person
		if p.ID == asker.ID || isAnchor(p) {
			continue
		}
		mentioned := slices.ContainsFunc(mentions, func(to core.Mention) bool { return to.User == p.ID })
		if mentioned || (len([]rune(p.Nick)) > 1 && p.Role != RoleCustomer && strings.Contains(text, p.Nick)) {
			return p, true
		}
	}
	return Person{}, false
}
