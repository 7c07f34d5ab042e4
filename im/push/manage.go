package push

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// CreateGroup makes a group with the user as owner and adds the members (push-protocol, section 6.5).
func (c *Client) CreateGroup(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	doing := c.texts.Doing("创建群", "create the group", group.Name)
	creator := convert.Creator{
		Adder: c.adder(), Self: c.options.User, Now: c.now,
		Create: func(ctx context.Context, group model.NewGroup, members []model.NewMember) (convert.Creation, error) {
			var answer wire.CreateGroupReply
			before := c.connected()
			err := c.call(ctx, doing, wire.CmdCreateGroup, convert.CreateGroup(group, c.options.User, members), &answer)
			if err == nil && answer.GroupID == "" {
				err = c.texts.Damaged(doing, errNoGroupID)
			}
			// A connection that ends leaves its requests to the next one.
			return convert.Creation{ID: answer.GroupID, Over: answer.OverLimit, Repeated: c.connected() != before}, err
		},
		Find: func(ctx context.Context, groupID string) (*model.Group, error) {
			groups, err := c.FindGroups(ctx, []string{groupID})
			if err != nil || len(groups) == 0 {
				return nil, err
			}
			return &groups[0], nil
		},
	}
	return creator.Make(ctx, group)
}

// connected returns the connection of the login, nil while there is none.
func (c *Client) connected() *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current
}

func (c *Client) adder() convert.Adder {
	return convert.Adder{Add: c.addBatch, Unknown: c.UnknownUsers, Edit: c.EditMember}
}

func (c *Client) addBatch(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	doing := c.texts.Doing("添加成员到群", "add members to", groupID)
	var answer wire.AddGroupMemberReply
	err := c.call(ctx, doing, wire.CmdAddGroupMember, convert.AddMembers(groupID, members), &answer)
	return convert.AddResults(answer.MemberList), err
}

// AddMembers invites people.
func (c *Client) AddMembers(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	return c.adder().All(ctx, groupID, members)
}

// JoinGroup asks to join. A group that lets everybody in has the user at once. Of a live room the embedded server pushes the
// messages; Tencent's own clients poll for them, and whether the service pushes them to this one is unconfirmed.
func (c *Client) JoinGroup(ctx context.Context, groupID, message string) (model.JoinState, error) {
	var answer wire.ApplyJoinGroupReply
	err := c.call(ctx, c.texts.Doing("加入群", "join", groupID), wire.CmdApplyJoinGroup,
		wire.ApplyJoinGroupRequest{GroupID: groupID, ApplyMsg: message}, &answer)
	switch {
	case im.CodeOf(err) == wire.CodeAlreadyMember:
		return model.Joined, nil
	case err != nil:
		return 0, err
	case answer.JoinedStatus == wire.JoinedWaiting:
		return model.AwaitsApproval, nil
	}
	return model.Joined, nil
}

// QuitGroup leaves a group.
func (c *Client) QuitGroup(ctx context.Context, groupID string) error {
	return c.order(ctx, c.texts.Doing("退出群", "leave", groupID), wire.CmdQuitGroup, wire.GroupRequest{GroupID: groupID})
}

// DestroyGroup dissolves a group.
func (c *Client) DestroyGroup(ctx context.Context, groupID string) error {
	return c.order(ctx, c.texts.Doing("解散群", "dissolve", groupID), wire.CmdDestroyGroup, wire.GroupRequest{GroupID: groupID})
}

// HandOver makes another member the owner.
func (c *Client) HandOver(ctx context.Context, groupID, newOwner string) error {
	return c.order(ctx, c.texts.Doing("转让群", "hand over", groupID), wire.CmdChangeGroupOwner,
		wire.ChangeGroupOwnerRequest{GroupID: groupID, NewOwnerAccount: newOwner})
}

// EditGroup changes a group's profile. The Web SDK names the mute of all members in the older way.
func (c *Client) EditGroup(ctx context.Context, groupID string, edit model.GroupEdit) error {
	request := convert.EditGroup(groupID, edit)
	request.ShutUpAllMember, request.MuteAllMember = request.MuteAllMember, nil
	return c.order(ctx, c.texts.Doing("修改群资料", "change the profile of", groupID), wire.CmdModifyGroupInfo, request)
}

// EditMember changes a membership. The Web SDK names the mute in the older way.
func (c *Client) EditMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error {
	request := convert.EditMember(groupID, user, edit)
	request.ShutUpTime, request.MuteTime = request.MuteTime, nil
	return c.order(ctx, c.texts.Doing("修改群成员", "change a member of", groupID), wire.CmdModifyMemberInfo, request)
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

// order sends a request whose answer says nothing but whether it succeeded.
func (c *Client) order(ctx context.Context, doing, command string, body any) error {
	_, err := c.exchange(ctx, doing, command, body)
	return err
}
