package emulator

import (
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func (r *request) joinedGroupList(body wire.JoinedGroupListRequest) (any, error) {
	groups, err := r.core().JoinedGroups(r.c.ctx, r.user.ID)
	if err != nil {
		return nil, err
	}
	if r.communities {
		groups = slices.DeleteFunc(groups, func(g core.JoinedGroup) bool { return g.Group.Type != core.Community })
	} else if kind, known := wire.GroupType(body.GroupType); known {
		groups = slices.DeleteFunc(groups, func(g core.JoinedGroup) bool { return string(g.Group.Type) != kind })
	} else {
		groups = slices.DeleteFunc(groups, func(g core.JoinedGroup) bool { return g.Group.Type == core.AVChatRoom })
	}
	reply := wire.JoinedGroupListReply{Result: wire.OK(), TotalCount: len(groups)}
	page := groups[min(max(body.Offset, 0), len(groups)):]
	if body.Limit > 0 {
		page = page[:min(body.Limit, len(page))]
	}
	for _, g := range page {
		row := wireGroup(g.Group)
		row.SelfInfo = wireSelf(g.Self)
		reply.GroupIDList = append(reply.GroupIDList, row)
	}
	return reply, nil
}

func (r *request) selfMemberInfo(body wire.GroupInfoRequest) (any, error) {
	reply := wire.GroupInfoReply{Result: wire.OK()}
	for _, id := range body.GroupIDList {
		row, err := r.groupRow(id)
		if err == nil {
			var self core.Member
			if self, err = r.core().Member(id, r.user.ID); err == nil {
				row.SelfInfo = wireSelf(self)
				row.MemberList = []wire.Member{wireMember(self)}
			}
		}
		if err != nil {
			row = failedGroupRow(id, err)
		}
		reply.GroupInfo = append(reply.GroupInfo, row)
	}
	return reply, nil
}

func (r *request) publicInfo(body wire.GroupInfoRequest) (any, error) {
	reply := wire.GroupInfoReply{Result: wire.OK()}
	for _, id := range body.GroupIDList {
		row, err := r.groupRow(id)
		if err != nil {
			row = failedGroupRow(id, err)
		}
		reply.GroupInfo = append(reply.GroupInfo, row)
	}
	return reply, nil
}

func (r *request) groupRow(id string) (wire.GroupInfoRow, error) {
	g, err := r.core().Group(id)
	if err != nil {
		return wire.GroupInfoRow{}, err
	}
	return wire.GroupInfoRow{Group: wireGroup(g)}, nil
}

func failedGroupRow(id string, err error) wire.GroupInfoRow {
	trailer := resultOf(err)
	return wire.GroupInfoRow{Group: wire.Group{GroupID: id}, ErrorCode: trailer.ErrorCode, ErrorInfo: trailer.ErrorInfo}
}

// maxMemberPage bounds a page of members.
const maxMemberPage = 6000

func (r *request) memberInfo(body wire.MemberInfoRequest) (any, error) {
	members, _, err := r.core().Members(r.actor(), body.GroupID, 0, 0)
	if err != nil {
		return nil, err
	}
	reply := wire.MemberInfoReply{Result: wire.OK(), MemberNum: uint32(len(members))}
	if len(body.MemberRoleFilter) > 0 {
		members = slices.DeleteFunc(members, func(m core.Member) bool { return !slices.Contains(body.MemberRoleFilter, string(m.Role)) })
	}
	limit := maxMemberPage
	if body.Limit > 0 {
		limit = min(body.Limit, limit)
	}
	page := members[min(max(body.Offset, 0), len(members)):]
	for _, m := range page[:min(limit, len(page))] {
		reply.MemberList = append(reply.MemberList, r.memberRow(m, body))
	}
	return reply, nil
}

func (r *request) memberRow(m core.Member, body wire.MemberInfoRequest) wire.Member {
	row := wireMember(m)
	if !slices.Contains(body.MemberInfoFilter, wire.FilterOnlineStatus) {
		return row
	}
	if account, known := r.core().Account(m.User); known && r.c.server.hub.present(account.UID) {
		row.OnlineStatus = wire.OnlineStatusOnline
	}
	return row
}

func (r *request) specifiedMemberInfo(body wire.MemberInfoRequest) (any, error) {
	members, total, err := r.core().Members(r.actor(), body.GroupID, 0, 0)
	if err != nil {
		return nil, err
	}
	reply := wire.MemberInfoReply{Result: wire.OK(), MemberNum: uint32(total)}
	for _, m := range members {
		if slices.Contains(body.MemberListAccount, m.User) {
			reply.MemberList = append(reply.MemberList, r.memberRow(m, body))
		}
	}
	return reply, nil
}

// createGroup makes the user the owner, whatever the request says.
func (r *request) createGroup(body wire.CreateGroupRequest) (any, error) {
	n := core.NewGroup{
		ID: body.GroupID, Type: body.Type, Name: body.Name, Owner: r.user.ID, Introduction: body.Introduction,
		Notification: body.Notification, FaceURL: body.FaceURL, MaxMemberNum: int(body.MaxMemberCount), ApplyJoin: body.ApplyJoinOption,
		InviteJoin: body.InviteJoinOption, Custom: coreCustom(body.AppDefinedData), Members: newMembers(body.MemberList),
	}
	if _, err := n.Check(); err != nil {
		return nil, err
	}
	if err := r.hooks().beforeCreate(r.c.ctx, r.actor(), n); err != nil {
		return nil, err
	}
	g, err := r.core().CreateGroup(r.c.ctx, r.actor(), n)
	if err != nil {
		return nil, err
	}
	reply := wire.CreateGroupReply{Result: wire.OK(), GroupID: g.ID, Type: string(g.Type)}
	for _, m := range n.Members {
		if _, err := r.core().Member(g.ID, m.User); err != nil {
			reply.OverLimit = append(reply.OverLimit, m.User)
		}
	}
	return reply, nil
}

func newMembers(list []wire.NewMember) []core.NewMember {
	var members []core.NewMember
	for _, m := range list {
		members = append(members, core.NewMember{User: m.MemberAccount, Role: core.Role(m.Role), Custom: coreCustom(m.AppMemberDefinedData)})
	}
	return members
}

func (r *request) destroyGroup(body wire.GroupRequest) (any, error) {
	return nil, r.core().DestroyGroup(r.c.ctx, r.actor(), body.GroupID)
}

func (r *request) addGroupMember(body wire.AddGroupMemberRequest) (any, error) {
	results, err := r.hooks().addMembers(r.c.ctx, r.core(), r.actor(), body.GroupID, newMembers(body.MemberList), false)
	if err != nil {
		return nil, err
	}
	reply := wire.AddGroupMemberReply{Result: wire.OK()}
	for _, result := range results {
		reply.MemberList = append(reply.MemberList, wire.AddResult{MemberAccount: result.User, Result: result.Result})
	}
	return reply, nil
}

func (r *request) deleteGroupMember(body wire.DeleteGroupMemberRequest) (any, error) {
	return nil, r.core().DeleteMembers(r.c.ctx, r.actor(), body.GroupID, body.MemberToDelAccount, body.Reason, false)
}

func (r *request) applyJoinGroup(body wire.ApplyJoinGroupRequest) (any, error) {
	if err := r.hooks().beforeApply(r.c.ctx, r.actor(), body.GroupID); err != nil {
		return nil, err
	}
	waiting, err := r.core().Apply(r.c.ctx, r.actor(), body.GroupID, body.ApplyMsg)
	if err != nil {
		return nil, err
	}
	reply := wire.ApplyJoinGroupReply{Result: wire.OK(), JoinedStatus: wire.JoinedSuccess}
	if waiting {
		reply.JoinedStatus = wire.JoinedWaiting
	}
	if group, err := r.core().Group(body.GroupID); err == nil && group.Type == core.AVChatRoom && body.WebPushFlag == 1 {
		r.c.liveJoin(group.ID, &reply)
	}
	return reply, nil
}

func (r *request) handleApplyJoin(body wire.HandleApplyJoinRequest) (any, error) {
	return nil, r.core().Decide(r.c.ctx, r.actor(), core.Decision{
		Group: body.GroupID, User: body.ApplicantAccount, Key: int64(body.MsgKey), Auth: body.Authentication,
		Accept: body.HandleMsg == "Agree", Remark: body.ApprovalMsg,
	})
}

func (r *request) handleInvite(body wire.HandleInviteRequest) (any, error) {
	return nil, r.core().Decide(r.c.ctx, r.actor(), core.Decision{
		Group: body.GroupID, User: body.InvitedAccount, Inviter: body.ApplicantAccount, Auth: body.Authentication,
		Accept: body.HandleMsg == "Agree", Remark: body.ApprovalMsg,
	})
}

// handleInvitation is how the invited answer where Options.InviteConsent asks them.
func (r *request) handleInvitation(body wire.HandleOwnInviteRequest) (any, error) {
	return nil, r.core().AnswerInvitation(r.c.ctx, r.actor(), core.InvitationAnswer{
		Group: body.GroupID, Inviter: body.InviterAccount, Key: int64(body.MsgKey), Auth: body.Authentication,
		Accept: body.HandleMsg == "Agree", Remark: body.ApprovalMsg,
	})
}

func (r *request) getPendency(_ wire.GetPendencyRequest) (any, error) {
	list, err := r.core().Applications(r.c.ctx, r.user.ID)
	if err != nil {
		return nil, err
	}
	reply := wire.GetPendencyReply{Result: wire.OK()}
	for _, a := range list {
		if (a.Group.Type == core.Community) != r.communities {
			continue
		}
		p := wire.Pendency{
			GroupID: a.Group.ID, GroupName: a.Group.Name, FromAccount: a.User, FromUserNickName: a.Nick, ToAccount: r.user.ID,
			ApplyInviteMsg: a.Remark, Authentication: a.Auth, Time: wire.Int(a.Key),
		}
		if a.Inviter != "" {
			p.ApplicationType, p.FromAccount, p.ToAccount = wire.PendencyInvited, a.Inviter, a.User
		}
		reply.PendencyList = append(reply.PendencyList, p)
	}
	return reply, nil
}

func (r *request) quitGroup(body wire.GroupRequest) (any, error) {
	r.c.watching.Delete(body.GroupID)
	return nil, r.core().Quit(r.c.ctx, r.actor(), body.GroupID)
}

func (r *request) modifyGroupInfo(body wire.ModifyGroupInfoRequest) (any, error) {
	change := core.GroupChange{
		Name: body.Name, Introduction: body.Introduction, Notification: body.Notification, FaceURL: body.FaceURL,
		ApplyJoin: body.ApplyJoinOption, InviteJoin: body.InviteJoinOption, Custom: coreCustom(body.AppDefinedData),
	}
	if body.MaxMemberNum != nil {
		n := int(*body.MaxMemberNum)
		change.MaxMemberNum = &n
	}
	if mute := body.MuteAll(); mute != nil {
		on := *mute == "On"
		change.MuteAll = &on
	}
	return nil, r.core().ModifyGroup(r.c.ctx, r.actor(), body.GroupID, change)
}

func (r *request) modifyMemberInfo(body wire.ModifyMemberInfoRequest) (any, error) {
	change := core.MemberChange{Card: body.NameCard, MsgFlag: body.MsgFlag, MuteTime: body.Mute(), Custom: coreCustom(body.AppMemberDefinedData)}
	if body.Role != nil {
		role := core.Role(*body.Role)
		change.Role = &role
	}
	user := body.MemberAccount
	if user == "" {
		user = r.user.ID
	}
	return nil, r.core().ModifyMember(r.c.ctx, r.actor(), body.GroupID, user, change)
}

func (r *request) changeGroupOwner(body wire.ChangeGroupOwnerRequest) (any, error) {
	return nil, r.core().ModifyGroup(r.c.ctx, r.actor(), body.GroupID, core.GroupChange{Owner: &body.NewOwnerAccount})
}

const cmdGroupNotify = "group_open_http_svc.get_group_notify"

// groupNotify answers what the Web SDK 2.27.6 asks of each group where it missed something: which messages were recalled
// meanwhile. Here history tells that. Without NextMsgTime 0 the SDK asks again at once, for ever.
func (r *request) groupNotify(struct{}) (any, error) {
	return struct {
		wire.Result
		NextMsgTime   int64          `json:"NextMsgTime"`
		NotifyMsgList wire.List[int] `json:"NotifyMsgList"`
	}{Result: wire.OK()}, nil
}
