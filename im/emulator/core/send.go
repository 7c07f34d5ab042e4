package core

import (
	"context"
	"math/rand/v2"
	"slices"
)

// Limits of a message (rest-api.md sections 3.1 and 8.2).
const (
	maxMessage  = 12 << 10 // bytes of body and custom data
	maxMentions = 30
	maxDirected = 50
)

func randomNumber() uint32 { return rand.Uint32() }

// SendGroup sends a message into a group and returns when it is durable.
func (c *Core) SendGroup(ctx context.Context, by Actor, s GroupSend) (Sent, error) {
	if err := checkGroupSend(&s); err != nil {
		return Sent{}, err
	}
	return perform(ctx, c, false, func(t *txn) (Sent, error) { return t.sendGroup(by, &s) })
}

// SendGroupAsync is SendGroup for pipelines: it returns when the message has its place in
// the order, and calls done when it is durable or refused. done must not block and must
// not call methods that change something.
func (c *Core) SendGroupAsync(by Actor, s GroupSend, done func(Sent, error)) {
	if err := checkGroupSend(&s); err != nil {
		done(Sent{}, err)
		return
	}
	var sent Sent
	err := c.submit(job{
		run: func(t *txn) (err error) {
			sent, err = t.sendGroup(by, &s)
			return err
		},
		done: func(err error) { done(sent, err) },
	})
	if err != nil {
		done(Sent{}, err)
	}
}

func checkGroupSend(s *GroupSend) error {
	switch {
	case len(s.Body)+len(s.Cloud) > maxMessage:
		return refuse(CodeTooLong, "a message has at most %d bytes, this one %d", maxMessage, len(s.Body)+len(s.Cloud))
	case len(s.Mentions) > maxMentions:
		return refuse(CodeTooManyMentions, "at most %d people can be mentioned at once", maxMentions)
	case len(s.Directed) > maxDirected:
		return refuse(CodeBadParameter, "a directed message has at most %d receivers", maxDirected)
	case s.OnlineOnly && s.NeedReceipt:
		return refuse(CodeReceiptOnline, "a message for online members only has no receipts")
	}
	return checkBody(s.Body, CodeBadParameter)
}

// sendGroup checks everything before it writes: it may share a commit.
func (t *txn) sendGroup(by Actor, s *GroupSend) (Sent, error) {
	c := t.c
	g, err := c.group(s.Group)
	if err != nil {
		return Sent{}, err
	}
	acc := c.accounts[s.From]
	if acc == nil {
		return Sent{}, refuse(CodeNoAccount, "account %s does not exist", s.From)
	}
	if err := t.maySpeak(by, g, acc); err != nil {
		return Sent{}, err
	}
	if len(s.Directed) > 0 {
		if err := c.mayDirect(g); err != nil {
			return Sent{}, err
		}
	}
	key := dupeKey{conv: g.num, sender: acc.pub.UID, random: s.Random}
	if first, repeated := t.find(key); repeated {
		return Sent{Seq: first.seq, Time: first.time, Duplicate: true}, nil
	}
	m := t.groupMessage(g, acc, s)
	sent := Sent{Time: m.Time}
	if m.NeedReceipt {
		sent.ReceiptCode = c.receiptsRefused(g)
		m.NeedReceipt = sent.ReceiptCode == 0
	}
	if s.OnlineOnly && g.rules().history { // in a live room all messages are such, and yet numbered
		m.Seq = t.lastSeq(g)
	} else if err := t.appendMessage(g, acc.pub.UID, m); err != nil {
		return Sent{}, err
	}
	sent.Seq = m.Seq
	t.remember(key, dupe{seq: m.Seq, time: m.Time})
	event := GroupMessage{
		Audience: Audience{To: t.audience(g, acc, m), Except: by.Inst}, By: by, Group: g.ref, Msg: m, NoCallback: s.NoCallback,
	}
	if m.NeedReceipt {
		event.Unread = len(g.order)
		if g.members[acc.pub.UID] != nil {
			event.Unread--
		}
	}
	t.tell(event)
	return sent, nil
}

