package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
)

// bothWays runs a test over both interfaces, each with a server of its own, on which alice is at her laptop and bob, on the
// long connection, at his phone.
func bothWays(t *testing.T, run func(t *testing.T, way way, s *service, alice, bob *live)) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"carol","Nick":"Carol"},{"UserID":"dave","Nick":"Dave"}]}`)
			alice, bob := s.run("alice", "laptop", way.connect(s, s.address, "alice", "laptop")), s.live("bob", "phone")
			for _, d := range []*live{alice, bob} {
				require.NoError(t, d.WaitSynced(t.Context()))
			}
			run(t, way, s, alice, bob)
		})
	}
}

func conversation(v *session.View, group string) *session.Conversation {
	return v.ByID[model.GroupConversation(group)]
}

func has(group string) func(*session.View) bool {
	return func(v *session.View) bool { return conversation(v, group) != nil }
}

// is says whether a group is known and fits.
func is(group string, fits func(*model.Group) bool) func(*session.View) bool {
	return func(v *session.View) bool {
		c := conversation(v, group)
		return c != nil && c.Group != nil && fits(c.Group)
	}
}

func hasNot(group string) func(*session.View) bool {
	return func(v *session.View) bool { return conversation(v, group) == nil }
}

func noticed(kind model.GroupNoticeKind) func(*session.View) bool {
	return func(v *session.View) bool {
		return slices.ContainsFunc(v.GroupNotices, func(n model.GroupNotice) bool { return n.Kind == kind })
	}
}

// TestTheLifeOfAGroup, from its creation to its end, as its owner sees it at once and a member by what he is told.
func TestTheLifeOfAGroup(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, s *service, alice, bob *live) {
		ctx := t.Context()
		created, err := alice.CreateGroup(ctx, model.NewGroup{
			Type: model.Public, Name: "双十一", Introduction: "备货", Members: []model.NewMember{
				{User: "bob", Custom: map[string]string{"role": "guide"}}, {User: "ghost"}, {User: "carol", Admin: true},
			},
		})
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{
			{User: "bob", Outcome: model.Added}, {User: "ghost", Outcome: model.UnknownUser}, {User: "carol", Outcome: model.Added},
		}, created.Members)
		id := created.ID
		require.True(t, has(id)(alice.View()))
		bob.await("the group", has(id))
		bob.await("the invitation", noticed(model.NoticeInvited))

		name := "双十一备货"
		require.NoError(t, alice.EditGroup(ctx, id, model.GroupEdit{Name: &name}))
		require.Equal(t, name, conversation(alice.View(), id).Name)
		bob.await("the new name", func(v *session.View) bool { return conversation(v, id).Name == name })

		admin, ordinary, minute, card := model.Admin, model.Ordinary, int64(600), "小鲍"
		require.NoError(t, alice.EditMember(ctx, id, "bob", model.MemberEdit{Role: &admin}))
		bob.await("the rights", noticed(model.NoticeMadeAdmin))
		bob.await("the role", is(id, func(g *model.Group) bool { return g.SelfRole == model.Admin }))
		require.NoError(t, alice.EditMember(ctx, id, "bob", model.MemberEdit{Role: &ordinary}))
		bob.await("the rights' end", noticed(model.NoticeUnmadeAdmin))
		require.NoError(t, alice.EditMember(ctx, id, "bob", model.MemberEdit{MuteSeconds: &minute, NameCard: &card}))
		shown := conversation(alice.View(), id).Members["bob"]
		require.Equal(t, card, shown.NameCard)
		require.InDelta(t, time.Now().Unix()+minute, shown.MutedUntil, 30)
		unsent := bob.write(model.GroupConversation(id), model.Text{Text: "在吗"})
		bob.await("the refusal of who is muted", func(v *session.View) bool { return v.Failed == 1 })

		results, err := alice.AddMembers(ctx, id, []model.NewMember{{User: "dave"}, {User: "bob"}, {User: "ghost"}})
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{
			{User: "dave", Outcome: model.Added}, {User: "bob", Outcome: model.AlreadyMember}, {User: "ghost", Outcome: model.UnknownUser},
		}, results)
		members, err := alice.MembersOf(ctx, id)
		require.NoError(t, err)
		require.Len(t, members, 4)
		require.NoError(t, alice.RemoveMembers(ctx, id, []string{"dave"}, "一场误会"))
		require.Equal(t, 3, conversation(alice.View(), id).Group.Members)

		require.NoError(t, alice.HandOver(ctx, id, "carol"))
		require.Equal(t, model.Ordinary, conversation(alice.View(), id).Group.SelfRole)
		require.NoError(t, alice.QuitGroup(ctx, id))
		require.True(t, hasNot(id)(alice.View()))

		s.rest("group_open_http_svc/destroy_group", fmt.Sprintf(`{"GroupId":%q}`, id))
		bob.await("the notice of the end", noticed(model.NoticeDissolved))
		bob.await("the end, and the text that was not sent", func(v *session.View) bool {
			c := conversation(v, id)
			return c != nil && c.Left && v.Failed == 1
		})
		bob.Discard(unsent)
		bob.await("nothing of it any more", hasNot(id))
	})
}

func TestAnOwnerDissolvesAGroup(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, _ *service, alice, bob *live) {
		require.NoError(t, alice.DestroyGroup(t.Context(), "shop"))
		require.True(t, hasNot("shop")(alice.View()))
		bob.await("the end", hasNot("shop"))
		found, err := alice.FindGroups(t.Context(), []string{"shop"})
		require.NoError(t, err)
		require.Empty(t, found)
	})
}

// TestMoreMembersThanOneRequestTakes, on both ways.
func TestMoreMembersThanOneRequestTakes(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, s *service, alice, _ *live) {
		var members []model.NewMember
		for i := range 230 {
			user := fmt.Sprintf("customer%d", i)
			members = append(members, model.NewMember{User: user})
			if i%50 == 49 {
				continue // who does not exist
			}
			s.rest("im_open_login_svc/account_import", fmt.Sprintf(`{"UserID":%q}`, user))
		}
		created, err := alice.CreateGroup(t.Context(), model.NewGroup{Type: model.Public, Name: "大群", Members: members})
		require.NoError(t, err)
		require.Len(t, created.Members, 230)
		for i, result := range created.Members {
			want := model.Added
			if i%50 == 49 {
				want = model.UnknownUser
			}
			require.Equal(t, model.AddResult{User: fmt.Sprintf("customer%d", i), Outcome: want}, result)
		}
		all, err := alice.MembersOf(t.Context(), created.ID)
		require.NoError(t, err)
		require.Len(t, all, 1+226)
	})
}

func TestComingInWhereEverybodyMay(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, s *service, alice, bob *live) {
		s.rest("group_open_http_svc/create_group", `{"GroupId":"open","Owner_Account":"bob","Type":"Public","Name":"开放","ApplyJoinOption":"FreeAccess"}`)
		found, err := alice.FindGroups(t.Context(), []string{"open", "none"})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, model.NotMember, found[0].SelfRole)
		require.Equal(t, model.JoinFree, found[0].Join)
		state, err := alice.JoinGroup(t.Context(), "open", "")
		require.NoError(t, err)
		require.Equal(t, model.Joined, state)
		require.True(t, has("open")(alice.View()))
		bob.await("who came", is("open", func(g *model.Group) bool { return g.Members == 2 }))
		state, err = alice.JoinGroup(t.Context(), "open", "")
		require.NoError(t, err)
		require.Equal(t, model.Joined, state, "twice is as good as once")
	})
}

// TestApplicationsAreDecided: carol asks, alice and bob are told, one of them decides.
func TestApplicationsAreDecided(t *testing.T) {
	s := newService(t)
	s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"carol","Nick":"Carol"},{"UserID":"dave","Nick":"Dave"}]}`)
	s.rest("group_open_http_svc/create_group", `{"GroupId":"priv","Owner_Account":"alice","Type":"Public","Name":"要审批","ApplyJoinOption":"NeedPermission","InviteJoinOption":"NeedPermission",
		"MemberList":[{"Member_Account":"bob"}]}`)
	alice, bob, carol := s.live("alice", "laptop"), s.live("bob", "phone"), s.live("carol", "phone")
	for _, d := range []*live{alice, bob, carol} {
		require.NoError(t, d.WaitSynced(t.Context()))
	}
	ctx := t.Context()
	state, err := carol.JoinGroup(ctx, "priv", "我是老客户")
	require.NoError(t, err)
	require.Equal(t, model.AwaitsApproval, state)
	view := alice.await("the application", func(v *session.View) bool { return v.Applications == 1 })
	notice := view.GroupNotices[len(view.GroupNotices)-1]
	require.Equal(t, model.NoticeApplied, notice.Kind)
	require.Equal(t, "我是老客户", notice.Text)
	require.Equal(t, "carol", notice.Application.Applicant)

	err = bob.Decide(ctx, *notice.Application, true, "")
	require.Equal(t, im.ClassPermission, im.ClassOf(err), "a member decides nothing")
	require.NoError(t, alice.Decide(ctx, *notice.Application, true, "欢迎"))
	carol.await("the group", has("priv"))
	view = carol.await("the answer", noticed(model.NoticeAccepted))
	require.Equal(t, "欢迎", view.GroupNotices[len(view.GroupNotices)-1].Text)
	require.Zero(t, alice.View().Applications)
	require.True(t, alice.View().GroupNotices[len(alice.View().GroupNotices)-1].Handled)
	require.Equal(t, 10024, im.CodeOf(alice.Decide(ctx, *notice.Application, true, "")))

	results, err := bob.AddMembers(ctx, "priv", []model.NewMember{{User: "dave"}})
	require.NoError(t, err)
	require.Equal(t, []model.AddResult{{User: "dave", Outcome: model.AwaitsConsent}}, results)
	waiting, err := alice.Applications(ctx)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, "dave", waiting[0].Applicant)
	require.Equal(t, "bob", waiting[0].By)
	require.Equal(t, 1, alice.View().Applications, "the service tells of an invitation by its list alone")
	require.NoError(t, alice.Decide(ctx, waiting[0], false, "下次"))
	require.Zero(t, alice.View().Applications)
}

