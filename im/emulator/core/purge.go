package core

import "context"

// purgeChunk is how many message ids one commit removes, so that sends do not wait long.
const purgeChunk = 2000

// TrimHistory forgets all but the newest keep messages of a group.
func (c *Core) TrimHistory(ctx context.Context, id string, keep uint32) error {
	err := c.change(ctx, func(t *txn) error {
		g, err := c.group(id)
		if err != nil {
			return err
		}
		if g.last < g.first+keep {
			return nil
		}
		h := t.head(g)
		old := h.first
		h.first = h.last - keep + 1
		t.apply(func() { g.forget() })
		return t.exec(insertPurge, g.messageID(old), g.messageID(h.first-1))
	})
	if err != nil {
		return err
	}
	c.resumePurge()
	return nil
}

// forget drops from memory what lies before the oldest message that is kept. Called with
// the lock held, after first has moved.
func (g *group) forget() {
	for len(g.uncounted) > 0 && g.uncounted[0] < g.first {
		g.uncounted = g.uncounted[1:]
	}
	for len(g.recent) > 0 && g.recent[0].Seq < g.first {
		g.recent = g.recent[1:]
	}
	if g.preview != nil && g.preview.Seq < g.first {
		g.preview = nil
	}
}

// resumePurge removes, chunk by chunk, the rows that nothing refers to any more. What a
// stop interrupts goes on at the next start.
func (c *Core) resumePurge() {
	err := c.submit(job{exclusive: true, run: c.purgeStep, done: func(error) {}})
	if err != nil {
		return // closing; the next start goes on
	}
}

func (c *Core) purgeStep(t *txn) error {
	row, err := t.queryRow(`SELECT first, last FROM purge LIMIT 1`)
	if err != nil {
		return err
	}
	var first, last int64
	if missing, err := none(row.Scan(&first, &last)); missing || err != nil {
		return err
	}
	end := min(first+purgeChunk-1, last)
	for _, id := range []statement{deleteMessages, deleteReceipts, purgeErased} {
		if err := t.exec(id, first, end); err != nil {
			return err
		}
	}
	for _, table := range []string{"extension", "extended"} {
		if err := t.write(`DELETE FROM `+table+` WHERE message BETWEEN ? AND ?`, first, end); err != nil {
			return err
		}
	}
	t.apply(func() { go c.resumePurge() })
	if end == last {
		return t.exec(deletePurge, first)
	}
	return t.exec(updatePurge, end+1, first)
}
