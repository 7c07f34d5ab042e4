package push

import (
	"cmp"
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
	// infoBatch is the most groups in one request for profiles, and namedBatch the most members in one for memberships. The
	// first is REST's limit, the second what the Web SDK asks for at most.
	infoBatch  = 50
	namedBatch = 50
	// pendencyPage is how many applications one request asks for.
	pendencyPage = 50
	// searchPage is how many groups one page of a search has.
	searchPage = 20
)

var (
	errNoGroupID = errors.New("it names no group")
	errNoWords   = errors.New("there is nothing to search for")
)

// FindGroups returns what anybody may know of the groups, and more of those that the user is in.
func (c *Client) FindGroups(ctx context.Context, ids []string) ([]model.Group, error) {
	var groups []model.Group
	for batch := range slices.Chunk(ids, infoBatch) {
		found, err := c.findBatch(ctx, batch)
		if err != nil {
			return nil, err
		}
		groups = append(groups, found...)
	}
	return groups, nil
}

// findBatch asks as a member first, and for the public profiles of those groups that the user is not in.
func (c *Client) findBatch(ctx context.Context, ids []string) ([]model.Group, error) {
	rows, err := c.groupRows(ctx, wire.CmdSelfMemberInfo, ids)
	if err != nil {
		return nil, err
	}
	var groups []model.Group
	var others []string
	for i := range rows {
		switch row := &rows[i]; row.ErrorCode {
		case wire.CodeOK:
			groups = append(groups, *convert.Group(&row.Group))
		case wire.CodeGroupPermission:
			others = append(others, row.GroupID)
		}
	}
	if len(others) == 0 {
		return groups, nil
	}
	if rows, err = c.groupRows(ctx, wire.CmdPublicInfo, others); err != nil {
		return nil, err
	}
	for i := range rows {
		if row := &rows[i]; row.ErrorCode == wire.CodeOK {
			row.SelfInfo = nil
			group := convert.Group(&row.Group)
			group.SelfRole = model.NotMember
			groups = append(groups, *group)
		}
	}
	return groups, nil
}

func (c *Client) groupRows(ctx context.Context, command string, ids []string) ([]wire.GroupInfoRow, error) {
	doing := c.texts.Pick("获取群资料", "get the profiles of groups")
	request := wire.GroupInfoRequest{GroupIDList: ids, ResponseFilter: c.groupFilter()}
	var answer wire.GroupInfoReply
	err := c.call(ctx, doing, command, request, &answer)
	return slices.DeleteFunc(answer.GroupInfo, func(row wire.GroupInfoRow) bool { return row.GroupID == "" }), err
}

// SearchGroups asks the service's own search, which is sold apart. What the Web SDK sends and accepts was seen; what the
// service answers is unconfirmed.
func (c *Client) SearchGroups(ctx context.Context, words string, limit int) ([]model.Group, error) {
	doing := c.texts.Pick("搜索群", "search groups")
	keywords := strings.Fields(words)
	if len(keywords) == 0 {
		return nil, c.texts.Usage(doing, errNoWords)
	}
	var groups []model.Group
	cursor := ""
	for range maxPages {
		var answer wire.GroupSearchReply
		err := c.call(ctx, doing, wire.CmdGroupSearch, wire.GroupSearchRequest{
			Keywords: keywords, KeywordMatchType: wire.MatchAllWords, Count: searchPage, Cursor: cursor,
		}, &answer)
		if err == nil && answer.Code != wire.CodeOK {
			err = c.texts.Refused(doing, wire.Error{Code: answer.Code, Info: answer.Message})
		}
		if err != nil {
			return nil, c.withoutSearch(doing, err)
		}
		for i := range answer.GroupList {
			groups = append(groups, *convert.Group(&answer.GroupList[i]))
		}
		cursor = answer.Cursor
		if cursor == "" || limit > 0 && len(groups) >= limit {
			break
		}
	}
	if limit > 0 {
		groups = groups[:min(len(groups), limit)]
	}
	return groups, c.placeSelf(ctx, groups)
}

// placeSelf adds the user's own place in groups that were found; a search does not tell it.
func (c *Client) placeSelf(ctx context.Context, groups []model.Group) error {
	ids := make([]string, len(groups))
	for i := range groups {
		ids[i] = groups[i].ID
		groups[i].SelfRole = model.NotMember
	}
	known, err := c.FindGroups(ctx, ids)
	for _, group := range known {
		if i := slices.Index(ids, group.ID); i >= 0 {
			groups[i] = group
		}
	}
	return err
}

// withoutSearch explains the refusal of a service that has no search to offer this application.
func (c *Client) withoutSearch(doing string, err error) error {
	if code := im.CodeOf(err); code != wire.CodePackage && code != wire.CodeUnknown && code != wire.CodeGroupCommand {
		return err
	}
	return &im.Error{
		Doing: doing, Code: im.CodeOf(err), Class: im.ClassRefused, Err: im.ErrUnsupported, Cause: c.searchReason(),
		Remedy: c.texts.Pick("用完整的群 ID 查找", "look it up by its whole id"),
	}
}

