package wire

// AccountImportRequest is account_import. Identifier is the old name of UserID.
type AccountImportRequest struct {
	UserID     string `json:"UserID,omitempty"`
	Identifier string `json:"Identifier,omitempty"`
	Nick       string `json:"Nick,omitempty"`
	FaceURL    string `json:"FaceUrl,omitempty"`
}

// User is the account in either spelling.
func (r AccountImportRequest) User() string { return firstOf(r.UserID, r.Identifier) }

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// MultiAccountImportRequest is multiaccount_import: AccountList, or the old Accounts. At most 100.
type MultiAccountImportRequest struct {
	AccountList []AccountImportRequest `json:"AccountList,omitempty"`
	Accounts    []string               `json:"Accounts,omitempty"`
}

// MultiAccountImportReply answers multiaccount_import.
type MultiAccountImportReply struct {
	Result
	FailAccounts List[string] `json:"FailAccounts"`
}

// UserItem names an account in CheckItem, DeleteItem.
type UserItem struct {
	UserID string `json:"UserID"`
}

// AccountCheckRequest is account_check.
type AccountCheckRequest struct {
	CheckItem List[UserItem] `json:"CheckItem"` // at most 100
}

// Values of AccountStatus.
const (
	AccountImported    = "Imported"
	AccountNotImported = "NotImported"
)

// AccountCheckReply answers account_check.
type AccountCheckReply struct {
	Result
	ResultItem List[AccountCheckItem] `json:"ResultItem"`
}

// AccountCheckItem is the result for one account.
type AccountCheckItem struct {
	UserID        string `json:"UserID"`
	ResultCode    int    `json:"ResultCode"`
	ResultInfo    string `json:"ResultInfo"`
	AccountStatus string `json:"AccountStatus,omitempty"`
}

// KickRequest is kick. Identifier is the old name of UserID.
type KickRequest struct {
	UserID     string `json:"UserID,omitempty"`
	Identifier string `json:"Identifier,omitempty"`
}

// User is the account in either spelling.
func (r KickRequest) User() string { return firstOf(r.UserID, r.Identifier) }

// SetUnreadMsgNumRequest is set_unread_msg_num.
type SetUnreadMsgNumRequest struct {
	GroupID       string `json:"GroupId"`
	MemberAccount string `json:"Member_Account"`
	UnreadMsgNum  int    `json:"UnreadMsgNum"`
}

// RoleInGroupRequest is get_role_in_group.
type RoleInGroupRequest struct {
	GroupID     string       `json:"GroupId"`
	UserAccount List[string] `json:"User_Account"` // at most 500
}

// RoleInGroupReply answers get_role_in_group.
type RoleInGroupReply struct {
	Result
	UserIDList List[MemberRole] `json:"UserIdList"`
}

// MemberRole is an account and its role, NotMember included.
type MemberRole struct {
	MemberAccount string `json:"Member_Account"`
	Role          string `json:"Role"`
}

// ForbidSendMsgRequest is forbid_send_msg, a mute of several members.
type ForbidSendMsgRequest struct {
	GroupID        string       `json:"GroupId"`
	MembersAccount List[string] `json:"Members_Account"` // at most 500
	MuteTime       *int64       `json:"MuteTime,omitempty"`
	ShutUpTime     *int64       `json:"ShutUpTime,omitempty"` // old name
}

// Mute is the mute in seconds in either spelling, nil where none is given.
func (r ForbidSendMsgRequest) Mute() *int64 {
	if r.MuteTime != nil {
		return r.MuteTime
	}
	return r.ShutUpTime
}

// GroupNotificationRequest is send_group_system_notification; without receivers it goes to everyone.
type GroupNotificationRequest struct {
	GroupID          string   `json:"GroupId"`
	ToMembersAccount []string `json:"ToMembers_Account,omitempty"` // at most 500
	Content          string   `json:"Content"`
}

// AdminGetRoamMsgRequest is admin_getroammsg. From_Account and To_Account are the old names of operator and peer.
type AdminGetRoamMsgRequest struct {
	OperatorAccount string `json:"Operator_Account,omitempty"`
	PeerAccount     string `json:"Peer_Account,omitempty"`
	FromAccount     string `json:"From_Account,omitempty"`
	ToAccount       string `json:"To_Account,omitempty"`
	MaxCnt          int    `json:"MaxCnt"`
	MinTime         int64  `json:"MinTime"`
	MaxTime         int64  `json:"MaxTime"`
	LastMsgKey      string `json:"LastMsgKey,omitempty"`
}

// Operator is whose view of the conversation is asked for, in either spelling.
func (r AdminGetRoamMsgRequest) Operator() string { return firstOf(r.OperatorAccount, r.FromAccount) }

// Peer is the other side, in either spelling.
func (r AdminGetRoamMsgRequest) Peer() string { return firstOf(r.PeerAccount, r.ToAccount) }

// AdminGetRoamMsgReply answers admin_getroammsg. Pages walk backwards, rows inside a page are oldest first.
type AdminGetRoamMsgReply struct {
	Result
	Complete    int              `json:"Complete"`
	MsgCnt      int              `json:"MsgCnt"`
	LastMsgTime int64            `json:"LastMsgTime"`
	LastMsgKey  string           `json:"LastMsgKey"`
	MsgList     List[C2CMessage] `json:"MsgList"`
}

