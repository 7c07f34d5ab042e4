package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Push is the body of im_open_push.msg_push and of im_open_status.stat_forceoffline. NeedAck 1 asks the client to send
// openim.ws_msg_push_ack with the same SessionData.
type Push struct {
	Result
	EventArray  List[Event] `json:"EventArray"`
	NeedAck     int         `json:"NeedAck,omitempty"`
	SessionData string      `json:"SessionData,omitempty"`
}

// Event numbers. The client checks EventGroupTip, EventGroupSystem, EventMention, EventReadAll and EventC2CReceipt; the
// others only guess what the service uses.
const (
	EventGroupMessage  = 3
	EventGroupTip      = 4
	EventGroupSystem   = 5 // notice, read sync, receipts, recall
	EventOnlineTip     = 6
	EventProfile       = 6
	EventC2CMessage    = 9
	EventC2CNotify     = 10
	EventMention       = 12
	EventRecentContact = 13
	EventReadAll       = 14
	EventC2CReceipt    = 16
	EventModified      = 19
)

// Event is one item of a push. The array that is set says what happened; see the field comments.
type Event struct {
	Event int `json:"Event"`

	GroupMsgArray      []GroupMessage     `json:"GroupMsgArray,omitempty"`      // group messages
	C2CMsgArray        []C2CMessage       `json:"C2cMsgArray,omitempty"`        // C2C messages, own-device sync with IsSyncMsg
	GroupTips          []GroupTip         `json:"GroupTips,omitempty"`          // tips, notices, group receipts, read sync, recalls, mentions
	C2CNotifyMsgArray  []C2CNotify        `json:"C2cNotifyMsgArray,omitempty"`  // C2C read, read sync, recall, kick-off
	C2CMsgInfo         []C2CReceipt       `json:"C2cMsgInfo,omitempty"`         // C2C receipts, with UserAccount and PeerReadTime
	GroupReadInfoArray []GroupReadInfo    `json:"GroupReadInfoArray,omitempty"` // read-all sync, with C2CReadAllMsg
	RecentContactMod   []RecentContactMod `json:"RecentContactMod,omitempty"`   // conversation deleted or pinned
	ProfileDataMod     []ProfileDataMod   `json:"ProfileDataMod,omitempty"`     // profile changed
	FriendListMod      []FriendListMod    `json:"FriendListMod,omitempty"`      // friends, requests, block list changed
	GroupMsgModNotifys []GroupMsgMod      `json:"GroupMsgModNotifys,omitempty"` // group message edited
	C2CMsgModNotifys   []C2CMsgMod        `json:"C2cMsgModNotifys,omitempty"`   // C2C message edited

	UserAccount   string `json:"User_Account,omitempty"` // the reader
	PeerAccount   string `json:"Peer_Account,omitempty"` // the same, as @tencentcloud/lite-chat reads it
	PeerReadTime  int64  `json:"PeerReadTime,omitempty"`
	C2CReadAllMsg int    `json:"C2CReadAllMsg,omitempty"` // 1: all C2C conversations were read
}

// C2CNotify is one notice about C2C conversations or about the login; exactly one field is set.
type C2CNotify struct {
	ReadReceipt *C2CReadNotify     `json:"C2cReadedReceipt,omitempty"`     // the peer To_Account has read up to a time
	ReadSync    *C2CReadNotify     `json:"ReadC2cMsgNotify,omitempty"`     // another device has read the conversation with From_Account
	Withdraw    *C2CWithdrawNotify `json:"WithdrawC2cMsgNotify,omitempty"` // messages were recalled
	Kickout     *KickoutNotify     `json:"KickoutMsgNotify,omitempty"`     // this login ends
}

// C2CReadNotify carries read positions of C2C conversations.
type C2CReadNotify struct {
	ToAccount        string         `json:"To_Account,omitempty"` // the reader, in a read receipt
	UinPairReadArray List[PairRead] `json:"UinPairReadArray"`
}

// PairRead is a read position of a conversation as a time, that second included.
type PairRead struct {
	FromAccount  string `json:"From_Account,omitempty"` // the peer, in a read sync
	LastReadTime int64  `json:"LastReadTime"`
}

// C2CWithdrawNotify lists recalled C2C messages.
type C2CWithdrawNotify struct {
	C2CWithdrawInfoArray List[C2CWithdrawInfo] `json:"C2cWithdrawInfoArray"`
}

// C2CWithdrawInfo is a recalled C2C message.
type C2CWithdrawInfo struct {
	FromAccount   string       `json:"From_Account"`
	ToAccount     string       `json:"To_Account"`
	MsgSeq        uint32       `json:"MsgSeq"`
	MsgRandom     uint32       `json:"MsgRandom"`
	LiteRandom    uint32       `json:"MsgRand,omitempty"` // the same, as @tencentcloud/lite-chat reads it
	MsgTimeStamp  int64        `json:"MsgTimeStamp"`
	TinyID        string       `json:"TinyId"`
	MsgClientTime int64        `json:"MsgClientTime"`
	RevokerInfo   *RevokerInfo `json:"RevokerInfo,omitempty"`
}

