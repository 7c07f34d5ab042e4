package convert

import "reddot/model"

// internLimit is how many strings an Interner holds before it starts anew; a shop with 500 groups and their active
// members fits.
const internLimit = 4096

// internLength is the longest string worth sharing, in bytes; names and ids are shorter.
const internLength = 128

// Interner shares the memory of strings that come again and again: keys, users, groups, names. It is not safe for
// concurrent use.
type Interner struct {
	texts  map[string]string
	groups map[string]model.ConversationID
}

// NewInterner returns one that holds nothing yet.
func NewInterner() *Interner {
	return &Interner{texts: make(map[string]string), groups: make(map[string]model.ConversationID)}
}

// Get returns the text as a string; a nil Interner shares nothing.
func (n *Interner) Get(raw []byte) string {
	if n == nil {
		return toText(raw)
	}
	if text, ok := n.texts[string(raw)]; ok {
		return text
	}
	text := toText(raw)
	if len(raw) > internLength {
		return text
	}
	if len(n.texts) >= internLimit {
		clear(n.texts)
	}
	n.texts[text] = text
	return text
}

// Group returns the conversation of a group.
func (n *Interner) Group(id string) model.ConversationID {
	if conversation, ok := n.groups[id]; ok {
		return conversation
	}
	if len(n.groups) >= internLimit {
		clear(n.groups)
	}
	conversation := model.GroupConversation(id)
	n.groups[id] = conversation
	return conversation
}
