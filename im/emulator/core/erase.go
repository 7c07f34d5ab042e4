package core

import (
	"context"
	"slices"
)

// maxErased is how many messages a user can delete at once.
const maxErased = 30

// What users delete they delete for themselves: for all others it stays, and app admins go
// on seeing it.

// firstVisible is the oldest sequence that a member sees.
func (m *member) firstVisible() uint32 {
	g := m.group
	first := max(g.first, g.cleared+1, m.cleared+1)
	if g.info.HidesPast {
		first = max(first, m.since+1)
	}
	return first
}

// sees tells whether a member may see a message of the group.
func (m *member) sees(msg *Message) bool {
	if msg.Seq < m.firstVisible() {
		return false
	}
	_, erased := slices.BinarySearch(m.erased, msg.Seq)
	user := m.acc.pub.ID
	return !erased && (len(msg.Directed) == 0 || msg.From == user || slices.Contains(msg.Directed, user))
}

// sees tells whether this side of a conversation sees the message with an id.
func (d *dialog) sees(id int64) bool {
	_, erased := slices.BinarySearch(d.erased, id)
	return id > d.cleared && !erased
}

// inserted returns a sorted list with one more value; the old list stays as it is.
func inserted[T uint32 | int64](list []T, value T) []T {
	at, held := slices.BinarySearch(list, value)
	if held {
		return list
	}
	return slices.Insert(slices.Clone(list), at, value)
}

// EraseGroup deletes messages of a group from the actor's own view. What is not there is no
// error.
func (c *Core) EraseGroup(ctx context.Context, by Actor, id string, seqs []uint32) error {
	if len(seqs) > maxErased {
		return refuse(CodeBadParameter, "at most %d messages at once", maxErased)
	}
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, Actor{User: by.User})
		if err != nil {
			return err
		}
		if !g.rules().history {
			return refuse(CodeNoPermission, "groups of type %s keep no history", g.info.Type)
		}
		for _, seq := range seqs {
			if seq < m.firstVisible() || seq > g.last {
				continue
			}
			if err := t.exec(insertErased, g.messageID(seq), m.acc.pub.UID); err != nil {
				return err
			}
			t.apply(func() { m.erased, m.changed = inserted(m.erased, seq), t.time })
		}
		return nil
	})
}

// ClearGroup deletes the whole history of a group from the actor's own view. All of it
// counts as read.
func (c *Core) ClearGroup(ctx context.Context, by Actor, id string) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, Actor{User: by.User})
		if err != nil {
			return err
		}
		if err := t.markGroupRead(by, id, g.last); err != nil {
			return err
		}
		return t.clearGroup(m)
	})
}

func (t *txn) clearGroup(m *member) error {
	g, upTo := m.group, m.group.last
	t.apply(func() { m.cleared, m.erased, m.changed = upTo, nil, t.time })
	if err := t.exec(deleteErased, g.messageID(0), g.messageID(upTo), m.acc.pub.UID); err != nil {
		return err
	}
	return t.exec(updateMemberCleared, upTo, m.row)
}

// EraseC2C deletes messages between the actor and a peer, named by their keys, from the
// actor's own view. What is not there is no error.
func (c *Core) EraseC2C(ctx context.Context, by Actor, peer string, keys []string) error {
	if len(keys) > maxErased {
		return refuse(CodeBadPeer, "at most %d messages at once", maxErased)
	}
	return c.change(ctx, func(t *txn) error {
		d, err := c.dialogOf(by.User, peer)
		if err != nil || d == nil {
			return err
		}
		for _, key := range keys {
			r, err := t.c2cByKey(d.pair, key)
			if err != nil {
				return err
			}
			if r.msg == nil || r.msg.ID <= d.cleared {
				continue
			}
			if err := t.exec(insertErased, -r.msg.ID, d.acc.pub.UID); err != nil {
				return err
			}
			t.apply(func() { d.erased, d.changed = inserted(d.erased, r.msg.ID), t.time })
		}
		return nil
	})
}

// ClearC2C deletes all messages between the actor and a peer from the actor's own view. All
// of them count as read.
func (c *Core) ClearC2C(ctx context.Context, by Actor, peer string) error {
	if err := c.warm(ctx, by.User); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		d, err := c.dialogOf(by.User, peer)
		if err != nil || d == nil {
			return err
		}
		if err := t.markC2CRead(by, peer, 0); err != nil {
			return err
		}
		return t.clearC2C(d)
	})
}

func (t *txn) clearC2C(d *dialog) error {
	upTo := t.lastC2C
	erased := d.erased
	t.apply(func() { d.cleared, d.erased, d.changed = upTo, nil, t.time })
	for _, id := range erased {
		if err := t.exec(deleteErased, -id, -id, d.acc.pub.UID); err != nil {
			return err
		}
	}
	return t.exec(upsertCleared, d.pair.num, d.acc.pub.UID, d.readID, d.readTime, upTo)
}

// loadErased comes after members and conversations.
func (c *Core) loadErased() error {
	groups := make(map[int64]*group, len(c.groups))
	for _, g := range c.groups {
		groups[g.num] = g
	}
	return c.each(func(row scanner) error {
		var id, pairNum int64
		var uid uint32
		if err := row.Scan(&id, &uid, &pairNum); err != nil {
			return err
		}
		acc := c.account(uid)
		if acc == nil {
			return nil
		}
		if id > 0 {
			if g := groups[id>>32]; g != nil && g.members[uid] != nil {
				m := g.members[uid]
				m.erased = inserted(m.erased, uint32(id))
			}
			return nil
		}
		for _, d := range acc.dialogs {
			if d.pair.num == pairNum {
				d.erased = inserted(d.erased, -id)
			}
		}
		return nil
	}, `SELECT erased.id, uid, coalesce(c2c.pair, 0) FROM erased LEFT JOIN c2c ON c2c.id = -erased.id ORDER BY erased.id`)
}
