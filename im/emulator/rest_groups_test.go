package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTCreateGroup(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	reply := s.ok("group_open_http_svc/create_group", `{"Type":"Public","Name":"No id"}`)
	require.True(t, strings.HasPrefix(reply["GroupId"].(string), "@TGS#"))
	for newName, oldName := range map[string]string{"Work": "Private", "Meeting": "ChatRoom"} {
		s.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"GroupId":"g-%s","Owner_Account":"ann","Type":%q,"Name":"x"}`, newName, newName))
		reply = s.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["g-`+newName+`"],"ResponseFilter":{"GroupBaseInfoFilter":["Type"]}}`)
		s.requireJSON(fmt.Sprintf(`[{"GroupId":"g-%s","Type":%q,"ErrorCode":0,"ErrorInfo":""}]`, newName, oldName), reply["GroupInfo"])
	}
	many := strings.Repeat(`{"Member_Account":"bo"},`, 100) + `{"Member_Account":"cy"}`
	tests := map[string]struct {
		body string
		code int
	}{
		"no type":              {`{"Name":"x"}`, 10004},
		"unknown type":         {`{"Type":"Secret","Name":"x"}`, 10004},
		"no name":              {`{"Type":"Public"}`, 10004},
		"name of 31 bytes":     {`{"Type":"Public","Name":"` + strings.Repeat("群", 10) + `x"}`, 10004},
		"long introduction":    {`{"Type":"Public","Name":"x","Introduction":"` + strings.Repeat("x", 241) + `"}`, 10004},
		"long notification":    {`{"Type":"Public","Name":"x","Notification":"` + strings.Repeat("x", 301) + `"}`, 10004},
		"long face":            {`{"Type":"Public","Name":"x","FaceUrl":"` + strings.Repeat("x", 101) + `"}`, 10004},
		"long id":              {`{"Type":"Public","Name":"x","GroupId":"` + strings.Repeat("x", 49) + `"}`, 10015},
		"id not ASCII":         {`{"Type":"Public","Name":"x","GroupId":"群"}`, 10015},
		"id in use by owner":   {`{"Type":"Public","Name":"x","GroupId":"shop","Owner_Account":"ann"}`, 10025},
		"id in use":            {`{"Type":"Public","Name":"x","GroupId":"shop","Owner_Account":"cy"}`, 10021},
		"owner unknown":        {`{"Type":"Public","Name":"x","Owner_Account":"zed"}`, 10019},
		"101 members":          {`{"Type":"Public","Name":"x","MemberList":[` + many + `]}`, 10005},
		"members in a room":    {`{"Type":"AVChatRoom","Name":"x","MemberList":[{"Member_Account":"bo"}]}`, 10007},
		"a member as owner":    {`{"Type":"Public","Name":"x","MemberList":[{"Member_Account":"bo","Role":"Owner"}]}`, 10004},
		"long custom value":    {`{"Type":"Public","Name":"x","AppDefinedData":[{"Key":"k","Value":"` + strings.Repeat("x", 513) + `"}]}`, 10004},
		"long member value":    {`{"Type":"Public","Name":"x","MemberList":[{"Member_Account":"bo","AppMemberDefinedData":[{"Key":"k","Value":"` + strings.Repeat("x", 65) + `"}]}]}`, 10004},
		"unknown join option":  {`{"Type":"Public","Name":"x","ApplyJoinOption":"Maybe"}`, 10004},
		"more members than is": {`{"Type":"Public","Name":"x","Owner_Account":"ann","MaxMemberCount":1,"MemberList":[{"Member_Account":"bo"}]}`, 10014},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "group_open_http_svc/create_group", test.body)
		})
	}
}

func TestRESTNamesAtTheirLimitAreAccepted(t *testing.T) {
	s := newRESTServer(t)
	s.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"Type":"Public","Name":%q,"Introduction":%q,"Notification":%q,"FaceUrl":%q,"GroupId":%q}`,
		strings.Repeat("群", 10), strings.Repeat("x", 240), strings.Repeat("x", 300), strings.Repeat("x", 100), strings.Repeat("x", 48)))
}

func TestRESTGroupInfo(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","MuteAllMember":"On","AppDefinedData":[{"Key":"boat","Value":"blue"},{"Key":"sail","Value":"red"}]}`)
	reply := s.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop","gone"],"ResponseFilter":{
		"GroupBaseInfoFilter":["Type","Name","MemberNum","ShutUpAllMember","Owner_Account"],"MemberInfoFilter":["Account","Role"],
		"AppDefinedDataFilter_Group":["boat"],"AppDefinedDataFilter_GroupMember":["role"]}}`)
	rows := reply["GroupInfo"].([]any)
	s.requireJSON(`{"GroupId":"shop","ErrorCode":0,"ErrorInfo":"","Type":"Public","Name":"Fishing trip","MemberNum":3,"MuteAllMember":"On",
		"Owner_Account":"ann","AppDefinedData":[{"Key":"boat","Value":"blue"}],"MemberList":[{"Member_Account":"ann","Role":"Owner"},
		{"Member_Account":"bo","Role":"Admin","AppMemberDefinedData":[{"Key":"role","Value":"助手"}]},
		{"Member_Account":"cy","Role":"Member"}]}`, rows[0])
	require.EqualValues(t, 10010, rows[1].(map[string]any)["ErrorCode"], "the row says it, not the envelope")

	everything := s.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop"]}`)["GroupInfo"].([]any)[0].(map[string]any)
	for _, field := range []string{"NextMsgSeq", "CreateTime", "MaxMemberNum", "ApplyJoinOption", "AppDefinedData", "MemberList"} {
		require.Contains(t, everything, field)
	}
	s.refused(10004, "group_open_http_svc/get_group_info", `{"GroupIdList":[]}`)
	s.refused(10004, "group_open_http_svc/get_group_info", `{"GroupIdList":[`+strings.Repeat(`"g",`, 50)+`"g"]}`)
}

