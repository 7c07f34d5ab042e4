package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestRESTPagesCommunityMembersByNext(t *testing.T) {
	s := newRESTServer(t)
	var members []string
	for i := range 250 {
		id := fmt.Sprintf("u%03d", i)
		s.ok("im_open_login_svc/account_import", fmt.Sprintf(`{"UserID":%q}`, id))
		members = append(members, fmt.Sprintf(`{"Member_Account":%q}`, id))
	}
	s.ok("group_open_http_svc/create_group", `{"GroupId":"@TGS#_fans","Type":"Community","Name":"fans"}`)
	s.ok("group_open_http_svc/add_group_member", `{"GroupId":"@TGS#_fans","MemberList":[`+strings.Join(members, ",")+`]}`)
	seen, next, pages := map[string]bool{}, "", 0
	for {
		reply := s.ok("group_open_http_svc/get_group_member_info",
			fmt.Sprintf(`{"GroupId":"@TGS#_fans","MemberInfoFilter":["Role"],"Limit":500,"Next":%q}`, next))
		require.EqualValues(t, 250, reply["MemberNum"])
		rows := reply["MemberList"].([]any)
		require.LessOrEqual(t, len(rows), 100)
		for _, row := range rows {
			seen[row.(map[string]any)["Member_Account"].(string)] = true
		}
		pages++
		if next = reply["Next"].(string); next == "" {
			break
		}
	}
	require.Len(t, seen, 250)
	require.Equal(t, 3, pages)
	s.refused(10004, "group_open_http_svc/get_group_member_info", `{"GroupId":"@TGS#_fans","Next":"x"}`)
}

func TestRESTHoldsTheRulesOfGroupTypes(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"live"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"@TGS#_c","Type":"Community","Name":"c","Owner_Account":"ann"}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"work","Type":"Work","Name":"w","Owner_Account":"ann","MemberList":[{"Member_Account":"bo"}]}`)
	const message = `"Random":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]`
	for name, test := range map[string]struct {
		code       int
		path, body string
	}{
		"live member":             {10007, "modify_group_member_info", `{"GroupId":"live","Member_Account":"ann","NameCard":"x"}`},
		"live members":            {10007, "get_group_member_info", `{"GroupId":"live"}`},
		"live invitation":         {10007, "add_group_member", `{"GroupId":"live","MemberList":[{"Member_Account":"bo"}]}`},
		"live removal":            {10004, "delete_group_member", `{"GroupId":"live","MemberToDel_Account":["bo"]}`},
		"live owner":              {10007, "change_group_owner", `{"GroupId":"live","NewOwner_Account":"bo"}`},
		"live role":               {10007, "get_role_in_group", `{"GroupId":"live","User_Account":["bo"]}`},
		"live recall":             {10033, "group_msg_recall", `{"GroupId":"live","MsgSeqList":[{"MsgSeq":1}]}`},
		"live history":            {10044, "group_msg_get_simple", `{"GroupId":"live","ReqMsgNumber":5}`},
		"live receipts":           {10007, "get_group_msg_receipt", `{"GroupId":"live","MsgSeqList":[{"MsgSeq":1}]}`},
		"live directed":           {10007, "send_group_msg", `{"GroupId":"live","To_Account":["ann"],` + message + `}`},
		"community receipts":      {10007, "get_group_msg_receipt", `{"GroupId":"@TGS#_c","MsgSeqList":[{"MsgSeq":1}]}`},
		"community detail":        {10007, "get_group_msg_receipt_detail", `{"GroupId":"@TGS#_c","MsgSeq":1,"Filter":0,"Cursor":"","Count":5}`},
		"community directed":      {10007, "send_group_msg", `{"GroupId":"@TGS#_c","To_Account":["ann"],` + message + `}`},
		"work admin":              {10007, "modify_group_member_info", `{"GroupId":"work","Member_Account":"bo","Role":"Admin"}`},
		"work mute":               {10007, "forbid_send_msg", `{"GroupId":"work","Members_Account":["bo"],"MuteTime":5}`},
		"foreign operator":        {10019, "modify_group_base_info", `{"GroupId":"shop","From_Account":"ghost","Name":"x"}`},
		"recall with a long text": {10004, "group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1}],"Reason":"` + strings.Repeat("长", 34) + `"}`},
		"two custom elements": {
			10004, "send_group_msg", `{"GroupId":"shop","Random":1,"MsgBody":[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"a"}},{"MsgType":"TIMCustomElem","MsgContent":{"Data":"b"}}]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "group_open_http_svc/"+test.path, test.body)
		})
	}
	s.t = t
	s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"live","MaxMemberNum":5}`)
	info := s.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["live"]}`)["GroupInfo"].([]any)[0].(map[string]any)
	require.Greater(t, info["MaxMemberNum"], 5.0, "it has no bound")
}

func TestRESTMutesForeverFitIntoATime(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["cy"],"MuteTime":4294967295}`)
	s.requireJSON(`[{"Member_Account":"cy","MutedUntil":4294967295}]`,
		s.ok("group_open_http_svc/get_group_muted_account", `{"GroupId":"shop"}`)["MutedAccountList"])
}