// AdminMsgWithdrawRequest is admin_msgwithdraw.
type AdminMsgWithdrawRequest struct {
	FromAccount string `json:"From_Account"`
	ToAccount   string `json:"To_Account"`
	MsgKey      string `json:"MsgKey"`
}

// AdminSetMsgReadRequest is admin_set_msg_read. MsgReadTime absent is now.
type AdminSetMsgReadRequest struct {
	ReportAccount string `json:"Report_Account"`
	PeerAccount   string `json:"Peer_Account"`
	MsgReadTime   Int    `json:"MsgReadTime,omitempty"`
}

// C2CUnreadNumRequest is get_c2c_unread_msg_num. Without peers the sum is asked for.
type C2CUnreadNumRequest struct {
	ToAccount   string   `json:"To_Account"`
	PeerAccount []string `json:"Peer_Account,omitempty"` // at most 10
}

// C2CUnreadNumReply answers get_c2c_unread_msg_num.
type C2CUnreadNumReply struct {
	Result
	AllC2CUnreadMsgNum  *uint32        `json:"AllC2CUnreadMsgNum,omitempty"`
	C2CUnreadMsgNumList []PeerUnread   `json:"C2CUnreadMsgNumList,omitempty"`
	ErrorList           []AccountError `json:"ErrorList,omitempty"`
}

// PeerUnread is the unread count of one conversation.
type PeerUnread struct {
	PeerAccount     string `json:"Peer_Account"`
	C2CUnreadMsgNum uint32 `json:"C2CUnreadMsgNum"`
}

// AccountError is a refusal for one account. The two commands that use it name the account differently.
type AccountError struct {
	PeerAccount string `json:"Peer_Account,omitempty"` // get_c2c_unread_msg_num
	ToAccount   string `json:"To_Account,omitempty"`   // query_online_status
	ErrorCode   int    `json:"ErrorCode"`
}

// OnlineStatusRequest is query_online_status.
type OnlineStatusRequest struct {
	ToAccount    List[string] `json:"To_Account"` // at most 500
	IsNeedDetail int          `json:"IsNeedDetail,omitempty"`
}

// Values of an online status.
const (
	StatusOnline     = "Online"
	StatusPushOnline = "PushOnline"
	StatusOffline    = "Offline"
)

// OnlineStatusReply answers query_online_status.
type OnlineStatusReply struct {
	Result
	QueryResult List[OnlineStatus] `json:"QueryResult"`
	ErrorList   []AccountError     `json:"ErrorList,omitempty"`
}

// OnlineStatus is the presence of one account. State is the old name of Status.
type OnlineStatus struct {
	ToAccount string           `json:"To_Account"`
	Status    string           `json:"Status,omitempty"`
	State     string           `json:"State,omitempty"`
	Detail    []PlatformStatus `json:"Detail,omitempty"`
}

// PlatformStatus is the presence on one platform, by the names of [PlatformName].
type PlatformStatus struct {
	Platform string `json:"Platform"`
	Status   string `json:"Status"`
}

// RecentContactListRequest is recentcontact.get_list.
type RecentContactListRequest struct {
	FromAccount   string `json:"From_Account"`
	TimeStamp     int64  `json:"TimeStamp"`
	StartIndex    int    `json:"StartIndex"`
	TopTimeStamp  int64  `json:"TopTimeStamp"`
	TopStartIndex int    `json:"TopStartIndex"`
	AssistFlags   int    `json:"AssistFlags"`
}

// RecentContactListReply answers recentcontact.get_list. It has neither unread counts nor last messages.
type RecentContactListReply struct {
	DisplayResult
	SessionItem   List[RecentContactRow] `json:"SessionItem"`
	CompleteFlag  int                    `json:"CompleteFlag"`
	TimeStamp     int64                  `json:"TimeStamp"`
	StartIndex    int                    `json:"StartIndex"`
	TopTimeStamp  int64                  `json:"TopTimeStamp"`
	TopStartIndex int                    `json:"TopStartIndex"`
}

// RecentContactRow is a conversation.
type RecentContactRow struct {
	Type      int    `json:"Type"`
	ToAccount string `json:"To_Account,omitempty"`
	GroupID   string `json:"GroupId,omitempty"`
	MsgTime   int64  `json:"MsgTime"`
	TopFlag   int    `json:"TopFlag"`
}

// RecentContactDeleteRequest is recentcontact.delete.
type RecentContactDeleteRequest struct {
	FromAccount string `json:"From_Account"`
	Type        int    `json:"Type"`
	ToAccount   string `json:"To_Account,omitempty"`
	ToGroupID   string `json:"ToGroupid,omitempty"` // the small id is Tencent's
	ClearRamble int    `json:"ClearRamble"`
}

// GroupListRequest is get_appid_group_list.
type GroupListRequest struct {
	Limit     int    `json:"Limit,omitempty"`
	Next      int64  `json:"Next,omitempty"`
	GroupType string `json:"GroupType,omitempty"`
}

// GroupListReply answers get_appid_group_list. Next 0 ends the list.
type GroupListReply struct {
	Result
	TotalCount  int              `json:"TotalCount"`
	GroupIDList List[GroupIDRow] `json:"GroupIdList"`
	Next        int64            `json:"Next"`
}

// GroupIDRow is a group by id alone.
type GroupIDRow struct {
	GroupID string `json:"GroupId"`
}
