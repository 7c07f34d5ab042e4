package ui

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// openCard asks for a member's name card. P is the list to be loaded again, nil if none is open.
func (m *Model) openCard(p *memberList, group *model.Group, member model.Member) {
	w, groupID := m.look.words, group.ID
	card := (&field{name: "card", label: w.CardColumn, limit: model.NameCardBytes}).fill(member.NameCard)
	m.openPanel(newForm(fmt.Sprintf(w.CardTitleF, clean(member.DisplayName())), w.SaveButton, func(m *Model, f *form) tea.Cmd {
		value := f.field("card").value()
		return act(m, f, w.Saving,
			func(ctx context.Context, groups session.Groups) error {
				return groups.EditMember(ctx, groupID, member.User, model.MemberEdit{NameCard: &value})
			},
			func() tea.Cmd {
				m.closePanel(f)
				return m.cardChanged(p, groupID, member)
			})
	}, card))
}

func (m *Model) cardChanged(p *memberList, groupID string, before model.Member) tea.Cmd {
	if p == nil || !m.shows(p) {
		m.tellDone(m.panel(), m.look.words.Saved)
		return nil
	}
	card := before.NameCard
	restore := func(ctx context.Context, groups session.Groups, row memberRow) error {
		return groups.EditMember(ctx, groupID, row.User, model.MemberEdit{NameCard: &card})
	}
	p.undo = undo{what: m.look.words.DoEditCard, rows: memberRows([]model.Member{before}), back: each(restore)}
	cmd := p.load(m)
	m.tellDone(p, m.look.words.Saved)
	return cmd
}

// openOwnCard asks for the user's own name card; one that comes with the command is taken.
func (m *Model) openOwnCard(group *model.Group, card string) tea.Cmd {
	own := model.Member{User: m.look.self, Name: m.view.Self.Name, NameCard: group.SelfNameCard}
	m.openCard(nil, group, own)
	f, opened := m.panel().(*form)
	if card == "" || !opened {
		return nil
	}
	f.field("card").input.set(card)
	return f.trySubmit(m)
}

// commandMute mutes the member that a command names, or opens the list to choose whom.
func (m *Model) commandMute(group *model.Group, args string) tea.Cmd {
	w := m.look.words
	user, rest := m.memberMeant(args)
	if reason := m.refusal(group, model.ActMute); reason != "" {
		m.flash = flash{reason, true}
		return nil
	}
	if user == "" {
		return m.openMembers(group, "")
	}
	minutes := defaultMuteMinutes
	if rest != "" {
		n, err := strconv.Atoi(strings.TrimRight(rest, "分钟min "))
		if err != nil || n < 0 {
			m.flash = flash{w.FieldNumber, true}
			return nil
		}
		minutes = n
	}
	seconds, name := int64(minutes)*60, m.personIn(group.ID, user)
	said := fmt.Sprintf(w.MuteForF, minutes)
	if minutes == 0 {
		said = w.DoUnmute
	}
	return m.editMember(group.ID, user, model.MemberEdit{MuteSeconds: &seconds}, fmt.Sprintf(w.DoneToF, said, name))
}

// commandRole gives a member a role of the service, which enforces it, or one of the shop, which is only a mark.
func (m *Model) commandRole(group *model.Group, args string) tea.Cmd {
	w := m.look.words
	user, word := m.memberMeant(args)
	service, isService := model.ServiceRoleNamed(word)
	business, isBusiness := model.RoleNamed(word)
	if user == "" || !isService && !isBusiness {
		i := indexOfCommand(actionRole)
		m.flash = flash{fmt.Sprintf(w.UsageF, commandTable[i].usage(w)), true}
		return nil
	}
	name := m.personIn(group.ID, user)
	if isService {
		if reason := m.refusal(group, model.ActSetAdmin); reason != "" {
			m.flash = flash{reason, true}
			return nil
		}
		return m.editMember(group.ID, user, model.MemberEdit{Role: &service}, fmt.Sprintf(w.RoleSetF, name, w.ServiceRoles[service]))
	}
	if reason := m.refusal(group, model.ActEditMember); reason != "" && user != m.look.self {
		m.flash = flash{reason, true}
		return nil
	}
	edit := model.MemberEdit{Custom: map[string]string{m.options.Roles.FieldName(): m.options.Roles.Word(business)}}
	return m.editMember(group.ID, user, edit, fmt.Sprintf(w.BusinessSetF, name, roleWords[business]))
}

func indexOfCommand(does action) int {
	for i := range commandTable {
		if commandTable[i].does == does {
			return i
		}
	}
	return 0
}

// editMember changes one member and tells it in the status line.
func (m *Model) editMember(groupID, user string, edit model.MemberEdit, done string) tea.Cmd {
	return act(m, nil, m.look.words.Saving,
		func(ctx context.Context, groups session.Groups) error {
			return groups.EditMember(ctx, groupID, user, edit)
		},
		func() tea.Cmd {
			m.flash = flash{text: done}
			return nil
		})
}
