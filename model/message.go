package model

import "time"

// Key identifies a message on every device: the sender, the sender's clock in seconds and a random number.
// The service repeats all three in pushes, history and receipts (push-protocol, section 6.1).
type Key struct {
	Sender     string
	ClientTime int64
	Random     uint32
}

// SendState is how far an own message has come.
type SendState uint8

const (
	// Sent is a message that the service has; every message of others is Sent.
	Sent SendState = iota
	// Sending is stored in the outbox and not yet acknowledged.
	Sending
	// Failed was refused, or given up; it keeps its text and the reason, and can be retried.
	Failed
)

// Message is one entry of a conversation: what somebody said, or a tip of the service.
// It is immutable once handed out.
type Message struct {
	Conversation ConversationID
	// Sequence is the group's number, +1 for each message, 0 while unsent. In C2C it is chosen by the
	// sender and only orders messages of one second.
	Sequence int64
	Sender   string
	// SenderName is the nick name that came with the message, or "". NameCard is the sender's name in the group.
	SenderName string
	NameCard   string
	// ClientTime and ServerTime are seconds since 1970 by the sender's and the service's clock.
	ClientTime int64
	ServerTime int64
	Elements   []Element
	// CustomData is Tencent's CloudCustomData: opaque text of the application.
	CustomData string
	// Mentions lists user ids.
	Mentions []string
	// Version grows with each edit.
	Version int64
	// Failure says why a Failed message was not sent, in the user's words.
	Failure string

	// What is small stands together: there are tens of thousands of messages, and a gap in each costs.

	Random      uint32
	State       SendState
	NeedReceipt bool
	// NoUnread, NoLastMessage and OnlineOnly are the sender's wishes: not counted, not previewed, not kept.
	NoUnread      bool
	NoLastMessage bool
	OnlineOnly    bool
	Recalled      bool
	// MentionAll is set for a mention of everybody.
	MentionAll bool
	// PeerRead is set on own C2C messages that the peer sent a receipt for.
	PeerRead bool
	// Partial is set on a preview out of the conversation list, which tells neither the sender's clock nor the
	// sender's wishes: it is shown, but what it is must still be fetched.
	Partial bool
}

// Key returns the identity of the message.
func (m *Message) Key() Key {
	return Key{Sender: m.Sender, ClientTime: m.ClientTime, Random: m.Random}
}

// Position is where the message stands on the scale of read positions: the sequence in a group,
// the server's seconds in C2C.
func (m *Message) Position() int64 {
	if m.Conversation.Kind() == KindGroup {
		return m.Sequence
	}
	return m.ServerTime
}

// Time returns the service's time of the message, the sender's while the service has none.
func (m *Message) Time() time.Time {
	if m.ServerTime != 0 {
		return time.Unix(m.ServerTime, 0)
	}
	return time.Unix(m.ClientTime, 0)
}

// Counts says whether the message counts as unread for a user: not their own, not recalled, not marked
// no-unread, not online-only.
func (m *Message) Counts(self string) bool {
	return m.Sender != self && !m.Recalled && !m.NoUnread && !m.OnlineOnly && m.State == Sent
}

// MentionsUser says whether the message mentions the user, by name or with everybody.
func (m *Message) MentionsUser(user string) bool {
	if m.MentionAll {
		return true
	}
	for _, mentioned := range m.Mentions {
		if mentioned == user {
			return true
		}
	}
	return false
}
