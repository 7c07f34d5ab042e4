package model

// GroupType is the type of a group, by the names of the current documents.
type GroupType string

// The group types of Tencent IM (rest-api, section 2.0).
const (
	Work       GroupType = "Work"
	Public     GroupType = "Public"
	Meeting    GroupType = "Meeting"
	AVChatRoom GroupType = "AVChatRoom"
	Community  GroupType = "Community"
)

// GroupTypes returns all types, in the order in which they are offered.
func GroupTypes() []GroupType { return []GroupType{Work, Public, Meeting, AVChatRoom, Community} }

// KeepsUnread says whether the service keeps an unread count for groups of the type.
func (t GroupType) KeepsUnread() bool { return t != Meeting && t != AVChatRoom }

// ReceiptLimit is the most members a group may have for its messages to have read receipts.
const ReceiptLimit = 200

// HasReceipts says whether messages of the type can have read receipts, whatever the group's size.
func (t GroupType) HasReceipts() bool { return t != AVChatRoom && t != Community }

// ServiceRole is a member's role as the service enforces it.
type ServiceRole string

// The roles that the service knows.
const (
	Owner     ServiceRole = "Owner"
	Admin     ServiceRole = "Admin"
	Ordinary  ServiceRole = "Member"
	NotMember ServiceRole = "NotMember"
)

// Group is what is known of a group.
type Group struct {
	ID           string
	Name         string
	Type         GroupType
	Owner        string
	Introduction string
	Notification string
	FaceURL      string
	Members      int
	MaxMembers   int
	CreatedAt    int64
	// NextSequence is the sequence that the next message will get.
	NextSequence int64
	// SelfRole and SelfRead are the logged-in user's role and read position.
	SelfRole     ServiceRole
	SelfRead     int64
	SelfNameCard string
	SelfCustom   map[string]string
	// SelfUnknown is set until SelfNameCard and SelfCustom were asked for, where a list of groups does not tell them.
	SelfUnknown bool
	// Muted is set when the user wants no notification of the group.
	Muted bool
	// Join and Invite say how people come in, "" where the service did not tell.
	Join, Invite JoinOption
	// AllMuted is set while nobody but owner and administrators may speak.
	AllMuted bool
}

// ReceiptsAvailable says whether messages of the group can have read receipts now.
func (g *Group) ReceiptsAvailable() bool {
	return g.Type.HasReceipts() && g.Members <= ReceiptLimit
}

// Member is one user in one group.
type Member struct {
	User     string
	Name     string
	NameCard string
	Role     ServiceRole
	JoinedAt int64
	// MutedUntil is seconds since 1970, 0 when not muted.
	MutedUntil int64
	// Read is the sequence up to which the member has read, 0 where the service did not tell or nothing was read.
	Read int64
	// Custom holds the member custom fields.
	Custom map[string]string
	// Business is the role by the shop's own rules, RoleUnset where they were not applied.
	Business Role
}

// DisplayName returns the name to show: name card, nick name or user id.
func (m Member) DisplayName() string {
	switch {
	case m.NameCard != "":
		return m.NameCard
	case m.Name != "":
		return m.Name
	default:
		return m.User
	}
}

// Profile is what a user shows to others.
type Profile struct {
	User    string
	Name    string
	FaceURL string
}
