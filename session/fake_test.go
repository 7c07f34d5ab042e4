package session_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"reddot/im"
	"reddot/model"
)

// service is a chat service in memory, as far as a session can tell: groups, C2C, read positions, receipts.
type service struct {
	mu     sync.Mutex
	groups map[string]*fakeGroup
	c2c    map[[2]string][]*model.Message
	// c2cRead holds how far a user has read what another one wrote.
	c2cRead  map[[2]string]int64
	devices  []*device
	requests []string
	random   atomic.Uint32
	// people are those whom the service knows, nil for everybody; keys counts applications.
	people []string
	keys   int64
	// refuse, if set, may refuse a request before it has any effect; lose may drop its answer after it had.
	refuse, lose func(d *device, request string) error
}

type fakeGroup struct {
	info     model.Group
	members  []model.Member
	messages []*model.Message
	read     map[string]int64
	readBy   map[int64]map[string]bool
	// unlisted groups are in no answer to Sync.
	unlisted bool
	// applications wait for the owner.
	applications []model.Application
}

func newService() *service {
	return &service{groups: map[string]*fakeGroup{}, c2c: map[[2]string][]*model.Message{}, c2cRead: map[[2]string]int64{}}
}

func (s *service) group(id string, groupType model.GroupType, members ...string) *fakeGroup {
	g := &fakeGroup{
		info: model.Group{ID: id, Name: "name of " + id, Type: groupType, Owner: members[0], Members: len(members), NextSequence: 1},
		read: map[string]int64{}, readBy: map[int64]map[string]bool{},
	}
	for _, user := range members {
		role := model.Ordinary
		if user == members[0] {
			role = model.Owner
		}
		g.members = append(g.members, model.Member{User: user, Name: "nick of " + user, Role: role})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = g
	return g
}

func (s *service) device(user, name string) *device {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &device{
		service: s, user: user, name: name, events: make(chan im.Event, 100_000), since: map[[2]string]int{},
		capabilities: im.Capabilities{
			Push: true, MarkRead: true, Receipts: true, SelfNotes: true, History: true,
			ReceiptBatch: 50, HistoryPage: 20, MaxMessageBytes: 12 << 10,
		},
	}
	s.devices = append(s.devices, d)
	return d
}

// say lets a user send a group message from no device of the test.
func (s *service) say(groupID, user, text string) *model.Message {
	return s.sayTo(im.Outgoing{
		Conversation: model.GroupConversation(groupID), Random: s.random.Add(1), ClientTime: time.Now().Unix(),
		Elements: []model.Element{model.Text{Text: text}}, NeedReceipt: true,
	}, user, nil)
}

func (s *service) sayTo(out im.Outgoing, user string, from *device) *model.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store(out, user, from)
}

// store keeps a message and pushes it. The caller holds the lock.
func (s *service) store(out im.Outgoing, user string, from *device) *model.Message {
	m := &model.Message{
		Conversation: out.Conversation, Sender: user, Random: out.Random, ClientTime: out.ClientTime, Sequence: out.Sequence,
		ServerTime: time.Now().Unix(), Elements: out.Elements, CustomData: out.CustomData, NeedReceipt: out.NeedReceipt,
		NoUnread: out.NoUnread, NoLastMessage: out.NoLastMessage, Mentions: out.Mentions, MentionAll: out.MentionAll,
	}
	if out.Conversation.Kind() == model.KindC2C {
		return s.storeC2C(m, out.Conversation.Target(), from)
	}
	g := s.groups[out.Conversation.Target()]
	if old := findKey(g.messages, m.Key()); old != nil {
		return old
	}
	m.Sequence = g.info.NextSequence
	g.info.NextSequence++
	g.messages = append(g.messages, m)
	for _, d := range s.devices {
		if d != from && g.has(d.user) {
			d.push(im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}})
		}
	}
	return m
}

func (s *service) storeC2C(m *model.Message, to string, from *device) *model.Message {
	pair := pairOf(m.Sender, to)
	if old := findKey(s.c2c[pair], m.Key()); old != nil {
		return old
	}
	s.c2c[pair] = append(s.c2c[pair], m)
	for _, d := range s.devices {
		if d == from || d.user != m.Sender && d.user != to {
			continue
		}
		d.push(im.MessagesReceived{Conversation: d.seen(m, to).Conversation, Messages: []*model.Message{d.seen(m, to)}})
	}
	return m
}

// recall takes a group message back.
func (s *service) recall(group string, sequence int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	recalled := *g.messages[sequence-1]
	recalled.Recalled = true
	g.messages[sequence-1] = &recalled
	for _, d := range s.devices {
		if g.has(d.user) {
			d.push(im.MessageChanged{Conversation: recalled.Conversation, Sequence: sequence, Recalled: true})
		}
	}
}

// seen is a C2C message as this device's user sees it.
func (d *device) seen(m *model.Message, to string) *model.Message {
	copied := *m
	copied.Conversation = model.C2CConversation(to)
	if d.user != m.Sender {
		copied.Conversation = model.C2CConversation(m.Sender)
	}
	return &copied
}

func findKey(messages []*model.Message, key model.Key) *model.Message {
	i := slices.IndexFunc(messages, func(m *model.Message) bool { return m.Key() == key })
	if i < 0 {
		return nil
	}
	return messages[i]
}

func pairOf(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

func (g *fakeGroup) has(user string) bool {
	return slices.ContainsFunc(g.members, func(m model.Member) bool { return m.User == user })
}

// unread counts as the service does: messages of others after the read position.
func (g *fakeGroup) unread(user string) int {
	n := 0
	for _, m := range g.messages {
		if m.Sequence > g.read[user] && m.Counts(user) {
			n++
		}
	}
	return n
}
