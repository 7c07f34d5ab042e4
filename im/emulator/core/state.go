package core

import (
	"slices"
	"strconv"
)

// tinyBase makes tiny ids look like Tencent's: 18 digits that begin with 1441152.
const tinyBase = 144115200000000000

// recentMessages is how many messages of a group are kept in memory once it was looked at.
const recentMessages = 64

type account struct {
	pub        Account
	validAfter int64 // signatures made before are refused
	lastSig    int64 // newest signature accepted since the start
	joined     map[*group]*member
	dialogs    map[*account]*dialog
	relations  *Relations // replaced, never changed
	silence    Silence
	status     string                // what the user says
	watchers   map[*account]struct{} // who wants to hear of it
	watched    int                   // how many this account watches
	deleted    bool                  // only messages know of it
	queued     int                   // how much waits in the queue
	warm       bool                  // the counts and previews that a conversation list needs are in memory
}

type group struct {
	num        int64
	info       Group // without NextSeq, LastMsgTime, MemberNum
	ref        *GroupRef
	members    map[uint32]*member
	order      []*member // by time of joining
	uids       []uint32  // the members' numbers; replaced, never changed
	last       uint32    // newest sequence
	first      uint32    // oldest sequence that is kept
	lastTime   int64
	previewSeq uint32
	cleared    uint32   // up to here no member sees the history
	preview    *Message // nil: not loaded or none
	recent     []*Message
	hasRecent  bool
	uncounted  []uint32         // sequences that count for nobody, ascending
	changed    int64            // time of the last change that a conversation list shows
	banned     map[uint32]int64 // live rooms: until when, by account number
}

type member struct {
	row       int64
	acc       *account
	group     *group
	role      Role
	card      string
	joined    int64
	read      uint32
	flag      string
	muteUntil int64
	custom    []KV
	hidden    uint32   // the conversation was deleted when this was the newest sequence
	since     uint32   // the newest sequence when the member came
	cleared   uint32   // the member deleted the history up to here
	erased    []uint32 // and these messages after it, ascending
	pinned    bool     //
	own       []uint32 // own counting messages after read, ascending; kept while the account is warm
	changed   int64
}

type pairKey struct{ a, b uint32 } // a <= b

type pair struct {
	num       int64
	a, b      *account
	lastTime  int64
	previewID int64
	preview   *Message
}

// dialog is one side of a pair.
type dialog struct {
	pair     *pair
	acc      *account
	peer     *account
	readID   int64
	readTime int64
	hidden   int64
	cleared  int64   // this side deleted the history up to here
	erased   []int64 // and these messages, ascending
	pinned   bool
	flag     string // notification setting; "" for AcceptAndNotify
	unread   int    // kept while the account is warm
	changed  int64
}

func keyOf(x, y uint32) pairKey { return pairKey{min(x, y), max(x, y)} }

func tinyID(uid uint32) string { return strconv.FormatUint(tinyBase+uint64(uid), 10) }

func (g *group) rules() typeRules { return rulesOf[g.info.Type] }

// snapshot is the group's profile as it is now.
func (g *group) snapshot() Group {
	info := g.info
	info.NextSeq = g.last + 1
	info.LastMsgTime = g.lastTime
	info.MemberNum = len(g.order)
	return info
}

// messageID is the key of a message's row.
func (g *group) messageID(seq uint32) int64 { return g.num<<32 | int64(seq) }

// refreshMembers rebuilds what is derived from the member list.
func (g *group) refreshMembers() {
	uids := make([]uint32, len(g.order))
	for i, m := range g.order {
		uids[i] = m.acc.pub.UID
	}
	g.uids = uids
}

func (g *group) refreshRef() {
	g.ref = &GroupRef{ID: g.info.ID, Name: g.info.Name, Type: g.info.Type}
}

func (g *group) attach(m *member) {
	g.members[m.acc.pub.UID] = m
	g.order = append(g.order, m)
	m.acc.joined[g] = m
}

func (g *group) detach(m *member) {
	delete(g.members, m.acc.pub.UID)
	delete(m.acc.joined, g)
	g.order = slices.DeleteFunc(slices.Clone(g.order), func(other *member) bool { return other == m })
}

// push keeps a new message in memory; of groups without history it is the only place where the
// newest ones are, to be recalled. Called with the lock held.
func (g *group) push(m *Message) {
	if !g.hasRecent && g.rules().history {
		return
	}
	if len(g.recent) >= 2*recentMessages {
		g.recent = append(make([]*Message, 0, 2*recentMessages), g.recent[recentMessages:]...)
	}
	g.recent = append(g.recent, m)
}

// replace puts a changed message in the place of the old one. Called with the lock held.
func (g *group) replace(m *Message) {
	if g.preview != nil && g.preview.Seq == m.Seq {
		g.preview = m
	}
	// Readers may hold the old slice, so it is not changed in place.
	at := slices.IndexFunc(g.recent, func(other *Message) bool { return other.Seq == m.Seq })
	if at >= 0 {
		g.recent = slices.Clone(g.recent)
		g.recent[at] = m
	}
}

func (m *member) snapshot() Member {
	return Member{
		User: m.acc.pub.ID, Role: m.role, Card: m.card, JoinTime: m.joined, Read: m.read,
		MsgFlag: m.flag, MuteUntil: m.muteUntil, Custom: m.custom,
	}
}

func (m *member) manages() bool { return m.role == RoleOwner || m.role == RoleAdmin }

// dropOwn forgets own messages up to the read position. Called with the lock held.
func (m *member) dropOwn() {
	at, _ := slices.BinarySearch(m.own, m.read+1)
	m.own = slices.Clone(m.own[at:])
}