// Values of KickType.
const (
	KickMultipleAccount = 1 // same user logged in on the same platform
	KickMultipleDevice  = 2 // device policy
	KickByREST          = 3 // the client may log in again with a new signature
)

// KickoutNotify ends a login.
type KickoutNotify struct {
	KickType    int          `json:"KickType"`
	InstID      int64        `json:"Instid,omitempty"` // of the login that ends; without it @tencentcloud/lite-chat takes no notice
	NewInstInfo InstanceInfo `json:"NewInstInfo"`
}

// InstanceInfo is what the service tells of a login that took the place of another one. What it may hold is not known: the
// Web SDK only writes it to its log (push-protocol, section 9).
type InstanceInfo map[string]any

// MarshalJSON writes an empty object where there is nothing to tell.
func (i InstanceInfo) MarshalJSON() ([]byte, error) {
	if i == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]any(i))
}

// maxInstanceInfo bounds the text of an InstanceInfo, in bytes.
const maxInstanceInfo = 200

// String returns the plain fields as "Name=Value, ...", "" if there are none.
func (i InstanceInfo) String() string {
	var told []string
	for _, name := range slices.Sorted(maps.Keys(i)) {
		switch value := i[name].(type) {
		case string, float64, bool:
			told = append(told, fmt.Sprintf("%s=%v", name, value))
		}
	}
	text := strings.Join(told, ", ")
	if len(text) > maxInstanceInfo {
		text = strings.ToValidUTF8(text[:maxInstanceInfo], "")
	}
	return text
}

// C2CReceipt names a C2C message of which a receipt came.
type C2CReceipt struct {
	TinyID        string `json:"TinyId"`
	MsgClientTime int64  `json:"MsgClientTime"`
	MsgRandom     uint32 `json:"MsgRandom"`
}

// Values of [RecentContactMod.PushType].
const (
	ContactDeleted  = 1
	ContactPinned   = 2
	ContactUnpinned = 3
)

// RecentContactMod says that another device deleted or pinned conversations.
type RecentContactMod struct {
	PushType   int                `json:"PushType"`
	TopItem    *RecentContactItem `json:"RecentContactTopItem,omitempty"`
	DeleteItem *RecentContactItem `json:"RecentContactDeleteItem,omitempty"`
}

// RecentContactItem lists the conversations of a [RecentContactMod].
type RecentContactItem struct {
	RecentContactList List[RecentContact] `json:"RecentContactList"`
}

// RecentContact names a conversation in pushes.
type RecentContact struct {
	Type    int    `json:"Type"`
	UserID  string `json:"UserId,omitempty"`
	Peer    string `json:"Peer_Account,omitempty"` // the same, as @tencentcloud/lite-chat reads it
	GroupID string `json:"GroupId,omitempty"`
}

// ProfileDataMod carries changed profile fields.
type ProfileDataMod struct {
	ProfileAccount string             `json:"Profile_Account"`
	PushType       int                `json:"PushType"`
	ProfileList    List[ProfileBytes] `json:"ProfileList"`
}

// ProfileBytes is a changed profile field.
type ProfileBytes struct {
	Tag        string `json:"Tag"`
	ValueBytes Value  `json:"ValueBytes"`
}

// GroupMsgMod is an edited group message. A client applies it only if MsgVersion is higher than what it has.
type GroupMsgMod struct {
	GroupID         string  `json:"GroupId"`
	FromAccount     string  `json:"From_Account"`
	MsgSeq          uint32  `json:"MsgSeq"`
	MsgRandom       uint32  `json:"MsgRandom"`
	MsgTimeStamp    int64   `json:"MsgTimeStamp"`
	MsgVersion      uint32  `json:"MsgVersion"`
	MsgBody         MsgBody `json:"MsgBody"`
	CloudCustomData string  `json:"CloudCustomData"`
}

// C2CMsgMod is an edited C2C message.
type C2CMsgMod struct {
	FromAccount     string  `json:"From_Account"`
	ToAccount       string  `json:"To_Account"`
	MsgSeq          uint32  `json:"MsgSeq"`
	MsgRandom       uint32  `json:"MsgRandom"`
	MsgTimeStamp    int64   `json:"MsgTimeStamp"`
	MsgVersion      uint32  `json:"MsgVersion"`
	MsgBody         MsgBody `json:"MsgBody"`
	CloudCustomData string  `json:"CloudCustomData"`
}
