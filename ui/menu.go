package ui

import (
	tea "charm.land/bubbletea/v2"
)

// menu is a question with a few answers: what can be done with something, or whether it is really meant.
type menu struct {
	board
	heading string
	// about says what it is about.
	about []string
	items []menuItem
	pages pages
}

// menuItem is one answer. Reason says why it cannot be chosen, "" if it can; letter chooses it at once, "" for none.
type menuItem struct {
	letter        string
	label, reason string
	run           func() tea.Cmd
}

// confirm asks before something is done. The answer that does nothing is chosen where there is no way back.
func (m *Model) confirm(heading string, lines []string, button string, final bool, run func() tea.Cmd) {
	question := &menu{heading: heading, about: lines, items: []menuItem{
		{label: button, run: run},
		{label: m.look.words.Cancel, run: func() tea.Cmd { return nil }},
	}}
	if final {
		question.pages.cursor = 1
	}
	m.openPanel(question)
}

func (q *menu) title(*Model) string { return q.heading }

func (q *menu) hint(m *Model) string { return m.look.words.MenuHint }

func (q *menu) scope() scope { return scopePanel }

func (q *menu) unsaved() bool { return false }

func (q *menu) insert(*Model, string) {}

// key closes the menu before it does what was chosen, so that a panel below shows how that went.
func (q *menu) key(m *Model, does action, key tea.KeyPressMsg) (tea.Cmd, bool) {
	for i, item := range q.items {
		if item.letter != "" && item.letter == typed(key) {
			q.pages.cursor, does = i, actionOpen
		}
	}
	if does == actionOpen && q.pages.cursor < len(q.items) {
		chosen := q.items[q.pages.cursor]
		if chosen.reason != "" {
			q.fail(chosen.reason)
			return nil, true
		}
		m.closePanel(q)
		return chosen.run(), true
	}
	return nil, q.pages.move(does, len(q.items))
}

func (q *menu) lines() (*pages, int) { return &q.pages, len(q.items) }

func (q *menu) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	var rows []string
	for _, line := range q.about {
		for _, part := range k.Wrap(line, max(4, width-4)) {
			rows = append(rows, "  "+part)
		}
	}
	if most := max(0, height-len(q.items)-1); len(rows) > most {
		rows = rows[:most]
	}
	if len(rows) > 0 {
		rows = append(rows, "")
	}
	q.pages.fit(len(q.items), len(rows), height-len(rows))
	for i := q.pages.top; i < len(q.items) && len(rows) < height; i++ {
		rows = append(rows, "  "+menuLine(k, &q.items[i], i == q.pages.cursor, width-4))
	}
	return rows, nil
}

func menuLine(k *look, item *menuItem, cursor bool, width int) string {
	mark, style, label := k.cursorMark(cursor), styleText, item.label
	if item.letter != "" {
		label = "[" + item.letter + "] " + label
	}
	if cursor {
		style = styleKey
	}
	if item.reason == "" {
		return mark + k.paint(style, k.Truncate(label, width-2))
	}
	return k.Truncate(mark+k.paint(styleQuiet, label+"   "+item.reason), width)
}
