package rest

import (
	"sync"
	"time"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// maxProbed bounds how many messages' wish for receipts is remembered.
const maxProbed = 50_000

// state is what the polling knows. Sweeps take turns; everything else is guarded by mu.
type state struct {
	// turn lets one sweep run at a time.
	turn chan struct{}

	mu     sync.Mutex
	groups map[string]*tracked
	// removed is when groups went otherwise than by a sweep.
	removed map[string]im.Moment
	// listedAt is when groups were listed last, by our clock, zero before the first time; asked is when that question left.
	listedAt time.Time
	asked    im.Moment
	// changes are events about groups that a sweep found and that the poller has not told yet.
	changes []im.Event
	// asksReceipt holds, for messages that were asked about, whether they want receipts.
	asksReceipt map[messageID]bool
	// own are the user's own group messages that were seen.
	own map[messageID]bool
	// passing names what webhooks told and nothing else can tell.
	passing recent
	// withoutReceipts holds groups whose receipts were refused as a whole, until when.
	withoutReceipts map[string]time.Time
	watched         map[messageID]*watch
	// attended is what the user looks at.
	attended   model.ConversationID
	memberNext map[memberPlace]string
	// entered are the groups that the user joined from here, leaving those that the user leaves or dissolves right now: what is
	// told of it is no news.
	entered, leaving map[string]bool
	dialogs          map[string]*dialog
	// notes is the newest page of the user's messages to themselves as Connect found it, for who asks for it at once.
	notes   *im.HistoryPage
	notedAt time.Time
	// since is the service's time of the first sweep: what came in C2C before it is no news.
	since time.Time
}

// messageID names a group message.
type messageID struct {
	group    string
	sequence int64
}

// memberPlace names a page of a community's members, which the service counts by tokens.
type memberPlace struct {
	group  string
	offset int
}

// tracked is a group as the last sweep saw it.
type tracked struct {
	group *model.Group
	// asked is when the question of that sweep left.
	asked im.Moment
	// infoSeq and infoTime change with the group's profile.
	infoSeq  uint32
	infoTime int64
	// told is the newest sequence that was there at the first sweep or has been told since.
	told int64
	// heard are the messages after told that a webhook told.
	heard map[int64]bool
	// recalled are the messages whose recall was told, or was there in the first page that named them.
	recalled map[int64]bool
	// met is set once the user's own membership was asked for, and selfAsked when that question left, or when the membership is
	// known to have changed: what was asked before is older.
	met       bool
	selfAsked im.Moment
}

// maxHeard bounds what is heard of a group while the messages before it are missing.
const maxHeard = 10_000

// recent is a bounded set of names.
type recent map[string]bool

// add says whether the name is new.
func (r recent) add(name string) bool {
	if r[name] {
		return false
	}
	if len(r) >= maxSent {
		clear(r)
	}
	r[name] = true
	return true
}

func newState() state {
	return state{
		turn:            make(chan struct{}, 1),
		groups:          make(map[string]*tracked),
		removed:         make(map[string]im.Moment),
		asksReceipt:     make(map[messageID]bool),
		own:             make(map[messageID]bool),
		passing:         make(recent),
		withoutReceipts: make(map[string]time.Time),
		watched:         make(map[messageID]*watch),
		memberNext:      make(map[memberPlace]string),
		entered:         make(map[string]bool),
		leaving:         make(map[string]bool),
		dialogs:         make(map[string]*dialog),
	}
}

// holdNotes keeps the newest page of notes for who asks for it next.
func (s *state) holdNotes(page *im.HistoryPage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes, s.notedAt = page, time.Now()
}

// heldNotes hands that page out once, nil if it is gone or no longer fresh. What comes after it, polling tells.
func (s *state) heldNotes() *im.HistoryPage {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.notes
	s.notes = nil
	if time.Since(s.notedAt) > freshFor {
		return nil
	}
	return page
}

// receiptProbe returns a group that may have receipts, with its newest sequence; "" if there is none.
func (s *state) receiptProbe() (groupID string, newest int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, t := range s.groups {
		if t.group.ReceiptsAvailable() && t.group.NextSequence > 1 && (groupID == "" || id < groupID) {
			groupID, newest = id, t.group.NextSequence-1
		}
	}
	return groupID, newest
}

// has says whether the user is in a group, by the last sweep.
func (s *state) has(groupID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.groups[groupID] != nil
}

// receiptsIn says whether messages of a group may have receipts.
func (s *state) receiptsIn(groupID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until, refused := s.withoutReceipts[groupID]; refused && time.Now().Before(until) {
		return false
	}
	t := s.groups[groupID]
	return t == nil || t.group.ReceiptsAvailable()
}

// refuseReceipts notes that a group has no receipts, for a while: its size or the console may change.
func (s *state) refuseReceipts(groupID string) {
	const pause = 10 * time.Minute
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withoutReceipts[groupID] = time.Now().Add(pause)
}

// unprobed returns the sequences of which it is not known whether they want receipts.
func (s *state) unprobed(groupID string, sequences []int64) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var unknown []int64
	for _, sequence := range sequences {
		if _, known := s.asksReceipt[messageID{groupID, sequence}]; !known {
			unknown = append(unknown, sequence)
		}
	}
	return unknown
}

// probed notes which messages want receipts.
func (s *state) probed(groupID string, rows []wire.GroupMsgReceipt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range rows {
		if row.Code == wire.CodeOK || row.Code == wire.CodeReceiptNone {
			s.markWish(messageID{groupID, int64(row.MsgSeq)}, row.Code == wire.CodeOK)
		}
	}
}

// markWish notes whether a message wants receipts; mu is held.
func (s *state) markWish(id messageID, wanted bool) {
	if len(s.asksReceipt) >= maxProbed {
		clear(s.asksReceipt)
	}
	s.asksReceipt[id] = wanted
}

// markOwn notes that a message is the user's; mu is held.
func (s *state) markOwn(id messageID) {
	if len(s.own) >= maxProbed {
		clear(s.own)
	}
	s.own[id] = true
}

func (s *state) wantsReceipt(groupID string, sequence int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asksReceipt[messageID{groupID, sequence}]
}

// sentMessages remembers the sender's clock of own messages, which the service does not repeat, and which Randoms it dropped.
type sentMessages struct {
	mu      sync.Mutex
	times   map[sentID]int64
	dropped map[sentID]time.Time
}

type sentID struct {
	conversation model.ConversationID
	random       uint32
}

// maxSent bounds how many own messages are remembered.
const maxSent = 10_000

func newSentMessages() sentMessages {
	return sentMessages{times: make(map[sentID]int64), dropped: make(map[sentID]time.Time)}
}

func (s *sentMessages) add(id sentID, clientTime int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.times) >= maxSent {
		clear(s.times)
	}
	s.times[id] = clientTime
}

// date puts the sender's clock into an own message, so that it is known again as the one that was sent.
func (s *sentMessages) date(m *model.Message, self string) {
	if m.Sender != self {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if clientTime, known := s.times[sentID{m.Conversation, m.Random}]; known {
		m.ClientTime = clientTime
	}
}

func (s *sentMessages) drop(id sentID, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.dropped) >= maxSent {
		clear(s.dropped)
	}
	s.dropped[id] = now
}

// droppedAt is when the service dropped a message as too frequent, the zero time if it did not.
func (s *sentMessages) droppedAt(id sentID) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped[id]
}
