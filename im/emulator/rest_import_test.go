package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestRESTImportsAGroupWithItsPast(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	now := s.clock.seconds.Load()
	reply := s.ok("group_open_http_svc/import_group", fmt.Sprintf(`{"Type":"Public","Name":"old","Owner_Account":"ann","CreateTime":%d}`, now-1000))
	id := reply["GroupId"].(string)
	require.Contains(t, id, "@TGS#")

	body := `"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"old"}}]`
	reply = s.ok("group_open_http_svc/import_group_msg", fmt.Sprintf(`{"GroupId":%q,"MsgList":[
		{"From_Account":"ann","SendTime":%d,"Random":7,%s},
		{"From_Account":"cy","SendTime":%d,%s},
		{"From_Account":"ann","SendTime":%d,%s},
		{"From_Account":"nobody","SendTime":%d,%s},
		{"From_Account":"ann","SendTime":%d,%s},
		{"From_Account":"ann","SendTime":%d,"MsgBody":[]},
		{"From_Account":"ann","SendTime":%d,%s}]}`,
		id, now-900, body, now-800, body, now-850, body, now-700, body, now+5, body, now-700, now-600, body))
	s.requireJSON(fmt.Sprintf(`[{"Result":0,"MsgSeq":1,"MsgTime":%d},{"Result":0,"MsgSeq":2,"MsgTime":%d},{"Result":10004,"MsgSeq":0,"MsgTime":0},
		{"Result":10019,"MsgSeq":0,"MsgTime":0},{"Result":10004,"MsgSeq":0,"MsgTime":0},{"Result":10004,"MsgSeq":0,"MsgTime":0},
		{"Result":0,"MsgSeq":3,"MsgTime":%d}]`, now-900, now-800, now-600), reply["ImportMsgResult"])

	reply = s.ok("group_open_http_svc/import_group_member", fmt.Sprintf(`{"GroupId":%q,"MemberList":[
		{"Member_Account":"bo","Role":"Admin","JoinTime":%d,"UnreadMsgNum":2},{"Member_Account":"cy"},{"Member_Account":"ann"},{"Member_Account":"nobody"}]}`, id, now-950))
	s.requireJSON(`[{"Member_Account":"bo","Result":1},{"Member_Account":"cy","Result":1},{"Member_Account":"ann","Result":2},{"Member_Account":"nobody","Result":0}]`,
		reply["MemberList"])
	unread, err := s.core.Unread(t.Context(), id, "bo")
	require.NoError(t, err)
	require.Equal(t, 2, unread)
	unread, err = s.core.Unread(t.Context(), id, "cy")
	require.NoError(t, err)
	require.Zero(t, unread)

	reply = s.ok("group_open_http_svc/get_group_member_info", fmt.Sprintf(`{"GroupId":%q,"MemberInfoFilter":["Role","JoinTime"],"MemberRoleFilter":["Admin"]}`, id))
	s.requireJSON(fmt.Sprintf(`[{"Member_Account":"bo","Role":"Admin","JoinTime":%d}]`, now-950), reply["MemberList"])
	reply = s.ok("group_open_http_svc/group_msg_get_simple", fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":20}`, id))
	rows := reply["RspMsgList"].([]any)
	require.Len(t, rows, 3)
	require.EqualValues(t, now-900, rows[2].(map[string]any)["MsgTimeStamp"])

	// What comes now goes on from there, by the time of now.
	reply = s.ok("group_open_http_svc/send_group_msg", fmt.Sprintf(`{"GroupId":%q,"From_Account":"ann","Random":1,%s}`, id, body))
	require.EqualValues(t, 4, reply["MsgSeq"])
	require.EqualValues(t, now, reply["MsgTime"])
}

func TestRESTRefusesImportsThatCannotBe(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for name, test := range map[string]struct {
		code       int
		path, body string
	}{
		"no name":            {10004, "import_group", `{"Type":"Public"}`},
		"future group":       {10004, "import_group", `{"Type":"Public","Name":"x","CreateTime":99999999999}`},
		"taken id":           {10021, "import_group", `{"Type":"Public","Name":"x","GroupId":"shop"}`},
		"unknown group":      {10010, "import_group_member", `{"GroupId":"none","MemberList":[{"Member_Account":"bo"}]}`},
		"no members":         {10004, "import_group_member", `{"GroupId":"shop"}`},
		"owner":              {10004, "import_group_member", `{"GroupId":"shop","MemberList":[{"Member_Account":"dee","Role":"Owner"}]}`},
		"future member":      {10004, "import_group_member", `{"GroupId":"shop","MemberList":[{"Member_Account":"dee","JoinTime":99999999999}]}`},
		"no messages":        {10004, "import_group_msg", `{"GroupId":"shop","MsgList":[]}`},
		"group of messages":  {10010, "import_group_msg", `{"GroupId":"none","MsgList":[{"From_Account":"ann","SendTime":1}]}`},
		"wrong type of list": {10004, "import_group_msg", `{"GroupId":"shop","MsgList":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "group_open_http_svc/"+test.path, test.body)
		})
	}
}

func TestRESTImportsMessagesBetweenTwo(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	now := s.clock.seconds.Load()
	add := func(at int64, random, system int) {
		t.Helper()
		s.ok("openim/importmsg", fmt.Sprintf(`{"SyncFromOldSystem":%d,"From_Account":"ann","To_Account":"bo","MsgSeq":1,"MsgRandom":%d,"MsgTimeStamp":%d,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"%d"}}]}`, system, random, at, random))
	}
	add(now-50, 1, 1)
	add(now-10, 2, 2)
	add(now-90, 3, 1)
	add(now-90, 3, 1) // the same again
	reply := s.ok("openim/admin_getroammsg", `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
	var randoms []any
	for _, row := range reply["MsgList"].([]any) {
		randoms = append(randoms, row.(map[string]any)["MsgRandom"])
	}
	require.Equal(t, []any{3.0, 1.0, 2.0}, randoms, "by their time")
	require.EqualValues(t, 2, s.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"bo"}`)["AllC2CUnreadMsgNum"], "those of an old system count if it says so")
	contacts := s.ok("recentcontact/get_list", `{"From_Account":"bo","TimeStamp":0,"StartIndex":0,"TopTimeStamp":0,"TopStartIndex":0,"AssistFlags":7}`)
	for _, row := range contacts["SessionItem"].([]any) {
		if row := row.(map[string]any); row["To_Account"] == "ann" {
			require.EqualValues(t, now-10, row["MsgTime"])
		}
	}
	const rest = `"From_Account":"ann","To_Account":"bo","MsgRandom":9,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`
	s.refused(90006, "openim/importmsg", `{"SyncFromOldSystem":1,`+rest)
	s.refused(90006, "openim/importmsg", `{"SyncFromOldSystem":1,"MsgTimeStamp":99999999999,`+rest)
	s.refused(90001, "openim/importmsg", `{"MsgTimeStamp":5,`+rest)
	s.refused(90008, "openim/importmsg", `{"SyncFromOldSystem":1,"MsgTimeStamp":5,"To_Account":"bo","MsgRandom":1,"MsgBody":[]}`)
}

func TestRESTDeletesAccounts(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("cy", "last words", 1, "")
	s.ok("openim/sendmsg", `{"From_Account":"cy","To_Account":"bo","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"bye"}}]}`)
	reply := s.ok("im_open_login_svc/account_delete", `{"DeleteItem":[{"UserID":"cy"},{"UserID":"nobody"},{"UserID":"administrator"}]}`)
	rows := reply["ResultItem"].([]any)
	for i, code := range []float64{0, 70107, 70402} {
		require.Equal(t, code, rows[i].(map[string]any)["ResultCode"])
	}
	check := s.ok("im_open_login_svc/account_check", `{"CheckItem":[{"UserID":"cy"}]}`)
	require.Equal(t, "NotImported", check["ResultItem"].([]any)[0].(map[string]any)["AccountStatus"])
	s.requireJSON(`[{"Member_Account":"cy","Role":"NotMember"}]`,
		s.ok("group_open_http_svc/get_role_in_group", `{"GroupId":"shop","User_Account":["cy"]}`)["UserIdList"])
	s.refused(90012, "openim/sendmsg", `{"From_Account":"bo","To_Account":"cy","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
	history := s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":1}`)["RspMsgList"].([]any)
	require.Equal(t, "cy", history[0].(map[string]any)["From_Account"], "what was said stays said")

	s.ok("im_open_login_svc/account_import", `{"UserID":"cy"}`)
	roaming := s.ok("openim/admin_getroammsg", `{"Operator_Account":"bo","Peer_Account":"cy","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
	require.Empty(t, roaming["MsgList"], "a new account has no past")
	s.refused(70402, "im_open_login_svc/account_delete", `{"DeleteItem":[]}`)
}

func TestADeletedAccountIsLoggedOutAndDoesNotComeBackByItself(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	cy := w.login("cy", wire.PlatformWeb)
	old := signed(t, restKey, restApp, "cy")
	w.ok("im_open_login_svc/account_delete", `{"DeleteItem":[{"UserID":"cy"}]}`)
	cy.ended()
	again := w.dial(wire.PlatformWeb)
	reply := again.ask("im_open_status.wslogin", `{"State":"Online"}`, fmt.Sprintf(`"identifier":"cy","usersig":%q,`, old))
	require.EqualValues(t, 70001, reply["ErrorCode"])
	_, known := w.core.Account("cy")
	require.False(t, known)
}

func TestRESTSendsToMany(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	const message = `,"From_Account":"ann","MsgSeq":5,"MsgRandom":77,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"to all"}}]}`
	reply := s.ok("openim/batchsendmsg", `{"To_Account":["bo","cy"]`+message)
	require.Regexp(t, `^5_77_\d+$`, reply["MsgKey"])
	require.NotContains(t, reply, "ErrorList")
	for _, user := range []string{"bo", "cy"} {
		require.EqualValues(t, 1, s.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"`+user+`"}`)["AllC2CUnreadMsgNum"])
	}
	reply = s.call("openim/batchsendmsg", `{"To_Account":["dee","nobody"]`+message)
	require.Equal(t, "SomeError", reply["ActionStatus"])
	require.EqualValues(t, 0, reply["ErrorCode"])
	s.requireJSON(`[{"To_Account":"nobody","ErrorCode":70107}]`, reply["ErrorList"])

	s.refused(70107, "openim/batchsendmsg", `{"To_Account":["nobody"]`+message)
	s.refused(90003, "openim/batchsendmsg", `{"To_Account":[]`+message)
	s.refused(90003, "openim/batchsendmsg", `{"To_Account":"bo"`+message)
	s.refused(90005, "openim/batchsendmsg", `{"To_Account":["bo"],"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`)
	s.refused(90010, "openim/batchsendmsg", `{"To_Account":["bo"],"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem"}]}`)
	many := `"u"`
	for range 500 {
		many += `,"u"`
	}
	s.refused(90011, "openim/batchsendmsg", `{"To_Account":[`+many+`]`+message)
}

