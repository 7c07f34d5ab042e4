package model

// Receipt says how many of the others have read an own message that asked for it.
type Receipt struct {
	Conversation ConversationID
	Sequence     int64
	// Key identifies the message; its fields are zero where the service named only the sequence.
	Key         Key
	ReadCount   int
	UnreadCount int
}

// Total returns how many could read the message.
func (r Receipt) Total() int { return r.ReadCount + r.UnreadCount }
