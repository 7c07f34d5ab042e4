package ui

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// profile shows everything about a group. Who may changes a line of it in its place; who may not is told who could.
type profile struct {
	board
	group model.Group
	seen  *model.Group // the picture that was looked at last
	facts []profileLine
	pages pages
}

// profileLine is a fact, with how to change it, or something that can be done.
type profileLine struct {
	label, value string
	run          func() tea.Cmd
	// needs is the right that run needs, 0 for none.
	needs model.GroupAction
}

func (m *Model) openProfile(group *model.Group) tea.Cmd {
	p := &profile{group: *group, seen: group}
	p.list(m)
	m.openPanel(p)
	return p.refresh(m)
}

// refresh asks the service for the whole profile: a list of groups tells less.
func (p *profile) refresh(m *Model) tea.Cmd {
	if m.groups == nil {
		return nil
	}
	id := p.group.ID
	return ask(m, p, m.look.words.LoadingProfile, askTimeout,
		func(ctx context.Context, groups session.Groups) ([]model.Group, error) {
			return groups.FindGroups(ctx, []string{id})
		},
		func(found []model.Group) tea.Cmd {
			if len(found) == 1 {
				role := p.group.SelfRole
				p.group = found[0]
				if p.group.SelfRole == "" {
					p.group.SelfRole = role
				}
				p.list(m)
			}
			return nil
		})
}

// see takes over what others have changed.
func (p *profile) see(m *Model, back bool) tea.Cmd {
	if back && p.failed {
		return p.refresh(m)
	}
	c := m.view.ByID[model.GroupConversation(p.group.ID)]
	if c == nil || c.Group == nil || c.Group == p.seen {
		return nil
	}
	now, g := c.Group, &p.group
	p.seen = now
	g.Name, g.Notification, g.Introduction = now.Name, now.Notification, now.Introduction
	g.Owner, g.Members, g.SelfRole, g.AllMuted = now.Owner, now.Members, now.SelfRole, now.AllMuted
	p.list(m)
	return nil
}

// list makes the lines of the present group.
func (p *profile) list(m *Model) {
	k, g := m.look, &p.group
	w := k.words
	textLine := func(label, value string, limit, rows int, set func(*model.GroupEdit, string)) profileLine {
		return profileLine{label, clean(value), func() tea.Cmd { return p.editText(m, label, value, limit, rows, set) }, model.ActEditGroup}
	}
	p.facts = []profileLine{
		textLine(w.NameLabel, g.Name, model.GroupNameBytes, 1, func(e *model.GroupEdit, s string) { e.Name = &s }),
		textLine(w.AnnouncementLabel, g.Notification, model.GroupNotificationBytes, 4, func(e *model.GroupEdit, s string) { e.Notification = &s }),
		textLine(w.IntroLabel, g.Introduction, model.GroupIntroductionBytes, 4, func(e *model.GroupEdit, s string) { e.Introduction = &s }),
		textLine(w.FaceLabel, g.FaceURL, model.GroupFaceURLBytes, 1, func(e *model.GroupEdit, s string) { e.FaceURL = &s }),
		{w.TypeLabel, w.GroupTypes[g.Type] + k.glyphs.separator + w.TypeNotes[g.Type], nil, 0},
		{w.OwnerLabel, m.ownerName(g), nil, 0},
		{w.SizeLabel, p.size(k), func() tea.Cmd { return p.editMax(m) }, model.ActEditGroup},
		{w.RoleLabel, w.ServiceRoles[g.SelfRole], nil, 0},
	}
	if g.Type == model.Public || g.Join != "" {
		p.facts = append(p.facts, p.joinLine(m, w.JoinLabel, g.Join, func(e *model.GroupEdit, o model.JoinOption) { e.Join = &o }))
	}
	if g.Invite != "" {
		p.facts = append(p.facts, p.joinLine(m, w.InviteLabel, g.Invite, func(e *model.GroupEdit, o model.JoinOption) { e.Invite = &o }))
	}
	muted := w.No
	if g.AllMuted {
		muted = w.Yes
	}
	p.facts = append(p.facts,
		profileLine{w.MuteAllLabel, muted, func() tea.Cmd { return p.toggleMute(m) }, model.ActMuteAll},
		profileLine{w.IDLabel, clean(g.ID), nil, 0},
		profileLine{w.LinkLabel, model.GroupLinkPrefix + clean(g.ID), nil, 0},
	)
	if g.CreatedAt > 0 {
		p.facts = append(p.facts, profileLine{w.CreatedLabel, time.Unix(g.CreatedAt, 0).In(k.zone).Format("2006-01-02 15:04"), nil, 0})
	}
	p.facts = append(p.facts, p.actions(m)...)
}

// actions are the lines of what can be done to the group as a whole.
func (p *profile) actions(m *Model) []profileLine {
	w, g := m.look.words, &p.group
	do := func(a action) func() tea.Cmd { return func() tea.Cmd { return m.perform(a, g, "") } }
	return []profileLine{
		{"", w.DoMembers, do(actionMembers), 0},
		{"", w.DoInvite, do(actionInvite), model.ActInvite},
		{"", w.DoCard, do(actionNameCard), 0},
		{"", w.DoLeave, do(actionLeave), 0},
		{"", w.DoHandOver, do(actionHandOver), model.ActHandOver},
		{"", w.DoDestroy, do(actionDestroy), model.ActDestroy},
	}
}

func (p *profile) size(k *look) string {
	if p.group.MaxMembers == 0 {
		return fmt.Sprintf(k.words.MembersF, p.group.Members)
	}
	return fmt.Sprintf(k.words.MembersOfMaxF, p.group.Members, p.group.MaxMembers)
}

