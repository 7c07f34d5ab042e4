package rest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/model"
)

const (
	// watchFor is how long the receipts of an own message are asked for again.
	watchFor = time.Hour
	// maxWatched bounds how many messages are watched; the oldest are let go.
	maxWatched = 500
)

// watch is an own message whose receipts are asked for again and again.
type watch struct {
	sent time.Time
	// counted is set once the counts were told, or are known to be those of a message that nobody has read.
	counted      bool
	read, unread int
	next         time.Time
}

// expectReceipts watches a message that was just sent: nobody has read it.
func (s *state) expectReceipts(groupID string, sequence int64, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := messageID{groupID, sequence}
	s.markWish(id, true)
	s.markOwn(id)
	s.addWatch(id, &watch{sent: now, counted: true})
}

// watch watches an own message, unless it is too old. Of one that just came every reader is news; of one of the history only
// those that come from now on.
func (s *state) watch(groupID string, m *model.Message, news bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent, id := time.Unix(m.ServerTime, 0), messageID{groupID, m.Sequence}
	s.markOwn(id)
	if s.watched[id] == nil && now.Sub(sent) < watchFor {
		s.addWatch(id, &watch{sent: sent, counted: news})
	}
}

func (s *state) addWatch(id messageID, w *watch) {
	if len(s.watched) >= maxWatched {
		oldest := id
		for other, held := range s.watched {
			if oldest == id || held.sent.Before(s.watched[oldest].sent) {
				oldest = other
			}
		}
		delete(s.watched, oldest)
	}
	s.watched[id] = w
}

// observe takes over counts and returns those that changed since they were told.
func (s *state) observe(receipts []model.Receipt) []model.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	var news []model.Receipt
	for _, r := range receipts {
		id := messageID{r.Conversation.Target(), r.Sequence}
		w := s.watched[id]
		if w == nil {
			continue
		}
		if w.counted && w.read != r.ReadCount {
			news = append(news, r)
		}
		w.counted, w.read, w.unread = true, r.ReadCount, r.UnreadCount
		if r.UnreadCount == 0 && r.ReadCount > 0 {
			delete(s.watched, id)
		}
	}
	return news
}

// dueReceipts returns the watched messages that are to be asked about now, by group, newest first.
func (s *state) dueReceipts(now time.Time) map[string][]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := make(map[string][]int64)
	for id, w := range s.watched {
		switch {
		case now.Sub(w.sent) >= watchFor:
			delete(s.watched, id)
		case !now.Before(w.next):
			w.next = now.Add(askAgain(now.Sub(w.sent)))
			due[id.group] = append(due[id.group], id.sequence)
		}
	}
	for _, sequences := range due {
		slices.SortFunc(sequences, func(a, b int64) int { return cmp.Compare(b, a) })
	}
	return due
}

// askAgain returns how soon the receipts of a message of this age are asked for again: most readers come early.
func askAgain(age time.Duration) time.Duration {
	switch {
	case age < time.Minute:
		return 2 * time.Second
	case age < 10*time.Minute:
		return 15 * time.Second
	default:
		return time.Minute
	}
}

// pollReceipts asks for the receipts of recent own messages and tells what changed.
func (c *Client) pollReceipts(ctx context.Context) error {
	if !c.Capabilities().Receipts {
		return nil
	}
	for groupID, sequences := range c.state.dueReceipts(c.now()) {
		if !c.state.receiptsIn(groupID) {
			continue
		}
		for batch := range slices.Chunk(sequences, receiptBatch) {
			rows, err := c.receiptRows(ctx, groupID, batch)
			if refusesReceipts(err) {
				c.state.refuseReceipts(groupID)
				break
			}
			if err != nil {
				return err
			}
			if news := c.state.observe(convert.Receipts(groupID, rows)); len(news) > 0 {
				c.emit(im.ReceiptsChanged{Receipts: news})
			}
		}
	}
	return nil
}
