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
// newest: from the newest on), newest first. Recalled messages are in it.
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
	g, err := c.historyOf(by, id)
	if err != nil {
		return History{}, false, err
	}
	page.Group = *g.ref
	if from == 0 || from > g.last {
		from = g.last
	}
	if from < g.first || from == 0 {
		return page, false, nil
	}
	if !g.hasRecent || len(g.recent) == 0 {
		return page, true, nil
	}
	lowest := g.first
	if count := uint32(n); from-g.first >= count {
		lowest = from - count + 1
	}
	if g.recent[0].Seq > lowest {
		return page, true, nil
	}
	start := int(lowest - g.recent[0].Seq)
	page.Messages = make([]*Message, 0, n)
	for i := start + int(from-lowest); i >= start; i-- {
		page.add(g.recent[i], by)
	}
	page.Next = lowest - 1
	if lowest == g.first {
		page.Next = 0
	}
	return page, false, nil
}

// add appends a message unless it is directed to others.
func (h *History) add(m *Message, by Actor) {
	if len(m.Directed) > 0 && !by.Admin && m.From != by.User && !slices.Contains(m.Directed, by.User) {
		return
	}
	h.Messages = append(h.Messages, m)
}

func (c *Core) historyOf(by Actor, id string) (*group, error) {
	g, _, err := c.memberOf(id, by)
	if err != nil {
		return nil, err
	}
	if !g.rules().history {
		return nil, refuse(CodeNoRoaming, "groups of type %s keep no history", g.info.Type)
	}
	return g, nil
}

func (c *Core) storedHistory(ctx context.Context, by Actor, id string, from uint32, n int) (History, error) {
	c.mu.RLock()
	g, err := c.historyOf(by, id)
	if err != nil {
		c.mu.RUnlock()
		return History{}, err
	}
	page := History{Group: *g.ref}
	first, last, known := g.first, g.last, g.hasRecent
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
	c.signRows(g, rows)
	for _, r := range rows {
		page.add(r.msg, by)
	}
	if len(rows) == n && rows[n-1].msg.Seq > first {
		page.Next = rows[n-1].msg.Seq - 1
	}
	return page, nil
}

func (c *Core) signRows(g *group, rows []groupRow) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, r := range rows {
		r.msg.sign(c.account(r.sender), g)
		r.msg.Group = g.info.ID
		if r.msg.From == "" {
			r.msg.From, r.msg.TinyID = systemAccount, "0"
		}
	}
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
