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

type statusKey struct {
	look  *look
	view  *session.View
	open  *session.Conversation
	flash string
	width int
}

// flash is a sentence about the last thing that the user did. A sticky one tells of something that failed behind
// the user's back, and stays until they send, leave or go back.
type flash struct {
	text   string
	sticky bool
}

const (
	// wideStatus is from where the status line has room for words.
	wideStatus = 90
	// syncColumns is the least room that the last sync is shown in.
	syncColumns = 22
	statusGap   = 3
)

func (s *status) render(k *look, v *session.View, open *session.Conversation, sentence string, width int) string {
	key := statusKey{k, v, open, sentence, width}
	if s.row != "" && s.seen == key {
		return s.row
	}
	s.seen = key
	s.row = drawStatus(key)
	return s.row
}

func drawStatus(key statusKey) string {
	k, v, width := key.look, key.view, key.width
	right := connectionText(k, v, width)
	left := identity(k, v, key.open, width)
	room := width - k.Width(left) - k.Width(right) - 2*statusGap
	sentence := sentenceOf(key)
	switch {
	case sentence == "":
		if record := lastSync(v); record != nil && room >= syncColumns {
			left += "   " + k.paint(styleQuiet, k.Truncate(syncText(k, record), room))
		}
	case k.Width(sentence) <= room:
		left += "   " + k.paint(styleError, sentence)
	default:
		left = " " + k.paint(styleError, k.Truncate(sentence, max(0, width-k.Width(right)-statusGap)))
		if width < narrowChat+syncColumns {
			return k.Truncate(" "+k.paint(styleError, sentence), width)
		}
	}
	return k.spread(left, right, width)
}

// sentenceOf returns the sentence that matters most now, "" in ordinary times.
func sentenceOf(key statusKey) string {
	k, v := key.look, key.view
	if key.flash != "" {
		return "! " + key.flash
	}
	for _, notice := range v.Notices {
		sentence, known := k.words.Notices[string(notice.Code)]
		if !known {
			sentence = clean(notice.Text)
		}
		return "! " + sentence
	}
	switch v.Connection.Phase {
	case session.Offline:
		return "! " + fmt.Sprintf(k.words.OfflineSinceF, clock(v.Connection.Since.In(k.zone)))
	case session.LoggedOut:
		return "! " + k.words.LoggedOut + ": " + clean(v.Connection.Reason)
	}
	return ""
}

func identity(k *look, v *session.View, open *session.Conversation, width int) string {
	app := styleTitle
	if v.Unread > 0 {
		app = styleDot
	}
	name := clean(v.Self.Name)
	if name == "" {
		name = clean(v.Self.User)
	}
	who := name
	if open != nil && open.RoleKnown {
		who = roleWords[open.Role] + " " + who
	}
	if width >= narrowChat+syncColumns {
		who += k.paint(styleQuiet, " @ "+clean(v.Self.Device))
	}
	return " " + k.paint(app, k.words.App) + "  " + who
}

func connectionText(k *look, v *session.View, width int) string {
	wide := width >= wideStatus
	phase := k.paint(styleError, k.glyphs.ring)
	word := k.words.Connecting
	switch v.Connection.Phase {
	case session.Online:
		phase, word = k.paint(styleOnline, k.glyphs.dot), k.words.Online
	case session.Offline:
		word = k.words.Offline
	case session.LoggedOut:
		word = k.words.LoggedOut
	}
	latency := duration(v.Connection.Latency)
	if wide || v.Connection.Phase != session.Online || latency == "" {
		phase += " " + word
	}
	if v.Connection.Phase == session.Online && latency != "" {
		phase += k.paint(styleQuiet, " "+latency)
	}
	out := "  " + k.paint(styleQuiet, fmt.Sprintf(k.words.OutgoingF, v.Outgoing))
	if v.Failed > 0 {
		out += "  " + k.paint(styleError, fmt.Sprintf(k.words.FailedCountF, v.Failed))
	}
	if !wide {
		return phase + out
	}
	return phase + " " + out + "   " + k.paint(styleQuiet, k.words.HelpHint)
}

func lastSync(v *session.View) *session.SyncRecord {
	if len(v.Sync) == 0 {
		return nil
	}
	return &v.Sync[len(v.Sync)-1]
}

// syncText tells of one read position that travelled: which way, by what, where to, and how long it took.
func syncText(k *look, r *session.SyncRecord) string {
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
	s := arrow + " " + by + name + " " + positionText(k, r)
	if took := duration(r.Delay); took != "" {
		s += " " + took
	}
	return s
}

// positionText writes a read position: a sequence in groups, a time of day between two people.
func positionText(k *look, r *session.SyncRecord) string {
	if r.Conversation.Kind() == model.KindC2C {
		return clock(time.Unix(r.Position, 0).In(k.zone))
	}
	return fmt.Sprintf("#%d", r.Position)
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