func TestRESTChecksProfileFields(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	set := func(tag, value string) string {
		return fmt.Sprintf(`{"From_Account":"ann","ProfileItem":[{"Tag":%q,"Value":%s}]}`, tag, value)
	}
	for _, good := range [][2]string{
		{"Tag_Profile_IM_Gender", `"Gender_Type_Female"`},
		{"Tag_Profile_IM_BirthDay", `19990101`},
		{"Tag_Profile_IM_AllowType", `"AllowType_Type_DenyAny"`},
		{"Tag_Profile_Custom_Team", `"red"`},
	} {
		s.ok("profile/portrait_set", set(good[0], good[1]))
		reply := s.ok("profile/portrait_get", fmt.Sprintf(`{"To_Account":["ann"],"TagList":[%q]}`, good[0]))
		s.requireJSON(fmt.Sprintf(`[{"Tag":%q,"Value":%s}]`, good[0], good[1]), reply["UserProfileItem"].([]any)[0].(map[string]any)["ProfileItem"])
	}
	s.refused(40605, "profile/portrait_set", set("Tag_Profile_IM_Gender", `"robot"`))
	s.refused(40605, "profile/portrait_set", set("Tag_Profile_IM_AllowType", `"maybe"`))
	s.refused(40009, "profile/portrait_set", set("Tag_Profile_IM_ShoeSize", `"43"`))
	s.refused(40009, "profile/portrait_set", set("Tag_Profile_Custom_LongerThan8", `"x"`))
	s.refused(40009, "profile/portrait_set", set("Nick", `"x"`))
}

func TestRESTTellsWhereAUserIsOnline(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	w.login("ann", wire.PlatformWindows)
	w.login("ann", wire.PlatformIOS)
	w.login("ann", wire.PlatformIOS)
	reply := w.ok("openim/query_online_status", `{"To_Account":["ann","bo"],"IsNeedDetail":1}`)
	w.requireJSON(`[{"To_Account":"ann","Status":"Online","Detail":[{"Platform":"PC","Status":"Online"},{"Platform":"iPhone","Status":"Online"}]},
		{"To_Account":"bo","Status":"Offline"}]`, reply["QueryResult"])
	reply = w.ok("openim/querystate", `{"To_Account":["bo"]}`)
	require.Equal(t, "Offline", reply["QueryResult"].([]any)[0].(map[string]any)["State"], "the old name of the field for the old name of the command")
}

func TestRESTAnswersAnEditAsDocumented(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "six", 1, "")
	reply := s.ok("openim/modify_group_msg", `{"GroupId":"shop","MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"seven"}}]}`)
	require.Equal(t, "succeed", reply["ErrorInfo"])
}

// Whoever is muted stays so when the app's server speaks for them; the admin itself and people outside the group do not.
func TestRESTSendsNothingForTheMuted(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	const send = "group_open_http_svc/send_group_msg"
	say := func(from string, random int) string {
		return fmt.Sprintf(`{"GroupId":"shop",%s"Random":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`, from, random)
	}
	s.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["cy"],"MuteTime":60}`)
	s.refused(10017, send, say(`"From_Account":"cy",`, 1))
	s.ok(send, say(`"From_Account":"bo",`, 2))
	s.clock.seconds.Add(61)
	s.ok(send, say(`"From_Account":"cy",`, 3))

	s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","MuteAllMember":"On"}`)
	s.refused(10017, send, say(`"From_Account":"cy",`, 4))
	s.ok(send, say(`"From_Account":"ann",`, 5))
	s.ok(send, say("", 6))
	s.ok(send, say(`"From_Account":"dee",`, 7))
}
