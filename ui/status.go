package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// status is the first row: who and which device, the last read sync or the one sentence that matters now, the
// connection, and what waits to be sent.
type status struct {
	seen statusKey
	row  string
	// now is the time by which the age of what is shown was told last, ageing is set while the next telling is due.
	now    time.Time
	ageing bool
}

// statusKey is everything that the line shows.
type statusKey struct {
	look       *look
	self       session.Self
	connection session.Connection
	// age is how old what is shown is, on a connection that polls.
	age      string
	role     string
	waiting  bool
	outgoing int
	failed   int
	notice   session.Notice
	sync     session.SyncRecord
	flash    flash
	width    int
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
	key.age = m.age()
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
		return fmt.Sprintf(k.words.LoggedOutF, clock(key.connection.Since.In(k.zone)), clean(key.connection.Reason))
	case key.connection.Phase == session.Offline:
		return offlineText(k, &key.connection)
	case notice.Code != "":
		return noticeText(k, notice)
	default:
		return ""
	}
}

// longRetry is the shortest wait for the next attempt that is worth telling.
const longRetry = 5 * time.Second

// offlineText says since when there is no connection, and when it is tried again if that takes a while.
func offlineText(k *look, c *session.Connection) string {
	since := clock(c.Since.In(k.zone))
	if c.Wait < longRetry {
		return fmt.Sprintf(k.words.OfflineSinceF, since)
	}
	return fmt.Sprintf(k.words.RetryAtF, since, c.Retry.In(k.zone).Format("15:04:05"))
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
	quality := latencyText(key.connection.Latency)
	if key.age != "" {
		quality = key.age
	}
	if wide || !online || quality == "" {
		sign += " " + word
	}
	if online && quality != "" {
		sign += k.paint(styleQuiet, " "+quality)
	}
	if skew := skewText(k, key.connection.ClockOffset); online && skew != "" && key.width >= narrowStatus {
		sign += k.paint(styleError, "  ! "+skew)
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
	var newest session.SyncRecord
	for _, r := range slices.Backward(records) {
		switch {
		case !r.Took():
		case r.Kind == session.SyncNote && (newest == (session.SyncRecord{}) || sameReading(&r, &newest)):
			return r
		case newest == (session.SyncRecord{}):
			newest = r
		}
	}
	return newest
}

func sameReading(a, b *session.SyncRecord) bool {
	return a.Conversation == b.Conversation && a.Position == b.Position && a.Direction == b.Direction
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

// smallSkew is how far the service's clock may be off without a word.
const smallSkew = 2 * time.Second

// skewText tells of a service's clock that is off, which the times of messages and signatures go by.
func skewText(k *look, offset time.Duration) string {
	switch {
	case offset > smallSkew:
		return fmt.Sprintf(k.words.ClockAheadF, inWords(k.words, offset))
	case offset < -smallSkew:
		return fmt.Sprintf(k.words.ClockBehindF, inWords(k.words, -offset))
	default:
		return ""
	}
}

// inWords writes a duration in the unit that tells enough of it.
func inWords(w *words, d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf(w.SecondsF, int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf(w.MinutesF, int(d.Round(time.Minute).Minutes()))
	default:
		return fmt.Sprintf(w.HoursF, int(d.Round(time.Hour).Hours()))
	}
}

// ageStep is how coarsely the age of what is shown is told.
const ageStep = 10 * time.Second

// ageMsg brings the time, for the age of what is shown.
type ageMsg time.Time

// polls says whether what is shown grows old between two polls.
func polls(c session.Connection) bool { return !c.Fetched.IsZero() && !c.Live }

// age tells how old what is shown is, "" on a connection that is told of everything.
func (m *Model) age() string {
	c := m.view.Connection
	if !polls(c) {
		return ""
	}
	now := m.now
	if m.status.now.After(now) {
		now = m.status.now
	}
	age := now.Sub(c.Fetched)
	if age < ageStep {
		return m.look.words.Fresh
	}
	return fmt.Sprintf(m.look.words.AgeF, inWords(m.look.words, age.Truncate(ageStep)))
}

// ageSoon waits until the age must be told anew, on a connection that polls. There is never more than one such command.
func (m *Model) ageSoon() tea.Cmd {
	if m.status.ageing || !polls(m.view.Connection) {
		return nil
	}
	m.status.ageing = true
	ctx := m.ctx
	return func() tea.Msg { return after(ctx, ageStep, func(t time.Time) tea.Msg { return ageMsg(t) }) }
}

func (m *Model) aged(now time.Time) tea.Cmd {
	m.status.now, m.status.ageing = now, false
	return m.ageSoon()
}
