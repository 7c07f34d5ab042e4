package core

import (
	"encoding/json"
	"sync/atomic"
)

// Actor is who asks. Requests of a long connection carry the logged-in user and its
// instance, never what the request claims; REST acts as Admin.
type Actor struct {
	User  string
	Inst  int64 // instance of the connection: gets no echo of its own acts; 0 for none
	Admin bool  // an app admin may act on any group and for anybody

	// How the request came; events carry it on to the app's server.
	Platform string // OptPlatform
	IP       string // ClientIP
}

// Account is a registered user.
type Account struct {
	UID        uint32 // number in this server, dense from 1
	ID         string
	TinyID     string // decimal, first part of every message id
	Nick, Face string
	Profile    []ProfileItem // other profile fields that were set, in order of first setting
}

// ProfileItem is one profile field, for example Tag_Profile_IM_Nick.
type ProfileItem struct {
	Tag   string
	Value json.RawMessage // a JSON string or number
}

// Role of a member in a group.
type Role string

// The roles, as they stand on the wire.
const (
	RoleOwner  Role = "Owner"
	RoleAdmin  Role = "Admin"
	RoleMember Role = "Member"
)

// KV is a custom field of a group or of a member.
type KV struct{ Key, Value string }

// Join options.
const (
	FreeAccess     = "FreeAccess"
	NeedPermission = "NeedPermission"
	DisableApply   = "DisableApply"
	DisableInvite  = "DisableInvite"
)

// Message notification settings of a member.
const (
	AcceptAndNotify = "AcceptAndNotify"
	AcceptNotNotify = "AcceptNotNotify"
	Discard         = "Discard"
)

// Group is a snapshot of a group's profile. Times are Unix seconds.
type Group struct {
	ID           string
	Type         GroupType
	Name         string
	Introduction string
	Notification string
	FaceURL      string
	Owner        string // "" for a group without owner
	CreateTime   int64
	InfoSeq      int64 // grows with every change of the profile
	LastInfoTime int64
	LastMsgTime  int64
	NextSeq      uint32 // the sequence the next message will get
	MemberNum    int
	MaxMemberNum int
	ApplyJoin    string
	InviteJoin   string
	MuteAll      bool
	HidesPast    bool // members do not see what was sent before they came
	Custom       []KV
}

// Member is a snapshot of one member of a group. Times are Unix seconds.
type Member struct {
	User      string
	Role      Role
	Card      string // name card
	JoinTime  int64
	Read      uint32 // read position: the highest sequence this member has read
	MsgFlag   string
	MuteUntil int64
	Custom    []KV
}

// NewGroup describes a group to make. Zero values take the defaults of its type.
type NewGroup struct {
	ID           string // "" for a generated one
	Type         string // legacy or new name: Private or Work, ChatRoom or Meeting...
	Name         string
	Owner        string // "" for none
	Introduction string
	Notification string
	FaceURL      string
	MaxMemberNum int
	ApplyJoin    string
	InviteJoin   string
	Custom       []KV
	Members      []NewMember
}

// NewMember is a member to add.
type NewMember struct {
	User   string
	Role   Role // "" means Member
	Card   string
	Custom []KV
}

// Mention is one target of an @: a user, or everybody.
type Mention struct {
	User string
	All  bool
}

// Message is one stored or delivered message. It is immutable: an edit or a recall makes a
// new value.
type Message struct {
	ID          int64  // order of C2C messages in this server; 0 for group messages
	Group       string // "" for C2C
	From, To    string // To is "" in groups
	TinyID      string // of the author
	Nick, Face  string // of the author
	Card        string // name card of the author in the group
	Seq         uint32 // per group +1; in C2C the number the sender chose
	Random      uint32
	Time        int64 // Unix seconds, by the server
	ClientTime  int64 // Unix seconds, as the sender said
	ClientSeq   uint32
	Priority    int // 1 high, 2 normal, 3 low, 4 lowest
	Body        json.RawMessage
	Cloud       string // CloudCustomData
	NeedReceipt bool
	PeerRead    bool // C2C: the receiver sent a receipt
	NoUnread    bool
	NoLast      bool
	OnlineOnly  bool
	Extensible  bool // it may have extensions
	Tip         bool // Body is the object of a group tip (push-protocol.md section 8.4)
	Mentions    []Mention
	Directed    []string // the only receivers of a directed group message
	Version     int      // grows with every edit
	Recalled    bool
	Revoker     string
	Reason      string // of the recall

	// Memo lets a front keep its encoding of this message beside it.
	Memo atomic.Pointer[[]byte]
}

