package rest

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// Group management is done with the rights of the app admin. What a request can name as the user's doing, it does: the owner
// at creation, the operator of a changed profile (rest-api, sections 2.1 and 2.7). Everything else shows as the admin's.

// CreateGroup makes a group with the user as owner and adds the members.
func (c *Client) CreateGroup(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	doing := c.texts.Doing("创建群", "create the group", group.Name)
	creator := convert.Creator{
		Adder: c.adder(), Self: c.options.User, Now: c.now,
		Create: func(ctx context.Context, group model.NewGroup, members []model.NewMember) (convert.Creation, error) {
			var answer wire.CreateGroupReply
			tries, err := c.callCounted(ctx, doing, wire.CmdCreateGroup, convert.CreateGroup(group, c.options.User, members), &answer)
			if err == nil && answer.GroupID == "" {
				err = c.texts.Damaged(doing, errNoGroupID)
			}
			return convert.Creation{ID: answer.GroupID, Over: answer.OverLimit, Repeated: tries > 1}, err
		},
		Find: c.profile,
	}
	created, err := creator.Make(ctx, group)
	if err == nil {
		c.refresh(ctx)
	}
	return created, err
}

func (c *Client) adder() convert.Adder {
	return convert.Adder{Add: c.addBatch, Unknown: c.UnknownUsers, Edit: c.editMember}
}

func (c *Client) addBatch(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	doing := c.texts.Doing("添加成员到群", "add members to", groupID)
	var answer wire.AddGroupMemberReply
	err := c.call(ctx, doing, wire.CmdAddGroupMember, convert.AddMembers(groupID, members), &answer)
	return convert.AddResults(answer.MemberList), err
}

// AddMembers adds people, without asking anybody: an app admin needs no approval.
func (c *Client) AddMembers(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	results, err := c.adder().All(ctx, groupID, members)
	c.refresh(ctx)
	return results, err
}

// JoinGroup adds the user to a group that lets everybody in. The API knows no application, so a group that wants one, or
// takes nobody, is not joined behind its administrators' back.
func (c *Client) JoinGroup(ctx context.Context, groupID, _ string) (model.JoinState, error) {
	doing := c.texts.Doing("加入群", "join", groupID)
	if c.state.has(groupID) {
		return model.Joined, nil
	}
	group, err := c.profile(ctx, groupID)
	if err != nil {
		return 0, err
	}
	if cause := c.cannotJoin(group); cause != "" {
		return 0, &im.Error{
			Doing: doing, Class: im.ClassRefused, Err: im.ErrUnsupported, Cause: cause,
			Remedy: c.texts.Pick("请群管理员邀请，或用长连接登录后申请", "let an administrator of the group invite, or apply on the long connection"),
		}
	}
	refused := c.state.enter(groupID)
	results, err := c.addBatch(ctx, groupID, []model.NewMember{{User: c.options.User}})
	if err != nil {
		refused()
		return 0, err
	}
	c.refresh(ctx)
	for _, result := range results {
		if result.User == c.options.User && (result.Outcome == model.Added || result.Outcome == model.AlreadyMember) {
			return model.Joined, nil
		}
	}
	refused()
	return 0, &im.Error{Doing: doing, Class: im.ClassRefused, Cause: c.texts.Pick("服务没有把用户加进群", "the service did not add the user")}
}

// cannotJoin says why the user cannot come into a group by REST, "" if that can be tried.
func (c *Client) cannotJoin(group *model.Group) string {
	switch {
	case group.Type == model.AVChatRoom:
		return c.texts.Pick("直播群只能由客户端自己加入，REST 接口不能代为加入", "a live room is joined by clients alone; the REST API cannot do it for them")
	case group.Type == model.Work:
		return c.texts.Pick("好友工作群只能由成员邀请", "a Work group is joined by invitation alone")
	case group.Join == model.JoinApproval:
		return c.texts.Pick("这个群要管理员审批，REST 接口不能提交申请", "the group's administrators decide who joins, and the REST API cannot apply")
	case group.Join == model.JoinClosed:
		return c.texts.Pick("这个群不接受申请", "the group takes no applications")
	}
	return ""
}