// TestWhatHappenedWhileAwayIsNoticedOnce, also by the next device.
func TestWhatHappenedWhileAwayIsNoticedOnce(t *testing.T) {
	s := newService(t)
	bob := s.live("bob", "phone")
	require.NoError(t, bob.WaitSynced(t.Context()))
	bob.end()
	s.rest("group_open_http_svc/destroy_group", `{"GroupId":"shop"}`)
	bob = s.live("bob", "phone")
	bob.await("the notice", noticed(model.NoticeDissolved))
	require.NoError(t, bob.WaitSynced(t.Context()))
	kinds := func(v *session.View) (kinds []model.GroupNoticeKind) {
		for _, notice := range v.GroupNotices {
			kinds = append(kinds, notice.Kind)
		}
		return kinds
	}
	first := kinds(bob.View())
	require.Equal(t, 1, count(first, model.NoticeDissolved))
	bob.end()
	bob = s.live("bob", "phone")
	require.NoError(t, bob.WaitSynced(t.Context()))
	require.Equal(t, first, kinds(bob.View()), "a restart neither forgets nor repeats")
}

func count[T comparable](list []T, wanted T) (n int) {
	for _, item := range list {
		if item == wanted {
			n++
		}
	}
	return n
}

// TestRefusalsCarryTheServicesCode, on both ways, below the session's own checks.
func TestRefusalsCarryTheServicesCode(t *testing.T) {
	long, longCard := strings.Repeat("群", 11), strings.Repeat("群", 17)
	admin, minute := model.Admin, int64(60)
	// Over REST everything is asked with the admin's rights; 0 there is what succeeds for that reason, -1 is not asked.
	tests := map[string]struct {
		push, rest int
		call       func(context.Context, im.Client) error
	}{
		"id of somebody": {10021, 10021, func(ctx context.Context, c im.Client) error {
			_, err := c.CreateGroup(ctx, model.NewGroup{ID: "bobs", Type: model.Public, Name: "x"})
			return err
		}},
		"id in use": {10025, 10025, func(ctx context.Context, c im.Client) error {
			_, err := c.CreateGroup(ctx, model.NewGroup{ID: "old", Type: model.Public, Name: "x"})
			return err
		}},
		"name too long": {10004, 10004, func(ctx context.Context, c im.Client) error {
			return c.EditGroup(ctx, "shop", model.GroupEdit{Name: &long})
		}},
		"card too long": {10004, 10004, func(ctx context.Context, c im.Client) error {
			return c.EditMember(ctx, "shop", "bob", model.MemberEdit{NameCard: &longCard})
		}},
		"live room with members": {10007, 10007, func(ctx context.Context, c im.Client) error {
			_, err := c.CreateGroup(ctx, model.NewGroup{Type: model.AVChatRoom, Name: "x", Members: []model.NewMember{{User: "bob"}}})
			return err
		}},
		"no such group": {10010, 10010, func(ctx context.Context, c im.Client) error {
			_, err := c.JoinGroup(ctx, "none", "")
			return err
		}},
		"owner leaves": {10009, 10007, func(ctx context.Context, c im.Client) error { return c.QuitGroup(ctx, "shop") }},
		"a full group": {10014, 10014, func(ctx context.Context, c im.Client) error {
			_, err := c.AddMembers(ctx, "full", []model.NewMember{{User: "bob"}})
			return err
		}},
		"joining a full group": {10014, 10014, func(ctx context.Context, c im.Client) error {
			_, err := c.JoinGroup(ctx, "packed", "")
			return err
		}},
		"an heir from outside": {10004, 10004, func(ctx context.Context, c im.Client) error { return c.HandOver(ctx, "shop", "carol") }},
		"admin of a work group": {10007, 10007, func(ctx context.Context, c im.Client) error {
			return c.EditMember(ctx, "work", "bob", model.MemberEdit{Role: &admin})
		}},
		"mute in a work group": {10007, 10007, func(ctx context.Context, c im.Client) error {
			return c.EditMember(ctx, "work", "bob", model.MemberEdit{MuteSeconds: &minute})
		}},
		"somebody else's group": {10007, 0, func(ctx context.Context, c im.Client) error {
			name := "x"
			return c.EditGroup(ctx, "bobs", model.GroupEdit{Name: &name})
		}},
		"the owner is removed": {10007, 10007, func(ctx context.Context, c im.Client) error {
			return c.RemoveMembers(ctx, "bobs", []string{"bob"}, "")
		}},
		"decided before": {10024, -1, func(ctx context.Context, c im.Client) error {
			return c.Decide(ctx, model.Application{GroupID: "shop", Applicant: "carol", Key: 1, Authentication: "x"}, true, "")
		}},
	}
	for _, way := range ways {
		s := newService(t)
		s.rest("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"carol"}]}`)
		for _, group := range []string{
			`"GroupId":"bobs","Owner_Account":"bob","Type":"Public","Name":"b","MemberList":[{"Member_Account":"alice"}]`,
			`"GroupId":"old","Owner_Account":"alice","Type":"Public","Name":"o"`,
			`"GroupId":"work","Owner_Account":"alice","Type":"Private","Name":"w","MemberList":[{"Member_Account":"bob"}]`,
			`"GroupId":"full","Owner_Account":"alice","Type":"Public","Name":"f","MaxMemberCount":1`,
			`"GroupId":"packed","Owner_Account":"bob","Type":"Public","Name":"f","MaxMemberCount":1,"ApplyJoinOption":"FreeAccess"`,
		} {
			s.rest("group_open_http_svc/create_group", `{`+group+`}`)
		}
		client := way.connect(s, s.address, "alice", "laptop")
		require.NoError(t, client.Connect(t.Context()))
		go func() {
			for range client.Events() {
			}
		}()
		for name, test := range tests {
			t.Run(way.name+"/"+name, func(t *testing.T) {
				want := test.push
				if way.name == "rest" {
					want = test.rest
				}
				if want < 0 {
					return
				}
				err := test.call(t.Context(), client)
				require.Equal(t, want, im.CodeOf(err), "%v", err)
			})
		}
		require.NoError(t, client.Close())
	}
}

// TestReadPositionsOfMembers are told on both ways.
func TestReadPositionsOfMembers(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, s *service, alice, bob *live) {
		for i := range 3 {
			s.say("shop", fmt.Sprint(i))
		}
		bob.write(shopGroup, model.Text{Text: "我看到了"})
		bob.Look(session.Viewing{Conversation: "GROUPshop", AtBottom: true, Focused: true})
		var read int64
		bob.await("everything read", func(v *session.View) bool {
			c := conversation(v, "shop")
			read = c.LastSequence
			return v.Outgoing == 0 && c.Unread == 0 && c.Read == read && read >= 3
		})
		require.Eventually(t, func() bool {
			members, err := alice.MembersOf(t.Context(), "shop")
			require.NoError(t, err)
			i := slices.IndexFunc(members, func(m model.Member) bool { return m.User == "bob" })
			return members[i].Read >= 3
		}, patience, 50*time.Millisecond)
	})
}