func (p *profile) joinLine(m *Model, label string, now model.JoinOption, set func(*model.GroupEdit, model.JoinOption)) profileLine {
	change := func() tea.Cmd {
		choice := m.joinField("value", label, now)
		return p.editField(m, choice, func(e *model.GroupEdit, value string) { set(e, model.JoinOption(value)) })
	}
	return profileLine{label, m.look.words.JoinOptions[now], change, model.ActEditGroup}
}

func (p *profile) editText(m *Model, label, value string, limit, rows int, set func(*model.GroupEdit, string)) tea.Cmd {
	f := &field{name: "value", label: label, limit: limit, rows: rows, required: limit == model.GroupNameBytes}
	return p.editField(m, f.fill(value), set)
}

func (p *profile) editMax(m *Model) tea.Cmd {
	w := m.look.words
	f := &field{name: "value", label: w.MaxLabel, kind: fieldNumber, required: true, help: w.MaxHelp}
	now := ""
	if p.group.MaxMembers > 0 {
		now = strconv.Itoa(p.group.MaxMembers)
	}
	return p.editField(m, f.fill(now), func(e *model.GroupEdit, s string) {
		if n, err := strconv.Atoi(s); err == nil {
			e.MaxMembers = &n
		}
	})
}

// editField asks for one value in a form of its own and changes the group by it.
func (p *profile) editField(m *Model, f *field, set func(*model.GroupEdit, string)) tea.Cmd {
	m.openPanel(newForm(groupName(&p.group), m.look.words.SaveButton, func(m *Model, asked *form) tea.Cmd {
		if !f.changed() {
			m.closePanel(asked)
			return nil
		}
		var edit model.GroupEdit
		set(&edit, f.value())
		return p.save(m, asked, edit)
	}, f))
	return nil
}

func (p *profile) toggleMute(m *Model) tea.Cmd {
	silent := !p.group.AllMuted
	return p.save(m, p, model.GroupEdit{MuteAll: &silent})
}

// save changes the group and shows it anew.
func (p *profile) save(m *Model, about panel, edit model.GroupEdit) tea.Cmd {
	id, w := p.group.ID, m.look.words
	return act(m, about, w.Saving,
		func(ctx context.Context, groups session.Groups) error { return groups.EditGroup(ctx, id, edit) },
		func() tea.Cmd {
			if about != panel(p) {
				m.closePanel(about)
			}
			if edit.Notification != nil {
				m.announcements.learn(model.GroupConversation(id), *edit.Notification)
			}
			cmd := p.refresh(m)
			m.tellDone(p, w.Saved)
			return cmd
		})
}

func (p *profile) title(m *Model) string { return groupName(&p.group) }

func (p *profile) scope() scope { return scopePanel }

func (p *profile) unsaved() bool { return false }

func (p *profile) insert(*Model, string) {}

func (p *profile) hint(m *Model) string {
	if p.pages.cursor < len(p.facts) && p.facts[p.pages.cursor].run == nil {
		return m.look.words.ProfileHint
	}
	return m.look.words.EditHint
}

func (p *profile) key(m *Model, does action, _ tea.KeyPressMsg) (tea.Cmd, bool) {
	switch does {
	case actionOpen:
		return p.choose(m), true
	case actionMembers:
		return m.openMembers(&p.group, ""), true
	}
	return nil, p.pages.move(does, len(p.facts))
}

func (p *profile) choose(m *Model) tea.Cmd {
	if p.pages.cursor >= len(p.facts) || p.busy != "" {
		return nil
	}
	line := p.facts[p.pages.cursor]
	if line.run == nil {
		return nil
	}
	if line.needs != 0 {
		if reason := m.refusal(&p.group, line.needs); reason != "" {
			p.fail(reason)
			return nil
		}
	}
	return line.run()
}

func (p *profile) draw(m *Model, width, height int) ([]string, *place) {
	var rows []string
	var facts []int // the fact on each row
	first, last := 0, 0
	for i := range p.facts {
		if i == p.pages.cursor {
			first = len(rows)
		}
		for _, row := range p.drawLine(m, i, width) {
			rows, facts = append(rows, row), append(facts, i)
		}
		if i == p.pages.cursor {
			last = len(rows)
		}
	}
	p.pages.visible = max(1, height/2)
	p.pages.top = max(0, min(p.pages.top, first, len(rows)-height), last-height)
	end := min(len(rows), p.pages.top+height)
	p.pages.rows = facts[p.pages.top:end]
	return rows[p.pages.top:end], nil
}

func (p *profile) lines() (*pages, int) { return &p.pages, len(p.facts) }

func (p *profile) drawLine(m *Model, i, width int) []string {
	k, line := m.look, p.facts[i]
	mark := k.cursorMark(i == p.pages.cursor)
	if line.label == "" {
		reason := ""
		if line.needs != 0 {
			reason = m.refusal(&p.group, line.needs)
		}
		row := "  " + menuLine(k, &menuItem{label: line.value, reason: reason}, i == p.pages.cursor, width-4)
		if p.facts[max(0, i-1)].label != "" {
			return []string{"", row}
		}
		return []string{row}
	}
	rows := k.Wrap(line.value, max(4, width-labelColumns-6))
	if line.value == "" {
		rows = []string{k.paint(styleQuiet, "-")}
	}
	rows = rows[:min(len(rows), toldRows)]
	for n, row := range rows {
		lead := text.Spaces(labelColumns)
		if n == 0 {
			lead = mark + k.Fit(k.paint(styleQuiet, line.label), labelColumns-2)
		}
		rows[n] = "  " + lead + row
	}
	return rows
}
