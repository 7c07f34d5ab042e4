package core

import (
	"context"
	"encoding/json"
	"slices"
)

// What waits for a user waits for every device of the user, as on the service: each new
// login gets all of it, until the user deletes it, it has become untrue, or it is too old.
// Its numbers grow, so that a device that comes back gets what it missed and nothing again.
const (
	maxQueued   = 100              // what is older is forgotten
	queuedKept  = 7 * 24 * 60 * 60 // seconds
	expireEvery = 1000             // numbers
)

// Queued is what a user has to learn besides messages: a notice or a mention. Exactly one of
// the two is set.
type Queued struct {
	ID      int64      `json:"-"`
	Notice  *Notice    `json:",omitempty"`
	Mention *Mentioned `json:",omitempty"`
}

// Mentioned tells a user that a group message names them, or everybody.
type Mentioned struct {
	Group     GroupRef
	From      string
	Seq       uint32
	Random    uint32
	ClientSeq uint32
	Time      int64
	Me, All   bool
}

// QueuedKey is how clients name what they want to hear of no more.
type QueuedKey struct{ ClientSeq, Random uint32 }

func (q Queued) key() QueuedKey {
	if q.Mention != nil {
		return QueuedKey{q.Mention.ClientSeq, q.Mention.Random}
	}
	return QueuedKey{q.Notice.ClientSeq, q.Notice.Random}
}

// MentionOf tells what a message's mentions mean to a user; ok is false if nothing.
func MentionOf(m *Message, g *GroupRef, user string) (mention Mentioned, ok bool) {
	if user == m.From {
		return Mentioned{}, false
	}
	mention = Mentioned{Group: *g, From: m.From, Seq: m.Seq, Random: m.Random, ClientSeq: m.ClientSeq, Time: m.Time}
	mention.All = slices.ContainsFunc(m.Mentions, func(other Mention) bool { return other.All })
	mention.Me = slices.ContainsFunc(m.Mentions, func(other Mention) bool { return other.User == user })
	return mention, mention.Me || mention.All
}

