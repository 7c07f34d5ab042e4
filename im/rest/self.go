package rest

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// selfMembers is the most members of a group in which the user's own membership is looked for, and selfBatch the most of one
	// call: an answer has all of them.
	selfMembers = 200
	selfBatch   = 2000
	// selfLarge is the most larger groups that are asked about at a time.
	selfLarge = 5
)

// pollSelves learns and tells the user's own place in groups.
func (c *Client) pollSelves(ctx context.Context) error {
	changed, err := c.learnSelves(ctx)
	c.state.tellGroups(changed...)
	return err
}

// learnSelves finds out the user's own name card and role field in groups that nobody has opened: a batch of small groups, and a
// few larger ones. The list of groups does not tell them; the profile of a group does, with all of its members (rest-api, section
// 2.2). It returns the groups of which something new is known.
func (c *Client) learnSelves(ctx context.Context) ([]*model.Group, error) {
	var changed []*model.Group
	if ids := c.state.unmet(); len(ids) > 0 {
		learned, err := c.askSelves(ctx, ids)
		if err != nil {
			return nil, err
		}
		changed = learned
	}
	for _, id := range c.state.unmetLarge() {
		learned, err := c.askSelf(ctx, id)
		if err != nil {
			return changed, err
		}
		changed = append(changed, learned...)
	}
	return changed, nil
}

// askSelf asks for the user's own membership in a group that is too large for its members to be listed.
func (c *Client) askSelf(ctx context.Context, id string) ([]*model.Group, error) {
	asked := im.Now()
	request := c.memberRequest(id)
	request.MemberListAccount = []string{c.options.User}
	answer, err := c.askMembers(ctx, c.texts.Doing("获取自己的群角色：", "get one's own role in", id), wire.CmdSpecifiedMemberInfo, request)
	if err != nil && !isFinal(err) {
		return nil, err
	}
	return c.met(c.state.meet([]string{id}, false, asked), id, answer.MemberList, asked), nil
}

// met takes over the user's own row among members of a group, and adds the group to those that changed.
func (c *Client) met(changed []*model.Group, id string, rows []wire.Member, asked im.Moment) []*model.Group {
	n := slices.IndexFunc(rows, func(m wire.Member) bool { return m.MemberAccount == c.options.User })
	if n < 0 {
		return changed
	}
	if group := c.state.meetSelf(id, c.options.User, []model.Member{convert.Member(&rows[n], "")}, asked); group != nil {
		changed = append(changed, group)
	}
	return changed
}

// askSelves asks for the user's own membership in small groups, in one call.
func (c *Client) askSelves(ctx context.Context, ids []string) ([]*model.Group, error) {
	doing := c.texts.Pick("获取自己的群角色", "get one's own roles in groups")
	asked := im.Now()
	var answer wire.GroupInfoReply
	err := c.call(ctx, doing, wire.CmdGroupInfo, wire.GroupInfoRequest{
		GroupIDList: ids,
		ResponseFilter: &wire.ResponseFilter{
			GroupBaseInfoFilter: []string{"Type"}, MemberInfoFilter: []string{"Account", "NameCard"},
			AppDefinedDataFilterMembers: []string{c.options.RoleField},
		},
	}, &answer)
	if isFinal(err) {
		// Where the application has no such field, nobody has a role in it. Where the answer is too large, roles are learned
		// where members are listed.
		return c.state.meet(ids, codeOf(err) == wire.CodeGroupParam, asked), nil
	}
	if err != nil {
		return nil, err
	}
	changed := c.state.meet(ids, false, asked)
	for i := range answer.GroupInfo {
		if row := &answer.GroupInfo[i]; row.ErrorCode == wire.CodeOK {
			changed = c.met(changed, row.GroupID, row.MemberList, asked)
		}
	}
	return changed, nil
}

// unmet returns groups in which the user's own membership is not known, as many as one call may ask for.
func (s *state) unmet() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	members := 0
	for id, t := range s.groups {
		if t.met || !t.small() || members+t.group.Members > selfBatch {
			continue
		}
		members += t.group.Members
		if ids = append(ids, id); len(ids) == infoBatch {
			break
		}
	}
	slices.Sort(ids)
	return ids
}

// unmetLarge returns a few of the larger groups in which the user's own membership is not known.
func (s *state) unmetLarge() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id, t := range s.groups {
		if !t.met && !t.small() && t.group.Type != model.AVChatRoom {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids[:min(selfLarge, len(ids))]
}

// small says whether a group's profile may be asked for with all members.
func (t *tracked) small() bool {
	return t.group.Members <= selfMembers && t.group.Type != model.AVChatRoom && t.group.Type != model.Community
}

// meet notes that the user's own membership was asked for; bare says that it has no fields. It returns the groups of which that is
// news.
func (s *state) meet(ids []string, bare bool, asked im.Moment) (changed []*model.Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		t := s.groups[id]
		if t == nil || !t.meet(asked) {
			continue
		}
		if bare && t.group.SelfUnknown {
			group := *t.group
			group.SelfUnknown = false
			t.group = &group
			changed = append(changed, &group)
		}
	}
	return changed
}

// meet notes that the user's own membership was asked for, and says whether nothing newer is known than what was asked then.
func (t *tracked) meet(asked im.Moment) bool {
	if asked < t.selfAsked {
		return false
	}
	t.met, t.selfAsked = true, asked
	return true
}
