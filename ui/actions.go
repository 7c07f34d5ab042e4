package ui

import (
	tea "charm.land/bubbletea/v2"

	"reddot/model"
)

// wheelRows is how far one notch of the wheel scrolls.
const wheelRows = 3

// key handles a key: the overlay first, then what is focused, then what holds anywhere.
func (m *Model) key(key tea.KeyPressMsg) tea.Cmd {
	where := m.scope()
	does := actionOf(where, key)
	if does != actionInterrupt && m.leaving.asked {
		m.leaving.asked, m.flash = false, flash{}
	}
	if !m.flash.sticky {
		m.flash = flash{}
	}
	switch {
	case does == actionInterrupt:
		return m.interrupt()
	case does == actionQuit:
		return m.quit()
	case does == actionSuspend:
		m.saveDraft()
		return tea.Suspend
	case m.help.on:
		m.helpKey(does, key)
		return nil
	}
	if cmd, done := m.anywhere(does); done {
		return cmd
	}
	switch where {
	case scopeSwitcher:
		return m.switcherKey(does, key)
	case scopeList:
		return m.listKey(does)
	case scopeMessages:
		return m.messagesKey(does)
	default:
		return m.inputKey(does, key)
	}
}

func (m *Model) scope() scope {
	switch {
	case m.help.on:
		return scopeMessages
	case m.switcher.on:
		return scopeSwitcher
	case m.focus == focusInput:
		return scopeInput
	case m.focus == focusMessages:
		return scopeMessages
	default:
		return scopeList
	}
}

// interrupt asks once more before it quits.
func (m *Model) interrupt() tea.Cmd {
	if m.leaving.asked {
		return m.quit()
	}
	m.leaving.asked = true
	m.flash = flash{text: m.look.words.QuitAgain}
	return nil
}

func (m *Model) helpKey(does action, key tea.KeyPressMsg) {
	page := m.geometry().body - 1
	switch {
	case does == actionBack, does == actionHelp, does == actionOpen, key.String() == "q":
		m.help = help{}
	case does == actionUp:
		m.help.offset--
	case does == actionDown:
		m.help.offset++
	case does == actionPageUp:
		m.help.offset -= page
	case does == actionPageDown:
		m.help.offset += page
	}
	m.help.offset = max(0, m.help.offset)
}

// anywhere performs the actions that mean the same wherever the focus is.
func (m *Model) anywhere(does action) (cmd tea.Cmd, done bool) {
	switch does {
	case actionHelp:
		m.help.on = true
	case actionSwitch:
		m.endSelection()
		m.switcher.start(&m.list)
	case actionNextGroup:
		m.step(1)
	case actionPreviousGroup:
		m.step(-1)
	case actionNextUnread:
		m.nextUnread()
	case actionToDivider:
		m.toDivider()
	case actionNextPane:
		m.cycle(1)
	case actionPreviousPane:
		m.cycle(-1)
	case actionSidePane:
		m.toggleSide()
	case actionBack:
		m.back()
	case actionRetryLast:
		if failed := m.chat.lastFailed(); failed != nil {
			m.session.Retry(failed.Key())
		}
	case actionReconnect:
		m.session.ReconnectNow()
	default:
		return nil, false
	}
	return nil, true
}

func (m *Model) step(delta int) {
	if id := m.list.step(delta); id != "" {
		m.switcher.on = false
		m.openConversation(id, true)
	}
}

func (m *Model) nextUnread() {
	id := m.list.nextUnread()
	if id == "" {
		m.flash = flash{text: m.look.words.NothingUnread}
		return
	}
	m.switcher.on = false
	m.openConversation(id, false)
}

func (m *Model) toDivider() {
	g := m.geometry()
	if i := m.chat.divider(); i >= 0 && g.messages > 0 {
		m.chat.toTopAt(m.canvas(g), i)
	}
}

// cycle moves the focus among list, messages and input.
func (m *Model) cycle(delta int) {
	if m.switcher.on {
		m.switcher.move(delta)
		return
	}
	if m.open == "" {
		return
	}
	order := []focus{focusList, focusMessages, focusInput}
	at := 0
	for i, f := range order {
		if f == m.focus {
			at = i
		}
	}
	m.setFocus(order[(at+delta+len(order))%len(order)])
}

func (m *Model) setFocus(f focus) {
	m.endSelection()
	m.focus = f
	if g := m.geometry(); f == focusMessages && g.messages > 0 {
		m.chat.selectDefault(m.canvas(g))
	}
}

func (m *Model) endSelection() { m.chat.selecting = false }

func (m *Model) toggleSide() {
	if m.geometry().side > 0 {
		m.side = sideHidden
		return
	}
	m.side = sideShown
	if m.width < threePanes && m.open != "" && m.focus == focusList {
		m.focus = focusInput
	}
}

// back goes one step towards the list, and from there leaves the open group.
func (m *Model) back() {
	m.flash = flash{}
	switch {
	case m.switcher.on:
		m.switcher.on = false
	case m.focus == focusMessages:
		m.setFocus(focusInput)
	case m.width < threePanes && m.side == sideShown:
		m.side = sideAuto
	case m.focus == focusInput && m.width < twoPanes:
		m.close()
	case m.focus == focusInput:
		m.saveDraft()
		m.focus = focusList
	case m.open != "":
		m.close()
	}
}

func (m *Model) listKey(does action) tea.Cmd {
	g := m.geometry()
	page := max(1, g.listRows()/listSpacing(g.listRows())-1)
	switch does {
	case actionOpen:
		m.openConversation(m.list.selected(), false)
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
	}
	return nil
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
	}
	m.setFocus(focusInput)
}

func (m *Model) inputKey(does action, key tea.KeyPressMsg) tea.Cmd {
	edits := m.input.edits
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
