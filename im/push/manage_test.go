package push

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

const service = "group_open_http_svc."

// TestManageRequests holds the requests against push-protocol, section 6.5.
func TestManageRequests(t *testing.T) {
	text := func(s string) *string { return &s }
	yes, seconds, admin, approval := true, int64(60), model.Admin, model.JoinApproval
	tests := map[string]struct {
		command, want string
		call          func(context.Context, *Client) error
	}{
		"quit": {"quit_group", `{"GroupId":"@TGS#1"}`, func(ctx context.Context, c *Client) error { return c.QuitGroup(ctx, "@TGS#1") }},
		"destroy": {"destroy_group", `{"GroupId":"@TGS#1"}`, func(ctx context.Context, c *Client) error {
			return c.DestroyGroup(ctx, "@TGS#1")
		}},
		"hand over": {"change_group_owner", `{"GroupId":"@TGS#1","NewOwner_Account":"bob"}`, func(ctx context.Context, c *Client) error {
			return c.HandOver(ctx, "@TGS#1", "bob")
		}},
		"edit": {
			"modify_group_base_info",
			`{"GroupId":"@TGS#1","Name":"新名","Notification":"","ApplyJoinOption":"NeedPermission","InviteJoinOption":"NeedPermission","ShutUpAllMember":"On"}`,
			func(ctx context.Context, c *Client) error {
				return c.EditGroup(ctx, "@TGS#1", model.GroupEdit{Name: text("新名"), Notification: text(""), Join: &approval, Invite: &approval, MuteAll: &yes})
			},
		},
		"edit member": {
			"modify_group_member_info",
			`{"GroupId":"@TGS#1","Member_Account":"bob","Role":"Admin","NameCard":"Bob","ShutUpTime":60,"AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}`,
			func(ctx context.Context, c *Client) error {
				return c.EditMember(ctx, "@TGS#1", "bob", model.MemberEdit{
					NameCard: text("Bob"), Role: &admin, MuteSeconds: &seconds, Custom: map[string]string{"role": "guide"},
				})
			},
		},
		"remove": {"delete_group_member", `{"GroupId":"@TGS#1","MemberToDel_Account":["bob","carol"],"Reason":"spam"}`, func(ctx context.Context, c *Client) error {
			return c.RemoveMembers(ctx, "@TGS#1", []string{"bob", "carol"}, "spam")
		}},
		"agree": {
			"handle_apply_join_group",
			`{"GroupId":"@TGS#1","Applicant_Account":"dave","HandleMsg":"Agree","ApprovalMsg":"welcome","Authentication":"auth1","MsgKey":1795397418}`,
			func(ctx context.Context, c *Client) error {
				return c.Decide(ctx, model.Application{GroupID: "@TGS#1", Applicant: "dave", Key: 1795397418, Authentication: "auth1"}, true, "welcome")
			},
		},
		"accept an invitation": {
			"handle_invite_join_group",
			`{"GroupId":"@TGS#1","Inviter_Account":"bob","HandleMsg":"Agree","ApprovalMsg":"","Authentication":"auth1","MsgKey":7}`,
			func(ctx context.Context, c *Client) error {
				return c.Decide(ctx, model.Application{GroupID: "@TGS#1", Applicant: "alice", By: "bob", Key: 7, Authentication: "auth1"}, true, "")
			},
		},
		"refuse an invitation": {
			"handle_invite_join_permission_group",
			`{"GroupId":"@TGS#1","Applicant_Account":"bob","Invited_Account":"dave","HandleMsg":"Reject","ApprovalMsg":"","Authentication":"auth1"}`,
			func(ctx context.Context, c *Client) error {
				return c.Decide(ctx, model.Application{GroupID: "@TGS#1", Applicant: "dave", By: "bob", Authentication: "auth1"}, false, "")
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			frame, err := ask(t, service+test.command, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`, test.call)
			require.NoError(t, err)
			require.JSONEq(t, test.want, string(frame.Body))

			_, err = ask(t, service+test.command, `{"ActionStatus":"FAIL","ErrorCode":10007,"ErrorInfo":"no"}`, test.call)
			require.Equal(t, 10007, im.CodeOf(err))
			require.Equal(t, im.ClassPermission, im.ClassOf(err))
		})
	}
}

func TestCreateGroup(t *testing.T) {
	var created model.CreatedGroup
	frame, err := ask(t, service+"create_group",
		`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"@TGS#NEW","OverJoinedGroupLimit_Account":["carol"]}`,
		func(ctx context.Context, c *Client) (err error) {
			created, err = c.CreateGroup(ctx, model.NewGroup{
				Type: model.Work, Name: "周会", Introduction: "每周一", Notification: "九点", MaxMembers: 200, Invite: model.JoinClosed,
				Members: []model.NewMember{{User: "bob", Custom: map[string]string{"role": "guide"}}, {User: "carol"}, {User: "bob"}, {User: "alice"}},
			})
			return err
		})
	require.NoError(t, err)
	require.JSONEq(t, `{"Owner_Account":"alice","Type":"Private","Name":"周会","Introduction":"每周一","Notification":"九点","MaxMemberCount":200,
		"InviteJoinOption":"DisableInvite","MemberList":[{"Member_Account":"bob","AppMemberDefinedData":[{"Key":"role","Value":"guide"}]},
		{"Member_Account":"carol"}]}`, string(frame.Body))
	require.Equal(t, model.CreatedGroup{ID: "@TGS#NEW", Members: []model.AddResult{
		{User: "bob", Outcome: model.Added}, {User: "carol", Outcome: model.OverGroupLimit}, {User: "alice", Outcome: model.AlreadyMember},
	}}, created)

	_, err = ask(t, service+"create_group", `{"ErrorCode":0}`, func(ctx context.Context, c *Client) error {
		_, err := c.CreateGroup(ctx, model.NewGroup{Type: model.Public, Name: "x"})
		return err
	})
	require.ErrorContains(t, err, "cannot be read", "an answer without an id made no group that we could name")
}

// TestCreateWithMoreThanOneRequestTakes: the first hundred come with the creation, administrators among them; the others are
// added in batches.
func TestCreateWithMoreThanOneRequestTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			service + "create_group":     {`{"GroupId":"@TGS#NEW"}`},
			service + "add_group_member": {addAnswer(100, 200), addAnswer(200, 250)},
		})
		var members []model.NewMember
		for i := range 250 {
			members = append(members, model.NewMember{User: fmt.Sprintf("u%d", i), Admin: i == 240})
		}
		created, err := client.CreateGroup(t.Context(), model.NewGroup{Type: model.Public, Name: "big", Members: members})
		require.NoError(t, err)
		require.Len(t, created.Members, 250)
		for i, result := range created.Members {
			require.Equal(t, fmt.Sprintf("u%d", i), result.User)
			require.Equal(t, model.Added, result.Outcome, result.User)
		}
		creation := asked.of(service + "create_group")
		require.Len(t, creation, 1)
		require.Len(t, creation[0].field(t, "MemberList"), 100)
		require.Contains(t, string(creation[0].Body), `{"Member_Account":"u240","Role":"Admin"}`)
		require.Len(t, asked.of(service+"add_group_member"), 2)
	})
}

// addAnswer says that users were added; u240, who came with the creation, is not among them and u99, who did not, is.
func addAnswer(from, to int) string {
	var rows []string
	for i := from; i < to; i++ {
		rows = append(rows, fmt.Sprintf(`{"Member_Account":"u%d","Result":1}`, i))
	}
	if from == 100 {
		rows = append(rows, `{"Member_Account":"u99","Result":1}`)
	}
	return `{"MemberList":[` + strings.Join(rows, ",") + `]}`
}

// TestAStrangerAmongTheFounders: the service refuses the whole creation for one account that does not exist; who that is, is
// found out, and the others get their group.
func TestAStrangerAmongTheFounders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			service + "create_group": {`{"ErrorCode":10019,"ErrorInfo":"no account"}`, `{"GroupId":"@TGS#NEW"}`},
			wire.CmdPortraitGetAll:   {`{"UserProfileItem":[{"To_Account":"bob","ResultCode":0,"ProfileItem":[]},{"To_Account":"ghost","ResultCode":40003}]}`},
		})
		created, err := client.CreateGroup(t.Context(), model.NewGroup{
			Type: model.Public, Name: "x", Members: []model.NewMember{{User: "ghost"}, {User: "bob"}},
		})
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{{User: "ghost", Outcome: model.UnknownUser}, {User: "bob", Outcome: model.Added}}, created.Members)
		last := asked.of(service + "create_group")[1]
		require.Equal(t, []any{map[string]any{"Member_Account": "bob"}}, last.field(t, "MemberList"))
	})
}

// TestACreationWhoseAnswerWasLost: the repeated request meets the group that the first one made.
func TestACreationWhoseAnswerWasLost(t *testing.T) {
	profile := func(created int64) string {
		return fmt.Sprintf(`{"GroupInfo":[{"GroupId":"mine","Type":"Public","Name":"x","Owner_Account":"alice","CreateTime":%d,"ErrorCode":0,
			"SelfInfo":{"Role":"Owner"}}]}`, created)
	}
	tests := map[string]struct {
		drop bool
		age  int64
		made bool
	}{
		"just now":              {true, 0, true},
		"an hour ago":           {true, 3600, false},
		"nothing could be lost": {false, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newFakeServer(t)
				client := server.client()
				c := server.connect(client)
				go func() {
					if test.drop {
						c.expect(service + "create_group")
						c.drop()
						c = server.accept()
						c.login()
					}
					c.script(map[string][]string{
						service + "create_group":     {`{"ErrorCode":10025,"ErrorInfo":"in use"}`},
						wire.CmdSelfMemberInfo:       {profile(client.now().Unix() - test.age)},
						service + "add_group_member": {`{"MemberList":[{"Member_Account":"bob","Result":2}]}`},
					})
				}()
				created, err := client.CreateGroup(t.Context(), model.NewGroup{
					ID: "mine", Type: model.Public, Name: "x", Members: []model.NewMember{{User: "bob"}},
				})
				if !test.made {
					require.Equal(t, 10025, im.CodeOf(err))
					return
				}
				require.NoError(t, err)
				require.Equal(t, model.CreatedGroup{ID: "mine", Members: []model.AddResult{{User: "bob", Outcome: model.Added}}}, created)
			})
		})
	}
}

func TestAddMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			service + "add_group_member": {`{"MemberList":[{"Member_Account":"bob","Result":1},{"Member_Account":"carol","Result":2},
				{"Member_Account":"dave","Result":3},{"Member_Account":"eve","Result":4},{"Member_Account":"ghost","Result":0},{"Member_Account":"frank","Result":0}]}`},
			wire.CmdPortraitGetAll: {`{"UserProfileItem":[{"To_Account":"frank","ResultCode":0,"ProfileItem":[]}]}`},
		})
		users := []string{"bob", "carol", "dave", "eve", "ghost", "frank", "bob", "grace"}
		var members []model.NewMember
		for _, user := range users {
			members = append(members, model.NewMember{User: user, Admin: user == "bob", Custom: map[string]string{"role": "guide"}})
		}
		results, err := client.AddMembers(t.Context(), "@TGS#1", members)
		require.NoError(t, err)
		require.Equal(t, []model.AddResult{
			{User: "bob", Outcome: model.Added},
			{User: "carol", Outcome: model.AlreadyMember},
			{User: "dave", Outcome: model.AwaitsConsent},
			{User: "eve", Outcome: model.OverGroupLimit},
			{User: "ghost", Outcome: model.UnknownUser},
			{User: "frank"},
			{User: "grace"},
		}, results)
		require.JSONEq(t, `{"GroupId":"@TGS#1","MemberList":[{"Member_Account":"bob"},{"Member_Account":"carol"},{"Member_Account":"dave"},
			{"Member_Account":"eve"},{"Member_Account":"ghost"},{"Member_Account":"frank"},{"Member_Account":"grace"}]}`,
			string(asked.of(service + "add_group_member")[0].Body))
		edits := asked.of(service + "modify_group_member_info")
		require.Len(t, edits, 1, "role and fields go to those who are in now")
		require.JSONEq(t, `{"GroupId":"@TGS#1","Member_Account":"bob","Role":"Admin","AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}`, string(edits[0].Body))
	})
}

// TestALaterBatchThatFails keeps what the first one did, and says of the others why they are not in.
func TestALaterBatchThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		server.connect(client).script(map[string][]string{
			service + "add_group_member": {addAnswer(0, 100), `{"ErrorCode":10014,"ErrorInfo":"full"}`},
		})
		var members []model.NewMember
		for i := range 150 {
			members = append(members, model.NewMember{User: fmt.Sprintf("u%d", i)})
		}
		results, err := client.AddMembers(t.Context(), "@TGS#1", members)
		require.NoError(t, err)
		require.Len(t, results, 150)
		require.Equal(t, model.Added, results[99].Outcome)
		require.Equal(t, model.AddRefused, results[100].Outcome)
		require.Contains(t, results[149].Reason, "10014")

		_, err = client.AddMembers(t.Context(), "@TGS#1", members[:1])
		require.Equal(t, 10014, im.CodeOf(err), "a first batch that fails is a failure")
	})
}

