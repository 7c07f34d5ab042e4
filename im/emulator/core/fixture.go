package core

import (
	"encoding/json"
	"fmt"
)

// A fixture is all data of a server as JSON lines, so that people can share, read and change
// it. The first line is {"reddot":"data","version":1}. Every further line is an object with
// one field that says what it is (fixtureKinds). What a line refers to stands before it. Times
// are Unix seconds.
//
// Everything that the database holds is in it, apart from what is about to be removed. Not in
// it are keys, signatures and devices.
//
// Lines may be written by hand: an account needs its id, a group id and type, a member group
// and user, a message its place (group and from, or from and to) and body. Sequences, the
// end of a group's history and the preview of a conversation follow from the messages then.
const (
	fixtureFormat  = "data"
	fixtureVersion = 1
)

// fixtureLine is one line; one field is set.
type fixtureLine struct {
	Reddot  string `json:"reddot,omitempty"` // first line only
	Version int    `json:"version,omitempty"`

	Account      *fixtureAccount      `json:"account,omitempty"`
	Group        *fixtureGroup        `json:"group,omitempty"`
	Member       *fixtureMember       `json:"member,omitempty"`
	Message      *fixtureMessage      `json:"message,omitempty"`
	Position     *fixturePosition     `json:"position,omitempty"`
	Conversation *fixtureConversation `json:"conversation,omitempty"`
	Erased       *fixtureErased       `json:"erased,omitempty"`
	Values       *fixtureValues       `json:"values,omitempty"`
	File         *fixtureFile         `json:"file,omitempty"`
	Relations    *fixtureRelations    `json:"relations,omitempty"`
	Watches      *fixtureWatches      `json:"watches,omitempty"`
	Folder       *fixtureFolder       `json:"folder,omitempty"`
	Contact      *fixtureContact      `json:"contact,omitempty"`
	Extensions   *fixtureExtensions   `json:"extensions,omitempty"`
	Ban          *fixtureBan          `json:"ban,omitempty"`
	Application  *fixtureApplication  `json:"application,omitempty"`
	Invitation   *fixtureInvitation   `json:"invitation,omitempty"`
	Notice       *fixtureNotice       `json:"notice,omitempty"`
}

// fixtureKinds names what a line can be.
const fixtureKinds = "account, group, member, message, position, conversation, erased, values, file, relations, watches, folder, contact, " +
	"extensions, ban, application, invitation or notice"

// fixtureAccount has the number of the account, which is a part of message ids; 0 in a line
// takes the next.
type fixtureAccount struct {
	Number     uint32        `json:"number,omitempty"`
	ID         string        `json:"id"`
	Deleted    bool          `json:"deleted,omitempty"` // only messages know of it
	Nick       string        `json:"nick,omitempty"`
	Face       string        `json:"face,omitempty"`
	Profile    []ProfileItem `json:"profile,omitempty"`
	ValidAfter int64         `json:"validAfter,omitempty"` // signatures made before are refused

	// Until when the account is silenced, between two and in groups.
	SilentC2C   int64  `json:"silentC2C,omitempty"`
	SilentGroup int64  `json:"silentGroup,omitempty"`
	Status      string `json:"status,omitempty"` // what the user says
}

// fixtureGroup has the end of its history where that does not follow from its messages, as
// after old messages were removed: the newest and the oldest sequence, and that of the
// preview.
type fixtureGroup struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Name         string `json:"name,omitempty"`
	Introduction string `json:"introduction,omitempty"`
	Notification string `json:"notification,omitempty"`
	Face         string `json:"face,omitempty"`
	Owner        string `json:"owner,omitempty"`
	Created      int64  `json:"created,omitempty"`
	InfoSeq      int64  `json:"infoSeq,omitempty"`
	InfoTime     int64  `json:"infoTime,omitempty"`
	MaxMembers   int    `json:"maxMembers,omitempty"` // 0: that of the type
	ApplyJoin    string `json:"applyJoin,omitempty"`  // "": that of the type
	InviteJoin   string `json:"inviteJoin,omitempty"`
	MuteAll      bool   `json:"muteAll,omitempty"`
	Custom       []KV   `json:"custom,omitempty"`
	Last         uint32 `json:"last,omitempty"`
	First        uint32 `json:"first,omitempty"`
	LastTime     int64  `json:"lastTime,omitempty"`
	Preview      uint32 `json:"preview,omitempty"`
	HidesPast    bool   `json:"hidesPast,omitempty"` // members do not see what was sent before they came
	Cleared      uint32 `json:"cleared,omitempty"`   // up to here no member sees the history
}