// QuitGroup removes the user, the only way out that the API has: others see it as the admin's doing.
func (c *Client) QuitGroup(ctx context.Context, groupID string) error {
	return c.leave(ctx, c.texts.Doing("退出群", "leave", groupID), wire.CmdDeleteGroupMember, groupID,
		wire.DeleteGroupMemberRequest{GroupID: groupID, MemberToDelAccount: []string{c.options.User}})
}

// DestroyGroup dissolves a group.
func (c *Client) DestroyGroup(ctx context.Context, groupID string) error {
	return c.leave(ctx, c.texts.Doing("解散群", "dissolve", groupID), wire.CmdDestroyGroup, groupID, wire.GroupRequest{GroupID: groupID})
}

// leave makes a call after which the user is not in the group any more.
func (c *Client) leave(ctx context.Context, doing, command, groupID string, request any) error {
	c.pace.active()
	defer c.state.leave(groupID)()
	if err := c.call(ctx, doing, command, request, &wire.Reply{}); err != nil {
		return err
	}
	c.state.drop(groupID)
	c.refresh(ctx)
	return nil
}

// HandOver makes another member the owner.
func (c *Client) HandOver(ctx context.Context, groupID, newOwner string) error {
	return c.order(ctx, c.texts.Doing("转让群", "hand over", groupID), wire.CmdChangeGroupOwner,
		wire.ChangeGroupOwnerRequest{GroupID: groupID, NewOwnerAccount: newOwner})
}

// EditGroup changes a group's profile, with the user as the operator.
func (c *Client) EditGroup(ctx context.Context, groupID string, edit model.GroupEdit) error {
	request := convert.EditGroup(groupID, edit)
	request.FromAccount = c.options.User
	return c.order(ctx, c.texts.Doing("修改群资料", "change the profile of", groupID), wire.CmdModifyGroupInfo, request)
}

// EditMember changes a membership.
func (c *Client) EditMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error {
	err := c.editMember(ctx, groupID, user, edit)
	if err == nil && user == c.options.User {
		c.refresh(ctx)
	}
	return err
}

func (c *Client) editMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error {
	doing := c.texts.Doing("修改群成员", "change a member of", groupID)
	if edit.MuteSeconds != nil && c.state.typeOf(groupID) == model.AVChatRoom {
		// Members of a live room have no profile to change; there is a command for silence alone (rest-api, section 2.8).
		return c.call(ctx, doing, wire.CmdForbidSendMsg, wire.ForbidSendMsgRequest{
			GroupID: groupID, MembersAccount: []string{user}, MuteTime: edit.MuteSeconds,
		}, &wire.Reply{})
	}
	return c.call(ctx, doing, wire.CmdModifyMemberInfo, convert.EditMember(groupID, user, edit), &wire.Reply{})
}

// RemoveMembers removes people from a group, in batches. Those who are no members are passed over.
func (c *Client) RemoveMembers(ctx context.Context, groupID string, users []string, reason string) error {
	doing := c.texts.Doing("移除群成员", "remove members of", groupID)
	for batch := range slices.Chunk(users, model.RemoveMembers) {
		err := c.order(ctx, doing, wire.CmdDeleteGroupMember, wire.DeleteGroupMemberRequest{
			GroupID: groupID, MemberToDelAccount: batch, Reason: reason,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// order makes a call whose answer says nothing but whether it succeeded, and looks at what it changed.
func (c *Client) order(ctx context.Context, doing, command string, request any) error {
	c.pace.active()
	if err := c.call(ctx, doing, command, request, &wire.Reply{}); err != nil {
		return err
	}
	c.refresh(ctx)
	return nil
}

// refresh looks at the groups after a change from here, so that it shows without waiting for the next turn. If that fails,
// the next turn does it.
func (c *Client) refresh(ctx context.Context) {
	if err := c.sweep(ctx); err == nil {
		c.pace.hurry()
	}
}
