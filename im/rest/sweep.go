package rest

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// groupPage and smallGroupPage are how many groups one page lists; the smaller one when the answer was too large (10018).
	groupPage      = 500
	smallGroupPage = 100
	// infoBatch is the most groups in one get_group_info (rest-api, section 2.2).
	infoBatch = 50
	// maxPages bounds every list that comes in pages, so that one that never ends does not loop.
	maxPages = 200
	// parallel bounds the calls of one sweep or Sync that are under way at a time.
	parallel = 6
)

// sweep lists the user's groups, takes over their positions and fetches the profiles that are new or have changed.
func (c *Client) sweep(ctx context.Context) error {
	select {
	case c.state.turn <- struct{}{}:
		defer func() { <-c.state.turn }()
	case <-ctx.Done():
		return c.texts.Interrupted(c.texts.Pick("获取群列表", "get the groups"), ctx.Err())
	}
	asked := im.Now()
	rows, err := c.listGroups(ctx)
	if err != nil {
		return err
	}
	infos, err := c.groupInfos(ctx, c.state.changedInfos(rows))
	if err != nil {
		return err
	}
	gone := c.dissolved(ctx, c.state.absent(rows))
	c.state.take(asked, rows, infos, gone, c.now())
	return nil
}

// listGroups lists the user's groups: the first time with their profiles, as far as the service gives them in a list, and from then
// on only with what shows whether a group moved. Profiles that are missing or have changed come with groupInfos.
func (c *Client) listGroups(ctx context.Context) ([]wire.Group, error) {
	if c.state.isNew() {
		rows, err := c.joinedInPages(ctx, append(profileFields(), "InfoSeq", "LastInfoTime"))
		if codeOf(err) != wire.CodeGroupParam {
			return rows, err
		}
	}
	return c.joinedInPages(ctx, movingFields())
}

func movingFields() []string {
	return []string{"Type", "Name", "InfoSeq", "LastInfoTime", "NextMsgSeq", "MemberNum"}
}

// joinedInPages asks for smaller pages where the answer was too large.
func (c *Client) joinedInPages(ctx context.Context, fields []string) ([]wire.Group, error) {
	rows, err := c.joinedGroups(ctx, groupPage, fields)
	if codeOf(err) == wire.CodeReplyTooLarge {
		return c.joinedGroups(ctx, smallGroupPage, fields)
	}
	return rows, err
}

// joinedGroups lists the user's groups with these fields of their profiles.
func (c *Client) joinedGroups(ctx context.Context, page int, fields []string) ([]wire.Group, error) {
	doing := c.texts.Pick("获取群列表", "get the groups")
	var rows []wire.Group
	for n := range maxPages {
		answer := wire.JoinedGroupListReply{TotalCount: notTold}
		err := c.call(ctx, doing, wire.CmdJoinedGroupList, groupListRequest{
			Member: c.options.User, Limit: page, Offset: n * page, WithHugeGroups: 1, WithNoActiveGroups: 1,
			ResponseFilter: wire.ResponseFilter{
				GroupBaseInfoFilter: fields, SelfInfoFilter: []string{"Role", "MsgFlag", "MsgSeq"},
			},
		}, &answer)
		if codeOf(err) == wire.CodeGroupNoAccount {
			return nil, c.unknownUser(err)
		}
		if err != nil {
			return nil, err
		}
		if answer.GroupIDList == nil && answer.TotalCount != 0 || len(answer.GroupIDList) == 0 && n == 0 && c.loses(answer.TotalCount) {
			return nil, c.texts.Damaged(doing, errNoList)
		}
		rows = append(rows, answer.GroupIDList...)
		// A full page says more than a TotalCount that is less than what has come.
		full := len(answer.GroupIDList) == page && len(rows) != answer.TotalCount
		if !full && (n+1)*page >= answer.TotalCount || len(answer.GroupIDList) == 0 {
			return slices.DeleteFunc(rows, func(g wire.Group) bool { return g.GroupID == "" }), nil
		}
	}
	return nil, c.texts.Damaged(doing, errEndless)
}

// notTold stands for a TotalCount that an answer does not have.
const notTold = -1

// loses says whether an empty list would take groups away although the service counts some.
func (c *Client) loses(total int) bool { return total > 0 && c.state.count() > 0 }

// groupListRequest is get_joined_group_list without the fields that only the long connection has.
type groupListRequest struct {
	Member             string              `json:"Member_Account"`
	WithHugeGroups     int                 `json:"WithHugeGroups"`
	WithNoActiveGroups int                 `json:"WithNoActiveGroups"`
	Limit              int                 `json:"Limit"`
	Offset             int                 `json:"Offset"`
	ResponseFilter     wire.ResponseFilter `json:"ResponseFilter"`
}

// groupInfos fetches the profiles of groups; a group whose row is refused is missing from the answer.
func (c *Client) groupInfos(ctx context.Context, ids []string) (map[string]wire.Group, error) {
	doing := c.texts.Pick("获取群资料", "get the profiles of groups")
	answers := make([]wire.GroupInfoReply, (len(ids)+infoBatch-1)/infoBatch)
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(parallel)
	next := 0
	for batch := range slices.Chunk(ids, infoBatch) {
		answer := &answers[next]
		next++
		tasks.Go(crash.Task(func() error {
			return c.call(ctx, doing, wire.CmdGroupInfo, wire.GroupInfoRequest{
				GroupIDList:    batch,
				ResponseFilter: &wire.ResponseFilter{GroupBaseInfoFilter: profileFields()},
			}, answer)
		}))
	}
	err := tasks.Wait()
	var coded *im.Error
	if errors.As(err, &coded) && isFinal(err) {
		// A list without profiles is still worth having: names and positions are in the list itself.
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	infos := make(map[string]wire.Group, len(ids))
	for _, answer := range answers {
		for _, row := range answer.GroupInfo {
			if row.ErrorCode == wire.CodeOK && row.GroupID != "" {
				infos[row.GroupID] = row.Group
			}
		}
	}
	return infos, nil
}

// isNew says whether groups were never listed.
func (s *state) isNew() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listedAt.IsZero()
}