func TestRESTListsTheMuted(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["bo","cy"],"MuteTime":60}`)
	s.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["bo"],"MuteTime":0}`)
	until := s.clock.seconds.Load() + 60
	reply := s.ok("group_open_http_svc/get_group_muted_account", `{"GroupId":"shop"}`)
	require.Equal(t, "shop", reply["GroupId"])
	s.requireJSON(fmt.Sprintf(`[{"Member_Account":"cy","MutedUntil":%d}]`, until), reply["MutedAccountList"])
	s.requireJSON(fmt.Sprintf(`[{"Member_Account":"cy","ShuttedUntil":%d}]`, until),
		s.ok("group_open_http_svc/get_group_shutted_uin", `{"GroupId":"shop"}`)["ShuttedUinList"])
	s.clock.seconds.Add(61)
	s.requireJSON(`[]`, s.ok("group_open_http_svc/get_group_muted_account", `{"GroupId":"shop"}`)["MutedAccountList"])
	s.refused(10010, "group_open_http_svc/get_group_muted_account", `{"GroupId":"none"}`)
}

// notices returns the texts of the app's notices that a device has got, after something
// that comes behind them.
func notices(d *device) []string {
	d.ask("heartbeat.alive", `{}`)
	var texts []string
	for _, push := range d.pushed {
		for _, event := range push["EventArray"].([]any) {
			tips, _ := event.(map[string]any)["GroupTips"].([]any)
			for _, tip := range tips {
				body := tip.(map[string]any)["MsgBody"].(map[string]any)
				if body["ReportType"] == 255.0 {
					texts = append(texts, body["UserDefinedField"].(string))
				}
			}
		}
	}
	return texts
}

