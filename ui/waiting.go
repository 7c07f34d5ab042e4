package ui

import (
	"fmt"

	"reddot/model"
	"reddot/session"
)

// customerWaits says whether the newest words in a conversation are a customer's: nobody of the shop has answered.
// Somebody whose role is not known yet counts as a customer, so that nobody is overlooked.
func customerWaits(c *session.Conversation, self string) bool {
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if message := c.Messages[i]; !quiet(message) {
			return saidByCustomer(c, message, self)
		}
	}
	return c.Last != nil && !quiet(c.Last) && saidByCustomer(c, c.Last, self)
}

func saidByCustomer(c *session.Conversation, message *model.Message, self string) bool {
	if message.Sender == self || message.Sender == "" {
		return false
	}
	member, known := c.Members[message.Sender]
	return !known || member.BusinessRole() == model.RoleCustomer
}

// toggleWaiting shows only groups where a customer waits for an answer, or all again.
func (m *Model) toggleWaiting() {
	m.list.onlyWaiting = !m.list.onlyWaiting
	m.list.self = m.look.self
	m.list.refilter()
	m.flash = flash{text: m.look.words.AllGroups}
	if m.list.onlyWaiting {
		m.flash = flash{text: fmt.Sprintf(m.look.words.WaitingF, m.list.waiting)}
	}
}
