package core

import (
	"context"
	"slices"
)

// maxHistoryPage bounds a page of history, whatever is asked for.
const maxHistoryPage = 100

// History is a page of a group's messages, newest first.
type History struct {
	Group    GroupRef
	Messages []*Message
	Next     uint32 // where the next page begins; 0 when there is none
}

// GroupHistory returns at most n messages with a sequence of at most from (0 or beyond the
// newest: from the newest on), newest first. Recalled messages are in it; those that the
// actor does not see are left out.
func (c *Core) GroupHistory(ctx context.Context, by Actor, id string, from uint32, n int) (History, error) {
	n = min(max(n, 1), maxHistoryPage)
	page, need, err := c.recentHistory(by, id, from, n)
	if err != nil || !need {
		return page, err
	}
	return c.storedHistory(ctx, by, id, from, n)
}

// recentHistory answers from memory, or says that the disk is needed. The first look at a
// group loads its newest messages.
func (c *Core) recentHistory(by Actor, id string, from uint32, n int) (page History, need bool, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	g, viewer, err := c.historyOf(by, id)
	if err != nil {
		return History{}, false, err
	}
	first := g.oldestFor(viewer)
	page.Group = *g.ref
	if from == 0 || from > g.last {
		from = g.last
	}
	if from < first || from == 0 {
		return page, false, nil
	}
	if !g.hasRecent || len(g.recent) == 0 {
		return page, true, nil
	}
	lowest := first
	if count := uint32(n); from-first >= count {
		lowest = from - count + 1
	}
	if g.recent[0].Seq > lowest {
		return page, true, nil
	}
	start := int(lowest - g.recent[0].Seq)
	page.Messages = make([]*Message, 0, n)
	for i := start + int(from-lowest); i >= start; i-- {
		page.add(viewer, g.recent[i])
	}
	page.Next = lowest - 1
	if lowest == first {
		page.Next = 0
	}
	return page, false, nil
}

// add appends a message if the viewer sees it. Called with the lock held.
func (h *History) add(viewer *member, m *Message) {
	if viewer == nil || viewer.sees(m) {
		h.Messages = append(h.Messages, m)
	}
}

// historyOf finds a group and the member with whose eyes the actor sees it; that is nil for
// app admins, who see everything.
func (c *Core) historyOf(by Actor, id string) (g *group, viewer *member, err error) {
	g, viewer, err = c.memberOf(id, by)
	if err != nil {
		return nil, nil, err
	}
	if !g.rules().history {
		return nil, nil, refuse(CodeNoRoaming, "groups of type %s keep no history", g.info.Type)
	}
	if by.Admin {
		viewer = nil
	}
	return g, viewer, nil
}

// oldestFor is the oldest sequence that a viewer sees.
func (g *group) oldestFor(viewer *member) uint32 {
	if viewer == nil {
		return g.first
	}
	return viewer.firstVisible()
}

func (c *Core) storedHistory(ctx context.Context, by Actor, id string, from uint32, n int) (History, error) {
	c.mu.RLock()
	g, viewer, err := c.historyOf(by, id)
	if err != nil {
		c.mu.RUnlock()
		return History{}, err
	}
	page := History{Group: *g.ref}
	first, last, known := g.oldestFor(viewer), g.last, g.hasRecent
	c.mu.RUnlock()
	if !known {
		if err := c.loadRecent(ctx, g); err != nil {
			return History{}, err
		}
		return c.GroupHistory(ctx, by, id, from, n)
	}
	if from == 0 || from > last {
		from = last
	}
	var rows []groupRow
	err = c.each(func(row scanner) error {
		r, err := scanGroupRow(row)
		rows = append(rows, r)
		return err
	}, `SELECT `+messageColumns+` FROM message WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`, g.messageID(first), g.messageID(from), n)
	if err != nil {
		return History{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	page.addRows(c, g, viewer, rows)
	if len(rows) == n && rows[n-1].msg.Seq > first {
		page.Next = rows[n-1].msg.Seq - 1
	}
	return page, nil
}

// addRows appends those of the rows that the viewer sees, with the names of their authors.
// Called with the lock held.
func (h *History) addRows(c *Core, g *group, viewer *member, rows []groupRow) {
	for _, r := range rows {
		c.signRow(g, r)
		h.add(viewer, r.msg)
	}
}

// signRow fills in who wrote a message. Called with the lock held.
func (c *Core) signRow(g *group, r groupRow) {
	r.msg.sign(c.account(r.sender), g)
	r.msg.Group = g.info.ID
	if r.msg.From == "" {
		r.msg.From, r.msg.TinyID = systemAccount, "0"
	}
}

// GroupMessages returns the messages with these sequences, newest first, as far as they are
// there and the actor sees them.
func (c *Core) GroupMessages(ctx context.Context, by Actor, id string, seqs []uint32) (History, error) {
	seqs = slices.Clone(seqs[:min(len(seqs), maxHistoryPage)])
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	slices.Reverse(seqs)
	c.mu.RLock()
	g, viewer, err := c.historyOf(by, id)
	var first, last uint32
	if err == nil {
		first, last = g.oldestFor(viewer), g.last
	}
	c.mu.RUnlock()
	if err != nil {
		return History{}, err
	}
	var rows []groupRow
	for _, seq := range seqs {
		if seq < first || seq > last {
			continue
		}
		err := c.each(func(row scanner) error {
			r, err := scanGroupRow(row)
			rows = append(rows, r)
			return err
		}, `SELECT `+messageColumns+` FROM message WHERE id = ?`, g.messageID(seq))
		if err != nil {
			return History{}, err
		}
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	page := History{Group: *g.ref}
	page.addRows(c, g, viewer, rows)
	return page, nil
}

// loadRecent brings the newest messages of a group into memory, in the writer goroutine so
// that none is missed.
func (c *Core) loadRecent(ctx context.Context, g *group) error {
	return c.change(ctx, func(t *txn) error {
		if g.hasRecent {
			return nil
		}
		rows, err := t.query(`SELECT `+messageColumns+` FROM message WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`,
			g.messageID(g.first), g.messageID(g.last), recentMessages)
		if err != nil {
			return err
		}
		recent := make([]*Message, 0, recentMessages)
		err = eachRow(rows, func(row scanner) error {
			r, err := scanGroupRow(row)
			if err != nil {
				return err
			}
			r.msg.Group, r.msg.From, r.msg.TinyID = g.info.ID, systemAccount, "0"
			r.msg.sign(c.account(r.sender), g)
			recent = append(recent, r.msg)
			return nil
		})
		if err != nil {
			return err
		}
		slices.Reverse(recent)
		t.apply(func() { g.recent, g.hasRecent = recent, true })
		return nil
	})
}
