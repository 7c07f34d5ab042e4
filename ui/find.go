package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// mostFound is the most groups that a search asks for.
const mostFound = 30

// finder looks for groups by id, link or a part of their name, and joins them.
type finder struct {
	board
	query    input
	searched string // the query that found is the answer to
	found    []model.Group
	pages    pages
}

func (m *Model) openFind(query string) tea.Cmd {
	p := &finder{}
	p.query.set(oneLine(query))
	m.openPanel(p)
	if p.query.text == "" {
		return nil
	}
	return p.search(m)
}

func (p *finder) title(m *Model) string { return m.look.words.FindTitle }

func (p *finder) scope() scope { return scopeForm }

func (p *finder) unsaved() bool { return false }

func (p *finder) insert(_ *Model, s string) { p.query.insert(oneLine(s)) }

func (p *finder) hint(m *Model) string {
	if p.fresh() && len(p.found) > 0 {
		return m.look.words.FoundHint
	}
	return m.look.words.FindHint
}

// fresh says whether what was found answers what stands in the query.
func (p *finder) fresh() bool {
	return p.searched != "" && p.searched == strings.TrimSpace(p.query.text)
}

func (p *finder) key(m *Model, does action, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch does {
	case actionSend, actionSubmit:
		if p.fresh() && p.pages.cursor < len(p.found) {
			return m.chooseFound(p, p.found[p.pages.cursor]), true
		}
		return p.search(m), true
	case actionUp, actionDown, actionPageUp, actionPageDown:
		p.pages.move(does, len(p.found))
	case noAction:
		p.query.insert(typed(key))
	case actionDeleteBack, actionDeleteForward, actionDeleteWord, actionClear, actionRestore, actionLeft, actionRight,
		actionWordLeft, actionWordRight, actionLineStart, actionLineEnd:
		p.query.edit(does)
	default:
		return nil, false
	}
	return nil, true
}

// search asks for the group of an id and for groups of a name.
func (p *finder) search(m *Model) tea.Cmd {
	query := strings.TrimSpace(p.query.text)
	if query == "" || p.busy != "" {
		return nil
	}
	id := model.GroupIDIn(query)
	isLink, v := id != query && id != "", m.view
	return ask(m, p, m.look.words.Searching, askTimeout,
		func(ctx context.Context, groups session.Groups) (finding, error) {
			found, err := findGroups(ctx, groups, id, query, isLink)
			if own := ownGroups(v, query); err != nil && len(own) > 0 {
				return finding{own, err}, nil
			}
			return finding{found, nil}, err
		},
		func(f finding) tea.Cmd {
			p.searched, p.found, p.pages = query, f.groups, pages{}
			switch {
			case f.problem != nil:
				p.fail(fmt.Sprintf(m.look.words.OnlyOwnF, troubleText(m.look, f.problem)))
			case len(f.groups) == 0:
				p.tell(fmt.Sprintf(m.look.words.NoSuchGroupF, clean(query)))
			}
			return nil
		})
}

// finding is what was found; with a problem it is only what the user is in.
type finding struct {
	groups  []model.Group
	problem error
}

// ownGroups returns the groups of the user with a part of a name: not every service can be asked for those.
func ownGroups(v *session.View, query string) []model.Group {
	var own []model.Group
	for _, c := range v.Conversations {
		if c.Group != nil && strings.Contains(strings.ToLower(c.Name), strings.ToLower(query)) && len(own) < mostFound {
			own = append(own, *c.Group)
		}
	}
	return own
}

