package wire

import "encoding/json"

// EventFriends is a guess at what the service uses; the client looks at FriendListMod only.
const EventFriends = 7

// Values of [FriendListMod.PushType].
const (
	FriendsAdded     = 1
	FriendsDeleted   = 2
	RequestAdded     = 3
	RequestsAnswered = 4
	BlockListAdded   = 5
	BlockListDeleted = 6
	RequestsSeen     = 7
	FriendsUpdated   = 8
)

// FriendListMod is one change of what a user keeps of others; the list that goes with PushType is set. The names are those
// that the Web SDK 3.6.6 reads.
type FriendListMod struct {
	PushType     int              `json:"PushType"`
	FromAccount  string           `json:"From_Account,omitempty"` // RequestAdded: who asks
	FriendAdd    []string         `json:"FriendAdd_Account,omitempty"`
	FriendDel    []string         `json:"FriendDel_Account,omitempty"`
	RequestAdd   []FriendPendency `json:"PendencyAdd,omitempty"`
	RequestDel   []string         `json:"FrienPencydDel_Account,omitempty"` // spelt so by the service
	BlackListAdd []string         `json:"BlackListAdd_Account,omitempty"`
	BlackListDel []string         `json:"BlackListDel_Account,omitempty"`
	ReportTime   int64            `json:"ReportTime,omitempty"`
	Updated      []FriendUpdate   `json:"FriendUpInfo,omitempty"`
}

// FriendUpdate is what a user now notes about a friend.
type FriendUpdate struct {
	Account string        `json:"Friend_Account"`
	Items   []FriendField `json:"Sns"`
}

// FriendField is one of a friend's fields, a string, a number or a list of strings.
type FriendField struct {
	Tag   string          `json:"Tag"`
	Value json.RawMessage `json:"ValueBytes"`
}

// FriendPendency is a request to become friends; the account is the other side.
type FriendPendency struct {
	Account    string `json:"PendencyAdd_Account"`
	Nick       string `json:"ProfileImNick"`
	Image      string `json:"ProfileImImage"`
	AddTime    int64  `json:"AddTime"` // Unix seconds
	AddSource  string `json:"AddSource"`
	AddWording string `json:"AddWording"`
	Type       string `json:"PendencyType"`
}
