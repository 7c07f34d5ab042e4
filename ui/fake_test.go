package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"reddot/model"
	"reddot/session"
)

// fakeSession shows what a test puts into it and notes what the screen asks for.
type fakeSession struct {
	mu      sync.Mutex
	view    *session.View
	changed chan struct{}

	looks   []session.Viewing
	sent    []session.Draft
	sentTo  []model.ConversationID
	sendErr error
	retried []model.Key
	dropped []model.Key
	older   []model.ConversationID
	drafts  map[model.ConversationID]string
	redials int
}

var _ session.API = (*fakeSession)(nil)

func newFake(view *session.View) *fakeSession {
	return &fakeSession{view: view, changed: make(chan struct{}, 1), drafts: map[model.ConversationID]string{}}
}

func (f *fakeSession) View() *session.View {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.view
}

// publish shows a newer picture to whoever waits for one.
func (f *fakeSession) publish(v *session.View) {
	f.mu.Lock()
	f.view = v
	f.mu.Unlock()
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

func (f *fakeSession) Changed() <-chan struct{} { return f.changed }

func (f *fakeSession) Follow(context.Context) <-chan session.Fact { return nil }

func (f *fakeSession) Look(v session.Viewing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks = append(f.looks, v)
}

func (f *fakeSession) Send(_ context.Context, to model.ConversationID, draft session.Draft) (model.Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent, f.sentTo = append(f.sent, draft), append(f.sentTo, to)
	return model.Key{}, f.sendErr
}

func (f *fakeSession) Retry(key model.Key)               { f.retried = append(f.retried, key) }
func (f *fakeSession) Discard(key model.Key)             { f.dropped = append(f.dropped, key) }
func (f *fakeSession) LoadOlder(id model.ConversationID) { f.older = append(f.older, id) }
func (f *fakeSession) ReconnectNow()                     { f.redials++ }
func (f *fakeSession) SaveDraft(id model.ConversationID, s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drafts[id] = s
}

// looking returns what the session was told last.
func (f *fakeSession) looking() session.Viewing {
	if len(f.looks) == 0 {
		return session.Viewing{}
	}
	return f.looks[len(f.looks)-1]
}

var (
	shanghai = time.FixedZone("CST", 8*60*60)
	// noon is the present of the tests: 23 November 2026, 20:41 in Shanghai.
	noon = time.Date(2026, 11, 23, 20, 41, 30, 0, shanghai)
)

const self = "anchor-xiaoyu"

// people of the demo shop.
var people = map[string]model.Member{
	self:      {User: self, Name: "小雨", Role: model.Owner},
	"azhen":   {User: "azhen", Name: "阿珍", Role: model.Admin},
	"lixiang": {User: "lixiang", Name: "李想", Custom: map[string]string{"role": "guide"}},
	"linxia":  {User: "linxia", Name: "林夏"},
	"zhou":    {User: "zhou", Name: "周周"},
}

// writer makes messages of one conversation in order.
type writer struct {
	id       model.ConversationID
	sequence int64
	messages []*model.Message
}

// at returns a time today, or days before.
func at(days, hour, minute int) time.Time {
	return time.Date(2026, 11, 23-days, hour, minute, 7, 0, shanghai)
}

func (w *writer) add(sender string, t time.Time, elements ...model.Element) *model.Message {
	w.sequence++
	m := &model.Message{
		Conversation: w.id, Sequence: w.sequence, Sender: sender, Random: uint32(w.sequence),
		ClientTime: t.Unix(), ServerTime: t.Unix(), Elements: elements, NeedReceipt: true,
	}
	w.messages = append(w.messages, m)
	return m
}

func (w *writer) say(sender string, t time.Time, s string) *model.Message {
	return w.add(sender, t, model.Text{Text: s})
}

func groupID(name string) model.ConversationID { return model.GroupConversation(name) }

// group returns a conversation with the messages of a writer.
func (w *writer) group(name string, kind model.GroupType, members int) *session.Conversation {
	c := &session.Conversation{
		ID: w.id, Name: name, RoleKnown: true, Role: model.RoleAnchor,
		Group:        &model.Group{ID: w.id.Target(), Name: name, Type: kind, Members: members},
		Messages:     w.messages,
		LastSequence: w.sequence,
		Members:      people,
		Divider:      -1,
		Complete:     true,
	}
	if n := len(w.messages); n > 0 {
		c.Last = w.messages[n-1]
	}
	return c
}

// quietGroup is a group of which only the preview matters.
func quietGroup(id, name, sender, said string, t time.Time, unread int) *session.Conversation {
	w := &writer{id: groupID(id)}
	if said != "" {
		w.say(sender, t, said)
	}
	c := w.group(name, model.Work, 12)
	c.Unread = unread
	return c
}

// shop is the picture of screens.md.
func shop() *session.View {
	w := &writer{id: groupID("live"), sequence: 4300}
	w.say("azhen", at(1, 21, 5), "明天七夕专场,大家早点到")
	w.say("azhen", at(0, 20, 31), "今晚的链接已经挂好,第三件是羊毛大衣")
	own := w.say(self, at(0, 20, 33), "好的,先讲面料,再上身。")
	w.say("linxia", at(0, 20, 36), "M 码还有吗?大概什么时候发货")
	w.say("zhou", at(0, 20, 36), "同问")
	w.add("", at(0, 20, 37), model.Tip{Kind: model.TipJoined, Users: []string{"aning"}, Names: map[string]string{"aning": "阿宁"}})
	w.say("lixiang", at(0, 20, 40), "有的,仓库还剩 6 件,48 小时内发")
	asked := w.say("lixiang", at(0, 20, 41), "@小雨 要不要现在报一下库存")
	asked.Mentions = []string{self}
	live := w.group("七夕直播间", model.Public, 48)
	live.Group.Notification = "今晚八点半开播"
	live.Divider, live.DividerUnread = 4306, 2
	live.Receipts = map[int64]model.Receipt{own.Sequence: {Sequence: own.Sequence, ReadCount: 5, UnreadCount: 42}}
	live.Unread = 12

	support := quietGroup("support", "售后三群", "linxia", "@小雨 快递到哪了", at(0, 20, 39), 3)
	support.Mentioned = true
	choice := quietGroup("choice", "选品讨论", "azhen", "明天三点定款", at(0, 20, 22), 9)
	presale := quietGroup("presale", "秋冬预售 2 群", "zhou", "", at(0, 19, 58), 113)
	order := &writer{id: presale.ID}
	presale.Last = order.add("zhou", at(0, 19, 58), model.Custom{Data: `{"order":1}`, Description: "[订单] 羊毛大衣 ×1"})
	shifts := quietGroup("shifts", "导购排班", "lixiang", "周六谁能来", at(0, 18, 10), 0)
	shifts.Draft = "周六我可以,但要晚到半小时"
	supply := quietGroup("supply", "供应链对接", self, "好的,收到", at(0, 17, 45), 0)
	vip := quietGroup("vip", "VIP 会员群", "linxia", "👍🏽 好看 👨‍👩‍👧 一家都买了", at(1, 12, 0), 6)
	vip.Muted = true
	test := quietGroup("test", "测试群", self, "ping", at(12, 9, 0), 0)
	return pictureOf(live, support, choice, presale, shifts, supply, vip, test)
}

// pictureOf returns an online view of conversations.
func pictureOf(conversations ...*session.Conversation) *session.View {
	v := &session.View{
		Self:          session.Self{User: self, Name: "小雨", Device: "term-9f2c"},
		Connection:    session.Connection{Phase: session.Online, Latency: 12 * time.Millisecond, Since: at(0, 19, 0)},
		Conversations: conversations,
		ByID:          map[model.ConversationID]*session.Conversation{},
		Sync: []session.SyncRecord{
			{Direction: session.SyncReceived, Conversation: groupID("support"), Name: "售后三群", Position: 231, Device: "web", Delay: 9 * time.Millisecond},
			{Direction: session.SyncReceived, Conversation: groupID("choice"), Name: "选品讨论", Position: 88, Device: "mini", Delay: 3 * time.Millisecond},
			{Direction: session.SyncSent, Conversation: groupID("live"), Name: "七夕直播间", Position: 4308, Delay: 4 * time.Millisecond},
		},
	}
	for _, c := range conversations {
		v.ByID[c.ID] = c
		if !c.Muted {
			v.Unread += c.Unread
		}
	}
	return v
}

// with returns a copy of a view in which one conversation is changed.
func with(v *session.View, id model.ConversationID, change func(*session.Conversation)) *session.View {
	next := *v
	next.ByID = maps.Clone(v.ByID)
	next.Conversations = slices.Clone(v.Conversations)
	next.Unread = 0
	for i, c := range next.Conversations {
		if c.ID == id {
			changed := *c
			changed.Messages = slices.Clone(c.Messages)
			change(&changed)
			next.Conversations[i], next.ByID[id] = &changed, &changed
		}
		if !next.Conversations[i].Muted {
			next.Unread += next.Conversations[i].Unread
		}
	}
	return &next
}

// arrive returns a view in which somebody has said something new in a group.
func arrive(v *session.View, id model.ConversationID, sender, said string) *session.View {
	return with(v, id, func(c *session.Conversation) {
		w := &writer{id: id, sequence: c.LastSequence}
		m := w.say(sender, noon, said)
		c.Messages, c.Last, c.LastSequence = append(c.Messages, m), m, m.Sequence
		if sender != self {
			c.Unread++
		}
	})
}

// longGroup is a group with n messages of two people.
func longGroup(id string, n int) *session.Conversation {
	w := &writer{id: groupID(id)}
	for i := range n {
		w.say([]string{"linxia", "zhou"}[i%2], at(0, 10, 0).Add(time.Duration(i)*time.Second*20), fmt.Sprintf("第 %d 条, 还有货吗?", i+1))
	}
	return w.group("群 "+id, model.Work, 30)
}