type fixtureMember struct {
	Group     string `json:"group"`
	User      string `json:"user"`
	Role      Role   `json:"role,omitempty"` // "": Member
	Card      string `json:"card,omitempty"`
	Joined    int64  `json:"joined,omitempty"`
	Flag      string `json:"flag,omitempty"` // "": AcceptAndNotify
	MuteUntil int64  `json:"muteUntil,omitempty"`
	Custom    []KV   `json:"custom,omitempty"`
	Since     uint32 `json:"since,omitempty"` // the newest sequence when the member came
}

// fixtureMessage is a message in a group (Group) or between two (To). ID is the order of C2C
// messages among each other; in a group that is Seq. Flags are names of fixtureFlags.
type fixtureMessage struct {
	Group      string          `json:"group,omitempty"`
	ID         int64           `json:"id,omitempty"`
	From       string          `json:"from,omitempty"`
	To         string          `json:"to,omitempty"`
	Seq        uint32          `json:"seq,omitempty"`
	Random     uint32          `json:"random,omitempty"`
	Time       int64           `json:"time,omitempty"`
	ClientTime int64           `json:"clientTime,omitempty"`
	ClientSeq  uint32          `json:"clientSeq,omitempty"`
	Priority   int             `json:"priority,omitempty"`
	Flags      []string        `json:"flags,omitempty"`
	Version    int             `json:"edits,omitempty"`
	Body       json.RawMessage `json:"body"`
	Cloud      string          `json:"cloudCustomData,omitempty"`
	Mentions   []Mention       `json:"mentions,omitempty"`
	Directed   []string        `json:"directed,omitempty"`
	Revoker    string          `json:"revoker,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	ReadBy     []string        `json:"readBy,omitempty"` // who sent a receipt
}

// fixturePosition is how far a user has read: in a group a sequence, in C2C the id and the
// time of a message. Hidden is where the user deleted the conversation, Cleared up to where the
// history, by the same measure.
type fixturePosition struct {
	User    string `json:"user"`
	Group   string `json:"group,omitempty"`
	Peer    string `json:"peer,omitempty"`
	Read    int64  `json:"read,omitempty"`
	Time    int64  `json:"time,omitempty"` // C2C
	Hidden  int64  `json:"hidden,omitempty"`
	Pinned  bool   `json:"pinned,omitempty"`
	Cleared int64  `json:"cleared,omitempty"`
	Flag    string `json:"flag,omitempty"` // C2C: how the user is told of messages; a member has that of a group
}

// fixtureConversation is what stands in conversation lists for two people: the time and the
// id of the preview. Without a line it follows from the messages.
type fixtureConversation struct {
	Users   [2]string `json:"users"`
	Time    int64     `json:"time,omitempty"`
	Preview int64     `json:"preview,omitempty"`
}

// fixtureFlags names the bits of a message row's flags, the lowest first.
var fixtureFlags = []string{"tip", "needReceipt", "noUnread", "noLast", "recalled", "peerRead", "noSync", "extensible"}

func flagNames(flags int) ([]string, error) {
	var names []string
	for i, name := range fixtureFlags {
		if flags&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if flags>>len(fixtureFlags) != 0 {
		return nil, fmt.Errorf("a message has the unknown flags %#x", flags)
	}
	return names, nil
}

func flagBits(names []string) (flags int, err error) {
next:
	for _, name := range names {
		for i, known := range fixtureFlags {
			if name == known {
				flags |= 1 << i
				continue next
			}
		}
		return 0, fmt.Errorf("%q is none of the flags %v", name, fixtureFlags)
	}
	return flags, nil
}
