package readsync

import (
	"cmp"
	"context"
	"slices"

	"reddot/im"
	"reddot/model"
)

const (
	// defaultReceiptBatch and defaultPage are used where the adapter names no limit.
	defaultReceiptBatch = 30
	defaultPage         = 20
)

// dueReceipts are the receipts that one conversation owes.
type dueReceipts struct {
	// gathered is the position up to which messages and unknown hold what is owed.
	gathered int64
	messages []*model.Message
	// unknown are ranges whose messages must be pulled from history first.
	unknown []model.Range
	// sent counts the receipts that the service took for the present reading.
	sent int
}

// from returns the oldest position that the receipts for a reading up to upTo start at.
func (d *dueReceipts) from(c *conversation, upTo int64) int64 {
	from := max(c.Receipts, d.gathered) + 1
	if c.Conversation.Kind() == model.KindGroup {
		from = max(from, upTo-receiptHorizon+1)
	}
	return from
}

// missingReceipts returns a range to be pulled, within the newest messages that get receipts.
func (c *conversation) missingReceipts(from, to int64) []model.Range {
	if c.Conversation.Kind() == model.KindGroup {
		from = max(from, to-receiptHorizon+1)
	}
	if from > to {
		return nil
	}
	return []model.Range{{From: from, To: to}}
}

// gather adds what is owed for a reading up to upTo.
func (d *dueReceipts) gather(self string, messages []*model.Message, unknown []model.Range, upTo int64) {
	d.add(self, messages)
	d.unknown = append(d.unknown, unknown...)
	d.gathered = max(d.gathered, upTo)
}

// add keeps the messages that want a receipt from this user, oldest first, the newest receiptHorizon.
func (d *dueReceipts) add(self string, messages []*model.Message) {
	for _, message := range messages {
		wants := message.NeedReceipt && message.Sender != self && !message.Recalled && !message.OnlineOnly && message.State == model.Sent
		if wants && !d.has(message.Key()) {
			d.messages = append(d.messages, message)
		}
	}
	slices.SortStableFunc(d.messages, func(a, b *model.Message) int { return cmp.Compare(a.Position(), b.Position()) })
	if extra := len(d.messages) - receiptHorizon; extra > 0 {
		d.messages = slices.Delete(d.messages, 0, extra)
	}
}

func (d *dueReceipts) has(key model.Key) bool {
	return slices.ContainsFunc(d.messages, func(message *model.Message) bool { return message.Key() == key })
}

// clear drops what is owed up to the position.
func (d *dueReceipts) clear(position int64) {
	d.gathered = max(d.gathered, position)
	d.messages = slices.DeleteFunc(d.messages, func(message *model.Message) bool { return message.Position() <= position })
	kept := d.unknown[:0]
	for _, unknown := range d.unknown {
		if unknown.From = max(unknown.From, position+1); unknown.From <= unknown.To {
			kept = append(kept, unknown)
		}
	}
	d.unknown = kept
}

// sendReceipts sends everything that is owed up to the position and returns how many receipts that were.
// Each batch that the service took is noted, so that a failure or a restart repeats at most one.
func (e *Engine) sendReceipts(c *conversation, upTo int64) (int, error) {
	if err := e.pullUnknown(c); err != nil {
		return 0, err
	}
	sent := 0
	for {
		batch := e.nextBatch(c, upTo)
		if len(batch) == 0 {
			return sent, nil
		}
		if err := e.sendBatch(c.Conversation, batch); err != nil {
			return sent, err
		}
		sent += len(batch)
		e.batchDone(c, batch)
	}
}

