package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// SendMsgRequest is openim.sendmsg, on the long connection and over REST.
type SendMsgRequest struct {
	SyncOtherMachine        int             `json:"SyncOtherMachine,omitempty"` // REST: 1 also to the sender's devices, 2 not to the sender at all
	FromAccount             string          `json:"From_Account,omitempty"`
	ToAccount               string          `json:"To_Account"`
	MsgSeq                  uint32          `json:"MsgSeq,omitempty"`
	MsgRandom               uint32          `json:"MsgRandom"`
	MsgTimeStamp            int64           `json:"MsgTimeStamp,omitempty"`
	MsgLifeTime             *int64          `json:"MsgLifeTime,omitempty"` // seconds; 0 online only, absent 7 days
	MsgBody                 MsgBody         `json:"MsgBody"`
	CloudCustomData         string          `json:"CloudCustomData"`
	FromNick                string          `json:"From_AccountNick,omitempty"`
	FromHeadURL             string          `json:"From_AccountHeadurl,omitempty"`
	OfflinePushInfo         json.RawMessage `json:"OfflinePushInfo,omitempty"`
	OnlineOnlyFlag          int             `json:"OnlineOnlyFlag,omitempty"`
	SendMsgControl          List[string]    `json:"SendMsgControl"`
	ForbidCallbackControl   []string        `json:"ForbidCallbackControl,omitempty"`
	MsgClientTime           int64           `json:"MsgClientTime,omitempty"`
	IsNeedReadReceipt       int             `json:"IsNeedReadReceipt"` // the group spelling differs
	SupportMessageExtension int             `json:"SupportMessageExtension"`
	IsRelayMsg              int             `json:"IsRelayMsg"`
}

// OnlineOnly tells whether the message goes only to who is connected, in either spelling.
func (r SendMsgRequest) OnlineOnly() bool {
	return r.OnlineOnlyFlag == 1 || r.MsgLifeTime != nil && *r.MsgLifeTime == 0
}

// SendMsgReply answers openim.sendmsg.
type SendMsgReply struct {
	Result
	MsgTime int64  `json:"MsgTime"`
	MsgKey  string `json:"MsgKey"`
	MsgID   string `json:"MsgId,omitempty"`
}

// MsgKey makes the key of a C2C message: sequence, random and time joined by underscores.
func MsgKey(seq, random uint32, time int64) string {
	return fmt.Sprintf("%d_%d_%d", seq, random, time)
}

// ParseMsgKey takes a key apart.
func ParseMsgKey(key string) (seq, random uint32, time int64, err error) {
	parts := strings.Split(key, "_")
	if len(parts) != 3 {
		return 0, 0, 0, badMsgKey(key)
	}
	s, err1 := strconv.ParseUint(parts[0], 10, 32)
	r, err2 := strconv.ParseUint(parts[1], 10, 32)
	t, err3 := strconv.ParseUint(parts[2], 10, 63)
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, 0, 0, badMsgKey(key)
	}
	return uint32(s), uint32(r), int64(t), nil
}

func badMsgKey(key string) error {
	return fmt.Errorf("parse message key %.60q: want SEQUENCE_RANDOM_TIME", key)
}

// FlagRecalled in MsgFlagBits marks a recalled C2C message.
const FlagRecalled = 8

// C2CMessage is a message between two accounts as pushes (C2cMsgArray), getmsg and getroammsg carry it.
type C2CMessage struct {
	FromAccount             string       `json:"From_Account"`
	ToAccount               string       `json:"To_Account"`
	MsgSeq                  uint32       `json:"MsgSeq"`
	ClientSeq               uint32       `json:"ClientSeq"`
	MsgRandom               uint32       `json:"MsgRandom"`
	MsgTimeStamp            int64        `json:"MsgTimeStamp"`
	MsgClientTime           int64        `json:"MsgClientTime"`
	TinyID                  string       `json:"TinyId"` // the sender's, also where the accounts are swapped
	FromNick                string       `json:"From_AccountNick,omitempty"`
	FromHeadURL             string       `json:"From_AccountHeadurl,omitempty"`
	IsNeedReadReceipt       int          `json:"IsNeedReadReceipt"`
	IsPeerRead              int          `json:"IsPeerRead"` // 1 after a read receipt
	IsSyncMsg               int          `json:"IsSyncMsg,omitempty"`
	OnlineOnlyFlag          int          `json:"OnlineOnlyFlag,omitempty"`
	MsgLifeTime             *int64       `json:"MsgLifeTime,omitempty"`
	MsgFlagBits             int          `json:"MsgFlagBits"`
	MsgKey                  string       `json:"MsgKey,omitempty"` // REST only
	MsgVersion              uint32       `json:"MsgVersion,omitempty"`
	CloudCustomData         string       `json:"CloudCustomData"`
	MsgBody                 MsgBody      `json:"MsgBody"`
	SendMsgControl          *MsgControl  `json:"SendMsgControl,omitempty"`
	RevokerInfo             *RevokerInfo `json:"RevokerInfo,omitempty"`
	SupportMessageExtension int          `json:"SupportMessageExtension,omitempty"`
}

