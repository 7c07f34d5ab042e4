package session

import (
	"cmp"
	"slices"
)

// surveyed is the most groups that are looked into after a login.
const surveyed = 30

// survey looks for mentions in what came while the account was away: the service counts unread messages, but which of
// them mention the user only the messages tell. The newest page of the groups with the newest unread messages is
// fetched, quietly, and only for somebody who looks at a list.
func (s *Session) survey() {
	if s.viewing == (Viewing{}) || !s.canAsk() {
		return
	}
	var unknown []*chat
	for _, c := range s.order {
		if s.canFetch(c) && c.group != nil && !c.history.fresh && !c.history.loading && !c.history.waiting && c.unread.Badge().Count > 0 {
			unknown = append(unknown, c)
		}
	}
	slices.SortStableFunc(unknown, func(a, b *chat) int { return cmp.Compare(b.lastTime(), a.lastTime()) })
	for _, c := range unknown[:min(surveyed, len(unknown))] {
		c.history.quiet = true
		s.fetch(c, c.timeline.Newest())
	}
}

// lastTime is when the newest message came, in the service's seconds, 0 if none is known.
func (c *chat) lastTime() int64 {
	if c.last == nil {
		return 0
	}
	return c.last.ServerTime
}
