package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// attempts does each action in a group that has bob, an ordinary member, in it; dave has asked to come in.
var attempts = map[model.GroupAction]func(ctx context.Context, c im.Client, group string) error{
	model.ActInvite: func(ctx context.Context, c im.Client, group string) error {
		_, err := c.AddMembers(ctx, group, []model.NewMember{{User: "carol"}})
		return err
	},
	model.ActRemove: func(ctx context.Context, c im.Client, group string) error {
		return c.RemoveMembers(ctx, group, []string{"bob"}, "")
	},
	model.ActSetAdmin: func(ctx context.Context, c im.Client, group string) error {
		admin := model.Admin
		return c.EditMember(ctx, group, "bob", model.MemberEdit{Role: &admin})
	},
	model.ActMute: func(ctx context.Context, c im.Client, group string) error {
		minute := int64(60)
		return c.EditMember(ctx, group, "bob", model.MemberEdit{MuteSeconds: &minute})
	},
	model.ActMuteAll: func(ctx context.Context, c im.Client, group string) error {
		on := true
		return c.EditGroup(ctx, group, model.GroupEdit{MuteAll: &on})
	},
	model.ActEditGroup: func(ctx context.Context, c im.Client, group string) error {
		name := "新名字"
		return c.EditGroup(ctx, group, model.GroupEdit{Name: &name})
	},
	model.ActEditMember: func(ctx context.Context, c im.Client, group string) error {
		card := "小鲍"
		return c.EditMember(ctx, group, "bob", model.MemberEdit{NameCard: &card})
	},
	model.ActHandOver: func(ctx context.Context, c im.Client, group string) error { return c.HandOver(ctx, group, "bob") },
	model.ActQuit:     func(ctx context.Context, c im.Client, group string) error { return c.QuitGroup(ctx, group) },
	model.ActDestroy:  func(ctx context.Context, c im.Client, group string) error { return c.DestroyGroup(ctx, group) },
	model.ActApprove: func(ctx context.Context, c im.Client, group string) error {
		waiting, err := c.Applications(ctx)
		if err != nil {
			return err
		}
		for _, application := range waiting {
			if application.GroupID == group {
				return c.Decide(ctx, application, true, "")
			}
		}
		return fmt.Errorf("nothing waits in %s", group)
	},
}

// TestRightsAreAsTheyAreSaid: what model.Allows tells a screen beforehand is what the server then does, for every action in every
// type of group, by everybody.
func TestRightsAreAsTheyAreSaid(t *testing.T) {
	s := newService(t)
	s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"carol"},{"UserID":"dave"}]}`)
	alice, bob, dave := connected(t, s, "alice"), connected(t, s, "bob"), connected(t, s, "dave")
	n := 0
	for _, kind := range []model.GroupType{model.Work, model.Public, model.Meeting, model.Community, model.AVChatRoom} {
		for _, role := range []model.ServiceRole{model.Owner, model.Admin, model.Ordinary, model.NotMember} {
			if role == model.Admin && kind.Allows(model.ActSetAdmin, model.Owner, false) == model.NotForType {
				continue
			}
			for action, attempt := range attempts {
				n++
				group := s.groupFor(fmt.Sprintf("g%d", n), kind, role)
				if kind == model.AVChatRoom {
					enter(t, group, bob)
					if role == model.Ordinary {
						enter(t, group, alice)
					}
				}
				if action == model.ActApprove {
					if _, err := dave.JoinGroup(t.Context(), group, ""); err != nil || kind != model.Public {
						continue // nobody has to ask
					}
				}
				err := attempt(t.Context(), alice, group)
				said := kind.Allows(action, role, false)
				require.Equal(t, said == model.Allowed, err == nil, "%s by %s in %s: said %d, got %v", actionNames[action], role, kind, said, err)
			}
		}
	}
}

// enter lets somebody into a live room, which everybody joins alone.
func enter(t *testing.T, group string, client im.Client) {
	_, err := client.JoinGroup(t.Context(), group, "")
	require.NoError(t, err)
}

var actionNames = map[model.GroupAction]string{
	model.ActInvite: "invite", model.ActRemove: "remove", model.ActSetAdmin: "set admin", model.ActMute: "mute", model.ActMuteAll: "mute all",
	model.ActEditGroup: "edit", model.ActEditMember: "edit member", model.ActHandOver: "hand over", model.ActQuit: "quit",
	model.ActDestroy: "destroy", model.ActApprove: "approve",
}

// connected returns a client on the long connection whose events nobody wants.
func connected(t *testing.T, s *service, user string) im.Client {
	client := overPush(s, s.address, user, "laptop")
	require.NoError(t, client.Connect(t.Context()))
	go func() {
		for range client.Events() {
		}
	}()
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// groupFor makes a group in which alice has a role.
func (s *service) groupFor(id string, kind model.GroupType, role model.ServiceRole) string {
	wireType := map[model.GroupType]string{model.Work: "Private", model.Meeting: "ChatRoom"}[kind]
	if wireType == "" {
		wireType = string(kind)
	}
	if kind == model.Community {
		id = "@TGS#_" + id
	}
	owner, members := "bob", ""
	switch role {
	case model.Owner:
		owner, members = "alice", `{"Member_Account":"bob"}`
	case model.Admin:
		owner, members = "carol", `{"Member_Account":"bob"},{"Member_Account":"alice","Role":"Admin"}`
	case model.Ordinary:
		owner, members = "carol", `{"Member_Account":"bob"},{"Member_Account":"alice"}`
	case model.NotMember:
		owner, members = "carol", `{"Member_Account":"bob"}`
	}
	if kind == model.AVChatRoom {
		members = ""
	}
	s.rest("group_open_http_svc/create_group", fmt.Sprintf(
		`{"GroupId":%q,"Owner_Account":%q,"Type":%q,"Name":"x","ApplyJoinOption":"NeedPermission","MemberList":[%s]}`, id, owner, wireType, members))
	return id
}