// GetRoamMsgRequest is openim.getroammsg: messages with a peer, older than the position of the previous reply
// (LastMsgTime 0 and MsgKey "" at first), or newer than it with GetDirection 1.
type GetRoamMsgRequest struct {
	PeerAccount     string `json:"Peer_Account"`
	MaxCnt          int    `json:"MaxCnt"`
	LastMsgTime     int64  `json:"LastMsgTime"`
	MsgKey          string `json:"MsgKey"`
	WithRecalledMsg int    `json:"WithRecalledMsg"`
	GetDirection    int    `json:"GetDirection"`
}

// GetRoamMsgReply answers openim.getroammsg. MsgList is oldest first, the opposite of groups; LastMsgTime and MsgKey are
// those of the row from which the next page goes on.
type GetRoamMsgReply struct {
	Result
	Complete    int              `json:"Complete"` // 1: no more in this direction
	MsgCnt      int              `json:"MsgCnt"`
	LastMsgTime int64            `json:"LastMsgTime"`
	MsgKey      string           `json:"MsgKey"`
	MsgList     List[C2CMessage] `json:"MsgList"`
}

// MsgReadedRequest is openim.msgreaded.
type MsgReadedRequest struct {
	C2CMsgReaded C2CMsgReaded `json:"C2CMsgReaded"`
}

// C2CMsgReaded lists how far conversations were read.
type C2CMsgReaded struct {
	Cookie string                 `json:"Cookie"`
	Items  List[C2CMsgReadedItem] `json:"C2CMsgReadedItem"`
}

// C2CMsgReadedItem says that messages from To_Account were read up to a time, that second included.
type C2CMsgReadedItem struct {
	ToAccount     string `json:"To_Account"`
	LastedMsgTime int64  `json:"LastedMsgTime"`
	Receipt       int    `json:"Receipt"`
}

// C2CReadReceiptRequest is openim.c2c_msg_read_receipt. REST names the reader in Operator_Account and messages by MsgKey.
type C2CReadReceiptRequest struct {
	OperatorAccount string           `json:"Operator_Account,omitempty"`
	PeerAccount     string           `json:"Peer_Account"`
	C2CMsgInfo      List[C2CMsgInfo] `json:"C2CMsgInfo"`
}

// C2CMsgInfo names a C2C message in requests.
type C2CMsgInfo struct {
	FromAccount   string `json:"From_Account"`
	ToAccount     string `json:"To_Account"`
	MsgSeq        uint32 `json:"MsgSeq,omitempty"`
	MsgRandom     uint32 `json:"MsgRandom,omitempty"`
	MsgTime       int64  `json:"MsgTime,omitempty"`
	MsgTimeStamp  int64  `json:"MsgTimeStamp,omitempty"` // msgwithdraw
	MsgClientTime int64  `json:"MsgClientTime,omitempty"`
	MsgKey        string `json:"MsgKey,omitempty"` // REST
}

// MsgWithdrawRequest is openim.msgwithdraw.
type MsgWithdrawRequest struct {
	MsgInfo C2CMsgInfo `json:"MsgInfo"`
}

// PeerReadTimeRequest is openim.get_peer_read_time.
type PeerReadTimeRequest struct {
	ToAccount List[string] `json:"To_Account"`
}

// PeerReadTimeReply has one time an account, in the order of the request; 0 is never.
type PeerReadTimeReply struct {
	Result
	ReadTime List[int64] `json:"ReadTime"`
}

// ModifyC2CMsgRequest is openim.modify_c2c_msg. What is absent stays.
type ModifyC2CMsgRequest struct {
	FromAccount     string  `json:"From_Account"`
	ToAccount       string  `json:"To_Account"`
	MsgKey          string  `json:"MsgKey"` // REST
	MsgSeq          uint32  `json:"MsgSeq,omitempty"`
	MsgRandom       uint32  `json:"MsgRandom,omitempty"`
	MsgTime         int64   `json:"MsgTime,omitempty"`
	MsgVersion      uint32  `json:"MsgVersion,omitempty"`
	MsgBody         MsgBody `json:"MsgBody,omitempty"`
	CloudCustomData *string `json:"CloudCustomData,omitempty"`
}

// Key names the message, whichever way the request does.
func (r ModifyC2CMsgRequest) Key() string {
	if r.MsgKey != "" {
		return r.MsgKey
	}
	return MsgKey(r.MsgSeq, r.MsgRandom, r.MsgTime)
}

// DeleteMsgRequest is openim.deletemsg.
type DeleteMsgRequest struct {
	DelMsgList List[DeletedMsg] `json:"DelMsgList"`
}

// DeletedMsg names a notice or message to delete.
type DeletedMsg struct {
	FromAccount string `json:"From_Account"`
	MsgSeq      uint32 `json:"MsgSeq"`
	MsgRandom   uint32 `json:"MsgRandom"`
}
