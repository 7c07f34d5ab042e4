package im

import (
	"context"
	"time"

	"reddot/model"
)

// Client is one logged-in account on a chat service. All methods are safe for concurrent use, honour
// their context, and return *Error for refusals of the service.
type Client interface {
	// Self returns the user id that the client is logged in as.
	Self() string
	// Capabilities says what this adapter can do. After Connect it can only lose something, once the service has refused it
	// for good.
	Capabilities() Capabilities
	// Connect logs in. It returns when the first login is accepted or refused; after that the client
	// reconnects by itself until Close or until it is kicked off, and says so by events.
	Connect(ctx context.Context) error
	// Events yields everything that happens, until Close, which closes the channel.
	Events() <-chan Event
	// Close logs out and releases everything. It is safe to call twice.
	Close() error

	// Sync returns the service's view of all conversations, and the C2C messages that arrived since the
	// last Sync of this client. It is called after every Connected event.
	Sync(ctx context.Context) (*Snapshot, error)
	// Members returns one page of a group's members, starting at offset.
	Members(ctx context.Context, groupID string, offset, limit int) (*MemberPage, error)
	// Profiles returns what is known of the users; unknown users are missing from the answer.
	Profiles(ctx context.Context, users []string) ([]model.Profile, error)
	// History returns one page of a conversation's messages.
	History(ctx context.Context, request HistoryRequest) (*HistoryPage, error)

	// Send delivers a message. Repeating it with the same Random and ClientTime does not double it as
	// long as the service remembers the first (5 minutes).
	Send(ctx context.Context, message Outgoing) (*SendResult, error)
	// MarkRead moves the service's own read position of a conversation (group: sequence, C2C: seconds).
	MarkRead(ctx context.Context, conversation model.ConversationID, position int64) error
	// SendReceipts says that the messages of others with these sequences were read. At most
	// Capabilities.ReceiptBatch sequences.
	SendReceipts(ctx context.Context, groupID string, sequences []int64) error
	// SendC2CReceipts does the same for messages of a C2C conversation.
	SendC2CReceipts(ctx context.Context, messages []*model.Message) error
	// Receipts returns the receipts of own messages; messages without any are missing from the answer.
	Receipts(ctx context.Context, groupID string, sequences []int64) ([]model.Receipt, error)
	// ReceiptMembers returns one page of the users who have read a message, or who have not.
	ReceiptMembers(ctx context.Context, request ReceiptMembersRequest) (*ReceiptMembersPage, error)

	Groups
}

// Capabilities says what an adapter can do on this service and account. A false means "not available
// here"; the reason is in Reasons under the field's name.
type Capabilities struct {
	// Push: events arrive by themselves, without polling.
	Push bool
	// MarkRead: the service's own read position of a group can be moved.
	MarkRead bool
	// Receipts: group read receipts can be sent and asked for.
	Receipts bool
	// SelfNotes: messages to oneself reach the user's other devices.
	SelfNotes bool
	// History: messages of the past can be fetched.
	History bool
	// AppAdmin: requests are made with the rights of the app's administrator, who may do in any group what its type knows.
	AppAdmin bool
	// Applications: requests to join can be made, listed and decided.
	Applications bool
	// SearchGroups: groups can be found by a part of their name.
	SearchGroups bool
	// ReceiptBatch is the most sequences in one SendReceipts call.
	ReceiptBatch int
	// HistoryPage is the most messages in one History answer.
	HistoryPage int
	// MaxMessageBytes is the most bytes of a message's body and custom data.
	MaxMessageBytes int
	// Reasons explains what is missing, by capability name in snake_case ("mark_read", "receipts", …).
	Reasons map[string]string
}

// Snapshot is the service's view of an account's conversations at one moment.
type Snapshot struct {
	// Time is the service's clock.
	Time          time.Time
	Conversations []Conversation
	// Asked is when the question about the groups left.
	Asked Moment
	// Messages are C2C messages that arrived since the last Sync, oldest first, own notes included.
	Messages []*model.Message
	// Partial is set when Conversations holds only what changed since the last Sync.
	Partial bool
}

// Conversation is the service's view of one conversation.
type Conversation struct {
	ID   model.ConversationID
	Name string
	// Group is set for group conversations.
	Group *model.Group
	// Unread is the service's count for the pair (Read, Next). Uncounted is set where it was not asked for.
	Unread    int
	Uncounted bool
	// Read is the service's read position; Next is the position that the next message will get: in C2C the second after the
	// newest message, 0 where only Last tells it.
	Read int64
	Next int64
	// Last is the newest message, nil if there is none or the service did not tell.
	Last *model.Message
	// Mentions are the sequences of unread messages that mention the user, where the service tells.
	Mentions []int64
	Pinned   bool
	Muted    bool
}

// MemberPage is one page of a group's members. Total counts the whole group; Next is the next offset, 0
// at the end.
type MemberPage struct {
	Members []model.Member
	Total   int
	Next    int
}

// HistoryRequest asks for messages of a conversation, newest first going back from Before (inclusive; 0 is
// the newest message). For C2C, Cursor continues where the last page ended.
type HistoryRequest struct {
	Conversation model.ConversationID
	Before       int64
	Limit        int
	Cursor       string
}

// HistoryPage is one page of messages, always oldest first whatever the service's own order. Complete is
// set when nothing older exists. Sequences that no longer exist are listed in Missing, so that they are
// no gap to be fetched again.
type HistoryPage struct {
	Messages []*model.Message
	Missing  []int64
	// Next is the position to continue at (Before of the next request), and Cursor its C2C counterpart.
	Next     int64
	Cursor   string
	Complete bool
}

// Outgoing is a message to be sent. Random, ClientTime and (in C2C) Sequence are chosen by the caller and
// stored before the first try, so that every retry is recognised as the same message.
type Outgoing struct {
	Conversation  model.ConversationID
	Random        uint32
	ClientTime    int64
	Sequence      int64
	Elements      []model.Element
	CustomData    string
	NeedReceipt   bool
	NoUnread      bool
	NoLastMessage bool
	OnlineOnly    bool
	Mentions      []string
	MentionAll    bool
}

// SendResult is what the service gave an accepted message: its sequence (groups) and the service's time in seconds.
type SendResult struct {
	Sequence   int64
	ServerTime int64
}

// ReceiptMembersRequest asks who has read an own message (Read) or has not. Cursor is "" at first.
type ReceiptMembersRequest struct {
	GroupID  string
	Sequence int64
	Read     bool
	Cursor   string
	Limit    int
}

// ReceiptMembersPage is one page of user ids; Cursor is "" at the end.
type ReceiptMembersPage struct {
	Users  []string
	Cursor string
}
