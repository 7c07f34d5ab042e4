package core

// Event is one fact that connected clients may have to learn. Events come in the order of
// the commits that made them, after the commit.
type Event interface{ event() }

// Audience is who learns of an event: all connections of the users To, but not the
// instance that caused it.
type Audience struct {
	To     []uint32 // account numbers (Account.UID); shared, never to be changed
	Except int64    // instance; 0 for none
}

// GroupRef is what every push about a group repeats.
type GroupRef struct {
	ID   string
	Name string
	Type GroupType
}

// The events.
type (
	// GroupMessage is a message or a tip in a group, for every member.
	GroupMessage struct {
		Audience
		By         Actor
		Group      *GroupRef
		Msg        *Message
		Operator   uint32 // whose doing a tip tells of (Account.UID); 0 for nobody here
		Unread     int    // how many are to read a message that asked for receipts
		NoCallback bool   // the app's server does not learn of it
		Queued     int64  // number of the mention; 0 for none
	}
	// C2CMessage goes to the receiver's connections and, as sync, to the sender's other
	// ones. A message to oneself has no receivers but the sync.
	C2CMessage struct {
		By         Actor
		Msg        *Message
		ToUID      uint32 // 0 for a message to oneself
		Sync       uint32 // the sender; 0 when the sender's devices must not get it
		Except     int64
		NoCallback bool // the app's server does not learn of it
	}
	// GroupRead tells a user's other connections how far the user has read a group.
	GroupRead struct {
		Audience
		Group *GroupRef
		User  string
		Seq   uint32
	}
	// GroupReceipts tells an author which of the messages have new readers.
	GroupReceipts struct {
		Audience
		Group  *GroupRef
		Author string
		Items  []Receipt
	}
	// C2CRead: Reader has read what Peer wrote, up to Time.
	C2CRead struct {
		By                 Actor
		Reader, Peer       string
		ReaderUID, PeerUID uint32
		Time               int64
		Except             int64
	}
	// C2CReceipts tells an author that Reader has read these messages.
	C2CReceipts struct {
		Audience
		By     Actor
		Reader string
		Time   int64
		Items  []*Message
	}
	// Notice is a group system notice (push-protocol.md section 8.5).
	Notice struct {
		Audience
		Group    *GroupRef
		Type     int
		Operator string
		Remark   string
		Key      int64  // identifies an application
		Auth     string // must be repeated when the application is decided
		Text     string // of the app's
		MsgFlag  string // of a NoticeFlag
		Time     int64
		// By which clients know the notice again.
		Seq, Random, ClientSeq uint32
		Queued                 int64 `json:"-"` // its number; 0 where nobody has to learn of it later
	}
	// GroupRecalled and C2CRecalled: the message was recalled.
	GroupRecalled struct {
		Audience
		Group *GroupRef
		Msg   *Message
	}
	// C2CRecalled is GroupRecalled for two people.
	C2CRecalled struct {
		Audience
		By  Actor
		Msg *Message
	}
	// Edited: the message has a new body. Group is nil for C2C.
	Edited struct {
		Audience
		Group *GroupRef
		Msg   *Message
	}
	// ConversationsChanged tells a user's other connections what was pinned, unpinned or
	// deleted there.
	ConversationsChanged struct {
		Audience
		Change ConversationChange
		Convs  []ConversationID
	}
	// C2CFlagChanged tells a user's other connections how the user is told of messages of a
	// peer from now on.
	C2CFlagChanged struct {
		Audience
		Peer string
		Flag string
	}
	// ProfileChanged goes to the user's own connections.
	ProfileChanged struct {
		Audience
		By    Actor
		User  string
		Items []ProfileItem
	}
	// Kicked ends all connections of the user.
	Kicked struct {
		Audience
		User string
	}
)

// ConversationChange is what happened to rows of a conversation list.
type ConversationChange int

// The changes, numbered as PushType of a RecentContactMod.
const (
	ConversationDeleted  ConversationChange = 1
	ConversationPinned   ConversationChange = 2
	ConversationUnpinned ConversationChange = 3
)

// ConversationID names a conversation: exactly one of the two is set.
type ConversationID struct {
	Group string
	Peer  string
}

// System notice types (ReportType).
const (
	NoticeApplied      = 1
	NoticeAccepted     = 2
	NoticeRefused      = 3
	NoticeRemoved      = 4
	NoticeDissolved    = 5
	NoticeCreated      = 6
	NoticeInvited      = 7
	NoticeLeft         = 8
	NoticeAdminSet     = 9
	NoticeAdminRemoved = 10
	NoticeInvitation   = 12 // waits for the invited
	NoticeFlag         = 20 // another device changed the notification setting
)

// What an inviter learns of the answer. The numbers are those of the native SDKs' headers; the Web
// SDKs show any.
const (
	NoticeInviteAccepted = 13
	NoticeInviteRefused  = 14
)

func (GroupMessage) event()         {}
func (C2CMessage) event()           {}
func (GroupRead) event()            {}
func (GroupReceipts) event()        {}
func (C2CRead) event()              {}
func (C2CReceipts) event()          {}
func (Notice) event()               {}
func (GroupRecalled) event()        {}
func (C2CRecalled) event()          {}
func (Edited) event()               {}
func (ConversationsChanged) event() {}
func (C2CFlagChanged) event()       {}
func (ProfileChanged) event()       {}
func (Kicked) event()               {}
