package ui

import (
	"fmt"
	"time"

	"reddot/model"
	"reddot/session"
)

// status is the first row: who and which device, the last read sync or the one sentence that matters now, the
// connection, and what waits to be sent.
type status struct {
	seen statusKey
	row  string
}

// statusKey is everything that the line shows.
type statusKey struct {
	look       *look
	self       session.Self
	connection session.Connection
	role       string
	waiting    bool
	outgoing   int
	failed     int
	notice     session.Notice
	sync       session.SyncRecord
	flash      flash
	width      int
}

func newStatusKey(m *Model, width int) statusKey {
	v := m.view
	key := statusKey{
		look: m.look, self: v.Self, connection: v.Connection, waiting: v.Unread > 0, outgoing: v.Outgoing,
		failed: v.Failed, sync: syncToTell(v.Sync), flash: m.flash, width: width,
	}
	if c := m.conversation(); c != nil && c.RoleKnown {
		key.role = roleWords[c.Role] + " "
	}
	if len(v.Notices) > 0 {
		key.notice = v.Notices[0]
	}
	return key
}

// flash is a sentence about the last thing that the user did. A sticky one tells of something that failed behind
// the user's back, and stays until they send, leave or go back.
type flash struct {
	text   string
	sticky bool
}

const (
	// wideStatus is from where the status line has room for words, narrowStatus for the device.
	wideStatus   = 90
	narrowStatus = 66
	// syncColumns is the least room that the last sync is shown in.
	syncColumns = 22
	// nameColumns is the least of a group's name that tells which one it is.
	nameColumns = 4
	statusGap   = 3
)

func (s *status) render(key statusKey) string {
	if s.row == "" || s.seen != key {
		s.seen, s.row = key, drawStatus(&key)
	}
	return s.row
}

func drawStatus(key *statusKey) string {
	k, width := key.look, key.width
	left, right := identity(key), connectionText(key)
	room := width - k.Width(left) - k.Width(right) - 2*statusGap
	sentence := sentenceOf(key)
	switch {
	case sentence == "":
		if key.sync != (session.SyncRecord{}) && room >= syncColumns {
			left += "   " + k.paint(styleQuiet, syncText(k, &key.sync, room))
		}
	case k.Width(sentence) <= room:
		left += "   " + sentence
	case width < narrowStatus:
		return k.Truncate(" "+sentence, width)
	default:
		left = " " + k.Truncate(sentence, max(0, width-k.Width(right)-statusGap))
	}
	return k.spread(left, right, width)
}

// sentenceOf returns the sentence that matters most now, "" in ordinary times.
func sentenceOf(key *statusKey) string {
	k := key.look
	switch {
	case key.flash.sticky:
		return k.paint(styleError, "! "+key.flash.text)
	case key.flash.text != "":
		return k.paint(styleKey, key.flash.text)
	}
	if trouble := troubleOf(key); trouble != "" {
		return k.paint(styleError, "! "+trouble)
	}
	return ""
}

// troubleOf names the lasting condition that the user should know of, "" if all is well: what a person must put right
// goes before what is tried again by itself.
func troubleOf(key *statusKey) string {
	k, notice := key.look, key.notice
	if notice.Code == session.NoticeKicked {
		// The connection says it, until somebody logs in again.
		notice = session.Notice{}
	}
	switch {
	case notice.Level == session.NoticeError && notice.Code != "":
		return noticeText(k, notice)
	case key.connection.Phase == session.LoggedOut:
		return fmt.Sprintf(k.words.LoggedOutF, clean(key.connection.Reason))
	case key.connection.Phase == session.Offline:
		return fmt.Sprintf(k.words.OfflineSinceF, clock(key.connection.Since.In(k.zone)))
	case notice.Code != "":
		return noticeText(k, notice)
	default:
		return ""
	}
}

func noticeText(k *look, notice session.Notice) string {
	if sentence, known := k.words.Notices[notice.Code]; known {
		return sentence
	}
	return clean(notice.Text)
}

