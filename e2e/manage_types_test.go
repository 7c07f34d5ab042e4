package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// TestEveryTypeOfGroup is created, talked in, seen by another device, and ended as its type allows.
func TestEveryTypeOfGroup(t *testing.T) {
	bothWays(t, func(t *testing.T, way way, s *service, alice, bob *live) {
		for _, kind := range []model.GroupType{model.Work, model.Public, model.Meeting, model.Community, model.AVChatRoom} {
			group := model.NewGroup{Type: kind, Name: "群 " + string(kind)}
			if kind != model.AVChatRoom {
				group.Members = []model.NewMember{{User: "bob"}}
			}
			created, err := alice.CreateGroup(t.Context(), group)
			require.NoError(t, err, kind)
			id := model.GroupConversation(created.ID)
			if kind == model.AVChatRoom {
				state, err := bob.JoinGroup(t.Context(), created.ID, "")
				require.NoError(t, err)
				require.Equal(t, model.Joined, state)
			}
			bob.await("the "+string(kind), is(created.ID, func(g *model.Group) bool { return g.Type == kind && g.SelfRole == model.Ordinary }))
			bob.write(id, model.Text{Text: "大家好"})
			bob.await("what bob sent into the "+string(kind), holds("bob", created.ID, "大家好"))
			if way.name == "push" || kind != model.AVChatRoom {
				alice.await("what bob said in the "+string(kind), holds("bob", created.ID, "大家好"))
			}
			if kind != model.AVChatRoom {
				tablet := s.run("alice", "tablet-"+string(kind), way.connect(s, s.address, "alice", "tablet"))
				require.NoError(t, tablet.WaitSynced(t.Context()))
				require.True(t, is(created.ID, func(g *model.Group) bool { return g.SelfRole == model.Owner })(tablet.View()), "%s on another device", kind)
				tablet.end()
			}
			err = alice.DestroyGroup(t.Context(), created.ID)
			if kind == model.Work && way.name == "push" {
				require.Equal(t, im.ClassPermission, im.ClassOf(err), "a Work group is the app admin's to dissolve")
				require.NoError(t, alice.QuitGroup(t.Context(), created.ID))
				continue
			}
			require.NoError(t, err, kind)
			bob.await("the end of the "+string(kind), hasNot(created.ID))
		}
	})
}

// holds says whether a group has what somebody said, as a message that the service has.
func holds(user, group, text string) func(*session.View) bool {
	return func(v *session.View) bool {
		c := conversation(v, group)
		return c != nil && slices.ContainsFunc(c.Messages, func(m *model.Message) bool {
			return m.Sender == user && m.State == model.Sent && textOfMessage(m) == text
		})
	}
}
