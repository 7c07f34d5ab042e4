package ui

import (
	tea "charm.land/bubbletea/v2"

	"reddot/model"
)

// key handles a key: the overlay first, then what is focused, then what holds anywhere.
func (m *Model) key(key tea.KeyPressMsg) tea.Cmd {
	m.chat.seeking = false
	where := m.scope()
	does := actionOf(where, key)
	if does != actionInterrupt && m.leaving.asked {
		m.leaving.asked, m.flash = false, flash{}
	}
	if !m.flash.sticky {
		m.flash = flash{}
	}
	if where == scopeCompletion && m.completionKey(does) {
		return m.draftSoon()
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
	if p := m.panel(); p != nil {
		return m.panelKey(p, does, key)
	}
	m.toOpen = "" // the user goes on: nothing opens under their hands
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
	case m.panel() != nil:
		return m.panel().scope()
	case m.switcher.on:
		return scopeSwitcher
	case m.focus == focusInput && m.completion.on:
		return scopeCompletion
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
		m.retryLast()
	case actionCallUnread:
		edits := m.input.edits
		m.callUnread()
		if m.input.edits != edits {
			return m.draftSoon(), true
		}
	case actionLog:
		return m.openLog(), true
	case actionReconnect:
		m.session.ReconnectNow()
	case actionNewGroup, actionFindGroup, actionProfile, actionMembers, actionNotices, actionWaiting:
		return m.perform(does, m.groupHere(), ""), true
	case actionDismiss:
		m.announcements.dismiss(m.open)
	default:
		return nil, false
	}
	return nil, true
}

// retryLast sends the newest failed message of the open conversation again, or goes to a conversation that has one.
func (m *Model) retryLast() {
	if failed := m.chat.lastFailed(); failed != nil {
		m.session.Retry(failed.Key())
		return
	}
	for _, c := range m.view.Conversations {
		if last := newestOf(c); last != nil && last.State == model.Failed {
			m.openConversation(c.ID, false)
			m.setFocus(focusMessages)
			return
		}
	}
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

// toDivider shows the first new message, and loads older ones until it is there.
func (m *Model) toDivider() {
	g, c := m.geometry(), m.conversation()
	if c == nil || g.messages == 0 || c.DividerUnread == 0 || c.Divider < 0 {
		m.chat.seeking = false
		return
	}
	if i := m.chat.divider(); i >= 0 {
		m.chat.seeking = false
		m.chat.toTopAt(m.canvas(g), i)
		return
	}
	m.chat.seeking = !c.Complete && c.LoadError == ""
	m.chat.toStart(m.canvas(g))
	m.older()
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
	m.flash, m.calling = flash{}, false
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
