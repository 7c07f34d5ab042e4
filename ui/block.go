package ui

import (
	"fmt"
	"strconv"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

const (
	// indent is where the text of a message begins: behind the margin and the time.
	indent = 9
	// narrowIndent is that of a narrow pane.
	narrowIndent = 7
	narrowChat   = 44
	// maxBody is the most columns of a line of text: longer ones are hard to read.
	maxBody = 96
)

// block is a message as it stands in the conversation: its rows, and what they were made from.
type block struct {
	key  blockKey
	rows []string
}

// blockKey is everything that the rows of a message depend on. Messages never change once handed out, so the pointer
// stands for the content.
type blockKey struct {
	look     *look
	message  *model.Message
	width    int
	name     string
	role     string
	style    styleName
	first    bool // no message is before it
	head     bool
	day      date // the day line before the message, 0 for none
	today    date // only with a day line
	divider  int  // the number in the divider before the message, 0 for none
	selected bool
	unfolded bool
	receipt  receiptState
	own      string // the user's names, only if the message mentions them
}

// receiptState is what is known of who read an own message.
type receiptState struct {
	asked       bool
	read, total int
	// peer is set in C2C, where only one can read.
	peer, peerRead bool
}

// drawBlock returns the rows of a message, each of exactly width columns.
func drawBlock(c *session.Conversation, key *blockKey) []string {
	k, width := key.look, key.width
	var rows []string
	blank := text.Spaces(width)
	if (key.day != 0 || key.divider > 0) && !key.first {
		rows = append(rows, blank)
	}
	if key.day != 0 {
		rows = append(rows, k.Center(k.paint(styleDay, k.day(key)), width), blank)
	}
	if key.divider > 0 {
		label := fmt.Sprintf(k.words.DividerF, key.divider)
		rows = append(rows, "  "+k.rule(styleDivider, label, max(0, width-4))+"  ", blank)
	}
	switch {
	case quiet(key.message):
		rows = append(rows, drawTip(c, key)...)
	case key.message.Sender == k.self:
		rows = append(rows, drawOwn(c, key)...)
	default:
		rows = append(rows, drawOther(c, key)...)
	}
	return rows
}

func (l *look) day(key *blockKey) string {
	h := l.glyphs.horizontal + l.glyphs.horizontal
	return h + " " + l.dayLabel(key.day, key.today) + " " + h
}

// margin returns where the text of a message begins.
func margin(width int) int {
	if width < narrowChat {
		return narrowIndent
	}
	return indent
}

// lead is the first columns of a message's first row: the mark of the selected message and the time.
func lead(key *blockKey, withTime bool) string {
	k, columns := key.look, margin(key.width)
	mark := " "
	if key.selected {
		mark = k.paint(styleOpen, k.glyphs.open)
	}
	when := ""
	if withTime {
		when = clock(key.message.Time().In(k.zone))
	}
	gap := columns - 1 - 5 - 2
	if gap < 0 {
		gap = 0
	}
	return mark + text.Spaces(gap) + k.paint(styleTime, k.PadRight(when, columns-1-gap))
}

func drawTip(c *session.Conversation, key *blockKey) []string {
	k, m := key.look, key.message
	said := ""
	if m.Recalled {
		said = fmt.Sprintf(k.words.RecalledByF, senderName(k, m, c))
	} else {
		said, _ = body(k, m, c)
	}
	columns := margin(key.width)
	var rows []string
	for i, line := range k.Wrap(said, min(maxBody, key.width-columns-2)) {
		rows = append(rows, k.Fit(lead(key, i == 0)+k.paint(styleTip, line), key.width))
	}
	return rows
}

func drawOther(c *session.Conversation, key *blockKey) []string {
	k, m := key.look, key.message
	columns := margin(key.width)
	var rows []string
	if key.head {
		rows = append(rows, k.Fit(lead(key, true)+senderLine(key)+mention(k, m), key.width))
	}
	said, card := shownText(key, c)
	style := styleText
	if card {
		style = styleCard
	}
	var names []string
	if key.own != "" {
		names = strings.Split(key.own, "\n")
	}
	for _, line := range k.Wrap(said, min(maxBody, key.width-columns-2)) {
		rows = append(rows, k.Fit(lead(key, false)+markMentions(k, style, line, names), key.width))
	}
	return rows
}

// shownText returns what a message says, unfolded if that is wished; card as body tells.
func shownText(key *blockKey, c *session.Conversation) (s string, card bool) {
	s, card = body(key.look, key.message, c)
	if !key.unfolded {
		return s, card
	}
	return s + "\n" + unfoldedText(key.message), true
}

func mention(k *look, m *model.Message) string {
	if !m.MentionsUser(k.self) {
		return ""
	}
	return "  " + k.paint(styleMention, k.words.MentionsYou)
}

// senderLine returns the role and the name in the role's colour.
func senderLine(key *blockKey) string {
	name := key.name
	if key.role != "" {
		name = key.role + " " + name
	}
	return key.look.paint(key.style, key.look.Truncate(name, key.width-margin(key.width)-8))
}

// drawOwn draws a message of the user on the right, with its state at its end.
func drawOwn(c *session.Conversation, key *blockKey) []string {
	k, width := key.look, key.width-2
	columns := margin(width)
	var rows []string
	if key.head {
		rows = append(rows, k.spread(lead(key, true), senderLine(key), width)+"  ")
	}
	said, card := shownText(key, c)
	style := styleMine
	if card {
		style = styleCard
	}
	lines := k.Wrap(said, min(maxBody, max(10, (width-columns)*5/6)))
	states := stateLines(key, width-columns)
	last := len(lines) - 1
	block := 0
	for _, line := range lines {
		block = max(block, k.Width(line))
	}
	beside := len(states) == 1 && columns+k.Width(lines[last])+2+k.Width(states[0]) <= width
	if beside {
		block = max(block, k.Width(lines[last])+2+k.Width(states[0]))
	}
	at := max(columns, width-block)
	for i, line := range lines {
		row := lead(key, false) + text.Spaces(at-columns) + k.paint(style, line)
		if i == last && beside {
			row = k.spread(row, states[0], width)
		}
		rows = append(rows, k.Fit(row, width)+"  ")
	}
	if !beside {
		for _, state := range states {
			rows = append(rows, k.spread(lead(key, false), state, width)+"  ")
		}
	}
	return rows
}

// stateLines says how far an own message has come, in as many lines as the reason of a failure needs.
func stateLines(key *blockKey, width int) []string {
	k, m := key.look, key.message
	switch m.State {
	case model.Sending:
		return []string{k.paint(styleState, k.glyphs.sending)}
	case model.Failed:
		return failureLines(key, width)
	}
	r := key.receipt
	switch {
	case r.peer && r.peerRead:
		return []string{k.paint(styleState, k.words.PeerRead)}
	case r.peer && r.asked:
		return []string{k.paint(styleState, k.words.PeerUnread)}
	case r.total > 0 && r.read >= r.total:
		return []string{k.paint(styleState, fmt.Sprintf(k.words.AllReadF, r.read, r.total))}
	case r.total > 0:
		// As wide as the total, so that the text does not move while people read it.
		digits := len(strconv.Itoa(r.total))
		return []string{k.paint(styleState, fmt.Sprintf(k.words.ReadCountF, digits, r.read, r.total))}
	default:
		return []string{k.paint(styleState, k.glyphs.sent)}
	}
}

func failureLines(key *blockKey, width int) []string {
	k := key.look
	keys := k.words.RetryGlobal
	if key.selected {
		keys = k.words.RetryKeys
	}
	reason := k.glyphs.failed + " " + fmt.Sprintf(k.words.FailedF, clean(key.message.Failure))
	if k.Width(reason)+1+k.Width(keys) <= width {
		return []string{k.paint(styleError, reason) + " " + k.paint(styleKey, keys)}
	}
	var lines []string
	for _, line := range k.Wrap(reason, width) {
		lines = append(lines, k.paint(styleError, line))
	}
	return append(lines, k.paint(styleKey, keys))
}