func (c *Client) searchReason() string {
	return c.texts.Pick("云端搜索要单独购买，这个应用没有", "the service's search is sold apart, and this application does not have it")
}

// MembersNamed returns the membership of the given users, with their nick names.
func (c *Client) MembersNamed(ctx context.Context, groupID string, users []string) ([]model.Member, error) {
	doing := c.texts.Doing("获取群成员", "get members of", groupID)
	var members []model.Member
	for batch := range slices.Chunk(users, namedBatch) {
		var answer wire.MemberInfoReply
		err := c.call(ctx, doing, wire.CmdSpecifiedMemberInfo, wire.MemberInfoRequest{
			GroupID: groupID, MemberListAccount: batch, MemberInfoFilter: memberFilter(), AppDefinedFilter: []string{c.options.RoleField},
		}, &answer)
		if err != nil {
			return nil, err
		}
		named, err := c.named(ctx, answer.MemberList)
		if err != nil {
			return nil, err
		}
		members = append(members, named...)
	}
	return members, nil
}

// named maps rows of members and adds their nick names.
func (c *Client) named(ctx context.Context, rows []wire.Member) ([]model.Member, error) {
	users := make([]string, 0, len(rows))
	for _, row := range rows {
		users = append(users, row.MemberAccount)
	}
	names, err := c.names(ctx, users)
	if err != nil {
		return nil, err
	}
	members := make([]model.Member, 0, len(rows))
	for i := range rows {
		members = append(members, convert.Member(&rows[i], names[rows[i].MemberAccount]))
	}
	return members, nil
}

// UnknownUsers returns those who have no profile. That the service refuses the profile of an account that does not exist is
// documented for REST; on the long connection it is unconfirmed.
func (c *Client) UnknownUsers(ctx context.Context, users []string) ([]string, error) {
	var unknown []string
	for batch := range slices.Chunk(users, profileBatch) {
		profiles, err := c.fetchProfiles(ctx, batch)
		if err != nil {
			return nil, err
		}
		for _, user := range batch {
			if !slices.ContainsFunc(profiles, func(p model.Profile) bool { return p.User == user }) {
				unknown = append(unknown, user)
			}
		}
	}
	return unknown, nil
}

// Applications returns what waits for the user's decision, oldest first.
func (c *Client) Applications(ctx context.Context) ([]model.Application, error) {
	doing := c.texts.Pick("获取加群申请", "get the applications to join")
	var applications []model.Application
	var start int64
	for range maxPages {
		var answer wire.GetPendencyReply
		err := c.call(ctx, doing, wire.CmdGetPendency, wire.GetPendencyRequest{
			StartTime: start, Limit: pendencyPage, HandleAccount: c.options.User,
		}, &answer)
		if err != nil {
			return nil, err
		}
		for i := range answer.PendencyList {
			if row := &answer.PendencyList[i]; row.Handled == 0 && row.GroupID != "" {
				applications = append(applications, convert.Application(row))
			}
		}
		if answer.NextStartTime == 0 || answer.NextStartTime == start {
			slices.SortStableFunc(applications, func(a, b model.Application) int { return cmp.Compare(a.Time, b.Time) })
			return applications, nil
		}
		start = answer.NextStartTime
	}
	return nil, c.texts.Damaged(doing, errEndless)
}

// Decide agrees to an application or refuses it. An invitation has a command of its own, and another one where the user is the
// invited; the shape of that one was read in the Web SDK and never seen in use.
func (c *Client) Decide(ctx context.Context, a model.Application, agree bool, reply string) error {
	doing := c.texts.Doing("处理加群申请", "decide about joining", a.GroupID)
	answer := "Reject"
	if agree {
		answer = "Agree"
	}
	if a.Invitation() && a.Applicant == c.options.User {
		return c.order(ctx, doing, wire.CmdHandleOwnInvite, wire.HandleOwnInviteRequest{
			GroupID: a.GroupID, InviterAccount: a.By, HandleMsg: answer, ApprovalMsg: reply, Authentication: a.Authentication,
			MsgKey: wire.Int(a.Key),
		})
	}
	if a.Invitation() {
		return c.order(ctx, doing, wire.CmdHandleInvite, wire.HandleInviteRequest{
			GroupID: a.GroupID, ApplicantAccount: a.By, InvitedAccount: a.Applicant, HandleMsg: answer, ApprovalMsg: reply,
			Authentication: a.Authentication,
		})
	}
	return c.order(ctx, doing, wire.CmdHandleApplyJoin, wire.HandleApplyJoinRequest{
		GroupID: a.GroupID, ApplicantAccount: a.Applicant, HandleMsg: answer, ApprovalMsg: reply, Authentication: a.Authentication,
		MsgKey: wire.Int(a.Key),
	})
}

// tellWaiting queues the notices that waited for this login. What they changed is in the lists that a Sync reads.
func (c *Client) tellWaiting(events []byte) {
	decoder := newDecoder(c.options.User, c.peers)
	var p push
	items := convert.NewScanner(events, decoder.names)
	for range items.Array() {
		decoder.event(items, &p)
	}
	for _, event := range p.events {
		if noticed, ok := event.(im.Noticed); ok {
			c.notify(noticed)
		}
	}
}
