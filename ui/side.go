package ui

import (
	"cmp"
	"fmt"
	"slices"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// side is the pane on the right: who read the selected or the last own message, the group, the log of read sync.
type side struct {
	seen sideKey
	rows []string
}

// sideKey is everything that the pane shows; the newest record stands for the log of read sync.
type sideKey struct {
	look          *look
	conversation  *session.Conversation
	message       *model.Message
	records       int
	newest        session.SyncRecord
	width, height int
}

func newSideKey(m *Model, g geometry) sideKey {
	return sideKey{
		look: m.look, conversation: m.conversation(), message: m.inspected(),
		records: len(m.view.Sync), newest: lastSync(m.view), width: g.side, height: g.body,
	}
}

const (
	// The most rows of the sections, so that the log of read sync keeps room.
	speakerRows = 8
	noticeRows  = 3
	syncRows    = 6
	// speakerMessages is how far back "lately" goes.
	speakerMessages = 64
)

func (s *side) render(key sideKey, records []session.SyncRecord) []string {
	if s.rows != nil && s.seen == key {
		return s.rows
	}
	s.seen = key
	s.rows = drawSide(key, records)
	return s.rows
}

func drawSide(key sideKey, records []session.SyncRecord) []string {
	k := key.look
	var rows []string
	section := func(title string, lines []string) {
		if len(rows) > 0 {
			rows = append(rows, "")
		}
		rows = append(rows, k.paint(styleQuietTitle, title))
		rows = append(rows, lines...)
	}
	if c := key.conversation; c != nil {
		title, lines := readersOf(key)
		section(title, lines)
		if c.Group != nil {
			section(k.words.Group, groupLines(k, c, key.width-3))
		}
		if speakers := speakerLines(k, c); len(speakers) > 0 {
			section(k.words.Speakers, speakers)
		}
	}
	section(k.words.Sync, syncLines(key, records))
	out := make([]string, key.height)
	for i := range out {
		row := ""
		if i < len(rows) {
			row = rows[i]
		}
		out[i] = k.Fit("  "+row, key.width)
	}
	return out
}

// readersOf returns the section about the message that was selected, or the last own one.
func readersOf(key sideKey) (title string, lines []string) {
	k, c, m := key.look, key.conversation, key.message
	if reason := noReceipts(k, c); reason != "" {
		return k.words.WhoRead, wrapQuiet(k, reason, key.width-3)
	}
	if m == nil {
		return k.words.WhoRead, []string{k.paint(styleQuiet, k.words.NoReceiptYet)}
	}
	title = k.Truncate(k.words.WhoRead+k.glyphs.separator+firstLine(k, m, c), key.width-3)
	r := receiptOf(c, m)
	switch {
	case r.peer && r.peerRead:
		return title, []string{k.words.PeerRead}
	case r.peer:
		return title, []string{k.words.PeerUnread}
	case r.total == 0:
		return title, []string{k.paint(styleQuiet, k.glyphs.sending)}
	}
	return title, []string{
		fmt.Sprintf(k.words.ReadByF, r.read, r.total),
		k.paint(styleQuiet, fmt.Sprintf(k.words.UnreadByF, r.total-r.read)),
	}
}

// noReceipts says why a conversation has no receipts, "" if it has.
func noReceipts(k *look, c *session.Conversation) string {
	reason, none := k.words.ReceiptReasons[c.NoReceipts]
	if !none {
		return ""
	}
	return fmt.Sprintf(k.words.NoReceiptsF, reason)
}

func groupLines(k *look, c *session.Conversation, width int) []string {
	lines := []string{groupFacts(k, c)}
	if c.RoleKnown {
		lines = append(lines, fmt.Sprintf(k.words.YouAreF, roleWords[c.Role]))
	}
	if notice := clean(c.Group.Notification); notice != "" {
		notices := wrapQuiet(k, fmt.Sprintf(k.words.NoticeF, notice), width)
		lines = append(lines, notices[:min(noticeRows, len(notices))]...)
	}
	return lines
}

// groupFacts is the type and the size of a group.
func groupFacts(k *look, c *session.Conversation) string {
	kind, known := k.words.GroupTypes[c.Group.Type]
	if !known {
		kind = clean(string(c.Group.Type))
	}
	return kind + k.glyphs.separator + fmt.Sprintf(k.words.MembersF, c.Group.Members)
}

func wrapQuiet(k *look, s string, width int) []string {
	lines := k.Wrap(s, width)
	for i, line := range lines {
		lines[i] = k.paint(styleQuiet, line)
	}
	return lines
}

// speakerLines lists who spoke lately, the shop's people first.
func speakerLines(k *look, c *session.Conversation) []string {
	var members []model.Member
	oldest := max(0, len(c.Messages)-speakerMessages)
	for i := len(c.Messages) - 1; i >= oldest && len(members) < speakerRows; i-- {
		member, known := c.Members[c.Messages[i].Sender]
		if known && !slices.ContainsFunc(members, func(m model.Member) bool { return m.User == member.User }) {
			members = append(members, member)
		}
	}
	slices.SortFunc(members, func(a, b model.Member) int {
		return cmp.Or(cmp.Compare(b.BusinessRole(), a.BusinessRole()), cmp.Compare(a.User, b.User))
	})
	var lines []string
	for _, member := range members {
		role := member.BusinessRole()
		name := text.Clean(text.Limit(member.DisplayName(), nameBytes))
		lines = append(lines, k.paint(roleStyle(role), roleWords[role]+" "+name))
	}
	return lines
}

func syncLines(key sideKey, records []session.SyncRecord) []string {
	k := key.look
	if len(records) == 0 {
		return []string{k.paint(styleQuiet, k.words.NoSync)}
	}
	var lines []string
	for i := len(records) - 1; i >= 0 && len(lines) < syncRows; i-- {
		lines = append(lines, k.paint(styleQuiet, syncText(k, &records[i], key.width-3)))
	}
	return lines
}
