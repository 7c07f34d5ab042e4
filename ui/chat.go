package ui

import (
	"fmt"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// maxBlocks bounds the cache of drawn messages: some screens full.
const maxBlocks = 512

// chat is the pane of the open conversation: its own message list, because only what is visible may cost anything.
//
// The view hangs on its last row: the message there and how many of its rows are below the edge. So older messages
// that are loaded above, and newer ones that arrive below, leave it where it is.
type chat struct {
	conversation *session.Conversation

	follow bool      // the newest message is at the bottom
	anchor model.Key // else: the last visible message
	hidden int       // and how many of its rows are below the edge
	index  int       // where the anchor was last
	size   int       // how many messages there were then
	newest model.Key // the newest message when the view left the bottom

	selecting bool
	selected  model.Key
	// unfolded are the messages of which everything is shown; unfolds counts its changes.
	unfolded map[model.Key]bool
	unfolds  int
	// seeking is set while older messages are loaded to find the "new messages" line.
	seeking bool

	blocks map[*model.Message]*block
	rows   []string
	owners []int // the index of each visible row's message, -1 for none
	seen   chatKey
	atTop  bool
}

// chatKey is everything that the rows of the pane depend on.
type chatKey struct {
	look          *look
	conversation  *session.Conversation
	follow        bool
	anchor        model.Key
	hidden        int
	selecting     bool
	selected      model.Key
	unfolds       int
	width, height int
	today         date
	offline       bool
}

// open shows another conversation at its newest message.
func (p *chat) open(c *session.Conversation) {
	*p = chat{conversation: c, follow: true}
}

// update takes a newer picture of the open conversation.
func (p *chat) update(c *session.Conversation) { p.conversation = c }

func (p *chat) messages() []*model.Message {
	if p.conversation == nil {
		return nil
	}
	return p.conversation.Messages
}

// find returns the index of a message, -1 if it is gone. It is looked for where it was last, also counted from the end,
// because loading older messages moves all of them.
func (p *chat) find(key model.Key, guess int) int {
	messages := p.messages()
	for _, i := range []int{guess, guess + len(messages) - p.size} {
		if i >= 0 && i < len(messages) && messages[i].Key() == key {
			return i
		}
	}
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].Key() == key {
			return i
		}
	}
	return -1
}

// bottom returns the last visible message's index and its hidden rows.
func (p *chat) bottom() (index, hidden int) {
	last := len(p.messages()) - 1
	if p.follow {
		return last, 0
	}
	i := p.find(p.anchor, p.index)
	if i < 0 {
		p.follow = true
		return last, 0
	}
	p.index, p.size = i, len(p.messages())
	return i, p.hidden
}

// canvas is where and how messages are drawn.
type canvas struct {
	look          *look
	width, height int
	today         date
	offline       bool // nothing more can be loaded now
}

// block returns the drawing of message i. Index -1 is the line above the first message.
func (p *chat) block(cv canvas, i int) *block {
	if i < 0 {
		return &block{rows: []string{p.top(cv)}}
	}
	m := p.messages()[i]
	key := p.blockKey(cv, i)
	if found := p.blocks[m]; found != nil && found.key == key {
		return found
	}
	if p.blocks == nil || len(p.blocks) > maxBlocks {
		p.blocks = make(map[*model.Message]*block, maxBlocks/4)
	}
	drawn := &block{key: key, rows: drawBlock(p.conversation, &key)}
	p.blocks[m] = drawn
	return drawn
}

func (p *chat) blockKey(cv canvas, i int) blockKey {
	c, m := p.conversation, p.messages()[i]
	key := blockKey{look: cv.look, message: m, width: cv.width, style: styleCustomer}
	var previous *model.Message
	if i > 0 {
		previous = p.messages()[i-1]
	}
	key.name = senderName(cv.look, m, c)
	if c.ID.Kind() == model.KindGroup {
		key.role, key.style = p.role(cv.look, m)
	}
	at := m.Time().In(cv.look.zone)
	day := dateOf(at)
	fresh := previous == nil
	key.first = fresh
	if previous != nil {
		before := previous.Time().In(cv.look.zone)
		fresh = previous.Sender != m.Sender || quiet(previous) || at.Unix()/60 != before.Unix()/60
		if dateOf(before) != day {
			key.day, key.today = day, cv.today
		}
	} else {
		key.day, key.today = day, cv.today
	}
	if p.divides(previous, m) {
		key.divider = c.DividerUnread
	}
	key.head = fresh || key.day != 0 || key.divider > 0 || m.MentionsUser(cv.look.self)
	if m.MentionsUser(cv.look.self) {
		key.own = strings.Join(ownNames(cv.look, c, m), "\n")
	}
	key.selected = p.selecting && m.Key() == p.selected
	key.unfolded = len(p.unfolded) > 0 && p.unfolded[m.Key()]
	if m.Sender == cv.look.self {
		key.receipt = receiptOf(c, m)
	}
	return key
}