func TestRESTSendsNoticesToMembers(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	bo, cy := w.login("bo", wire.PlatformWeb), w.login("cy", wire.PlatformWeb)
	w.ok("group_open_http_svc/send_group_system_notification", `{"GroupId":"shop","Content":"maintenance at 22:00"}`)
	w.ok("group_open_http_svc/send_group_system_notification", `{"GroupId":"shop","ToMembers_Account":["cy","dee"],"Content":"you win"}`)
	w.send("ann", "after", 1, "")
	for device, want := range map[*device][]string{bo: {"maintenance at 22:00"}, cy: {"maintenance at 22:00", "you win"}} {
		for !hasGroupMessage(device) {
			_, _, push := device.next()
			device.pushed = append(device.pushed, push)
		}
		require.Equal(t, want, notices(device))
	}
	require.EqualValues(t, 2, w.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop"]}`)["GroupInfo"].([]any)[0].(map[string]any)["NextMsgSeq"],
		"notices take no sequence")
	w.refused(10004, "group_open_http_svc/send_group_system_notification", `{"GroupId":"shop"}`)
	w.refused(10010, "group_open_http_svc/send_group_system_notification", `{"GroupId":"none","Content":"x"}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"live"}`)
	w.ok("group_open_http_svc/send_group_system_notification", `{"GroupId":"live","Content":"x"}`)
	w.refused(10007, "group_open_http_svc/send_group_system_notification", `{"GroupId":"live","ToMembers_Account":["bo"],"Content":"x"}`)
}

