package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// defaultMuteMinutes is offered first.
const defaultMuteMinutes = 10

// openMemberMenu lists what can be done with those marked, and why the rest cannot.
func (m *Model) openMemberMenu(p *memberList) {
	w, rows, subjects := m.look.words, p.targets(), m.subjects(p.targets())
	item := func(letter, label string, does action, right model.GroupAction) menuItem {
		reason := ""
		if right != 0 {
			reason = m.refusal(&p.group, right)
		}
		if (does == actionMute || does == actionRemove) && reason == "" && len(subjects) == 0 {
			reason = w.NotToOwner
		}
		return menuItem{letter, label, reason, func() tea.Cmd { return m.memberAction(p, does) }}
	}
	items := []menuItem{item("@", w.DoMention, actionMention, 0)}
	if len(rows) == 1 {
		items = append(items, item("c", w.DoTalk, actionTalk, 0))
	}
	items = append(items,
		item("a", adminWord(w, rows), actionAdmin, model.ActSetAdmin),
		item("s", muteWord(m, subjects), actionMute, model.ActMute),
		item("b", w.DoMarkRole, actionRole, model.ActEditMember))
	if len(rows) == 1 {
		right := model.ActEditMember
		if rows[0].User == m.look.self {
			right = 0
		}
		items = append(items, item("e", w.DoEditCard, actionNameCard, right))
	}
	items = append(items, item("d", w.DoRemove, actionRemove, model.ActRemove))
	m.openPanel(&menu{heading: namesOf(m.look, rows), items: items})
}

// adminWord says what the key for administrators would do.
func adminWord(w *words, rows []memberRow) string {
	if allAdmins(rows) {
		return w.DoUnsetAdmin
	}
	return w.DoSetAdmin
}

func allAdmins(rows []memberRow) bool {
	return len(rows) > 0 && !slices.ContainsFunc(rows, func(r memberRow) bool { return r.Role != model.Admin })
}

func muteWord(m *Model, rows []memberRow) string {
	if allMuted(m, rows) {
		return m.look.words.DoUnmute
	}
	return m.look.words.DoMute
}

func allMuted(m *Model, rows []memberRow) bool {
	return len(rows) > 0 && !slices.ContainsFunc(rows, func(r memberRow) bool { return r.MutedUntil <= m.now.Unix() })
}

// memberAction does something with those marked, if the user may.
func (m *Model) memberAction(p *memberList, does action) tea.Cmd {
	rows, w := p.targets(), m.look.words
	if p.pick != nil || p.busy != "" || len(rows) == 0 && does != actionUndo {
		return nil
	}
	rights := map[action]model.GroupAction{
		actionAdmin: model.ActSetAdmin, actionRole: model.ActEditMember, actionMute: model.ActMute, actionNameCard: model.ActEditMember, actionRemove: model.ActRemove,
	}
	if does == actionMute || does == actionRemove {
		if rows = m.subjects(rows); len(rows) == 0 {
			p.fail(w.NotToOwner)
			return nil
		}
	}
	ownCard := does == actionNameCard && rows[0].User == m.look.self
	if right := rights[does]; right != 0 && !ownCard {
		if reason := m.refusal(&p.group, right); reason != "" {
			p.fail(reason)
			return nil
		}
	}
	switch does {
	case actionMention:
		m.mentionMembers(p, rows)
	case actionTalk:
		return m.talkTo(p, rows[0])
	case actionAdmin:
		return m.changeAdmins(p, rows)
	case actionRole:
		m.markRole(p, rows)
	case actionMute:
		return m.muteMembers(p, rows)
	case actionNameCard:
		m.openCard(p, &p.group, rows[0].Member)
	case actionRemove:
		m.removeMembers(p, rows)
	case actionUndo:
		if p.undo.back == nil {
			p.tell(w.NothingToUndo)
			return nil
		}
		return m.undoLast(p)
	}
	return nil
}

