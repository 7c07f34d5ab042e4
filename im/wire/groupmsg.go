package wire

import "encoding/json"

// SendGroupMsgRequest is send_group_msg, on the long connection and over REST.
type SendGroupMsgRequest struct {
	FromAccount             string          `json:"From_Account,omitempty"` // long connection: ignored, the login decides; REST: default is the admin
	GroupID                 string          `json:"GroupId"`
	Random                  uint32          `json:"Random"` // with the sender, names a retry of the same message
	ClientSeq               uint32          `json:"ClientSeq,omitempty"`
	MsgPriority             string          `json:"MsgPriority,omitempty"`
	MsgBody                 MsgBody         `json:"MsgBody"`
	CloudCustomData         string          `json:"CloudCustomData"`
	OnlineOnlyFlag          int             `json:"OnlineOnlyFlag"` // 1: not stored, not counted
	OfflinePushInfo         json.RawMessage `json:"OfflinePushInfo,omitempty"`
	GroupAtInfo             List[Mention]   `json:"GroupAtInfo"`
	SendMsgControl          List[string]    `json:"SendMsgControl"` // NoUnread, NoLastMsg
	ForbidCallbackControl   []string        `json:"ForbidCallbackControl,omitempty"`
	ToAccount               []string        `json:"To_Account,omitempty"` // directed message, at most 50 members
	MsgClientTime           int64           `json:"MsgClientTime,omitempty"`
	NeedReadReceipt         int             `json:"NeedReadReceipt"` // the C2C spelling differs
	SupportMessageExtension int             `json:"SupportMessageExtension"`
	IsRelayMsg              int             `json:"IsRelayMsg"`
	TopicID                 string          `json:"TopicId,omitempty"`
}

// Mention is one entry of GroupAtInfo: everyone, or one account.
type Mention struct {
	AtAll   int    `json:"GroupAtAllFlag"` // 1 everyone
	Account string `json:"GroupAt_Account,omitempty"`
}

// SendGroupMsgReply answers send_group_msg.
type SendGroupMsgReply struct {
	Result
	MsgTime         int64  `json:"MsgTime"`
	MsgSeq          uint32 `json:"MsgSeq"`
	ReadReceiptCode int    `json:"ReadReceiptCode,omitempty"` // not 0: sent, but without receipts
	MsgDropReason   string `json:"MsgDropReason,omitempty"`   // "MsgFreqCtrl": accepted and dropped
}

// Values of IsPlaceMsg.
const (
	PlaceNormal   = 0
	PlaceHole     = 1 // deleted or expired, body empty
	PlaceRecalled = 2
)

// GroupMessage is a message of a group as pushes (GroupMsgArray) and group_msg_get carry it. TinyId, MsgClientTime and
// MsgRandom repeat what the sender gave: together they are the message's identity.
type GroupMessage struct {
	FromAccount             string           `json:"From_Account"`
	ToGroupID               string           `json:"ToGroupId"`
	MsgSeq                  uint32           `json:"MsgSeq"`
	MsgRandom               uint32           `json:"MsgRandom"`
	MsgTimeStamp            int64            `json:"MsgTimeStamp"`
	MsgClientTime           int64            `json:"MsgClientTime"`
	ClientSeq               uint32           `json:"ClientSeq"`
	MsgPriority             int              `json:"MsgPriority"`
	TinyID                  string           `json:"TinyId"`
	Event                   int              `json:"Event,omitempty"` // EventGroupTip where MsgBody is a tip
	IsPlaceMsg              int              `json:"IsPlaceMsg"`
	IsSystemMsg             int              `json:"IsSystemMsg"`
	NeedReadReceipt         int              `json:"NeedReadReceipt"`
	OnlineOnlyFlag          int              `json:"OnlineOnlyFlag"`
	CloudCustomData         string           `json:"CloudCustomData"`
	MsgVersion              uint32           `json:"MsgVersion,omitempty"` // counts edits
	MsgBody                 MsgBody          `json:"MsgBody"`
	GroupAtInfo             []Mention        `json:"GroupAtInfo,omitempty"`
	SendMsgControl          *MsgControl      `json:"SendMsgControl,omitempty"`
	RevokerInfo             *RevokerInfo     `json:"RevokerInfo,omitempty"`
	GroupInfo               MessageGroupInfo `json:"GroupInfo"`
	SupportMessageExtension int              `json:"SupportMessageExtension,omitempty"`
}

