package ui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

const (
	// offerRows is the most people that are offered at once, most the most that are looked for.
	offerRows  = 5
	mostOffers = 50
)

// person is somebody whom the user knows: a member of some group, or the other side of a conversation.
type person struct {
	user, name     string
	lower, letters string // the name as it is compared
	role           model.Role
}

// directory is everybody whom the user knows, by name.
type directory struct {
	people []person
	byID   map[string]int
}

// directoryMsg brings the people that a form completes, and whom the service told of for it.
type directoryMsg struct {
	form   *form
	people *directory
	told   outsiders
}

// mostUnopened is the most groups that are asked who is in them for a form.
const mostUnopened = 12

// gatherPeople collects everybody whom a form may be about: those who are known already, and the members of groups that
// were not opened yet. It is a command, because a shop knows many people.
func (m *Model) gatherPeople(f *form) tea.Cmd {
	v, groups, ctx, told := m.view, m.groups, m.ctx, m.outsiders
	known := func() tea.Msg { return directoryMsg{f, newDirectory(v, told), nil} }
	unopened := told.unopened(v, mostUnopened, func(*session.Conversation) bool { return true })
	if groups == nil || len(unopened) == 0 {
		return known
	}
	return tea.Batch(known, func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askTimeout)
		defer cancel()
		all, _ := told.with(ctx, groups, unopened) // who is not found can still be typed by id
		return directoryMsg{f, newDirectory(v, all), all}
	})
}

// gathered gives people to the form that asked for them.
func (m *Model) gathered(msg directoryMsg) {
	msg.form.offer.learn(msg.people)
	if len(msg.told) > len(m.outsiders) {
		m.outsiders = msg.told
	}
}

// newDirectory collects the people of a picture, and those of groups whose members were asked for.
func newDirectory(v *session.View, others outsiders) *directory {
	found := map[string]person{}
	add := func(member model.Member, name string) {
		if known, ok := found[member.User]; !ok || known.role < member.BusinessRole() {
			found[member.User] = person{user: member.User, name: name, role: member.BusinessRole()}
		}
	}
	for _, c := range v.Conversations {
		if c.Group == nil {
			add(model.Member{User: c.ID.Target()}, nameOf(c))
			continue
		}
		for user, member := range c.Members {
			add(member, userName(user, nil, c))
		}
		for _, member := range others[c.ID] {
			add(member, clean(member.DisplayName()))
		}
	}
	delete(found, v.Self.User)
	d := &directory{byID: make(map[string]int, len(found))}
	names := ranker{}
	for _, p := range found {
		p.lower = strings.ToLower(p.name)
		p.letters = names.initialsOf(p.lower)
		d.people = append(d.people, p)
	}
	slices.SortFunc(d.people, func(a, b person) int {
		return cmp.Or(cmp.Compare(b.role, a.role), cmp.Compare(a.letters, b.letters), cmp.Compare(a.user, b.user))
	})
	for i, p := range d.people {
		d.byID[p.user] = i
	}
	return d
}

// search returns those whom a query may mean, the likeliest first.
func (d *directory) search(query string) []person {
	if d == nil {
		return nil
	}
	type match struct{ rank, at int }
	var found []match
	for i, p := range d.people {
		if rank := rankOf(p.lower, p.letters, strings.ToLower(p.user), roleWords[p.role], query); rank >= 0 {
			found = append(found, match{rank, i})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.rank, b.rank) })
	found = found[:min(len(found), mostOffers)]
	people := make([]person, len(found))
	for i, m := range found {
		people[i] = d.people[m.at]
	}
	return people
}

// offer completes the name before the caret of a field of users.
type offer struct {
	known *directory
	on    bool
	from  int // where the name begins
	found []person
	pages pages
}

// resolve puts the id in the place of a name that only one person has.
func (o *offer) resolve(members []model.NewMember) []model.NewMember {
	if o.known == nil {
		return members
	}
	for i, member := range members {
		if _, isID := o.known.byID[member.User]; isID {
			continue
		}
		var named []string
		for _, p := range o.known.people {
			if p.name == member.User {
				named = append(named, p.user)
			}
		}
		if len(named) == 1 {
			members[i].User = named[0]
		}
	}
	return members
}

// learn takes the larger of two directories: they may arrive in either order.
func (o *offer) learn(people *directory) {
	if o.known == nil || len(people.people) >= len(o.known.people) {
		o.known = people
	}
}

// complete opens, updates or closes the list for what stands before the caret.
func (o *offer) complete(one *field) {
	before := one.input.text[:one.input.caret]
	o.from = strings.LastIndexAny(before, " \n,;、，") + 1
	if o.from > 0 && before[o.from-1] >= 0x80 {
		o.from = text.Next(before, text.Snap(before, o.from-1))
	}
	query := strings.ToLower(strings.TrimLeft(before[o.from:], "@＠"))
	o.pages, o.on = pages{}, false
	if query == "" || strings.Contains(query, ":") {
		return
	}
	o.found = o.known.search(query)
	written := len(o.found) == 1 && o.found[0].user == query
	o.on = len(o.found) > 0 && !written
}

// key performs a key of the list; false leaves it to the form.
func (o *offer) key(does action, one *field) bool {
	switch does {
	case actionNextPane, actionSend:
		one.input.cut(o.from, one.input.caret)
		one.input.insert(o.found[o.pages.cursor].user + " ")
	case actionUp, actionDown:
		o.pages.move(does, len(o.found))
		return true
	case actionBack:
	default:
		return false
	}
	o.on = false
	return true
}

// render draws the list below the field.
func (o *offer) render(k *look, indent, room int) []string {
	o.pages.fit(len(o.found), 0, offerRows)
	var rows []string
	for i := o.pages.top; i < min(len(o.found), o.pages.top+offerRows); i++ {
		p, mark := o.found[i], k.cursorMark(i == o.pages.cursor)
		line := k.paint(roleStyle(p.role), roleWords[p.role]+" "+p.name) + "  " + k.paint(styleQuiet, clean(p.user))
		rows = append(rows, text.Spaces(indent)+mark+k.Truncate(line, max(2, room-2)))
	}
	return rows
}

// names says whom the ids in a text mean, "" if nobody is known among them.
func (o *offer) names(k *look, s string) string {
	if o.known == nil {
		return ""
	}
	var names []string
	for _, member := range membersOf(s) {
		if i, ok := o.known.byID[member.User]; ok {
			names = append(names, o.known.people[i].name)
		}
	}
	return strings.Join(names, k.words.Listing)
}
