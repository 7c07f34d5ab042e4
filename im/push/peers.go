package push

import (
	"slices"
	"sync"

	"reddot/model"
)

// peerSet holds the C2C conversations that this login has seen. Only a read-all sync needs them: it means all of them
// and names none.
type peerSet struct {
	mu   sync.Mutex
	seen map[model.ConversationID]struct{}
}

func newPeerSet() *peerSet { return &peerSet{seen: make(map[model.ConversationID]struct{})} }

func (p *peerSet) add(conversation model.ConversationID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[conversation] = struct{}{}
}

// all returns the conversations in a stable order.
func (p *peerSet) all() []model.ConversationID {
	p.mu.Lock()
	defer p.mu.Unlock()
	conversations := make([]model.ConversationID, 0, len(p.seen))
	for conversation := range p.seen {
		conversations = append(conversations, conversation)
	}
	slices.Sort(conversations)
	return conversations
}
