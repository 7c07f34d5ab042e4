package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"reddot/model"
	"reddot/session"
	"reddot/ui/pinyin"
)

const (
	// completionRows is the most rows of the list above the input.
	completionRows = 6
	// queryBytes bounds what may still be meant as a name behind an @.
	queryBytes = 48
	// slashColumns is the width of the column of commands.
	slashColumns = 11
)

// completion offers the members that the @ before the caret may mean, in a list above the input.
type completion struct {
	on bool
	// at is the offset of the @, closed that of one whose list the user closed, -1 for none.
	at, closed     int
	found          []candidate
	cursor, offset int
	ranker
}

// ranker says how well names fit what is typed; it remembers their initials.
type ranker struct {
	initials map[string]string
}

// candidate is a line of the list: one member, all of a role, or everybody, which has no users.
type candidate struct {
	users []string
	role  model.Role
	// label names a role with its number or everybody, "" for a member.
	label string
	rank  int
	// command is set for a line of the list of commands, which has nothing else.
	command *command
}

// complete opens, updates or closes the list for what stands before the caret.
func (m *Model) complete() {
	p, c := &m.completion, m.conversation()
	if found := commandsFor(m.input.text, m.input.caret); len(found) > 0 {
		p.offerCommands(found)
		return
	}
	at, query, ok := mentionBefore(m.input.text, m.input.caret)
	if !ok || c == nil || c.Group == nil {
		p.on, p.closed = false, -1
		return
	}
	if at == p.closed {
		return
	}
	if !p.on || p.at != at {
		p.cursor, p.offset = 0, 0
	}
	p.closed = -1
	p.at, p.found = at, p.candidates(c, m.look.self, strings.ToLower(query))
	p.on = len(p.found) > 0 && !writtenOut(c, p.found, query)
	p.cursor = max(0, min(p.cursor, len(p.found)-1))
}

// offerCommands shows the commands that what is typed may become, unless the user closed their list.
func (p *completion) offerCommands(found []candidate) {
	if p.closed == 0 {
		return
	}
	p.on, p.at, p.closed, p.found = true, 0, -1, found
	p.cursor, p.offset = min(p.cursor, len(found)-1), 0
}

// mentionBefore returns the @ before the caret and what is typed behind it. An @ within a Latin word is an address.
func mentionBefore(s string, caret int) (at int, query string, ok bool) {
	at = strings.LastIndexAny(s[:caret], "@＠")
	if at < 0 || at > 0 && latin(s[at-1]) {
		return 0, "", false
	}
	query = strings.TrimPrefix(strings.TrimPrefix(s[at:caret], "@"), "＠")
	if len(query) > queryBytes || strings.ContainsAny(query, " \n　，。！？,;") {
		return 0, "", false
	}
	return at, query, true
}

// writtenOut reports that nothing is left to complete: Enter then sends.
func writtenOut(c *session.Conversation, found []candidate, query string) bool {
	if len(found) != 1 {
		return false
	}
	one := found[0]
	return one.label == query || one.label == "" && userName(one.users[0], nil, c) == query
}

