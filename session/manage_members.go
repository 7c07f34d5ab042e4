package session

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/model"
)

// AddMembers invites people; the results name every one of them once.
func (s *Session) AddMembers(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	doing := s.doing("添加成员到群", "add members to", groupID)
	if err := s.checkMembers(doing, members); err != nil {
		return nil, err
	}
	var results []model.AddResult
	err := s.change(ctx, groupID, model.ActInvite, doing, func(ctx context.Context) (err error) {
		results, err = s.client.AddMembers(ctx, groupID, members)
		return err
	})
	return results, err
}

// RemoveMembers removes people from a group.
func (s *Session) RemoveMembers(ctx context.Context, groupID string, users []string, reason string) error {
	doing := s.doing("移除群成员", "remove members of", groupID)
	if err := s.checkUsers(doing, users...); err != nil {
		return err
	}
	return s.change(ctx, groupID, model.ActRemove, doing, func(ctx context.Context) error {
		return s.client.RemoveMembers(ctx, groupID, users, reason)
	})
}

// EditMember changes a membership, the own one included.
func (s *Session) EditMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error {
	doing := s.doing("修改群成员", "change a member of", groupID)
	if err := s.checkMemberEdit(doing, user, edit); err != nil {
		return err
	}
	for _, action := range s.actionsOf(user, edit) {
		if err := s.checkRight(doing, groupID, action); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	if err := s.client.EditMember(ctx, groupID, user, edit); err != nil {
		return err
	}
	if user == s.client.Self() {
		s.showGroup(ctx, groupID)
	}
	s.showMember(ctx, groupID, user)
	return nil
}

// actionsOf are the rights that an edit takes. Everybody may change the own name card and fields.
func (s *Session) actionsOf(user string, edit model.MemberEdit) []model.GroupAction {
	var actions []model.GroupAction
	if edit.Role != nil {
		actions = append(actions, model.ActSetAdmin)
	}
	if edit.MuteSeconds != nil {
		actions = append(actions, model.ActMute)
	}
	if (edit.NameCard != nil || len(edit.Custom) > 0) && user != s.client.Self() {
		actions = append(actions, model.ActEditMember)
	}
	return actions
}

// Strangers returns those of the users who are no members of the group.
func (s *Session) Strangers(ctx context.Context, groupID string, users []string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	members, err := s.client.MembersNamed(ctx, groupID, users)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(users), func(user string) bool {
		return slices.ContainsFunc(members, func(m model.Member) bool { return m.User == user })
	}), nil
}

// showMember looks a member up and shows what is known of them.
func (s *Session) showMember(ctx context.Context, groupID, user string) {
	asked := im.Now()
	members, err := s.client.MembersNamed(ctx, groupID, []string{user})
	if err != nil {
		s.log.Warn("Look up a member after a change", "group", groupID, "error", err)
		return
	}
	s.show(ctx, func() {
		c := s.chats[model.GroupConversation(groupID)]
		if c == nil {
			return
		}
		s.learnMember(c, user, members, asked)
	})
}

// Applications returns what waits for the user's decision, oldest first.
func (s *Session) Applications(ctx context.Context) ([]model.Application, error) {
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	asked := im.Now()
	applications, err := s.client.Applications(ctx)
	if err == nil {
		s.show(ctx, func() { s.gotApplications(applications, asked) })
	}
	return applications, err
}

// Decide agrees to an application or refuses it. One that somebody else decided meanwhile is no longer shown as waiting.
func (s *Session) Decide(ctx context.Context, application model.Application, agree bool, reply string) error {
	doing := s.doing("处理加群申请", "decide about joining", application.GroupID)
	if !application.Invitation() || application.Applicant != s.client.Self() {
		if err := s.checkRight(doing, application.GroupID, model.ActApprove); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	err := s.client.Decide(ctx, application, agree, reply)
	const decidedAlready = 10024
	if err != nil && im.CodeOf(err) != decidedAlready {
		return err
	}
	s.show(ctx, func() { s.applicationDecided(application) })
	if err == nil && agree {
		s.showGroup(ctx, application.GroupID)
	}
	return err
}

// MayDo says whether the account may do the action in the group.
func (s *Session) MayDo(group *model.Group, action model.GroupAction) model.Refusal {
	admin := s.client.Capabilities().AppAdmin
	switch {
	case group == nil && admin:
		return model.Allowed
	case group == nil:
		return model.NotInGroup
	}
	return group.Type.Allows(action, group.SelfRole, admin)
}
