package session

import (
	"context"
	"time"

	"reddot/im"
	"reddot/model"
)

// manageTimeout bounds what is asked of the service about groups, batches of members included.
const manageTimeout = 2 * time.Minute

// The session's own deadline and the effects on the pictures are the same for every change of a group: the request goes out
// beside the session, and what it changed is looked up and shown before the caller goes on.

// FindGroups returns what anybody may know of the groups.
func (s *Session) FindGroups(ctx context.Context, ids []string) ([]model.Group, error) {
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	return s.client.FindGroups(ctx, ids)
}

// SearchGroups returns groups whose name has the words in it.
func (s *Session) SearchGroups(ctx context.Context, words string, limit int) ([]model.Group, error) {
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	return s.client.SearchGroups(ctx, words, limit)
}

// UnknownUsers returns those of the users whom the service does not know.
func (s *Session) UnknownUsers(ctx context.Context, users []string) ([]string, error) {
	if len(users) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	return s.client.UnknownUsers(ctx, users)
}

// JoinGroup asks to join. A group that lets everybody in is in the list when it returns.
func (s *Session) JoinGroup(ctx context.Context, groupID, message string) (model.JoinState, error) {
	doing := s.doing("加入群", "join", groupID)
	if err := s.checkGroupID(doing, groupID); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	state, err := s.client.JoinGroup(ctx, groupID, message)
	if err == nil && state == model.Joined {
		s.showGroup(ctx, groupID)
	}
	return state, err
}

// QuitGroup leaves a group, which is off the list when it returns.
func (s *Session) QuitGroup(ctx context.Context, groupID string) error {
	return s.end(ctx, groupID, model.ActQuit, s.doing("退出群", "leave", groupID), im.GoneLeft, s.client.QuitGroup)
}

// DestroyGroup dissolves a group, which is off the list when it returns.
func (s *Session) DestroyGroup(ctx context.Context, groupID string) error {
	return s.end(ctx, groupID, model.ActDestroy, s.doing("解散群", "dissolve", groupID), im.GoneDissolved, s.client.DestroyGroup)
}

func (s *Session) end(
	ctx context.Context, groupID string, action model.GroupAction, doing, reason string, request func(context.Context, string) error,
) error {
	if err := s.checkRight(doing, groupID, action); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	if err := request(ctx, groupID); err != nil {
		return err
	}
	s.show(ctx, func() { s.groupChanged(im.GroupChanged{GroupID: groupID, Gone: true, Reason: reason}) })
	return nil
}

// HandOver makes another member the owner.
func (s *Session) HandOver(ctx context.Context, groupID, newOwner string) error {
	doing := s.doing("转让群", "hand over", groupID)
	if err := s.checkUsers(doing, newOwner); err != nil {
		return err
	}
	return s.change(ctx, groupID, model.ActHandOver, doing, func(ctx context.Context) error {
		strangers, err := s.Strangers(ctx, groupID, []string{newOwner})
		if err == nil && len(strangers) > 0 {
			pick := s.options.Language.Pick
			return &im.Error{
				Doing: doing, Class: im.ClassRefused,
				Cause:  newOwner + pick(" 不是群成员", " is not a member of the group"),
				Remedy: pick("先邀请进群：", "invite them first: ") + "reddot group invite " + groupID + " " + newOwner,
			}
		}
		return s.client.HandOver(ctx, groupID, newOwner)
	})
}

// EditGroup changes a group's profile.
func (s *Session) EditGroup(ctx context.Context, groupID string, edit model.GroupEdit) error {
	doing := s.doing("修改群资料", "change the profile of", groupID)
	if err := s.checkEdit(doing, edit); err != nil {
		return err
	}
	if edit.MuteAll != nil {
		if err := s.checkRight(doing, groupID, model.ActMuteAll); err != nil {
			return err
		}
	}
	return s.change(ctx, groupID, model.ActEditGroup, doing, func(ctx context.Context) error {
		return s.client.EditGroup(ctx, groupID, edit)
	})
}

// change makes a change of a group and shows what became of it.
func (s *Session) change(
	ctx context.Context, groupID string, action model.GroupAction, doing string, request func(context.Context) error,
) error {
	if err := s.checkRight(doing, groupID, action); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	if err := request(ctx); err != nil {
		return err
	}
	s.showGroup(ctx, groupID)
	return nil
}

// showGroup looks a group up and shows it. A failure costs only time: the service tells of its changes too.
func (s *Session) showGroup(ctx context.Context, groupID string) {
	id, asked := model.GroupConversation(groupID), im.Now()
	groups, err := s.client.FindGroups(ctx, []string{groupID})
	if err != nil {
		s.log.Warn("Look up a group after a change", "group", groupID, "error", err)
	}
	s.show(ctx, func() {
		for i := range groups {
			if groups[i].ID == groupID && groups[i].SelfRole != model.NotMember {
				s.groupChanged(im.GroupChanged{GroupID: groupID, Group: &groups[i], Asked: asked})
			}
		}
		if c := s.chats[id]; c != nil {
			c.unlisted = c.group != nil && c.group.Type == model.AVChatRoom
			c.members.fetched = time.Time{} // what was changed here is looked at without delay
		}
		s.membersChanged(im.MembersChanged{GroupID: groupID})
	})
}

// show runs a change of the live state and waits until a picture has it.
func (s *Session) show(ctx context.Context, change func()) {
	shown := make(chan struct{})
	s.putAnswer(func() {
		change()
		// What is put now runs after the next picture.
		s.inbox.put(func() { close(shown) })
	})
	select {
	case <-shown:
	case <-s.ended:
	case <-ctx.Done():
	}
}
