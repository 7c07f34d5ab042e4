package core

import (
	"context"
	"encoding/json"
	"slices"
)

// maxQueued is how much of what was missed a user gets; what is older is forgotten.
const maxQueued = 100

// Queued is what a user missed who had no connection: a notice or a mention. Exactly one of
// the two is set.
type Queued struct {
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

// queueForAbsent keeps what users have to learn who have no connection now. It also gives
// notices the numbers by which clients know them again.
func (t *txn) queueForAbsent() error {
	for i, e := range t.events {
		var err error
		switch e := e.(type) {
		case Notice:
			e.Seq, e.Random, e.ClientSeq = randomNumber()>>1, randomNumber()>>1, randomNumber()>>1
			t.events[i] = e
			err = t.queueNotice(e)
		case GroupMessage:
			if len(e.Msg.Mentions) > 0 && !e.Msg.OnlineOnly {
				err = t.queueMentions(e)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// queueNotice leaves out who acted: those notices only bring other devices up to date.
func (t *txn) queueNotice(n Notice) error {
	to := n.To
	n.Audience = Audience{}
	for _, acc := range t.absent(to) {
		if acc.pub.ID == n.Operator {
			continue
		}
		if err := t.queue(acc, Queued{Notice: &n}); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) queueMentions(e GroupMessage) error {
	for _, acc := range t.absent(e.To) {
		mention, ok := MentionOf(e.Msg, e.Group, acc.pub.ID)
		if !ok {
			continue
		}
		if err := t.queue(acc, Queued{Mention: &mention}); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) absent(uids []uint32) []*account {
	if t.c.present == nil {
		return nil
	}
	var list []*account
	for _, uid := range uids {
		if acc := t.c.account(uid); acc != nil && !t.c.present(uid) {
			list = append(list, acc)
		}
	}
	return list
}

func (t *txn) queue(acc *account, q Queued) error {
	data, err := json.Marshal(q)
	if err != nil {
		return err
	}
	if acc.queued >= 2*maxQueued { // somebody who never comes must not fill the disk
		if err := t.exec(trimQueued, acc.pub.UID, acc.pub.UID, maxQueued); err != nil {
			return err
		}
		t.apply(func() { acc.queued = maxQueued })
	}
	t.apply(func() { acc.queued++ })
	return t.exec(insertQueued, acc.pub.UID, string(data))
}

// TakeQueued returns what a user missed, oldest first, and forgets it.
func (c *Core) TakeQueued(ctx context.Context, user string) ([]Queued, error) {
	c.mu.RLock()
	acc := c.accounts[user]
	nothing := acc == nil || acc.queued == 0
	c.mu.RUnlock()
	if nothing {
		return nil, nil
	}
	return perform(ctx, c, true, func(t *txn) ([]Queued, error) {
		rows, err := t.query(`SELECT data FROM queued WHERE uid = ? ORDER BY id DESC LIMIT ?`, acc.pub.UID, maxQueued)
		if err != nil {
			return nil, err
		}
		var list []Queued
		err = eachRow(rows, func(row scanner) error {
			var data string
			if err := row.Scan(&data); err != nil {
				return err
			}
			var q Queued
			err := json.Unmarshal([]byte(data), &q)
			list = append(list, q)
			return err
		})
		if err != nil {
			return nil, err
		}
		slices.Reverse(list)
		t.apply(func() { acc.queued = 0 })
		return list, t.exec(deleteQueued, acc.pub.UID)
	})
}

func (c *Core) loadQueued() error {
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
