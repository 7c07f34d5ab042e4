package rest

import (
	"context"
	"slices"

	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// selfMembers is the most members of a group in which the user's own membership is looked for, and selfBatch the most of one
	// call: an answer has all of them.
	selfMembers = 200
	selfBatch   = 2000
)

// pollSelves finds out the user's own name card and role field in groups that nobody has opened, a batch of groups at a time. The
// list of groups does not tell them; the profile of a group does, with all of its members (rest-api, section 2.2).
func (c *Client) pollSelves(ctx context.Context) error {
	ids := c.state.unmet()
	if len(ids) == 0 {
		return nil
	}
	doing := c.texts.Pick("获取自己的群角色", "get one's own roles in groups")
	var answer wire.GroupInfoReply
	err := c.call(ctx, doing, wire.CmdGroupInfo, wire.GroupInfoRequest{
		GroupIDList: ids,
		ResponseFilter: &wire.ResponseFilter{
			GroupBaseInfoFilter: []string{"Type"}, MemberInfoFilter: []string{"Account", "NameCard"},
			AppDefinedDataFilterMembers: []string{c.options.RoleField},
		},
	}, &answer)
	if isFinal(err) {
		// The application has no such field, or the answer is too large: roles are learned where members are listed.
		c.state.meet(ids)
		return nil
	}
	if err != nil {
		return err
	}
	c.state.meet(ids)
	for i := range answer.GroupInfo {
		row := &answer.GroupInfo[i]
		n := slices.IndexFunc(row.MemberList, func(m wire.Member) bool { return m.MemberAccount == c.options.User })
		if row.ErrorCode == wire.CodeOK && n >= 0 {
			c.state.meetSelf(row.GroupID, c.options.User, []model.Member{convert.Member(&row.MemberList[n], "")})
		}
	}
	return nil
}

// unmet returns groups in which the user's own membership is not known, as many as one call may ask for.
func (s *state) unmet() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	members := 0
	for id, t := range s.groups {
		small := t.group.Members <= selfMembers && t.group.Type != model.AVChatRoom && t.group.Type != model.Community
		if t.met || !small || members+t.group.Members > selfBatch {
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

// meet notes that the user's own membership was asked for.
func (s *state) meet(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if t := s.groups[id]; t != nil {
			t.met = true
		}
	}
}
