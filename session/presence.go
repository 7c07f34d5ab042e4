package session

import (
	"reddot/im"
	"reddot/model"
)

// presence knows when conversations came and went: an answer says nothing of what came or went after its question. A moment
// is that of the question whose answer told so, or of the news itself. It belongs to the session's goroutine.
type presence struct {
	came, went map[model.ConversationID]im.Moment
}

func newPresence() presence {
	return presence{came: map[model.ConversationID]im.Moment{}, went: map[model.ConversationID]im.Moment{}}
}

// add says that a conversation was there at a moment.
func (p *presence) add(id model.ConversationID, at im.Moment) {
	p.came[id] = max(p.came[id], at)
	delete(p.went, id)
}

// remove says that a conversation was gone at a moment.
func (p *presence) remove(id model.ConversationID, at im.Moment) {
	p.went[id] = at
	delete(p.came, id)
}

// cameAfter says whether a conversation came after a question left.
func (p *presence) cameAfter(id model.ConversationID, asked im.Moment) bool {
	return p.came[id] > asked
}

// wentAfter says whether a conversation went after a question left, and is still gone.
func (p *presence) wentAfter(id model.ConversationID, asked im.Moment) bool {
	return p.went[id] > asked
}
