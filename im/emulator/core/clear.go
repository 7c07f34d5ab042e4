package core

import "context"

// ClearHistory hides the messages of a group from all its members, up to a sequence; 0 is all
// there are. App admins go on seeing them (clear_group_msg).
func (c *Core) ClearHistory(ctx context.Context, by Actor, id string, upTo uint32) error {
	return c.change(ctx, func(t *txn) error {
		g, _, err := c.memberOf(id, by)
		switch {
		case err != nil:
			return err
		case g.info.Type == Community:
			return refuse(CodeNoPermission, "the history of a community cannot be cleared")
		}
		if upTo == 0 || upTo > g.last {
			upTo = g.last
		}
		if upTo <= g.cleared {
			return nil
		}
		t.apply(func() { g.cleared, g.changed = upTo, t.time })
		return t.write(`UPDATE grp SET cleared = ? WHERE num = ?`, upTo, g.num)
	})
}

// LastSent tells when members of a group last sent a message, in Unix seconds, by user. Who
// never did is not in it; in a group without history that is everybody.
func (c *Core) LastSent(id string) (map[string]int64, error) {
	c.mu.RLock()
	g, err := c.group(id)
	var first, last int64
	if err == nil {
		first, last = g.messageID(g.first), g.messageID(g.last)
	}
	c.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	times := map[string]int64{}
	// The first part is one step into an index for each member, the second reads the few
	// messages that do not count as unread.
	err = c.each(func(row scanner) error {
		var uid uint32
		var at int64
		if err := row.Scan(&uid, &at); err != nil {
			return err
		}
		c.mu.RLock()
		defer c.mu.RUnlock()
		if acc := c.account(uid); acc != nil {
			times[acc.pub.ID] = max(times[acc.pub.ID], at)
		}
		return nil
	}, `SELECT * FROM (SELECT uid, (SELECT time FROM message WHERE sender = uid AND uncounted = 0 AND id BETWEEN ?1 AND ?2
			AND flags & ?3 = 0 ORDER BY id DESC LIMIT 1) AS at FROM member WHERE grp = ?4) WHERE at IS NOT NULL
		UNION ALL SELECT sender, max(time) FROM message WHERE uncounted = 1 AND id BETWEEN ?1 AND ?2 AND flags & ?3 = 0 GROUP BY sender`,
		first, last, flagTip, first>>32)
	return times, err
}

// RecallBySender recalls what a user sent among the newest messages of a group. Members learn
// of it when they pull the history.
func (c *Core) RecallBySender(ctx context.Context, by Actor, id, sender string) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		seqs, err := t.sentBy(g, c.uidOf(sender))
		if err != nil {
			return err
		}
		for _, seq := range seqs {
			if _, _, err := t.recall(by, g, m, seq, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// recallReach is how many of the newest messages a recall by sender looks at.
const recallReach = 1000

func (t *txn) sentBy(g *group, sender uint32) ([]uint32, error) {
	first := g.first
	if g.last > recallReach {
		first = max(first, g.last-recallReach+1)
	}
	rows, err := t.query(`SELECT id FROM message WHERE sender = ? AND id BETWEEN ? AND ? AND flags & ? = 0 ORDER BY id`,
		sender, g.messageID(first), g.messageID(g.last), flagTip)
	if err != nil {
		return nil, err
	}
	var seqs []uint32
	err = eachRow(rows, func(row scanner) error {
		var id int64
		err := row.Scan(&id)
		seqs = append(seqs, uint32(id))
		return err
	})
	return seqs, err
}