// changedInfos returns the groups whose profile is not known, or changed since. A row with the time of creation has all of it.
func (s *state) changedInfos(rows []wire.Group) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for i := range rows {
		row := &rows[i]
		t := s.groups[row.GroupID]
		if row.CreateTime == 0 && (t == nil || t.infoSeq != row.InfoSeq || t.infoTime != row.LastInfoTime || t.group.Name != row.Name) {
			ids = append(ids, row.GroupID)
		}
	}
	return ids
}

// take takes over a sweep: groups that came, went, changed or were read elsewhere. What it finds after the first sweep is
// kept for the poller to tell. Groups that went otherwise after the question left stay away.
func (s *state) take(asked im.Moment, rows []wire.Group, infos map[string]wire.Group, dissolved map[string]bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.listedAt.IsZero()
	rows = slices.DeleteFunc(rows, func(row wire.Group) bool { return s.removed[row.GroupID] > asked })
	s.asked = asked
	present := make(map[string]bool, len(rows))
	for i := range rows {
		row := &rows[i]
		present[row.GroupID] = true
		s.takeGroup(row, infos, first, now)
	}
	for id, t := range s.groups {
		if !present[id] {
			delete(s.groups, id)
			delete(s.entered, id)
			s.tellGone(t.group, dissolved[id], now)
		}
	}
	if first {
		s.since = now
	}
	s.listedAt = time.Now()
}

func (s *state) takeGroup(row *wire.Group, infos map[string]wire.Group, first bool, now time.Time) {
	known := s.groups[row.GroupID]
	group := groupOf(row, infos, known)
	t := &tracked{group: group, asked: s.asked, infoSeq: row.InfoSeq, infoTime: row.LastInfoTime}
	s.groups[row.GroupID] = t
	if known == nil {
		delete(s.removed, row.GroupID)
		t.told, t.heard, t.recalled = group.NextSequence-1, make(map[int64]bool), make(map[int64]bool)
		if !first {
			s.tell(im.GroupChanged{GroupID: row.GroupID})
		}
		return
	}
	t.told, t.heard, t.recalled, t.met, t.selfAsked = known.told, known.heard, known.recalled, known.met, known.selfAsked
	s.tellRole(known.group, group, now)
	if changed(known.group, group) {
		s.tell(im.GroupChanged{GroupID: row.GroupID, Group: group, Asked: s.asked})
	}
	if group.SelfRead > known.group.SelfRead && group.Type.KeepsUnread() {
		s.tell(im.ReadMoved{Conversation: model.GroupConversation(row.GroupID), Position: group.SelfRead})
	}
	if known.group.Members != group.Members {
		s.tell(im.MembersChanged{GroupID: row.GroupID, Members: group.Members, Asked: s.asked})
	}
}

// tell keeps an event for the poller; mu is held.
func (s *state) tell(event im.Event) { s.changes = append(s.changes, event) }

// untold returns the events that are to be told, and forgets them.
func (s *state) untold() []im.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	events := s.changes
	s.changes = nil
	return events
}

// groupOf joins what the list says with the profile, the fetched one or else the one known.
func groupOf(row *wire.Group, infos map[string]wire.Group, known *tracked) *model.Group {
	full := *row
	if info, fetched := infos[row.GroupID]; fetched {
		full.Introduction, full.Notification, full.FaceURL = info.Introduction, info.Notification, info.FaceURL
		full.OwnerAccount, full.CreateTime, full.MaxMemberNum = info.OwnerAccount, info.CreateTime, info.MaxMemberNum
		full.ApplyJoinOption, full.InviteJoinOption = info.ApplyJoinOption, info.InviteJoinOption
		full.MuteAllMember, full.ShutUpAllMember = info.MuteAllMember, info.ShutUpAllMember
	}
	group := convert.Group(&full)
	if _, fetched := infos[row.GroupID]; !fetched && known != nil {
		group.Introduction, group.Notification, group.FaceURL = known.group.Introduction, known.group.Notification, known.group.FaceURL
		group.Owner, group.CreatedAt, group.MaxMembers = known.group.Owner, known.group.CreatedAt, known.group.MaxMembers
		group.Join, group.Invite, group.AllMuted = known.group.Join, known.group.Invite, known.group.AllMuted
	}
	group.SelfUnknown = group.Type != model.AVChatRoom // its members have no fields
	if known != nil {
		group.SelfNameCard, group.SelfCustom, group.SelfUnknown = known.group.SelfNameCard, known.group.SelfCustom, known.group.SelfUnknown
	}
	return group
}

// changed says whether more than positions and the number of members differ.
func changed(before, after *model.Group) bool {
	return before.Name != after.Name || before.Type != after.Type || before.Owner != after.Owner ||
		before.Introduction != after.Introduction || before.Notification != after.Notification ||
		before.FaceURL != after.FaceURL || before.SelfRole != after.SelfRole || before.Muted != after.Muted ||
		before.Join != after.Join || before.Invite != after.Invite || before.AllMuted != after.AllMuted
}
