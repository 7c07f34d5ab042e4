package wire

import (
	"encoding/json"
	"fmt"
)

// GroupTip is an item of GroupTips. Its MsgBody is an object; [GroupTip.Content] tells which.
type GroupTip struct {
	FromAccount    string           `json:"From_Account"`
	ToAccount      string           `json:"To_Account,omitempty"` // the one receiver of a notice
	ToGroupID      string           `json:"ToGroupId"`
	MsgSeq         uint32           `json:"MsgSeq"`
	MsgRandom      uint32           `json:"MsgRandom"`
	MsgTimeStamp   int64            `json:"MsgTimeStamp"`
	MsgClientTime  int64            `json:"MsgClientTime"`
	ClientSeq      uint32           `json:"ClientSeq"`
	TinyID         string           `json:"TinyId,omitempty"`
	RevokerInfo    *RevokerInfo     `json:"RevokerInfo,omitempty"`
	SendMsgControl *MsgControl      `json:"SendMsgControl,omitempty"`
	MsgBody        MsgBody          `json:"MsgBody,omitempty"`
	GroupAtTips    *GroupAtTips     `json:"GroupAtTips,omitempty"` // mentions, which have no MsgBody
	GroupInfo      MessageGroupInfo `json:"GroupInfo"`
}

// TipContent is what a tip says: MemberTip, GroupNotice, GroupReadSync, GroupReceipts, GroupWithdraw, GroupAtTips or
// UnknownTip.
type TipContent interface{ tipContent() }

// NewTipBody encodes the content of a tip as its MsgBody.
func NewTipBody(c TipContent) (MsgBody, error) {
	text, err := Marshal(c)
	return MsgBody(text), err
}

// NewTipElement makes the array that stands for a tip where a MsgBody has to be one: the documentation of
// group_msg_get_simple gives no other type, and typed clients fail on an object.
func NewTipElement(tip MsgBody) (MsgBody, error) {
	return NewMsgBody(Element{MsgType: ElemTip, MsgContent: json.RawMessage(tip)})
}

// Content decodes what the tip says, by the names of the fields that are there.
func (t GroupTip) Content() TipContent {
	if t.GroupAtTips != nil {
		return *t.GroupAtTips
	}
	var fields struct {
		OpType                 json.RawMessage
		ReportType             json.RawMessage
		GroupReadInfoArray     json.RawMessage
		GroupMsgReceiptList    json.RawMessage
		GroupWithdrawInfoArray json.RawMessage
	}
	if err := json.Unmarshal(t.MsgBody, &fields); err != nil {
		return UnknownTip{Body: t.MsgBody, Reason: fmt.Errorf("decode tip of %s: %w", t.ToGroupID, err)}
	}
	switch {
	case fields.GroupReadInfoArray != nil:
		return decodeTip[GroupReadSync](t)
	case fields.GroupMsgReceiptList != nil:
		return decodeTip[GroupReceipts](t)
	case fields.GroupWithdrawInfoArray != nil:
		return decodeTip[GroupWithdraw](t)
	case fields.ReportType != nil:
		return decodeTip[GroupNotice](t)
	case fields.OpType != nil:
		return decodeTip[MemberTip](t)
	}
	return UnknownTip{Body: t.MsgBody}
}

func decodeTip[T TipContent](t GroupTip) TipContent {
	var c T
	if err := json.Unmarshal(t.MsgBody, &c); err != nil {
		return UnknownTip{Body: t.MsgBody, Reason: fmt.Errorf("decode tip of %s: %w", t.ToGroupID, err)}
	}
	return c
}

// Values of [MemberTip.OpType].
const (
	TipJoined         = 1 // joined or invited
	TipQuit           = 2
	TipRemoved        = 3
	TipAdminSet       = 4
	TipAdminWithdrawn = 5
	TipGroupChanged   = 6 // NewInfo is set
	TipMemberChanged  = 7 // muted
	TipTopicChanged   = 8
)

// MemberTip is a grey line in a group's history. It takes a sequence and counts as unread.
type MemberTip struct {
	OpType          int             `json:"OpType"`
	OperatorAccount string          `json:"Operator_Account"`
	MemberNum       uint32          `json:"MemberNum"`
	ListAccount     List[string]    `json:"List_Account"` // whom it is about
	MemberExtraInfo []TipMember     `json:"MsgMemberExtraInfo,omitempty"`
	MemberInfo      []TipMemberMute `json:"MsgMemberInfo,omitempty"` // OpType 7
	NewInfo         *GroupNewInfo   `json:"MsgGroupNewInfo,omitempty"`
}

// TipMember describes a member in a tip.
type TipMember struct {
	UserAccount string `json:"User_Account"`
	NickName    string `json:"NickName"`
	ImageURL    string `json:"ImageUrl"`
}

// TipMemberMute is a muted member in a tip.
type TipMemberMute struct {
	UserAccount string `json:"User_Account"`
	ShutupTime  int64  `json:"ShutupTime"` // seconds
}