// TestGroupsAreFoundByTheirName, on both ways, and closed circles by their members alone.
func TestGroupsAreFoundByTheirName(t *testing.T) {
	bothWays(t, func(t *testing.T, _ way, s *service, alice, _ *live) {
		for _, group := range []string{
			`"GroupId":"autumn","Owner_Account":"bob","Type":"Public","Name":"秋装 尾货"`,
			`"GroupId":"inside","Owner_Account":"bob","Type":"Private","Name":"秋装 内部"`,
			`"GroupId":"mine","Owner_Account":"alice","Type":"Private","Name":"秋装 我们"`,
			`"GroupId":"winter","Owner_Account":"bob","Type":"ChatRoom","Name":"冬装"`,
		} {
			s.rest("group_open_http_svc/create_group", `{`+group+`}`)
		}
		names := func(words string, limit int) (found []string) {
			groups, err := alice.SearchGroups(t.Context(), words, limit)
			require.NoError(t, err)
			for _, group := range groups {
				found = append(found, fmt.Sprintf("%s %s", group.ID, group.SelfRole))
			}
			return found
		}
		require.ElementsMatch(t, []string{"shop Owner", "autumn NotMember", "mine Owner"}, names("秋装", 0))
		require.Len(t, names("秋装", 2), 2)
		require.Empty(t, names("夏装", 0))
	})
}
