package ui

import (
	"cmp"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

const (
	// The terminal sizes at which the number of panes changes.
	threePanes = 100
	twoPanes   = 60
	leastWide  = 40
	leastHigh  = 10
	// rightMargin is never drawn on: a character that the terminal draws wider than we think ends there.
	rightMargin = 2
	// factColumns is the least room in a title that says anything of a group.
	factColumns = 8
)

// geometry is where everything stands: columns of the panes, 0 for one that is not shown, and rows.
type geometry struct {
	width, height    int
	small            bool
	list, chat, side int
	// panel is the columns of an open panel, which stands in the place of chat and side.
	panel int
	// body is the number of rows below the status line.
	body int
	// The rows of the conversation pane, from top to bottom: a title, maybe a line under it, the messages, a line,
	// the input, maybe a hint.
	sub, messages, input, hint int
	// pin is the rows of a new announcement on top of the messages.
	pin int
}

// sideMode says whether the user wants the side pane.
type sideMode int

const (
	sideAuto sideMode = iota
	sideShown
	sideHidden
)

// geometry lays the screen out for its present size.
func (m *Model) geometry() geometry {
	g := geometry{width: m.width - rightMargin, height: m.height, body: m.height - 1}
	if m.width < leastWide || m.height < leastHigh {
		g.small = true
		return g
	}
	m.columns(&g)
	if m.panel() != nil {
		m.panelColumns(&g)
	}
	if g.chat == 0 {
		return g
	}
	if g.body >= 13 {
		g.sub = 1
	}
	if g.body >= 15 {
		g.hint = 1
	}
	g.input = m.input.height(m.look, m.inputWidth(g), g.body/3)
	if g.body >= 13 {
		g.pin = len(m.pinned(g.chat))
	}
	g.messages = g.body - 2 - g.sub - g.hint - g.pin - g.input
	return g
}

// columns divides the width among the panes.
func (m *Model) columns(g *geometry) {
	onList := m.focus == focusList || m.switcher.on
	switch {
	case m.width < twoPanes && onList:
		g.list = g.width
	case m.width < twoPanes && m.side == sideShown:
		g.side = g.width
	case m.width < twoPanes:
		g.chat = g.width
	case m.width < threePanes && m.side == sideShown && !onList:
		g.side = 26
		g.chat = g.width - 1 - g.side
	case m.width < threePanes:
		g.list = 22
		if m.width >= 80 {
			g.list = 26
		}
		g.chat = g.width - 1 - g.list
	default:
		g.list, g.side = 32, 27
		if m.width >= 140 {
			g.list, g.side = 38, 34
		}
		if m.side == sideHidden {
			g.side = -1
		}
		g.chat = g.width - 2 - g.list - g.side
		g.side = max(0, g.side)
	}
}

// panelColumns gives a panel the place of conversation and side pane, and of the list too where there is little.
func (m *Model) panelColumns(g *geometry) {
	if m.width < threePanes {
		g.list = 0
	}
	g.panel, g.chat, g.side = g.width, 0, 0
	if g.list > 0 {
		g.panel = g.width - 1 - g.list
	}
}

// mainLeft is the first column of the conversation, or of the panel in its place.
func (g geometry) mainLeft() int {
	if g.list > 0 {
		return g.list + 1
	}
	return 0
}

// inputMargin is where the text of the input begins.
const inputMargin = 4

// inputWidth is the columns of the input behind its margin and prompt.
func (m *Model) inputWidth(g geometry) int { return max(2, g.chat-inputMargin-1) }

func (m *Model) canvas(g geometry) canvas {
	return canvas{look: m.look, width: g.chat, height: g.messages, today: m.today(), offline: m.offline()}
}

// offline says whether the connection is lost, and not just being made.
func (m *Model) offline() bool {
	phase := m.view.Connection.Phase
	return phase == session.Offline || phase == session.LoggedOut
}

func (m *Model) today() date { return dateOf(m.now.In(m.look.zone)) }

// View returns the frame. It changes only what is derived: caches, the order and the offset of the list.
func (m *Model) View() tea.View {
	view := tea.NewView("")
	view.AltScreen = true
	view.ReportFocus = true
	if m.options.Mouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	view.WindowTitle = m.look.words.App
	if m.view.Unread > 0 {
		view.WindowTitle = "(" + count(m.view.Unread) + ") " + m.look.words.App
	}
	view.Content, view.Cursor = m.frame()
	return view
}

// frame returns the rows of the screen and where the real cursor stands: nil where typing goes nowhere.
func (m *Model) frame() (string, *tea.Cursor) {
	g := m.geometry()
	if g.small {
		return m.look.Truncate(fmt.Sprintf(m.look.words.TooSmallF, m.width, m.height), max(0, m.width)), nil
	}
	var b strings.Builder
	b.Grow(m.frameSize + 256)
	b.WriteString(m.status.render(newStatusKey(m, g.width)))
	var cursor *tea.Cursor
	if m.help.on {
		writeRows(&b, m.help.render(m.look, g.width, g.body))
	} else {
		cursor = m.panes(&b, g)
	}
	m.frameSize = b.Len()
	return b.String(), cursor
}

func writeRows(b *strings.Builder, rows []string) {
	for _, row := range rows {
		b.WriteByte('\n')
		b.WriteString(row)
	}
}

// panes writes the panes side by side.
func (m *Model) panes(b *strings.Builder, g geometry) (cursor *tea.Cursor) {
	var columns [][]string
	if g.list > 0 {
		rows, at := m.listPane(g)
		columns = append(columns, rows)
		cursor = at
	}
	if g.chat > 0 {
		rows, at := m.chatPane(g)
		if cursor == nil && at != nil {
			cursor = at
			cursor.X += g.mainLeft()
		}
		columns = append(columns, rows)
	}
	if g.panel > 0 {
		rows, at := m.renderPanel(m.panel(), g.panel, g.body)
		columns, cursor = append(columns, rows), nil
		if at != nil {
			cursor = newCursor(g.mainLeft()+at.x, at.y+1)
		}
	}
	if g.side > 0 {
		columns = append(columns, m.sidePanel.render(newSideKey(m, g), m.view.Sync))
	}
	separator := m.look.paint(styleLine, m.look.glyphs.vertical)
	for y := range g.body {
		b.WriteByte('\n')
		for i, rows := range columns {
			if i > 0 {
				b.WriteString(separator)
			}
			b.WriteString(rows[y])
		}
	}
	return cursor
}

// listRows is how many rows of the list pane show groups: a title and a blank line stand above.
func (g geometry) listRows() int { return g.body - 1 - g.listBlank() }

func (g geometry) listBlank() int {
	if g.body >= 13 {
		return 1
	}
	return 0
}

func (m *Model) listPane(g geometry) (rows []string, cursor *tea.Cursor) {
	m.list.notices = m.toDecide()
	if !m.switcher.on {
		return m.list.render(m.look, g.list, g.body, g.listBlank(), m.focus == focusList && m.panel() == nil, m.today()), nil
	}
	rows, caret := m.switcher.render(m.look, &m.list, g.list, g.body, g.listBlank(), m.today())
	return rows, newCursor(caret, 1)
}

// newCursor returns the real cursor: a steady bar, because a blinking one repaints for nothing.
func newCursor(x, y int) *tea.Cursor {
	cursor := tea.NewCursor(x, y)
	cursor.Shape, cursor.Blink = tea.CursorBar, false
	return cursor
}

func (m *Model) chatPane(g geometry) (rows []string, cursor *tea.Cursor) {
	k, c := m.look, m.conversation()
	if c == nil {
		return k.paragraph(k.words.Pick, g.chat, g.body), nil
	}
	rows = make([]string, 0, g.body)
	rows = append(rows, m.header(c, g))
	if g.sub > 0 {
		rows = append(rows, k.Fit("  "+k.paint(styleQuiet, k.Truncate(noReceipts(k, c), max(0, g.chat-4))), g.chat))
	}
	if g.pin > 0 {
		rows = append(rows, m.pinned(g.chat)...)
	}
	rows = append(rows, m.chat.render(m.canvas(g))...)
	if m.completion.on && m.focus == focusInput && !m.switcher.on {
		offered := m.completion.render(k, c, g.chat, g.messages)
		copy(rows[len(rows)-len(offered):], offered)
	}
	rows = append(rows, m.inputLine(c, g.chat))
	inputTop := len(rows)
	typed, x, y := m.input.render(k, m.inputWidth(g), g.input)
	for i, line := range typed {
		prompt := "    "
		if i == 0 {
			prompt = "  " + k.glyphs.prompt + " "
		}
		if m.input.text == "" && i == 0 {
			line = k.paint(styleQuiet, k.words.Placeholder)
		}
		rows = append(rows, k.Fit(prompt+line, g.chat))
	}
	if g.hint > 0 {
		rows = append(rows, k.Fit("    "+k.paint(styleQuiet, k.hint(m.hint(), max(0, g.chat-5))), g.chat))
	}
	if m.focus == focusInput && !m.switcher.on {
		cursor = newCursor(inputMargin+x, 1+inputTop+y)
	}
	return rows, cursor
}

// header is the title of the open conversation: its name, type, size, the user's role in it and its notice.
func (m *Model) header(c *session.Conversation, g geometry) string {
	k := m.look
	style := styleQuietTitle
	if m.focus != focusList && !m.switcher.on {
		style = styleTitle
	}
	title := "  " + k.Truncate(k.paint(style, nameOf(c)), g.chat-4)
	room := g.chat - 2 - k.Width(title) - 3
	if c.Group == nil || room < factColumns {
		return k.Fit(title, g.chat)
	}
	facts := groupFacts(k, c.Group)
	if c.RoleKnown {
		facts += k.glyphs.separator + fmt.Sprintf(k.words.YouAreF, roleWords[c.Role])
	}
	whole := k.Width(facts) <= room
	facts = k.hint(facts, room)
	if notice := clean(c.Group.Notification); whole && notice != "" && g.side == 0 {
		facts = k.Truncate(facts+k.glyphs.separator+fmt.Sprintf(k.words.NoticeF, notice), room)
	}
	return k.Fit(title+"   "+k.paint(styleQuiet, facts), g.chat)
}

// hint cuts a line of hints to those that fit, the first ones.
func (l *look) hint(s string, width int) string {
	for l.Width(s) > width {
		last := max(strings.LastIndex(s, fineGlyphs.separator), strings.LastIndex(s, plainGlyphs.separator))
		if last < 0 {
			return l.Truncate(s, width)
		}
		s = s[:last]
	}
	return s
}

// hint names the keys that matter where the focus is.
func (m *Model) hint() string {
	w := m.look.words
	switch {
	case m.switcher.on:
		return w.SwitchHint
	case m.focus == focusList:
		return w.ListHint
	case m.focus == focusMessages:
		return m.selectedHint() + w.MessagesHint
	case m.completion.on:
		return w.CompletionHint
	}
	return cmp.Or(m.commandHint(), w.InputHint)
}

// commandHint says how the command in the input is used, "" if there is none.
func (m *Model) commandHint() string {
	w := m.look.words
	if found, _ := commandIn(m.input.text); found != nil {
		return found.usage(w) + m.look.glyphs.separator + found.says(w)
	}
	if _, sure, _ := afterSlash(m.input.text); sure {
		return w.CommandHint
	}
	return ""
}

// selectedHint names what can be done with the selected message, and ends in a separator if there is anything.
func (m *Model) selectedHint() string {
	selected, w := m.chat.current(), m.look.words
	switch {
	case selected == nil || selected.Sender != m.look.self:
		return ""
	case selected.State == model.Failed:
		return w.FailedHint
	case listsReaders(m.conversation(), selected):
		return w.CallHint
	default:
		return ""
	}
}
