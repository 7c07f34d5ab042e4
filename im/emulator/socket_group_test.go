package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// sendNow sends past both fronts, for tests that only need messages to be there.
func (w *world) sendNow(from string, random int, body string) core.Sent {
	w.t.Helper()
	sent, err := w.core.SendGroup(w.t.Context(), core.Actor{User: from}, core.GroupSend{
		Group: "group-room", From: from, Random: uint32(random), Body: []byte(body), ClientTime: 1700000000,
	})
	require.NoError(w.t, err)
	return sent
}

func TestAGroupMessageReachesEverybodyOnceButNotItsSender(t *testing.T) {
	w := chat(t)
	phone, web, bob := w.login("alice", 2), w.login("alice", 7), w.login("bob", 7)
	reply := phone.good("group_open_http_svc.send_group_msg", sendGroup(91318217, `,"NeedReadReceipt":1,"OnlineOnlyFlag":0,
		"GroupAtInfo":[{"GroupAtAllFlag":1},{"GroupAtAllFlag":0,"GroupAt_Account":"bob"}],"SendMsgControl":["NoLastMsg"]`))
	w.requireJSON(fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":%d,"MsgSeq":1}`, w.clock.seconds.Load()), reply)
	want := fmt.Sprintf(`{"Event":3,"GroupMsgArray":[{"From_Account":"alice","ToGroupId":"group-room","MsgSeq":1,"MsgRandom":91318217,
		"MsgTimeStamp":%d,"MsgClientTime":1700000000,"ClientSeq":77,"MsgPriority":2,"TinyId":"144115200000000002","IsPlaceMsg":0,
		"IsSystemMsg":0,"NeedReadReceipt":1,"CloudCustomData":"","OnlineOnlyFlag":0,"MsgBody":%s,
		"GroupAtInfo":[{"GroupAtAllFlag":1},{"GroupAtAllFlag":0,"GroupAt_Account":"bob"}],"SendMsgControl":{"NoUnread":0,"NoLastMsg":1},
		"GroupInfo":{"GroupId":"group-room","GroupName":"Room","GroupType":"Public","From_AccountNick":"ALICE",
		"MsgFrom_AccountExtraInfo":{"NameCard":""}}}]}`, w.clock.seconds.Load(), textBody)
	for _, d := range []*device{web, bob} {
		w.requireJSON(want, d.event("GroupMsgArray"))
		d.quiet(w, "GroupMsgArray")
	}
	phone.quiet(w, "GroupMsgArray")
	mention := findEvent(t, bob, 12)
	w.requireJSON(`{"From_Account":"alice","GroupId":"group-room","MsgSeq":1,"AtFlagList":[1,2],"GroupAtType":[1,2]}`,
		mention["GroupTips"].([]any)[0].(map[string]any)["GroupAtTips"])
}

// findEvent finds an event that came by its number.
func findEvent(t *testing.T, d *device, number int) map[string]any {
	t.Helper()
	for _, body := range d.pushed {
		list, _ := body["EventArray"].([]any)
		for _, entry := range list {
			if event := entry.(map[string]any); event["Event"] == float64(number) {
				return event
			}
		}
	}
	require.Fail(t, "event did not come", "%d", number)
	return nil
}

func TestARepeatedSendIsTheSameMessage(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", 7), w.login("bob", 7)
	first := alice.good("group_open_http_svc.send_group_msg", sendGroup(5, ""))
	again := alice.good("group_open_http_svc.send_group_msg", sendGroup(5, ""))
	require.Equal(t, first, again)
	other := bob.good("group_open_http_svc.send_group_msg", sendGroup(5, ""))
	require.EqualValues(t, 2, other["MsgSeq"], "another sender may use the same number")
	w.clock.seconds.Add(301)
	late := alice.good("group_open_http_svc.send_group_msg", sendGroup(5, ""))
	require.EqualValues(t, 3, late["MsgSeq"], "after five minutes it is a new message")
}

func TestReadingInOnePlaceClearsTheOthers(t *testing.T) {
	w := chat(t)
	for i := range 3 {
		w.sendNow("alice", i+1, textBody)
	}
	one, two := w.login("bob", 7), w.login("bob", 7)
	row := groupRow(t, two)
	require.EqualValues(t, 3, row["UnreadMsgCount"])
	require.EqualValues(t, 4, row["GroupNextMsgSeq"])
	one.good("group_open_http_svc.msg_read_report", `{"GroupId":"group-room","MsgReadedSeq":2}`)
	w.requireJSON(`{"GroupReadInfoArray":[{"GroupId":"group-room","LastReadMsgSeq":2}]}`,
		two.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"])
	one.quiet(w, "GroupTips")
	row = groupRow(t, two)
	require.EqualValues(t, 1, row["UnreadMsgCount"])
	require.EqualValues(t, 2, row["MsgGroupReadedSeq"])
	// Reading only goes forward, and reading again tells nobody.
	one.good("group_open_http_svc.msg_read_report", `{"GroupId":"group-room","MsgReadedSeq":1}`)
	one.good("group_open_http_svc.msg_read_report", `{"GroupId":"group-room","MsgReadedSeq":2}`)
	two.quiet(w, "GroupTips")
}

// groupRow is the row of group-room in the conversation list.
func groupRow(t *testing.T, d *device) map[string]any {
	t.Helper()
	reply := d.good("recentcontact.page_get", `{"From_Account":"x","TimeStamp":0,"StartIndex":0}`)
	require.EqualValues(t, 1, reply["CompleteFlag"])
	for _, entry := range reply["SessionItem"].([]any) {
		if row := entry.(map[string]any); row["ToAccount"] == "group-room" {
			return row
		}
	}
	require.Fail(t, "no row", "%v", reply)
	return nil
}

func TestReceiptsReachAllDevicesOfTheAuthor(t *testing.T) {
	w := chat(t)
	phone, web, bob, carol := w.login("alice", 2), w.login("alice", 7), w.login("bob", 7), w.login("carol", 7)
	for i := range 2 {
		phone.good("group_open_http_svc.send_group_msg", sendGroup(i+1, `,"NeedReadReceipt":1`))
	}
	phone.good("group_open_http_svc.send_group_msg", sendGroup(3, ""))
	bob.good("group_open_http_svc.group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":2},{"MsgSeq":3},{"MsgSeq":99}]}`)
	for _, d := range []*device{phone, web} {
		w.requireJSON(`{"GroupMsgReceiptList":[
			{"TinyId":"144115200000000002","MsgClientTime":1700000000,"MsgRandom":1,"MsgSeq":1,"ReadNum":1,"UnreadNum":1},
			{"TinyId":"144115200000000002","MsgClientTime":1700000000,"MsgRandom":2,"MsgSeq":2,"ReadNum":1,"UnreadNum":1}]}`,
			d.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"])
	}
	// Once a reader, and never by the author.
	bob.good("group_open_http_svc.group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1}]}`)
	web.good("group_open_http_svc.group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1}]}`)
	phone.quiet(w, "GroupTips")
	carol.good("group_open_http_svc.group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":2}]}`)
	w.requireJSON(`[{"MsgSeq":1,"Code":0,"ReadNum":1,"UnreadNum":1},{"MsgSeq":2,"Code":0,"ReadNum":2,"UnreadNum":0},
		{"MsgSeq":3,"Code":10062,"ReadNum":0,"UnreadNum":0}]`,
		phone.good("group_open_http_svc.get_group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":2},{"MsgSeq":3}]}`)["GroupMsgReceiptList"])
}