// candidates returns who may be meant, the likeliest first.
func (p *completion) candidates(c *session.Conversation, self, query string) []candidate {
	var found []candidate
	staff := map[model.Role][]string{}
	for _, user := range recentFirst(c, self) {
		member := c.Members[user]
		role := member.BusinessRole()
		if role != model.RoleCustomer {
			staff[role] = append(staff[role], user)
		}
		if rank := p.rank(user, userName(user, nil, c), roleWords[role], query); rank >= 0 {
			found = append(found, candidate{users: []string{user}, role: role, rank: rank})
		}
	}
	for _, role := range []model.Role{model.RoleAnchor, model.RoleAssistant, model.RoleGuide} {
		users, word := staff[role], roleWords[role]
		if len(users) < 2 {
			continue
		}
		group := candidate{users: users, role: role, label: fmt.Sprintf("%s × %d", word, len(users)), rank: len(ranks)}
		switch {
		case query == "":
			found = append(found, group)
		case strings.HasPrefix(word, query) || strings.HasPrefix(p.initialsOf(word), query):
			group.rank = -1
			found = append(found, group)
		}
	}
	if mayCallAll(c) && (strings.HasPrefix(everybody, query) || strings.HasPrefix(p.initialsOf(everybody), query)) {
		found = append(found, candidate{label: everybody, rank: len(ranks) + 1})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	return found
}

// ranks are the ways in which a name may hold what was typed, the most literal first.
var ranks = []func(name, initials, user, role, query string) bool{
	func(name, _, _, _, query string) bool { return strings.HasPrefix(name, query) },
	func(_, initials, _, _, query string) bool { return strings.HasPrefix(initials, query) },
	func(name, _, _, _, query string) bool { return strings.Contains(name, query) },
	func(_, initials, _, _, query string) bool { return strings.Contains(initials, query) },
	func(_, _, user, _, query string) bool { return strings.HasPrefix(user, query) },
	func(_, _, _, role, query string) bool { return strings.HasPrefix(role, query) },
}

// rank says how well a member fits what was typed, 0 the best, -1 not at all.
func (p *ranker) rank(user, name, role, query string) int {
	if query == "" {
		return 0
	}
	name = strings.ToLower(name)
	return rankOf(name, p.initialsOf(name), strings.ToLower(user), role, query)
}

// rankOf returns the first of the ranks that fits, -1 if none does. All that is compared is in small letters.
func rankOf(name, initials, user, role, query string) int {
	return slices.IndexFunc(ranks, func(fits func(name, initials, user, role, query string) bool) bool {
		return fits(name, initials, user, role, query)
	})
}

func (p *ranker) initialsOf(name string) string {
	found, ok := p.initials[name]
	if !ok {
		found = pinyin.Initials(name)
		if p.initials == nil {
			p.initials = map[string]string{}
		}
		p.initials[name] = found
	}
	return found
}

// recentFirst returns the members of a group: those who spoke lately first, then the others by role and name.
func recentFirst(c *session.Conversation, self string) []string {
	seen := map[string]bool{self: true}
	var users []string
	oldest := max(0, len(c.Messages)-speakerMessages)
	for i := len(c.Messages) - 1; i >= oldest; i-- {
		user := c.Messages[i].Sender
		if _, known := c.Members[user]; known && !seen[user] {
			seen[user] = true
			users = append(users, user)
		}
	}
	var others []string
	for user := range c.Members {
		if !seen[user] {
			others = append(others, user)
		}
	}
	return append(users, byRole(c, others)...)
}

// byRole returns users by role, the shop's people first, and name, Chinese ones by the alphabet of their pinyin.
func byRole(c *session.Conversation, users []string) []string {
	type person struct {
		role                model.Role
		letters, name, user string
	}
	people := make([]person, len(users))
	for i, user := range users {
		name := userName(user, nil, c)
		people[i] = person{c.Members[user].BusinessRole(), pinyin.Initials(name), name, user}
	}
	slices.SortFunc(people, func(a, b person) int {
		return cmp.Or(
			cmp.Compare(b.role, a.role), cmp.Compare(a.letters, b.letters), cmp.Compare(a.name, b.name), cmp.Compare(a.user, b.user),
		)
	})
	sorted := make([]string, len(people))
	for i, one := range people {
		sorted[i] = one.user
	}
	return sorted
}

// completionKey performs a key of the list; false leaves it to the input.
func (m *Model) completionKey(does action) bool {
	p := &m.completion
	switch does {
	case actionComplete:
		m.take(p.cursor)
	case actionUp:
		p.cursor = (p.cursor + len(p.found) - 1) % len(p.found)
	case actionDown:
		p.cursor = (p.cursor + 1) % len(p.found)
	case actionBack:
		p.on, p.closed = false, p.at
	default:
		return false
	}
	return true
}

// take puts a line of the list into the input.
func (m *Model) take(i int) {
	p := &m.completion
	if i < 0 || i >= len(p.found) {
		return
	}
	p.on = false
	if c := p.found[i].command; c != nil {
		m.input.cut(0, m.input.caret)
		m.input.insert("/" + c.name + " ")
		return
	}
	if users := p.found[i].users; len(users) > 0 {
		if more := len(users) - mostMentions; more > 0 {
			m.flash = flash{text: fmt.Sprintf(m.look.words.MentionedF, mostMentions, more), sticky: true}
			users = users[:mostMentions]
		}
		m.mention(p.at, users)
		return
	}
	m.input.cut(p.at, m.input.caret)
	m.input.insert("@" + everybody + " ")
}

// visible returns how many lines of the list are shown in a pane with room for so many rows of messages.
func (p *completion) visible(room int) int { return max(0, min(len(p.found), completionRows, room-1)) }

// line returns the line of the list that stands a number of rows above the last one, -1 if none does.
func (p *completion) line(above, room int) int {
	visible := p.visible(room)
	if !p.on || above < 0 || above >= visible {
		return -1
	}
	return p.offset + visible - 1 - above
}

func (one *candidate) line(k *look, c *session.Conversation) string {
	switch {
	case one.command != nil:
		return k.paint(styleKey, k.PadRight("/"+one.command.name, slashColumns)) + one.command.says(k.words)
	case one.label != "":
		return k.paint(roleStyle(one.role), one.label)
	default:
		return personName(k, c, one.users[0])
	}
}

// render draws the list over the end of the messages, in at most room rows.
func (p *completion) render(k *look, c *session.Conversation, width, room int) []string {
	visible := p.visible(room)
	if visible < 1 {
		return nil
	}
	p.offset = min(max(p.offset, p.cursor-visible+1), p.cursor)
	title := k.words.MentionTitle
	if p.found[0].command != nil {
		title = k.words.CommandTitle
	}
	rows := []string{k.Fit("  "+k.rule(styleLine, title, max(0, width-4)), width)}
	for i := p.offset; i < p.offset+visible && i < len(p.found); i++ {
		one := p.found[i]
		line := one.line(k, c)
		mark := k.cursorMark(i == p.cursor)
		rows = append(rows, k.Fit("  "+mark+k.Truncate(line, max(0, width-6)), width))
	}
	return rows
}