// GroupNewInfo carries the changed fields of a group's profile.
type GroupNewInfo struct {
	GroupName         string `json:"GroupName,omitempty"`
	GroupNotification string `json:"GroupNotification,omitempty"`
	GroupIntroduction string `json:"GroupIntroduction,omitempty"`
	GroupFaceURL      string `json:"GroupFaceUrl,omitempty"`
	OwnerAccount      string `json:"Owner_Account,omitempty"`
}

// Values of [GroupNotice.ReportType].
const (
	NoticeApply          = 1 // somebody applies, to admins
	NoticeAccepted       = 2
	NoticeRefused        = 3
	NoticeRemoved        = 4
	NoticeDissolved      = 5
	NoticeCreated        = 6
	NoticeInvited        = 7
	NoticeLeft           = 8 // sync to own devices
	NoticeAdminSet       = 9
	NoticeAdminWithdrawn = 10
	NoticeInvitation     = 12 // waits for consent
	NoticeInviteAccepted = 13 // to the inviter; 13 and 14 as in the headers of the native SDKs
	NoticeInviteRefused  = 14
	NoticeReadSync       = 15 // not shown
	NoticeFlagSync       = 20
	NoticeBanned         = 21
	NoticeCustom         = 255 // send_group_system_notification; the number is a guess
)

// GroupNotice is a system notice to one user.
type GroupNotice struct {
	ReportType       int    `json:"ReportType"`
	OperatorAccount  string `json:"Operator_Account"`
	MsgKey           Int    `json:"MsgKey"`
	RemarkInfo       string `json:"RemarkInfo"`
	Authentication   string `json:"Authentication"`
	UserDefinedField string `json:"UserDefinedField"`
	MsgFlag          string `json:"MsgFlag,omitempty"` // the notification setting, as another device of the user set it
}

// GroupReadSync says how far another device of the same user has read groups.
type GroupReadSync struct {
	GroupReadInfoArray List[GroupReadInfo] `json:"GroupReadInfoArray"`
}

// GroupReadInfo is a read position of a group.
type GroupReadInfo struct {
	GroupID        string `json:"GroupId"`
	LastReadMsgSeq uint32 `json:"LastReadMsgSeq"`
}

// GroupReceipts tells the author of messages who many have read them.
type GroupReceipts struct {
	GroupMsgReceiptList List[GroupReceipt] `json:"GroupMsgReceiptList"`
}

// GroupReceipt counts the readers of one message. TinyId, MsgClientTime and MsgRandom name it, as in the message itself.
type GroupReceipt struct {
	TinyID        string `json:"TinyId"`
	MsgClientTime int64  `json:"MsgClientTime"`
	MsgRandom     uint32 `json:"MsgRandom"`
	MsgSeq        uint32 `json:"MsgSeq"`
	ReadNum       uint32 `json:"ReadNum"`
	UnreadNum     uint32 `json:"UnreadNum"`
}

// GroupWithdraw lists recalled group messages.
type GroupWithdraw struct {
	GroupWithdrawInfoArray List[GroupWithdrawInfo] `json:"GroupWithdrawInfoArray"`
}

// GroupWithdrawInfo is a recalled group message.
type GroupWithdrawInfo struct {
	GroupID       string `json:"GroupId"`
	MsgSeq        uint32 `json:"MsgSeq"`
	MsgRandom     uint32 `json:"MsgRandom"`
	TinyID        string `json:"TinyId"`
	MsgClientTime int64  `json:"MsgClientTime"`
	MsgTimeStamp  int64  `json:"MsgTimeStamp"`
	FromAccount   string `json:"From_Account"`

	// What @tencentcloud/lite-chat reads, and throws without.
	LiteRandom  uint32       `json:"Random,omitempty"`
	RevokerInfo *RevokerInfo `json:"RevokerInfo,omitempty"`
}

// Values of AtFlagList.
const (
	AtMe  = 1
	AtAll = 2
)

// GroupAtTips says that a message mentions the user.
type GroupAtTips struct {
	FromAccount string    `json:"From_Account"`
	GroupID     string    `json:"GroupId"`
	MsgSeq      uint32    `json:"MsgSeq"`
	AtFlagList  List[int] `json:"AtFlagList"`
	GroupAtType List[int] `json:"GroupAtType,omitempty"` // the same, as @tencentcloud/lite-chat reads it
}

// UnknownTip is a tip of another kind, or a damaged one with the reason.
type UnknownTip struct {
	Body   MsgBody
	Reason error
}

func (MemberTip) tipContent()     {}
func (GroupNotice) tipContent()   {}
func (GroupReadSync) tipContent() {}
func (GroupReceipts) tipContent() {}
func (GroupWithdraw) tipContent() {}
func (GroupAtTips) tipContent()   {}
func (UnknownTip) tipContent()    {}
