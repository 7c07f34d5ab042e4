package rest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

const (
	groups = "group_open_http_svc/"
	demo   = "@TGS#1DEMOAAAA"
	done   = `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`
)

func refusal(code int) string {
	return fmt.Sprintf(`{"ActionStatus":"FAIL","ErrorCode":%d,"ErrorInfo":"no"}`, code)
}

// TestManageRequests holds the requests against rest-api, section 2. They name the user where they can.
func TestManageRequests(t *testing.T) {
	text := func(s string) *string { return &s }
	no, seconds, admin, closed, most := false, int64(0), model.Admin, model.JoinClosed, 500
	tests := map[string]struct {
		command, want string
		call          func(context.Context, *Client) error
	}{
		"quit": {"delete_group_member", `{"GroupId":"@TGS#1DEMOAAAA","MemberToDel_Account":["bo"]}`, func(ctx context.Context, c *Client) error {
			return c.QuitGroup(ctx, demo)
		}},
		"destroy": {"destroy_group", `{"GroupId":"@TGS#1DEMOAAAA"}`, func(ctx context.Context, c *Client) error { return c.DestroyGroup(ctx, demo) }},
		"hand over": {"change_group_owner", `{"GroupId":"@TGS#1DEMOAAAA","NewOwner_Account":"ann"}`, func(ctx context.Context, c *Client) error {
			return c.HandOver(ctx, demo, "ann")
		}},
		"edit": {
			"modify_group_base_info",
			`{"GroupId":"@TGS#1DEMOAAAA","From_Account":"bo","Introduction":"boats","MaxMemberNum":500,"ApplyJoinOption":"DisableApply",
				"InviteJoinOption":"DisableInvite","MuteAllMember":"Off"}`,
			func(ctx context.Context, c *Client) error {
				return c.EditGroup(ctx, demo, model.GroupEdit{Introduction: text("boats"), MaxMembers: &most, Join: &closed, Invite: &closed, MuteAll: &no})
			},
		},
		"edit member": {
			"modify_group_member_info",
			`{"GroupId":"@TGS#1DEMOAAAA","Member_Account":"cy","Role":"Admin","NameCard":"Cy (lead)","MuteTime":0}`,
			func(ctx context.Context, c *Client) error {
				return c.EditMember(ctx, demo, "cy", model.MemberEdit{NameCard: text("Cy (lead)"), Role: &admin, MuteSeconds: &seconds})
			},
		},
		"remove": {"delete_group_member", `{"GroupId":"@TGS#1DEMOAAAA","MemberToDel_Account":["dee"],"Reason":"left the company"}`, func(ctx context.Context, c *Client) error {
			return c.RemoveMembers(ctx, demo, []string{"dee"}, "left the company")
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := s.connected()
			require.NoError(t, test.call(t.Context(), c))
			requireJSON(t, test.want, s.last(groups+test.command).body)

			s.script(groups+test.command, refusal(10007))
			err := test.call(t.Context(), c)
			require.Equal(t, 10007, im.CodeOf(err))
			require.Equal(t, im.ClassPermission, im.ClassOf(err))
		})
	}
}

func TestCreateGroup(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script(groups+"create_group", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"@TGS#1NEW"}`)
	created, err := c.CreateGroup(t.Context(), model.NewGroup{
		Type: model.Meeting, Name: "Fishing trip", ID: "trip", FaceURL: "u", Join: model.JoinFree, MaxMembers: 200,
		Members: []model.NewMember{{User: "cy"}, {User: "ann", Admin: true, Custom: map[string]string{"seat": "7"}}},
	})
	require.NoError(t, err)
	requireJSON(t, `{"Owner_Account":"bo","Type":"ChatRoom","GroupId":"trip","Name":"Fishing trip","FaceUrl":"u","MaxMemberCount":200,"ApplyJoinOption":"FreeAccess",
		"MemberList":[{"Member_Account":"ann","Role":"Admin","AppMemberDefinedData":[{"Key":"seat","Value":"7"}]},{"Member_Account":"cy"}]}`,
		s.last(groups+"create_group").body)
	require.Equal(t, model.CreatedGroup{ID: "@TGS#1NEW", Members: []model.AddResult{
		{User: "cy", Outcome: model.Added}, {User: "ann", Outcome: model.Added},
	}}, created)
}

// TestACreationWhoseAnswerWasLost: the call is repeated and meets the group that the first try made.
func TestACreationWhoseAnswerWasLost(t *testing.T) {
	s := newService(t)
	c := s.connected()
	tries := 0
	s.mu.Lock()
	s.handle = func(command, _ string) (int, string) {
		if command != groups+"create_group" {
			return 0, ""
		}
		if tries++; tries == 1 {
			return 0, "connection reset"
		}
		return 200, refusal(10025)
	}
	s.mu.Unlock()
	s.script(groups+"get_group_info", fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"trip","ErrorCode":0,
		"Type":"Public","Name":"x","Owner_Account":"bo","CreateTime":%d}]}`, time.Now().Unix()))
	created, err := c.CreateGroup(t.Context(), model.NewGroup{ID: "trip", Type: model.Public, Name: "x"})
	require.NoError(t, err)
	require.Equal(t, "trip", created.ID)
	require.Equal(t, 2, tries)
}

