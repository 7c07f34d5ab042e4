package demo

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// noRepeat is how many messages of a group lie at least between two that are the same.
const noRepeat = 30

// regulars is how many customers of a group do most of the talking.
const regulars = 24

// utterance is one message of a scene before it has a place in a group's history.
type utterance struct {
	from     Person
	body     json.RawMessage // an array of elements
	mentions []string
}

// stage plays scenes in one group.
type stage struct {
	rng     *rand.Rand
	scripts []script
	total   int // of the scripts' weights
	members map[Role][]Person
	recent  []string // the last bodies, at most noRepeat
}

func newStage(talk string, members []Member, rng *rand.Rand) *stage {
	s := &stage{rng: rng, scripts: scriptsFor(talk), members: make(map[Role][]Person)}
	for _, script := range s.scripts {
		s.total += script.weight
	}
	for _, m := range members {
		s.members[m.Person.Role] = append(s.members[m.Person.Role], m.Person)
	}
	return s
}

// perform plays a scene with the given players, and others for the parts that are free; whoever is silent says nothing.
// It ends early where a leading turn cannot be said: what follows would answer nothing.
func (s *stage) perform(scene script, players map[string]Person, silent func(Person) bool) []utterance {
	cast := &cast{stage: s, slots: newSlots(s.rng), players: maps.Clone(players)}
	var said []utterance
	for _, t := range scene.turns {
		if !chance(s.rng, t.chance) {
			continue
		}
		speaker, present := cast.player(t.who)
		ok := present && !silent(speaker)
		if ok {
			var u utterance
			if u, ok = cast.say(speaker, t); ok {
				said = append(said, u)
			}
		}
		if !ok && t.leads() {
			return said
		}
	}
	return said
}

// draw chooses a scene by weight.
func (s *stage) draw() script {
	at := s.rng.IntN(s.total)
	for _, script := range s.scripts {
		if at -= script.weight; at < 0 {
			return script
		}
	}
	return s.scripts[len(s.scripts)-1]
}

// fresh says whether a body was not among the last ones, and remembers it if so.
func (s *stage) fresh(body json.RawMessage) bool {
	if slices.Contains(s.recent, string(body)) {
		return false
	}
	s.recent = append(s.recent, string(body))
	if len(s.recent) > noRepeat {
		s.recent = s.recent[1:]
	}
	return true
}

// cast holds who plays whom in one scene, and the fillings that the scene shares.
type cast struct {
	stage   *stage
	slots   *slots
	players map[string]Person
	way     int // which way of the last leading turn was chosen
}

// player returns who plays a part, casting somebody who plays no other; present is false if nobody is left.
func (c *cast) player(part string) (p Person, present bool) {
	if p, present = c.players[part]; present {
		return p, true
	}
	candidates := slices.DeleteFunc(c.stage.candidates(part), c.plays)
	if len(candidates) == 0 {
		return Person{}, false
	}
	c.players[part] = pick(c.stage.rng, candidates)
	return c.players[part], true
}

// candidates returns who may play a part: a few customers do most of the talking.
func (s *stage) candidates(part string) []Person {
	role := roleOf(part)
	if role == roleColleague {
		return slices.Concat(s.members[RoleGuide], s.members[RoleAssistant])
	}
	list := s.members[role]
	if role == RoleCustomer && chance(s.rng, 70) {
		list = list[:min(regulars, len(list))]
	}
	return slices.Clone(list)
}

func (c *cast) plays(p Person) bool {
	for _, player := range c.players {
		if player.ID == p.ID {
			return true
		}
	}
	return false
}

// roleColleague is a part for a guide or an assistant.
const roleColleague Role = "colleague"

// roleOf maps a part to the role of whoever plays it; everybody who is no staff is a customer.
func roleOf(part string) Role {
	switch role := Role(strings.TrimRight(part, "0123456789")); role {
	case RoleAnchor, RoleAssistant, RoleGuide, roleColleague:
		return role
	default:
		return RoleCustomer
	}
}

// say puts a turn into words; ok is false if all that came to mind was said just now.
func (c *cast) say(speaker Person, t turn) (u utterance, ok bool) {
	for range 6 {
		way := c.way
		if !t.answers {
			way = c.stage.rng.IntN(len(t.says))
		}
		u = c.utter(speaker, t.says[way])
		if !c.stage.fresh(u.body) {
			continue
		}
		if t.leads() {
			c.way = way
		}
		return u, true
	}
	return utterance{}, false
}

func (c *cast) utter(speaker Person, say string) utterance {
	if body, special := c.special(say); special {
		return utterance{from: speaker, body: body}
	}
	text := c.season(speaker, expand(say, c.stage.rng, c.fill))
	return utterance{from: speaker, body: textBody(text), mentions: c.mentioned(text)}
}

func (c *cast) fill(blank string) (string, bool) {
	switch roleOf(blank) {
	case RoleAnchor, RoleAssistant, RoleGuide:
		if p, present := c.player(blank); present {
			return p.Nick, true
		}
	}
	if p, plays := c.players[blank]; plays {
		return p.Nick, true
	}
	return c.slots.fill(blank)
}

// customerTails are put behind what customers type, now and then.
var customerTails = []string{"～", "！", "😂", "🥺", "🙏", "❤️", "👍", "🔥", " 哈哈", "😭", "✨"}

// season makes a text personal: customers add a sign, staff name whom they answer.
func (c *cast) season(speaker Person, text string) string {
	rng := c.stage.rng
	if strings.HasPrefix(text, "【") || strings.HasPrefix(text, "@") {
		return text
	}
	asker, asked := c.players["asker"]
	switch {
	case speaker.Role == RoleCustomer && !isSupplier(speaker) && chance(rng, 9):
		return text + pick(rng, customerTails)
	case speaker.Role != RoleCustomer && asked && chance(rng, 22):
		return "@" + asker.Nick + " " + text
	default:
		return text
	}
}

// mentioned returns the ids of those in the scene whom the text names behind an @.
func (c *cast) mentioned(text string) []string {
	if !strings.Contains(text, "@") {
		return nil
	}
	var ids []string
	for _, p := range c.players {
		if strings.Contains(text, "@"+p.Nick) {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
