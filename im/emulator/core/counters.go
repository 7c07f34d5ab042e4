package core

import (
	"context"
	"slices"
)

// Limits of the counters of a group.
const (
	maxCounters   = 20
	maxCounterKey = 128 // bytes
)

// CodeCounterCount refuses more counters than a group may have.
const CodeCounterCount = 10063

// Counter is a number that a group keeps under a key, as the likes of a live room.
type Counter struct {
	Key   string
	Value int64
}

// CounterMode says how a counter changes.
type CounterMode string

// The modes.
const (
	CounterSet      CounterMode = "Set"
	CounterIncrease CounterMode = "Increase"
	CounterDecrease CounterMode = "Decrease"
)

// CountersChanged goes to the members of a group. Items are as they are now; deleted tells
// that these are gone.
type CountersChanged struct {
	Audience
	By      Actor
	Group   *GroupRef
	Items   []Counter
	Deleted bool
}

func (CountersChanged) event() {}

// countersOf finds a group that may have counters.
func (c *Core) countersOf(by Actor, id string) (*group, error) {
	g, _, err := c.memberOf(id, by)
	switch {
	case err != nil:
		return nil, err
	case c.plan.NoReceipts:
		return nil, refuse(CodeNeedsUltimate, "counters of groups need the Ultimate edition")
	case g.info.Type == Community:
		return nil, refuse(CodeNoPermission, "a community has no counters")
	}
	return g, nil
}

// Counters returns counters of a group by key, all of them without keys.
func (c *Core) Counters(ctx context.Context, by Actor, id string, keys []string) (list []Counter, err error) {
	err = c.change(ctx, func(t *txn) error {
		g, err := c.countersOf(by, id)
		if err != nil {
			return err
		}
		list, err = t.counters(g)
		if len(keys) > 0 {
			list = slices.DeleteFunc(list, func(n Counter) bool { return !slices.Contains(keys, n.Key) })
		}
		return err
	})
	return list, err
}

func (t *txn) counters(g *group) (list []Counter, err error) {
	rows, err := t.query(`SELECT key, value FROM counter WHERE grp = ? ORDER BY key`, g.num)
	if err != nil {
		return nil, err
	}
	err = eachRow(rows, func(row scanner) error {
		var n Counter
		err := row.Scan(&n.Key, &n.Value)
		list = append(list, n)
		return err
	})
	return list, err
}

// UpdateCounters sets counters of a group or adds to them, and returns what they are then. One
// that is not there counts as 0.
func (c *Core) UpdateCounters(ctx context.Context, by Actor, id string, mode CounterMode, changes []Counter) (list []Counter, err error) {
	if err := checkCounters(mode, changes); err != nil {
		return nil, err
	}
	err = c.change(ctx, func(t *txn) error {
		g, err := c.countersOf(by, id)
		if err != nil {
			return err
		}
		held, err := t.counters(g)
		if err != nil {
			return err
		}
		now := map[string]int64{}
		for _, n := range held {
			now[n.Key] = n.Value
		}
		for _, change := range changes {
			value, ok := mode.apply(now[change.Key], change.Value)
			if !ok {
				return refuse(CodeBadParameter, "counter %.40q would leave the range of 64 bits", change.Key)
			}
			now[change.Key] = value
			list = append(list, Counter{Key: change.Key, Value: value})
			if err := t.write(`INSERT OR REPLACE INTO counter VALUES (?,?,?)`, g.num, change.Key, value); err != nil {
				return err
			}
		}
		if len(now) > maxCounters {
			return refuse(CodeCounterCount, "a group has at most %d counters", maxCounters)
		}
		t.tell(CountersChanged{Audience: Audience{To: g.uids, Except: by.Inst}, By: by, Group: g.ref, Items: list})
		return nil
	})
	return list, err
}

func checkCounters(mode CounterMode, changes []Counter) error {
	switch {
	case len(changes) == 0:
		return refuse(CodeBadParameter, "GroupCounter is missing")
	case mode != CounterSet && mode != CounterIncrease && mode != CounterDecrease:
		return refuse(CodeBadParameter, "Mode is Set, Increase or Decrease, not %.20q", mode)
	}
	for _, n := range changes {
		if n.Key == "" || len(n.Key) > maxCounterKey {
			return refuse(CodeBadParameter, "the key of a counter has 1 to %d bytes, %.40q has %d", maxCounterKey, n.Key, len(n.Key))
		}
	}
	return nil
}

// apply changes a value; ok is false where the result is no number of 64 bits.
func (m CounterMode) apply(old, by int64) (value int64, ok bool) {
	switch m {
	case CounterIncrease:
		value = old + by
		return value, (value > old) == (by > 0)
	case CounterDecrease:
		value = old - by
		return value, (value < old) == (by > 0)
	}
	return by, true
}

// DeleteCounters deletes counters of a group, all of them without keys.
func (c *Core) DeleteCounters(ctx context.Context, by Actor, id string, keys []string) error {
	return c.change(ctx, func(t *txn) error {
		g, err := c.countersOf(by, id)
		if err != nil {
			return err
		}
		list, err := t.counters(g)
		if err != nil {
			return err
		}
		if len(keys) > 0 {
			list = slices.DeleteFunc(list, func(n Counter) bool { return !slices.Contains(keys, n.Key) })
		}
		for _, n := range list {
			if err := t.write(`DELETE FROM counter WHERE grp = ? AND key = ?`, g.num, n.Key); err != nil {
				return err
			}
		}
		if len(list) > 0 {
			t.tell(CountersChanged{Audience: Audience{To: g.uids, Except: by.Inst}, By: by, Group: g.ref, Items: list, Deleted: true})
		}
		return nil
	})
}