// identity is the program, the user with the role in the open group, and the device.
func identity(key *statusKey) string {
	k := key.look
	app := styleTitle
	if key.waiting {
		app = styleDot
	}
	name := clean(key.self.Name)
	if name == "" {
		name = clean(key.self.User)
	}
	who := key.role + name
	if key.width >= narrowStatus {
		who += k.paint(styleQuiet, " @ "+clean(key.self.Device))
	}
	return " " + k.paint(app, k.words.App) + "  " + who
}

func connectionText(key *statusKey) string {
	k, wide := key.look, key.width >= wideStatus
	sign, word := k.paint(styleError, k.glyphs.ring), k.words.Connecting
	online := key.connection.Phase == session.Online
	switch key.connection.Phase {
	case session.Online:
		sign, word = k.paint(styleOnline, k.glyphs.dot), k.words.Online
	case session.Offline:
		word = k.words.Offline
	case session.LoggedOut:
		word = k.words.LoggedOut
	}
	latency := latencyText(key.connection.Latency)
	if wide || !online || latency == "" {
		sign += " " + word
	}
	if online && latency != "" {
		sign += k.paint(styleQuiet, " "+latency)
	}
	out := "  " + k.paint(styleQuiet, fmt.Sprintf(k.words.OutgoingF, key.outgoing))
	if key.failed > 0 {
		out += "  " + k.paint(styleError, fmt.Sprintf(k.words.FailedCountF, key.failed))
	}
	if wide {
		return sign + " " + out + "   " + k.paint(styleQuiet, k.words.HelpHint)
	}
	return sign + out + k.paint(styleQuiet, "  ?")
}

// lastSync returns the newest record of read sync, an empty one if there is none.
func lastSync(v *session.View) session.SyncRecord {
	if len(v.Sync) == 0 {
		return session.SyncRecord{}
	}
	return v.Sync[len(v.Sync)-1]
}

// syncToTell returns the record that the status line has room for: the newest one, or the note about the same reading,
// which tells more than the service's own sync, the device and how long it took.
func syncToTell(records []session.SyncRecord) session.SyncRecord {
	if len(records) == 0 {
		return session.SyncRecord{}
	}
	newest := records[len(records)-1]
	if newest.Kind == session.SyncNote {
		return newest
	}
	for i := len(records) - 2; i >= 0; i-- {
		r := records[i]
		same := r.Conversation == newest.Conversation && r.Position == newest.Position && r.Direction == newest.Direction
		if same && r.Kind == session.SyncNote {
			return r
		}
	}
	return newest
}

// syncText tells of one read position that travelled, in at most width columns: which way, by what, where to, and how
// long it took. The name gives way to the rest.
func syncText(k *look, r *session.SyncRecord, width int) string {
	arrow := k.glyphs.up
	if r.Direction == session.SyncReceived {
		arrow = k.glyphs.down
	}
	by := ""
	switch {
	case r.Kind == session.SyncService:
		by = k.words.Service + " "
	case r.Direction == session.SyncReceived && r.Device != "":
		by = clean(r.Device) + " "
	}
	name := clean(r.Name)
	if name == "" {
		name = clean(r.Conversation.Target())
	}
	result := " " + positionText(k, r)
	if took := duration(r.Delay); took != "" {
		result += " " + took
	}
	lead := arrow + " " + by
	name = k.Truncate(name, max(nameColumns, width-k.Width(lead)-k.Width(result)))
	return k.Truncate(lead+name+result, width)
}

// positionText writes a read position: a sequence in groups, a time of day between two people.
func positionText(k *look, r *session.SyncRecord) string {
	if r.Conversation.Kind() == model.KindC2C {
		return clock(time.Unix(r.Position, 0).In(k.zone))
	}
	return fmt.Sprintf("#%d", r.Position)
}

// latencyText is coarse, so that a screen on which nothing happens does not change with every heartbeat.
func latencyText(d time.Duration) string {
	step := 100 * time.Millisecond
	switch {
	case d <= 0:
		return ""
	case d < 5*time.Millisecond:
		return "<5 ms"
	case d < 50*time.Millisecond:
		step = 5 * time.Millisecond
	case d < 200*time.Millisecond:
		step = 20 * time.Millisecond
	}
	return duration(d.Round(step))
}

func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
}
