package core

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
)

// Members are by far the most rows that are read at the start, so few values are fetched for each:
// numbers in pairs, and what differs from a plain member's only where it does.
const loadMembersSQL = `
SELECT row, grp << 32 | uid, joined, read << 32 | since, nullif(custom, ''),
  CASE WHEN role = 'Member' AND flag = 'AcceptAndNotify' AND card = '' AND mute_until = 0 AND hidden = 0 AND pinned = 0 AND cleared = 0
  THEN NULL ELSE json_object('Role', role, 'Flag', flag, 'Card', card, 'MuteUntil', mute_until, 'Hidden', hidden, 'Pinned', pinned, 'Cleared', cleared) END
FROM member ORDER BY row`

// uncommon is what most members have in common, of one who has not.
type uncommon struct {
	Role            Role
	Flag, Card      string
	MuteUntil       int64
	Hidden, Cleared uint32
	Pinned          int
}

// memberLoader gathers all members before it puts them in their places, which are then made in one piece.
type memberLoader struct {
	core    *Core
	groups  map[int64]*group
	all     []*member
	sizes   map[*group]int
	joined  map[*account]int
	customs map[string][]KV // most members have one of a few lists; lists are never changed
	now     int64
}

func (c *Core) loadMembers() error {
	l := memberLoader{
		core: c, groups: make(map[int64]*group, len(c.groups)), sizes: make(map[*group]int, len(c.groups)),
		joined: make(map[*account]int, len(c.accounts)), customs: map[string][]KV{}, now: c.Now(),
	}
	for _, g := range c.groups {
		l.groups[g.num] = g
	}
	if err := c.eachValues(l.add, loadMembersSQL); err != nil {
		return err
	}
	l.attach()
	return nil
}

// add takes one row of loadMembersSQL.
func (l *memberLoader) add(row []driver.Value) error {
	var pairs [4]int64
	for i := range pairs {
		pairs[i], _ = row[i].(int64)
	}
	id, place, reads := pairs[0], pairs[1], pairs[3]
	l.core.lastMember = max(l.core.lastMember, id)
	g, acc := l.groups[place>>32], l.core.account(uint32(place))
	if g == nil || acc == nil {
		return nil
	}
	m := &member{
		row: id, group: g, acc: acc, joined: pairs[2], read: uint32(reads >> 32), since: uint32(reads),
		role: RoleMember, flag: AcceptAndNotify, changed: l.now,
	}
	if text, ok := row[4].(string); ok {
		custom, err := l.custom(text)
		if err != nil {
			return err
		}
		m.custom = custom
	}
	if text, ok := row[5].(string); ok {
		var u uncommon
		if err := json.Unmarshal([]byte(text), &u); err != nil {
			return err
		}
		m.role, m.flag, m.card, m.muteUntil, m.hidden, m.cleared, m.pinned = u.Role, u.Flag, u.Card, u.MuteUntil, u.Hidden, u.Cleared, u.Pinned != 0
	}
	l.all = append(l.all, m)
	l.sizes[g]++
	l.joined[acc]++
	return nil
}

func (l *memberLoader) custom(text string) ([]KV, error) {
	if list, known := l.customs[text]; known {
		return list, nil
	}
	list, err := decodeList[KV](text)
	l.customs[text] = list
	return list, err
}

func (l *memberLoader) attach() {
	for g, n := range l.sizes {
		g.members, g.order = make(map[uint32]*member, n), make([]*member, 0, n)
	}
	for acc, n := range l.joined {
		acc.joined = make(map[*group]*member, n)
	}
	for _, m := range l.all {
		m.group.attach(m)
	}
	for g := range l.sizes {
		g.refreshMembers()
	}
}

// eachValues is each without what database/sql does to every value; the slice is reused.
func (c *Core) eachValues(take func([]driver.Value) error, query string) error {
	ctx := context.Background()
	conn, err := c.store.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(plain any) error {
		rows, err := plain.(driver.QueryerContext).QueryContext(ctx, query, nil)
		if err != nil {
			return err
		}
		defer rows.Close()
		values := make([]driver.Value, len(rows.Columns()))
		for {
			err := rows.Next(values)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := take(values); err != nil {
				return err
			}
		}
	})
}
