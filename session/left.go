package session

import (
	"reddot/im"
	"reddot/model"
)

// drop takes groups off the list that the account was not in any more at the moment at; their history stays in the store. A
// group with messages that were not sent stays in the list until the last of them is discarded: their text is the user's,
// whatever became of the group.
func (s *Session) drop(at im.Moment, groups ...*chat) {
	var gone []model.ConversationID
	for _, c := range groups {
		if len(c.timeline.Unsent()) > 0 {
			s.keepLeft(c, at)
			continue
		}
		s.remove(c, at)
		gone = append(gone, c.id)
	}
	s.forget(gone)
}

// keepLeft leaves a group in the list as one that the account is not in.
func (s *Session) keepLeft(c *chat, at im.Moment) {
	s.presence.remove(c.id, at)
	c.left = true
	if c.group != nil {
		group := *c.group
		group.SelfRole = model.NotMember
		c.group = &group
	}
	s.touch(c)
}

// came notes that the account is in a group, maybe again, by the answer to a question that left at the moment asked.
func (s *Session) came(c *chat, asked im.Moment) {
	s.presence.add(c.id, asked)
	if c.left {
		c.left = false
		s.sendNext(c)
	}
}

// settled lets go of the outbox of a conversation in which nothing is unsent any more.
func (s *Session) settled(c *chat) {
	if len(c.timeline.Unsent()) > 0 {
		return
	}
	delete(s.unsent, c)
	s.pictured = false
	if c.left {
		s.drop(s.presence.went[c.id], c)
	}
}

// groupGone is told that the account is not in a group any more.
func (s *Session) groupGone(c *chat, reason string, at im.Moment) {
	s.drop(at, c)
	s.gone, s.pictured = Gone{Conversation: c.id, Reason: goneReason(reason)}, false
}

func goneReason(reason string) GoneReason {
	switch reason {
	case im.GoneDissolved:
		return GoneDissolved
	case im.GoneRemoved:
		return GoneRemoved
	case im.GoneLeft:
		return GoneLeft
	default:
		return GoneUnknown
	}
}
