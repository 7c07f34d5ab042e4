package rest

import (
	"context"
	"fmt"
	"time"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// The API tells no notices. What sweeps show is told as one where it is certain: that a group was dissolved, and that the user
// became an administrator or is none any more. Who did it, and who came, asked or invited, they do not show; of invitations,
// removals and dissolved groups webhooks tell that.

// dissolved returns those of the groups that no longer exist; the user only left the others, or was removed. What cannot be
// asked for counts as left.
func (c *Client) dissolved(ctx context.Context, groups []string) map[string]bool {
	doing := c.texts.Pick("获取群资料", "get the profiles of groups")
	gone := make(map[string]bool)
	for start := 0; start < len(groups); start += infoBatch {
		rows, err := c.profileRows(ctx, doing, groups[start:min(start+infoBatch, len(groups))])
		if err != nil {
			return gone
		}
		for _, row := range rows {
			gone[row.GroupID] = row.ErrorCode == wire.CodeNoGroup
		}
	}
	return gone
}

// absent returns the groups that are known and not in a list.
func (s *state) absent(rows []wire.Group) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	listed := make(map[string]bool, len(rows))
	for i := range rows {
		listed[rows[i].GroupID] = true
	}
	var absent []string
	for id := range s.groups {
		if !listed[id] {
			absent = append(absent, id)
		}
	}
	return absent
}

// enter notes that the user joins a group from here; refused takes it back.
func (s *state) enter(groupID string) (refused func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entered[groupID] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.entered, groupID)
	}
}

func (s *state) hasEntered(groupID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entered[groupID]
}

// leave notes that the user leaves a group from here, until the returned function is called.
func (s *state) leave(groupID string) (done func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving[groupID] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.leaving, groupID)
	}
}

func (s *state) isLeaving(groupID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaving[groupID]
}

// drop forgets a group that the user left or dissolved from here: its absence is no news.
func (s *state) drop(groupID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(groupID)
}

// remove takes a group off the list, whatever sweeps under way find; mu is held.
func (s *state) remove(groupID string) {
	delete(s.groups, groupID)
	delete(s.entered, groupID)
	s.removed[groupID] = im.Now()
}

// tellGone tells that a group is gone; mu is held.
func (s *state) tellGone(group *model.Group, dissolved bool, now time.Time) {
	if !dissolved {
		s.tell(im.GroupChanged{GroupID: group.ID, Gone: true, Asked: s.asked})
		return
	}
	s.tell(im.GroupChanged{GroupID: group.ID, Gone: true, Reason: im.GoneDissolved, Asked: s.asked})
	s.tellNotice(model.NoticeDissolved, group, now)
}

// tellRole tells that the user's rights changed; mu is held.
func (s *state) tellRole(before, after *model.Group, now time.Time) {
	switch {
	case before.SelfRole == model.Ordinary && after.SelfRole == model.Admin:
		s.tellNotice(model.NoticeMadeAdmin, after, now)
	case before.SelfRole == model.Admin && after.SelfRole == model.Ordinary:
		s.tellNotice(model.NoticeUnmadeAdmin, after, now)
	}
}

// tellNotice names a notice by the second in which it was found: sweeps find a change once.
func (s *state) tellNotice(kind model.GroupNoticeKind, group *model.Group, now time.Time) {
	s.tell(im.Noticed{Notice: model.GroupNotice{
		ID:   fmt.Sprintf("%s/%s/%d", group.ID, kind, now.Unix()),
		Kind: kind, GroupID: group.ID, GroupName: group.Name, Time: now.Unix(),
	}})
}
