package ui

import (
	"cmp"
	"slices"

	"reddot/model"
	"reddot/session"
)

// holdMinutes is for how many ticks of the minute the order stands still after the user moved in the list.
const holdMinutes = 2

// list is the pane of groups: their order, the cursor and the rows.
//
// The order is by rank (see compare), but it stands still while the user moves in it: a group must not jump away
// under the cursor, and stepping through the groups must not bounce between two whose badges change.
type list struct {
	view   *session.View
	order  []*session.Conversation
	sorted *session.View // the view that the order is of
	// generation counts the orders.
	generation int

	cursor   int
	cursorID model.ConversationID
	touched  bool // the user chose the cursor's place
	hold     int  // ticks of the minute until the order may change
	offset   int
	visible  int // how many groups fit into the pane
	focused  bool

	// judge is set while only groups are shown where a customer waits for an answer.
	judge *judge
	// waiting is how many of them are shown.
	waiting int
	// notices is how many wait for a decision.
	notices int

	open  model.ConversationID
	rows  []string
	seen  listKey
	cache map[model.ConversationID]*cachedRow
}

// listKey is everything that the rows of the list depend on.
type listKey struct {
	look           *look
	view           *session.View
	generation     int
	cursor, offset int
	open           model.ConversationID
	focused        bool
	width, height  int
	spacing        int
	today          date
	waiting        bool
	notices        int
}

// setView takes a newer picture.
func (l *list) setView(v *session.View) { l.view = v }

// tick lets a minute pass for the order that stands still.
func (l *list) tick() {
	if l.hold > 0 {
		l.hold--
	}
	l.sorted = nil
}

// sync brings order and cursor up to the newest picture.
func (l *list) sync() {
	if l.sorted == l.view || l.view == nil {
		return
	}
	l.sorted = l.view
	fresh := l.collect()
	if l.judge != nil {
		fresh = l.whoWait(fresh)
	}
	if l.hold == 0 {
		slices.SortFunc(fresh, compareConversations)
	}
	before := l.cursor
	l.order = fresh
	l.generation++
	l.placeCursor()
	if l.focused {
		// The row under the cursor stays where it is on the screen.
		l.offset = max(0, l.offset+l.cursor-before)
	}
}

// refilter makes the order anew after the filter has changed.
func (l *list) refilter() {
	l.sorted, l.hold = nil, 0
	l.sync()
}

// whoWait leaves the groups where a customer waits, and the open one.
func (l *list) whoWait(all []*session.Conversation) []*session.Conversation {
	l.waiting = 0
	return slices.DeleteFunc(all, func(c *session.Conversation) bool {
		if l.judge.customerWaits(c) {
			l.waiting++
			return false
		}
		return c.ID != l.open
	})
}

// everything returns all groups in the order of the list, also those that a filter hides.
func (l *list) everything() []*session.Conversation {
	l.sync()
	all := slices.Clone(l.order)
	if l.judge == nil {
		return all
	}
	shown := make(map[model.ConversationID]bool, len(all))
	for _, c := range all {
		shown[c.ID] = true
	}
	hidden := slices.DeleteFunc(slices.Clone(l.view.Conversations), func(c *session.Conversation) bool { return shown[c.ID] })
	slices.SortFunc(hidden, compareConversations)
	return append(all, hidden...)
}

// collect returns the conversations of the newest picture: those known in their old order, the new ones behind.
func (l *list) collect() []*session.Conversation {
	fresh := make([]*session.Conversation, 0, len(l.view.Conversations))
	for _, old := range l.order {
		if c := l.view.ByID[old.ID]; c != nil {
			fresh = append(fresh, c)
		}
	}
	if len(fresh) == len(l.view.Conversations) {
		return fresh
	}
	known := make(map[model.ConversationID]bool, len(fresh))
	for _, c := range fresh {
		known[c.ID] = true
	}
	added := len(fresh)
	for _, c := range l.view.Conversations {
		if !known[c.ID] {
			fresh = append(fresh, c)
		}
	}
	slices.SortFunc(fresh[added:], compareConversations)
	return fresh
}

