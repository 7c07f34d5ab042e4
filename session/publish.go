package session

import (
	"maps"
	"slices"

	"reddot/model"
)

// publish swaps in a new picture if anything changed since the last one. Conversations that did not change
// keep their pointers.
func (s *Session) publish() {
	if len(s.dirty) == 0 && s.listed && s.pictured {
		return
	}
	old := s.view.Load()
	next := &View{
		Self: s.me, Connection: s.connection, Sync: s.records, Notices: s.notices, Gone: s.gone,
		GroupNotices: s.news.notices, Applications: len(s.news.waiting),
		Conversations: old.Conversations, ByID: old.ByID,
	}
	s.pictureDirty()
	if !s.listed || s.anyReplaced(old) {
		next.Conversations, next.ByID = s.list()
	}
	for _, c := range next.Conversations {
		if !c.Muted {
			next.Unread += c.Unread
		}
	}
	next.Outgoing, next.Failed = s.countUnsent()
	s.dirty, s.listed, s.pictured = s.dirty[:0], true, true
	s.view.Store(next)
	signal(s.changed)
}

func (s *Session) pictureDirty() {
	for _, c := range s.dirty {
		c.picture, c.dirty = s.pictureOf(c), false
		s.keepLater(c)
	}
}

// anyReplaced says whether a conversation of the list has a new picture.
func (s *Session) anyReplaced(old *View) bool {
	return slices.ContainsFunc(s.dirty, func(c *chat) bool { return old.ByID[c.id] != c.picture })
}

// list returns the pictures of all conversations. The one with oneself carries notes and is not shown.
func (s *Session) list() ([]*Conversation, map[model.ConversationID]*Conversation) {
	conversations := make([]*Conversation, 0, len(s.order))
	for _, c := range s.order {
		if c.id != s.self {
			conversations = append(conversations, c.picture)
		}
	}
	old := s.view.Load().ByID
	if s.listed && len(old) == len(conversations) {
		byID := maps.Clone(old)
		for _, c := range s.dirty {
			if c.id != s.self && s.chats[c.id] == c {
				byID[c.id] = c.picture
			}
		}
		return conversations, byID
	}
	byID := make(map[model.ConversationID]*Conversation, len(conversations))
	for _, c := range conversations {
		byID[c.ID] = c
	}
	return conversations, byID
}

// countUnsent returns how many messages wait to be sent and how many were given up.
func (s *Session) countUnsent() (waiting, failed int) {
	for c := range s.unsent {
		for _, m := range c.timeline.Unsent() {
			if m.State == model.Failed {
				failed++
			} else {
				waiting++
			}
		}
	}
	return waiting, failed
}

// notice shows a lasting condition, replacing what was shown under its code; an empty text takes it away.
func (s *Session) notice(code NoticeCode, level NoticeLevel, text string) {
	if slices.Contains(s.notices, Notice{Code: code, Level: level, Text: text}) {
		return
	}
	if text == "" && !slices.ContainsFunc(s.notices, func(n Notice) bool { return n.Code == code }) {
		return
	}
	notices := slices.DeleteFunc(slices.Clone(s.notices), func(n Notice) bool { return n.Code == code })
	if text != "" {
		notices = append(notices, Notice{Code: code, Level: level, Text: text})
	}
	slices.SortStableFunc(notices, func(a, b Notice) int { return int(b.Level) - int(a.Level) })
	s.notices, s.pictured = notices, false
}

// storeFailed is called by the saver.
func (s *Session) storeFailed(err error) {
	s.log.Error("Local store", "error", err)
	s.inbox.put(func() { s.notice(NoticeStoreUnusable, NoticeError, err.Error()) })
}