// subjects are those whom the user can mute or remove: not the owner, and not the user.
func (m *Model) subjects(rows []memberRow) []memberRow {
	return slices.DeleteFunc(rows, func(row memberRow) bool { return row.User == m.look.self || row.Role == model.Owner })
}

// mentionMembers goes to the input of the group with their names behind @, as many as the service takes.
func (m *Model) mentionMembers(p *memberList, rows []memberRow) {
	id := model.GroupConversation(p.group.ID)
	if m.view.ByID[id] == nil {
		p.fail(m.look.words.NotInGroup)
		return
	}
	m.panels = nil
	m.openConversation(id, false)
	m.setFocus(focusInput)
	if more := len(rows) - mostMentions; more > 0 {
		m.flash = flash{text: fmt.Sprintf(m.look.words.MentionedF, mostMentions, more)}
		rows = rows[:mostMentions]
	}
	var b strings.Builder
	for _, row := range rows {
		m.chosen.add(row.name, row.User)
		b.WriteString("@" + row.name + " ")
	}
	m.input.insert(b.String())
}

// talkTo opens the conversation with one member, if there is one yet.
func (m *Model) talkTo(p *memberList, row memberRow) tea.Cmd {
	id := model.C2CConversation(row.User)
	if m.view.ByID[id] == nil {
		return m.beginTalk(p, row)
	}
	m.panels = nil
	m.openConversation(id, false)
	return nil
}

// beginTalk asks for the first message to somebody with whom there is no conversation.
func (m *Model) beginTalk(p *memberList, row memberRow) tea.Cmd {
	w := m.look.words
	if row.User == m.look.self {
		p.fail(w.NotYourself)
		return nil
	}
	f := newForm(fmt.Sprintf(w.TalkTitleF, row.name), w.SendButton, func(m *Model, f *form) tea.Cmd {
		return m.sendFirst(f, row.User, f.field("text").value())
	}, &field{name: "text", label: w.TextLabel, limit: textBytes, rows: 5, required: true})
	m.openPanel(f)
	return nil
}

// sendFirst sends a message to a user and opens the conversation as soon as it is there.
func (m *Model) sendFirst(f *form, user, said string) tea.Cmd {
	api, to := m.session, model.C2CConversation(user)
	draft := session.Draft{Elements: []model.Element{model.Text{Text: said}}}
	return launch(m, f, m.look.words.SendingFirst, askTimeout,
		func(ctx context.Context) (model.Key, error) { return api.Send(ctx, to, draft) },
		func(model.Key) tea.Cmd {
			m.panels = nil
			m.toOpen = to
			m.openAwaited()
			return nil
		})
}

func (m *Model) changeAdmins(p *memberList, rows []memberRow) tea.Cmd {
	w := m.look.words
	role, what := model.Admin, w.DoSetAdmin
	if allAdmins(rows) {
		role, what = model.Ordinary, w.DoUnsetAdmin
	}
	rows = slices.DeleteFunc(rows, func(r memberRow) bool { return r.Role == model.Owner || r.Role == role })
	set := func(role model.ServiceRole) doer {
		return each(func(ctx context.Context, groups session.Groups, row memberRow) error {
			return groups.EditMember(ctx, p.group.ID, row.User, model.MemberEdit{Role: &role})
		})
	}
	back := model.Ordinary
	if role == model.Ordinary {
		back = model.Admin
	}
	return m.doTo(p, rows, what, deed{doing: what, done: what, to: set(role), back: set(back)})
}

