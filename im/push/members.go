package push

import (
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	memberPage = 100
	// profileBatch is the most users in one profile request (rest-api: portrait_get takes 100).
	profileBatch = 100
)

// Members returns one page of a group's members with their nick names.
func (c *Client) Members(ctx context.Context, groupID string, offset, limit int) (*im.MemberPage, error) {
	doing := c.texts.Doing("获取群成员", "get the members of", groupID)
	if limit <= 0 || limit > memberPage {
		limit = memberPage
	}
	var answer wire.MemberInfoReply
	err := c.call(ctx, doing, wire.CmdGroupMemberInfo, wire.MemberInfoRequest{
		GroupID: groupID, Limit: limit, Offset: max(0, offset), MemberInfoFilter: memberFilter(),
		AppDefinedFilter: []string{c.options.RoleField},
	}, &answer)
	if err != nil {
		return nil, err
	}
	members, err := c.named(ctx, answer.MemberList)
	if err != nil {
		return nil, err
	}
	page := &im.MemberPage{Members: members, Total: int(answer.MemberNum)}
	if next := offset + len(page.Members); len(page.Members) > 0 && next < page.Total {
		page.Next = next
	}
	return page, nil
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

// Profiles returns nick names and pictures, from memory where they are fresh.
func (c *Client) Profiles(ctx context.Context, users []string) ([]model.Profile, error) {
	profiles, unknown := c.cache.Get(users, time.Now())
	for batch := range slices.Chunk(unknown, profileBatch) {
		asked := im.Now()
		fetched, err := c.fetchProfiles(ctx, batch)
		if err != nil {
			return nil, err
		}
		c.cache.Put(fetched, asked, time.Now())
		profiles = append(profiles, fetched...)
	}
	return profiles, nil
}

func (c *Client) fetchProfiles(ctx context.Context, users []string) ([]model.Profile, error) {
	doing := c.texts.Pick("获取用户资料", "get the profiles of users")
	request := wire.PortraitGetAllRequest{FromAccount: c.options.User}
	for _, user := range users {
		request.UserItem = append(request.UserItem, wire.AccountRef{ToAccount: user})
	}
	var answer wire.PortraitReply
	if err := c.call(ctx, doing, wire.CmdPortraitGetAll, request, &answer); err != nil {
		return nil, err
	}
	return convert.ProfileList(answer.UserProfileItem), nil
}