func (e *Engine) nextBatch(c *conversation, upTo int64) []*model.Message {
	limit := e.client.Capabilities().ReceiptBatch
	if limit <= 0 {
		limit = defaultReceiptBatch
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	end := 0
	for end < len(c.due.messages) && end < limit && c.due.messages[end].Position() <= upTo {
		end++
	}
	return slices.Clone(c.due.messages[:end])
}

func (e *Engine) sendBatch(id model.ConversationID, batch []*model.Message) error {
	ctx, cancel := context.WithTimeout(e.ctx, callTimeout)
	defer cancel()
	if id.Kind() == model.KindC2C {
		return e.client.SendC2CReceipts(ctx, batch)
	}
	sequences := make([]int64, len(batch))
	for i, message := range batch {
		sequences[i] = message.Sequence
	}
	return e.client.SendReceipts(ctx, id.Target(), sequences)
}

func (e *Engine) batchDone(c *conversation, batch []*model.Message) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.due.messages = slices.DeleteFunc(c.due.messages, func(message *model.Message) bool { return slices.Contains(batch, message) })
	c.due.sent += len(batch)
	if len(c.due.messages) > 0 {
		// Messages of one second share a position: it is settled only once the next one is later.
		c.Receipts = max(c.Receipts, c.due.messages[0].Position()-1)
	}
	e.touch(c)
}

// pullUnknown brings in the messages of the unknown ranges, newest first.
func (e *Engine) pullUnknown(c *conversation) error {
	if !e.client.Capabilities().History {
		e.dropUnknown(c)
		return nil
	}
	var cursor string
	for pulled := 0; pulled < receiptHorizon; {
		wanted, ok := e.newestUnknown(c)
		if !ok {
			return nil
		}
		page, err := e.page(c.Conversation, wanted.To, cursor)
		if err != nil {
			return err
		}
		cursor = page.Cursor
		pulled += max(1, len(page.Messages))
		e.pulledPage(c, wanted, page)
	}
	e.dropUnknown(c)
	return nil
}

// page asks for one page of history that ends at before (groups) or at the cursor (C2C).
func (e *Engine) page(id model.ConversationID, before int64, cursor string) (*im.HistoryPage, error) {
	limit := e.client.Capabilities().HistoryPage
	if limit <= 0 {
		limit = defaultPage
	}
	request := im.HistoryRequest{Conversation: id, Limit: limit}
	if id.Kind() == model.KindGroup {
		request.Before = before
	} else {
		request.Cursor = cursor
	}
	ctx, cancel := context.WithTimeout(e.ctx, callTimeout)
	defer cancel()
	return e.client.History(ctx, request)
}

// pulledPage takes in a page and leaves of the range what the page did not reach.
func (e *Engine) pulledPage(c *conversation, wanted model.Range, page *im.HistoryPage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	inside := slices.DeleteFunc(slices.Clone(page.Messages), func(message *model.Message) bool {
		return message.Position() < wanted.From || message.Position() > wanted.To
	})
	c.due.add(e.self, inside)
	rest := model.Range{From: wanted.From, To: pageEnd(c.Conversation, wanted, page)}
	for i, unknown := range c.due.unknown {
		if unknown.To != wanted.To {
			continue
		}
		rest.From = max(rest.From, unknown.From)
		c.due.unknown = slices.Delete(c.due.unknown, i, i+1)
		if rest.From <= rest.To {
			c.due.unknown = append(c.due.unknown, rest)
		}
		return
	}
}

// pageEnd returns the position at which the next older page ends, below the range if there is none.
func pageEnd(id model.ConversationID, wanted model.Range, page *im.HistoryPage) int64 {
	if page.Complete || len(page.Messages) == 0 && id.Kind() == model.KindC2C {
		return wanted.From - 1
	}
	if id.Kind() == model.KindGroup {
		return min(page.Next, wanted.To-1)
	}
	oldest := page.Messages[0].Position()
	if oldest < wanted.From {
		return wanted.From - 1
	}
	return min(oldest, wanted.To)
}

func (e *Engine) newestUnknown(c *conversation) (model.Range, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(c.due.unknown) == 0 {
		return model.Range{}, false
	}
	return slices.MaxFunc(c.due.unknown, func(a, b model.Range) int { return cmp.Compare(a.To, b.To) }), true
}

func (e *Engine) dropUnknown(c *conversation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c.due.unknown = nil
}
