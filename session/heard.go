package session

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/model"
)

// heard is what the followers of a group know of it: everything after base, once, whichever way it came.
type heard struct {
	// base is the newest sequence when the session first had the service's view: what was there before is no news.
	base  int64
	based bool
	// told are the sequences that followers were told of, and those that do not exist.
	told model.Ranges
	// filling is set while what they missed is being fetched.
	filling bool
}

// tellMessages tells followers of messages that they were not told of before.
func (s *Session) tellMessages(c *chat, messages []*model.Message) {
	var facts []Fact
	for _, m := range messages {
		if m = c.joined(m); c.hear(m) {
			facts = append(facts, s.messageFact(c, m))
		}
	}
	if len(facts) > 0 {
		s.followers.tell(facts...)
	}
}

func (s *Session) messageFact(c *chat, m *model.Message) Fact {
	return Fact{
		Kind: FactMessage, At: m.Time(), Conversation: c.id, Name: c.name, Position: m.Position(), From: m.Sender, Message: m,
	}
}

// hear notes that followers are told of a message; it reports false if they were before.
func (c *chat) hear(m *model.Message) bool {
	if c.id.Kind() != model.KindGroup || m.OnlineOnly || m.Sequence <= 0 {
		return true
	}
	if c.heard.told.Contains(m.Sequence) {
		return false
	}
	c.heard.told.Add(m.Sequence, m.Sequence)
	return true
}

// startHearing sets where news begins.
func (c *chat) startHearing(newest int64) {
	if !c.heard.based {
		c.heard.base, c.heard.based = max(newest, 0), true
	}
}

// fillGaps fetches what followers of a group have missed: while the connection was lost, or because a push was.
func (s *Session) fillGaps(c *chat) {
	h := &c.heard
	if c.id.Kind() != model.KindGroup || !h.based || h.filling || !s.canFetch(c) || !s.followers.any() {
		return
	}
	if gaps := h.told.Gaps(h.base+1, c.timeline.Newest()); len(gaps) > 0 {
		h.filling = true
		s.fill(c, gaps[0], gaps[0].To, nil)
	}
}

// fill fetches the part of a gap that ends at before. Followers are told once all of it is there, in order.
func (s *Session) fill(c *chat, gap model.Range, before int64, collected []*model.Message) {
	const most = 10_000
	if before < gap.From || len(collected) >= most {
		s.filled(c, gap, collected)
		return
	}
	request := im.HistoryRequest{Conversation: c.id, Before: before, Limit: s.pageSize()}
	s.spawnQuiet(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, historyTimeout)
		defer cancel()
		page, err := s.client.History(ctx, request)
		return func() {
			if err != nil {
				s.fillFailed(c, gap, before, collected, err)
				return
			}
			news := slices.DeleteFunc(slices.Clone(page.Messages), func(m *model.Message) bool { return m.Position() < gap.From })
			changes := c.addPage(page, before)
			s.saver.keep(changes.Added...)
			s.saver.keep(changes.Updated...)
			s.arrived(c, changes)
			next := page.Next
			if page.Complete || len(page.Messages) == 0 {
				next = 0
			}
			s.fill(c, gap, min(next, before-1), append(collected, news...))
		}
	})
}

// filled tells what was missed, and goes on with the next gap.
func (s *Session) filled(c *chat, gap model.Range, collected []*model.Message) {
	slices.SortFunc(collected, func(a, b *model.Message) int { return cmp.Compare(a.Position(), b.Position()) })
	s.tellMessages(c, collected)
	c.heard.told.Add(gap.From, gap.To)
	c.heard.filling = false
	s.fillGaps(c)
}

// fillFailed goes on later where that may help. A lost connection is no failure: the next one begins anew.
func (s *Session) fillFailed(c *chat, gap model.Range, before int64, collected []*model.Message, err error) {
	if s.ctx.Err() != nil {
		return
	}
	s.log.Warn("Fetch what was missed", "conversation", c.id, "before", before, "error", err)
	if !isTemporary(err) {
		s.filled(c, gap, collected)
		return
	}
	s.spawnQuiet(func(ctx context.Context) func() {
		sleep(ctx, firstRetry)
		return func() {
			c.heard.filling = false
			s.fillGaps(c)
		}
	})
}

// nowFact returns a fact of this moment about a conversation.
func (s *Session) nowFact(kind FactKind, id model.ConversationID, position int64) Fact {
	return Fact{Kind: kind, At: time.Now(), Conversation: id, Name: s.nameOf(id), Position: position}
}
