package ui

import (
	"fmt"
	"strconv"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// cachedRow is the drawing of one group. It is made again only if what it shows has changed, so an unchanged row is
// the same string in every frame and the painter skips it.
type cachedRow struct {
	key   rowKey
	lines [2]string
}

type rowKey struct {
	look         *look
	conversation *session.Conversation
	width        int
	cursor, open bool
	today        date
}

// render returns the whole pane, a title and blank rows above the groups: exactly height rows of width columns.
func (l *list) render(k *look, width, height, blank int, focused bool, today date) []string {
	l.focused = focused
	l.sync()
	space := height - 1 - blank
	spacing := listSpacing(space)
	l.visible = max(1, space/spacing)
	l.scroll()
	key := listKey{
		look: k, view: l.view, generation: l.generation, cursor: l.cursor, offset: l.offset, open: l.open,
		focused: focused, width: width, height: height, spacing: spacing, today: today,
		waiting: l.judge != nil, notices: l.notices,
	}
	if l.rows != nil && l.seen == key {
		return l.rows
	}
	l.seen = key
	l.rows = l.draw(key, blank)
	return l.rows
}

func (l *list) draw(key listKey, blank int) []string {
	k, rows := key.look, make([]string, 0, key.height)
	rows = append(rows, l.title(k, key.width, key.focused))
	for range blank {
		rows = append(rows, text.Spaces(key.width))
	}
	if len(l.order) == 0 {
		return append(rows, k.paragraph(l.emptyWords(k), key.width, key.height-len(rows))...)
	}
	for i := l.offset; i < len(l.order) && len(rows)+key.spacing <= key.height; i++ {
		group := l.row(k, l.order[i], key.width, key.focused && i == l.cursor, key.today)
		rows = append(rows, group.lines[:key.spacing]...)
	}
	for len(rows) < key.height {
		rows = append(rows, text.Spaces(key.width))
	}
	return rows
}

// listSpacing is how many rows a group takes in a pane of some height.
func listSpacing(height int) int {
	if height < 16 {
		return 1
	}
	return 2
}

// scroll keeps the cursor among the visible rows while the user moves it, and those who wait otherwise: they are first.
func (l *list) scroll() {
	if !l.focused && l.hold == 0 {
		l.offset = 0
		return
	}
	l.offset = max(l.offset, l.cursor-l.visible+1)
	l.offset = min(l.offset, l.cursor, max(0, len(l.order)-l.visible))
	l.offset = max(0, l.offset)
}

func (l *list) emptyWords(k *look) string {
	switch {
	case l.judge != nil:
		return k.words.NobodyWaits
	case l.view == nil || l.view.Connection.Phase == session.Connecting:
		return k.words.Connecting
	case l.view.Connection.Phase == session.Online:
		return k.words.NoGroups
	case l.view.Connection.Reason == "":
		return k.words.NothingStored
	default:
		// The status line has room for the beginning only, and whoever logs in for the first time needs the remedy at its end.
		return k.words.NothingStored + "\n\n" + clean(l.view.Connection.Reason)
	}
}

// title returns the line above the groups.
func (l *list) title(k *look, width int, focused bool) string {
	style := styleQuietTitle
	if focused {
		style = styleTitle
	}
	heading := fmt.Sprintf(k.words.GroupsF, len(l.order))
	if l.judge != nil {
		heading = fmt.Sprintf(k.words.WaitingHeadF, l.waiting)
	}
	parts := []string{k.paint(style, heading)}
	if l.view != nil && l.view.Unread > 0 {
		parts = append(parts, k.paint(styleDot, fmt.Sprintf(k.words.UnreadF, l.view.Unread)))
	}
	if l.notices > 0 {
		parts = append(parts, k.paint(styleDot, fmt.Sprintf(k.words.NoticesF, l.notices)))
	}
	separator, hidden := k.paint(style, k.glyphs.separator), k.paint(styleDot, l.hidden(k))+" "
	left := " " + strings.Join(parts, separator)
	if len(parts) > 1 && k.Width(left)+k.Width(hidden) > width {
		// How many groups there are matters least.
		left = " " + strings.Join(parts[1:], separator)
	}
	return k.spread(left, hidden, width)
}

// hidden says on which side of the visible rows somebody waits.
func (l *list) hidden(k *look) string {
	for i := min(len(l.order), l.offset+l.visible); i < len(l.order); i++ {
		if waits(l.order[i]) {
			return k.words.UnreadBelow
		}
	}
	for i := range min(l.offset, len(l.order)) {
		if waits(l.order[i]) {
			return k.words.UnreadAbove
		}
	}
	return ""
}

// row returns the drawing of one group.
func (l *list) row(k *look, c *session.Conversation, width int, cursor bool, today date) *cachedRow {
	key := rowKey{look: k, conversation: c, width: width, cursor: cursor, open: c.ID == l.open, today: today}
	cached := l.cache[c.ID]
	if cached != nil && cached.key == key {
		return cached
	}
	if l.cache == nil || len(l.cache) > len(l.order)+64 {
		l.cache = map[model.ConversationID]*cachedRow{}
	}
	cached = &cachedRow{key: key, lines: drawRow(k, key)}
	l.cache[c.ID] = cached
	return cached
}

const timeColumns = 5

func drawRow(k *look, key rowKey) (lines [2]string) {
	c, under := key.conversation, styleText
	if key.cursor {
		under = styleCursor
	}
	mark := " "
	if key.open {
		mark = k.glyphs.open
	}
	when := ""
	last := newestOf(c)
	if last != nil {
		when = k.shortTime(last.Time(), key.today)
	}
	waiting, badgeStyle := badge(k, c)
	right := timeColumns + 2
	if waiting != "" {
		right += k.Width(waiting) + 1
	}
	nameStyle := styleText
	switch {
	case waits(c):
		nameStyle = styleTitle
	case c.Muted:
		nameStyle = styleMuted
	}
	room := max(0, key.width-2-right)
	name := k.Truncate(nameOf(c), room)
	role := ""
	if c.RoleKnown {
		role = " " + roleWords[c.Role]
		if k.Width(name)+k.Width(role) > room {
			role = ""
		}
	}
	blank := room - k.Width(name) - k.Width(role)
	lines[0] = k.over(under, styleOpen, mark) + k.over(under, nameStyle, " "+name) + k.over(under, styleQuiet, role) +
		k.over(under, styleText, text.Spaces(blank+1))
	if waiting != "" {
		lines[0] += k.over(under, badgeStyle, waiting) + k.over(under, styleText, " ")
	}
	lines[0] += k.over(under, styleTime, k.PadLeft(when, timeColumns)+" ")

	lead, preview := previewOf(k, c, key.open)
	line := k.over(under, styleDraft, lead) + k.over(under, styleQuiet, k.Fit(preview, max(0, key.width-3-k.Width(lead))))
	lines[1] = k.over(under, styleOpen, mark) + k.over(under, styleText, " ") + line + k.over(under, styleText, " ")
	return lines
}

// nameOf returns the name of a conversation, cleaned, its id if it has none.
func nameOf(c *session.Conversation) string {
	if name := text.Clean(text.Limit(c.Name, nameBytes)); name != "" {
		return name
	}
	return text.Clean(text.Limit(c.ID.Target(), nameBytes))
}

// badge returns what stands before the time: how many wait, whether the user is mentioned, that an own message failed,
// or that it is muted.
func badge(k *look, c *session.Conversation) (string, styleName) {
	last := newestOf(c)
	switch {
	case c.Unread == 0 && last != nil && last.State == model.Failed:
		return k.glyphs.failed, styleError
	case c.Unread == 0 && c.Muted:
		return k.glyphs.bullet, styleMuted
	case c.Unread == 0:
		return "", styleText
	case c.Mentioned:
		return "@" + count(c.Unread), styleMention
	case c.Muted:
		return k.glyphs.bullet + count(c.Unread), styleMuted
	default:
		return count(c.Unread), styleDot
	}
}

// count writes a number of unread messages: 99+ at most.
func count(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}
