package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestTheTrialHasAHundredAccountsAndGroups(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Edition = EditionTrial })
	for i := range 99 { // the admin is one, too
		w.ok("im_open_login_svc/account_import", fmt.Sprintf(`{"UserID":"u%d"}`, i))
	}
	w.refused(70398, "im_open_login_svc/account_import", `{"UserID":"one-more"}`)
	w.ok("im_open_login_svc/account_import", `{"UserID":"u1","Nick":"known"}`)
	reply := w.call("im_open_login_svc/multiaccount_import", `{"Accounts":["x","y"]}`)
	require.EqualValues(t, 70398, reply["ErrorCode"])
	d := w.dial(wire.PlatformWeb)
	login := d.ask("im_open_status.wslogin", `{"State":"Online"}`,
		fmt.Sprintf(`"identifier":"stranger","usersig":%q,`, signed(t, restKey, restApp, "stranger")))
	require.EqualValues(t, 70398, login["ErrorCode"], "a first login makes an account, too")
	w.ok("im_open_login_svc/account_delete", `{"DeleteItem":[{"UserID":"u0"}]}`)
	w.ok("im_open_login_svc/account_import", `{"UserID":"one-more"}`)

	for i := range 100 {
		w.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"GroupId":"g%d","Type":"Public","Name":"x"}`, i))
	}
	w.refused(10058, "group_open_http_svc/create_group", `{"GroupId":"more","Type":"Public","Name":"x"}`)
	w.refused(10058, "group_open_http_svc/import_group", `{"GroupId":"more","Type":"Public","Name":"x"}`)
	w.ok("group_open_http_svc/destroy_group", `{"GroupId":"g7"}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"more","Type":"Public","Name":"x"}`)
}

func TestWhatMattersLeastIsDroppedFirst(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.RateLimits = true })
	w.shop()
	random := 0
	dropped := func(priority string) bool {
		random++
		reply := w.ok("group_open_http_svc/send_group_msg", fmt.Sprintf(groupSend, random, `,"MsgPriority":"`+priority+`"`))
		return reply["MsgDropReason"] == "MsgFreqCtrl"
	}
	for range 30 {
		require.False(t, dropped("Normal"))
	}
	for range 10 {
		require.False(t, dropped("Low"))
	}
	require.True(t, dropped("Low"), "40 in this second")
	for range 10 {
		require.False(t, dropped("Normal"), "takes precedence over what is low")
	}
	require.True(t, dropped("Normal"))
	for range 40 {
		require.False(t, dropped("High"))
	}
	require.True(t, dropped("High"))
	w.clock.seconds.Add(1)
	require.False(t, dropped("Low"))
}

func TestRESTRefusesRepliesThatAreTooLarge(t *testing.T) {
	s := newRESTServer(t)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"big","Type":"Public","Name":"x","MaxMemberCount":6000}`)
	const members = 5700
	for i := 0; i < members; i += 100 {
		accounts, list := "", ""
		for n := i; n < i+100; n++ {
			comma := ","
			if n == i {
				comma = ""
			}
			accounts += fmt.Sprintf(`%s"member-with-a-long-name-%06d"`, comma, n)
			list += fmt.Sprintf(`%s{"Member_Account":"member-with-a-long-name-%06d"}`, comma, n)
		}
		s.ok("im_open_login_svc/multiaccount_import", `{"Accounts":[`+accounts+`]}`)
		s.ok("group_open_http_svc/import_group_member", `{"GroupId":"big","MemberList":[`+list+`]}`)
	}
	s.refused(10018, "group_open_http_svc/get_group_info", `{"GroupIdList":["big","big","big"]}`)
	reply := s.ok("group_open_http_svc/get_group_member_info", `{"GroupId":"big","MemberInfoFilter":["Role"],"Limit":200,"Offset":5600}`)
	require.Len(t, reply["MemberList"], 100)
	require.EqualValues(t, members, reply["MemberNum"])
}
