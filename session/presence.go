package session

import (
	"sync/atomic"

	"reddot/model"
)

// presence knows in which order conversations came and went, and questions left: an answer says nothing of what came or
// went after its question. It belongs to the session's goroutine, except for mark.
type presence struct {
	moment     atomic.Int64
	came, went map[model.ConversationID]int64
}

func newPresence() presence {
	return presence{came: map[model.ConversationID]int64{}, went: map[model.ConversationID]int64{}}
}

// mark names this moment, for a question that leaves now.
func (p *presence) mark() int64 { return p.moment.Load() }

func (p *presence) add(id model.ConversationID) {
	p.came[id] = p.moment.Add(1)
	delete(p.went, id)
}

func (p *presence) remove(id model.ConversationID) {
	p.went[id] = p.moment.Add(1)
	delete(p.came, id)
}

// cameAfter says whether a conversation came after a question left.
func (p *presence) cameAfter(id model.ConversationID, mark int64) bool { return p.came[id] > mark }

// wentAfter says whether a conversation went after a question left, and is still gone.
func (p *presence) wentAfter(id model.ConversationID, mark int64) bool { return p.went[id] > mark }
