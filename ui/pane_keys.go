package ui

import (
	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/ui/paint"
)

func (m *Model) listKey(does action) tea.Cmd {
	g := m.geometry()
	page := max(1, g.listRows()/listSpacing(g.listRows())-1)
	switch does {
	case actionOpen:
		m.openConversation(m.list.selected(), false)
	case actionCommand:
		m.beginCommand()
	case actionUp:
		m.list.move(-1)
	case actionDown:
		m.list.move(1)
	case actionFirst:
		m.list.moveTo(0)
	case actionLast:
		m.list.moveTo(len(m.list.order) - 1)
	case actionPageUp:
		m.list.move(-page)
	case actionPageDown:
		m.list.move(page)
	}
	return nil
}

// beginCommand goes to the input of the open group, or of the one under the cursor, and types the slash of a command.
func (m *Model) beginCommand() {
	if m.open == "" {
		m.openConversation(m.list.selected(), false)
	}
	if m.open == "" {
		return
	}
	m.focus = focusInput
	if m.input.text == "" {
		m.input.insert("/")
		m.complete()
	}
}

func (m *Model) switcherKey(does action, key tea.KeyPressMsg) tea.Cmd {
	switch does {
	case actionOpen:
		if id := m.switcher.chosen(); id != "" {
			m.switcher.on = false
			m.openConversation(id, false)
		}
	case actionUp:
		m.switcher.move(-1)
	case actionDown:
		m.switcher.move(1)
	case actionPageUp, actionPageDown:
		page := m.geometry().listRows() / 2
		if does == actionPageUp {
			page = -page
		}
		m.switcher.move(page)
	case actionClear, actionDeleteBack:
		m.switcher.query.edit(does)
		m.switcher.search(&m.list)
	default:
		if s := typed(key); s != "" {
			m.switcher.query.insert(s)
			m.switcher.search(&m.list)
		}
	}
	return nil
}

func (m *Model) messagesKey(does action) tea.Cmd {
	g := m.geometry()
	cv := m.canvas(g)
	switch does {
	case actionUp:
		if !m.chat.moveSelection(cv, -1) {
			m.older()
		}
	case actionDown:
		if !m.chat.moveSelection(cv, 1) {
			m.setFocus(focusInput)
		}
	case actionFirst:
		m.chat.selectAt(cv, 0)
		m.chat.toStart(cv)
		m.olderAtTop(cv)
	case actionLast:
		m.chat.toEnd()
		m.chat.selectAt(cv, len(m.chat.messages())-1)
	case actionPageUp, actionPageDown:
		m.page(does)
	case actionOpen:
		m.setFocus(focusInput)
	case actionRetry, actionDiscard:
		m.settle(does)
	case actionUnfold:
		m.chat.toggleUnfold()
	case actionCopy:
		return m.copySelected()
	}
	return nil
}

// copySelected puts what is shown of the selected message on the clipboard, by way of the terminal: the mouse alone would take
// the panes beside it along.
func (m *Model) copySelected() tea.Cmd {
	selected, c := m.chat.current(), m.conversation()
	if selected == nil || c == nil || selected.Recalled {
		return nil
	}
	said, _ := body(m.look, selected, c)
	if m.chat.unfolded[selected.Key()] {
		said = unfoldedText(selected)
	}
	if said == "" {
		return nil
	}
	m.flash = flash{text: m.look.words.Copied}
	return paint.SetClipboard(said)
}

// settle retries or discards the selected message if it failed.
func (m *Model) settle(does action) {
	selected := m.chat.current()
	if selected == nil || selected.State != model.Failed {
		return
	}
	if does == actionRetry {
		m.session.Retry(selected.Key())
	} else {
		m.session.Discard(selected.Key())
		if said, isText := textOf(selected); isText {
			m.input.cleared = said
			m.flash = flash{text: m.look.words.Discarded}
		}
	}
	m.setFocus(focusInput)
}

// textOf returns the words of a message of text.
func textOf(message *model.Message) (said string, isText bool) {
	for _, element := range message.Elements {
		if one, is := element.(model.Text); is {
			said, isText = said+one.Text, true
		}
	}
	return said, isText
}

func (m *Model) inputKey(does action, key tea.KeyPressMsg) tea.Cmd {
	edits, caret := m.input.edits, m.input.caret
	defer func() {
		if m.input.edits != edits || m.input.caret != caret {
			m.complete()
		}
	}()
	switch does {
	case actionSend:
		return m.send()
	case actionPageUp, actionPageDown:
		m.page(does)
	case actionUp, actionDown:
		m.inputVertical(does)
	case actionLineStart, actionLineEnd:
		if !m.input.edit(does) {
			m.toEdge(does)
		}
	case noAction:
		m.input.insert(typed(key))
	default:
		m.input.edit(does)
	}
	if m.input.edits != edits {
		return m.draftSoon()
	}
	return nil
}

func (m *Model) inputVertical(does action) {
	g := m.geometry()
	m.input.layout(m.look, m.inputWidth(g))
	if does == actionDown {
		m.input.vertical(m.look, 1)
		return
	}
	if !m.input.vertical(m.look, -1) && g.messages > 0 {
		m.setFocus(focusMessages)
	}
}

// toEdge goes to the oldest or the newest message.
func (m *Model) toEdge(does action) {
	g := m.geometry()
	if does == actionLineEnd {
		m.chat.toEnd()
		return
	}
	if g.messages > 0 {
		m.chat.toStart(m.canvas(g))
		m.olderAtTop(m.canvas(g))
	}
}

// page scrolls the messages by a page, and fetches older ones at the top.
func (m *Model) page(does action) {
	g := m.geometry()
	if m.open == "" || g.messages == 0 {
		return
	}
	rows := max(1, g.messages-2)
	if does == actionPageDown {
		rows = -rows
	}
	m.scrollMessages(m.canvas(g), rows)
}

func (m *Model) scrollMessages(cv canvas, rows int) {
	if m.chat.scroll(cv, rows) {
		m.older()
	} else if rows > 0 {
		m.olderAtTop(cv)
	}
}

// olderAtTop fetches older messages once the line above the first one is in view.
func (m *Model) olderAtTop(cv canvas) {
	m.chat.render(cv)
	if m.chat.atTop {
		m.older()
	}
}

// older fetches the page before the loaded messages, unless that is under way or there is none.
func (m *Model) older() {
	if c := m.conversation(); c != nil && !c.Loading && !c.Complete {
		m.session.LoadOlder(c.ID)
	}
}
