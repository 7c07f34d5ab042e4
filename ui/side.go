package ui

import (
	"cmp"
	"fmt"
	"slices"

	"reddot/model"
	"reddot/session"
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
	selecting     bool
	records       int
	newest        session.SyncRecord
	width, height int
}

func newSideKey(m *Model, g geometry) sideKey {
	return sideKey{
		look: m.look, conversation: m.conversation(), message: m.inspected(), selecting: m.focus == focusMessages,
		records: len(m.view.Sync), newest: lastSync(m.view), width: g.side, height: g.body,
	}
}

const (
	// The most rows of the sections, so that who has read keeps room.
	speakerRows = 8
	noticeRows  = 3
	syncRows    = 6
	// lowSide is the height below which readers go before the group, whose title is on screen too, and the log is short.
	lowSide = 30
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

// drawSide draws the sections: who has read gets what the group and the log of read sync leave, and who spoke lately
// what is left then.
func drawSide(key sideKey, records []session.SyncRecord) []string {
	k := key.look
	section := func(title string, lines []string) []string {
		return append([]string{k.paint(styleQuietTitle, title)}, lines...)
	}
	var sections [][]string
	log := section(k.words.Sync, syncLines(key, records))
	if c := key.conversation; c != nil {
		room := key.height - len(log) - 1
		var group []string
		if c.Group != nil {
			group = section(k.words.Group, groupLines(k, c, key.width-3))
		}
		reserved := 0
		if group != nil && key.height >= lowSide {
			reserved = len(group) + 1
		}
		title, lines := readersOf(key, room-reserved-1)
		sections = append(sections, section(title, lines))
		room -= len(lines) + 2
		if group != nil && len(group) <= room {
			sections = append(sections, group)
			room -= len(group) + 1
		}
		if speakers := speakerLines(k, c, min(speakerRows, room-1)); len(speakers) > 0 {
			sections = append(sections, section(k.words.Speakers, speakers))
		}
	}
	sections = append(sections, log)
	var rows []string
	for i, lines := range sections {
		if i > 0 {
			rows = append(rows, "")
		}
		rows = append(rows, lines...)
	}
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

// noReceipts says why a conversation has no receipts, "" if it has.
func noReceipts(k *look, c *session.Conversation) string {
	reason, none := k.words.ReceiptReasons[c.NoReceipts]
	if !none {
		return ""
	}
	return fmt.Sprintf(k.words.NoReceiptsF, reason)
}

func groupLines(k *look, c *session.Conversation, width int) []string {
	lines := []string{groupFacts(k, c.Group)}
	if c.RoleKnown {
		lines = append(lines, fmt.Sprintf(k.words.YouAreF, roleWords[c.Role]))
	}
	if notice := clean(c.Group.Notification); notice != "" {
		notices := wrapQuiet(k, fmt.Sprintf(k.words.NoticeF, notice), width)
		lines = append(lines, notices[:min(noticeRows, len(notices))]...)
	}
	if keys := k.words.GroupKeys; k.Width(keys) <= width {
		lines = append(lines, k.paint(styleQuiet, keys))
	}
	return lines
}

// groupFacts is the type and the size of a group.
func groupFacts(k *look, g *model.Group) string {
	kind, known := k.words.GroupTypes[g.Type]
	if !known {
		kind = clean(string(g.Type))
	}
	return kind + k.glyphs.separator + fmt.Sprintf(k.words.MembersF, g.Members)
}

func wrapQuiet(k *look, s string, width int) []string {
	lines := k.Wrap(s, width)
	for i, line := range lines {
		lines[i] = k.paint(styleQuiet, line)
	}
	return lines
}

// speakerLines lists who spoke lately, the shop's people first, in at most room rows.
func speakerLines(k *look, c *session.Conversation, room int) []string {
	var members []model.Member
	oldest := max(0, len(c.Messages)-speakerMessages)
	for i := len(c.Messages) - 1; i >= oldest && len(members) < room; i-- {
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
		lines = append(lines, personName(k, c, member.User))
	}
	return lines
}

func syncLines(key sideKey, records []session.SyncRecord) []string {
	k := key.look
	if len(records) == 0 {
		return []string{k.paint(styleQuiet, k.words.NoSync)}
	}
	var lines []string
	most := syncRows
	if key.height < lowSide {
		most /= 2
	}
	for i := len(records) - 1; i >= 0 && len(lines) < most; i-- {
		if !records[i].Took() {
			continue
		}
		lines = append(lines, k.paint(styleQuiet, syncText(k, &records[i], key.width-3)))
	}
	return lines
}
