package ui

import (
	"context"
	"fmt"
	"slices"

	"reddot/model"
	"reddot/session"
)

// fakeGroups answers what a test puts into it and notes what the screen does to groups.
type fakeGroups struct {
	did          []string // "quit live", "mute live zhou 600", …
	err          error    // every call fails with it
	failFor      map[string]error
	unknown      []string
	found        []model.Group
	results      []model.AddResult
	members      []model.Member
	applications []model.Application
	join         model.JoinState
	created      model.NewGroup
	added        []model.NewMember
	edit         model.GroupEdit
	member       model.MemberEdit
	refusals     map[model.GroupAction]model.Refusal
}

var _ session.Groups = (*fakeGroups)(nil)

func (f *fakeGroups) note(format string, args ...any) error {
	f.did = append(f.did, fmt.Sprintf(format, args...))
	return f.err
}

func (f *fakeGroups) CreateGroup(_ context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	f.created = group
	return model.CreatedGroup{ID: "made", Members: f.results}, f.note("create %s", group.Name)
}

func (f *fakeGroups) FindGroups(_ context.Context, ids []string) ([]model.Group, error) {
	var found []model.Group
	for _, g := range f.found {
		if slices.Contains(ids, g.ID) {
			found = append(found, g)
		}
	}
	return found, f.err
}

func (f *fakeGroups) SearchGroups(_ context.Context, words string, _ int) ([]model.Group, error) {
	return f.found, f.note("search %s", words)
}

func (f *fakeGroups) JoinGroup(_ context.Context, id, message string) (model.JoinState, error) {
	return f.join, f.note("join %s %s", id, message)
}

func (f *fakeGroups) QuitGroup(_ context.Context, id string) error { return f.note("quit %s", id) }

func (f *fakeGroups) DestroyGroup(_ context.Context, id string) error {
	return f.note("destroy %s", id)
}

func (f *fakeGroups) HandOver(_ context.Context, id, owner string) error {
	return f.note("hand over %s %s", id, owner)
}

func (f *fakeGroups) EditGroup(_ context.Context, id string, edit model.GroupEdit) error {
	f.edit = edit
	return f.note("edit %s", id)
}

func (f *fakeGroups) AddMembers(_ context.Context, id string, members []model.NewMember) ([]model.AddResult, error) {
	f.added = members
	return f.results, f.note("add %s %d", id, len(members))
}

func (f *fakeGroups) RemoveMembers(_ context.Context, id string, users []string, _ string) error {
	return f.note("remove %s %v", id, users)
}

func (f *fakeGroups) EditMember(_ context.Context, id, user string, edit model.MemberEdit) error {
	f.member = edit
	if err := f.failFor[user]; err != nil {
		return err
	}
	switch {
	case edit.MuteSeconds != nil:
		return f.note("mute %s %s %d", id, user, *edit.MuteSeconds)
	case edit.Role != nil:
		return f.note("role %s %s %s", id, user, *edit.Role)
	case edit.NameCard != nil:
		return f.note("card %s %s %s", id, user, *edit.NameCard)
	default:
		return f.note("custom %s %s %v", id, user, edit.Custom)
	}
}

func (f *fakeGroups) MembersOf(context.Context, string) ([]model.Member, error) {
	return f.members, f.err
}

func (f *fakeGroups) Applications(context.Context) ([]model.Application, error) {
	return f.applications, f.err
}

func (f *fakeGroups) Decide(_ context.Context, a model.Application, agree bool, reply string) error {
	return f.note("decide %s %t %s", a.Applicant, agree, reply)
}

func (f *fakeGroups) UnknownUsers(context.Context, []string) ([]string, error) {
	return f.unknown, f.err
}

func (f *fakeGroups) Registry(context.Context) ([]model.RegisteredGroup, error) { return nil, f.err }

func (f *fakeGroups) DismissNotice(ids ...string) { _ = f.note("dismiss %v", ids) }

func (f *fakeGroups) MayDo(_ *model.Group, action model.GroupAction) model.Refusal {
	return f.refusals[action]
}

// crowd is n members of a shop with people of all roles among them.
func crowd(n int) []model.Member {
	members := make([]model.Member, 0, n)
	for _, user := range []string{self, "azhen", "lixiang", "linxia", "zhou"} {
		member := people[user]
		member.JoinedAt, member.Read = at(3, 10, 0).Unix(), 4306
		if member.Role == "" {
			member.Role = model.Ordinary
		}
		members = append(members, member)
	}
	members[1].NameCard = "小助手阿珍"
	members[4].MutedUntil = noon.Unix() + 600
	surnames := []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"}
	for i := len(members); i < n; i++ {
		members = append(members, model.Member{
			User: fmt.Sprintf("user%04d", i), Name: fmt.Sprintf("%s小满%d", surnames[i%len(surnames)], i), Role: model.Ordinary,
			JoinedAt: at(i%30, 12, i%60).Unix(), Read: int64(4290 + i%20),
		})
	}
	return members[:n]
}
