package emulator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// TestNobodyIsInvitedAsOwnerOrAdmin: who invites gives no rank, whatever the request says.
func TestNobodyIsInvitedAsOwnerOrAdmin(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	bo := w.login("bo", wire.PlatformWeb) // an ordinary member
	for _, role := range []string{"Owner", "Admin"} {
		bo.ask("group_open_http_svc.add_group_member", `{"GroupId":"shop","MemberList":[{"Member_Account":"dee","Role":"`+role+`"}]}`)
		roles := w.ok("group_open_http_svc/get_role_in_group", `{"GroupId":"shop","User_Account":["dee"]}`)
		require.NotContains(t, []any{"Owner", "Admin"}, roles["UserIdList"].([]any)[0].(map[string]any)["Role"])
	}
	reply := bo.ask("group_open_http_svc.create_group", `{"Type":"Public","Name":"mine","GroupId":"mine","MemberList":[{"Member_Account":"dee","Role":"Owner"}]}`)
	require.EqualValues(t, 10004, reply["ErrorCode"])
}

// TestALongConnectionHoldsTheLimitsOfFields that REST holds, too.
func TestALongConnectionHoldsTheLimitsOfFields(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	ann := w.login("ann", wire.PlatformWeb) // the owner
	long := strings.Repeat("x", 600)
	for _, c := range []struct {
		command, body string
		code          int
	}{
		{"group_open_http_svc.create_group", `{"Type":"Public","Name":"n","ApplyJoinOption":"Everybody"}`, 10004},
		{"group_open_http_svc.create_group", `{"Type":"Public","Name":"n","AppDefinedData":[{"Key":"k","Value":"` + long + `"}]}`, 10004},
		{"group_open_http_svc.modify_group_base_info", `{"GroupId":"shop","InviteJoinOption":"Nobody"}`, 10004},
		{"group_open_http_svc.modify_group_base_info", `{"GroupId":"shop","Name":""}`, 10004},
		{"group_open_http_svc.modify_group_base_info", `{"GroupId":"shop","MaxMemberNum":0}`, 10004},
		{"group_open_http_svc.modify_group_base_info", `{"GroupId":"shop","AppDefinedData":[{"Key":"a key that is too long","Value":"v"}]}`, 10004},
		{"group_open_http_svc.modify_group_member_info", `{"GroupId":"shop","Member_Account":"ann","MsgFlag":"Shout"}`, 10004},
		{"group_open_http_svc.modify_group_member_info", `{"GroupId":"shop","Member_Account":"bo","MuteTime":-1}`, 10004},
		{"group_open_http_svc.modify_group_member_info", `{"GroupId":"shop","Member_Account":"ann","AppMemberDefinedData":[{"Key":"k","Value":"` + long + `"}]}`, 10004},
		{"group_open_http_svc.group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1}],"Reason":"` + long + `"}`, 10004},
		{"openim.modify_group_msg", `{"GroupId":"shop","MsgSeq":1,"MsgVersion":0,"CloudCustomData":"` + strings.Repeat(long, 21) + `"}`, 80002},
		{"profile.portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_Gender","Value":"Gender_Type_Robot"}]}`, 40605},
		{"profile.portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_Colour","Value":"red"}]}`, 40009},
		{"profile.portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"` + long + `"}]}`, 40601},
	} {
		require.EqualValues(t, c.code, ann.ask(c.command, c.body)["ErrorCode"], "%s %.80s", c.command, c.body)
	}
}