func TestReadersArePagedByCursor(t *testing.T) {
	w := chat(t)
	alice := w.login("alice", 7)
	alice.good("group_open_http_svc.send_group_msg", sendGroup(1, `,"NeedReadReceipt":1`))
	for _, user := range []string{"bob", "carol"} {
		w.login(user, 7).good("group_open_http_svc.group_msg_receipt", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1}]}`)
	}
	detail := func(flag int, cursor any, n int) map[string]any {
		return alice.good("group_open_http_svc.get_group_msg_receipt_detail",
			fmt.Sprintf(`{"GroupId":"group-room","MsgSeq":1,"Flag":%d,"Cursor":"%v","Num":%d}`, flag, cursor, n))
	}
	first := detail(0, "", 1)
	require.EqualValues(t, 0, first["IsFinish"])
	w.requireJSON(`[{"Read_Account":"bob"}]`, first["ReadList"])
	second := detail(0, first["Cursor"], 1)
	require.EqualValues(t, 1, second["IsFinish"])
	w.requireJSON(`[{"Read_Account":"carol"}]`, second["ReadList"])
	w.requireJSON(`[]`, detail(1, "", 10)["UnreadList"])
	require.EqualValues(t, 10062, alice.ask("group_open_http_svc.get_group_msg_receipt_detail",
		`{"GroupId":"group-room","MsgSeq":7,"Flag":0,"Cursor":"","Num":1}`)["ErrorCode"])
}

func TestHistoryIsNewestFirstInPages(t *testing.T) {
	w := chat(t)
	for i := range 150 {
		w.sendNow("alice", i+1, fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"%d"}}]`, i+1))
	}
	bob := w.login("bob", 7)
	var seqs []int
	next := 9999 // beyond the newest
	for next > 0 {
		reply := bob.good("group_open_http_svc.group_msg_get", fmt.Sprintf(`{"WithRecalledMsg":1,"GroupId":"group-room","ReqMsgNumber":21,"ReqMsgSeq":%d}`, next))
		for _, entry := range reply["RspMsgList"].([]any) {
			row := entry.(map[string]any)
			seqs = append(seqs, int(row["MsgSeq"].(float64)))
			require.Equal(t, "alice", row["From_Account"])
			require.Equal(t, "144115200000000002", row["TinyId"])
			require.EqualValues(t, 1700000000, row["MsgClientTime"])
		}
		next = int(reply["NextReqMsgSeq"].(float64))
		require.Equal(t, next == 0, reply["IsFinished"] == float64(2))
	}
	require.Len(t, seqs, 150)
	for i, seq := range seqs {
		require.Equal(t, 150-i, seq)
	}
	require.EqualValues(t, 10007, w.login("stranger", 7).ask("group_open_http_svc.group_msg_get", `{"GroupId":"group-room","ReqMsgNumber":5}`)["ErrorCode"])
	require.EqualValues(t, 10010, bob.ask("group_open_http_svc.group_msg_get", `{"GroupId":"group-none","ReqMsgNumber":5}`)["ErrorCode"])
}

