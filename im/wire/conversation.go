package wire

// PageGetRequest is recentcontact.page_get. All zero asks for the whole list; the values of the last reply ask for what
// changed since.
type PageGetRequest struct {
	FromAccount    string `json:"From_Account"`
	TimeStamp      int64  `json:"TimeStamp"`
	StartIndex     int    `json:"StartIndex"`
	TopTimeStamp   int64  `json:"TopTimeStamp"`
	TopStartIndex  int    `json:"TopStartIndex"`
	OrderType      int    `json:"OrderType"`
	MsgAssistFlags int    `json:"MsgAssistFlags"`
	AssistFlags    int    `json:"AssistFlags"`
}

// PageGetReply answers recentcontact.page_get. Any CompleteFlag other than 1 makes the client ask again at once.
type PageGetReply struct {
	DisplayResult
	SessionItem   List[SessionItem] `json:"SessionItem"`
	CompleteFlag  int               `json:"CompleteFlag"`
	TimeStamp     int64             `json:"TimeStamp"`
	StartIndex    int               `json:"StartIndex"`
	TopTimeStamp  int64             `json:"TopTimeStamp"`
	TopStartIndex int               `json:"TopStartIndex"`
	GroupItem     List[any]         `json:"GroupItem"` // conversation folders
}

// Values of LastMsgFlags for a recalled last message.
const (
	LastGroupMsgRecalled = 2
	LastC2CMsgRecalled   = 8
)

// SessionItem is a row of the conversation list. Exactly one of the embedded parts is set, as Type says: a group row
// names itself in ToAccount, a C2C row in To_Account.
type SessionItem struct {
	Type int `json:"Type"` // ConversationC2C, ConversationGroup
	*GroupSession
	*C2CSession
	MsgTimeStamp  int64        `json:"MsgTimeStamp"`
	MsgSeq        uint32       `json:"MsgSeq"`
	MsgRandom     uint32       `json:"MsgRandom"`
	LastMsgFlags  int          `json:"LastMsgFlags"`
	TopFlags      int          `json:"TopFlags"` // 1 pinned
	MsgRecvOption int          `json:"MsgRecvOption"`
	LastMsg       *LastMessage `json:"LastMsg,omitempty"` // nil: a row without preview
}

// GroupSession is what only a group row has.
type GroupSession struct {
	GroupID                    string `json:"ToAccount"`
	UnreadMsgCount             uint32 `json:"UnreadMsgCount"`
	GroupIgnoredUnreadSeqCount uint32 `json:"GroupIgnoredUnreadSeqCount"`
	MsgGroupReadedSeq          uint32 `json:"MsgGroupReadedSeq"`
	GroupNextMsgSeq            uint32 `json:"GroupNextMsgSeq"`
	GroupNick                  string `json:"GroupNick"`
	GroupImage                 string `json:"GroupImage"`
	GroupType                  string `json:"GroupType"`
	MsgGroupFromAccount        string `json:"MsgGroupFrom_Account"`
	MsgGroupFromCardName       string `json:"MsgGroupFromCardName"`
	MsgGroupFromNickName       string `json:"MsgGroupFromNickName"`
}

// C2CSession is what only a C2C row has. The unread count of a C2C conversation comes from getmsg, not from here.
type C2CSession struct {
	ToAccount       string `json:"To_Account"`
	C2CNick         string `json:"C2cNick"`
	C2CImage        string `json:"C2cImage"`
	LastFromAccount string `json:"LastC2CMsgFrom_Account"`
	LastFromLite    string `json:"LastC2cMsgFrom_Account,omitempty"` // the same, as @tencentcloud/lite-chat spells it
	C2CPeerReadTime int64  `json:"C2cPeerReadTime"`
	Remark          string `json:"C2cRemark,omitempty"` // what the user calls this friend
}

// LastMessage is the preview of a conversation: a message, or a tip with Event and GroupTips and without MsgBody.
// A message without elements needs an empty array as MsgBody, not nil.
type LastMessage struct {
	Event           int          `json:"Event,omitempty"`
	GroupTips       *GroupTip    `json:"GroupTips,omitempty"`
	MsgBody         MsgBody      `json:"MsgBody,omitempty"`
	CloudCustomData string       `json:"CloudCustomData"`
	RevokerInfo     *RevokerInfo `json:"RevokerInfo,omitempty"` // of a recalled message
}