func TestAddMembers(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script(groups+"add_group_member", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MemberList":[{"Member_Account":"dee","Result":1},
		{"Member_Account":"bo","Result":2},{"Member_Account":"eve","Result":3},{"Member_Account":"ghost","Result":0}]}`)
	s.script("im_open_login_svc/account_check", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[
		{"UserID":"ghost","ResultCode":0,"ResultInfo":"","AccountStatus":"NotImported"}]}`)
	results, err := c.AddMembers(t.Context(), demo, []model.NewMember{{User: "dee"}, {User: "bo"}, {User: "eve"}, {User: "ghost"}})
	require.NoError(t, err)
	require.Equal(t, []model.AddResult{
		{User: "dee", Outcome: model.Added},
		{User: "bo", Outcome: model.AlreadyMember},
		{User: "eve", Outcome: model.AwaitsConsent},
		{User: "ghost", Outcome: model.UnknownUser},
	}, results)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MemberList":[{"Member_Account":"dee"},{"Member_Account":"bo"},{"Member_Account":"eve"},{"Member_Account":"ghost"}]}`,
		s.last(groups+"add_group_member").body)
	requireJSON(t, `{"CheckItem":[{"UserID":"ghost"}]}`, s.last("im_open_login_svc/account_check").body)
}

// TestJoinGroup: the user is added where everybody may come in, and nowhere behind the administrators' back.
func TestJoinGroup(t *testing.T) {
	profile := func(kind, option string) string {
		return `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"other","ErrorCode":0,"Type":"` + kind + `","Name":"o","ApplyJoinOption":"` + option + `"}]}`
	}
	tests := map[string]struct {
		profile, cause string
	}{
		"free":     {profile("Public", "FreeAccess"), ""},
		"meeting":  {profile("ChatRoom", ""), ""},
		"approval": {profile("Public", "NeedPermission"), "administrators decide"},
		"closed":   {profile("Public", "DisableApply"), "no applications"},
		"work":     {profile("Private", "DisableApply"), "by invitation alone"},
		"live":     {profile("AVChatRoom", "FreeAccess"), "joined by clients alone"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := s.connected()
			s.script(groups+"get_group_info", test.profile)
			s.script(groups+"add_group_member", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MemberList":[{"Member_Account":"bo","Result":1}]}`)
			state, err := c.JoinGroup(t.Context(), "other", "hello")
			if test.cause != "" {
				require.ErrorIs(t, err, im.ErrUnsupported)
				require.ErrorContains(t, err, test.cause)
				require.Zero(t, s.count(groups+"add_group_member"))
				return
			}
			require.NoError(t, err)
			require.Equal(t, model.Joined, state)
			requireJSON(t, `{"GroupId":"other","MemberList":[{"Member_Account":"bo"}]}`, s.last(groups+"add_group_member").body)
		})
	}
	s := newService(t)
	c := s.connected()
	state, err := c.JoinGroup(t.Context(), demo, "")
	require.NoError(t, err)
	require.Equal(t, model.Joined, state, "a member is in already")

	s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"none","ErrorCode":10010,"ErrorInfo":"no such group"}]}`)
	_, err = c.JoinGroup(t.Context(), "none", "")
	require.Equal(t, 10010, im.CodeOf(err))
}

// TestMutingInALiveRoomHasACommandOfItsOwn (rest-api, section 2.8).
func TestMutingInALiveRoomHasACommandOfItsOwn(t *testing.T) {
	s := newService(t)
	s.script(groups+"get_joined_group_list", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":1,"GroupIdList":[{"GroupId":"live","Type":"AVChatRoom","Name":"l","SelfInfo":{"Role":"Owner"}}]}`)
	c := s.connected()
	minute := int64(60)
	require.NoError(t, c.EditMember(t.Context(), "live", "cy", model.MemberEdit{MuteSeconds: &minute}))
	requireJSON(t, `{"GroupId":"live","Members_Account":["cy"],"MuteTime":60}`, s.last(groups+"forbid_send_msg").body)
	require.Zero(t, s.count(groups+"modify_group_member_info"))
}

