package ui

import tea "charm.land/bubbletea/v2"

// wheelRows is how far one notch of the wheel scrolls.
const wheelRows = 3

// pane tells which pane a column belongs to, and the row within it.
func (m *Model) pane(mouse tea.Mouse) (g geometry, onList, onChat bool, row int) {
	g = m.geometry()
	if g.small || m.help.on || m.panel() != nil || mouse.Y < 1 {
		return g, false, false, 0
	}
	onList = mouse.X < g.list
	onChat = !onList && g.chat > 0 && mouse.X < g.list+1+g.chat
	return g, onList, onChat, mouse.Y - 1
}

// click opens the group, selects the message or goes to the input under the mouse.
func (m *Model) click(mouse tea.Mouse) tea.Cmd {
	if mouse.Button != tea.MouseLeft {
		return nil
	}
	if p := m.panel(); p != nil && !m.help.on {
		return m.clickPanel(p, mouse)
	}
	g, onList, onChat, row := m.pane(mouse)
	switch {
	case onList:
		m.clickList(g, row-1-g.listBlank())
	case onChat && m.open != "":
		m.clickChat(g, mouse.X-g.mainLeft(), row)
	}
	return nil
}

func (m *Model) clickList(g geometry, row int) {
	if m.switcher.on {
		if id := m.switcher.at(row, g.listRows()); id != "" {
			m.switcher.on = false
			m.openConversation(id, true)
		}
		return
	}
	if id := m.list.at(row); id != "" {
		m.list.hold = holdMinutes
		m.openConversation(id, true)
	}
}

func (m *Model) clickChat(g geometry, x, row int) {
	m.switcher.on = false
	top := 1 + g.sub + g.pin
	if inputTop := top + g.messages + 1; row >= inputTop-1 {
		m.setFocus(focusInput)
		m.input.click(m.look, x-inputMargin, row-inputTop)
		return
	}
	if i := m.completion.line(top+g.messages-1-row, g.messages); i >= 0 && m.focus == focusInput {
		m.take(i)
		return
	}
	if !m.chat.follow && row == top+g.messages-1 {
		m.chat.toEnd()
		return
	}
	if i := m.chat.at(row - top); i >= 0 {
		m.focus = focusMessages
		m.chat.selectAt(m.canvas(g), i)
	}
}

// listing is a panel with a line for each of its items.
type listing interface {
	lines() (at *pages, count int)
}

// clickPanel fills in a form, answers a question, or moves the cursor of a list to a line and does what Enter does on the
// line where it is. A click on the list of groups leaves the panels, unless they hold what is not saved.
func (m *Model) clickPanel(p panel, mouse tea.Mouse) tea.Cmd {
	g := m.geometry()
	if g.small || mouse.Y < 1 {
		return nil
	}
	if mouse.X < g.list {
		if m.unsavedPanel() {
			p.common().leaving = true
			return nil
		}
		m.panels = nil
		m.clickList(g, mouse.Y-2-g.listBlank())
		return nil
	}
	at := place{mouse.X - g.mainLeft(), mouse.Y - 1 - panelHead}
	if f, fills := p.(*form); fills {
		return f.click(m, at)
	}
	return m.clickLine(p, at.y)
}

func (m *Model) clickLine(p panel, row int) tea.Cmd {
	list, lists := p.(listing)
	if !lists {
		return nil
	}
	at, count := list.lines()
	again, hit := at.at(row, count)
	if _, asks := p.(*menu); !hit || !again && !asks {
		return nil
	}
	does := actionOpen
	if p.scope() == scopeForm {
		does = actionSend
	}
	cmd, _ := p.key(m, does, tea.KeyPressMsg{Code: tea.KeyEnter})
	return cmd
}

// wheelPanel moves the cursor of a panel that lists something, and through a form.
func (m *Model) wheelPanel(p panel, up bool) {
	does := actionDown
	if up {
		does = actionUp
	}
	switch p := p.(type) {
	case *form:
		p.key(m, does, tea.KeyPressMsg{})
	case listing:
		at, count := p.lines()
		at.move(does, count)
	}
}

// wheel moves the list's cursor or scrolls the messages under the mouse.
func (m *Model) wheel(mouse tea.Mouse) {
	up := mouse.Button == tea.MouseWheelUp
	if !up && mouse.Button != tea.MouseWheelDown {
		return
	}
	if p := m.panel(); p != nil && !m.help.on {
		m.wheelPanel(p, up)
		return
	}
	g, onList, onChat, _ := m.pane(mouse)
	switch {
	case onList && m.switcher.on:
		m.switcher.move(direction(up))
	case onList:
		m.list.move(direction(up))
	case onChat && m.open != "" && g.messages > 0:
		m.scrollMessages(m.canvas(g), -direction(up)*wheelRows)
	}
}

func direction(up bool) int {
	if up {
		return -1
	}
	return 1
}
