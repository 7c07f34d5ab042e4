package wire

// KeyValue is an application's own field of a group or of a member.
type KeyValue struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// Group is the profile of a group, in lists and in profile replies.
type Group struct {
	GroupID          string     `json:"GroupId"`
	Type             string     `json:"Type"`
	Name             string     `json:"Name"`
	Introduction     string     `json:"Introduction"`
	Notification     string     `json:"Notification"`
	FaceURL          string     `json:"FaceUrl"`
	OwnerAccount     string     `json:"Owner_Account"`
	CreateTime       int64      `json:"CreateTime"`
	InfoSeq          uint32     `json:"InfoSeq"`
	LastInfoTime     int64      `json:"LastInfoTime"`
	LastMsgTime      int64      `json:"LastMsgTime"`
	NextMsgSeq       uint32     `json:"NextMsgSeq"` // sequence of the next message, from 1
	MemberNum        uint32     `json:"MemberNum"`
	MaxMemberNum     uint32     `json:"MaxMemberNum"`
	ApplyJoinOption  string     `json:"ApplyJoinOption"`
	InviteJoinOption string     `json:"InviteJoinOption"`
	ShutUpAllMember  string     `json:"ShutUpAllMember,omitempty"` // On, Off: the name that the Web SDK reads
	MuteAllMember    string     `json:"MuteAllMember,omitempty"`   // the same, REST's name since 2023
	SupportTopic     int        `json:"SupportTopic"`
	AppDefinedData   []KeyValue `json:"AppDefinedData,omitempty"`
	SelfInfo         *SelfInfo  `json:"SelfInfo,omitempty"`
}

// AllMuted tells whether only owner and admins may speak, in either spelling.
func (g Group) AllMuted() bool { return g.ShutUpAllMember == "On" || g.MuteAllMember == "On" }

// SelfInfo is the asking (or asked-for) member's own row in a group.
type SelfInfo struct {
	Role                 string     `json:"Role"`
	JoinTime             int64      `json:"JoinTime"`
	MsgFlag              string     `json:"MsgFlag"`
	MsgSeq               uint32     `json:"MsgSeq"` // read position
	NameCard             string     `json:"NameCard"`
	AppMemberDefinedData []KeyValue `json:"AppMemberDefinedData,omitempty"`
}

// Member is a member of a group.
type Member struct {
	MemberAccount        string     `json:"Member_Account"`
	Role                 string     `json:"Role"`
	JoinTime             int64      `json:"JoinTime"`
	MsgSeq               uint32     `json:"MsgSeq"` // read position
	MsgFlag              string     `json:"MsgFlag"`
	LastSendMsgTime      int64      `json:"LastSendMsgTime"`
	ShutUpUntil          int64      `json:"ShutUpUntil"`         // 0 is not muted: the name that the Web SDK reads
	MuteUntil            int64      `json:"MuteUntil,omitempty"` // the same, REST's name since 2023
	NameCard             string     `json:"NameCard"`
	OnlineStatus         string     `json:"OnlineStatus,omitempty"` // OnlineStatusOnline, where it was asked for
	AppMemberDefinedData []KeyValue `json:"AppMemberDefinedData,omitempty"`
}

// FilterOnlineStatus in MemberInfoFilter asks for OnlineStatus.
const (
	FilterOnlineStatus = "OnlineStatus"
	OnlineStatusOnline = "Online"
)

// MutedUntil is the end of a mute in either spelling, 0 where there is none.
func (m Member) MutedUntil() int64 { return max(m.ShutUpUntil, m.MuteUntil) }

// JoinedGroupListRequest is get_joined_group_list. Limit 0 is all; REST needs ResponseFilter to get more than ids.
type JoinedGroupListRequest struct {
	MemberAccount      string          `json:"Member_Account"`
	Limit              int             `json:"Limit,omitempty"`
	Offset             int             `json:"Offset"`
	GroupType          string          `json:"GroupType,omitempty"`
	WithHugeGroups     int             `json:"WithHugeGroups,omitempty"`
	WithNoActiveGroups int             `json:"WithNoActiveGroups,omitempty"`
	SupportTopic       int             `json:"SupportTopic,omitempty"`
	NeedAppDefineData  int             `json:"NeedAppDefineData,omitempty"`
	ResponseFilter     *ResponseFilter `json:"ResponseFilter,omitempty"`
}

