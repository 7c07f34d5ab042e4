package core

import (
	"context"
	"fmt"
)

// Reset forgets everything, as if the database were new. Account numbers begin at 1 again,
// so nobody may go on with an account from before; subscribers learn of it by Emptied.
func (c *Core) Reset(ctx context.Context) error {
	return c.change(ctx, func(t *txn) error {
		if err := t.empty(); err != nil {
			return err
		}
		t.tell(Emptied{})
		t.apply(func() {
			c.accounts, c.byUID = map[string]*account{}, []*account{nil}
			c.groups, c.pairs, c.ended = map[string]*group{}, map[pairKey]*pair{}, map[string]int64{}
			c.recentKeys, c.lastC2C, c.lastTime = dupes{}, 0, 0
			c.storedC2C.Store(0)
			c.newsHead.Store(0)
			c.newsTold.Store(0)
		})
		return nil
	})
}

func (t *txn) empty() error {
	rows, err := t.query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		return err
	}
	var tables []string
	err = eachRow(rows, func(row scanner) error {
		var name string
		err := row.Scan(&name)
		tables = append(tables, name)
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range tables {
		if _, err := t.tx.Exec(`DELETE FROM "` + name + `"`); err != nil {
			return fmt.Errorf("empty table %s: %w", name, err)
		}
	}
	return nil
}

// Stats are figures about what a core holds and does now.
type Stats struct {
	Accounts int
	Groups   int
	Messages int64 // stored ones of groups and C2C
	Jobs     int   // changes that wait for the writer
	Commits  int   // commits that wait to be told
}

// Stats counts. It costs as much as there are groups, not as there are messages.
func (c *Core) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := Stats{Accounts: len(c.accounts), Groups: len(c.groups), Jobs: len(c.jobs), Commits: len(c.outcomes)}
	for _, g := range c.groups {
		if g.rules().history {
			s.Messages += int64(g.last) - int64(g.first) + 1
		}
	}
	s.Messages += c.storedC2C.Load()
	return s
}
