package session_test

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/model"
)

// people are those whom the service knows; nil is everybody.
func (s *service) knows(user string) bool {
	return s.people == nil || slices.Contains(s.people, user)
}

func refusedWith(code int) error {
	return &im.Error{Doing: "ask", Code: code, Class: im.ClassRefused, Info: "refused"}
}

func (d *device) CreateGroup(_ context.Context, n model.NewGroup) (model.CreatedGroup, error) {
	end, err := d.begin("create " + n.ID)
	if err != nil {
		return model.CreatedGroup{}, err
	}
	s := d.service
	if g := s.groups[n.ID]; g != nil {
		code := 10021
		if g.info.Owner == d.user {
			code = 10025
		}
		return model.CreatedGroup{}, end(refusedWith(code))
	}
	g := &fakeGroup{
		info: model.Group{
			ID: n.ID, Name: n.Name, Type: n.Type, Owner: d.user, Introduction: n.Introduction, Notification: n.Notification,
			Join: n.Join, NextSequence: 1,
		},
		members: []model.Member{{User: d.user, Name: "nick of " + d.user, Role: model.Owner}},
		read:    map[string]int64{}, readBy: map[int64]map[string]bool{},
	}
	s.groups[n.ID] = g
	created := model.CreatedGroup{ID: n.ID, Members: s.addTo(g, n.Members)}
	return created, end(nil)
}

// addTo adds whoever exists; the caller holds the lock.
func (s *service) addTo(g *fakeGroup, members []model.NewMember) []model.AddResult {
	var results []model.AddResult
	for _, n := range members {
		outcome := model.Added
		switch {
		case !s.knows(n.User):
			outcome = model.UnknownUser
		case g.has(n.User):
			outcome = model.AlreadyMember
		default:
			g.members = append(g.members, model.Member{User: n.User, Name: "nick of " + n.User, Role: model.Ordinary})
			s.tellUser(n.User, im.GroupChanged{GroupID: g.info.ID})
		}
		results = append(results, model.AddResult{User: n.User, Outcome: outcome})
	}
	g.info.Members = len(g.members)
	return results
}

func (s *service) tellUser(user string, e im.Event) {
	for _, d := range s.devices {
		if d.user == user {
			d.push(e)
		}
	}
}

func (d *device) FindGroups(_ context.Context, ids []string) ([]model.Group, error) {
	end, err := d.begin("find")
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	for _, id := range ids {
		g := d.service.groups[id]
		if g == nil {
			continue
		}
		info := *g.row(d.user).Group
		info.SelfRole = model.NotMember
		if i := slices.IndexFunc(g.members, func(m model.Member) bool { return m.User == d.user }); i >= 0 {
			info.SelfRole = g.members[i].Role
		}
		groups = append(groups, info)
	}
	return groups, end(nil)
}

func (d *device) SearchGroups(context.Context, string, int) ([]model.Group, error) {
	return nil, &im.Error{Doing: "search", Err: im.ErrUnsupported}
}

func (d *device) JoinGroup(_ context.Context, id, message string) (model.JoinState, error) {
	end, err := d.begin("join")
	if err != nil {
		return 0, err
	}
	g := d.service.groups[id]
	switch {
	case g == nil:
		return 0, end(refusedWith(10010))
	case g.info.Join == model.JoinApproval:
		d.service.apply(g, d.user, message)
		return model.AwaitsApproval, end(nil)
	}
	d.service.addTo(g, []model.NewMember{{User: d.user}})
	return model.Joined, end(nil)
}

// apply lets a user ask to join; the caller holds the lock.
func (s *service) apply(g *fakeGroup, user, message string) model.GroupNotice {
	s.keys++
	a := model.Application{GroupID: g.info.ID, Applicant: user, Message: message, Time: s.keys, Key: s.keys, Authentication: "auth-" + user}
	g.applications = append(g.applications, a)
	notice := model.GroupNotice{ID: "applied-" + user, Kind: model.NoticeApplied, GroupID: g.info.ID, Operator: user, Text: message, Application: &a}
	s.tellUser(g.info.Owner, im.Noticed{Notice: notice})
	return notice
}

