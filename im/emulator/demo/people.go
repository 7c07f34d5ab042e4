package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"reddot/im/emulator/core"
)

const (
	// instance marks what the people do themselves, so that they do not answer each other. The server gives its
	// connections higher numbers.
	instance = 1
	// keepMessages is how many messages of a group are kept; trimEvery is how many more may gather meanwhile.
	keepMessages = 5000
	trimEvery    = 100
	// chatPause is the least time between two messages that nobody asked for; chatSpread is what chance adds.
	chatPause  = 10 * time.Second
	chatSpread = 25 * time.Second
	// maxAnswers bounds the answers to one message.
	maxAnswers = 3
	// heardBuffer is how much may happen while the people are busy; what is more goes unheard.
	heardBuffer = 256
)

// Host is the server that the people live in.
type Host interface {
	Core() *core.Core
	// OnClients calls handle with the number of logged-in connections whenever it changes.
	OnClients(handle func(clients int))
}

// People play everybody in the shop but those whom a person may have logged in as. They answer, read and send receipts,
// and while a client is connected now and then speak by themselves. They act through the core, as members like others.
type People struct {
	core    *core.Core
	rng     *rand.Rand
	rooms   map[string]*room
	order   []*room
	real    map[string]bool // users whom a person has acted as; nobody plays them
	agenda  agenda
	current *room // where the scene is played that goes on by itself
	chatDue bool  // the next message that nobody asked for is on the agenda

	heard   chan core.Event
	arrived chan struct{} // a client came
	clients atomic.Int64
	done    chan struct{}
}

// Start seeds the server if it is fresh and lets the people live until the context ends.
func Start(ctx context.Context, host Host, seed int64) (*People, error) {
	c := host.Core()
	if err := seedNow(ctx, c, seed); err != nil {
		return nil, err
	}
	p := &People{
		core:  c,
		rng:   stream(seed, uint64(time.Now().UnixNano())),
		rooms: make(map[string]*room),
		real:  map[string]bool{Anchor: true, Guide: true},

		heard:   make(chan core.Event, heardBuffer),
		arrived: make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	p.enterRooms()
	cancel := c.Subscribe(p.hear)
	host.OnClients(p.countClients)
	go func() {
		defer close(p.done)
		defer cancel()
		p.live(ctx)
	}()
	return p, nil
}

// Wait returns when the people have stopped.
func (p *People) Wait() { <-p.done }

// hear takes in what others did. It runs in the core's goroutine and must not block.
func (p *People) hear(e core.Event) {
	switch e := e.(type) {
	case core.GroupMessage:
		if e.Except == instance || e.Msg.Tip || e.Msg.OnlineOnly {
			return
		}
	case core.GroupRead:
		if e.Except == instance {
			return
		}
	default:
		return
	}
	select {
	case p.heard <- e:
	default:
	}
}

func (p *People) countClients(clients int) {
	p.clients.Store(int64(clients))
	if clients == 0 {
		return
	}
	select {
	case p.arrived <- struct{}{}:
	default:
	}
}

// live does what is due and listens in between.
func (p *People) live(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		p.agenda.doDue(ctx, time.Now())
		if next, planned := p.agenda.next(); planned {
			timer.Reset(time.Until(next))
		} else {
			timer.Stop()
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-p.arrived:
			p.planChat()
		case e := <-p.heard:
			p.react(ctx, e)
		}
	}
}

// react plans what follows from somebody else's act.
func (p *People) react(ctx context.Context, e core.Event) {
	switch e := e.(type) {
	case core.GroupRead:
		p.meet(e.User)
	case core.GroupMessage:
		p.meet(e.Msg.From)
		if r := p.rooms[e.Group.ID]; r != nil {
			p.planReading(r, e.Msg)
			p.planAnswers(r, e.Msg)
			p.trim(ctx, r, e.Msg.Seq)
		}
	}
}

// meet notes that a person acts as this user: from now on nobody plays it.
func (p *People) meet(user string) {
	if p.real[user] {
		return
	}
	p.real[user] = true
	for _, r := range p.order {
		r.dismiss(user)
	}
}