// ResponseFilter names the fields that a reply is to carry.
type ResponseFilter struct {
	GroupBaseInfoFilter         []string `json:"GroupBaseInfoFilter,omitempty"`
	MemberInfoFilter            []string `json:"MemberInfoFilter,omitempty"`
	SelfInfoFilter              []string `json:"SelfInfoFilter,omitempty"`
	AppDefinedDataFilterGroup   []string `json:"AppDefinedDataFilter_Group,omitempty"`
	AppDefinedDataFilterMembers []string `json:"AppDefinedDataFilter_GroupMember,omitempty"`
}

// JoinedGroupListReply answers get_joined_group_list. TotalCount ignores paging.
type JoinedGroupListReply struct {
	Result
	TotalCount  int         `json:"TotalCount"`
	GroupIDList List[Group] `json:"GroupIdList"`
}

// GroupInfoRequest is get_group_self_member_info, get_group_public_info and get_group_info.
type GroupInfoRequest struct {
	GroupIDList    List[string]    `json:"GroupIdList"` // at most 50
	ResponseFilter *ResponseFilter `json:"ResponseFilter,omitempty"`
}

// GroupInfoReply answers get_group_self_member_info, get_group_public_info and get_group_info. Refusals stand in the
// rows; the outer code stays 0.
type GroupInfoReply struct {
	Result
	GroupInfo List[GroupInfoRow] `json:"GroupInfo"`
}

// GroupInfoRow is a group with its own result. ErrorCode must be there even when it is 0.
type GroupInfoRow struct {
	Group
	ErrorCode  int      `json:"ErrorCode"`
	ErrorInfo  string   `json:"ErrorInfo"`
	MemberList []Member `json:"MemberList,omitempty"`
}

// MemberInfoRequest is get_group_member_info and get_specified_group_member_info.
type MemberInfoRequest struct {
	GroupID           string   `json:"GroupId"`
	Limit             int      `json:"Limit,omitempty"`
	Offset            int      `json:"Offset"`
	Next              *string  `json:"Next,omitempty"` // communities
	MemberInfoFilter  []string `json:"MemberInfoFilter,omitempty"`
	MemberRoleFilter  []string `json:"MemberRoleFilter,omitempty"`
	AppDefinedFilter  []string `json:"AppDefinedDataFilter_GroupMember,omitempty"`
	MemberListAccount []string `json:"Member_List_Account,omitempty"`
}

// MemberInfoReply answers get_group_member_info and get_specified_group_member_info. MemberNum is the group's total.
type MemberInfoReply struct {
	Result
	MemberNum  uint32       `json:"MemberNum"`
	MemberList List[Member] `json:"MemberList"`
	Next       *string      `json:"Next,omitempty"`
}

// CreateGroupRequest is create_group.
type CreateGroupRequest struct {
	OwnerAccount      string      `json:"Owner_Account,omitempty"`
	Type              string      `json:"Type"`
	GroupID           string      `json:"GroupId,omitempty"`
	Name              string      `json:"Name"`
	Introduction      string      `json:"Introduction,omitempty"`
	Notification      string      `json:"Notification,omitempty"`
	FaceURL           string      `json:"FaceUrl,omitempty"`
	MaxMemberCount    uint32      `json:"MaxMemberCount,omitempty"`
	ApplyJoinOption   string      `json:"ApplyJoinOption,omitempty"`
	InviteJoinOption  string      `json:"InviteJoinOption,omitempty"`
	AppDefinedData    []KeyValue  `json:"AppDefinedData,omitempty"`
	MemberList        []NewMember `json:"MemberList,omitempty"`
	WebPushFlag       int         `json:"WebPushFlag,omitempty"`
	SupportTopic      int         `json:"SupportTopic,omitempty"`
	EnablePermission  int         `json:"EnablePermission,omitempty"`
	DefaultPermission int         `json:"DefaultPermission,omitempty"`
}

// NewMember is a member to be added. Role may only be Admin, and only in create_group.
type NewMember struct {
	MemberAccount        string     `json:"Member_Account"`
	Role                 string     `json:"Role,omitempty"`
	AppMemberDefinedData []KeyValue `json:"AppMemberDefinedData,omitempty"`
}

// CreateGroupReply answers create_group.
type CreateGroupReply struct {
	Result
	GroupID       string `json:"GroupId"`
	Type          string `json:"Type,omitempty"`
	HugeGroupFlag int    `json:"HugeGroupFlag,omitempty"`

	// OverLimit are those who are in as many groups as they may be. The Web SDK reads it; REST's documents do not name it.
	OverLimit []string `json:"OverJoinedGroupLimit_Account,omitempty"`
}

