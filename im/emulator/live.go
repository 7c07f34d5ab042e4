package emulator

import (
	"crypto/hmac"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Limits of live rooms.
const (
	maxLiveEvents  = 500 // kept in memory of each room, for those between two polls
	maxLiveReply   = 100 // events in an answer
	maxLivePolls   = 16  // that wait on one connection
	maxLiveHold    = 10 * time.Second
	viewerPatience = 30 * time.Second // how long an anonymous viewer counts after the last poll
	ghostPatience  = time.Minute      // how long a dissolved room tells so
)

// liveRooms hold what live rooms (AVChatRoom) have told last. Their messages are stored
// nowhere; Web clients poll for them, all others get pushes.
type liveRooms struct {
	mu    sync.Mutex
	rooms map[string]*liveRoom
}

// liveRoom is the feed of one room. Its events are numbered from 1.
type liveRoom struct {
	events    []liveEvent
	next      int64         // the number that the next event gets
	changed   chan struct{} // closed and replaced with every event
	viewers   map[string]time.Time
	dissolved time.Time // zero while the room exists
}

// liveEvent is an event of a feed; that of a message has its sequence. A recalled one has no
// text any more.
type liveEvent struct {
	text   json.RawMessage
	seq    uint32
	recall bool
}

func (l *liveRooms) room(id string) *liveRoom {
	if r := l.rooms[id]; r != nil {
		return r
	}
	if l.rooms == nil {
		l.rooms = map[string]*liveRoom{}
	}
	for other, r := range l.rooms {
		if !r.dissolved.IsZero() && time.Since(r.dissolved) > ghostPatience {
			delete(l.rooms, other)
		}
	}
	r := &liveRoom{next: 1, changed: make(chan struct{}), viewers: map[string]time.Time{}}
	l.rooms[id] = r
	return r
}

// add appends an event to the feed and wakes who waits for it.
func (l *liveRooms) add(id string, event liveEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.room(id)
	r.events = append(r.events, event)
	if len(r.events) >= 2*maxLiveEvents {
		r.events = append([]liveEvent(nil), r.events[len(r.events)-maxLiveEvents:]...)
	}
	r.next++
	close(r.changed)
	r.changed = make(chan struct{})
}

// retract takes back a message, so that who has not polled it yet never gets it.
func (l *liveRooms) retract(id string, seq uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.room(id)
	for i := range r.events {
		if r.events[i].seq == seq {
			r.events[i].text = nil
		}
	}
}

// next is the number of the first event that was not told yet.
func (l *liveRooms) next(id string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.room(id).next
}

// since returns the events from a number on and the number to go on from, and what closes
// when there are more. What was forgotten or never was is passed over. Of recalls only who
// watches without login learns here: the Web SDK 2.27.6 does not know them in a feed, and
// members get them by push.
func (l *liveRooms) since(id string, from int64, anonymous bool) (texts []json.RawMessage, next int64, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.room(id)
	oldest := r.next - int64(len(r.events))
	if from <= 0 || from > r.next {
		from = r.next
	}
	from = max(from, oldest)
	events := r.events[from-oldest:]
	events = events[:min(len(events), maxLiveReply)]
	for _, e := range events {
		if e.text != nil && (anonymous || !e.recall) {
			texts = append(texts, e.text)
		}
	}
	return texts, from + int64(len(events)), r.changed
}

// dissolve keeps the feed for a while, so that all learn of the end.
func (l *liveRooms) dissolve(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.room(id).dissolved = time.Now()
}

func (l *liveRooms) isDissolved(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.rooms[id]
	return r != nil && !r.dissolved.IsZero()
}

// reopen begins a new feed where a room of the same name was dissolved.
func (l *liveRooms) reopen(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.rooms[id]; r != nil && !r.dissolved.IsZero() {
		delete(l.rooms, id)
	}
}

// watched notes that an anonymous viewer polls, and counts those who do.
func (l *liveRooms) watched(id, viewer string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.room(id)
	if viewer != "" {
		r.viewers[viewer] = time.Now()
	}
	for other, last := range r.viewers {
		if time.Since(last) > viewerPatience {
			delete(r.viewers, other)
		}
	}
	return len(r.viewers)
}

func (l *liveRooms) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rooms = nil
}

