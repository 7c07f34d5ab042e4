package push

import (
	"context"
	"slices"
	"sync"
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
	// profileLife is how long a profile is believed: only changes of oneself and of friends are pushed.
	profileLife = 10 * time.Minute
	// profileLimit is how many profiles are kept before all are forgotten.
	profileLimit = 2000
)

// Members returns one page of a group's members with their nick names.
func (c *Client) Members(ctx context.Context, groupID string, offset, limit int) (*im.MemberPage, error) {
	doing := c.texts.doing("获取群成员", "get the members of", groupID)
	if limit <= 0 || limit > memberPage {
		limit = memberPage
	}
	var answer wire.MemberInfoReply
	err := c.call(ctx, doing, wire.CmdGroupMemberInfo, wire.MemberInfoRequest{
		GroupID: groupID, Limit: limit, Offset: max(0, offset), MemberInfoFilter: memberFilter(),
		AppDefinedFilter: []string{model.RoleField},
	}, &answer)
	if err != nil {
		return nil, err
	}
	users := make([]string, 0, len(answer.MemberList))
	for _, member := range answer.MemberList {
		users = append(users, member.MemberAccount)
	}
	names, err := c.names(ctx, users)
	if err != nil {
		return nil, err
	}
	page := &im.MemberPage{Total: int(answer.MemberNum)}
	for i := range answer.MemberList {
		member := &answer.MemberList[i]
		page.Members = append(page.Members, convert.Member(member, names[member.MemberAccount]))
	}
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
	profiles, unknown := c.cache.get(users, time.Now())
	for batch := range slices.Chunk(unknown, profileBatch) {
		fetched, err := c.fetchProfiles(ctx, batch)
		if err != nil {
			return nil, err
		}
		c.cache.put(fetched, time.Now())
		profiles = append(profiles, fetched...)
	}
	return profiles, nil
}

func (c *Client) fetchProfiles(ctx context.Context, users []string) ([]model.Profile, error) {
	doing := c.texts.pick("获取用户资料", "get the profiles of users")
	request := wire.PortraitGetAllRequest{FromAccount: c.options.User}
	for _, user := range users {
		request.UserItem = append(request.UserItem, wire.AccountRef{ToAccount: user})
	}
	var answer wire.PortraitReply
	if err := c.call(ctx, doing, wire.CmdPortraitGetAll, request, &answer); err != nil {
		return nil, err
	}
	profiles := make([]model.Profile, 0, len(answer.UserProfileItem))
	for _, item := range answer.UserProfileItem {
		if item.ResultCode != 0 || item.ToAccount == "" {
			continue
		}
		profiles = append(profiles, model.Profile{
			User: item.ToAccount, Name: item.Text(wire.TagNick), FaceURL: item.Text(wire.TagImage),
		})
	}
	return profiles, nil
}

// profileCache keeps profiles for a while, so that paging through members does not ask for the same ones again.
type profileCache struct {
	mu    sync.Mutex
	known map[string]cachedProfile
}

type cachedProfile struct {
	profile model.Profile
	at      time.Time
}

func newProfileCache() *profileCache { return &profileCache{known: make(map[string]cachedProfile)} }

// get returns the fresh profiles and the users without one, each once.
func (p *profileCache) get(users []string, now time.Time) (profiles []model.Profile, unknown []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := make(map[string]bool, len(users))
	for _, user := range users {
		if user == "" || asked[user] {
			continue
		}
		asked[user] = true
		cached, ok := p.known[user]
		if ok && now.Sub(cached.at) < profileLife {
			profiles = append(profiles, cached.profile)
			continue
		}
		unknown = append(unknown, user)
	}
	return profiles, unknown
}

func (p *profileCache) put(profiles []model.Profile, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known)+len(profiles) > profileLimit {
		clear(p.known)
	}
	for _, profile := range profiles {
		p.known[profile.User] = cachedProfile{profile, now}
	}
}
