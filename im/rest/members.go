package rest

import (
	"context"
	"maps"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	memberPage = 100
	// profileBatch is the most users in one portrait_get (rest-api, section 5.6).
	profileBatch = 100
)

// Members returns one page of a group's members with their nick names.
func (c *Client) Members(ctx context.Context, groupID string, offset, limit int) (*im.MemberPage, error) {
	c.pace.active()
	if limit <= 0 || limit > memberPage {
		limit = memberPage
	}
	offset = max(0, offset)
	asked := im.Now()
	answer, err := c.memberRows(ctx, groupID, offset, limit)
	if err != nil {
		return nil, err
	}
	members, err := c.named(ctx, answer.MemberList)
	if err != nil {
		return nil, err
	}
	page := &im.MemberPage{Members: members, Total: int(answer.MemberNum)}
	next := offset + len(page.Members)
	more := next < page.Total
	if answer.Next != nil {
		more = *answer.Next != ""
		c.state.continueMembers(memberPlace{groupID, next}, *answer.Next)
	}
	if more && len(page.Members) > 0 {
		page.Next = next
	}
	c.tellSelf(groupID, page.Members, asked)
	return page, nil
}

// memberRows asks for one page. A community's members are counted by tokens instead of offsets (rest-api, section 2.4).
func (c *Client) memberRows(ctx context.Context, groupID string, offset, limit int) (*wire.MemberInfoReply, error) {
	doing := c.texts.Doing("获取群成员", "get the members of", groupID)
	if err := c.checkMember(ctx, doing, groupID); err != nil {
		return nil, err
	}
	request := c.memberRequest(groupID)
	request.Limit, request.Offset = limit, offset
	if c.state.typeOf(groupID) == model.Community {
		token := c.state.memberToken(memberPlace{groupID, offset})
		request.Offset, request.Next = 0, &token
	}
	return c.askMembers(ctx, doing, wire.CmdGroupMemberInfo, request)
}

// memberRequest asks for the fields that convert.Member maps.
func (c *Client) memberRequest(groupID string) wire.MemberInfoRequest {
	return wire.MemberInfoRequest{
		GroupID: groupID, MemberInfoFilter: []string{"Role", "JoinTime", "MsgSeq", "NameCard", "MuteUntil"},
		AppDefinedFilter: []string{c.options.RoleField},
	}
}

// askMembers asks once more without custom fields where those are refused: an application that has not set up the field in
// the console may not ask for it.
func (c *Client) askMembers(ctx context.Context, doing, command string, request wire.MemberInfoRequest) (*wire.MemberInfoReply, error) {
	answer := &wire.MemberInfoReply{}
	err := c.call(ctx, doing, command, request, answer)
	if codeOf(err) == wire.CodeGroupParam {
		request.AppDefinedFilter = nil
		err = c.call(ctx, doing, command, request, answer)
	}
	return answer, err
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

// typeOf returns the type of a group that the user is in, "" of another.
func (s *state) typeOf(groupID string) model.GroupType {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.groups[groupID]; t != nil {
		return t.group.Type
	}
	return ""
}

func (s *state) memberToken(place memberPlace) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memberNext[place]
}

func (s *state) continueMembers(place memberPlace, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.memberNext) >= maxSent {
		clear(s.memberNext)
	}
	s.memberNext[place] = token
}

// tellSelf learns and tells the user's own place in a group from members that a question learned which left at the moment asked.
func (c *Client) tellSelf(groupID string, members []model.Member, asked im.Moment) {
	if changed := c.state.meetSelf(groupID, c.options.User, members, asked); changed != nil {
		c.state.tellGroups(changed)
	}
}

// meetSelf takes over the user's own name card and custom fields, which the list of groups does not tell. It returns the group if
// that is news.
func (s *state) meetSelf(groupID, user string, members []model.Member, asked im.Moment) *model.Group {
	i := slices.IndexFunc(members, func(m model.Member) bool { return m.User == user })
	if i < 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.groups[groupID]
	if t == nil || !t.meet(asked) || !t.group.SelfUnknown && t.group.SelfNameCard == members[i].NameCard && maps.Equal(t.group.SelfCustom, members[i].Custom) {
		return nil
	}
	group := *t.group
	group.SelfNameCard, group.SelfCustom, group.SelfUnknown = members[i].NameCard, members[i].Custom, false
	t.group = &group
	return t.group
}

// tellGroups keeps an event for each changed group.
func (s *state) tellGroups(changed ...*model.Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, group := range changed {
		if t := s.groups[group.ID]; t != nil {
			s.tell(im.GroupChanged{GroupID: group.ID, Group: group, Asked: t.asked})
		}
	}
}

// Profiles returns nick names and pictures, from memory where they are fresh.
func (c *Client) Profiles(ctx context.Context, users []string) ([]model.Profile, error) {
	doing := c.texts.Pick("获取用户资料", "get the profiles of users")
	profiles, unknown := c.cache.Get(users, time.Now())
	for batch := range slices.Chunk(unknown, profileBatch) {
		asked := im.Now()
		var answer wire.PortraitReply
		err := c.call(ctx, doing, wire.CmdPortraitGet, wire.PortraitGetRequest{
			ToAccount: batch, TagList: []string{wire.TagNick, wire.TagImage},
		}, &answer)
		if err != nil {
			return nil, err
		}
		fetched := convert.ProfileList(answer.UserProfileItem)
		c.cache.Put(withUnknown(fetched, batch), asked, time.Now())
		profiles = append(profiles, fetched...)
	}
	return slices.DeleteFunc(profiles, func(p model.Profile) bool { return p == model.Profile{User: p.User} }), nil
}

// withUnknown adds an empty profile for each user of whom nothing is known, so that they are not asked for at every message.
func withUnknown(profiles []model.Profile, users []string) []model.Profile {
	known := slices.Clone(profiles)
	for _, user := range users {
		if !slices.ContainsFunc(profiles, func(p model.Profile) bool { return p.User == user }) {
			known = append(known, model.Profile{User: user})
		}
	}
	return known
}

func (c *Client) names(ctx context.Context, users []string) (map[string]string, error) {
	profiles, err := c.Profiles(ctx, users)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(profiles))
	for _, profile := range profiles {
		names[profile.User] = profile.Name
	}
	return names, nil
}
