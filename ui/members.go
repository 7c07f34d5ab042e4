package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// memberList shows the members of a group, found by name, initials or id and filtered by role, and does things to those
// marked or under the cursor. Of thousands only the visible ones are drawn.
type memberList struct {
	board
	group model.Group
	// heading and pick are set while somebody other than the user is to be chosen: Enter then calls pick.
	heading string
	pick    func(model.Member)
	self    string

	all    []memberRow
	shown  []int // indexes of those that fit query and filter
	marked map[string]bool
	pages  pages

	query    input
	finding  bool
	filter   model.Role // RoleUnset for all
	complete bool       // all is what the service says, not what happened to be known
	size     int        // the number of members that the group had when they were asked for

	undo undo
	// left is to how many something is still to be done; stop ends that after the present step.
	left int
	stop bool
	// drawn caches the drawings of visible members by user.
	drawn map[string]memberLine
}

// memberRow is a member with their name as it is compared.
type memberRow struct {
	model.Member
	name, lower, letters string
	role                 model.Role
}

func (m *Model) openMembers(group *model.Group, query string) tea.Cmd {
	p := &memberList{group: *group}
	p.query.set(oneLine(strings.TrimLeft(query, "@＠")))
	return m.showMembers(p)
}

// pickMember shows the members to choose one.
func (m *Model) pickMember(group *model.Group, heading string, pick func(model.Member)) tea.Cmd {
	return m.showMembers(&memberList{group: *group, heading: heading, pick: pick, self: m.look.self})
}

// showMembers shows those who are known at once, and all as soon as the service has told.
func (m *Model) showMembers(p *memberList) tea.Cmd {
	p.marked, p.drawn = map[string]bool{}, map[string]memberLine{}
	m.openPanel(p)
	if c := m.view.ByID[model.GroupConversation(p.group.ID)]; c != nil {
		known := make([]model.Member, 0, len(c.Members))
		for _, member := range c.Members {
			if member.Role != "" && member.Role != model.NotMember {
				known = append(known, member)
			}
		}
		p.take(memberRows(known), false)
	}
	return p.load(m)
}

// reloadMembers is the largest group whose members are asked for again when somebody comes or goes.
const reloadMembers = 1000

// see asks again once somebody has come or gone.
func (p *memberList) see(m *Model, back bool) tea.Cmd {
	c := m.view.ByID[model.GroupConversation(p.group.ID)]
	if c == nil || c.Group == nil || p.busy != "" || m.groups == nil {
		return nil
	}
	grown := c.Group.Members != p.size && c.Group.Members <= reloadMembers
	if !grown && !(back && !p.complete) {
		return nil
	}
	return p.load(m)
}

func (p *memberList) load(m *Model) tea.Cmd {
	id := p.group.ID
	if c := m.view.ByID[model.GroupConversation(id)]; c != nil && c.Group != nil {
		p.size = c.Group.Members
	}
	return ask(m, p, m.look.words.LoadingMembers, longAskTimeout,
		func(ctx context.Context, groups session.Groups) ([]memberRow, error) {
			members, err := groups.MembersOf(ctx, id)
			return memberRows(members), err
		},
		func(rows []memberRow) tea.Cmd {
			p.take(rows, true)
			return nil
		})
}

// memberRows prepares members for being shown and found, the shop's people first.
func memberRows(members []model.Member) []memberRow {
	rows, names := make([]memberRow, len(members)), ranker{}
	for i, member := range members {
		name := cmp.Or(clean(member.DisplayName()), clean(member.User))
		lower := strings.ToLower(name)
		if nick := strings.ToLower(clean(member.Name)); nick != lower {
			lower += " " + nick
		}
		rows[i] = memberRow{member, name, lower, names.initialsOf(lower), member.BusinessRole()}
	}
	slices.SortFunc(rows, func(a, b memberRow) int {
		return cmp.Or(
			cmp.Compare(serviceRank(b.Role), serviceRank(a.Role)), cmp.Compare(b.role, a.role),
			cmp.Compare(a.letters, b.letters), cmp.Compare(a.User, b.User),
		)
	})
	return rows
}

func serviceRank(role model.ServiceRole) int {
	return slices.Index([]model.ServiceRole{model.Ordinary, model.Admin, model.Owner}, role)
}

// take shows other rows, with the cursor on the same member.
func (p *memberList) take(rows []memberRow, complete bool) {
	at := ""
	if row := p.current(); row != nil {
		at = row.User
	}
	if p.pick != nil {
		rows = slices.DeleteFunc(rows, func(row memberRow) bool { return row.User == p.self })
	}
	p.all, p.complete = rows, complete
	clear(p.drawn)
	p.search()
	for i, index := range p.shown {
		if p.all[index].User == at {
			p.pages.cursor = i
		}
	}
}

// search finds those who fit the query and the filter.
func (p *memberList) search() {
	query := strings.ToLower(strings.TrimSpace(p.query.text))
	p.shown = p.shown[:0]
	for i := range p.all {
		row := &p.all[i]
		if p.filter != model.RoleUnset && row.role != p.filter {
			continue
		}
		if query == "" || strings.Contains(row.lower, query) || strings.Contains(row.letters, query) ||
			strings.Contains(strings.ToLower(row.User), query) {
			p.shown = append(p.shown, i)
		}
	}
	p.pages.cursor = max(0, min(p.pages.cursor, len(p.shown)-1))
}