// Results of adding a member.
const (
	AddFailed    = 0
	AddDone      = 1
	AddWasMember = 2
	AddWaiting   = 3 // waits for approval
	AddOverLimit = 4 // long connection only
)

// AddGroupMemberRequest is add_group_member.
type AddGroupMemberRequest struct {
	GroupID    string          `json:"GroupId"`
	Silence    int             `json:"Silence,omitempty"` // 1: without notices
	MemberList List[NewMember] `json:"MemberList"`        // at most 300
}

// AddGroupMemberReply answers add_group_member.
type AddGroupMemberReply struct {
	Result
	MemberList List[AddResult] `json:"MemberList"`
}

// AddResult is the result for one account.
type AddResult struct {
	MemberAccount string `json:"Member_Account"`
	Result        int    `json:"Result"`
}

// ApplyJoinGroupRequest is apply_join_group.
type ApplyJoinGroupRequest struct {
	GroupID     string `json:"GroupId"`
	ApplyMsg    string `json:"ApplyMsg"`
	WebPushFlag int    `json:"WebPushFlag,omitempty"`
}

// Values of JoinedStatus.
const (
	JoinedSuccess = "JoinedSuccess"
	JoinedWaiting = "WaitAdminApproval"
)

// ApplyJoinGroupReply answers apply_join_group.
type ApplyJoinGroupReply struct {
	Result
	JoinedStatus string `json:"JoinedStatus"`

	// Live rooms, for clients that poll.
	HugeGroupFlag  int    `json:"HugeGroupFlag,omitempty"` // 1
	LongPollingKey string `json:"LongPollingKey,omitempty"`
	StartSeq       int64  `json:"StartSeq,omitempty"` // where polling begins
}

// HandleApplyJoinRequest is handle_apply_join_group. Authentication and MsgKey come from the notice.
type HandleApplyJoinRequest struct {
	GroupID          string `json:"GroupId"`
	ApplicantAccount string `json:"Applicant_Account"`
	HandleMsg        string `json:"HandleMsg"` // Agree, Reject
	ApprovalMsg      string `json:"ApprovalMsg"`
	Authentication   string `json:"Authentication"`
	MsgKey           Int    `json:"MsgKey"`
}

// GroupRequest is a request that names only a group: quit_group, destroy_group.
type GroupRequest struct {
	GroupID string `json:"GroupId"`
}

// DeleteGroupMemberRequest is delete_group_member.
type DeleteGroupMemberRequest struct {
	GroupID            string       `json:"GroupId"`
	MemberToDelAccount List[string] `json:"MemberToDel_Account"`
	Reason             string       `json:"Reason,omitempty"`
	Silence            int          `json:"Silence,omitempty"` // 1: only the removed are told
}

// ModifyGroupInfoRequest is modify_group_base_info. What is nil stays.
type ModifyGroupInfoRequest struct {
	GroupID              string     `json:"GroupId"`
	FromAccount          string     `json:"From_Account,omitempty"`
	Name                 *string    `json:"Name,omitempty"`
	Introduction         *string    `json:"Introduction,omitempty"`
	Notification         *string    `json:"Notification,omitempty"`
	FaceURL              *string    `json:"FaceUrl,omitempty"`
	MaxMemberNum         *uint32    `json:"MaxMemberNum,omitempty"`
	ApplyJoinOption      *string    `json:"ApplyJoinOption,omitempty"`
	InviteJoinOption     *string    `json:"InviteJoinOption,omitempty"`
	MuteAllMember        *string    `json:"MuteAllMember,omitempty"`
	ShutUpAllMember      *string    `json:"ShutUpAllMember,omitempty"` // old name
	HistoryMsgBeforeJoin *string    `json:"HistoryMsgBeforeJoin,omitempty"`
	AppDefinedData       []KeyValue `json:"AppDefinedData,omitempty"` // an empty value deletes the key
}

// MuteAll is the mute of all members in either spelling, nil where it stays.
func (r ModifyGroupInfoRequest) MuteAll() *string {
	if r.MuteAllMember != nil {
		return r.MuteAllMember
	}
	return r.ShutUpAllMember
}

