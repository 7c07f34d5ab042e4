package core

import (
	"context"
	"fmt"
)

// other is the other side of the pair; of a pair of one, the same.
func (p *pair) other(acc *account) *account {
	if p.a == acc {
		return p.b
	}
	return p.a
}

// addPair makes both sides of a conversation. Called with the lock held or while loading.
func (c *Core) addPair(p *pair) {
	c.pairs[keyOf(p.a.pub.UID, p.b.pub.UID)] = p
	for _, acc := range []*account{p.a, p.b} {
		peer := p.other(acc)
		if acc.dialogs[peer] == nil {
			acc.dialogs[peer] = &dialog{pair: p, acc: acc, peer: peer, changed: c.Now()}
		}
	}
}

// MsgKey names a C2C message on the wire.
func (m *Message) MsgKey() string {
	return fmt.Sprintf("%d_%d_%d", m.Seq, m.Random, m.Time)
}

// SendC2C sends a message to one user and returns when it is durable. A message to oneself
// reaches the other connections of that user, once each, and is never unread.
func (c *Core) SendC2C(ctx context.Context, by Actor, s C2CSend) (Sent, error) {
	if err := checkC2CSend(&s); err != nil {
		return Sent{}, err
	}
	return perform(ctx, c, false, func(t *txn) (Sent, error) { return t.sendC2C(by, &s) })
}

// SendC2CAsync is SendC2C for pipelines; see SendGroupAsync.
func (c *Core) SendC2CAsync(by Actor, s C2CSend, done func(Sent, error)) {
	if err := checkC2CSend(&s); err != nil {
		done(Sent{}, err)
		return
	}
	var sent Sent
	err := c.submit(job{
		run: func(t *txn) (err error) {
			sent, err = t.sendC2C(by, &s)
			return err
		},
		done: func(err error) { done(sent, err) },
	})
	if err != nil {
		done(Sent{}, err)
	}
}

func checkC2CSend(s *C2CSend) error {
	if len(s.Body)+len(s.Cloud) > maxMessage {
		return refuse(CodeRequestTooLong, "a message has at most %d bytes, this one %d", maxMessage, len(s.Body)+len(s.Cloud))
	}
	return checkBody(s.Body, CodeBadBody)
}

// sendC2C checks everything before it writes: it may share a commit.
func (t *txn) sendC2C(by Actor, s *C2CSend) (Sent, error) {
	from, to := t.c.accounts[s.From], t.c.accounts[s.To]
	if from == nil || to == nil {
		return Sent{}, refuse(CodeBadPeer, "sender %q or receiver %q does not exist", s.From, s.To)
	}
	p, err := t.pair(from, to)
	if err != nil {
		return Sent{}, err
	}
	if err := t.mayWrite(by, from, to); err != nil {
		return Sent{}, err
	}
	key := dupeKey{conv: -p.num, sender: from.pub.UID, random: s.Random, seq: s.Seq}
	if first, repeated := t.find(key); repeated {
		return Sent{Seq: first.seq, Time: first.time, Duplicate: true}, nil
	}
	m := t.c2cMessage(from, to, s)
	if !s.OnlineOnly {
		if err := t.appendC2C(p, from, m, by.Inst, s.NoSync && from != to); err != nil {
			return Sent{}, err
		}
	}
	t.remember(key, dupe{seq: m.Seq, time: m.Time})
	event := C2CMessage{By: by, Msg: m, Except: by.Inst, NoCallback: s.NoCallback}
	if from != to {
		event.ToUID = to.pub.UID
	}
	if from == to || !s.NoSync && !s.NoSyncPush {
		event.Sync = from.pub.UID
	}
	t.tell(event)
	return Sent{Seq: m.Seq, Time: m.Time}, nil
}

func (t *txn) mayWrite(by Actor, from, to *account) error {
	switch {
	case by.Admin:
		return nil
	case from.silence.C2C > t.time:
		return refuse(CodeSilenced, "the app has silenced %s", from.pub.ID)
	case to.relations.blocks(from.pub.UID):
		return refuse(CodeRefusedByPeer, "%s does not want messages of %s", to.pub.ID, from.pub.ID)
	}
	return nil
}

func (t *txn) c2cMessage(from, to *account, s *C2CSend) *Message {
	m := &Message{
		To: to.pub.ID, Seq: s.Seq, Random: s.Random, Time: t.time, ClientTime: s.ClientTime, ClientSeq: s.Seq, Priority: 2,
		Body: s.Body, Cloud: s.Cloud, NeedReceipt: s.NeedReceipt, NoUnread: s.NoUnread || from == to, NoLast: s.NoLast,
		OnlineOnly: s.OnlineOnly, Extensible: s.Extensible,
	}
	if m.ClientTime == 0 {
		m.ClientTime = t.time
	}
	m.sign(from, nil)
	return m
}

// pair finds the conversation of two users, or starts it.
func (t *txn) pair(x, y *account) (*pair, error) {
	key := keyOf(x.pub.UID, y.pub.UID)
	if p := t.c.pairs[key]; p != nil {
		return p, nil
	}
	if p := t.pairs[key]; p != nil {
		return p, nil
	}
	if x.pub.UID > y.pub.UID {
		x, y = y, x
	}
	t.c.lastPair++
	p := &pair{num: t.c.lastPair, a: x, b: y}
	if t.pairs == nil {
		t.pairs = map[pairKey]*pair{}
	}
	t.pairs[key] = p
	t.apply(func() { t.c.addPair(p) })
	return p, t.exec(insertPair, p.num, x.pub.UID, y.pub.UID, 0, 0)
}

func (t *txn) appendC2C(p *pair, from *account, m *Message, origin int64, noSync bool) error {
	t.lastC2C++
	m.ID = t.lastC2C
	err := t.exec(insertC2C, m.ID, p.num, from.pub.UID, m.Seq, m.Random, m.Time, m.ClientTime, flagsOf(m)|bit(noSync, flagNoSync),
		m.Version, m.uncounted(), origin, []byte(m.Body), m.Cloud, "")
	if err != nil {
		return err
	}
	preview := p.previewID
	if !m.NoLast {
		preview = m.ID
	}
	t.apply(func() { p.admit(from, m) })
	if m.NoLast {
		// The newest preview may be one of this commit, so it stays as it is in the row.
		return t.exec(touchPair, m.Time, p.num)
	}
	return t.exec(updatePair, m.Time, preview, p.num)
}

// admit keeps in memory what a new message changes. Called with the lock held.
func (p *pair) admit(from *account, m *Message) {
	p.lastTime = m.Time
	if !m.NoLast {
		p.preview, p.previewID = m, m.ID
	}
	to := p.other(from)
	from.dialogs[to].changed = m.Time
	d := to.dialogs[from]
	d.changed = m.Time
	if to.warm && !m.uncounted() {
		d.unread++
	}
}