func (d *device) QuitGroup(_ context.Context, id string) error {
	return d.manage("quit", id, func(g *fakeGroup) { g.drop(d.user) })
}

func (d *device) DestroyGroup(_ context.Context, id string) error {
	return d.manage("destroy", id, func(g *fakeGroup) { delete(d.service.groups, id) })
}

func (d *device) HandOver(_ context.Context, id, user string) error {
	return d.manage("hand_over", id, func(g *fakeGroup) {
		g.info.Owner = user
		for i := range g.members {
			switch g.members[i].User {
			case user:
				g.members[i].Role = model.Owner
			case d.user:
				g.members[i].Role = model.Ordinary
			}
		}
	})
}

func (d *device) EditGroup(_ context.Context, id string, edit model.GroupEdit) error {
	return d.manage("edit", id, func(g *fakeGroup) {
		if edit.Name != nil {
			g.info.Name = *edit.Name
		}
		if edit.MuteAll != nil {
			g.info.AllMuted = *edit.MuteAll
		}
	})
}

func (d *device) AddMembers(_ context.Context, id string, members []model.NewMember) (results []model.AddResult, err error) {
	err = d.manage("add", id, func(g *fakeGroup) { results = d.service.addTo(g, members) })
	return results, err
}

func (d *device) RemoveMembers(_ context.Context, id string, users []string, _ string) error {
	return d.manage("remove", id, func(g *fakeGroup) {
		for _, user := range users {
			g.drop(user)
		}
	})
}

func (g *fakeGroup) drop(user string) {
	g.members = slices.DeleteFunc(g.members, func(m model.Member) bool { return m.User == user })
	g.info.Members = len(g.members)
}

func (d *device) EditMember(_ context.Context, id, user string, edit model.MemberEdit) error {
	return d.manage("edit_member", id, func(g *fakeGroup) {
		for i := range g.members {
			if g.members[i].User == user && edit.NameCard != nil {
				g.members[i].NameCard = *edit.NameCard
			}
		}
	})
}

func (d *device) manage(request, id string, change func(*fakeGroup)) error {
	end, err := d.begin(request)
	if err != nil {
		return err
	}
	g := d.service.groups[id]
	if g == nil {
		return end(refusedWith(10010))
	}
	change(g)
	return end(nil)
}

func (d *device) MembersNamed(_ context.Context, id string, users []string) ([]model.Member, error) {
	var members []model.Member
	err := d.manage("named", id, func(g *fakeGroup) {
		for _, m := range g.members {
			if slices.Contains(users, m.User) {
				members = append(members, m)
			}
		}
	})
	return members, err
}

func (d *device) UnknownUsers(_ context.Context, users []string) ([]string, error) {
	end, err := d.begin("unknown")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(users), d.service.knows), end(nil)
}

func (d *device) Applications(context.Context) ([]model.Application, error) {
	end, err := d.begin("applications")
	if err != nil {
		return nil, err
	}
	var applications []model.Application
	for _, g := range d.service.groups {
		if g.info.Owner == d.user {
			applications = append(applications, g.applications...)
		}
	}
	return applications, end(nil)
}

func (d *device) Decide(_ context.Context, a model.Application, agree bool, _ string) error {
	end, err := d.begin("decide")
	if err != nil {
		return err
	}
	g := d.service.groups[a.GroupID]
	i := slices.IndexFunc(g.applications, func(other model.Application) bool { return other.Key == a.Key })
	if i < 0 {
		return end(refusedWith(10024))
	}
	g.applications = slices.Delete(g.applications, i, i+1)
	if agree {
		d.service.addTo(g, []model.NewMember{{User: a.Applicant}})
	}
	return end(nil)
}
