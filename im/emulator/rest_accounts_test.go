package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTAccounts(t *testing.T) {
	s := newRESTServer(t)
	s.ok("im_open_login_svc/account_import", `{"UserID":"ann","Nick":"Ann","FaceUrl":"https://img.invalid/ann.png"}`)
	s.ok("im_open_login_svc/account_import", `{"UserID":"ann"}`) // repeating is harmless
	s.ok("im_open_login_svc/account_import", `{"Identifier":"old-name"}`)
	reply := s.ok("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"bo","Nick":"Bo"},{"UserID":"cy"}]}`)
	s.requireJSON(`[]`, reply["FailAccounts"])
	s.ok("im_open_login_svc/multiaccount_import", `{"Accounts":["dee"]}`)
	reply = s.ok("im_open_login_svc/multiaccount_import", fmt.Sprintf(`{"Accounts":["eve",%q]}`, strings.Repeat("x", 33)))
	s.requireJSON(fmt.Sprintf(`[%q]`, strings.Repeat("x", 33)), reply["FailAccounts"])

	reply = s.ok("im_open_login_svc/account_check", `{"CheckItem":[{"UserID":"ann"},{"UserID":"eve"},{"UserID":"zed"}]}`)
	s.requireJSON(`[{"UserID":"ann","ResultCode":0,"ResultInfo":"","AccountStatus":"Imported"},
		{"UserID":"eve","ResultCode":0,"ResultInfo":"","AccountStatus":"Imported"},
		{"UserID":"zed","ResultCode":0,"ResultInfo":"","AccountStatus":"NotImported"}]`, reply["ResultItem"])

	s.refused(70402, "im_open_login_svc/account_import", `{}`)
	s.refused(70402, "im_open_login_svc/account_import", `{"UserID":"`+strings.Repeat("x", 33)+`"}`)
	s.refused(70402, "im_open_login_svc/account_check", `{"CheckItem":[]}`)
	s.refused(70206, "im_open_login_svc/multiaccount_import", `{"Accounts":[`+strings.Repeat(`"a",`, 100)+`"b"]}`)
	s.refused(70107, "im_open_login_svc/kick", `{"UserID":"zed"}`)
	s.refused(70402, "im_open_login_svc/kick", `{}`)
	s.ok("im_open_login_svc/kick", `{"Identifier":"ann"}`)
}

func TestRESTProfiles(t *testing.T) {
	s := newRESTServer(t)
	s.ok("im_open_login_svc/account_import", `{"UserID":"ann","Nick":"Ann"}`)
	reply := s.ok("profile/portrait_set", `{"From_Account":"ann","ProfileItem":[
		{"Tag":"Tag_Profile_IM_Nick","Value":"主播 <Ann> & Co"},{"Tag":"Tag_Profile_IM_Level","Value":7}]}`)
	require.Contains(t, reply, "ErrorDisplay")

	reply = s.ok("profile/portrait_get", `{"To_Account":["ann","zed"],
		"TagList":["Tag_Profile_IM_Nick","Tag_Profile_IM_Level","Tag_Profile_IM_Image"]}`)
	s.requireJSON(`[{"To_Account":"ann","ResultCode":0,"ResultInfo":"","ProfileItem":[
			{"Tag":"Tag_Profile_IM_Nick","Value":"主播 <Ann> & Co"},{"Tag":"Tag_Profile_IM_Level","Value":7}]},
		{"To_Account":"zed","ResultCode":40003,"ResultInfo":"account does not exist","ProfileItem":[]}]`, reply["UserProfileItem"])
	s.requireJSON(`["zed"]`, reply["Fail_Account"])

	s.refused(40003, "profile/portrait_set", `{"From_Account":"zed","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"x"}]}`)
	s.refused(40001, "profile/portrait_set", `{"From_Account":"ann"}`)
	s.refused(40009, "profile/portrait_set", `{"From_Account":"ann","ProfileItem":[{"Tag":"Nick","Value":"x"}]}`)
	s.refused(40601, "profile/portrait_set", `{"From_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"`+strings.Repeat("x", 501)+`"}]}`)
	s.refused(40001, "profile/portrait_get", `{"To_Account":["ann"]}`)
}

func TestRESTOnlineStatus(t *testing.T) {
	s := newRESTServer(t)
	s.ok("im_open_login_svc/multiaccount_import", `{"Accounts":["ann","bo"]}`)
	s.online["ann"] = []string{"Web"}
	reply := s.ok("openim/query_online_status", `{"IsNeedDetail":1,"To_Account":["ann","bo","zed"]}`)
	s.requireJSON(`[{"To_Account":"ann","Status":"Online","Detail":[{"Platform":"Web","Status":"Online"}]},
		{"To_Account":"bo","Status":"Offline"}]`, reply["QueryResult"])
	s.requireJSON(`[{"To_Account":"zed","ErrorCode":70107}]`, reply["ErrorList"])
	s.refused(70107, "openim/query_online_status", `{"To_Account":["zed"]}`)

	s.ok("group_open_http_svc/create_group", `{"GroupId":"pair","Type":"Public","Name":"x","MemberList":[{"Member_Account":"ann"},{"Member_Account":"bo"}]}`)
	reply = s.ok("group_open_http_svc/get_group_member_info", `{"GroupId":"pair","MemberInfoFilter":["OnlineStatus"]}`)
	s.requireJSON(`[{"Member_Account":"ann","OnlineStatus":"Online"},{"Member_Account":"bo","OnlineStatus":"Offline"}]`, reply["MemberList"])
}