// role returns the role word and style of a message's sender.
func (p *chat) role(k *look, m *model.Message) (string, styleName) {
	c := p.conversation
	if m.Sender == k.self && c.RoleKnown {
		return roleWords[c.Role], roleStyle(c.Role)
	}
	member, ok := c.Members[m.Sender]
	if !ok {
		return "", styleCustomer
	}
	return roleWords[member.BusinessRole()], roleStyle(member.BusinessRole())
}

// divides reports whether the "new messages" line stands between two messages.
func (p *chat) divides(previous, m *model.Message) bool {
	c := p.conversation
	if c.Divider < 0 || c.DividerUnread <= 0 || m.State != model.Sent || m.Position() <= c.Divider {
		return false
	}
	if previous == nil {
		return c.Complete
	}
	return previous.State == model.Sent && previous.Position() <= c.Divider
}

func receiptOf(c *session.Conversation, m *model.Message) receiptState {
	if c.ID.Kind() != model.KindGroup {
		return receiptState{peer: true, peerRead: m.PeerRead, asked: m.NeedReceipt}
	}
	if !m.NeedReceipt || m.State != model.Sent {
		return receiptState{}
	}
	r := c.Receipts[m.Sequence]
	return receiptState{asked: true, read: r.ReadCount, total: r.Total()}
}

// top is the line above the first loaded message.
func (p *chat) top(cv canvas) string {
	k, c := cv.look, p.conversation
	label := k.words.OlderHint
	style := styleQuiet
	switch {
	case c.Loading:
		label = k.words.LoadingOlder
	case c.LoadError != "":
		label, style = fmt.Sprintf(k.words.OlderFailedF, clean(c.LoadError)), styleError
	case c.Complete:
		label = k.words.Beginning
	}
	return k.Center(k.paint(style, k.Truncate(label, max(0, cv.width-4))), cv.width)
}

// render returns exactly height rows of width columns.
func (p *chat) render(cv canvas) []string {
	key := chatKey{
		look: cv.look, conversation: p.conversation, follow: p.follow, anchor: p.anchor, hidden: p.hidden,
		selecting: p.selecting, selected: p.selected, unfolds: p.unfolds,
		width: cv.width, height: cv.height, today: cv.today, offline: cv.offline,
	}
	if p.rows != nil && p.seen == key {
		return p.rows
	}
	p.seen = key
	p.rows, p.owners = p.draw(cv)
	return p.rows
}

func (p *chat) draw(cv canvas) (rows []string, owners []int) {
	k, c := cv.look, p.conversation
	if len(c.Messages) == 0 {
		return k.paragraph(p.emptyWords(cv), cv.width, cv.height), nil
	}
	height := cv.height
	if !p.follow && height > 1 {
		height--
	}
	rows, owners = make([]string, cv.height), make([]int, cv.height)
	at := height
	i, hidden := p.bottom()
	for ; at > 0 && i >= -1; i-- {
		lines := p.block(cv, i).rows
		for n := len(lines) - 1 - hidden; n >= 0 && at > 0; n-- {
			at--
			rows[at], owners[at] = lines[n], i
		}
		hidden = 0
	}
	// A short conversation stands at the top.
	copy(rows, rows[at:height])
	copy(owners, owners[at:height])
	for n := height - at; n < cv.height; n++ {
		rows[n], owners[n] = text.Spaces(cv.width), -1
	}
	p.atTop = i < -1
	if !p.follow && cv.height > 1 {
		rows[cv.height-1] = p.below(cv, owners[0])
	}
	return rows, owners
}

func (p *chat) emptyWords(cv canvas) string {
	k, c := cv.look, p.conversation
	switch {
	case cv.offline && !c.Loading && !c.Complete:
		return k.words.NotHereOffline
	case c.LoadError != "":
		return fmt.Sprintf(k.words.OlderFailedF, clean(c.LoadError))
	case c.Loading || !c.Complete && c.LastSequence > 0:
		return k.words.LoadingOlder
	default:
		return k.words.NoMessages
	}
}

// below is the last row while the view is scrolled up: how many new messages wait at the end, or which day the first
// visible message is of.
func (p *chat) below(cv canvas, first int) string {
	k := cv.look
	if n := p.arrived(k.self); n > 0 {
		return k.Center(k.paint(styleDot, fmt.Sprintf(k.words.NewBelowF, count(n))), cv.width)
	}
	label := k.words.BackToEnd
	if messages := p.messages(); first >= 0 && first < len(messages) {
		if day := dateOf(messages[first].Time().In(k.zone)); day != cv.today {
			label = k.dayLabel(day, cv.today) + k.glyphs.separator + label
		}
	}
	return k.Center(k.paint(styleQuiet, k.Truncate(label, max(0, cv.width-4))), cv.width)
}

// arrived counts the messages of others that came after the view left the bottom, a hundred at most.
func (p *chat) arrived(self string) int {
	messages, n := p.messages(), 0
	for i := len(messages) - 1; i >= 0 && n < 100; i-- {
		if messages[i].Key() == p.newest {
			return n
		}
		if messages[i].Counts(self) {
			n++
		}
	}
	return n
}