func TestJoinGroup(t *testing.T) {
	tests := map[string]struct {
		answer string
		want   model.JoinState
		code   int
	}{
		"in":      {`{"JoinedStatus":"JoinedSuccess"}`, model.Joined, 0},
		"waits":   {`{"JoinedStatus":"WaitAdminApproval"}`, model.AwaitsApproval, 0},
		"was in":  {`{"ErrorCode":10013,"ErrorInfo":"member"}`, model.Joined, 0},
		"refused": {`{"ErrorCode":10010,"ErrorInfo":"none"}`, 0, 10010},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var state model.JoinState
			frame, err := ask(t, service+"apply_join_group", test.answer, func(ctx context.Context, c *Client) (err error) {
				state, err = c.JoinGroup(ctx, "@TGS#1", "让我进")
				return err
			})
			require.Equal(t, test.code, im.CodeOf(err))
			require.Equal(t, test.want, state)
			require.JSONEq(t, `{"GroupId":"@TGS#1","ApplyMsg":"让我进"}`, string(frame.Body))
		})
	}
}

// TestFindGroups asks as a member first, and of groups of others for what is public.
func TestFindGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			wire.CmdSelfMemberInfo: {`{"GroupInfo":[
				{"GroupId":"mine","Type":"Private","Name":"我的","ErrorCode":0,"ShutUpAllMember":"On","SelfInfo":{"Role":"Admin","MsgSeq":4}},
				{"GroupId":"theirs","ErrorCode":10007,"ErrorInfo":"not a member"},{"GroupId":"none","ErrorCode":10010}]}`},
			wire.CmdPublicInfo: {`{"GroupInfo":[{"GroupId":"theirs","Type":"Public","Name":"他们的","ApplyJoinOption":"NeedPermission","InviteJoinOption":"DisableInvite","ErrorCode":0}]}`},
		})
		groups, err := client.FindGroups(t.Context(), []string{"mine", "theirs", "none"})
		require.NoError(t, err)
		require.Equal(t, []model.Group{
			{ID: "mine", Type: model.Work, Name: "我的", SelfRole: model.Admin, SelfRead: 4, AllMuted: true},
			{ID: "theirs", Type: model.Public, Name: "他们的", SelfRole: model.NotMember, Join: model.JoinApproval, Invite: model.JoinClosed},
		}, groups)
		require.Equal(t, []any{"mine", "theirs", "none"}, asked.of(wire.CmdSelfMemberInfo)[0].field(t, "GroupIdList"))
		require.Equal(t, []any{"theirs"}, asked.of(wire.CmdPublicInfo)[0].field(t, "GroupIdList"))
	})
}

func TestMembersNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			wire.CmdSpecifiedMemberInfo: {`{"MemberNum":3,"MemberList":[{"Member_Account":"bob","Role":"Admin","JoinTime":7,"MsgSeq":12,"ShutUpUntil":9}]}`},
			wire.CmdPortraitGetAll:      {`{"UserProfileItem":[{"To_Account":"bob","ResultCode":0,"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"BOB"}]}]}`},
		})
		members, err := client.MembersNamed(t.Context(), "@TGS#1", []string{"bob", "ghost"})
		require.NoError(t, err)
		require.Equal(t, []model.Member{{User: "bob", Name: "BOB", Role: model.Admin, JoinedAt: 7, MutedUntil: 9, Read: 12}}, members)
		require.JSONEq(t, `{"GroupId":"@TGS#1","Offset":0,"MemberInfoFilter":["Role","JoinTime","NameCard","MsgFlag","ShutUpUntil","MsgSeq"],
			"AppDefinedDataFilter_GroupMember":["role"],"Member_List_Account":["bob","ghost"]}`, string(asked.of(wire.CmdSpecifiedMemberInfo)[0].Body))
	})
}

func TestApplications(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			wire.CmdGetPendency: {
				`{"PendencyList":[{"GroupId":"g","GroupName":"G","From_Account":"dave","To_Account":"alice","ApplicationType":0,"Handled":0,
					"ApplyInviteMsg":"hi","Authentication":"a1","Time":20},{"GroupId":"g","From_Account":"old","Handled":1,"Time":19}],"NextStartTime":10}`,
				`{"PendencyList":[{"GroupId":"g","GroupName":"G","From_Account":"bob","To_Account":"eve","ApplicationType":2,"Handled":0,
					"Authentication":"a2","Time":"9"}],"NextStartTime":0}`,
			},
		})
		applications, err := client.Applications(t.Context())
		require.NoError(t, err)
		require.Equal(t, []model.Application{
			{GroupID: "g", GroupName: "G", Applicant: "eve", By: "bob", Time: 9, Key: 9, Authentication: "a2"},
			{GroupID: "g", GroupName: "G", Applicant: "dave", Message: "hi", Time: 20, Key: 20, Authentication: "a1"},
		}, applications)
		requests := asked.of(wire.CmdGetPendency)
		require.JSONEq(t, `{"StartTime":0,"Limit":50,"Handle_Account":"alice"}`, string(requests[0].Body))
		require.JSONEq(t, `{"StartTime":10,"Limit":50,"Handle_Account":"alice"}`, string(requests[1].Body))
	})
}

func TestRemovingManyGoesInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{})
		users := slices.Repeat([]string{"bob"}, 120)
		require.NoError(t, client.RemoveMembers(t.Context(), "@TGS#1", users, ""))
		requests := asked.of(service + "delete_group_member")
		require.Len(t, requests, 2)
		require.Len(t, requests[0].field(t, "MemberToDel_Account"), 100)
	})
}

func TestSearchGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		asked := server.connect(client).script(map[string][]string{
			"group_search.query": {
				`{"ErrorCode":0,"Code":0,"Message":"","Cursor":"20","TotalCount":3,"GroupList":[{"GroupId":"a","Type":"Public","Name":"新品 A"},{"GroupId":"b","Type":"ChatRoom","Name":"新品 B"}]}`,
				`{"ErrorCode":0,"Code":0,"Message":"","Cursor":"","TotalCount":3,"GroupList":[{"GroupId":"c","Type":"Public","Name":"新品 C"}]}`,
			},
			wire.CmdSelfMemberInfo: {`{"GroupInfo":[{"GroupId":"a","Type":"Public","Name":"新品 A","ErrorCode":0,"SelfInfo":{"Role":"Owner"}},{"GroupId":"b","ErrorCode":10007},{"GroupId":"c","ErrorCode":10007}]}`},
			wire.CmdPublicInfo:     {`{"GroupInfo":[{"GroupId":"b","Type":"ChatRoom","Name":"新品 B","ErrorCode":0,"MemberNum":7}]}`},
		})
		groups, err := client.SearchGroups(t.Context(), "新品  A", 0)
		require.NoError(t, err)
		require.Equal(t, []model.Group{
			{ID: "a", Type: model.Public, Name: "新品 A", SelfRole: model.Owner},
			{ID: "b", Type: model.Meeting, Name: "新品 B", SelfRole: model.NotMember, Members: 7},
			{ID: "c", Type: model.Public, Name: "新品 C", SelfRole: model.NotMember},
		}, groups)
		requests := asked.of("group_search.query")
		require.JSONEq(t, `{"Keywords":["新品","A"],"KeywordMatchType":1,"Count":20}`, string(requests[0].Body))
		require.JSONEq(t, `{"Keywords":["新品","A"],"KeywordMatchType":1,"Count":20,"Cursor":"20"}`, string(requests[1].Body))
	})
	for name, refusal := range map[string]string{
		"not bought": `{"ErrorCode":0,"Code":60020,"Message":"expired"}`, "unknown": `{"ErrorCode":60009,"ErrorInfo":"unknown"}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t, "group_search.query", refusal, func(ctx context.Context, c *Client) error {
				_, err := c.SearchGroups(ctx, "shop", 10)
				return err
			})
			require.ErrorIs(t, err, im.ErrUnsupported)
			require.ErrorContains(t, err, "sold apart")
		})
	}
}