// TestFindGroups adds the user's own place in the groups to what their profiles tell.
func TestFindGroups(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[
		{"GroupId":"@TGS#1DEMOAAAA","ErrorCode":0,"Type":"Public","Name":"Fishing trip","Owner_Account":"ann","NextMsgSeq":41,"MuteAllMember":"On"},
		{"GroupId":"other","ErrorCode":0,"Type":"ChatRoom","Name":"Other","InviteJoinOption":"FreeAccess"},{"GroupId":"none","ErrorCode":10010}]}`)
	found, err := c.FindGroups(t.Context(), []string{demo, "other", "none"})
	require.NoError(t, err)
	require.Equal(t, []model.Group{
		{ID: demo, Type: model.Public, Name: "Fishing trip", Owner: "ann", NextSequence: 41, SelfRole: model.Admin, SelfRead: 37, SelfUnknown: true, AllMuted: true},
		{ID: "other", Type: model.Meeting, Name: "Other", SelfRole: model.NotMember, Invite: model.JoinFree},
	}, found)
	requireJSON(t, `{"GroupIdList":["@TGS#1DEMOAAAA","other","none"],"ResponseFilter":{"GroupBaseInfoFilter":["Type","Name","Introduction","Notification",
		"FaceUrl","Owner_Account","CreateTime","MemberNum","MaxMemberNum","NextMsgSeq","ApplyJoinOption","InviteJoinOption","MuteAllMember"]}}`,
		s.last(groups+"get_group_info").body)
}

// TestSearchLooksThroughThePages and leaves out closed circles that the user is not in.
func TestSearchLooksThroughThePages(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script(groups+"get_appid_group_list",
		`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":3,"GroupIdList":[{"GroupId":"a"},{"GroupId":"b"}],"Next":2}`,
		`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":3,"GroupIdList":[{"GroupId":"c"}],"Next":0}`)
	s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"a","ErrorCode":0,"Type":"Public","Name":"新品上架"},
		{"GroupId":"b","ErrorCode":0,"Type":"Private","Name":"新品内部"},{"GroupId":"c","ErrorCode":0,"Type":"ChatRoom","Name":"吃瓜"}]}`)
	found, err := c.SearchGroups(t.Context(), " 新品 ", 0)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "a", found[0].ID)
	requireJSON(t, `{"Limit":1000,"Next":2}`, s.last(groups+"get_appid_group_list").body)
	require.True(t, c.Capabilities().SearchGroups)
}

func TestMembersNamed(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script(groups+"get_specified_group_member_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MemberNum":3,"MemberList":[
		{"Member_Account":"ann","Role":"Owner","JoinTime":7,"MsgSeq":39,"NameCard":"","MuteUntil":0}]}`)
	members, err := c.MembersNamed(t.Context(), demo, []string{"ann", "ghost"})
	require.NoError(t, err)
	require.Equal(t, []model.Member{{User: "ann", Role: model.Owner, JoinedAt: 7, Read: 39}}, members)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","Offset":0,"MemberInfoFilter":["Role","JoinTime","MsgSeq","NameCard","MuteUntil"],
		"AppDefinedDataFilter_GroupMember":["role"],"Member_List_Account":["ann","ghost"]}`, s.last(groups+"get_specified_group_member_info").body)
}

// TestAGroupThatTheUserIsNotIn is not shown, though the admin could look. What the service did not say is not put in its mouth.
func TestAGroupThatTheUserIsNotIn(t *testing.T) {
	s := newService(t)
	c := s.connected()
	for doing, ask := range map[string]func() error{
		"members named": func() error { _, err := c.MembersNamed(t.Context(), "other", []string{"ann"}); return err },
		"members":       func() error { _, err := c.Members(t.Context(), "other", 0, 10); return err },
		"history": func() error {
			_, err := c.History(t.Context(), im.HistoryRequest{Conversation: "GROUPother"})
			return err
		},
	} {
		t.Run(doing, func(t *testing.T) {
			s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"GroupInfo":[{"GroupId":"other","ErrorCode":0,"Type":"Public","Name":"o"}]}`)
			err := ask()
			require.Equal(t, 10007, im.CodeOf(err))
			require.Equal(t, im.ClassPermission, im.ClassOf(err))
			require.Contains(t, err.Error(), "bo is not in the group")
			require.NotContains(t, err.Error(), "the service says")

			s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"GroupInfo":[{"GroupId":"other","ErrorCode":10010,"ErrorInfo":"group not exist"}]}`)
			err = ask()
			require.Equal(t, 10010, im.CodeOf(err))
			require.Contains(t, err.Error(), "no such group")
		})
	}
}

func TestApplicationsSayWhyTheyCannotBeDecided(t *testing.T) {
	s := newService(t)
	c := s.connected()
	_, err := c.Applications(t.Context())
	require.ErrorIs(t, err, im.ErrUnsupported)
	require.ErrorIs(t, c.Decide(t.Context(), model.Application{GroupID: demo}, true, ""), im.ErrUnsupported)
	require.False(t, c.Capabilities().Applications)
	require.NotEmpty(t, c.Capabilities().Reasons["applications"])
}

// TestWhatSweepsShowIsNoticed: a dissolved group, and a role that changed; a group that was only left is no notice.
func TestWhatSweepsShowIsNoticed(t *testing.T) {
	list := func(rows ...string) string {
		return `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":9,"GroupIdList":[` + strings.Join(rows, ",") + `]}`
	}
	row := func(id, role string) string {
		return `{"GroupId":"` + id + `","Type":"Public","Name":"` + id + `","SelfInfo":{"Role":"` + role + `"}}`
	}
	s := newService(t)
	s.script(groups+"get_joined_group_list", list(row("a", "Member"), row("b", "Admin"), row("c", "Member"), row("d", "Member"), row("e", "Member")))
	c := s.connected()
	s.script(groups+"get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"c","ErrorCode":10010},{"GroupId":"d","ErrorCode":0,"Type":"Public"}]}`)
	s.script(groups+"get_joined_group_list", list(row("a", "Admin"), row("b", "Member")))
	require.NoError(t, c.QuitGroup(t.Context(), "e"))

	kinds := map[string]model.GroupNoticeKind{}
	reasons := map[string]string{}
	c.ReconnectNow()
	for len(kinds) < 3 || len(reasons) < 2 {
		switch event := (<-c.Events()).(type) {
		case im.Noticed:
			kinds[event.Notice.GroupID] = event.Notice.Kind
		case im.GroupChanged:
			if event.Gone {
				reasons[event.GroupID] = event.Reason
			}
		}
	}
	require.Equal(t, map[string]model.GroupNoticeKind{"a": model.NoticeMadeAdmin, "b": model.NoticeUnmadeAdmin, "c": model.NoticeDissolved}, kinds)
	require.Equal(t, map[string]string{"c": im.GoneDissolved, "d": ""}, reasons, "that the user left one is no news")
}

