package ui

import (
	"strconv"
	"time"

	"reddot/model"
	"reddot/ui/text"
)

// look is everything that the appearance of a panel depends on besides its content. A change makes a new one, so its
// pointer serves the panels as a key of their caches.
type look struct {
	text.Measure
	*palette
	words  *words
	glyphs *glyphs
	zone   *time.Location
	// self is the user id of the account.
	self string
	// cards are the shop's templates for its own messages.
	cards model.Cards
}

// glyphs are the signs that are drawn and not words. Terminals that draw ambiguous characters in two columns get
// signs whose width nobody doubts.
type glyphs struct {
	vertical, horizontal    string
	open, dot, ring, prompt string
	sending, sent, failed   string
	up, down, bullet        string
	separator               string
}

var fineGlyphs = &glyphs{
	vertical: "│", horizontal: "─",
	open: "▌", dot: "●", ring: "○", prompt: "›",
	sending: "…", sent: "✓", failed: "✗",
	up: "↑", down: "↓", bullet: "·",
	separator: " · ",
}

var plainGlyphs = &glyphs{
	vertical: "|", horizontal: "-",
	open: "|", dot: "*", ring: "o", prompt: ">",
	sending: "...", sent: "v", failed: "x",
	up: "^", down: "v", bullet: "-",
	separator: " - ",
}

func newLook(measure text.Measure, theme Theme, language string, zone *time.Location, self string) *look {
	signs := fineGlyphs
	if measure.Width(fineGlyphs.vertical) != 1 {
		signs = plainGlyphs
	}
	return &look{
		Measure: measure,
		palette: newPalette(theme),
		words:   wordsOf(language),
		glyphs:  signs,
		zone:    zone,
		self:    self,
	}
}

// line returns a horizontal line of a width.
func (l *look) line(width int) string {
	return l.paint(styleLine, repeat(l.glyphs.horizontal, width))
}

// rule returns a line with a label in its middle.
func (l *look) rule(style styleName, label string, width int) string {
	label = l.Truncate(" "+label+" ", width)
	room := max(0, width-l.Width(label))
	return l.paint(style, repeat(l.glyphs.horizontal, room/2)+label+repeat(l.glyphs.horizontal, room-room/2))
}

// spread puts left and right at the ends of a row of exactly width columns; the left gives way.
func (l *look) spread(left, right string, width int) string {
	right = l.Truncate(right, width)
	room := width - l.Width(right)
	return l.Fit(left, room) + right
}

// paragraph returns text wrapped in the middle of a pane: exactly height rows of width columns.
func (l *look) paragraph(s string, width, height int) []string {
	lines := l.Wrap(s, max(2, width-4))
	rows := make([]string, 0, height)
	for range max(0, (height-len(lines))/3) {
		rows = append(rows, text.Spaces(width))
	}
	for _, line := range lines {
		if len(rows) < height {
			rows = append(rows, l.Fit("  "+l.paint(styleQuiet, line), width))
		}
	}
	for len(rows) < height {
		rows = append(rows, text.Spaces(width))
	}
	return rows
}

// roleStyle is the style of a name by its role.
func roleStyle(role model.Role) styleName {
	switch role {
	case model.RoleAnchor:
		return styleAnchor
	case model.RoleAssistant:
		return styleAssistant
	case model.RoleGuide:
		return styleGuide
	default:
		return styleCustomer
	}
}

// date is a day of the calendar in some zone; dates of one zone compare as numbers.
type date int

func dateOf(t time.Time) date {
	year, month, day := t.Date()
	return date(year*10000 + int(month)*100 + day)
}

func (d date) split() (year, month, day int) {
	return int(d) / 10000, int(d) / 100 % 100, int(d) % 100
}

// clock returns the hour and minute as "20:41".
func clock(t time.Time) string {
	hour, minute, _ := t.Clock()
	return string([]byte{
		byte('0' + hour/10), byte('0' + hour%10), ':', byte('0' + minute/10), byte('0' + minute%10),
	})
}

// yesterday returns the day before d.
func yesterday(d date) date {
	year, month, day := d.split()
	return dateOf(time.Date(year, time.Month(month), day-1, 12, 0, 0, 0, time.UTC))
}

// shortTime is the time of a message as the list shows it: the hour today, the day before.
func (l *look) shortTime(t time.Time, today date) string {
	t = t.In(l.zone)
	switch d := dateOf(t); {
	case d == today:
		return clock(t)
	case d == yesterday(today):
		return l.words.Yesterday
	case d/10000 == today/10000:
		_, month, day := d.split()
		return twoDigits(month) + "-" + twoDigits(day)
	default:
		year, _, _ := d.split()
		return strconv.Itoa(year)
	}
}

// moment is a time of day, with the date unless that is today.
func (l *look) moment(t time.Time, today date) string {
	t = t.In(l.zone)
	switch d := dateOf(t); {
	case d == today:
		return clock(t)
	case d/10000 == today/10000:
		return t.Format("01-02 15:04")
	default:
		return t.Format("2006-01-02 15:04")
	}
}

// dayLabel is the label of a line between two days.
func (l *look) dayLabel(d, today date) string {
	switch {
	case d == today:
		return l.words.Today
	case d == yesterday(today):
		return l.words.Yesterday
	default:
		return l.words.day(d, d/10000 != today/10000)
	}
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// cursorMark is what stands before a line of a list: two columns, with a sign where the cursor is.
func (l *look) cursorMark(here bool) string {
	if here {
		return l.paint(styleOpen, l.glyphs.open) + " "
	}
	return text.Spaces(2)
}
