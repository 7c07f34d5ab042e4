package session

import "reddot/model"

// Look tells what the user is looking at; opening a conversation loads and reads it.
func (s *Session) Look(viewing Viewing) { s.inbox.put(func() { s.look(viewing) }) }

func (s *Session) look(viewing Viewing) {
	before, blind := s.viewing.Conversation, s.viewing == (Viewing{})
	s.viewing = viewing
	s.attend()
	if blind {
		s.survey()
	}
	if before != viewing.Conversation {
		if left := s.chats[before]; left != nil {
			s.leave(left)
		}
		if viewing.Conversation.Kind() == model.KindC2C {
			s.chatOf(viewing.Conversation)
		}
		if c := s.chats[viewing.Conversation]; c != nil {
			s.open(c)
		}
		return
	}
	if c := s.chats[viewing.Conversation]; c != nil {
		s.limitWindow(c)
		s.shownNow(c)
		s.watchReaders(c)
	}
}

// attend tells a client that polls what the user looks at: there it has to be fast.
func (s *Session) attend() {
	client, ok := s.client.(interface{ Attend(model.ConversationID) })
	if !ok {
		return
	}
	if s.viewing.Focused {
		client.Attend(s.viewing.Conversation)
		return
	}
	client.Attend("")
}

func (s *Session) isOpen(c *chat) bool { return s.viewing.Conversation == c.id }

// open shows a conversation: what is held at once, then what store and service have of its end. The divider
// stays where reading had stopped.
func (s *Session) open(c *chat) {
	c.opening, c.divider, c.dividerUnread = true, -1, 0
	if badge := c.unread.Badge(); badge.Count > 0 {
		c.divider, c.dividerUnread = c.unread.Read(), badge.Count
	}
	c.history.want = firstPage
	c.history.failure = ""
	s.touch(c)
	s.limitWindow(c)
	s.advance(c)
	s.shownNow(c)
	s.askReceipts(c)
	s.fetchMembers(c)
	s.watchReaders(c)
}

// leave lets go of what only an open conversation needs.
func (s *Session) leave(c *chat) {
	c.opening, c.divider, c.dividerUnread = false, -1, 0
	c.history.want, c.history.drained = 0, false
	s.limitWindow(c)
	s.watchReaders(c)
	s.touch(c)
}

// shownNow reads the open conversation up to the newest message shown, if the user can see it: the terminal has
// the focus, and the conversation was just opened or its end is on screen.
func (s *Session) shownNow(c *chat) {
	if !s.isOpen(c) || c.left || !s.viewing.Focused || !s.viewing.AtBottom && !c.opening {
		return
	}
	if position := c.newestShown(); position > c.unread.Read() {
		s.read(c, position)
	}
	if !c.history.loading {
		c.opening = false
	}
}
