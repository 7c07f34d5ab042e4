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

// fetch asks the service for the page of a group that ends at the position.
func (s *Session) fetch(c *chat, before int64) {
	request := im.HistoryRequest{Conversation: c.id, Before: before, Limit: s.pageSize()}
	end := before
	if end == 0 {
		end = c.timeline.Newest()
	}
	connection := c.history.connection
	s.request(c, request, func(page *im.HistoryPage) model.Changes {
		changes := c.addPage(page, end)
		if connection != c.history.connection {
			c.history.quiet = false
			return changes
		}
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
	connection := c.history.connection
	s.request(c, request, func(page *im.HistoryPage) model.Changes {
		oldest := c.oldestHeld()
		changes := c.timeline.AddHistory(page.Messages, nil, page.Complete)
		c.observe(changes)
		c.count(page.Messages)
		if connection == c.history.connection {
			c.history.walked(page, oldest)
		}
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