// markRole asks which role of the shop to give; the service enforces none.
func (m *Model) markRole(p *memberList, rows []memberRow) {
	rules, w := m.options.Roles, m.look.words
	set := func(word func(memberRow) string) doer {
		return each(func(ctx context.Context, groups session.Groups, row memberRow) error {
			return groups.EditMember(ctx, p.group.ID, row.User, model.MemberEdit{Custom: map[string]string{rules.FieldName(): word(row)}})
		})
	}
	before := func(row memberRow) string { return row.Custom[rules.FieldName()] }
	choice := &menu{heading: w.DoMarkRole + m.look.glyphs.separator + namesOf(m.look, rows), about: []string{w.MarkMeans}}
	for _, role := range []model.Role{model.RoleAnchor, model.RoleAssistant, model.RoleGuide, model.RoleCustomer} {
		what := fmt.Sprintf(w.MarkAsF, roleWords[role])
		given := func(memberRow) string { return rules.Word(role) }
		choice.items = append(choice.items, menuItem{label: what, run: func() tea.Cmd {
			return m.doTo(p, rows, what, deed{doing: what, done: what, to: set(given), back: set(before)})
		}})
	}
	m.openPanel(choice)
}

// muteMembers asks for how long, or lets those speak who are muted.
func (m *Model) muteMembers(p *memberList, rows []memberRow) tea.Cmd {
	w, now := m.look.words, m.now.Unix()
	none := func(memberRow) int64 { return 0 }
	before := func(row memberRow) int64 { return max(0, row.MutedUntil-now) }
	if allMuted(m, rows) {
		return m.doTo(p, rows, w.DoUnmute, deed{doing: w.DoUnmute, done: w.DoUnmute, to: p.mute(none), back: p.mute(before)})
	}
	minutes := (&field{name: "minutes", label: w.MinutesLabel, kind: fieldNumber, required: true, help: w.MinutesHelp}).
		fill(strconv.Itoa(defaultMuteMinutes))
	f := newForm(w.DoMute+m.look.glyphs.separator+namesOf(m.look, rows), w.DoMute, func(m *Model, f *form) tea.Cmd {
		n := f.field("minutes").number()
		m.closePanel(f)
		what := fmt.Sprintf(w.MuteForF, n)
		long := func(memberRow) int64 { return int64(n) * 60 }
		return m.doTo(p, rows, what, deed{doing: what, done: what, to: p.mute(long), back: p.mute(before)})
	}, minutes)
	m.openPanel(f)
	return nil
}

func (p *memberList) mute(seconds func(memberRow) int64) doer {
	return each(func(ctx context.Context, groups session.Groups, row memberRow) error {
		long := seconds(row)
		return groups.EditMember(ctx, p.group.ID, row.User, model.MemberEdit{MuteSeconds: &long})
	})
}

func (m *Model) removeMembers(p *memberList, rows []memberRow) {
	w := m.look.words
	removing := deed{
		doing: w.Removing, done: w.Removed, undoes: w.DoReinvite, step: model.RemoveMembers,
		to: together(func(ctx context.Context, groups session.Groups, rows []memberRow) error {
			return groups.RemoveMembers(ctx, p.group.ID, usersOf(rows), "")
		}),
		back: p.reinvite(m.look),
	}
	m.confirm(fmt.Sprintf(w.RemoveTitleF, len(rows)), []string{allNamesOf(m.look, rows), w.RemoveMeans}, w.DoRemove, true,
		func() tea.Cmd { return m.doNow(p, rows, removing) })
}

func usersOf(rows []memberRow) []string {
	users := make([]string, len(rows))
	for i, row := range rows {
		users[i] = row.User
	}
	return users
}

// reinvite takes removed members in again, with the fields that they had.
func (p *memberList) reinvite(k *look) doer {
	return func(ctx context.Context, groups session.Groups, rows []memberRow) ([]memberRow, error) {
		members := make([]model.NewMember, len(rows))
		for i, row := range rows {
			members[i] = model.NewMember{User: row.User, Custom: row.Custom}
		}
		results, err := groups.AddMembers(ctx, p.group.ID, members)
		if err != nil {
			return rows, err
		}
		var refused []memberRow
		for _, result := range results {
			i := slices.IndexFunc(rows, func(row memberRow) bool { return row.User == result.User })
			if i < 0 || !result.Outcome.Failed() {
				continue
			}
			refused = append(refused, rows[i])
			err = cmp.Or(err, errors.New(resultText(k, result)))
		}
		return refused, err
	}
}
