package wire

// Platform numbers. 7 is what the Web SDK sends; the others are the numbers of Tencent's native SDKs, which never speak
// this protocol to us and were not checked.
const (
	PlatformWindows = 1
	PlatformAndroid = 2
	PlatformIOS     = 3
	PlatformMac     = 4
	PlatformWeb     = 7
	PlatformIPad    = 9
)

// PlatformName is the name that query_online_status and the webhooks use for a platform number.
func PlatformName(platform int) string {
	switch platform {
	case PlatformWindows:
		return "Windows"
	case PlatformAndroid:
		return "Android"
	case PlatformIOS:
		return "iPhone"
	case PlatformMac:
		return "Mac"
	case PlatformWeb:
		return "Web"
	case PlatformIPad:
		return "iPad"
	}
	return "Unknown"
}

// Group types as they stand on the wire. Work groups are called Private there and Meeting groups ChatRoom.
const (
	GroupWork       = "Private"
	GroupPublic     = "Public"
	GroupMeeting    = "ChatRoom"
	GroupAVChatRoom = "AVChatRoom"
	GroupCommunity  = "Community"
)

// GroupType maps the new names (Work, Meeting) to those of the wire and leaves every other name alone. Known is false
// for a name that is no group type.
func GroupType(name string) (wireName string, known bool) {
	switch name {
	case "Work":
		return GroupWork, true
	case "Meeting":
		return GroupMeeting, true
	case GroupWork, GroupPublic, GroupMeeting, GroupAVChatRoom, GroupCommunity:
		return name, true
	}
	return name, false
}

// GroupTypeDisplay maps a group type of the wire to the name that today's documentation uses.
func GroupTypeDisplay(wireName string) string {
	switch wireName {
	case GroupWork:
		return "Work"
	case GroupMeeting:
		return "Meeting"
	}
	return wireName
}

// Roles of a member.
const (
	RoleOwner     = "Owner"
	RoleAdmin     = "Admin"
	RoleMember    = "Member"
	RoleNotMember = "NotMember" // get_role_in_group only
)

// Answers to who may join or invite.
const (
	JoinFree       = "FreeAccess"
	JoinPermission = "NeedPermission"
	JoinDisabled   = "DisableApply"
	InviteDisabled = "DisableInvite"
)

// Notification settings of a member (MsgFlag).
const (
	FlagNotify  = "AcceptAndNotify"
	FlagSilent  = "AcceptNotNotify"
	FlagDiscard = "Discard"
)

// Message priorities as names, in requests. In messages they are numbers: 1 High to 4 Lowest.
const (
	PriorityHigh   = "High"
	PriorityNormal = "Normal"
	PriorityLow    = "Low"
	PriorityLowest = "Lowest" // named by the Web SDK, not by the REST documentation
)

// PriorityNumber maps the name of a priority to its number; no name counts as Normal. Other names are unknown.
func PriorityNumber(name string) (number int, known bool) {
	switch name {
	case PriorityHigh:
		return 1, true
	case PriorityNormal, "":
		return 2, true
	case PriorityLow:
		return 3, true
	case PriorityLowest:
		return 4, true
	}
	return 2, false
}

// Entries of SendMsgControl in a request.
const (
	ControlNoUnread  = "NoUnread"
	ControlNoLastMsg = "NoLastMsg"
	ControlMute      = "WithMuteNotifications"
)

// SystemAccount is the sender of notices.
const SystemAccount = "@TIM#SYSTEM"

// Conversation types of page_get and get_list.
const (
	ConversationC2C   = 1
	ConversationGroup = 2
)

// Limits of names and bodies in bytes of UTF-8, and of lists in entries.
const (
	MaxUserID        = 32
	MaxMessage       = 12 << 10 // one message with its custom data
	MaxHistoryPage   = 20       // group messages in one reply of REST
	MaxReceiptBatch  = 50       // sequences in one receipt call
	MaxSystemMembers = 500      // accounts in bulk group calls
)
