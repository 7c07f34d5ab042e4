package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRESTNamesWhatIsMissing calls every command without any field.
func TestRESTNamesWhatIsMissing(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	optional := []string{"group_open_http_svc.get_appid_group_list"}
	own := map[string]float64{
		"im_open_login_svc": 70402, "group_open_http_svc": 10004, "group_open_attr_http_svc": 10004, "openim_msg_ext_http_svc": 10004,
		"recentcontact": 50002, "profile": 40001, "openconfigsvr": 10004,
	}
	openim := map[string]float64{
		"sendmsg": 90003, "batchsendmsg": 90003, "importmsg": 90008, "admin_getroammsg": 90008, "admin_msgwithdraw": 90008,
		"modify_c2c_msg": 90008, "admin_set_msg_read": 90008, "c2c_msg_read_receipt": 90008, "get_c2c_unread_msg_num": 90003,
		"query_online_status": 90003, "querystate": 90003, "modify_group_msg": 20001,
	}
	for name := range restCommands {
		service, command, _ := strings.Cut(name, ".")
		want, known := own[service]
		if service == "openim" {
			want, known = openim[command]
		}
		switch {
		case service == "emulator":
			continue
		case name == optional[0]:
			want, known = 0, true
		case name == "profile.portrait_get":
			want = 40002
		}
		require.True(t, known, "%s has no code for a missing field here", name)
		reply := s.call(service+"/"+command, `{}`)
		require.Equal(t, want, reply["ErrorCode"], "%s: %v", name, reply)
		display := service == "recentcontact" || service == "profile"
		require.Equal(t, display, reply["ErrorDisplay"] != nil, "%s: %v", name, reply)
	}
}

func TestRESTLimitsThatAddUp(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for _, key := range strings.Fields("a b c d e f g h i j") {
		s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","AppDefinedData":[{"Key":"`+key+`","Value":"v"}]}`)
	}
	s.refused(10004, "group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","AppDefinedData":[{"Key":"k","Value":"v"}]}`)
	s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","AppDefinedData":[{"Key":"k","Value":"v"},{"Key":"a","Value":""}]}`)
	for _, key := range strings.Fields("a b c d e") {
		s.ok("group_open_http_svc/modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","AppMemberDefinedData":[{"Key":"`+key+`","Value":"v"}]}`)
	}
	s.refused(10004, "group_open_http_svc/modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","AppMemberDefinedData":[{"Key":"f","Value":"v"}]}`)
}

func TestRESTCountsTheBytesOfAProfileValueItself(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	set := func(value string) string {
		return `{"From_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_SelfSignature","Value":"` + value + `"}]}`
	}
	s.ok("profile/portrait_set", set(strings.Repeat(`\"`, 500)))
	s.ok("profile/portrait_set", set(strings.Repeat("签", 166)))
	s.refused(40601, "profile/portrait_set", set(strings.Repeat("签", 167)))
	s.refused(40009, "profile/portrait_get", `{"To_Account":["ann"],"TagList":["Tag_Profile_IM_Shoe"]}`)
	s.ok("profile/portrait_set", `{"From_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_BirthDay","Value":19990101}]}`)
	reply := s.ok("profile/portrait_get", `{"To_Account":["ann"],"TagList":["Tag_Profile_IM_BirthDay","Tag_Profile_IM_Image","Tag_Profile_IM_Nick"]}`)
	s.requireJSON(`[{"Tag":"Tag_Profile_IM_BirthDay","Value":19990101},{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}]`,
		reply["UserProfileItem"].([]any)[0].(map[string]any)["ProfileItem"])
}

func TestRESTGroupIdsThatTheServerGives(t *testing.T) {
	s := newRESTServer(t)
	s.refused(10015, "group_open_http_svc/create_group", `{"GroupId":"@TGS#mine","Type":"Public","Name":"x"}`)
	s.refused(10015, "group_open_http_svc/import_group", `{"GroupId":"@TGS#mine","Type":"Public","Name":"x"}`)
	s.refused(10015, "group_open_http_svc/create_group", `{"GroupId":"mine","Type":"Community","Name":"x"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"@TGS#_mine","Type":"Community","Name":"x"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"a b~!","Type":"Public","Name":"x"}`)
}

func TestRESTUnreadCountsAreAcceptedWhereThereAreNone(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for _, kind := range []string{"ChatRoom", "AVChatRoom"} {
		s.ok("group_open_http_svc/create_group", `{"GroupId":"`+kind+`","Type":"`+kind+`","Name":"x"}`)
		s.ok("group_open_http_svc/set_unread_msg_num", `{"GroupId":"`+kind+`","Member_Account":"bo","UnreadMsgNum":3}`)
	}
	s.refused(10007, "group_open_http_svc/set_unread_msg_num", `{"GroupId":"shop","Member_Account":"dee","UnreadMsgNum":3}`)
}

