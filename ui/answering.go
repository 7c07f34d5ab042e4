package ui

import (
	"fmt"

	"reddot/model"
	"reddot/session"
)

// inputLine stands over the input. In it stands who is answering already, so that no customer gets two answers.
func (m *Model) inputLine(c *session.Conversation, width int) string {
	k := m.look
	if c.Answering == nil {
		return k.line(width)
	}
	const before = 2
	said := " " + k.Truncate(m.answeringBy(c), max(0, width-before-4)) + " "
	return k.line(before) + k.paint(styleKey, said) + k.line(max(0, width-before-k.Width(said)))
}

func (m *Model) answeringBy(c *session.Conversation) string {
	k, by := m.look, c.Answering
	if by.User == k.self {
		return fmt.Sprintf(k.words.YouAnswerF, clean(by.Device))
	}
	return fmt.Sprintf(k.words.AnsweringF, userName(by.User, nil, c), clean(by.Device))
}

// yields says whether an answer waits for a second Enter: somebody else is writing one, and the user was not yet told.
func (m *Model) yields(c *session.Conversation) bool {
	if c.Answering == nil || *c.Answering == m.insisting {
		m.insisting = model.Answering{}
		return false
	}
	m.insisting = *c.Answering
	m.flash = flash{text: fmt.Sprintf(m.look.words.AnswerAnywayF, m.answeringBy(c))}
	return true
}
