package emulator

import (
	"slices"
	"strconv"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func (c restCall) addGroupMember(r wire.AddGroupMemberRequest) (any, error) {
	if len(r.MemberList) > 300 {
		return nil, restError(wire.CodeGroupTooMany, "MemberList has at most 300 entries, this one %d", len(r.MemberList))
	}
	results, err := c.Hooks.addMembers(c.ctx, c.Core, c.by, r.GroupID, newMembers(r.MemberList), r.Silence == 1)
	if err != nil {
		return nil, err
	}
	reply := wire.AddGroupMemberReply{Result: wire.OK()}
	for _, result := range results {
		if result.Result == core.AddLimit {
			result.Result = core.AddFailed // the long connection alone has a number of its own for this
		}
		reply.MemberList = append(reply.MemberList, wire.AddResult{MemberAccount: result.User, Result: result.Result})
	}
	return reply, nil
}

func (c restCall) deleteGroupMember(r wire.DeleteGroupMemberRequest) (any, error) {
	switch {
	case len(r.MemberToDelAccount) == 0:
		return nil, restError(wire.CodeGroupParam, "MemberToDel_Account is missing")
	case len(r.MemberToDelAccount) > wire.MaxSystemMembers:
		return nil, restError(wire.CodeGroupTooMany, "MemberToDel_Account has at most %d entries", wire.MaxSystemMembers)
	}
	return restDone(c.Core.DeleteMembers(c.ctx, c.by, r.GroupID, r.MemberToDelAccount, r.Reason, r.Silence == 1))
}

func (c restCall) modifyMemberInfo(r wire.ModifyMemberInfoRequest) (any, error) {
	if r.MemberAccount == "" {
		return nil, restError(wire.CodeGroupParam, "Member_Account is missing")
	}
	if group, err := c.Core.Group(r.GroupID); err == nil && group.Type == core.AVChatRoom {
		return nil, restError(wire.CodeGroupPermission, "members of an AVChatRoom cannot be changed")
	}
	change := core.MemberChange{Card: r.NameCard, MsgFlag: r.MsgFlag, MuteTime: r.Mute(), Custom: coreCustom(r.AppMemberDefinedData)}
	if r.Role != nil {
		role := core.Role(*r.Role)
		change.Role = &role
	}
	return restDone(c.Core.ModifyMember(c.ctx, c.by, r.GroupID, r.MemberAccount, change))
}

// forbidSendMsg mutes several members. Who is no member is passed over.
func (c restCall) forbidSendMsg(r wire.ForbidSendMsgRequest) (any, error) {
	switch {
	case len(r.MembersAccount) == 0 || r.Mute() == nil:
		return nil, restError(wire.CodeGroupParam, "Members_Account or MuteTime is missing")
	case len(r.MembersAccount) > wire.MaxSystemMembers:
		return nil, restError(wire.CodeGroupTooMany, "Members_Account has at most %d entries", wire.MaxSystemMembers)
	}
	group, err := c.Core.Group(r.GroupID)
	switch {
	case err != nil:
		return nil, err
	case group.Type == core.Private:
		return nil, restError(wire.CodeGroupPermission, "nobody can be muted in a work group")
	}
	for _, user := range r.MembersAccount {
		if _, err := c.Core.Member(r.GroupID, user); err != nil {
			continue
		}
		if err := c.Core.ModifyMember(c.ctx, c.by, r.GroupID, user, core.MemberChange{MuteTime: r.Mute()}); err != nil {
			return nil, err
		}
	}
	return restSuccess, nil
}

// restMemberInfoReply has rows of only those fields that were asked for.
type restMemberInfoReply struct {
	wire.Result
	MemberNum  int                `json:"MemberNum"`
	MemberList wire.List[restRow] `json:"MemberList"`
	Next       *string            `json:"Next,omitempty"`
}

func (c restCall) groupMemberInfo(r wire.MemberInfoRequest) (any, error) {
	members, total, err := c.membersOf(r)
	if err != nil {
		return nil, err
	}
	if len(r.MemberRoleFilter) > 0 {
		members = slices.DeleteFunc(members, func(m core.Member) bool {
			return !slices.Contains(r.MemberRoleFilter, string(m.Role))
		})
	}
	if r.Next != nil {
		return c.nextMembers(members, total, r)
	}
	return c.memberReply(restPage(members, r.Offset, restLimit(r.Limit, maxRESTMemberPage)), total, r)
}

// Pages of members, by Offset and by Next.
const (
	maxRESTMemberPage = 6000
	maxRESTNextPage   = 100
)

// nextMembers pages by Next, as communities need it: "" first, and "" after the last page.
func (c restCall) nextMembers(members []core.Member, total int, r wire.MemberInfoRequest) (any, error) {
	start := 0
	if *r.Next != "" {
		var err error
		if start, err = strconv.Atoi(*r.Next); err != nil || start < 0 {
			return nil, restError(wire.CodeGroupParam, "Next %.40q is not one of this server", *r.Next)
		}
	}
	limit := restLimit(r.Limit, maxRESTNextPage)
	if limit == 0 {
		limit = maxRESTNextPage
	}
	page := restPage(members, start, limit)
	reply, err := c.memberReply(page, total, r)
	if err != nil {
		return nil, err
	}
	if end := start + len(page); end < len(members) {
		next := strconv.Itoa(end)
		reply.Next = &next
	}
	return reply, nil
}

// specifiedMemberInfo answers for the named accounts; who is no member is left out.
func (c restCall) specifiedMemberInfo(r wire.MemberInfoRequest) (any, error) {
	members, total, err := c.membersOf(r)
	switch {
	case err != nil:
		return nil, err
	case len(r.MemberListAccount) == 0:
		return nil, restError(wire.CodeGroupParam, "Member_List_Account is missing")
	}
	members = slices.DeleteFunc(members, func(m core.Member) bool { return !slices.Contains(r.MemberListAccount, m.User) })
	return c.memberReply(members, total, r)
}

func (c restCall) membersOf(r wire.MemberInfoRequest) ([]core.Member, int, error) {
	group, err := c.Core.Group(r.GroupID)
	if err != nil {
		return nil, 0, err
	}
	if group.Type == core.AVChatRoom {
		return nil, 0, restError(wire.CodeGroupPermission, "the members of an AVChatRoom cannot be listed")
	}
	return c.Core.Members(c.by, r.GroupID, 0, 0)
}

// memberReply without any filter has every field.
func (c restCall) memberReply(members []core.Member, total int, r wire.MemberInfoRequest) (restMemberInfoReply, error) {
	fields := restFields{names: r.MemberInfoFilter, custom: r.AppDefinedFilter}
	if len(r.MemberInfoFilter)+len(r.AppDefinedFilter) == 0 {
		fields = restFields{names: restMemberFields, allCustom: true}
	}
	rows, err := c.memberRows(r.GroupID, members, fields)
	reply := restMemberInfoReply{Result: wire.OK(), MemberNum: total, MemberList: rows}
	if r.Next != nil {
		reply.Next = new(string)
	}
	return reply, err
}

func (c restCall) roleInGroup(r wire.RoleInGroupRequest) (any, error) {
	if len(r.UserAccount) == 0 || len(r.UserAccount) > maxRESTRoles {
		return nil, restError(wire.CodeGroupParam, "User_Account has 1 to %d entries, this one %d", maxRESTRoles, len(r.UserAccount))
	}
	group, err := c.Core.Group(r.GroupID)
	if err != nil {
		return nil, err
	}
	if group.Type == core.AVChatRoom {
		return nil, restError(wire.CodeGroupPermission, "an AVChatRoom has no roles")
	}
	reply := wire.RoleInGroupReply{Result: wire.OK()}
	for _, user := range r.UserAccount {
		role := wire.RoleNotMember
		if m, err := c.Core.Member(r.GroupID, user); err == nil {
			role = string(m.Role)
		}
		reply.UserIDList = append(reply.UserIDList, wire.MemberRole{MemberAccount: user, Role: role})
	}
	return reply, nil
}
