package ui

import (
	"fmt"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// inspected returns the message that the side pane tells about: the selected one, or the last own one.
func (m *Model) inspected() *model.Message {
	if message := m.chat.current(); message != nil && message.Sender == m.look.self {
		return message
	}
	messages := m.chat.messages()
	for i := len(messages) - 1; i >= 0 && i > len(messages)-maxBlocks; i-- {
		if messages[i].Sender == m.look.self && !quiet(messages[i]) {
			return messages[i]
		}
	}
	return nil
}

// readersWanted returns the sequence of the message whose readers are on screen or were asked for by a key, 0 for none.
func (m *Model) readersWanted(g geometry) int64 {
	shown := !g.small && g.side > 0 && !m.help.on
	c := m.conversation()
	if c == nil || !shown && !m.calling {
		return 0
	}
	if message := m.inspected(); listsReaders(c, message) {
		return message.Sequence
	}
	return 0
}

// listsReaders says whether the service can tell who has read a message.
func listsReaders(c *session.Conversation, m *model.Message) bool {
	return m != nil && c.ID.Kind() == model.KindGroup && c.NoReceipts == session.ReceiptsOK &&
		m.NeedReceipt && m.State == model.Sent && m.Sequence > 0 && !m.Recalled
}

// readersFor returns what is known of a message's readers, nil if they were not asked for yet.
func readersFor(c *session.Conversation, m *model.Message) *session.Readers {
	if c.Readers == nil || m == nil || c.Readers.Sequence != m.Sequence {
		return nil
	}
	return c.Readers
}

// readersOf returns the section about a message in at most room lines: how many have read it, who, and who has not.
func readersOf(key sideKey, room int) (title string, lines []string) {
	k, c, m := key.look, key.conversation, key.message
	if reason := noReceipts(k, c); reason != "" {
		return k.words.WhoRead, wrapQuiet(k, reason, key.width-3)
	}
	if m == nil {
		return k.words.WhoRead, []string{k.paint(styleQuiet, k.words.NoReceiptYet)}
	}
	title = k.Truncate(k.words.WhoRead+k.glyphs.separator+firstLine(k, m, c), key.width-3)
	r := receiptOf(c, m)
	switch {
	case m.State != model.Sent:
		return title, []string{k.paint(styleQuiet, k.words.NotSentYet)}
	case r.peer && r.peerRead:
		return title, []string{k.words.PeerRead}
	case r.peer && r.asked:
		return title, []string{k.words.PeerUnread}
	case m.State == model.Sent && !r.asked:
		return title, wrapQuiet(k, k.words.NoReceiptAsked, key.width-3)
	case r.total == 0:
		return title, []string{k.paint(styleQuiet, k.glyphs.sending)}
	}
	return title, readerLines(key, r, room)
}

// readerLines lists both sides of a receipt.
func readerLines(key sideKey, r receiptState, room int) []string {
	k, c := key.look, key.conversation
	read := fmt.Sprintf(k.words.ReadByF, r.read, r.total)
	unread := k.paint(styleQuiet, fmt.Sprintf(k.words.UnreadByF, r.total-r.read))
	known := readersFor(c, key.message)
	if known == nil || known.Loading {
		return []string{read, unread}
	}
	if known.Failure != "" {
		failure := k.Wrap(fmt.Sprintf(k.words.ReadersFailedF, clean(known.Failure)), key.width-3)
		for i, line := range failure {
			failure[i] = k.paint(styleError, line)
		}
		if len(known.Read)+len(known.Unread) == 0 {
			return append([]string{read, unread}, failure...)
		}
		read += k.paint(styleError, " !")
	}
	if len(known.Unread) > 0 {
		call := k.paint(styleKey, k.words.CallGlobal)
		if key.selecting {
			call = k.paint(styleKey, k.words.CallHere)
		}
		if k.Width(unread)+2+k.Width(call) <= key.width-3 {
			unread = k.spread(unread, call, key.width-3)
		}
	}
	// Who has not read is what one acts on: it gets the odd row.
	names := max(0, room-3)
	forRead := min(len(known.Read), max(names/2, names-len(known.Unread)))
	forUnread := min(len(known.Unread), names-forRead)
	lines := append([]string{read}, peopleLines(key, known.Read, k.glyphs.sent, forRead)...)
	if len(known.Unread) == 0 {
		return lines
	}
	lines = append(lines, "", unread)
	return append(lines, peopleLines(key, known.Unread, k.glyphs.bullet, forUnread)...)
}

// peopleLines lists users by role and name in at most rows rows; the last one says how many more there are.
func peopleLines(key sideKey, users []string, mark string, rows int) []string {
	k, c := key.look, key.conversation
	if rows <= 0 {
		return nil
	}
	sorted := byRole(c, users)
	more := 0
	if len(sorted) > rows {
		more = len(sorted) - (rows - 1)
		sorted = sorted[:rows-1]
	}
	lines := make([]string, 0, rows)
	for _, user := range sorted {
		lines = append(lines, k.paint(styleQuiet, mark+" ")+k.Truncate(personName(k, c, user), key.width-5))
	}
	if more > 0 {
		lines = append(lines, k.paint(styleQuiet, text.Spaces(2)+fmt.Sprintf(k.words.MorePeopleF, more)))
	}
	return lines
}

// personName is a member's role and name in the role's colour.
func personName(k *look, c *session.Conversation, user string) string {
	role, name := c.Members[user].BusinessRole(), userName(user, nil, c)
	if _, known := c.Members[user]; !known {
		return name
	}
	return k.paint(roleStyle(role), roleWords[role]+" "+name)
}