// planAnswers has 1 to [maxAnswers] people answer, each after some seconds of typing. While a group's answers are still
// being typed, further messages there get none.
func (p *People) planAnswers(r *room, m *core.Message) {
	if r.typing > 0 {
		return
	}
	asker := Person{ID: m.From, Nick: m.Nick}
	if asker.Nick == "" {
		asker.Nick = m.From
	}
	said := r.answer(asker, textOf(m), m.Mentions)
	at := time.Now()
	for _, u := range said[:min(len(said), maxAnswers)] {
		at = at.Add(time.Duration(between(p.rng, 1000, 6000)) * time.Millisecond)
		r.typing++
		p.agenda.add(at, func(ctx context.Context) {
			r.typing--
			p.speak(ctx, r, u)
		})
	}
}

// planChat puts the next message that nobody asked for on the agenda, while anybody is there to see it.
func (p *People) planChat() {
	if p.chatDue || p.clients.Load() == 0 {
		return
	}
	p.chatDue = true
	pause := chatPause + time.Duration(p.rng.Int64N(int64(chatSpread)))
	p.agenda.add(time.Now().Add(pause), func(ctx context.Context) {
		p.chatDue = false
		if p.clients.Load() > 0 {
			p.chat(ctx)
		}
		p.planChat()
	})
}

// chat says the next message of the scene that goes on, or of a new one somewhere.
func (p *People) chat(ctx context.Context) {
	for range 20 {
		if p.current != nil {
			if u, more := p.current.nextLine(); more {
				p.speak(ctx, p.current, u)
				return
			}
		}
		if p.current = p.drawRoom(); p.current == nil {
			return
		}
		p.current.begin()
	}
}

// drawRoom chooses a room, a lively one more often.
func (p *People) drawRoom() *room {
	total := 0
	for _, r := range p.order {
		total += r.weight
	}
	if total == 0 {
		return nil
	}
	at := p.rng.IntN(total)
	for _, r := range p.order {
		if at -= r.weight; at < 0 {
			return r
		}
	}
	return nil
}

// speak sends a message. Whoever was removed, muted or met meanwhile says nothing.
func (p *People) speak(ctx context.Context, r *room, u utterance) {
	if p.real[u.from.ID] {
		return
	}
	p.read(ctx, r, u.from.ID)
	sent, err := p.core.SendGroup(ctx, core.Actor{User: u.from.ID, Inst: instance}, core.GroupSend{
		Group: r.id, From: u.from.ID, Random: p.rng.Uint32(), Body: u.body, Mentions: mentionsOf(u.mentions),
		NeedReceipt: u.from.Role != RoleCustomer && r.receipts && chance(p.rng, 40),
	})
	if err == nil {
		p.trim(ctx, r, sent.Seq)
	}
}

func (p *People) trim(ctx context.Context, r *room, last uint32) {
	if last < r.trimmed+trimEvery {
		return
	}
	r.trimmed = last
	_ = p.core.TrimHistory(ctx, r.id, keepMessages) // a group that is gone needs none
}

// enterRooms finds the groups of the shop that still exist, and who of the shop is in them.
func (p *People) enterRooms() {
	for _, plan := range plans {
		members, _, err := p.core.Members(core.Actor{Admin: true}, plan.id, 0, 0)
		if err != nil {
			continue
		}
		group, err := p.core.Group(plan.id)
		if err != nil {
			continue
		}
		r := newRoom(plan, group, p.known(members), p.rng)
		for user := range p.real {
			r.dismiss(user)
		}
		p.rooms[plan.id] = r
		p.order = append(p.order, r)
	}
}

// known keeps the members who belong to the shop.
func (p *People) known(members []core.Member) []Member {
	var list []Member
	for _, m := range members {
		at := slices.IndexFunc(m.Custom, func(kv core.KV) bool { return kv.Key == RoleField })
		account, exists := p.core.Account(m.User)
		if at < 0 || !exists {
			continue
		}
		list = append(list, Member{Person: Person{ID: m.User, Nick: account.Nick, Role: Role(m.Custom[at].Value)}, Read: int64(m.Read)})
	}
	return list
}
