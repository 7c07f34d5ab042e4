package core

import "context"

// What users say about themselves, who wants to hear of it, and who may not come back to a live room outlives the server.
const schemaStatus = `
CREATE TABLE status (uid INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE watch (who INTEGER NOT NULL, whom INTEGER NOT NULL, PRIMARY KEY (who, whom)) WITHOUT ROWID;
CREATE TABLE banned (grp INTEGER NOT NULL, uid INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (grp, uid)) WITHOUT ROWID;
`

// maxWatched is how many users somebody may subscribe to.
const maxWatched = 3000

// codeTooManyWatched refuses to watch more.
const codeTooManyWatched = 20001

// SetStatus has a user say something about themselves; "" takes it back.
func (c *Core) SetStatus(ctx context.Context, user, text string) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		switch {
		case acc == nil:
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		case acc.status == text:
			return nil
		}
		t.apply(func() { acc.status = text })
		if text == "" {
			return t.write(`DELETE FROM status WHERE uid = ?`, acc.pub.UID)
		}
		return t.write(`INSERT OR REPLACE INTO status VALUES (?,?)`, acc.pub.UID, text)
	})
}

// Status is what a user said.
func (c *Core) Status(uid uint32) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if acc := c.account(uid); acc != nil {
		return acc.status
	}
	return ""
}

// Watchers lists who wants to hear of a user's status, themselves left out.
func (c *Core) Watchers(uid uint32) []uint32 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	acc := c.account(uid)
	if acc == nil {
		return nil
	}
	var list []uint32
	for watcher := range acc.watchers {
		if watcher != acc {
			list = append(list, watcher.pub.UID)
		}
	}
	return list
}

// Watch subscribes a user to the statuses of others, all of them or none. Who does not exist is left out.
func (c *Core) Watch(ctx context.Context, user string, users []string) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		added := map[*account]struct{}{}
		for _, id := range users {
			whom := c.accounts[id]
			if whom == nil {
				continue
			}
			if _, known := whom.watchers[acc]; !known {
				added[whom] = struct{}{}
			}
		}
		if acc.watched+len(added) > maxWatched {
			return refuse(codeTooManyWatched, "at most %d users can be subscribed to", maxWatched)
		}
		for whom := range added {
			if err := t.write(`INSERT INTO watch VALUES (?,?)`, acc.pub.UID, whom.pub.UID); err != nil {
				return err
			}
		}
		t.apply(func() {
			for whom := range added {
				acc.watch(whom)
			}
		})
		return nil
	})
}

// Unwatch ends subscriptions.
func (c *Core) Unwatch(ctx context.Context, user string, users []string) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		for _, id := range users {
			whom := c.accounts[id]
			if whom == nil {
				continue
			}
			if err := t.write(`DELETE FROM watch WHERE who = ? AND whom = ?`, acc.pub.UID, whom.pub.UID); err != nil {
				return err
			}
			t.apply(func() { acc.unwatch(whom) })
		}
		return nil
	})
}

// UnwatchAll ends all subscriptions of a user.
func (c *Core) UnwatchAll(ctx context.Context, user string) error {
	return c.change(ctx, func(t *txn) error {
		acc := c.accounts[user]
		if acc == nil {
			return refuse(CodeUnknownAccount, "account %s does not exist", user)
		}
		t.apply(func() { c.unwatchAll(acc) })
		return t.write(`DELETE FROM watch WHERE who = ?`, acc.pub.UID)
	})
}

func (a *account) watch(whom *account) {
	if whom.watchers == nil {
		whom.watchers = map[*account]struct{}{}
	}
	whom.watchers[a] = struct{}{}
	a.watched++
}

func (a *account) unwatch(whom *account) {
	if _, known := whom.watchers[a]; known {
		delete(whom.watchers, a)
		a.watched--
	}
}

func (c *Core) unwatchAll(acc *account) {
	for _, whom := range c.accounts {
		acc.unwatch(whom)
	}
}

// forgetStatus drops what an account that is deleted said and watched, and who watched it.
func (t *txn) forgetStatus(acc *account) error {
	t.apply(func() {
		t.c.unwatchAll(acc)
		for watcher := range acc.watchers {
			watcher.unwatch(acc)
		}
		acc.status = ""
	})
	if err := t.write(`DELETE FROM status WHERE uid = ?`, acc.pub.UID); err != nil {
		return err
	}
	return t.write(`DELETE FROM watch WHERE who = ?1 OR whom = ?1`, acc.pub.UID)
}

// loadStatuses comes after the accounts.
func (c *Core) loadStatuses() error {
	err := c.each(func(row scanner) error {
		var uid uint32
		var text string
		if err := row.Scan(&uid, &text); err != nil {
			return err
		}
		if acc := c.account(uid); acc != nil {
			acc.status = text
		}
		return nil
	}, `SELECT uid, text FROM status`)
	if err != nil {
		return err
	}
	return c.each(func(row scanner) error {
		var who, whom uint32
		if err := row.Scan(&who, &whom); err != nil {
			return err
		}
		if acc, watched := c.account(who), c.account(whom); acc != nil && watched != nil {
			acc.watch(watched)
		}
		return nil
	}, `SELECT who, whom FROM watch`)
}

// loadBans comes after the groups.
func (c *Core) loadBans() error {
	groups := c.groupsByNumber()
	return c.each(func(row scanner) error {
		var num, until int64
		var uid uint32
		if err := row.Scan(&num, &uid, &until); err != nil {
			return err
		}
		if g := groups[num]; g != nil {
			g.ban(uid, until)
		}
		return nil
	}, `SELECT grp, uid, until FROM banned`)
}

func (c *Core) groupsByNumber() map[int64]*group {
	groups := make(map[int64]*group, len(c.groups))
	for _, g := range c.groups {
		groups[g.num] = g
	}
	return groups
}

func (g *group) ban(uid uint32, until int64) {
	if g.banned == nil {
		g.banned = map[uint32]int64{}
	}
	g.banned[uid] = until
}
