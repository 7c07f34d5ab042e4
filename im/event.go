package im

import (
	"time"

	"reddot/model"
)

// Event is one fact that a service told. The set is closed.
type Event interface{ event() }

// Connected says that the account is logged in. Latency is the login's round trip; ClockOffset is the service's clock minus ours.
// What was missed is not in it: call Client.Sync.
type Connected struct {
	Latency     time.Duration
	ClockOffset time.Duration
	// Resumed is set when the client had been logged in before.
	Resumed bool
}

// Disconnected says that the connection is lost, why, and when the next try is due.
type Disconnected struct {
	Reason error
	// Retry is the delay until the next attempt; negative when there will be none.
	Retry   time.Duration
	Attempt int
}

// Latency is a measured round trip of the connection. ClockOffset is as in Connected: clocks may be set while it lives.
type Latency struct{ RoundTrip, ClockOffset time.Duration }

// Swept says that a client that polls has fetched the service's state anew, and when it will again, by our clock. Live is set
// while the service tells what happens in between by itself (webhooks).
type Swept struct {
	At, Next time.Time
	Live     bool
}

// MessagesReceived brings new messages, all of one conversation, oldest first: messages of others, and
// the user's own messages from other devices.
type MessagesReceived struct {
	Conversation model.ConversationID
	Messages     []*model.Message
}

// MessageChanged says that a known message was edited or recalled.
type MessageChanged struct {
	Conversation model.ConversationID
	// Recalled lists the messages that were recalled; in groups Sequence is set, in C2C Key.
	Sequence int64
	Key      model.Key
	Recalled bool
	// Elements, CustomData and Version are the new content of an edited message.
	Elements   []model.Element
	CustomData string
	Version    int64
}

// ReceiptsChanged brings new counts of readers of own messages.
type ReceiptsChanged struct{ Receipts []model.Receipt }

// ReadMoved says that the user has read up to Position on another device (the service's own read sync).
// A Position of 0 means everything.
type ReadMoved struct {
	Conversation model.ConversationID
	Position     int64
}

// PeerRead says that the other side of a C2C conversation has read up to Position (seconds).
type PeerRead struct {
	Conversation model.ConversationID
	Position     int64
	// Keys names the messages that the peer sent a receipt for.
	Keys []model.Key
}

// Mentioned says that a group message mentions the user, or everybody. It may come before, after or without the
// message itself.
type Mentioned struct {
	Conversation model.ConversationID
	Sequence     int64
	User, All    bool
}

// The values of GroupChanged.Reason that are told apart.
const (
	GoneRemoved   = "removed"
	GoneDissolved = "dissolved"
	GoneLeft      = "left"
)

// GroupChanged says that a group came, went or changed. Asked is when the question left that it answers, zero for what the
// service told by itself.
type GroupChanged struct {
	GroupID string
	Asked   Moment
	// Group is the new state, nil when it must be asked for (Client.Sync).
	Group *model.Group
	// Gone is set when the user is no longer a member or the group no longer exists; Reason says which, "" if
	// that is not known.
	Gone   bool
	Reason string
}

// MembersChanged says that members of a group came, went or changed their role.
type MembersChanged struct {
	GroupID string
	// Members is the new number of members, 0 if not told. Asked is when the question left that it answers, zero for what the
	// service told by itself.
	Members int
	Asked   Moment
}

// ProfileChanged says that a user changed name or picture.
type ProfileChanged struct{ Profile model.Profile }

// Kicked says that this device was logged out by the service; the client will not reconnect by itself. By is what the
// service tells of the login that took the place, "" if nothing, which is the rule: raw, for people.
type Kicked struct {
	Reason KickReason
	By     string
}

// KickReason says why a device was logged out.
type KickReason int

// The reasons that the service gives (push-protocol, section 9).
const (
	KickedByLogin KickReason = iota + 1
	KickedByDevicePolicy
	KickedByAdmin
	KickedBySignature
)

// SignatureExpiring says that the signature ends at Expires; Expired is set once it has.
type SignatureExpiring struct {
	Expires time.Time
	Expired bool
}

func (Connected) event()         {}
func (Disconnected) event()      {}
func (Latency) event()           {}
func (Swept) event()             {}
func (MessagesReceived) event()  {}
func (MessageChanged) event()    {}
func (ReceiptsChanged) event()   {}
func (ReadMoved) event()         {}
func (PeerRead) event()          {}
func (Mentioned) event()         {}
func (GroupChanged) event()      {}
func (MembersChanged) event()    {}
func (ProfileChanged) event()    {}
func (Kicked) event()            {}
func (SignatureExpiring) event() {}