// copied returns a message to change, as m may be shared.
func (m *Message) copied() *Message {
	return &Message{
		ID: m.ID, Group: m.Group, From: m.From, To: m.To, TinyID: m.TinyID, Nick: m.Nick, Face: m.Face, Card: m.Card, Seq: m.Seq, Random: m.Random,
		Time: m.Time, ClientTime: m.ClientTime, ClientSeq: m.ClientSeq, Priority: m.Priority, Body: m.Body, Cloud: m.Cloud,
		NeedReceipt: m.NeedReceipt, PeerRead: m.PeerRead, NoUnread: m.NoUnread, NoLast: m.NoLast, OnlineOnly: m.OnlineOnly,
		Extensible: m.Extensible, Tip: m.Tip, Mentions: m.Mentions, Directed: m.Directed, Version: m.Version, Recalled: m.Recalled,
		Revoker: m.Revoker, Reason: m.Reason,
	}
}

// GroupSend is a message to send into a group.
type GroupSend struct {
	Group       string
	From        string
	Random      uint32
	ClientSeq   uint32
	ClientTime  int64 // 0: the server's time
	Priority    int   // 0: normal
	Body        json.RawMessage
	Cloud       string
	NeedReceipt bool
	OnlineOnly  bool
	NoUnread    bool
	NoLast      bool
	Extensible  bool
	Mentions    []Mention
	Directed    []string
	NoCallback  bool // the app's server does not learn of it
}

// C2CSend is a message from one user to another, or to the same.
type C2CSend struct {
	From, To    string
	Seq         uint32
	Random      uint32
	ClientTime  int64 // 0: the server's time
	Body        json.RawMessage
	Cloud       string
	NeedReceipt bool
	OnlineOnly  bool
	NoUnread    bool
	NoLast      bool
	Extensible  bool
	NoSync      bool // not for the sender: neither pushed nor in the history (SyncOtherMachine 2)
	NoSyncPush  bool // not pushed to the sender's own devices, but in the history
	NoCallback  bool // the app's server does not learn of it
}

// Sent is the acknowledgement of a send. A duplicate gets that of the first.
type Sent struct {
	Seq         uint32
	Time        int64
	Duplicate   bool
	ReceiptCode int // not 0: sent, but without receipt, for this reason
}

// Receipt is the state of one message that asked for receipts, or why there is none.
type Receipt struct {
	Seq    uint32
	Code   int // 0 or CodeNoReceipt
	Read   int
	Unread int
	// How devices of the author find the message.
	TinyID     string
	ClientTime int64
	Random     uint32
}

// JoinedGroup is a group as one of its members sees it.
type JoinedGroup struct {
	Group  Group
	Self   Member
	Unread int
}

// Conversation is one row of a user's conversation list.
type Conversation struct {
	Group        *JoinedGroup // nil for C2C
	Peer         Account      // C2C only
	Remark       string       // C2C: what the user calls this friend
	PeerReadTime int64        // C2C: the peer has read messages up to this time
	Flag         string       // C2C: how the user is told of messages; "" for AcceptAndNotify
	Unread       int
	Last         *Message // the preview; nil for none
	LastSeq      uint32   // group: the newest sequence
	Time         int64    // of the newest message, Unix seconds
	Pinned       bool
}

// ID names the conversation.
func (c Conversation) ID() ConversationID {
	if c.Group != nil {
		return ConversationID{Group: c.Group.Group.ID}
	}
	return ConversationID{Peer: c.Peer.ID}
}
