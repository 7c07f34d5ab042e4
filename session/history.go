package session

import (
	"context"

	"reddot/model"
)

// fetchState is how far the history of a conversation has been brought in.
type fetchState struct {
	// want is how many messages in one piece are wanted at the end; it grows with LoadOlder.
	want int
	// loading is set while a page is under way, from the store or from the service.
	loading bool
	failure string
	// waiting is set after a failure until the next attempt.
	waiting bool
	attempt int
	// stored is set once the store was asked, drained once it has nothing older.
	stored, drained bool
	// fresh is set once the newest page came from this connection: what is stored may have been recalled or
	// edited since. quiet is set while it is asked for only for that.
	fresh, quiet bool
	// connection counts the connections: a page that was asked for on an earlier one says nothing of what was missed since.
	connection int
	// pending is the range that a badge or a note needs and that was looked for in the store; asked is set once
	// the service was asked for its end.
	pending model.Range
	asked   bool
	// stuck is the position below which a page brought nothing new: asking again would bring the same.
	stuck int64

	// vanished is the position up to which a group has no messages any more.
	vanished int64

	// A C2C history knows no gaps, so it is walked by cursor, and met is set once the walk has reached what was
	// held before. Up to boundary, what is stored has no hole; joined is set once the walk got there, so
	// that all of it has none.
	cursor   string
	pages    int
	met      bool
	boundary int64
	joined   bool
}

// renew forgets what was only true of the last connection.
func (c *chat) renew() {
	c.history.failure, c.history.waiting, c.history.attempt = "", false, 0
	c.history.fresh = false
	c.history.connection++
	c.history.stuck, c.history.pending, c.history.asked = 0, model.Range{}, false
	c.history.cursor, c.history.pages, c.history.met = "", 0, false
	if c.history.joined {
		c.history.boundary = c.timeline.Newest()
	}
	c.asked = nil
	c.members.stale = true
}

// fetchNeeded brings in whatever conversations need: the open one first.
func (s *Session) fetchNeeded() {
	if c := s.chats[s.viewing.Conversation]; c != nil {
		s.fetchMembers(c)
		s.advance(c)
	}
	for _, c := range s.order {
		s.advance(c)
	}
}

// fetchingAny says whether a badge or a note waits for a page.
func (s *Session) fetchingAny() bool {
	for _, c := range s.order {
		if (c.history.loading || c.history.waiting) && !s.neededRange(c).Empty() {
			return true
		}
	}
	return false
}

// advance starts the next page that a conversation needs, if any.
func (s *Session) advance(c *chat) {
	if c.history.loading || c.history.waiting || s.ctx.Err() != nil {
		return
	}
	if s.isOpen(c) && s.advanceOpen(c) {
		return
	}
	if badge := c.unread.Badge(); !badge.Pending.Empty() {
		c.recount(badge.Pending)
	}
	s.advancePending(c, s.neededRange(c))
}

// advanceOpen brings in what the open conversation lacks on screen; it reports whether a page is under way.
func (s *Session) advanceOpen(c *chat) bool {
	h := &c.history
	if !h.stored {
		s.loadStored(c)
		return true
	}
	shown := len(s.shown(c))
	gaps := c.timeline.Gaps()
	switch {
	case s.canFetch(c) && c.group == nil && !h.met:
		s.fetchC2C(c)
	case s.canFetch(c) && len(gaps) > 0 && (shown < h.want || gaps[0].To >= c.newestShown()) && gaps[0].To != h.stuck:
		s.fetch(c, gaps[0].To)
	case s.canFetch(c) && !h.fresh && c.newestShown() > 0:
		h.quiet = true
		s.fetch(c, c.timeline.Newest())
	case shown >= h.want || len(gaps) > 0:
		return false
	case !h.drained && (c.group != nil || h.joined || !s.canFetch(c)):
		s.loadStored(c)
	case !s.canFetch(c) || !c.older():
		return false
	case c.group == nil:
		s.fetchC2C(c)
	case c.oldest()-1 != h.stuck:
		s.fetch(c, c.oldest()-1)
	default:
		return false
	}
	return true
}

