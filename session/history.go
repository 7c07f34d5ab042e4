package session

import (
	"context"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// defaultPage is how many messages are asked for at a time where the adapter names no limit.
	defaultPage = 20
	// historyTimeout bounds one page.
	historyTimeout = 20 * time.Second
	// maxOverlapPages bounds how far a C2C conversation is walked back to meet what is stored.
	maxOverlapPages = 20
	// maxMissing bounds how many vanished messages are noted one by one.
	maxMissing = 10_000
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
	case s.canFetch() && c.group == nil && !h.met:
		s.fetchC2C(c)
	case s.canFetch() && len(gaps) > 0 && (shown < h.want || gaps[0].To >= c.newestShown()) && gaps[0].To != h.stuck:
		s.fetch(c, gaps[0].To)
	case s.canFetch() && !h.fresh && c.newestShown() > 0:
		h.quiet = true
		s.fetch(c, c.timeline.Newest())
	case shown >= h.want || len(gaps) > 0:
		return false
	case !h.drained && (c.group != nil || h.joined || !s.canFetch()):
		s.loadStored(c)
	case !s.canFetch() || !c.older():
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
	case !h.asked && s.canFetch() && c.id.Kind() == model.KindGroup:
		h.asked = true
		s.fetch(c, pending.To)
	}
}

func (s *Session) canFetch() bool {
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

// fetch asks the service for the page of a group that ends at the position.
func (s *Session) fetch(c *chat, before int64) {
	request := im.HistoryRequest{Conversation: c.id, Before: before, Limit: s.pageSize()}
	end := before
	if end == 0 {
		end = c.timeline.Newest()
	}
	s.request(c, request, func(page *im.HistoryPage) model.Changes {
		changes := c.addPage(page, end)
		if len(changes.Added) == 0 && !c.history.quiet {
			c.history.stuck = before
		}
		c.history.fresh = c.history.fresh || end >= c.timeline.Newest()
		c.history.quiet = false
		return changes
	})
}

// addPage takes in a page of a group's history that ends at before. Sequences inside it that the service
// neither returned nor named do not exist any more.
func (c *chat) addPage(page *im.HistoryPage, before int64) model.Changes {
	floor := page.Next + 1
	if page.Complete || page.Next <= 0 {
		floor = c.unknownFrom(before)
	}
	if page.Complete && len(page.Messages) == 0 {
		c.history.vanished = max(c.history.vanished, before)
	}
	present := make(map[int64]struct{}, len(page.Messages))
	for _, m := range page.Messages {
		present[m.Sequence] = struct{}{}
	}
	missing := page.Missing
	for sequence := before; sequence >= floor && before-sequence < maxMissing; sequence-- {
		if _, ok := present[sequence]; !ok {
			missing = append(missing, sequence)
		}
	}
	changes := c.timeline.AddHistory(page.Messages, missing, page.Complete && len(page.Messages) > 0)
	c.observe(changes)
	c.count(page.Messages)
	if page.Complete {
		floor = 1
	}
	c.unread.Cover(floor, before)
	return changes
}

// unknownFrom returns where the unknown range that ends at the position begins, the position itself if it is
// known or stands below everything that is held.
func (c *chat) unknownFrom(position int64) int64 {
	for _, gap := range c.timeline.Gaps() {
		if gap.From <= position && position <= gap.To {
			return gap.From
		}
	}
	return position
}

// fetchC2C asks for the next page of a C2C conversation, walking back by cursor.
func (s *Session) fetchC2C(c *chat) {
	request := im.HistoryRequest{Conversation: c.id, Limit: s.pageSize(), Cursor: c.history.cursor}
	s.request(c, request, func(page *im.HistoryPage) model.Changes {
		oldest := c.oldestHeld()
		changes := c.timeline.AddHistory(page.Messages, nil, page.Complete)
		c.observe(changes)
		c.count(page.Messages)
		c.history.walked(page, oldest)
		return changes
	})
}

// walked notes how far a page of a C2C conversation reached; oldest is the oldest message that was held before.
func (h *fetchState) walked(page *im.HistoryPage, oldest *model.Message) {
	h.cursor = page.Cursor
	h.pages++
	reached, through := page.Complete || len(page.Messages) == 0, oldest == nil
	if !reached {
		from := page.Messages[0].Position()
		reached = from <= h.boundary
		through = through || from <= oldest.Position()
	}
	h.joined = h.joined || reached || through && h.drained
	h.met = h.met || reached || through || page.Cursor == "" || h.pages >= maxOverlapPages
}

func (s *Session) pageSize() int {
	if page := s.client.Capabilities().HistoryPage; page > 0 {
		return page
	}
	return defaultPage
}

// request asks for one page and takes it in by use.
func (s *Session) request(c *chat, request im.HistoryRequest, use func(*im.HistoryPage) model.Changes) {
	s.startLoading(c)
	spawn := s.spawnQuiet
	if s.isOpen(c) {
		spawn = s.spawn
	}
	spawn(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, historyTimeout)
		defer cancel()
		page, err := s.client.History(ctx, request)
		return func() {
			c.history.loading = false
			if err != nil {
				s.fetchFailed(c, request, err)
				return
			}
			c.history.failure, c.history.attempt = "", 0
			changes := use(page)
			s.saver.keep(changes.Added...)
			s.saver.keep(changes.Updated...)
			s.arrived(c, changes)
		}
	})
}

// fetchFailed shows why, and tries again later what may succeed then.
func (s *Session) fetchFailed(c *chat, request im.HistoryRequest, err error) {
	s.touch(c)
	if s.ctx.Err() != nil {
		return
	}
	s.log.Warn("Fetch history", "conversation", c.id, "before", request.Before, "error", err)
	h := &c.history
	h.failure, h.quiet = reasonOf(err), false
	if !isTemporary(err) {
		h.stuck, h.met, h.fresh = request.Before, true, true
		s.advance(c)
		s.shownNow(c)
		return
	}
	delay := backoff(h.attempt)
	h.attempt++
	h.waiting = true
	s.shownNow(c)
	s.spawn(func(ctx context.Context) func() {
		sleep(ctx, delay)
		return func() {
			h.waiting, h.asked = false, false
			s.advance(c)
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