func (l *list) placeCursor() {
	if !l.touched {
		l.cursor = 0
	} else if i := l.index(l.cursorID); i >= 0 {
		l.cursor = i
	}
	l.cursor = max(0, min(l.cursor, len(l.order)-1))
	l.remember()
}

func (l *list) remember() {
	l.cursorID = ""
	if l.cursor < len(l.order) {
		l.cursorID = l.order[l.cursor].ID
	}
}

func (l *list) index(id model.ConversationID) int {
	return slices.IndexFunc(l.order, func(c *session.Conversation) bool { return c.ID == id })
}

// compareConversations orders the list: who waits for the user first, then what was pinned, then the newest.
func compareConversations(a, b *session.Conversation) int {
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		cmp.Compare(lastTime(b), lastTime(a)),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	)
}

func rank(c *session.Conversation) int {
	switch {
	case waits(c) && c.Pinned:
		return 0
	case waits(c):
		return 1
	case c.Pinned:
		return 2
	default:
		return 3
	}
}

// waits reports whether somebody waits for the user there: unread messages, unless muted without a mention.
func waits(c *session.Conversation) bool {
	return c.Unread > 0 && (!c.Muted || c.Mentioned)
}

// lastTime is when something was said last, or when a group in which nothing was said yet was made.
func lastTime(c *session.Conversation) int64 {
	last := newestOf(c)
	switch {
	case last == nil && c.Group != nil:
		return c.Group.CreatedAt
	case last == nil:
		return 0
	case last.ServerTime != 0:
		return last.ServerTime
	default:
		return last.ClientTime
	}
}

// newestOf returns the message that the list tells of: an own one that is not sent, else the newest, nil if none.
func newestOf(c *session.Conversation) *model.Message {
	if n := len(c.Messages); n > 0 && c.Messages[n-1].State != model.Sent {
		return c.Messages[n-1]
	}
	return c.Last
}

// move puts the cursor delta groups further and reads nothing.
func (l *list) move(delta int) { l.moveTo(l.cursor + delta) }

func (l *list) moveTo(i int) {
	l.sync()
	l.touched, l.hold = true, holdMinutes
	l.cursor = max(0, min(i, len(l.order)-1))
	l.remember()
}

// selected returns the group under the cursor, "" in an empty list.
func (l *list) selected() model.ConversationID {
	l.sync()
	return l.cursorID
}

// step returns the group delta places from the open one, going round at the ends, and keeps the order for the next
// step.
func (l *list) step(delta int) model.ConversationID {
	l.sync()
	if len(l.order) == 0 {
		return ""
	}
	l.hold = holdMinutes
	at := l.index(l.open)
	switch {
	case at < 0 && delta > 0:
		at = 0
	case at < 0:
		at = len(l.order) - 1
	default:
		at = (at + delta + len(l.order)) % len(l.order)
	}
	return l.order[at].ID
}

// nextUnread returns the next group behind the open one where somebody waits, "" if there is none.
func (l *list) nextUnread() model.ConversationID {
	l.sync()
	at := max(0, l.index(l.open))
	quiet := model.ConversationID("")
	for i := range l.order {
		c := l.order[(at+i)%len(l.order)]
		switch {
		case c.ID == l.open || c.Unread == 0:
		case waits(c):
			return c.ID
		case quiet == "":
			quiet = c.ID
		}
	}
	return quiet
}

// opened moves the cursor to the group that was opened. Hold keeps the order.
func (l *list) opened(id model.ConversationID, hold bool) {
	l.open = id
	if !hold {
		l.hold = 0
		l.sorted = nil
	}
	if i := l.index(id); i >= 0 {
		l.cursor, l.touched = i, true
		l.remember()
	}
}

// at returns the group drawn on a row below the title, "" if none.
func (l *list) at(row int) model.ConversationID {
	if row < 0 || l.seen.spacing == 0 {
		return ""
	}
	i := l.offset + row/l.seen.spacing
	if i >= len(l.order) || i >= l.offset+l.visible {
		return ""
	}
	return l.order[i].ID
}
