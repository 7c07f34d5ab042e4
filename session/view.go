package session

import (
	"time"

	"reddot/model"
)

// View is an immutable picture of a session. Pointers and slices inside it are shared with later
// pictures and must not be changed. Two pictures differ in a conversation exactly if its pointer differs.
type View struct {
	Self       Self
	Connection Connection
	// Conversations are all shown conversations, in no particular order; the self conversation is not
	// among them. ByID finds one.
	Conversations []*Conversation
	ByID          map[model.ConversationID]*Conversation
	// Unread is the sum over all conversations, muted ones left out.
	Unread int
	// Outgoing is the number of messages waiting to be sent, Failed of those given up.
	Outgoing int
	Failed   int
	// Sync holds the newest records of read sync, oldest first, at most SyncRecords.
	Sync []SyncRecord
	// Notices are sentences for the status line about lasting conditions (a signature that expires, a
	// server that is gone, a store that could not be opened), the most pressing first.
	Notices []Notice
	// GroupNotices are what the service told about groups, newest last, at most GroupNotices. Applications is how many
	// requests to join wait for the user's decision.
	GroupNotices []model.GroupNotice
	Applications int
	// Gone is the group that went last, zero if none did since the start.
	Gone Gone
}

// Gone is a group that the account is not in any more.
type Gone struct {
	Conversation model.ConversationID
	Reason       GoneReason
}

// GoneReason says why a group went.
type GoneReason int

// The reasons that a group is gone, as far as the service tells.
const (
	GoneUnknown GoneReason = iota
	GoneDissolved
	GoneRemoved
	GoneLeft
)

// SyncRecords is the most records that View.Sync holds.
const SyncRecords = 200

// Self is the logged-in account and this device.
type Self struct {
	User   string
	Name   string
	Device string
}

// Phase is how a session stands with the service.
type Phase int

// The phases of a connection.
const (
	Connecting Phase = iota
	Online
	Offline
	LoggedOut
)

// Connection is the state of the connection.
type Connection struct {
	Phase   Phase
	Latency time.Duration
	// Since is when the phase began, by our clock; while there is no connection, when it was lost. Retry is when the next
	// attempt is due (Offline), after a Wait in all.
	Since time.Time
	Retry time.Time
	Wait  time.Duration
	// Fetched is when the service's state was fetched last and NextFetch when it will be again, by our clock; both are zero
	// on a connection that is told of everything. Live is set while what happens in between comes by itself.
	Fetched   time.Time
	NextFetch time.Time
	Live      bool
	// ClockOffset is the service's clock minus ours.
	ClockOffset time.Duration
	// Reason says why the session is Offline or LoggedOut, cleaned for nothing: clean before showing.
	Reason string
}

// Conversation is an immutable picture of one conversation.
type Conversation struct {
	ID   model.ConversationID
	Name string
	// Group is nil for C2C.
	Group *model.Group
	// Role is the user's own role in the shop; RoleKnown is false in C2C, and while nobody knows.
	Role      model.Role
	RoleKnown bool

	// Unread is the derived count; with UnreadPending it may still change (messages are being fetched).
	Unread        int
	UnreadPending bool
	// Mentioned is set when an unread message mentions the user; Mention is the first one's sequence.
	Mentioned bool
	Mention   int64
	// Read is the user's read position on this device.
	Read int64
	// LastSequence is the newest known sequence (groups).
	LastSequence int64
	// Last is the newest message worth a preview, nil if none.
	Last   *model.Message
	Draft  string
	Pinned bool
	Muted  bool

	// Messages is the loaded end of the timeline, oldest first, own unsent messages at the end. Before
	// the conversation is opened it may hold only a few. Loading is set while history is being fetched,
	// Complete when nothing older exists, LoadError when fetching failed.
	Messages  []*model.Message
	Loading   bool
	Complete  bool
	LoadError string
	// Receipts maps the sequences of own messages that asked for receipts to their counts. It is shared and read-only.
	Receipts map[int64]model.Receipt
	// Readers is who has read the message that Viewing.Readers names, nil while none is named.
	Readers *Readers
	// NoReceipts says why messages here have no receipts; ReceiptsOK when they have.
	NoReceipts ReceiptReason
	// Members maps user ids to what is known of members who spoke. It is shared and read-only.
	Members map[string]model.Member
	// Left is set once the user is not in the group any more. It stays in the list until what was not sent is discarded.
	Left bool
	// Answering is who is writing an answer here, before this device would be: a colleague, or the user on another
	// device. Nil when nobody is.
	Answering *model.Answering
	// MutedUntil is until when the user may not speak here, in seconds since 1970 by the service's clock; 0 when they may, or
	// while nobody knows. Group.AllMuted goes beside it.
	MutedUntil int64
	// Divider is the read position when the conversation was opened: the "new messages" line stands
	// after it, frozen until the conversation is left. -1 when there is no line.
	Divider int64
	// DividerUnread is the number of messages after the divider at opening.
	DividerUnread int
}

// ReceiptReason says why a conversation has no read receipts.
type ReceiptReason int

// The reasons that a conversation has no receipts.
const (
	ReceiptsOK ReceiptReason = iota
	ReceiptsGroupType
	ReceiptsTooManyMembers
	ReceiptsEdition
)

// Direction is which way a record of read sync went.
type Direction int

// Sent records left this device, received ones came from another.
const (
	SyncSent Direction = iota
	SyncReceived
)

// SyncKind is what carried a read position.
type SyncKind int

// A position travels by our note or by the service's own read sync.
const (
	SyncNote SyncKind = iota
	SyncService
)

// NoticeLevel is how pressing a notice is.
type NoticeLevel int

// The levels of notices.
const (
	NoticeInfo NoticeLevel = iota
	NoticeWarning
	NoticeError
)

// NoticeCode names a lasting condition, so that the screen can say it in its language.
type NoticeCode string

// Notice is a lasting condition that the user should know of. Text is the technical detail.
type Notice struct {
	Code  NoticeCode
	Level NoticeLevel
	Text  string
}

// The lasting conditions.
const (
	NoticeKicked          NoticeCode = "kicked"
	NoticeSignatureSoon   NoticeCode = "signature_soon"
	NoticeSignatureOver   NoticeCode = "signature_over"
	NoticeStoreUnusable   NoticeCode = "store_unusable"
	NoticeStoreShared     NoticeCode = "store_shared"
	NoticeReadSyncFailing NoticeCode = "readsync_failing"
)