func hasGroupMessage(d *device) bool { return len(eventsOf(d, "GroupMsgArray")) > 0 }

// eventsOf lists what came under one name in the pushes so far.
func eventsOf(d *device, name string) []any {
	var list []any
	for _, push := range d.pushed {
		for _, event := range push["EventArray"].([]any) {
			items, _ := event.(map[string]any)[name].([]any)
			list = append(list, items...)
		}
	}
	return list
}

// SyncOtherMachine: 1 pushes to the sender's devices, 2 leaves the sender out, and without it
// the message stands in the sender's history alone. The receiver always gets it.
func TestRESTSyncsToTheSenderAsAsked(t *testing.T) {
	for name, test := range map[string]struct {
		sync            string
		pushed, history bool
	}{
		"absent": {``, false, true},
		"1":      {`"SyncOtherMachine":1,`, true, true},
		"2":      {`"SyncOtherMachine":2,`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.shop()
			ann, bo := w.login("ann", wire.PlatformWeb), w.login("bo", wire.PlatformWeb)
			send := func(to string, random int, sync string) {
				w.ok("openim/sendmsg", fmt.Sprintf(`{%s"From_Account":"ann","To_Account":%q,"MsgRandom":%d,
					"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`, sync, to, random))
			}
			send("bo", 1, test.sync)
			send("ann", 2, test.sync) // to oneself it is always delivered: this is the receiver
			for len(eventsOf(ann, "C2cMsgArray")) == 0 || last(eventsOf(ann, "C2cMsgArray"))["MsgRandom"] != 2.0 {
				_, _, push := ann.next()
				ann.pushed = append(ann.pushed, push)
			}
			want := 1
			if test.pushed {
				want = 2
			}
			require.Len(t, eventsOf(ann, "C2cMsgArray"), want)
			_, _, push := bo.next()
			bo.pushed = append(bo.pushed, push)
			require.Len(t, eventsOf(bo, "C2cMsgArray"), 1)

			reply := w.ok("openim/admin_getroammsg", `{"Operator_Account":"ann","Peer_Account":"bo","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
			require.Equal(t, test.history, len(reply["MsgList"].([]any)) == 1)
			reply = w.ok("openim/admin_getroammsg", `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
			require.Len(t, reply["MsgList"], 1)
			reply = w.ok("openim/admin_getroammsg", `{"Operator_Account":"ann","Peer_Account":"ann","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
			require.Len(t, reply["MsgList"], 1)
		})
	}
}

func last(list []any) map[string]any { return list[len(list)-1].(map[string]any) }
