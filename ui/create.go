package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// openCreate asks for a new group.
func (m *Model) openCreate(name string) tea.Cmd {
	w := m.look.words
	kind := &field{name: "type", label: w.TypeLabel, kind: fieldChoice}
	for _, t := range model.GroupTypes() {
		kind.options = append(kind.options, option{string(t), w.GroupTypes[t], w.TypeNotes[t]})
	}
	is := func(types ...model.GroupType) func() bool {
		return func() bool { return slices.Contains(types, model.GroupType(kind.value())) }
	}
	id := &field{
		name: "id", label: w.IDLabel, help: w.IDHelp, limit: model.GroupIDBytes,
		check: func(value string) string { return m.wrongGroupID(model.GroupType(kind.value()), value) },
	}
	join := m.joinField("join", w.JoinLabel, "")
	join.hidden = is(model.Work, model.AVChatRoom, model.Community)
	members := &field{name: "members", label: w.MembersLabel, help: w.UsersHelp, kind: fieldUsers, rows: 3}
	members.hidden = is(model.AVChatRoom)
	f := newForm(
		w.NewTitle, w.CreateButton, (*Model).submitCreate,
		kind,
		(&field{name: "name", label: w.NameLabel, limit: model.GroupNameBytes, required: true}),
		(&field{name: "intro", label: w.IntroLabel, limit: model.GroupIntroductionBytes, rows: 3}),
		(&field{name: "notice", label: w.AnnouncementLabel, limit: model.GroupNotificationBytes, rows: 3}),
		members, join,
		&field{name: "max", label: w.MaxLabel, help: w.MaxHelp, kind: fieldNumber},
		id,
	)
	f.field("name").input.set(oneLine(name))
	f.at = 1
	f.field("max").hidden = is(model.AVChatRoom)
	m.openPanel(f)
	return m.gatherPeople(f)
}

// joinField is the choice how people come in; now is the present option, "" for the type's own default.
func (m *Model) joinField(name, label string, now model.JoinOption) *field {
	w := m.look.words
	f := &field{name: name, label: label, kind: fieldChoice}
	if now == "" {
		f.options = append(f.options, option{"", w.JoinDefault, ""})
	}
	for _, o := range []model.JoinOption{model.JoinFree, model.JoinApproval, model.JoinClosed} {
		f.options = append(f.options, option{string(o), w.JoinOptions[o], ""})
	}
	return f.fill(string(now))
}

// wrongGroupID says what is wrong with a chosen id besides its length, "" if nothing is.
func (m *Model) wrongGroupID(kind model.GroupType, id string) string {
	w := m.look.words
	switch model.CheckGroupID(kind, id) {
	case model.IDNotPrintable:
		return w.IDPrintable
	case model.IDNotCommunity:
		return w.IDCommunity
	case model.IDReserved:
		return w.IDReserved
	default:
		return ""
	}
}

// submitCreate looks for members whom nobody knows, and makes the group if there are none.
func (m *Model) submitCreate(f *form) tea.Cmd {
	group := model.NewGroup{
		Type: model.GroupType(f.field("type").value()), Name: f.field("name").value(), ID: f.field("id").value(),
		Introduction: f.field("intro").value(), Notification: f.field("notice").value(),
		MaxMembers: f.field("max").number(),
	}
	if join := f.field("join"); join.shown() {
		group.Join = model.JoinOption(join.value())
	}
	if members := f.field("members"); members.shown() {
		group.Members = f.offer.resolve(membersOf(members.value()))
	}
	create := func() tea.Cmd {
		return ask(m, f, m.look.words.Creating, longAskTimeout,
			func(ctx context.Context, groups session.Groups) (creation, error) {
				created, err := groups.CreateGroup(ctx, group)
				return creation{created, err}, nil
			},
			func(c creation) tea.Cmd {
				m.created(f, group, c)
				return nil
			})
	}
	return m.withKnownUsers(f, group.Members, create)
}

