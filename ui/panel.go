package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// panel is a screen of its own beside the list: a form, a list of people, a question. Panels lie on each other; the
// topmost one is shown and has the keys. Drawing one costs what is visible of it.
type panel interface {
	// common returns what every panel has.
	common() *board
	title(m *Model) string
	hint(m *Model) string
	// draw returns at most height rows of at most width columns, and where the caret stands, nil for none.
	draw(m *Model, width, height int) ([]string, *place)
	// scope is where the meaning of keys is looked up.
	scope() scope
	// key performs a key; false leaves it to what holds in every panel.
	key(m *Model, does action, key tea.KeyPressMsg) (tea.Cmd, bool)
	// insert takes a pasted text.
	insert(m *Model, s string)
	// unsaved says that closing the panel would lose what was entered.
	unsaved() bool
}

// watcher is a panel that follows what others do to its group meanwhile, and asks again for what it did not get once the
// connection is back.
type watcher interface {
	see(m *Model, back bool) tea.Cmd
}

// panelsSee shows a newer picture to the open panels.
func (m *Model) panelsSee() tea.Cmd {
	online := m.view.Connection.Phase == session.Online
	back := online && m.wasOffline
	m.wasOffline = !online
	var cmds []tea.Cmd
	for _, p := range m.panels {
		if w, watches := p.(watcher); watches {
			cmds = append(cmds, w.see(m, back))
		}
	}
	return tea.Batch(cmds...)
}

// board is what every panel has: what is being done, how that went, and whether the user was asked before leaving.
type board struct {
	// busy is what the service is being asked, said what became of it; failed marks a refusal.
	busy, said string
	failed     bool
	leaving    bool
}

func (b *board) common() *board { return b }

// tell shows what became of something.
func (b *board) tell(s string) { b.said, b.failed = s, false }

// fail shows why something was not done.
func (b *board) fail(s string) { b.said, b.failed = s, true }

// place is a column and a row.
type place struct{ x, y int }

// panelMargin is the rows of a panel besides its content: a title and a line above it, a hint below.
const (
	panelHead   = 2
	panelMargin = panelHead + 1
)

// toldRows is the most rows that the outcome of an action takes.
const toldRows = 4

// panel returns the topmost panel, nil if none is open.
func (m *Model) panel() panel {
	if len(m.panels) == 0 {
		return nil
	}
	return m.panels[len(m.panels)-1]
}

func (m *Model) openPanel(p panel) {
	m.endSelection()
	m.switcher.on = false
	m.panels = append(m.panels, p)
}

// closePanel takes a panel away, and those that lie on it.
func (m *Model) closePanel(p panel) {
	if i := slices.Index(m.panels, p); i >= 0 {
		m.panels = m.panels[:i]
	}
}

// shows says whether a panel is still open, on top or below.
func (m *Model) shows(p panel) bool { return slices.Contains(m.panels, p) }

// groupOf returns the group that a panel shows, nil for none.
func groupOf(p panel) *model.Group {
	switch p := p.(type) {
	case *profile:
		return &p.group
	case *memberList:
		return &p.group
	default:
		return nil
	}
}

// unsavedPanel says whether some open panel holds what would be lost.
func (m *Model) unsavedPanel() bool { return slices.ContainsFunc(m.panels, panel.unsaved) }

// panelKey gives a key to the topmost panel.
func (m *Model) panelKey(p panel, does action, key tea.KeyPressMsg) tea.Cmd {
	b := p.common()
	asked := b.leaving
	b.leaving = false
	if cmd, done := p.key(m, does, key); done {
		return cmd
	}
	switch does {
	case actionBack:
		if p.unsaved() && !asked {
			b.leaving = true
			return nil
		}
		m.closePanel(p)
		return nil
	case actionHelp, actionReconnect:
		cmd, _ := m.anywhere(does)
		return cmd
	case actionNewGroup, actionFindGroup, actionNotices, actionProfile, actionMembers:
		return m.anotherPanel(p, does)
	case actionSwitch, actionNextGroup, actionPreviousGroup, actionNextUnread:
		if m.unsavedPanel() {
			b.leaving = true
			return nil
		}
		m.panels = nil
		cmd, _ := m.anywhere(does)
		return cmd
	}
	return nil
}

// anotherPanel opens a panel by its key, or closes it if it is on top already.
func (m *Model) anotherPanel(p panel, does action) tea.Cmd {
	if p.unsaved() {
		p.common().leaving = true
		return nil
	}
	if opener(p) == does {
		m.closePanel(p)
		return nil
	}
	cmd, _ := m.anywhere(does)
	return cmd
}

// opener is the key that opens a panel.
func opener(p panel) action {
	switch p.(type) {
	case *finder:
		return actionFindGroup
	case *noticeList:
		return actionNotices
	case *profile:
		return actionProfile
	case *memberList:
		return actionMembers
	default:
		return noAction
	}
}

// renderPanel draws the topmost panel: exactly height rows of width columns, and where the caret stands.
func (m *Model) renderPanel(p panel, width, height int) (rows []string, at *place) {
	k := m.look
	messages := p.common().messages(k, width-4, min(toldRows, max(1, height/3)))
	room := max(1, height-panelMargin-len(messages))
	content, at := p.draw(m, width, room)
	rows = make([]string, 0, height)
	rows = append(rows, k.Fit("  "+k.Truncate(k.paint(styleTitle, p.title(m)), width-4), width), k.line(width))
	for i := range room {
		row := ""
		if i < len(content) {
			row = content[i]
		}
		rows = append(rows, k.Fit(row, width))
	}
	for _, message := range messages {
		rows = append(rows, k.Fit("  "+message, width))
	}
	rows = append(rows, k.Fit("  "+k.paint(styleQuiet, k.hint(p.hint(m), max(0, width-4))), width))
	if at != nil {
		at = &place{at.x, at.y + panelHead}
	}
	return rows[:min(height, len(rows))], at
}

// messages returns the rows that tell how things stand: a question before leaving, what is being done, what became of it.
func (b *board) messages(k *look, width, most int) []string {
	style, said := styleQuiet, ""
	switch {
	case b.leaving:
		style, said = styleError, "! "+k.words.DropTyped
	case b.busy != "":
		said = k.glyphs.sending + " " + b.busy
	case b.failed:
		style, said = styleError, "! "+b.said
	case b.said != "":
		style, said = styleKey, b.said
	default:
		return nil
	}
	lines := k.Wrap(said, max(2, width))
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = k.Truncate(lines[most-1]+text.Tail, width)
	}
	for i, line := range lines {
		lines[i] = k.paint(style, line)
	}
	return lines
}

// oneLine makes a pasted text fit for a field of one line.
func oneLine(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\n", " ")) }
