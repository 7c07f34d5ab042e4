package core

// GroupType is the legacy (wire) name of a group's type.
type GroupType string

// The group types.
const (
	Private    GroupType = "Private"    // Work in newer documents
	Public     GroupType = "Public"     //
	ChatRoom   GroupType = "ChatRoom"   // Meeting in newer documents
	AVChatRoom GroupType = "AVChatRoom" //
	Community  GroupType = "Community"  //
)

// ReceiptMembers is the size of a group beyond which there are no receipts.
const ReceiptMembers = 200

// typeRules says what a group type keeps and allows (rest-api.md section 2.0).
type typeRules struct {
	unread   bool // keeps an unread count per member
	history  bool
	receipts bool
	tips     bool // member changes are stored and take a sequence
	admins   bool
	mute     bool   // members and the whole group can be muted
	apply    string // default ApplyJoinOption
	choice   bool   // another ApplyJoinOption can be chosen
	invite   bool   // members may be added by others
	max      int    // default MaxMemberNum
}

var rulesOf = map[GroupType]typeRules{
	Private:    {unread: true, history: true, receipts: true, tips: true, apply: DisableApply, invite: true, max: 6000},
	Public:     {unread: true, history: true, receipts: true, tips: true, admins: true, mute: true, apply: NeedPermission, choice: true, invite: true, max: 6000},
	ChatRoom:   {history: true, receipts: true, admins: true, mute: true, apply: FreeAccess, invite: true, max: 6000},
	AVChatRoom: {admins: true, mute: true, apply: FreeAccess, max: 1_000_000},
	Community:  {unread: true, history: true, admins: true, mute: true, apply: FreeAccess, invite: true, max: 100_000},
}

// ParseGroupType reads a legacy or a new type name.
func ParseGroupType(name string) (GroupType, bool) {
	switch name {
	case "Work":
		return Private, true
	case "Meeting":
		return ChatRoom, true
	}
	t := GroupType(name)
	_, known := rulesOf[t]
	return t, known
}

// KeepsUnread tells whether the service counts unread messages in such groups.
func (t GroupType) KeepsUnread() bool { return rulesOf[t].unread }

// KeepsHistory tells whether messages in such groups can be fetched again.
func (t GroupType) KeepsHistory() bool { return rulesOf[t].history }

// HasReceipts tells whether such groups can have read receipts at all.
func (t GroupType) HasReceipts() bool { return rulesOf[t].receipts }
