package session

import (
	"time"

	"reddot/model"
)

// FactKind is what a Fact tells; the values are those of `reddot tail --json`.
type FactKind string

// The kinds of facts.
const (
	FactMessage    FactKind = "message"
	FactNote       FactKind = "note"
	FactRead       FactKind = "read"
	FactReceipt    FactKind = "receipt"
	FactGroup      FactKind = "group"
	FactConnection FactKind = "connection"
	// FactGroupNotice: Text is the kind of notice, From who did it.
	FactGroupNotice FactKind = "group_notice"
)

// Fact is one thing that happened, for headless followers who must miss nothing. Which fields apply
// depends on the kind; for FactNote and FactRead, Conversation and Position are what was read.
type Fact struct {
	Kind         FactKind
	At           time.Time
	Conversation model.ConversationID
	Name         string
	Position     int64
	From         string
	Device       string
	// Sent is set when this device did it (a note that it sent).
	Sent    bool
	Delay   time.Duration
	Message *model.Message
	Receipt *model.Receipt
	Notice  *model.GroupNotice
	// Text is a short word: the phase of a connection, what became of a group.
	Text string
}
