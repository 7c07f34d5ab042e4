package ui

import (
	"fmt"
	"slices"
	"strings"

	"reddot/model"
	"reddot/session"
)

// openConversation shows a conversation and goes to its input. Hold keeps the list's order for stepping on.
func (m *Model) openConversation(id model.ConversationID, hold bool) {
	c := m.view.ByID[id]
	if c == nil {
		return
	}
	m.focus = focusInput
	m.flash = flash{}
	m.toOpen = ""
	if id != m.open {
		m.saveDraft()
		m.open = id
		m.chat.open(c)
		m.loadDraft(c)
		m.forgetMentions()
	}
	m.chat.selecting = false
	m.list.opened(id, hold)
}

// close leaves the open conversation.
func (m *Model) close() {
	m.saveDraft()
	m.open = ""
	m.chat = chat{}
	m.input.set("")
	m.forgetMentions()
	m.list.open = ""
	m.focus = focusList
}

// lost leaves the open conversation, which is gone. What was being typed can be put into another one.
func (m *Model) lost() {
	gone, alarm := m.goneText()
	if strings.TrimSpace(m.input.text) != "" {
		m.input.cleared = m.input.text
		gone, alarm = fmt.Sprintf(m.look.words.TextKeptF, gone), true
	}
	m.closePanelsOfOpen()
	m.close()
	m.flash = flash{gone, alarm}
}

// leftBehind tells that the user is not in the open group any more, which stays for what was not sent to it.
func (m *Model) leftBehind() {
	gone, alarm := m.goneText()
	m.closePanelsOfOpen()
	m.flash = flash{gone, alarm}
}

// goneText says why the open group is gone, and whether that is the user's own doing.
func (m *Model) goneText() (said string, alarm bool) {
	reason := session.GoneUnknown
	if m.view.Gone.Conversation == m.open {
		reason = m.view.Gone.Reason
	}
	return fmt.Sprintf(m.look.words.GoneF[reason], nameOf(m.chat.conversation)), reason != session.GoneLeft
}

func (m *Model) closePanelsOfOpen() {
	if m.unsavedPanel() {
		return
	}
	m.panels = slices.DeleteFunc(m.panels, func(p panel) bool {
		group := groupOf(p)
		return group != nil && model.GroupConversation(group.ID) == m.open
	})
}

// forgetMentions lets go of whom the text of the input meant.
func (m *Model) forgetMentions() {
	m.calling, m.chosen, m.completion = false, chosen{}, completion{closed: -1}
}