func TestRESTWorkGroupsCannotBeMuted(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"work","Type":"Work","Name":"x"}`)
	s.refused(10007, "group_open_http_svc/forbid_send_msg", `{"GroupId":"work","Members_Account":["bo"],"MuteTime":5}`)
}

func TestRESTOnlineStatusOfNobodyKnown(t *testing.T) {
	s := newRESTServer(t)
	reply := s.call("openim/query_online_status", `{"To_Account":["ghost"]}`)
	require.EqualValues(t, 70107, reply["ErrorCode"])
	require.Equal(t, "FAIL", reply["ActionStatus"])
	s.requireJSON(`[{"To_Account":"ghost","ErrorCode":70107}]`, reply["ErrorList"])
	s.refused(90011, "openim/query_online_status", `{"To_Account":[`+strings.Repeat(`"a",`, 500)+`"a"]}`)
}

func TestRESTAnImportOfMadeUpNamesAlone(t *testing.T) {
	s := newRESTServer(t)
	long := strings.Repeat("x", 33)
	reply := s.ok("im_open_login_svc/multiaccount_import", `{"Accounts":["ann","`+long+`"]}`)
	s.requireJSON(`["`+long+`"]`, reply["FailAccounts"])
	reply = s.call("im_open_login_svc/multiaccount_import", `{"Accounts":["`+long+`"]}`)
	require.EqualValues(t, 70402, reply["ErrorCode"])
	s.requireJSON(`["`+long+`"]`, reply["FailAccounts"])
	s.refused(70206, "im_open_login_svc/multiaccount_import", `{"Accounts":[`+strings.Repeat(`"a",`, 100)+`"a"]}`)
}

func TestRESTRefusesFieldsOfTheWrongKind(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	const body = `"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]`
	for name, test := range map[string]struct {
		path, body string
		code       int
	}{
		"push info of a send": {"openim/sendmsg", `{"To_Account":"bo","MsgRandom":1,"OfflinePushInfo":"x",` + body + `}`, 90043},
		"time of a send":      {"openim/sendmsg", `{"To_Account":"bo","MsgRandom":1,"MsgTimeStamp":"x",` + body + `}`, 90006},
		"random too large":    {"openim/sendmsg", `{"To_Account":"bo","MsgRandom":4294967296,` + body + `}`, 90005},
		"edit of a group":     {"openim/modify_group_msg", `{"GroupId":"shop","MsgSeq":1,"MsgBody":{}}`, 90007},
		"edit between two":    {"openim/modify_c2c_msg", `{"From_Account":"ann","To_Account":"bo","MsgKey":"1_2_3","MsgBody":"x"}`, 90007},
		"eleven peers":        {"openim/get_c2c_unread_msg_num", `{"To_Account":"bo","Peer_Account":[` + strings.Repeat(`"a",`, 10) + `"a"]}`, 90018},
		"account is a number": {"im_open_login_svc/account_import", `{"UserID":1}`, 70402},
		"sequence is text":    {"group_open_http_svc/group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":"1"}]}`, 10004},
		"no such friends":     {"sns/friend_everything", `{}`, 60009},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, test.path, test.body)
		})
	}
}

func TestRESTRoamingWantsACountAndAnEnd(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for _, body := range []string{`{%s}`, `{%s,"MaxCnt":0,"MinTime":1,"MaxTime":9}`, `{%s,"MaxCnt":9,"MinTime":1}`} {
		s.refused(90001, "openim/admin_getroammsg", fmt.Sprintf(body, `"Operator_Account":"bo","Peer_Account":"ann"`))
	}
}

func TestRESTGivesRolesOnlyToTheFirstMembers(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"team","Type":"Public","Name":"x","MemberList":[{"Member_Account":"ann","Role":"Admin"}]}`)
	s.ok("group_open_http_svc/add_group_member", `{"GroupId":"team","MemberList":[{"Member_Account":"bo","Role":"Admin"}]}`)
	reply := s.ok("group_open_http_svc/get_role_in_group", `{"GroupId":"team","User_Account":["ann","bo"]}`)
	s.requireJSON(`[{"Member_Account":"ann","Role":"Admin"},{"Member_Account":"bo","Role":"Member"}]`, reply["UserIdList"])
}

func TestRESTTakesADoubledSlash(t *testing.T) {
	w := newWorld(t, nil)
	w.url += "/"
	w.ok("im_open_login_svc/account_import", `{"UserID":"ann"}`)
	w.refused(60009, "/openim/sendmsg", `{}`)
}
