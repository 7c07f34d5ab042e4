package wire

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
)

// Webhook commands that tell of something that has happened (rest-api, section 7.3).
const (
	HookGroupMessage   = "Group.CallbackAfterSendMsg"
	HookGroupRecall    = "Group.CallbackAfterRecallMsg"
	HookGroupReceipt   = "Group.CallbackAfterReadReceipt"
	HookGroupCreated   = "Group.CallbackAfterCreateGroup"
	HookGroupChanged   = "Group.CallbackAfterGroupInfoChanged"
	HookGroupOwner     = "Group.CallbackAfterChangeGroupOwner"
	HookGroupDestroyed = "Group.CallbackAfterGroupDestroyed"
	HookMembersJoined  = "Group.CallbackAfterNewMemberJoin"
	HookMembersLeft    = "Group.CallbackAfterMemberExit"
	HookMemberChanged  = "Group.CallbackAfterMemberFieldChanged"
	HookC2CMessage     = "C2C.CallbackAfterSendMsg"
	HookC2CRecall      = "C2C.CallbackAfterMsgWithDraw"
	HookC2CRead        = "C2C.CallbackAfterMsgReport"
	HookC2CReceipt     = "C2C.CallbackAfterMsgReadReceipt"
	HookProfile        = "Profile.CallbackPortraitSet"
)

// Values of Webhook.JoinType and Webhook.ExitType.
const (
	JoinInvited = "Invited"

	ExitKicked = "Kicked"
	ExitQuit   = "Quit"
)

// Webhook is what the bodies of the events above have besides a message: their fields differ by name and never contradict
// each other.
type Webhook struct {
	CallbackCommand     string           `json:"CallbackCommand"`
	GroupID             string           `json:"GroupId"`
	FromAccount         string           `json:"From_Account"`
	ToAccount           string           `json:"To_Account"`
	Random              uint32           `json:"Random"`
	MsgTime             Int              `json:"MsgTime"`
	SendMsgResult       int              `json:"SendMsgResult"`
	MsgSeqList          []MsgSeq         `json:"MsgSeqList"`
	GroupMsgReceiptList []WebhookReceipt `json:"GroupMsgReceiptList"`
	OwnerAccount        string           `json:"Owner_Account"`
	JoinType            string           `json:"JoinType"`
	ExitType            string           `json:"ExitType"`
	EventTime           Int              `json:"EventTime"` // milliseconds
	MemberList          []WebhookMember  `json:"MemberList"`
	NewMemberList       []WebhookMember  `json:"NewMemberList"`
	ExitMemberList      []WebhookMember  `json:"ExitMemberList"`
	ReportAccount       string           `json:"Report_Account"`
	OperatorAccount     string           `json:"Operator_Account"`
	PeerAccount         string           `json:"Peer_Account"`
	LastReadTime        Int              `json:"LastReadTime"`
	MsgKey              string           `json:"MsgKey"`
	C2CMsgInfo          []C2CMsgInfo     `json:"C2CMsgInfo"`
	ProfileItem         []ProfileItem    `json:"ProfileItem"`
}

// WebhookMember names a member.
type WebhookMember struct {
	MemberAccount string `json:"Member_Account"`
}

// WebhookReceipt counts who has read a message. Whether the readers are all of them or those who came now is unconfirmed
// (rest-api, section 7.3).
type WebhookReceipt struct {
	MsgSeq             uint32          `json:"MsgSeq"`
	ReadNum            uint32          `json:"ReadNum"`
	UnreadNum          uint32          `json:"UnreadNum"`
	ReadReceiptMembers []WebhookMember `json:"ReadReceiptMembers"`
}

// WebhookSign is the signature of a webhook request: the SHA-256 of the token and the request's time in Unix seconds, as hex
// digits (rest-api, section 7.2). The body is not covered.
func WebhookSign(token Secret, requestTime string) string {
	sum := sha256.Sum256([]byte(token.Reveal() + requestTime))
	return hex.EncodeToString(sum[:])
}

// VerifyWebhookSign compares in constant time.
func VerifyWebhookSign(token Secret, requestTime, sign string) bool {
	return subtle.ConstantTimeCompare([]byte(WebhookSign(token, requestTime)), []byte(sign)) == 1
}