// withKnownUsers goes on if the service knows everybody, else it names those whom it does not, at their field.
func (m *Model) withKnownUsers(f *form, members []model.NewMember, next func() tea.Cmd) tea.Cmd {
	if len(members) == 0 {
		return next()
	}
	users := make([]string, len(members))
	for i, member := range members {
		users[i] = member.User
	}
	return ask(m, f, m.look.words.CheckingUsers, askTimeout,
		func(ctx context.Context, groups session.Groups) ([]string, error) {
			return groups.UnknownUsers(ctx, users)
		},
		func(unknown []string) tea.Cmd {
			if len(unknown) == 0 {
				return next()
			}
			field := f.field("members")
			field.problem = fmt.Sprintf(m.look.words.UnknownUsersF, cleanList(m.look, unknown))
			f.at = max(0, slices.Index(f.fields, field))
			return nil
		})
}

// creation is what became of a group that was to be made.
type creation struct {
	model.CreatedGroup
	err error
}

// created shows what became of the members, and opens the group. A creation that failed is tried again with the same
// id, so that a group whose answer was lost is not made twice.
func (m *Model) created(f *form, group model.NewGroup, created creation) {
	showed := m.shows(f)
	if created.err != nil {
		if id := f.field("id"); created.ID != "" && id.value() == "" {
			id.input.set(created.ID)
		}
		m.tellFailure(f, fmt.Sprintf(m.look.words.NotDoneF, m.look.words.Creating, troubleText(m.look, created.err)))
		return
	}
	m.closePanel(f)
	said := fmt.Sprintf(m.look.words.CreatedF, clean(group.Name))
	if !showed {
		m.flash = flash{text: said}
		return
	}
	m.toOpen = model.GroupConversation(created.ID)
	m.showResults(said, created.Members)
	m.openAwaited()
}

// openAwaited opens the group that was created or joined, once it is there.
func (m *Model) openAwaited() {
	if id := m.toOpen; id != "" && m.view.ByID[id] != nil {
		told := m.flash
		m.toOpen = ""
		m.openConversation(id, false)
		m.flash = told
	}
}

// openInvite asks whom to take into a group; names that came with the command are taken as typed.
func (m *Model) openInvite(group *model.Group, args string) tea.Cmd {
	w := m.look.words
	if reason := m.refusal(group, model.ActInvite); reason != "" {
		m.flash = flash{reason, true}
		return nil
	}
	groupID := group.ID
	f := newForm(
		fmt.Sprintf(w.InviteTitleF, groupName(group)), w.InviteButton,
		func(m *Model, f *form) tea.Cmd { return m.submitInvite(groupID, f) },
		&field{name: "members", label: w.WhoLabel, help: w.UsersHelp, kind: fieldUsers, rows: 4, required: true},
	)
	f.field("members").input.set(args)
	m.openPanel(f)
	people := m.gatherPeople(f)
	if args != "" {
		f.offer.known = newDirectory(m.view, nil)
		return tea.Batch(people, f.trySubmit(m))
	}
	return people
}

func (m *Model) submitInvite(groupID string, f *form) tea.Cmd {
	members := f.offer.resolve(membersOf(f.field("members").value()))
	return m.withKnownUsers(f, members, func() tea.Cmd {
		return ask(m, f, m.look.words.Inviting, longAskTimeout,
			func(ctx context.Context, groups session.Groups) ([]model.AddResult, error) {
				return groups.AddMembers(ctx, groupID, members)
			},
			func(results []model.AddResult) tea.Cmd {
				m.closePanel(f)
				m.showResults(m.look.words.Invited, results)
				return nil
			})
	})
}

// groupName returns the name of a group, cleaned, its id if it has none.
func groupName(g *model.Group) string { return cmp.Or(clean(g.Name), clean(g.ID)) }

// namesShown is the most names that a sentence lists.
const namesShown = 8

func cleanList(k *look, names []string) string {
	cleaned := make([]string, len(names))
	for i, name := range names {
		cleaned[i] = clean(name)
	}
	return k.words.list(cleaned, namesShown)
}