// current returns the row under the cursor, nil in an empty list.
func (p *memberList) current() *memberRow {
	if p.pages.cursor >= len(p.shown) || p.shown[p.pages.cursor] >= len(p.all) {
		return nil
	}
	return &p.all[p.shown[p.pages.cursor]]
}

// targets are those whom an action is for: everybody who is marked, else the one under the cursor.
func (p *memberList) targets() []memberRow {
	var rows []memberRow
	for _, row := range p.all {
		if p.marked[row.User] {
			rows = append(rows, row)
		}
	}
	if row := p.current(); len(rows) == 0 && row != nil {
		rows = append(rows, *row)
	}
	return rows
}

func (p *memberList) title(m *Model) string {
	w := m.look.words
	heading := p.heading
	if heading == "" {
		heading = fmt.Sprintf(w.MembersTitleF, groupName(&p.group), len(p.all))
	}
	if !p.complete && p.busy == "" {
		heading += w.OnlyKnown
	}
	if p.filter != model.RoleUnset {
		heading += m.look.glyphs.separator + fmt.Sprintf(w.OnlyRoleF, roleWords[p.filter], len(p.shown))
	}
	if len(p.marked) > 0 {
		heading += m.look.glyphs.separator + fmt.Sprintf(w.MarkedF, len(p.marked))
	}
	return heading
}

func (p *memberList) hint(m *Model) string {
	switch {
	case p.finding:
		return m.look.words.MemberFindHint
	case p.left > 0:
		return m.look.words.StopHint
	case p.pick != nil:
		return m.look.words.PickHint
	case p.undo.back != nil:
		return fmt.Sprintf(m.look.words.UndoHintF, p.undo.what) + m.look.words.MemberHint
	default:
		return m.look.words.MemberHint
	}
}

func (p *memberList) scope() scope {
	if p.finding {
		return scopeForm
	}
	return scopeMembers
}

func (p *memberList) unsaved() bool { return false }

func (p *memberList) insert(_ *Model, s string) {
	p.finding = true
	p.query.insert(oneLine(s))
	p.search()
}

func (p *memberList) key(m *Model, does action, key tea.KeyPressMsg) (tea.Cmd, bool) {
	if p.finding {
		return nil, p.findKey(does, key)
	}
	switch does {
	case actionBack:
		return nil, p.stepBack()
	case actionFind:
		p.finding = true
	case actionFilter:
		p.nextFilter()
	case actionMark, actionMarkAll:
		p.mark(does)
	case actionOpen:
		return p.open(m), true
	case actionMention, actionTalk, actionAdmin, actionRole, actionMute, actionNameCard, actionRemove, actionUndo:
		return m.memberAction(p, does), true
	default:
		return nil, p.pages.move(does, len(p.shown))
	}
	return nil, true
}

// stepBack stops what is being done, then takes marks, query and filter back one by one; false when there is none of them.
func (p *memberList) stepBack() bool {
	switch {
	case p.left > 0 && p.busy != "":
		p.stop = true
	case len(p.marked) > 0:
		clear(p.marked)
	case p.query.text != "":
		p.query.set("")
	case p.filter != model.RoleUnset:
		p.filter = model.RoleUnset
	default:
		return false
	}
	p.search()
	return true
}

func (p *memberList) findKey(does action, key tea.KeyPressMsg) bool {
	edits := p.query.edits
	switch does {
	case actionSend, actionBack, actionNextPane:
		p.finding = false
		if does == actionBack {
			p.query.set("")
		}
	case actionUp, actionDown, actionPageUp, actionPageDown:
		return p.pages.move(does, len(p.shown))
	case actionHelp, actionReconnect, actionSwitch:
		return false
	case actionNewLine:
	case noAction:
		p.query.insert(typed(key))
	default:
		p.query.edit(does)
	}
	if p.query.edits != edits {
		p.pages.cursor = 0
		p.search()
	}
	return true
}

// nextFilter shows the members of one role after the other, then all again.
func (p *memberList) nextFilter() {
	order := []model.Role{model.RoleUnset, model.RoleAnchor, model.RoleAssistant, model.RoleGuide, model.RoleCustomer}
	p.filter = order[(slices.Index(order, p.filter)+1)%len(order)]
	p.pages.cursor = 0
	p.search()
}

func (p *memberList) mark(does action) {
	if does == actionMark {
		if row := p.current(); row != nil && !p.marked[row.User] {
			p.marked[row.User] = true
		} else if row != nil {
			delete(p.marked, row.User)
		}
		p.pages.move(actionDown, len(p.shown))
		return
	}
	if len(p.marked) > 0 {
		clear(p.marked)
		return
	}
	for _, i := range p.shown {
		p.marked[p.all[i].User] = true
	}
}

// open chooses somebody, or lists what can be done with those marked.
func (p *memberList) open(m *Model) tea.Cmd {
	row := p.current()
	switch {
	case row == nil:
		return nil
	case p.pick != nil:
		p.pick(row.Member)
		return nil
	}
	m.openMemberMenu(p)
	return nil
}
