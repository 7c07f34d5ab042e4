package ui

import (
	"fmt"
	"time"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

func (p *memberList) lines() (*pages, int) { return &p.pages, len(p.shown) }

func (p *memberList) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	columns := newMemberColumns(width)
	var rows []string
	var at *place
	if p.finding || p.query.text != "" {
		label := "  / "
		before := k.TruncateLeft(p.query.text[:p.query.caret], max(4, width-20))
		rows = append(rows, label+before+k.Normalize(p.query.text[p.query.caret:])+
			k.paint(styleQuiet, "   "+fmt.Sprintf(k.words.FoundF, len(p.shown))))
		if p.finding {
			at = &place{len(label) + k.Width(before), 0}
		}
	}
	rows = append(rows, columns.head(k))
	p.pages.fit(len(p.shown), len(rows), height-len(rows))
	c := m.view.ByID[model.GroupConversation(p.group.ID)]
	for i := p.pages.top; i < len(p.shown) && len(rows) < height; i++ {
		rows = append(rows, p.line(m, columns, c, i, width))
	}
	if len(p.shown) == 0 && p.busy == "" {
		rows = append(rows, "", "  "+k.paint(styleQuiet, k.words.NobodyFits))
	}
	return rows, at
}

// wideMembers is from where there is room for all columns; below, those that matter least are left out.
const wideMembers = 62

// memberColumns are the widths of the columns of members.
type memberColumns struct{ role, name, card, service, muted, joined, read int }

func newMemberColumns(width int) memberColumns {
	c := memberColumns{role: 5, service: 9, muted: 7, joined: 7, read: 9}
	if width < wideMembers {
		c.muted, c.joined = 0, 0
	}
	room := max(8, width-4-c.role-c.service-c.muted-c.joined-c.read-3)
	if width >= wideMembers {
		c.card = room * 2 / 5
	}
	c.name = room - c.card
	return c
}

func (c memberColumns) head(k *look) string {
	w := k.words
	return k.paint(styleQuiet, text.Spaces(5)+k.Fit(w.RoleColumn, c.role)+k.Fit(w.NameLabel, c.name)+k.Fit(w.CardColumn, c.card)+
		k.Fit(w.ServiceColumn, c.service)+k.Fit(w.MutedColumn, c.muted)+k.Fit(w.JoinedColumn, c.joined)+k.Fit(w.ReadColumn, c.read))
}

// memberLine is the drawing of one member, made again only if what it shows has changed: an unchanged line is the same
// string in every frame.
type memberLine struct {
	key  memberLineKey
	line string
}

type memberLineKey struct {
	look           *look
	width          int
	cursor, marked bool
	today          date
	muted, read    string
}

// maxMemberLines bounds the cache: some screens full.
const maxMemberLines = 256

// line returns the drawing of a member that is shown.
func (p *memberList) line(m *Model, columns memberColumns, c *session.Conversation, i, width int) string {
	k, row := m.look, &p.all[p.shown[i]]
	key := memberLineKey{
		look: k, width: width, cursor: i == p.pages.cursor, marked: p.marked[row.User], today: m.today(),
		muted: mutedText(m, row), read: readText(k, c, row),
	}
	if drawn, ok := p.drawn[row.User]; ok && drawn.key == key {
		return drawn.line
	}
	if len(p.drawn) > maxMemberLines {
		clear(p.drawn)
	}
	line := k.Fit(columns.line(&key, row), width)
	p.drawn[row.User] = memberLine{key, line}
	return line
}

func (c memberColumns) line(key *memberLineKey, row *memberRow) string {
	k, sign := key.look, " "
	if key.marked {
		sign = k.paint(styleKey, k.glyphs.sent)
	}
	name := clean(row.Name)
	if name == "" || c.card == 0 {
		name = row.name
	}
	service := ""
	if row.Role != model.Ordinary {
		service = k.words.ServiceRoles[row.Role]
	}
	joined := ""
	if row.JoinedAt > 0 {
		joined = k.shortTime(time.Unix(row.JoinedAt, 0), key.today)
	}
	style := roleStyle(row.role)
	return " " + k.cursorMark(key.cursor) + sign + " " + k.paint(style, k.Fit(roleWords[row.role], c.role)+k.Fit(k.Truncate(name, c.name-1), c.name)) +
		k.Fit(k.Truncate(clean(row.NameCard), c.card-1), c.card) +
		k.paint(styleQuiet, k.Fit(service, c.service)+k.Fit(key.muted, c.muted)+k.Fit(joined, c.joined)+k.Fit(key.read, c.read))
}

// mutedText is until when a member may not speak, "" if they may.
func mutedText(m *Model, row *memberRow) string {
	if row.MutedUntil <= m.now.Unix() {
		return ""
	}
	return m.look.shortTime(time.Unix(row.MutedUntil, 0), m.today())
}

// readText is how far a member has read: all, or how many messages are missing; "" where nobody knows.
func readText(k *look, c *session.Conversation, row *memberRow) string {
	switch {
	case c == nil || row.Read == 0:
		return ""
	case row.Read >= c.LastSequence:
		return k.glyphs.sent
	default:
		return fmt.Sprintf(k.words.BehindF, c.LastSequence-row.Read)
	}
}