// maySpeak holds those who are muted to it, whoever sends for them (rest-api, section 3.1: 10017). An app admin may send for
// people outside the group, and may always speak for itself.
func (t *txn) maySpeak(by Actor, g *group, acc *account) error {
	m := g.members[acc.pub.UID]
	if by.Admin && (m == nil || acc.pub.ID == by.User) {
		return nil
	}
	switch {
	case m == nil:
		return refuse(CodeNoPermission, "%s is not a member of group %s", acc.pub.ID, g.info.ID)
	case acc.silence.Group > t.time && !by.Admin:
		return refuse(CodeMuted, "the app has silenced %s in groups", acc.pub.ID)
	case m.muteUntil > t.time:
		return refuse(CodeMuted, "%s is muted in group %s", acc.pub.ID, g.info.ID)
	case g.info.MuteAll && !m.manages():
		return refuse(CodeMuted, "all members of group %s are muted", g.info.ID)
	}
	return nil
}

// mayDirect looks whether a group takes messages for some of its members.
func (c *Core) mayDirect(g *group) error {
	switch {
	case c.plan.NoReceipts:
		return refuse(CodeNeedsUltimate, "directed messages need the Ultimate edition")
	case !g.rules().receipts:
		return refuse(CodeNoPermission, "a group of type %s has no directed messages", g.info.Type)
	}
	return nil
}

// receiptsRefused is the reason why this group has no receipts now, or 0.
func (c *Core) receiptsRefused(g *group) int {
	switch {
	case c.plan.NoReceipts:
		return CodeNeedsUltimate
	case !g.rules().receipts:
		return CodeNoPermission
	case len(g.order) > ReceiptMembers:
		return CodeReceiptTooLarge
	}
	return 0
}

func (t *txn) groupMessage(g *group, acc *account, s *GroupSend) *Message {
	m := &Message{
		Random: s.Random, Time: t.time, ClientTime: s.ClientTime, ClientSeq: s.ClientSeq, Priority: s.Priority,
		Body: s.Body, Cloud: s.Cloud, NeedReceipt: s.NeedReceipt, NoUnread: s.NoUnread, NoLast: s.NoLast,
		OnlineOnly: s.OnlineOnly, Extensible: s.Extensible, Mentions: s.Mentions, Directed: s.Directed,
	}
	if m.ClientTime == 0 {
		m.ClientTime = t.time
	}
	if m.Priority == 0 {
		m.Priority = 2
	}
	m.sign(acc, g)
	return m
}

// audience is all members, or the receivers of a directed message and its author.
func (t *txn) audience(g *group, acc *account, m *Message) []uint32 {
	if len(m.Directed) == 0 {
		return g.uids
	}
	var to []uint32
	for _, uid := range g.uids {
		if uid == acc.pub.UID || slices.Contains(m.Directed, t.c.byUID[uid].pub.ID) {
			to = append(to, uid)
		}
	}
	return to
}

// appendMessage gives the message the next sequence and stores it, if the type keeps any.
func (t *txn) appendMessage(g *group, sender uint32, m *Message) error {
	h := t.head(g)
	h.last++
	h.lastTime = t.time
	m.Seq = h.last
	if !m.NoLast {
		h.preview = m.Seq
	}
	t.apply(func() { g.admit(sender, m) })
	if !g.rules().history {
		return nil
	}
	return t.exec(insertMessage, g.messageID(m.Seq), sender, m.Random, m.Time, m.ClientTime, m.ClientSeq, m.Priority,
		flagsOf(m), m.Version, m.uncounted(), []byte(m.Body), m.Cloud, m.encodeExtra())
}

// admit keeps in memory what a new message changes. Called with the lock held.
func (g *group) admit(sender uint32, m *Message) {
	g.changed = m.Time
	if !m.NoLast {
		g.preview = m
	}
	g.push(m)
	if m.uncounted() {
		g.uncounted = append(g.uncounted, m.Seq)
		return
	}
	if author := g.members[sender]; author != nil && author.acc.warm && g.rules().unread {
		author.own = append(author.own, m.Seq)
	}
}
