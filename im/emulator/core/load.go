package core

import (
	"context"
	"fmt"
)

// load reads what the rules need. Messages stay on the disk, except which of them do not
// count and which sends are recent enough to be repeated.
func (c *Core) load() error {
	for _, step := range []struct {
		what string
		run  func() error
	}{
		{"accounts", c.loadAccounts},
		{"relations", c.loadRelations},
		{"silences", c.loadSilences},
		{"statuses", c.loadStatuses},
		{"groups", c.loadGroups},
		{"bans", c.loadBans},
		{"members", c.loadMembers},
		{"uncounted messages", c.loadUncounted},
		{"queued notices", c.loadQueued},
		{"conversations", c.loadPairs},
		{"deleted messages", c.loadErased},
		{"recent sends", c.loadRecentKeys},
	} {
		if err := step.run(); err != nil {
			return fmt.Errorf("load %s: %w", step.what, err)
		}
	}
	return nil
}

// each runs a query on the reading side and calls scan for every row.
func (c *Core) each(scan func(scanner) error, query string, args ...any) error {
	rows, err := c.store.read.QueryContext(context.Background(), query, args...)
	if err != nil {
		return err
	}
	return eachRow(rows, scan)
}

func (c *Core) loadAccounts() error {
	return c.each(func(row scanner) error {
		var pub Account
		var profile string
		var validAfter int64
		if err := row.Scan(&pub.UID, &pub.ID, &pub.Nick, &pub.Face, &profile, &validAfter); err != nil {
			return err
		}
		items, err := decodeList[ProfileItem](profile)
		if err != nil {
			return err
		}
		pub.TinyID, pub.Profile = tinyID(pub.UID), items
		for len(c.byUID) < int(pub.UID) {
			c.byUID = append(c.byUID, nil)
		}
		id, deleted := cutMark(pub.ID)
		pub.ID = id
		acc := newAccount(pub)
		acc.validAfter, acc.deleted = validAfter, deleted
		if deleted {
			c.ended[id] = validAfter
			c.byUID = append(c.byUID, acc)
			return nil
		}
		c.addAccount(acc)
		return nil
	}, `SELECT uid, id, nick, face, profile, valid_after FROM account ORDER BY uid`)
}

// loadGroups also keeps the numbers of dissolved groups from being used again as long as
// their messages are being removed.
func (c *Core) loadGroups() error {
	if err := c.store.read.QueryRow(`SELECT coalesce(max(last >> 32), 0) FROM purge`).Scan(&c.lastGroup); err != nil {
		return err
	}
	return c.each(func(row scanner) error {
		g := &group{members: map[uint32]*member{}, changed: c.Now()}
		var owner uint32
		var custom string
		i := &g.info
		err := row.Scan(&g.num, &i.ID, &i.Type, &i.Name, &i.Introduction, &i.Notification, &i.FaceURL, &owner,
			&i.CreateTime, &i.InfoSeq, &i.LastInfoTime, &i.MaxMemberNum, &i.ApplyJoin, &i.InviteJoin, &i.MuteAll, &custom,
			&g.last, &g.first, &g.lastTime, &g.previewSeq, &i.HidesPast, &g.cleared)
		if err != nil {
			return err
		}
		if i.Custom, err = decodeList[KV](custom); err != nil {
			return err
		}
		if acc := c.account(owner); acc != nil {
			i.Owner = acc.pub.ID
		}
		g.refreshRef()
		c.groups[i.ID] = g
		c.lastGroup = max(c.lastGroup, g.num)
		c.lastTime = max(c.lastTime, g.lastTime)
		return nil
	}, `SELECT num, id, type, name, introduction, notification, face, owner, created, info_seq, info_time, max_members, apply_join,
		invite_join, mute_all, custom, last, first, last_time, preview, hides_past, cleared FROM grp ORDER BY num`)
}

func (c *Core) loadUncounted() error {
	groups := c.groupsByNumber()
	return c.each(func(row scanner) error {
		var id int64
		if err := row.Scan(&id); err != nil {
			return err
		}
		if g := groups[id>>32]; g != nil {
			g.uncounted = append(g.uncounted, uint32(id))
		}
		return nil
	}, `SELECT id FROM message WHERE uncounted = 1 ORDER BY id`)
}

