package core

import (
	"context"
	"slices"
)

// unread counts what a warm member has not read: all sequences after the read position,
// without those that count for nobody and without the member's own.
func (m *member) unread() int {
	g := m.group
	if !g.rules().unread {
		return 0
	}
	from := max(m.read+1, m.firstVisible())
	if from > g.last {
		return 0
	}
	uncounted, _ := slices.BinarySearch(g.uncounted, from)
	own, _ := slices.BinarySearch(m.own, from)
	return int(g.last-from+1) - (len(g.uncounted) - uncounted) - (len(m.own) - own)
}

// Unread counts a user's unread messages in a group.
func (c *Core) Unread(ctx context.Context, id, user string) (int, error) {
	if err := c.warm(ctx, user); err != nil {
		return 0, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, m, err := c.memberOf(id, Actor{User: user})
	if err != nil {
		return 0, err
	}
	return m.unread(), nil
}

// MarkGroupRead moves a user's read position in a group forward, never beyond the newest
// message, and tells the user's other connections if it moved.
func (c *Core) MarkGroupRead(ctx context.Context, by Actor, id string, seq uint32) error {
	_, err := perform(ctx, c, false, func(t *txn) (struct{}, error) { return struct{}{}, t.markGroupRead(by, id, seq) })
	return err
}

func (t *txn) markGroupRead(by Actor, id string, seq uint32) error {
	g, m, err := t.c.memberOf(id, Actor{User: by.User})
	if err != nil {
		return err
	}
	now, staged := t.reads[m]
	if !staged {
		now = m.read
	}
	seq = min(seq, t.lastSeq(g))
	if seq <= now {
		return nil
	}
	if t.reads == nil {
		t.reads = map[*member]uint32{}
	}
	t.reads[m] = seq
	if err := t.exec(updateRead, seq, m.row); err != nil {
		return err
	}
	t.apply(func() {
		m.read, m.changed = max(m.read, seq), t.time
		m.dropOwn()
	})
	t.tell(GroupRead{Audience: Audience{To: []uint32{m.acc.pub.UID}, Except: by.Inst}, Group: g.ref, User: by.User, Seq: seq})
	return nil
}

// SetUnread makes a member's unread count n, or the number of messages if that is less
// (set_unread_msg_num, rest-api.md section 3.8). No device learns of it. In groups that
// keep no unread count nothing happens.
func (c *Core) SetUnread(ctx context.Context, id, user string, n int) error {
	if n < 0 {
		return refuse(CodeBadParameter, "UnreadMsgNum must not be negative")
	}
	if err := c.warm(ctx, user); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		g, err := c.group(id)
		if err != nil || !g.rules().unread {
			return err
		}
		_, m, err := c.memberOf(id, Actor{User: user})
		if err != nil {
			return err
		}
		read, own, err := t.readLeaving(g, m, n)
		if err != nil {
			return err
		}
		t.apply(func() { m.read, m.own, m.changed = read, own, t.time })
		return t.exec(updateRead, read, m.row)
	})
}

// readLeaving finds the read position that leaves n messages unread, and the member's own
// messages after it.
func (t *txn) readLeaving(g *group, m *member, n int) (read uint32, own []uint32, err error) {
	rows, err := t.query(`SELECT id, sender FROM message WHERE id BETWEEN ? AND ? AND uncounted = 0 ORDER BY id DESC`,
		g.messageID(g.first), g.messageID(g.last))
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	read = g.last
	for n > 0 && rows.Next() {
		var id int64
		var sender uint32
		if err := rows.Scan(&id, &sender); err != nil {
			return 0, nil, err
		}
		if sender == m.acc.pub.UID {
			own = append(own, uint32(id))
			continue
		}
		read = uint32(id) - 1
		n--
	}
	slices.Reverse(own)
	at, _ := slices.BinarySearch(own, read+1)
	return read, own[at:], rows.Err()
}

// warm loads what a user's conversation list needs and memory does not hold yet: the own
// messages after the read positions, C2C unread counts and the previews. From then on it
// is kept.
func (c *Core) warm(ctx context.Context, user string) error {
	c.mu.RLock()
	acc := c.accounts[user]
	done := acc == nil || acc.warm
	c.mu.RUnlock()
	if done {
		return nil
	}
	return c.change(ctx, func(t *txn) error {
		if acc.warm {
			return nil
		}
		for g, m := range acc.joined {
			if err := t.warmMember(g, m); err != nil {
				return err
			}
		}
		for _, d := range acc.dialogs {
			if err := t.warmDialog(d); err != nil {
				return err
			}
		}
		t.apply(func() { acc.warm = true })
		return nil
	})
}

func (t *txn) warmMember(g *group, m *member) error {
	if err := t.warmPreview(g); err != nil || !g.rules().unread || m.read >= g.last {
		return err
	}
	rows, err := t.query(`SELECT id FROM message WHERE sender = ? AND uncounted = 0 AND id BETWEEN ? AND ? ORDER BY id`,
		m.acc.pub.UID, g.messageID(m.read+1), g.messageID(g.last))
	if err != nil {
		return err
	}
	var own []uint32
	err = eachRow(rows, func(row scanner) error {
		var id int64
		if err := row.Scan(&id); err != nil {
			return err
		}
		own = append(own, uint32(id))
		return nil
	})
	t.apply(func() { m.own = own })
	return err
}

func (t *txn) warmPreview(g *group) error {
	if g.preview != nil || g.previewSeq == 0 || !g.rules().history {
		return nil
	}
	row, err := t.queryRow(`SELECT `+messageColumns+` FROM message WHERE id = ?`, g.messageID(g.previewSeq))
	if err != nil {
		return err
	}
	r, err := scanGroupRow(row)
	if missing, err := none(err); missing || err != nil {
		return err
	}
	r.msg.sign(t.c.account(r.sender), g)
	r.msg.Group = g.info.ID
	t.apply(func() { g.preview = r.msg })
	return nil
}
