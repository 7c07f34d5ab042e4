package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// openLeave asks before the user leaves a group. An owner who cannot is offered what they can do instead.
func (m *Model) openLeave(group *model.Group) tea.Cmd {
	w, name := m.look.words, groupName(group)
	if m.groups == nil {
		m.flash = flash{w.GroupsNotHere, true}
		return nil
	}
	switch refusal := m.groups.MayDo(group, model.ActQuit); refusal {
	case model.Allowed:
	case model.OwnerMustHandOver:
		m.openPanel(&menu{heading: fmt.Sprintf(w.LeaveTitleF, name), about: []string{w.OwnerMustHandOver}, items: []menuItem{
			{label: w.DoHandOver, reason: m.refusal(group, model.ActHandOver), run: func() tea.Cmd { return m.openHandOver(group, "") }},
			{label: w.DoDestroy, reason: m.refusal(group, model.ActDestroy), run: func() tea.Cmd { return m.openDestroy(group) }},
			{label: w.Cancel, run: func() tea.Cmd { return nil }},
		}})
		return nil
	default:
		m.flash = flash{m.refusal(group, model.ActQuit), true}
		return nil
	}
	lines := []string{w.LeaveLoses}
	if group.Type == model.Work && group.Owner == m.look.self {
		lines = append(lines, w.LeaveOwnerless)
	}
	m.confirm(fmt.Sprintf(w.LeaveTitleF, name), lines, w.LeaveButton, true, func() tea.Cmd {
		return m.endGroup(m.panel(), w.Leaving, fmt.Sprintf(w.LeftF, name), func(ctx context.Context, groups session.Groups) error {
			return groups.QuitGroup(ctx, group.ID)
		})
	})
	return nil
}

// endGroup does what takes the group away from the user. What lies open about it closes.
func (m *Model) endGroup(about panel, doing, done string, call func(context.Context, session.Groups) error) tea.Cmd {
	return act(m, about, doing, call, func() tea.Cmd {
		m.panels = nil
		m.flash = flash{text: done}
		return nil
	})
}

// openHandOver asks who shall own the group, unless the command names somebody.
func (m *Model) openHandOver(group *model.Group, args string) tea.Cmd {
	w := m.look.words
	if reason := m.refusal(group, model.ActHandOver); reason != "" {
		m.flash = flash{reason, true}
		return nil
	}
	if user, _ := m.memberMeant(args); user != "" {
		m.askHandOver(group, user, m.personIn(group.ID, user))
		return nil
	}
	return m.pickMember(group, fmt.Sprintf(w.HandOverTitleF, groupName(group)), func(member model.Member) {
		m.askHandOver(group, member.User, clean(member.DisplayName()))
	})
}

func (m *Model) askHandOver(group *model.Group, user, name string) {
	w := m.look.words
	m.confirm(fmt.Sprintf(w.HandOverTitleF, groupName(group)), []string{fmt.Sprintf(w.HandOverMeansF, name)},
		w.HandOverButton, true, func() tea.Cmd {
			return act(m, m.panel(), w.HandingOver,
				func(ctx context.Context, groups session.Groups) error { return groups.HandOver(ctx, group.ID, user) },
				func() tea.Cmd {
					m.panels = nil
					m.flash = flash{text: fmt.Sprintf(w.HandedOverF, name)}
					return nil
				})
		})
}

// openDestroy asks for the name of the group before it is dissolved.
func (m *Model) openDestroy(group *model.Group) tea.Cmd {
	w, name := m.look.words, groupName(group)
	if reason := m.refusal(group, model.ActDestroy); reason != "" {
		m.flash = flash{reason, true}
		return nil
	}
	f := newForm(
		fmt.Sprintf(w.DestroyTitleF, name), w.DestroyButton,
		func(m *Model, f *form) tea.Cmd {
			return m.endGroup(f, w.Destroying, fmt.Sprintf(w.DestroyedF, name), func(ctx context.Context, groups session.Groups) error {
				return groups.DestroyGroup(ctx, group.ID)
			})
		},
		&field{
			name: "name", label: w.NameLabel, required: true, help: fmt.Sprintf(w.DestroyHelpF, name, group.Members),
			check: func(typed string) string {
				if typed == name || typed == group.Name {
					return ""
				}
				return fmt.Sprintf(w.NameDiffersF, name)
			},
		},
	)
	m.openPanel(f)
	return nil
}
