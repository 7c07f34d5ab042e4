package emulator

import (
	"slices"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Limits of group calls (rest-api.md section 2).
const (
	maxRESTFounders      = 100
	maxRESTGroupInfo     = 50
	maxRESTRoles         = 500
	maxRESTGroupListPage = 10_000
	maxRESTJoinedPage    = 5000
)

// How the ids of groups begin that the server makes, and those of all communities.
const (
	restGivenID     = "@TGS#"
	restCommunityID = "@TGS#_"
)

func (c restCall) createGroup(r wire.CreateGroupRequest) (any, error) {
	n, err := c.newGroup(r)
	if err != nil {
		return nil, err
	}
	if _, err := n.Check(); err != nil {
		return nil, err // the app's server is not asked about what cannot be
	}
	if err := c.Hooks.beforeCreate(c.ctx, c.by, n); err != nil {
		return nil, err
	}
	group, err := c.Core.CreateGroup(c.ctx, c.by, n)
	if err != nil {
		return nil, err
	}
	return wire.CreateGroupReply{Result: wire.OK(), GroupID: group.ID}, nil
}

// newGroup checks what holds over REST alone.
func (c restCall) newGroup(r wire.CreateGroupRequest) (core.NewGroup, error) {
	var none core.NewGroup
	if strings.HasPrefix(r.GroupID, restGivenID) && !strings.HasPrefix(r.GroupID, restCommunityID) {
		return none, restError(wire.CodeBadGroupID, "GroupId %.60q: ids that begin with %s are given by the server", r.GroupID, restGivenID)
	}
	if len(r.MemberList) > maxRESTFounders {
		return none, restError(wire.CodeGroupTooMany, "MemberList has at most %d entries, this one %d", maxRESTFounders, len(r.MemberList))
	}
	return core.NewGroup{
		ID: r.GroupID, Type: r.Type, Name: r.Name, Owner: r.OwnerAccount, Introduction: r.Introduction,
		Notification: r.Notification, FaceURL: r.FaceURL, MaxMemberNum: int(r.MaxMemberCount),
		ApplyJoin: r.ApplyJoinOption, InviteJoin: r.InviteJoinOption, Custom: coreCustom(r.AppDefinedData), Members: newMembers(r.MemberList),
	}, nil
}

func (c restCall) destroyGroup(r wire.GroupRequest) (any, error) {
	return restDone(c.Core.DestroyGroup(c.ctx, c.by, r.GroupID))
}

func (c restCall) modifyGroupInfo(r wire.ModifyGroupInfoRequest) (any, error) {
	change := core.GroupChange{
		Name: r.Name, Introduction: r.Introduction, Notification: r.Notification, FaceURL: r.FaceURL,
		ApplyJoin: r.ApplyJoinOption, InviteJoin: r.InviteJoinOption, Custom: coreCustom(r.AppDefinedData),
	}
	if r.MaxMemberNum != nil {
		most := int(*r.MaxMemberNum)
		change.MaxMemberNum = &most
	}
	if mute := r.MuteAll(); mute != nil {
		if *mute != "On" && *mute != "Off" {
			return nil, restError(wire.CodeGroupParam, "MuteAllMember is On or Off, not %.20q", *mute)
		}
		on := *mute == "On"
		change.MuteAll = &on
	}
	if past := r.HistoryMsgBeforeJoin; past != nil {
		if *past != "On" && *past != "Off" {
			return nil, restError(wire.CodeGroupParam, "HistoryMsgBeforeJoin is On or Off, not %.20q", *past)
		}
		hidden := *past == "Off"
		change.HidesPast = &hidden
	}
	group, err := c.Core.Group(r.GroupID)
	if err != nil {
		return nil, err
	}
	switch group.Type {
	case core.AVChatRoom:
		change.MaxMemberNum, change.HidesPast = nil, nil // it has no bound and no history
	case core.Community:
		change.HidesPast = nil
	}
	by := c.by
	if r.FromAccount != "" {
		if _, known := c.Core.Account(r.FromAccount); !known {
			return nil, restError(wire.CodeGroupNoAccount, "From_Account %.40q does not exist", r.FromAccount)
		}
		by.User = r.FromAccount // shown as the operator
	}
	return restDone(c.Core.ModifyGroup(c.ctx, by, r.GroupID, change))
}

func (c restCall) changeGroupOwner(r wire.ChangeGroupOwnerRequest) (any, error) {
	group, err := c.Core.Group(r.GroupID)
	if err != nil {
		return nil, err
	}
	if group.Type == core.AVChatRoom {
		return nil, restError(wire.CodeGroupPermission, "an AVChatRoom cannot be handed over")
	}
	return restDone(c.Core.ModifyGroup(c.ctx, c.by, r.GroupID, core.GroupChange{Owner: &r.NewOwnerAccount}))
}

// restGroupInfoReply has rows of only those fields that were asked for.
type restGroupInfoReply struct {
	wire.Result
	GroupInfo wire.List[restRow] `json:"GroupInfo"`
}

func (c restCall) groupInfo(r wire.GroupInfoRequest) (any, error) {
	if len(r.GroupIDList) == 0 || len(r.GroupIDList) > maxRESTGroupInfo {
		return nil, restError(wire.CodeGroupParam, "GroupIdList has 1 to %d entries, this one %d", maxRESTGroupInfo, len(r.GroupIDList))
	}
	reply := restGroupInfoReply{Result: wire.OK()}
	for _, id := range r.GroupIDList {
		row, err := c.groupInfoRow(id, r.ResponseFilter)
		if err != nil {
			reason := core.AsError(err)
			row = restRow{"GroupId": id, "ErrorCode": reason.Code, "ErrorInfo": reason.Info}
		}
		reply.GroupInfo = append(reply.GroupInfo, row)
	}
	return reply, nil
}

// groupInfoRow without a filter has everything.
func (c restCall) groupInfoRow(id string, filter *wire.ResponseFilter) (restRow, error) {
	group, err := c.Core.Group(id)
	if err != nil {
		return nil, err
	}
	base, member := restGroupFields, restMemberFields
	var customGroup, customMember []string
	if filter != nil {
		base, member = filter.GroupBaseInfoFilter, filter.MemberInfoFilter
		customGroup, customMember = filter.AppDefinedDataFilterGroup, filter.AppDefinedDataFilterMembers
	}
	row := restGroupRow(group, base)
	row["ErrorCode"], row["ErrorInfo"] = 0, ""
	if custom := restPick(group.Custom, customGroup, filter == nil); custom != nil {
		row["AppDefinedData"] = custom
	}
	if len(member)+len(customMember) == 0 || group.Type == core.AVChatRoom {
		return row, nil
	}
	members, _, err := c.Core.Members(c.by, id, 0, 0)
	if err != nil {
		return nil, err
	}
	row["MemberList"], err = c.memberRows(id, members, restFields{names: member, custom: customMember, allCustom: filter == nil})
	return row, err
}

// restJoinedGroupListReply has rows of only those fields that were asked for.
type restJoinedGroupListReply struct {
	wire.Result
	TotalCount  int                `json:"TotalCount"`
	GroupIDList wire.List[restRow] `json:"GroupIdList"`
}

func (c restCall) joinedGroupList(r wire.JoinedGroupListRequest) (any, error) {
	if r.MemberAccount == "" {
		return nil, restError(wire.CodeGroupParam, "Member_Account is missing")
	}
	kind := core.GroupType(r.GroupType)
	if r.GroupType != "" {
		var known bool
		if kind, known = core.ParseGroupType(r.GroupType); !known {
			return nil, restError(wire.CodeGroupParam, "group type %.40q is unknown", r.GroupType)
		}
	}
	groups, err := c.Core.JoinedGroups(c.ctx, r.MemberAccount)
	if err != nil {
		return nil, err
	}
	groups = slices.DeleteFunc(groups, func(g core.JoinedGroup) bool { return !restListed(g, r, kind) })
	reply := restJoinedGroupListReply{Result: wire.OK(), TotalCount: len(groups)}
	for _, group := range restPage(groups, r.Offset, restLimit(r.Limit, maxRESTJoinedPage)) {
		row, err := c.joinedRow(group, r.ResponseFilter)
		if err != nil {
			return nil, err
		}
		reply.GroupIDList = append(reply.GroupIDList, row)
	}
	return reply, nil
}

// restListed leaves out AVChatRooms and Work groups without any message, unless they are asked for.
func restListed(g core.JoinedGroup, r wire.JoinedGroupListRequest, kind core.GroupType) bool {
	switch {
	case kind != "" && g.Group.Type != kind:
		return false
	case g.Group.Type == core.AVChatRoom:
		return r.WithHugeGroups == 1 || kind == core.AVChatRoom
	case g.Group.Type == core.Private && g.Group.NextSeq <= 1:
		return r.WithNoActiveGroups == 1
	}
	return true
}

// joinedRow without a filter has only the id.
func (c restCall) joinedRow(g core.JoinedGroup, filter *wire.ResponseFilter) (restRow, error) {
	if filter == nil {
		return restRow{"GroupId": g.Group.ID}, nil
	}
	row := restGroupRow(g.Group, filter.GroupBaseInfoFilter)
	if custom := restPick(g.Group.Custom, filter.AppDefinedDataFilterGroup, false); custom != nil {
		row["AppDefinedData"] = custom
	}
	if len(filter.SelfInfoFilter) > 0 {
		sent, err := c.lastSent(g.Group.ID, filter.SelfInfoFilter)
		if err != nil {
			return nil, err
		}
		self := restRow{}
		self.addMember(g.Self, filter.SelfInfoFilter, sent[g.Self.User])
		row["SelfInfo"] = self
	}
	return row, nil
}

// restLimit is the asked-for size of a page within bounds; 0 stays, for everything.
func restLimit(asked, most int) int { return min(max(asked, 0), most) }

// restPage cuts a list; limit 0 is no limit.
func restPage[T any](list []T, offset, limit int) []T {
	list = list[min(max(offset, 0), len(list)):]
	if limit > 0 {
		list = list[:min(limit, len(list))]
	}
	return list
}

func (c restCall) groupList(r wire.GroupListRequest) (any, error) {
	groups := c.Core.Groups()
	if r.GroupType != "" {
		kind, known := core.ParseGroupType(r.GroupType)
		if !known {
			return nil, restError(wire.CodeGroupParam, "group type %.40q is unknown", r.GroupType)
		}
		groups = slices.DeleteFunc(groups, func(g core.Group) bool { return g.Type != kind })
	}
	if r.Limit <= 0 || r.Limit > maxRESTGroupListPage {
		r.Limit = maxRESTGroupListPage
	}
	reply := wire.GroupListReply{Result: wire.OK(), TotalCount: len(groups)}
	start := int(min(max(r.Next, 0), int64(len(groups))))
	rows := restPage(groups, start, r.Limit)
	for _, group := range rows {
		reply.GroupIDList = append(reply.GroupIDList, wire.GroupIDRow{GroupID: group.ID})
	}
	if end := start + len(rows); end < len(groups) {
		reply.Next = int64(end)
	}
	return reply, nil
}