func TestRESTJoinedGroupList(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"quiet","Owner_Account":"cy","Type":"Private","Name":"Quiet"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"hall","Owner_Account":"cy","Type":"ChatRoom","Name":"Hall"}`)
	s.send("ann", "one", 1, "")
	s.send("ann", "two", 2, "")

	reply := s.ok("group_open_http_svc/get_joined_group_list", `{"Member_Account":"cy","ResponseFilter":{
		"GroupBaseInfoFilter":["Type","NextMsgSeq"],"SelfInfoFilter":["Role","MsgSeq","MsgFlag"]}}`)
	require.EqualValues(t, 2, reply["TotalCount"], "a Work group without messages is not active")
	s.requireJSON(`[{"GroupId":"shop","Type":"Public","NextMsgSeq":3,"SelfInfo":{"Role":"Member","MsgSeq":0,"MsgFlag":"AcceptAndNotify"}},
		{"GroupId":"hall","Type":"ChatRoom","NextMsgSeq":1,"SelfInfo":{"Role":"Owner","MsgSeq":0,"MsgFlag":"AcceptAndNotify"}}]`, reply["GroupIdList"])

	reply = s.ok("group_open_http_svc/get_joined_group_list", `{"Member_Account":"cy","WithNoActiveGroups":1,"Limit":1,"Offset":1}`)
	require.EqualValues(t, 3, reply["TotalCount"])
	s.requireJSON(`[{"GroupId":"quiet"}]`, reply["GroupIdList"])

	reply = s.ok("group_open_http_svc/get_joined_group_list", `{"Member_Account":"cy","GroupType":"Meeting"}`)
	s.requireJSON(`[{"GroupId":"hall"}]`, reply["GroupIdList"])

	s.refused(10004, "group_open_http_svc/get_joined_group_list", `{}`)
	s.refused(10019, "group_open_http_svc/get_joined_group_list", `{"Member_Account":"zed"}`)
}

func TestRESTMembers(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	reply := s.ok("group_open_http_svc/add_group_member", `{"GroupId":"shop","Silence":1,"MemberList":[
		{"Member_Account":"dee"},{"Member_Account":"bo"},{"Member_Account":"zed"}]}`)
	s.requireJSON(`[{"Member_Account":"dee","Result":1},{"Member_Account":"bo","Result":2},{"Member_Account":"zed","Result":0}]`, reply["MemberList"])

	reply = s.ok("group_open_http_svc/get_group_member_info", `{"GroupId":"shop","MemberInfoFilter":["Role","NameCard","ShutUpUntil"],
		"AppDefinedDataFilter_GroupMember":["role"],"Limit":1,"Offset":1}`)
	require.EqualValues(t, 4, reply["MemberNum"], "the group's total, not the page's")
	s.requireJSON(`[{"Member_Account":"bo","Role":"Admin","NameCard":"","MuteUntil":0,"AppMemberDefinedData":[{"Key":"role","Value":"助手"}]}]`, reply["MemberList"])

	reply = s.ok("group_open_http_svc/get_group_member_info", `{"GroupId":"shop","MemberInfoFilter":["Role"],"MemberRoleFilter":["Owner"]}`)
	s.requireJSON(`[{"Member_Account":"ann","Role":"Owner"}]`, reply["MemberList"])

	s.ok("group_open_http_svc/modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","Role":"Admin","NameCard":"Cy (lead)","ShutUpTime":60,
		"MsgFlag":"Discard","AppMemberDefinedData":[{"Key":"role","Value":"导购"}]}`)
	until := s.clock.seconds.Load() + 60
	reply = s.ok("group_open_http_svc/get_specified_group_member_info", `{"GroupId":"shop","Member_List_Account":["cy","zed"],
		"MemberInfoFilter":["Role","NameCard","MuteUntil","MsgFlag"],"AppDefinedDataFilter_GroupMember":["role"]}`)
	s.requireJSON(fmt.Sprintf(`[{"Member_Account":"cy","Role":"Admin","NameCard":"Cy (lead)","MuteUntil":%d,"MsgFlag":"Discard",
		"AppMemberDefinedData":[{"Key":"role","Value":"导购"}]}]`, until), reply["MemberList"])

	reply = s.ok("group_open_http_svc/get_role_in_group", `{"GroupId":"shop","User_Account":["ann","zed","cy"]}`)
	s.requireJSON(`[{"Member_Account":"ann","Role":"Owner"},{"Member_Account":"zed","Role":"NotMember"},{"Member_Account":"cy","Role":"Admin"}]`, reply["UserIdList"])

	s.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["dee","zed"],"MuteTime":4294967295}`)
	s.ok("group_open_http_svc/delete_group_member", `{"GroupId":"shop","MemberToDel_Account":["dee","zed"],"Silence":1}`)
	s.ok("group_open_http_svc/change_group_owner", `{"GroupId":"shop","NewOwner_Account":"bo"}`)
	reply = s.ok("group_open_http_svc/get_role_in_group", `{"GroupId":"shop","User_Account":["ann","bo","dee"]}`)
	s.requireJSON(`[{"Member_Account":"ann","Role":"Member"},{"Member_Account":"bo","Role":"Owner"},{"Member_Account":"dee","Role":"NotMember"}]`, reply["UserIdList"])
}

func TestRESTMemberRefusals(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"room","Owner_Account":"ann","Type":"AVChatRoom","Name":"Room"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"full","Owner_Account":"ann","Type":"Public","Name":"Full","MaxMemberCount":1}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"work","Owner_Account":"ann","Type":"Private","Name":"Work","MemberList":[{"Member_Account":"bo"}]}`)
	tests := []struct {
		command, body string
		code          int
	}{
		{"add_group_member", `{"GroupId":"gone","MemberList":[{"Member_Account":"dee"}]}`, 10010},
		{"add_group_member", `{"GroupId":"shop"}`, 10004},
		{"add_group_member", `{"GroupId":"room","MemberList":[{"Member_Account":"dee"}]}`, 10007},
		{"add_group_member", `{"GroupId":"full","MemberList":[{"Member_Account":"dee"}]}`, 10014},
		{"add_group_member", `{"GroupId":"shop","MemberList":[` + strings.Repeat(`{"Member_Account":"dee"},`, 300) + `{"Member_Account":"cy"}]}`, 10005},
		{"delete_group_member", `{"GroupId":"room","MemberToDel_Account":["ann"]}`, 10004},
		{"delete_group_member", `{"GroupId":"shop","MemberToDel_Account":["ann"]}`, 10007},
		{"delete_group_member", `{"GroupId":"shop"}`, 10004},
		{"get_group_member_info", `{"GroupId":"room"}`, 10007},
		{"get_group_member_info", `{"GroupId":"gone"}`, 10010},
		{"get_role_in_group", `{"GroupId":"room","User_Account":["ann"]}`, 10007},
		{"change_group_owner", `{"GroupId":"room","NewOwner_Account":"ann"}`, 10007},
		{"change_group_owner", `{"GroupId":"shop","NewOwner_Account":"dee"}`, 10004},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"dee","NameCard":"x"}`, 10007},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","NameCard":"` + strings.Repeat("x", 51) + `"}`, 10004},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","MsgFlag":"Loud"}`, 10004},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","Role":"King"}`, 10004},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"ann","Role":"Member"}`, 10007},
		{"modify_group_member_info", `{"GroupId":"work","Member_Account":"bo","Role":"Admin"}`, 10007},
		{"modify_group_member_info", `{"GroupId":"work","Member_Account":"bo","MuteTime":5}`, 10007},
		{"modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","MuteTime":-5}`, 10004},
		{"modify_group_base_info", `{"GroupId":"shop","Name":""}`, 10004},
		{"modify_group_base_info", `{"GroupId":"shop","Name":"` + strings.Repeat("x", 31) + `"}`, 10004},
		{"modify_group_base_info", `{"GroupId":"shop","MuteAllMember":"Maybe"}`, 10004},
		{"modify_group_base_info", `{"GroupId":"gone","Name":"x"}`, 10010},
		{"forbid_send_msg", `{"GroupId":"shop","Members_Account":["cy"]}`, 10004},
		{"destroy_group", `{"GroupId":"gone"}`, 10010},
	}
	for _, test := range tests {
		s.refused(test.code, "group_open_http_svc/"+test.command, test.body)
	}
}

func TestRESTDestroyGroup(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "bye", 1, "")
	reply := s.ok("group_open_http_svc/get_appid_group_list", `{"Limit":10}`)
	s.requireJSON(`[{"GroupId":"shop"}]`, reply["GroupIdList"])
	s.ok("group_open_http_svc/destroy_group", `{"GroupId":"shop"}`)
	s.refused(10010, "group_open_http_svc/destroy_group", `{"GroupId":"shop"}`)
	s.refused(10010, "group_open_http_svc/send_group_msg",
		`{"GroupId":"shop","From_Account":"ann","Random":2,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`)
	reply = s.ok("group_open_http_svc/get_appid_group_list", `{}`)
	s.requireJSON(`[]`, reply["GroupIdList"])
	require.EqualValues(t, 0, reply["TotalCount"])
}