func (c *Core) loadPairs() error {
	pairs := map[int64]*pair{}
	err := c.each(func(row scanner) error {
		p := &pair{}
		var a, b uint32
		if err := row.Scan(&p.num, &a, &b, &p.lastTime, &p.previewID); err != nil {
			return err
		}
		c.lastPair = max(c.lastPair, p.num)
		c.lastTime = max(c.lastTime, p.lastTime)
		p.a, p.b = c.account(a), c.account(b)
		if p.a == nil || p.b == nil || p.a.deleted || p.b.deleted {
			return nil
		}
		pairs[p.num] = p
		c.addPair(p)
		return nil
	}, `SELECT num, a, b, last_time, preview FROM pair ORDER BY num`)
	if err != nil {
		return err
	}
	err = c.each(func(row scanner) error {
		var num int64
		var uid uint32
		var d dialog
		if err := row.Scan(&num, &uid, &d.readID, &d.readTime, &d.hidden, &d.pinned, &d.cleared, &d.flag); err != nil {
			return err
		}
		p, acc := pairs[num], c.account(uid)
		if p == nil || acc == nil {
			return nil
		}
		side := acc.dialogs[p.other(acc)]
		side.readID, side.readTime, side.hidden, side.pinned, side.cleared, side.flag = d.readID, d.readTime, d.hidden, d.pinned, d.cleared, d.flag
		return nil
	}, `SELECT pair, uid, read_id, read_time, hidden, pinned, cleared, flag FROM dialog`)
	if err != nil {
		return err
	}
	if err := c.store.read.QueryRow(`SELECT coalesce(max(id), 0) FROM c2c`).Scan(&c.lastC2C); err != nil {
		return err
	}
	c.storedC2C.Store(c.lastC2C)
	return nil
}

// loadRecentKeys makes a send that is repeated after a restart a duplicate still.
func (c *Core) loadRecentKeys() error {
	since := c.Now() - dupeSeconds
	for _, g := range c.groups {
		if g.lastTime < since {
			continue
		}
		if err := c.loadGroupKeys(g, since); err != nil {
			return err
		}
	}
	for key, p := range c.pairs {
		if p.lastTime < since {
			continue
		}
		keys := map[dupeKey]dupe{}
		err := c.each(func(row scanner) error {
			k := dupeKey{conv: -p.num}
			var first dupe
			if err := row.Scan(&k.sender, &k.random, &k.seq, &first.time); err != nil {
				return err
			}
			first.seq = k.seq
			keys[k] = first
			return nil
		}, `SELECT sender, random, seq, time FROM c2c WHERE pair = ? AND time >= ?`, p.num, since)
		if err != nil {
			return fmt.Errorf("of %v: %w", key, err)
		}
		c.recentKeys.add(keys, c.Now())
	}
	return nil
}

// keyPage is how many sends are looked at together, newest first.
const keyPage = 512

func (c *Core) loadGroupKeys(g *group, since int64) error {
	keys := map[dupeKey]dupe{}
	for below := g.messageID(g.last) + 1; ; {
		seen, oldest := 0, int64(0)
		err := c.each(func(row scanner) error {
			k := dupeKey{conv: g.num}
			var first dupe
			if err := row.Scan(&below, &k.sender, &k.random, &first.time); err != nil {
				return err
			}
			seen++
			oldest = first.time
			first.seq = uint32(below)
			if first.time >= since {
				keys[k] = first
			}
			return nil
		}, `SELECT id, sender, random, time FROM message WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?`,
			g.messageID(0), below, keyPage)
		if err != nil {
			return err
		}
		if seen < keyPage || oldest < since {
			c.recentKeys.add(keys, c.Now())
			return nil
		}
	}
}

func (c *Core) account(uid uint32) *account {
	if int(uid) >= len(c.byUID) {
		return nil
	}
	return c.byUID[uid]
}
