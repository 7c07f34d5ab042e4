package rest

import (
	"context"
	"errors"
	"slices"
	"strings"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// checkBatch is the most accounts in one account_check (rest-api, section 1.5).
	checkBatch = 100
	// searchPage is how many ids one page of the app's groups has, and searched the most groups that a search looks at.
	searchPage = 1000
	searched   = 10_000
)

var errNoGroupID = errors.New("it names no group")

// profileFields are those that convert.Group maps.
func profileFields() []string {
	return []string{
		"Type", "Name", "Introduction", "Notification", "FaceUrl", "Owner_Account", "CreateTime", "MemberNum", "MaxMemberNum",
		"NextMsgSeq", "ApplyJoinOption", "InviteJoinOption", "MuteAllMember",
	}
}

// profile returns one group; a group that does not exist is the service's refusal.
func (c *Client) profile(ctx context.Context, groupID string) (*model.Group, error) {
	doing := c.texts.Doing("获取群资料", "get the profile of", groupID)
	rows, err := c.profileRows(ctx, doing, []string{groupID})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, c.texts.Damaged(doing, errNoGroupID)
	}
	row := &rows[0]
	if row.ErrorCode != wire.CodeOK {
		return nil, c.refused(doing, wire.Error{Code: row.ErrorCode, Info: row.ErrorInfo})
	}
	return c.asSeen(&row.Group), nil
}

func (c *Client) profileRows(ctx context.Context, doing string, ids []string) ([]wire.GroupInfoRow, error) {
	var answer wire.GroupInfoReply
	err := c.call(ctx, doing, wire.CmdGroupInfo, wire.GroupInfoRequest{
		GroupIDList: ids, ResponseFilter: &wire.ResponseFilter{GroupBaseInfoFilter: profileFields()},
	}, &answer)
	return slices.DeleteFunc(answer.GroupInfo, func(row wire.GroupInfoRow) bool { return row.GroupID == "" }), err
}

// asSeen maps a profile with the user's own place in the group, as the last sweep saw it.
func (c *Client) asSeen(row *wire.Group) *model.Group {
	group := convert.Group(row)
	group.SelfRole = model.NotMember
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if t := c.state.groups[group.ID]; t != nil {
		group.SelfRole, group.SelfRead, group.Muted = t.group.SelfRole, t.group.SelfRead, t.group.Muted
		group.SelfNameCard, group.SelfCustom, group.SelfUnknown = t.group.SelfNameCard, t.group.SelfCustom, t.group.SelfUnknown
	}
	return group
}

// FindGroups returns the profiles of the groups, with the user's own place in them.
func (c *Client) FindGroups(ctx context.Context, ids []string) ([]model.Group, error) {
	c.pace.active()
	if c.state.age() > freshFor {
		if err := c.sweep(ctx); err != nil {
			return nil, err
		}
	}
	return c.find(ctx, ids)
}

func (c *Client) find(ctx context.Context, ids []string) ([]model.Group, error) {
	doing := c.texts.Pick("获取群资料", "get the profiles of groups")
	var groups []model.Group
	for batch := range slices.Chunk(ids, infoBatch) {
		rows, err := c.profileRows(ctx, doing, batch)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if rows[i].ErrorCode == wire.CodeOK {
				groups = append(groups, *c.asSeen(&rows[i].Group))
			}
		}
	}
	return groups, nil
}

// SearchGroups looks through the app's groups, page by page, for names with the words in them. The API has no search, so it
// costs a call for every 50 groups, and looks at the first 10,000. Groups that take nobody in by themselves are left out.
func (c *Client) SearchGroups(ctx context.Context, words string, limit int) ([]model.Group, error) {
	c.pace.active()
	if err := c.sweep(ctx); err != nil {
		return nil, err
	}
	ids, err := c.allGroups(ctx)
	if err != nil {
		return nil, err
	}
	keywords := strings.Fields(strings.ToLower(words))
	var found []model.Group
	for batch := range slices.Chunk(ids, infoBatch) {
		groups, err := c.find(ctx, batch)
		if err != nil {
			return nil, err
		}
		for _, group := range groups {
			open := group.Type != model.Work || group.SelfRole != model.NotMember
			if open && containsAll(strings.ToLower(group.Name), keywords) {
				found = append(found, group)
			}
			if limit > 0 && len(found) == limit {
				return found, nil
			}
		}
	}
	return found, nil
}

func containsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// allGroups lists the ids of the app's groups.
func (c *Client) allGroups(ctx context.Context) ([]string, error) {
	doing := c.texts.Pick("搜索群", "search groups")
	var ids []string
	var next int64
	for len(ids) < searched {
		var answer wire.GroupListReply
		err := c.call(ctx, doing, wire.CmdGroupList, wire.GroupListRequest{Limit: searchPage, Next: next}, &answer)
		if err != nil {
			return nil, err
		}
		for _, row := range answer.GroupIDList {
			ids = append(ids, row.GroupID)
		}
		if answer.Next == 0 || answer.Next == next {
			break
		}
		next = answer.Next
	}
	return ids, nil
}

// MembersNamed returns the membership of the given users, with their nick names.
func (c *Client) MembersNamed(ctx context.Context, groupID string, users []string) ([]model.Member, error) {
	c.pace.active()
	doing := c.texts.Doing("获取群成员", "get members of", groupID)
	if err := c.checkMember(ctx, doing, groupID); err != nil {
		return nil, err
	}
	asked := im.Now()
	var members []model.Member
	for batch := range slices.Chunk(users, memberPage) {
		request := c.memberRequest(groupID)
		request.MemberListAccount = batch
		answer, err := c.askMembers(ctx, doing, wire.CmdSpecifiedMemberInfo, request)
		if err != nil {
			return nil, err
		}
		named, err := c.named(ctx, answer.MemberList)
		if err != nil {
			return nil, err
		}
		members = append(members, named...)
	}
	c.tellSelf(groupID, members, asked)
	return members, nil
}

// UnknownUsers returns those whose account is not imported.
func (c *Client) UnknownUsers(ctx context.Context, users []string) ([]string, error) {
	doing := c.texts.Pick("检查用户", "look up users")
	var unknown []string
	for batch := range slices.Chunk(users, checkBatch) {
		var request wire.AccountCheckRequest
		for _, user := range batch {
			request.CheckItem = append(request.CheckItem, wire.UserItem{UserID: user})
		}
		var answer wire.AccountCheckReply
		if err := c.call(ctx, doing, wire.CmdAccountCheck, request, &answer); err != nil {
			return nil, err
		}
		for _, item := range answer.ResultItem {
			if item.ResultCode == wire.CodeOK && item.AccountStatus == wire.AccountNotImported && slices.Contains(batch, item.UserID) {
				unknown = append(unknown, item.UserID)
			}
		}
	}
	return unknown, nil
}

// Applications and Decide cannot be done: no document of the API has a command for applications (rest-api, section 10).
func (c *Client) Applications(context.Context) ([]model.Application, error) {
	return nil, c.noApplications(c.texts.Pick("获取加群申请", "get the applications to join"))
}

// Decide: see Applications.
func (c *Client) Decide(_ context.Context, a model.Application, _ bool, _ string) error {
	return c.noApplications(c.texts.Doing("处理加群申请", "decide about joining", a.GroupID))
}

func (c *Client) noApplications(doing string) error {
	return &im.Error{
		Doing: doing, Class: im.ClassRefused, Err: im.ErrUnsupported, Cause: c.applicationsReason(),
		Remedy: c.texts.Pick("用长连接登录后处理；或直接把人加进群", "decide on the long connection, or add the person to the group"),
	}
}

func (c *Client) applicationsReason() string {
	return c.texts.Pick("REST 接口没有加群申请的命令", "the REST API has no command for applications to join")
}
