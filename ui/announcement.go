package ui

import (
	"fmt"

	"reddot/model"
	"reddot/session"
)

// announcements remembers the announcement of each group as the user knows it. One is new if it differs from the first
// that a group had in this run, which is what the store kept of the last one, until the user puts it away.
type announcements struct {
	known map[model.ConversationID]string
	fresh map[model.ConversationID]string
	// groups are the pictures that were looked at last; seen are those of their conversations, in the order of the list.
	groups map[model.ConversationID]*model.Group
	seen   []*session.Conversation
}

// setView finds what is new in a picture.
func (a *announcements) setView(v *session.View) {
	if a.known == nil {
		a.known, a.fresh = map[model.ConversationID]string{}, map[model.ConversationID]string{}
		a.groups = map[model.ConversationID]*model.Group{}
	}
	before := a.seen
	a.seen = v.Conversations
	for i, c := range v.Conversations {
		if i < len(before) && before[i] == c { // nearly all, with every message that comes
			continue
		}
		if c.Group == nil || a.groups[c.ID] == c.Group {
			continue
		}
		a.groups[c.ID] = c.Group
		now := clean(c.Group.Notification)
		known, seen := a.known[c.ID]
		a.known[c.ID] = now
		if seen && now != known {
			a.fresh[c.ID] = now
		}
	}
}

// learn takes an announcement as known, as the user wrote it.
func (a *announcements) learn(id model.ConversationID, said string) {
	a.known[id] = clean(said)
	delete(a.fresh, id)
}

// dismiss puts the new announcement of a group away.
func (a *announcements) dismiss(id model.ConversationID) { delete(a.fresh, id) }

// pinRows is the most rows of an announcement on top of the messages.
const pinRows = 2

// pinned returns the rows of the open group's new announcement, none if there is none.
func (m *Model) pinned(width int) []string {
	said := m.announcements.fresh[m.open]
	if said == "" {
		return nil
	}
	k := m.look
	key := "  " + k.paint(styleQuiet, "[Alt+x]")
	lines := k.Wrap(fmt.Sprintf(k.words.NewNoticeF, said), max(4, width-4-k.Width(key)))
	if len(lines) > pinRows {
		lines = lines[:pinRows]
		lines[pinRows-1] = k.Truncate(lines[pinRows-1]+"…", width-4-k.Width(key))
	}
	for i, line := range lines {
		line = k.paint(styleKey, line)
		if i == 0 {
			lines[i] = k.spread("  "+line, key+"  ", width)
			continue
		}
		lines[i] = k.Fit("  "+line, width)
	}
	return lines
}