// liveKey is the key that entitles to poll a room. The server signs it instead of storing it.
func (s *Server) liveKey(id string) string {
	payload := ticketEncoding.EncodeToString([]byte(id))
	return payload + "." + ticketEncoding.EncodeToString(s.ticketMAC("live:"+payload))
}

func (s *Server) openLiveKey(key string) (id string, err error) {
	payload, mac, _ := strings.Cut(key, ".")
	given, err := ticketEncoding.DecodeString(mac)
	if err != nil || !hmac.Equal(given, s.ticketMAC("live:"+payload)) {
		return "", &wire.Error{Code: wire.CodeGroupParam, Info: "Key is not that of a live room here"}
	}
	text, err := ticketEncoding.DecodeString(payload)
	return string(text), err
}

// feed adds to a live room's feed what concerns all who watch it.
func (s *Server) feed(e core.Event) {
	switch e := e.(type) {
	case core.GroupMessage:
		if e.Group.Type == core.AVChatRoom {
			s.feedMessage(e)
		}
	case core.Notice:
		if e.Group.Type == core.AVChatRoom && (e.Type == core.NoticeDissolved || e.Type == core.NoticeCustom) {
			s.feedNotice(e)
		}
	case core.GroupRecalled:
		if e.Group.Type == core.AVChatRoom {
			s.feedRecall(e)
		}
	case core.GroupCreated:
		s.live.reopen(e.Group.ID)
	case core.GroupDestroyed:
		if e.Group.Type == core.AVChatRoom {
			s.live.dissolve(e.Group.ID)
		}
	case core.Emptied:
		s.live.clear()
	}
}

// liveMessage and liveTip are items of a feed: those of pushes, each with its event.
type liveMessage struct {
	Event int `json:"Event"`
	wire.GroupMessage
}

type liveTip struct {
	Event int `json:"Event"`
	wire.GroupTip
}

func (s *Server) feedMessage(e core.GroupMessage) {
	if e.Msg.Tip {
		s.feedItem(e.Group.ID, liveTip{Event: wire.EventGroupTip, GroupTip: wireTip(e.Msg, e.Group)})
		return
	}
	s.feedEvent(e.Group.ID, liveMessage{Event: wire.EventGroupMessage, GroupMessage: wireMessage(e.Msg, e.Group)}, liveEvent{seq: e.Msg.Seq})
}

func (s *Server) feedNotice(e core.Notice) {
	event, err := noticeEvent(e, "")
	if err != nil {
		s.log.Error("Cannot encode a notice", "group", e.Group.ID, "error", err)
		return
	}
	s.feedItem(e.Group.ID, liveTip{Event: event.Event, GroupTip: event.GroupTips[0]})
}

// eventLiveRecall is the number of a recall in a feed.
const eventLiveRecall = 20

// liveRecall is what a feed tells of recalled messages, under a name of its own.
type liveRecall struct {
	RevokeMsgList []wire.GroupWithdrawInfo `json:"RevokeMsgList"`
}

func (s *Server) feedRecall(e core.GroupRecalled) {
	body, err := wire.Marshal(liveRecall{[]wire.GroupWithdrawInfo{withdrawInfo(e)}})
	if err != nil {
		s.log.Error("Cannot encode a recall", "group", e.Group.ID, "error", err)
		return
	}
	tip := s.newTip(e.Group, e.Msg.Revoker)
	tip.MsgBody, tip.RevokerInfo = wire.MsgBody(body), &wire.RevokerInfo{Account: e.Msg.Revoker, Reason: e.Msg.Reason}
	s.live.retract(e.Group.ID, e.Msg.Seq)
	s.feedEvent(e.Group.ID, liveTip{Event: eventLiveRecall, GroupTip: tip}, liveEvent{recall: true})
}

func (s *Server) feedItem(id string, item any) { s.feedEvent(id, item, liveEvent{}) }

func (s *Server) feedEvent(id string, item any, event liveEvent) {
	text, err := wire.Marshal(item)
	if err != nil {
		s.log.Error("Cannot encode an event of a live room", "group", id, "error", err)
		return
	}
	event.text = text
	s.live.add(id, event)
}