// TestWebhooksTellOfInvitations and of nothing that the user did here.
func TestWebhooksTellOfInvitations(t *testing.T) {
	joined := func(kind, operator string) string {
		return `{"CallbackCommand":"Group.CallbackAfterNewMemberJoin","GroupId":"new","Type":"Public","JoinType":"` + kind + `","Operator_Account":"` + operator +
			`","NewMemberList":[{"Member_Account":"bo"}],"EventTime":"1700000100000"}`
	}
	left := `{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"` + demo + `","Type":"Public","ExitType":"Kicked","Operator_Account":"app_admin",
		"ExitMemberList":[{"Member_Account":"bo"}],"EventTime":"1700000200000"}`
	noticesOf := func(c *Client) (notices []model.GroupNotice) {
		time.Sleep(2 * gathering)
		synctest.Wait()
		for _, event := range c.toldNow() {
			if noticed, ok := event.(im.Noticed); ok {
				notices = append(notices, noticed.Notice)
			}
		}
		return notices
	}
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.hooked()
		hookTo(t, c, joined("Apply", "bo"))
		require.Empty(t, noticesOf(c))
		hookTo(t, c, joined("Invited", "ann"))
		hookTo(t, c, joined("Invited", "ann"))
		require.Equal(t, []model.GroupNotice{{ID: "new/invited/1700000100000", Kind: model.NoticeInvited, GroupID: "new", Operator: "ann", Time: 1700000100}}, noticesOf(c))

		refused := c.state.enter("another")
		hookTo(t, c, strings.Replace(joined("Invited", "app_admin"), `"new"`, `"another"`, 1))
		require.Empty(t, noticesOf(c), "the way in is being added by the admin, which the user asked for")
		refused()
		hookTo(t, c, strings.Replace(joined("Invited", "ann"), `"new"`, `"another"`, 1))
		require.Len(t, noticesOf(c), 1)

		done := c.state.leave(demo)
		hookTo(t, c, left)
		require.Empty(t, noticesOf(c), "the way out is a removal by the admin")
		done()
	})
}
