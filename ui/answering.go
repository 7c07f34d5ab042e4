package ui

import (
	"fmt"
	"time"

	"reddot/model"
	"reddot/session"
)

// inputLine stands over the input. In it stands why the user may not speak, or who is answering already, so that no customer
// gets two answers.
func (m *Model) inputLine(c *session.Conversation, width int) string {
	k := m.look
	style, said := styleError, m.silenced(c)
	switch {
	case said != "":
		said = "! " + said
	case c.Answering != nil:
		style, said = styleKey, m.answeringBy(c)
	default:
		return k.line(width)
	}
	const before = 2
	said = " " + k.Truncate(said, max(0, width-before-4)) + " "
	return k.line(before) + k.paint(style, said) + k.line(max(0, width-before-k.Width(said)))
}

// silenced says why the user may not speak in a conversation, and when they may again; "" if they may.
func (m *Model) silenced(c *session.Conversation) string {
	k := m.look
	switch {
	case c.Left:
		return k.words.LeftNow
	case c.MutedUntil > 0:
		return fmt.Sprintf(k.words.MutedUntilF, k.moment(time.Unix(c.MutedUntil, 0), m.today()))
	case c.Group != nil && c.Group.AllMuted && c.Group.SelfRole == model.Ordinary:
		return k.words.AllMutedNow
	default:
		return ""
	}
}

func (m *Model) answeringBy(c *session.Conversation) string {
	k, by := m.look, c.Answering
	if by.User == k.self {
		return fmt.Sprintf(k.words.YouAnswerF, clean(by.Device))
	}
	return fmt.Sprintf(k.words.AnsweringF, userName(by.User, nil, c), clean(by.Device))
}

// yields says whether a text waits for a second Enter: the user may not speak, or somebody else is writing an answer, and the
// user was not yet told.
func (m *Model) yields(c *session.Conversation) bool {
	if silenced := m.silenced(c); silenced != "" && silenced != m.silencedTold {
		m.silencedTold = silenced
		m.flash = flash{fmt.Sprintf(m.look.words.AnswerAnywayF, silenced), true}
		return true
	}
	m.silencedTold = ""
	if c.Answering == nil || *c.Answering == m.insisting {
		m.insisting = model.Answering{}
		return false
	}
	m.insisting = *c.Answering
	m.flash = flash{text: fmt.Sprintf(m.look.words.AnswerAnywayF, m.answeringBy(c))}
	return true
}