// MsgControl is SendMsgControl in a delivered message: an object, where the request has a list.
type MsgControl struct {
	NoUnread  int `json:"NoUnread"`
	NoLastMsg int `json:"NoLastMsg"`
}

// MessageGroupInfo describes group and sender inside a message or tip.
type MessageGroupInfo struct {
	GroupID         string           `json:"GroupId"`
	GroupName       string           `json:"GroupName,omitempty"`
	GroupType       string           `json:"GroupType"`
	FromNick        string           `json:"From_AccountNick,omitempty"`
	FromHeadURL     string           `json:"From_AccountHeadurl,omitempty"`
	FromAccount     string           `json:"From_Account,omitempty"` // notices only
	ToAccount       string           `json:"To_Account,omitempty"`   // notices only
	SenderExtraInfo *SenderExtraInfo `json:"MsgFrom_AccountExtraInfo,omitempty"`
}

// SenderExtraInfo is what the group knows of the sender.
type SenderExtraInfo struct {
	NameCard string `json:"NameCard"`
}

// RevokerInfo names who recalled a message, and why.
type RevokerInfo struct {
	Account string `json:"Revoker_Account"`
	Reason  string `json:"Reason"`
}

// GroupMsgGetRequest is group_msg_get and group_msg_get_simple: at most ReqMsgNumber messages with a sequence of at most
// ReqMsgSeq, newest first. ReqMsgSeq 0 and one beyond the newest both mean the newest.
type GroupMsgGetRequest struct {
	GroupID         string `json:"GroupId"`
	ReqMsgNumber    int    `json:"ReqMsgNumber"`
	ReqMsgSeq       uint32 `json:"ReqMsgSeq,omitempty"`
	WithRecalledMsg int    `json:"WithRecalledMsg"`
	TopicID         string `json:"TopicId,omitempty"`
}

// Values of IsFinished in a history reply.
const (
	HistoryMore     = 0
	HistoryRange    = 1 // REST: the asked range is complete, which is not the start of history
	HistoryFinished = 2
)

// GroupMsgGetReply answers group_msg_get. RspMsgList is newest first; NextReqMsgSeq is the lowest returned sequence less
// 1, and 0 at the start of history.
type GroupMsgGetReply struct {
	Result
	GroupID         string             `json:"GroupId"`
	IsFinished      int                `json:"IsFinished"`
	NextReqMsgSeq   uint32             `json:"NextReqMsgSeq"`
	InvisibleMsgSeq List[uint32]       `json:"InvisibleMsgSeq"`
	RspMsgList      List[GroupMessage] `json:"RspMsgList"`
}

// SimpleGroupMessage is a row of group_msg_get_simple.
type SimpleGroupMessage struct {
	FromAccount     string  `json:"From_Account"`
	IsPlaceMsg      int     `json:"IsPlaceMsg"`
	IsSystemMsg     int     `json:"IsSystemMsg,omitempty"`
	MsgPriority     int     `json:"MsgPriority"`
	MsgRandom       uint32  `json:"MsgRandom"`
	MsgSeq          uint32  `json:"MsgSeq"`
	MsgTimeStamp    int64   `json:"MsgTimeStamp"`
	MsgBody         MsgBody `json:"MsgBody"`
	CloudCustomData string  `json:"CloudCustomData,omitempty"`
}

// GroupMsgGetSimpleReply answers group_msg_get_simple, newest first.
type GroupMsgGetSimpleReply struct {
	Result
	GroupID    string                   `json:"GroupId"`
	IsFinished int                      `json:"IsFinished"`
	RspMsgList List[SimpleGroupMessage] `json:"RspMsgList"`
}

// MsgReadReportRequest is msg_read_report: the user has read the group up to MsgReadedSeq.
type MsgReadReportRequest struct {
	GroupID      string `json:"GroupId"`
	MsgReadedSeq uint32 `json:"MsgReadedSeq"`
}

// MsgSeq is an entry of the lists that name group messages.
type MsgSeq struct {
	MsgSeq uint32 `json:"MsgSeq"`
}

// GroupMsgReceiptRequest is group_msg_receipt: the user has read these messages. REST names the reader in From_Account.
type GroupMsgReceiptRequest struct {
	GroupID     string       `json:"GroupId"`
	FromAccount string       `json:"From_Account,omitempty"`
	MsgSeqList  List[MsgSeq] `json:"MsgSeqList"` // at most MaxReceiptBatch
}