// ModifyMemberInfoRequest is modify_group_member_info. What is nil stays.
type ModifyMemberInfoRequest struct {
	GroupID              string     `json:"GroupId"`
	MemberAccount        string     `json:"Member_Account"`
	Role                 *string    `json:"Role,omitempty"` // Admin, Member
	MsgFlag              *string    `json:"MsgFlag,omitempty"`
	NameCard             *string    `json:"NameCard,omitempty"`
	MuteTime             *int64     `json:"MuteTime,omitempty"`   // seconds from now, 0 ends a mute
	ShutUpTime           *int64     `json:"ShutUpTime,omitempty"` // old name, and the Web SDK's
	AppMemberDefinedData []KeyValue `json:"AppMemberDefinedData,omitempty"`
}

// Mute is the mute in either spelling, nil where it stays.
func (r ModifyMemberInfoRequest) Mute() *int64 {
	if r.MuteTime != nil {
		return r.MuteTime
	}
	return r.ShutUpTime
}

// ChangeGroupOwnerRequest is change_group_owner.
type ChangeGroupOwnerRequest struct {
	GroupID         string `json:"GroupId"`
	NewOwnerAccount string `json:"NewOwner_Account"`
}

// GetPendencyRequest is get_pendency, the applications that wait for the user.
type GetPendencyRequest struct {
	StartTime     int64  `json:"StartTime"`
	Limit         int    `json:"Limit"`
	HandleAccount string `json:"Handle_Account"`
}

// GetPendencyReply answers get_pendency. NextStartTime 0 ends the list.
type GetPendencyReply struct {
	Result
	PendencyList  List[Pendency] `json:"PendencyList"`
	NextStartTime int64          `json:"NextStartTime"`
}

// How the words of a search have to be there.
const (
	MatchAnyWord  = 0
	MatchAllWords = 1
)

// GroupSearchRequest is group_search.query, as the Web SDK's searchCloudGroups sends it.
type GroupSearchRequest struct {
	Keywords         List[string] `json:"Keywords"`
	KeywordMatchType int          `json:"KeywordMatchType"`
	Count            int          `json:"Count"`
	Cursor           string       `json:"Cursor,omitempty"`
}

// GroupSearchReply answers group_search.query with a page of groups. Cursor "" ends them. Refusals stand in Code, which must be
// there; an application without the paid search gets 60020.
type GroupSearchReply struct {
	Result
	Code       int         `json:"Code"`
	Message    string      `json:"Message"`
	Cursor     string      `json:"Cursor"`
	TotalCount int         `json:"TotalCount"`
	GroupList  List[Group] `json:"GroupList"`
}

// What a [Pendency] waits for.
const (
	PendencyApplied = 0 // somebody applied alone
	PendencyInvited = 2 // somebody was invited, and an admin has to admit them
)

// Pendency is an application that waits for an admin, by the names that the Web SDK reads. It repeats Time as MsgKey.
type Pendency struct {
	GroupID          string `json:"GroupId"`
	GroupName        string `json:"GroupName"`
	FromAccount      string `json:"From_Account"` // who applied or invited
	FromUserNickName string `json:"FromUserNickName"`
	ToAccount        string `json:"To_Account"` // who was invited
	ApplicationType  int    `json:"ApplicationType"`
	Handled          int    `json:"Handled"` // 0: not yet
	ApplyInviteMsg   string `json:"ApplyInviteMsg"`
	Authentication   string `json:"Authentication"`
	Time             Int    `json:"Time"`
}

// HandleOwnInviteRequest is handle_invite_join_group, the answer of who was invited. Authentication and MsgKey come from the
// notice.
type HandleOwnInviteRequest struct {
	GroupID        string `json:"GroupId"`
	InviterAccount string `json:"Inviter_Account"`
	HandleMsg      string `json:"HandleMsg"` // Agree, Reject
	ApprovalMsg    string `json:"ApprovalMsg"`
	Authentication string `json:"Authentication"`
	MsgKey         Int    `json:"MsgKey"`
}

// HandleInviteRequest is handle_invite_join_permission_group, an admin's answer to an invitation.
type HandleInviteRequest struct {
	GroupID          string `json:"GroupId"`
	ApplicantAccount string `json:"Applicant_Account"` // who invited
	InvitedAccount   string `json:"Invited_Account"`
	HandleMsg        string `json:"HandleMsg"` // Agree, Reject
	ApprovalMsg      string `json:"ApprovalMsg"`
	Authentication   string `json:"Authentication"`
}