func TestOnlineOnlyMessagesAreNotKept(t *testing.T) {
	w := chat(t)
	w.sendNow("alice", 1, textBody)
	alice, bob := w.login("alice", 7), w.login("bob", 7)
	alice.good("group_open_http_svc.send_group_msg", sendGroup(2, `,"OnlineOnlyFlag":1`))
	message := bob.event("GroupMsgArray")["GroupMsgArray"].([]any)[0].(map[string]any)
	require.EqualValues(t, 1, message["OnlineOnlyFlag"])
	row := groupRow(t, bob)
	require.EqualValues(t, 1, row["UnreadMsgCount"])
	require.EqualValues(t, 2, row["GroupNextMsgSeq"], "it takes no sequence")
}

func TestAGroupFromFoundingToItsEnd(t *testing.T) {
	w := chat(t)
	alice, bob, carol := w.login("alice", 7), w.login("bob", 7), w.login("carol", 7)
	reply := alice.good("group_open_http_svc.create_group", `{"Type":"Public","Name":"New","Owner_Account":"mallory","ApplyJoinOption":"FreeAccess",
		"MemberList":[{"Member_Account":"bob"}],"WebPushFlag":1}`)
	id := reply["GroupId"].(string)
	require.Regexp(t, `^@TGS#`, id)
	notice := bob.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)
	require.EqualValues(t, 7, notice["MsgBody"].(map[string]any)["ReportType"], "invited")
	require.Equal(t, "bob", notice["To_Account"])

	w.requireJSON(`[{"Member_Account":"carol","Result":1},{"Member_Account":"bob","Result":2},{"Member_Account":"nobody","Result":0}]`,
		alice.good("group_open_http_svc.add_group_member", fmt.Sprintf(
			`{"GroupId":%q,"MemberList":[{"Member_Account":"carol"},{"Member_Account":"bob"},{"Member_Account":"nobody"}]}`, id))["MemberList"])
	tip := bob.event("GroupTips")
	require.EqualValues(t, 4, tip["Event"])
	w.requireJSON(`{"OpType":1,"Operator_Account":"alice","MemberNum":3,"List_Account":["carol"],
		"MsgMemberExtraInfo":[{"User_Account":"carol","NickName":"CAROL","ImageUrl":""}]}`, tip["GroupTips"].([]any)[0].(map[string]any)["MsgBody"])

	carol.good("group_open_http_svc.quit_group", fmt.Sprintf(`{"GroupId":%q}`, id))
	require.EqualValues(t, 2, bob.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"].(map[string]any)["OpType"])
	require.Equal(t, "JoinedSuccess", carol.good("group_open_http_svc.apply_join_group", fmt.Sprintf(`{"GroupId":%q,"ApplyMsg":"hi"}`, id))["JoinedStatus"])
	info := carol.good("group_open_http_svc.get_group_self_member_info", fmt.Sprintf(`{"GroupIdList":[%q,"group-none"]}`, id))["GroupInfo"].([]any)
	require.Equal(t, "Member", info[0].(map[string]any)["SelfInfo"].(map[string]any)["Role"])
	require.EqualValues(t, 10010, info[1].(map[string]any)["ErrorCode"])

	require.EqualValues(t, 10007, bob.ask("group_open_http_svc.destroy_group", fmt.Sprintf(`{"GroupId":%q}`, id))["ErrorCode"])
	require.EqualValues(t, 10009, alice.ask("group_open_http_svc.quit_group", fmt.Sprintf(`{"GroupId":%q}`, id))["ErrorCode"])
	alice.good("group_open_http_svc.destroy_group", fmt.Sprintf(`{"GroupId":%q}`, id))
	for {
		body := carol.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"].(map[string]any)
		if body["ReportType"] == float64(5) {
			break
		}
	}
	require.EqualValues(t, 10010, bob.ask("group_open_http_svc.group_msg_get", fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":1}`, id))["ErrorCode"])
}

func TestApplicationsWaitForAnAdmin(t *testing.T) {
	w := chat(t)
	w.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"group-room","ApplyJoinOption":"NeedPermission"}`)
	alice, dave := w.login("alice", 7), w.login("dave", 7)
	require.Equal(t, "WaitAdminApproval", dave.good("group_open_http_svc.apply_join_group", `{"GroupId":"group-room","ApplyMsg":"let me in"}`)["JoinedStatus"])
	asked := alice.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"].(map[string]any)
	require.EqualValues(t, 1, asked["ReportType"])
	require.Equal(t, "let me in", asked["RemarkInfo"])
	require.Len(t, alice.good("group_open_http_svc.get_pendency", `{"StartTime":0,"Limit":10,"Handle_Account":"alice"}`)["PendencyList"], 1)
	decide := fmt.Sprintf(`{"GroupId":"group-room","Applicant_Account":"dave","HandleMsg":"Agree","ApprovalMsg":"ok","Authentication":%q,"MsgKey":%.0f}`,
		asked["Authentication"], asked["MsgKey"])
	require.EqualValues(t, 10007, w.login("bob", 7).ask("group_open_http_svc.handle_apply_join_group", decide)["ErrorCode"])
	alice.good("group_open_http_svc.handle_apply_join_group", decide)
	require.EqualValues(t, 2, dave.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"].(map[string]any)["ReportType"])
	require.EqualValues(t, 10024, alice.ask("group_open_http_svc.handle_apply_join_group", decide)["ErrorCode"])
}

func TestRecallAndEditReachEverybody(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", 7), w.login("bob", 7)
	for i := range 2 {
		alice.good("group_open_http_svc.send_group_msg", sendGroup(i+1, ""))
		bob.event("GroupMsgArray")
	}
	w.requireJSON(`[{"MsgSeq":1,"RetCode":0},{"MsgSeq":9,"RetCode":10030}]`,
		alice.good("group_open_http_svc.group_msg_recall", `{"GroupId":"group-room","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":9}],"TopicId":""}`)["RecallRetList"])
	w.requireJSON(fmt.Sprintf(`{"GroupWithdrawInfoArray":[{"GroupId":"group-room","MsgSeq":1,"MsgRandom":1,"TinyId":"144115200000000002",
		"MsgClientTime":1700000000,"MsgTimeStamp":%d,"From_Account":"alice","Random":1,"RevokerInfo":{"Revoker_Account":"alice","Reason":""}}]}`, w.clock.seconds.Load()),
		bob.event("GroupTips")["GroupTips"].([]any)[0].(map[string]any)["MsgBody"])
	require.EqualValues(t, 1, groupRow(t, bob)["UnreadMsgCount"])

	const second = `[{"MsgType":"TIMTextElem","MsgContent":{"Text":"v2"}}]`
	reply := alice.good("openim.modify_group_msg", `{"GroupId":"group-room","MsgSeq":2,"MsgVersion":0,"MsgBody":`+second+`}`)
	require.EqualValues(t, 1, reply["MsgVersion"])
	w.requireJSON(second, reply["MsgBody"])
	w.requireJSON(second, bob.event("GroupMsgModNotifys")["GroupMsgModNotifys"].([]any)[0].(map[string]any)["MsgBody"])
	require.EqualValues(t, 20028, alice.ask("openim.modify_group_msg", `{"GroupId":"group-room","MsgSeq":2,"MsgVersion":0,"MsgBody":`+second+`}`)["ErrorCode"])
	rows := bob.good("group_open_http_svc.group_msg_get", `{"WithRecalledMsg":1,"GroupId":"group-room","ReqMsgNumber":5}`)["RspMsgList"].([]any)
	w.requireJSON(second, rows[0].(map[string]any)["MsgBody"])
	require.EqualValues(t, 2, rows[1].(map[string]any)["IsPlaceMsg"])
}

func TestGroupHistoryIsAskedForInEveryWayOfTheSDKs(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	for n := range 5 {
		alice.good("group_open_http_svc.send_group_msg", sendGroup(n+1, ""))
	}
	for _, test := range []struct {
		name, ask string
		seqs      []float64
	}{
		{"a page", `"ReqMsgNumber":2,"ReqMsgSeq":4`, []float64{4, 3}},
		{"the newest", `"ReqMsgNumber":2`, []float64{5, 4}},
		{"the newest, as 2.27.6 asks", `"ReqMsgNumber":2,"ReqMsgSeq":""`, []float64{5, 4}},
		{"the newest, as 2.27.6 asks too", `"ReqMsgNumber":2,"ReqMsgSeq":null`, []float64{5, 4}},
		{"a gap", `"GetType":3,"ReqMsgSeqList":[2,4,77,2]`, []float64{4, 2}},
		{"no gap", `"GetType":3,"ReqMsgSeqList":[]`, nil},
	} {
		reply := bob.good("group_open_http_svc.group_msg_get", `{"GroupId":"group-room","WithRecalledMsg":1,`+test.ask+`}`)
		var seqs []float64
		for _, row := range reply["RspMsgList"].([]any) {
			seqs = append(seqs, row.(map[string]any)["MsgSeq"].(float64))
		}
		require.Equal(t, test.seqs, seqs, test.name)
	}
}