// GetGroupMsgReceiptRequest is get_group_msg_receipt.
type GetGroupMsgReceiptRequest struct {
	GroupID    string       `json:"GroupId"`
	MsgSeqList List[MsgSeq] `json:"MsgSeqList"`
}

// GetGroupMsgReceiptReply answers get_group_msg_receipt.
type GetGroupMsgReceiptReply struct {
	Result
	GroupMsgReceiptList List[GroupMsgReceipt] `json:"GroupMsgReceiptList"`
}

// GroupMsgReceipt counts who has read a message. A row with a Code other than 0 says nothing else; 10062 means that the
// message has no receipts.
type GroupMsgReceipt struct {
	MsgSeq    uint32 `json:"MsgSeq"`
	Code      int    `json:"Code"`
	ReadNum   uint32 `json:"ReadNum"`
	UnreadNum uint32 `json:"UnreadNum"`
}

// ReceiptDetailRequest is get_group_msg_receipt_detail. The long connection says Flag and Num where REST says Filter and
// Count.
type ReceiptDetailRequest struct {
	GroupID string `json:"GroupId"`
	MsgSeq  uint32 `json:"MsgSeq"`
	Flag    *int   `json:"Flag,omitempty"` // 0 readers, 1 the others
	Filter  *int   `json:"Filter,omitempty"`
	Cursor  string `json:"Cursor"`
	Num     int    `json:"Num,omitempty"`
	Count   int    `json:"Count,omitempty"`
}

// WantsUnread tells whether those are asked for who have not read the message, in either spelling.
func (r ReceiptDetailRequest) WantsUnread() bool {
	return r.Flag != nil && *r.Flag == 1 || r.Filter != nil && *r.Filter == 1
}

// Limit is the page size in either spelling, 0 where none is given.
func (r ReceiptDetailRequest) Limit() int { return max(r.Num, r.Count) }

// ReceiptDetailReply answers get_group_msg_receipt_detail. The end flag is spelt in two ways in the documentation; both
// are written.
type ReceiptDetailReply struct {
	Result
	MsgSeq     uint32              `json:"MsgSeq"`
	Cursor     string              `json:"Cursor"`
	IsFinish   int                 `json:"IsFinish"`
	IsFinished int                 `json:"IsFinished"`
	ReadList   List[ReadAccount]   `json:"ReadList"`
	UnreadList List[UnreadAccount] `json:"UnreadList"`
}

// Finished tells whether this is the last page, in either spelling.
func (r ReceiptDetailReply) Finished() bool { return r.IsFinish == 1 || r.IsFinished == 1 }

// ReadAccount is a reader.
type ReadAccount struct {
	Account string `json:"Read_Account"`
}

// UnreadAccount is a member who has not read.
type UnreadAccount struct {
	Account string `json:"Unread_Account"`
}

// GroupMsgRecallRequest is group_msg_recall.
type GroupMsgRecallRequest struct {
	GroupID    string       `json:"GroupId"`
	MsgSeqList List[MsgSeq] `json:"MsgSeqList"` // at most 10
	Reason     string       `json:"Reason,omitempty"`
	TopicID    string       `json:"TopicId"`
}

// GroupMsgRecallReply answers group_msg_recall.
type GroupMsgRecallReply struct {
	Result
	RecallRetList List[RecallResult] `json:"RecallRetList"`
}

// RecallResult is the result for one message; 0 is recalled.
type RecallResult struct {
	MsgSeq  uint32 `json:"MsgSeq"`
	RetCode int    `json:"RetCode"`
}

// ModifyGroupMsgRequest is openim.modify_group_msg. What is absent stays.
type ModifyGroupMsgRequest struct {
	GroupID         string  `json:"GroupId"`
	MsgSeq          uint32  `json:"MsgSeq"`
	MsgVersion      uint32  `json:"MsgVersion"` // the version that is replaced
	MsgBody         MsgBody `json:"MsgBody,omitempty"`
	CloudCustomData *string `json:"CloudCustomData,omitempty"`
	TopicID         string  `json:"TopicId,omitempty"`
}

// ModifyMsgReply answers modify_group_msg and modify_c2c_msg. The client needs the body again and the higher version.
type ModifyMsgReply struct {
	Result
	MsgVersion      uint32  `json:"MsgVersion"`
	MsgBody         MsgBody `json:"MsgBody"`
	CloudCustomData string  `json:"CloudCustomData"`
}