// advancePending brings in a range that a badge or a note needs: from the store first. A page that changes
// nothing is not asked for again.
func (s *Session) advancePending(c *chat, pending model.Range) {
	h := &c.history
	switch {
	case pending.Empty():
		h.pending = pending
	case h.pending != pending:
		h.pending, h.asked = pending, false
		s.loadRange(c, pending)
	case !h.asked && s.canFetch(c) && c.id.Kind() == model.KindGroup:
		h.asked = true
		s.fetch(c, pending.To)
	}
}

// canFetch says whether the service can be asked for messages of a conversation now.
func (s *Session) canFetch(c *chat) bool {
	return s.canAsk() && (c.id.Kind() != model.KindGroup || c.group != nil && !c.left)
}

// canAsk says whether the service can be asked for messages now.
func (s *Session) canAsk() bool {
	return s.connection.Phase == Online && s.link.synced && s.client.Capabilities().History
}

// oldest returns the sequence of the oldest held message, 1 beyond the newest when none is held.
func (c *chat) oldest() int64 {
	messages := c.timeline.Snapshot()
	if len(messages) == 0 || messages[0].State != model.Sent {
		return c.timeline.Newest() + 1
	}
	return messages[0].Sequence
}

// older says whether messages older than the oldest held one may exist.
func (c *chat) older() bool {
	if c.id.Kind() == model.KindGroup && c.oldest()-1 <= c.history.vanished {
		return false
	}
	return c.timeline.Older()
}

// loadStored brings in the next older page of the store.
func (s *Session) loadStored(c *chat) {
	var before *model.Message
	if c.history.stored {
		before = c.oldestHeld()
	}
	limit := max(firstPage, c.history.want-c.timeline.Len())
	s.startLoading(c)
	s.spawn(func(ctx context.Context) func() {
		messages, err := s.store.Messages(ctx, c.id, before, limit)
		return func() {
			c.history.loading, c.history.stored = false, true
			c.history.drained = err != nil || len(messages) < limit
			if err != nil && ctx.Err() == nil {
				s.storeFailed(err)
			}
			s.arrived(c, c.add(messages))
		}
	})
}

func (c *chat) oldestHeld() *model.Message {
	for _, m := range c.timeline.Snapshot() {
		if m.State == model.Sent && !m.OnlineOnly {
			return m
		}
	}
	return nil
}

// loadRange looks for the newest messages of a range in the store.
func (s *Session) loadRange(c *chat, wanted model.Range) {
	s.startLoading(c)
	s.spawnQuiet(func(ctx context.Context) func() {
		messages, err := s.store.MessagesBetween(ctx, c.id, wanted.From-1, wanted.To, 2*model.CertainUnread)
		return func() {
			c.history.loading = false
			if err != nil && ctx.Err() == nil {
				s.storeFailed(err)
			}
			s.arrived(c, c.add(messages))
		}
	})
}

// arrived goes on after messages of the past came in.
func (s *Session) arrived(c *chat, changes model.Changes) {
	s.touch(c)
	s.settleOutbox(c, changes.Added)
	s.settleClaims(c)
	s.advance(c)
	s.shownNow(c)
	s.askReceipts(c)
}

func (s *Session) startLoading(c *chat) {
	c.history.loading = true
	s.touch(c)
}

// LoadOlder fetches the page before the loaded messages.
func (s *Session) LoadOlder(id model.ConversationID) {
	s.inbox.put(func() {
		c := s.chats[id]
		if c == nil || c.history.loading {
			return
		}
		c.history.failure, c.history.stuck = "", 0
		c.history.want = len(s.shown(c)) + firstPage
		s.limitWindow(c)
		s.advance(c)
	})
}

// limitWindow bounds what is held of a conversation: little while it is closed, everything while the user
// reads in its past or a note needs it.
func (s *Session) limitWindow(c *chat) {
	switch {
	case !c.need.Empty():
		// What a note means is told by messages that may stand before the window.
		c.timeline.SetLimit(0)
	case !s.isOpen(c):
		c.timeline.SetLimit(closedWindow)
	case !s.viewing.AtBottom:
		c.timeline.SetLimit(0)
	default:
		c.timeline.SetLimit(max(openWindow, c.history.want+openWindow/2))
	}
}