// findGroups looks by id first, then by name; one of both may be refused if the other finds something.
func findGroups(ctx context.Context, groups session.Groups, id, query string, onlyID bool) ([]model.Group, error) {
	var found []model.Group
	var problem error
	if id != "" {
		found, problem = groups.FindGroups(ctx, []string{id})
	}
	if onlyID {
		return found, problem
	}
	named, err := groups.SearchGroups(ctx, query, mostFound)
	for _, g := range named {
		if !slices.ContainsFunc(found, func(known model.Group) bool { return known.ID == g.ID }) {
			found = append(found, g)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if problem == nil {
		problem = err
	}
	return nil, problem
}

func (p *finder) lines() (*pages, int) { return &p.pages, len(p.found) }

func (p *finder) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	label := "  " + m.look.words.FindLabel + " " + k.glyphs.prompt + " "
	room := max(4, width-k.Width(label)-3)
	before := k.TruncateLeft(p.query.text[:p.query.caret], room)
	rows := []string{label + before + k.Normalize(p.query.text[p.query.caret:]), ""}
	at := &place{k.Width(label) + k.Width(before), 0}
	if p.searched == "" {
		for _, line := range k.Wrap(k.words.FindHelp, max(4, width-4)) {
			rows = append(rows, "  "+k.paint(styleQuiet, line))
		}
		return rows[:min(len(rows), height)], at
	}
	facts := min(8, max(0, (height-len(rows))/2))
	p.pages.fit(len(p.found), len(rows), height-len(rows)-facts)
	for i := p.pages.top; i < len(p.found) && i < p.pages.top+p.pages.visible; i++ {
		rows = append(rows, p.line(m, i, width))
	}
	if p.pages.cursor < len(p.found) && facts > 0 {
		rows = append(rows, "")
		rows = append(rows, foundFacts(k, &p.found[p.pages.cursor], width-6)...)
	}
	return rows[:min(len(rows), height)], at
}

func (p *finder) line(m *Model, i, width int) string {
	k, g := m.look, &p.found[i]
	mark := k.cursorMark(i == p.pages.cursor)
	state := k.paint(styleQuiet, k.words.NotIn)
	switch {
	case m.inGroup(g):
		state = k.paint(styleOnline, k.words.YouAreIn)
	case m.applied.has(g.ID):
		state = k.words.AwaitsApproval
	}
	left := "  " + mark + groupName(g) + k.paint(styleQuiet, "   "+groupFacts(k, g))
	return k.spread(left, state+"  ", width)
}

// inGroup says whether the user is a member, as the service says or the list shows.
func (m *Model) inGroup(g *model.Group) bool {
	return m.view.ByID[model.GroupConversation(g.ID)] != nil || g.SelfRole != "" && g.SelfRole != model.NotMember
}

// foundFacts is what anybody may know of a group.
func foundFacts(k *look, g *model.Group, width int) []string {
	var rows []string
	add := func(label, value string) {
		if value = clean(value); value != "" {
			lines := k.Wrap(value, max(4, width-labelColumns))
			for i, line := range lines[:min(len(lines), noticeRows)] {
				lead := text.Spaces(labelColumns)
				if i == 0 {
					lead = k.Fit(k.paint(styleQuiet, label), labelColumns)
				}
				rows = append(rows, "    "+lead+line)
			}
		}
	}
	add(k.words.IDLabel, g.ID)
	add(k.words.OwnerLabel, g.Owner)
	add(k.words.IntroLabel, g.Introduction)
	add(k.words.AnnouncementLabel, g.Notification)
	if g.Join != "" {
		add(k.words.JoinLabel, k.words.JoinOptions[g.Join])
	}
	return rows
}

// chooseFound opens a group that the user is in, and asks to join another one.
func (m *Model) chooseFound(p *finder, g model.Group) tea.Cmd {
	w := m.look.words
	switch {
	case m.inGroup(&g):
		m.panels = nil
		m.toOpen = model.GroupConversation(g.ID)
		m.openAwaited()
		return nil
	case g.Type == model.Work:
		p.fail(w.JoinByInvitation)
		return nil
	case g.Join == model.JoinClosed:
		p.fail(w.JoinIsClosed)
		return nil
	case g.Type == model.Public && g.Join != model.JoinFree:
		m.openPanel(newForm(
			fmt.Sprintf(w.JoinTitleF, groupName(&g)), w.JoinButton,
			func(m *Model, f *form) tea.Cmd { return m.join(f, g, f.field("message").value()) },
			&field{name: "message", label: w.MessageLabel, help: w.JoinHelp, limit: model.GroupNotificationBytes, rows: 3},
		))
		return nil
	}
	return m.join(p, g, "")
}

// join asks to be taken in. The panels close when that is decided or waits for others.
func (m *Model) join(about panel, g model.Group, message string) tea.Cmd {
	w := m.look.words
	return ask(m, about, w.Joining, askTimeout,
		func(ctx context.Context, groups session.Groups) (model.JoinState, error) {
			return groups.JoinGroup(ctx, g.ID, message)
		},
		func(state model.JoinState) tea.Cmd {
			showed := m.shows(about)
			if form, ok := about.(*form); ok {
				m.closePanel(form)
			}
			if state == model.AwaitsApproval {
				m.applied.add(g, m.view.GroupNotices)
				m.tellDone(m.panel(), fmt.Sprintf(w.AppliedF, groupName(&g)))
				return nil
			}
			m.applied.drop(g.ID)
			if showed {
				m.panels = nil
				m.toOpen = model.GroupConversation(g.ID)
				m.openAwaited()
			}
			m.flash = flash{text: fmt.Sprintf(w.JoinedF, groupName(&g))}
			return nil
		})
}

// applied are the groups that the user has asked to join since the start, and that have not answered.
type applied []application

// application is one of them, with the notices that were known when it was made: answers come later.
type application struct {
	model.Group
	before map[string]bool
}

func (a *applied) add(g model.Group, known []model.GroupNotice) {
	a.drop(g.ID)
	before := make(map[string]bool, len(known))
	for i := range known {
		before[known[i].ID] = true
	}
	*a = append(*a, application{g, before})
}

func (a *applied) has(id string) bool {
	return slices.ContainsFunc(*a, func(one application) bool { return one.ID == id })
}

func (a *applied) drop(id string) {
	*a = slices.DeleteFunc(*a, func(one application) bool { return one.ID == id })
}

// setView lets go of those that have answered.
func (a *applied) setView(v *session.View) {
	*a = slices.DeleteFunc(*a, func(one application) bool {
		return v.ByID[model.GroupConversation(one.ID)] != nil || slices.ContainsFunc(v.GroupNotices, func(n model.GroupNotice) bool {
			answer := n.Kind == model.NoticeAccepted || n.Kind == model.NoticeRejected
			return answer && n.GroupID == one.ID && !one.before[n.ID]
		})
	})
}
