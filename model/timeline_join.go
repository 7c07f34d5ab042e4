package model

import "reflect"

// joinMessages returns what two copies of one message say together; it returns a itself if b adds nothing.
// The operation does not depend on the order of copies: the newer version gives the content, and what is
// true in one copy is true. A recalled message has no content. A change is joined as a partial copy.
func joinMessages(a, b *Message) *Message {
	joined := *a
	bare := len(a.Elements) == 0 && a.CustomData == ""
	if b.Version > a.Version || bare && b.Version == a.Version {
		joined.Elements, joined.CustomData, joined.Version = b.Elements, b.CustomData, b.Version
	}
	joinIdentity(&joined, b)
	joined.NeedReceipt = a.NeedReceipt || b.NeedReceipt
	joined.NoUnread = a.NoUnread || b.NoUnread
	joined.NoLastMessage = a.NoLastMessage || b.NoLastMessage
	joined.OnlineOnly = a.OnlineOnly || b.OnlineOnly
	joined.MentionAll = a.MentionAll || b.MentionAll
	joined.PeerRead = a.PeerRead || b.PeerRead
	joined.Recalled = a.Recalled || b.Recalled
	joined.Partial = a.Partial && b.Partial
	if joined.Recalled {
		joined.Elements, joined.CustomData = nil, ""
	}
	if len(joined.Mentions) == 0 {
		joined.Mentions = b.Mentions
	}
	if b.State == Sent {
		joined.State, joined.Failure = Sent, ""
	}
	if reflect.DeepEqual(&joined, a) {
		return a
	}
	return &joined
}

// joinIdentity fills in what only the other copy knows.
func joinIdentity(joined *Message, b *Message) {
	if joined.Sender == "" {
		joined.Sender = b.Sender
	}
	if joined.SenderName == "" {
		joined.SenderName = b.SenderName
	}
	if joined.NameCard == "" {
		joined.NameCard = b.NameCard
	}
	if joined.Random == 0 {
		joined.Random = b.Random
	}
	if joined.ClientTime == 0 {
		joined.ClientTime = b.ClientTime
	}
	if joined.ServerTime == 0 {
		joined.ServerTime = b.ServerTime
	}
	if joined.Sequence == 0 {
		joined.Sequence = b.Sequence
	}
}