// queueNews keeps notices and mentions for those whom they concern, and numbers them. It
// also gives notices the numbers by which clients know them again.
func (t *txn) queueNews() error {
	for i, e := range t.events {
		var err error
		switch e := e.(type) {
		case Notice:
			e.Seq, e.Random, e.ClientSeq = randomNumber()>>1, randomNumber()>>1, randomNumber()>>1
			e.Queued, err = t.queueNotice(e)
			t.events[i] = e
		case GroupMessage:
			if len(e.Msg.Mentions) > 0 && !e.Msg.OnlineOnly && e.Group.Type != AVChatRoom {
				e.Queued, err = t.queueMentions(e)
				t.events[i] = e
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// queueNotice leaves out who acted, what only brings other devices up to date, and live rooms,
// where whoever is not there has missed it.
func (t *txn) queueNotice(n Notice) (id int64, err error) {
	if n.Type == NoticeFlag || n.Group.Type == AVChatRoom {
		return 0, nil
	}
	var to []*account
	for _, uid := range n.To {
		if acc := t.c.account(uid); acc != nil && acc.pub.ID != n.Operator {
			to = append(to, acc)
		}
	}
	n.Audience = Audience{}
	return t.queue(to, Queued{Notice: &n})
}

// queueMentions stores one mention for all: what it means to each is found out later.
func (t *txn) queueMentions(e GroupMessage) (id int64, err error) {
	var to []*account
	for _, uid := range e.To {
		acc := t.c.account(uid)
		if acc == nil {
			continue
		}
		if _, ok := MentionOf(e.Msg, e.Group, acc.pub.ID); ok {
			to = append(to, acc)
		}
	}
	mention, _ := MentionOf(e.Msg, e.Group, "")
	return t.queue(to, Queued{Mention: &mention})
}

func (t *txn) queue(to []*account, q Queued) (id int64, err error) {
	if len(to) == 0 {
		return 0, nil
	}
	data, err := json.Marshal(q)
	if err != nil {
		return 0, err
	}
	t.lastNotice++
	if err := t.exec(insertNotice, t.lastNotice, t.time, string(data)); err != nil {
		return 0, err
	}
	for _, acc := range to {
		if err := t.queueFor(acc); err != nil {
			return 0, err
		}
	}
	if t.lastNotice%expireEvery == 0 {
		err = t.expireQueue()
	}
	return t.lastNotice, err
}

func (t *txn) queueFor(acc *account) error {
	if acc.queued >= 2*maxQueued { // somebody who never comes must not fill the disk
		if err := t.exec(trimQueued, acc.pub.UID, acc.pub.UID, maxQueued); err != nil {
			return err
		}
		t.apply(func() { acc.queued = maxQueued })
	}
	t.apply(func() { acc.queued++ })
	return t.exec(insertQueued, acc.pub.UID, t.lastNotice)
}

// expireQueue forgets what is too old. Numbers grow with time.
func (t *txn) expireQueue() error {
	row, err := t.queryRow(`SELECT coalesce(min(id), ?) FROM notice WHERE time >= ?`, t.lastNotice, t.time-queuedKept)
	if err != nil {
		return err
	}
	var oldest int64
	if err := row.Scan(&oldest); err != nil {
		return err
	}
	if err := t.exec(expireQueued, oldest); err != nil {
		return err
	}
	return t.exec(expireNotices, oldest)
}

// LastQueued is the number of the newest notice or mention that subscribers were told or are
// being told.
func (c *Core) LastQueued() int64 { return c.newsTold.Load() }

// Queued returns what a user has to learn whose numbers lie after after and are at most
// upTo, oldest first. What has become untrue is forgotten.
func (c *Core) Queued(ctx context.Context, user string, after, upTo int64) ([]Queued, error) {
	c.mu.RLock()
	acc := c.accounts[user]
	nothing := acc == nil || acc.queued == 0
	c.mu.RUnlock()
	if nothing || after >= upTo {
		return nil, nil
	}
	return perform(ctx, c, true, func(t *txn) ([]Queued, error) {
		all, err := t.queuedOf(acc, after, upTo)
		if err != nil {
			return nil, err
		}
		list := all[:0]
		for _, q := range all {
			holds, err := t.holds(acc, &q)
			if err != nil {
				return nil, err
			}
			if holds {
				list = append(list, q)
				continue
			}
			if err := t.unqueue(acc, q.ID); err != nil {
				return nil, err
			}
		}
		return list, nil
	})
}

func (t *txn) queuedOf(acc *account, after, upTo int64) ([]Queued, error) {
	rows, err := t.query(`SELECT queued.id, data FROM queued JOIN notice ON notice.id = queued.id
		WHERE uid = ? AND queued.id > ? AND queued.id <= ? AND time >= ? ORDER BY queued.id DESC LIMIT ?`,
		acc.pub.UID, after, upTo, t.time-queuedKept, maxQueued)
	if err != nil {
		return nil, err
	}
	var list []Queued
	err = eachRow(rows, func(row scanner) error {
		var q Queued
		var data string
		if err := row.Scan(&q.ID, &data); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(data), &q)
		list = append(list, q)
		return err
	})
	slices.Reverse(list)
	return list, err
}

// holds tells whether it is still as a notice or mention says; a mention is told what it
// means to this user.
func (t *txn) holds(acc *account, q *Queued) (bool, error) {
	if q.Mention != nil {
		return t.mentionHolds(acc, q.Mention)
	}
	n := q.Notice
	if n == nil || n.Group == nil {
		return false, nil
	}
	var m *member
	if g := t.c.groups[n.Group.ID]; g != nil {
		m = g.members[acc.pub.UID]
	}
	switch n.Type {
	case NoticeApplied:
		row, err := t.queryRow(`SELECT count(*) FROM application WHERE key = ?`, n.Key)
		if err != nil {
			return false, err
		}
		var waiting int
		err = row.Scan(&waiting)
		return waiting > 0, err
	case NoticeInvitation:
		return t.invitationHolds(acc, n)
	case NoticeAccepted, NoticeInvited:
		return m != nil, nil
	case NoticeRemoved, NoticeDissolved, NoticeLeft, NoticeBanned:
		return m == nil, nil
	case NoticeAdminSet:
		return m != nil && m.role == RoleAdmin, nil
	case NoticeAdminRemoved:
		return m != nil && m.role == RoleMember, nil
	}
	return true, nil
}

// mentionHolds: a mention is of interest until it is read.
func (t *txn) mentionHolds(acc *account, mention *Mentioned) (bool, error) {
	g := t.c.groups[mention.Group.ID]
	if g == nil || g.members[acc.pub.UID] == nil || g.members[acc.pub.UID].read >= mention.Seq {
		return false, nil
	}
	r, err := t.groupRow(g, mention.Seq)
	if err != nil || r.msg == nil || r.msg.Recalled {
		return false, err
	}
	meant, ok := MentionOf(r.msg, g.ref, acc.pub.ID)
	*mention = meant
	return ok, nil
}

func (t *txn) unqueue(acc *account, id int64) error {
	t.apply(func() { acc.queued = max(acc.queued-1, 0) })
	return t.exec(deleteQueued, acc.pub.UID, id)
}

// DropQueued forgets what a user wants to hear of no more.
func (c *Core) DropQueued(ctx context.Context, user string, keys []QueuedKey) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		list, err := t.queuedOf(acc, 0, t.lastNotice)
		if err != nil {
			return err
		}
		for _, q := range list {
			if !slices.Contains(keys, q.key()) {
				continue
			}
			if err := t.unqueue(acc, q.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Core) loadQueued() error {
	var last int64
	if err := c.store.read.QueryRow(`SELECT coalesce(max(id), 0) FROM notice`).Scan(&last); err != nil {
		return err
	}
	c.newsHead.Store(last)
	c.newsTold.Store(last)
	return c.each(func(row scanner) error {
		var uid uint32
		var n int
		if err := row.Scan(&uid, &n); err != nil {
			return err
		}
		if acc := c.account(uid); acc != nil {
			acc.queued = n
		}
		return nil
	}, `SELECT uid, count(*) FROM queued GROUP BY uid`)
}