// GetMsgRequest is openim.getmsg: with an empty cookie the unread counters of C2C, with the last reply's cookie also the
// messages that came since.
type GetMsgRequest struct {
	Cookie        string `json:"Cookie"`
	SyncFlag      int    `json:"SyncFlag"`
	NeedAbstract  int    `json:"NeedAbstract"`
	IsOnlineSync  int    `json:"IsOnlineSync"`
	NeedSignaling int    `json:"NeedSignaling"`
	NeedCachedMsg int    `json:"NeedCachedMsg"`
}

// SyncFinished in SyncFlag ends the pull; 0 and 1 make the client ask again.
const SyncFinished = 2

// GetMsgReply answers openim.getmsg. The cookie is never empty.
type GetMsgReply struct {
	Result
	Cookie                  string             `json:"Cookie"`
	SyncFlag                int                `json:"SyncFlag"`
	MsgList                 List[C2CMessage]   `json:"MsgList"`
	C2CPairUnreadCount      List[C2CPairCount] `json:"C2CPairUnreadCount"`
	C2CRemainingUnreadCount List[C2CPairCount] `json:"C2CRemainingUnreadCount"`
	EventArray              List[Event]        `json:"EventArray"`
}

// C2CPairCount is the unread count of the conversation with From_Account.
type C2CPairCount struct {
	FromAccount string `json:"From_Account"`
	UnreadCount uint32 `json:"UnreadCount"`
}

// ReadAllRequest is openim.read_all_unread_msg.
type ReadAllRequest struct {
	C2CReadAllMsg int                 `json:"C2CReadAllMsg"`
	GroupReadInfo List[GroupReadItem] `json:"GroupReadInfo"`
}

// GroupReadItem is a group and how far it was read.
type GroupReadItem struct {
	GroupID string `json:"GroupId"`
	MsgSeq  uint32 `json:"MsgSeq"`
}

// ReadAllReply answers openim.read_all_unread_msg.
type ReadAllReply struct {
	Result
	C2CReadAllMsg      int                   `json:"C2CReadAllMsg"`
	GroupReadInfoArray List[GroupReadResult] `json:"GroupReadInfoArray"`
}

// GroupReadResult is the result for one group.
type GroupReadResult struct {
	GroupID string `json:"GroupId"`
	MsgSeq  uint32 `json:"MsgSeq"`
	RetCode int    `json:"RetCode"`
}

// Values of [PinRequest.OperationType].
const (
	PinSet    = 1
	PinRemove = 2
)

// PinRequest is recentcontact.top.
type PinRequest struct {
	FromAccount       string        `json:"From_Account,omitempty"`
	OperationType     int           `json:"OperationType"`
	RecentContactItem List[Contact] `json:"RecentContactItem"`
}

// Contact names a conversation. Commands disagree on the field; exactly one is set.
type Contact struct {
	Type      int    `json:"Type"`
	ToAccount string `json:"To_Account,omitempty"`
	GroupID   string `json:"GroupId,omitempty"`   // recentcontact.top
	ToGroupID string `json:"ToGroupid,omitempty"` // recentcontact.batch_delete
}

// Group is the id of a group conversation in either spelling.
func (c Contact) Group() string {
	if c.GroupID != "" {
		return c.GroupID
	}
	return c.ToGroupID
}

// BatchDeleteRequest is recentcontact.batch_delete.
type BatchDeleteRequest struct {
	FromAccount string        `json:"From_Account,omitempty"`
	ContactItem List[Contact] `json:"ContactItem"`
	ClearRamble int           `json:"ClearRamble"` // 1: also the history, for this user
}

// BatchDeleteReply answers recentcontact.batch_delete.
type BatchDeleteReply struct {
	DisplayResult
	ResultItem List[ContactResult] `json:"ResultItem"`
}

// ContactResult is the result for one conversation.
type ContactResult struct {
	Contact
	ResultCode int    `json:"ResultCode"`
	ResultInfo string `json:"ResultInfo,omitempty"`
}
