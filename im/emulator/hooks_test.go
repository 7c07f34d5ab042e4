package emulator

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// shopWith is a shop whose app's server answers as given.
func shopWith(t *testing.T, answers map[string]string) (*world, *app) {
	t.Helper()
	a := newApp(t, answers)
	w := newWorld(t, func(o *Options) { o.Webhook = a.url })
	w.shop()
	return w, a
}

const groupSend = `{"GroupId":"shop","Random":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],"CloudCustomData":"c"%s}`

func TestAppLearnsOfAGroupsLife(t *testing.T) {
	w, a := shopWith(t, nil)
	created := a.wait("Group.CallbackAfterCreateGroup")
	require.Equal(t, "RESTAPI", created.query.Get("OptPlatform"))
	require.Equal(t, "127.0.0.1", created.query.Get("ClientIP"))
	require.Equal(t, fmt.Sprint(restApp), created.query.Get("SdkAppid"))
	created.requireBody(t, `{"CallbackCommand":"Group.CallbackAfterCreateGroup","GroupId":"shop","Operator_Account":"administrator",
		"Owner_Account":"ann","Type":"Public","Name":"Fishing trip","MemberList":[{"Member_Account":"bo"},{"Member_Account":"cy"}],"EventTime":"*"}`)

	w.send("ann", "boat leaves at 6", 912837465, "")
	a.wait("Group.CallbackAfterSendMsg").requireBody(t, `{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"shop","Type":"Public",
		"From_Account":"ann","Operator_Account":"administrator","Random":912837465,"MsgSeq":1,"MsgTime":"*","OnlineOnlyFlag":0,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"boat leaves at 6"}}],"CloudCustomData":"","EventTime":"*"}`)

	for _, step := range []struct{ path, body, command, want string }{
		{
			"add_group_member", `{"GroupId":"shop","MemberList":[{"Member_Account":"dee"}]}`, "Group.CallbackAfterNewMemberJoin",
			`{"GroupId":"shop","Type":"Public","JoinType":"Invited","Operator_Account":"administrator","NewMemberList":[{"Member_Account":"dee"}],"EventTime":"*"}`,
		},
		{
			"modify_group_member_info", `{"GroupId":"shop","Member_Account":"dee","NameCard":"Dee (sales)","Role":"Admin"}`, "Group.CallbackAfterMemberFieldChanged",
			`{"GroupId":"shop","Type":"Public","Operator_Account":"administrator","Member_Account":"dee","Role":"Admin","NameCard":"Dee (sales)","EventTime":"*"}`,
		},
		{
			"delete_group_member", `{"GroupId":"shop","MemberToDel_Account":["dee"],"Silence":1}`, "Group.CallbackAfterMemberExit",
			`{"GroupId":"shop","Type":"Public","ExitType":"Kicked","Operator_Account":"administrator","ExitMemberList":[{"Member_Account":"dee"}],"EventTime":"*"}`,
		},
		{
			"modify_group_base_info", `{"GroupId":"shop","Notification":"closed"}`, "Group.CallbackAfterGroupInfoChanged",
			`{"GroupId":"shop","Type":"Public","Operator_Account":"administrator","Notification":"closed","EventTime":"*"}`,
		},
		{
			"change_group_owner", `{"GroupId":"shop","NewOwner_Account":"bo"}`, "Group.CallbackAfterChangeGroupOwner",
			`{"GroupId":"shop","Type":"Public","Operator_Account":"administrator","OldOwner_Account":"ann","NewOwner_Account":"bo","EventTime":"*"}`,
		},
		{
			"group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":77}]}`, "Group.CallbackAfterRecallMsg",
			`{"GroupId":"shop","Type":"Public","Operator_Account":"administrator","MsgSeqList":[{"MsgSeq":1}],"EventTime":"*"}`,
		},
		{
			"destroy_group", `{"GroupId":"shop"}`, "Group.CallbackAfterGroupDestroyed",
			`{"GroupId":"shop","Type":"Public","Owner_Account":"bo","Name":"Fishing trip",
			"MemberList":[{"Member_Account":"ann"},{"Member_Account":"bo"},{"Member_Account":"cy"}],"EventTime":"*"}`,
		},
	} {
		w.ok("group_open_http_svc/"+step.path, step.body)
		event := a.wait(step.command)
		event.requireBody(t, `{"CallbackCommand":"`+step.command+`",`+step.want[1:])
		require.Regexp(t, `^\d{13}$`, event.body["EventTime"], "milliseconds, as the documentation's samples have it")
	}
}

func TestAppLearnsOfReadersOncePerCall(t *testing.T) {
	w, a := shopWith(t, nil)
	ann := w.login("ann", wire.PlatformWeb)
	ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, `,"NeedReadReceipt":1`))
	a.wait("Group.CallbackAfterReadReceipt").requireBody(t, `{"CallbackCommand":"Group.CallbackAfterReadReceipt","GroupId":"shop","Type":"Public",
		"GroupMsgReceiptList":[{"MsgSeq":1,"ReadNum":0,"UnreadNum":2,"ReadReceiptMembers":[]}],"EventTime":"*"}`)
	w.send("bo", "mine", 2, `,"NeedReadReceipt":1`)
	w.ok("group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"cy","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":2}]}`)
	event := a.wait("Group.CallbackAfterReadReceipt")
	event.requireBody(t, `{"CallbackCommand":"Group.CallbackAfterReadReceipt","GroupId":"shop","Type":"Public","GroupMsgReceiptList":[
		{"MsgSeq":1,"ReadNum":1,"UnreadNum":1,"ReadReceiptMembers":[{"Member_Account":"cy"}]},
		{"MsgSeq":2,"ReadNum":1,"UnreadNum":1,"ReadReceiptMembers":[{"Member_Account":"cy"}]}],"EventTime":"*"}`)
	require.IsType(t, float64(0), event.body["EventTime"])
}

func TestAppLearnsOfMessagesBetweenTwo(t *testing.T) {
	w, a := shopWith(t, nil)
	sent := w.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgSeq":5001,"MsgRandom":40404040,"IsNeedReadReceipt":1,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
	key := sent["MsgKey"].(string)
	a.wait("C2C.CallbackBeforeSendMsg").requireBody(t, `{"CallbackCommand":"C2C.CallbackBeforeSendMsg","From_Account":"ann","To_Account":"bo","MsgSeq":5001,
		"MsgRandom":40404040,"MsgTime":"*","MsgKey":"*","OnlineOnlyFlag":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],
		"CloudCustomData":"","EventTime":"*"}`)
	a.wait("C2C.CallbackAfterSendMsg").requireBody(t, `{"CallbackCommand":"C2C.CallbackAfterSendMsg","From_Account":"ann","To_Account":"bo","MsgSeq":5001,
		"MsgRandom":40404040,"MsgTime":"*","MsgKey":"`+key+`","OnlineOnlyFlag":0,"SendMsgResult":0,"ErrorInfo":"send msg succeed","UnreadMsgNum":1,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],"CloudCustomData":"","EventTime":"*"}`)

	w.ok("openim/admin_set_msg_read", `{"Report_Account":"bo","Peer_Account":"ann"}`)
	a.wait("C2C.CallbackAfterMsgReport").requireBody(t, `{"CallbackCommand":"C2C.CallbackAfterMsgReport","Report_Account":"bo","Peer_Account":"ann",
		"LastReadTime":"*","UnreadMsgNum":0}`)

	w.ok("openim/c2c_msg_read_receipt", `{"Operator_Account":"bo","Peer_Account":"ann","C2CMsgInfo":[{"From_Account":"ann","To_Account":"bo","MsgKey":"`+key+`"}]}`)
	a.wait("C2C.CallbackAfterMsgReadReceipt").requireBody(t, `{"CallbackCommand":"C2C.CallbackAfterMsgReadReceipt","Operator_Account":"bo","Peer_Account":"ann",
		"C2CMsgInfo":[{"From_Account":"ann","To_Account":"bo","MsgKey":"`+key+`"}],"EventTime":"*"}`)

	w.ok("openim/admin_msgwithdraw", `{"From_Account":"ann","To_Account":"bo","MsgKey":"`+key+`"}`)
	a.wait("C2C.CallbackAfterMsgWithDraw").requireBody(t, `{"CallbackCommand":"C2C.CallbackAfterMsgWithDraw","From_Account":"ann","To_Account":"bo",
		"MsgKey":"`+key+`","UnreadMsgNum":0}`)

	w.ok("profile/portrait_set", `{"From_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann B."},{"Tag":"Tag_Profile_IM_Level","Value":3}]}`)
	a.wait("Profile.CallbackPortraitSet").requireBody(t, `{"CallbackCommand":"Profile.CallbackPortraitSet","Operator_Account":"administrator","From_Account":"ann",
		"EventTime":"*","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann B."},{"Tag":"Tag_Profile_IM_Level","Value":3}]}`)
}

func TestAppLearnsOfSendsThatFailed(t *testing.T) {
	w, a := shopWith(t, nil)
	ann := w.login("dee", wire.PlatformWeb)
	reply := ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))
	require.EqualValues(t, 10007, reply["ErrorCode"])
	a.wait("Group.CallbackSendMsgException").requireBody(t, `{"CallbackCommand":"Group.CallbackSendMsgException","GroupId":"shop","Type":"Public",
		"From_Account":"dee","Operator_Account":"dee","Random":1,"OnlineOnlyFlag":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],
		"CloudCustomData":"c","ErrorCode":10007,"ErrorInfo":"*","EventTime":"*"}`)
	ann.ask("openim.sendmsg", `{"To_Account":"nobody","MsgSeq":1,"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
	event := a.wait("C2C.CallbackAfterSendMsg")
	require.EqualValues(t, 20003, event.body["SendMsgResult"])
	require.EqualValues(t, -1, event.body["UnreadMsgNum"])
}

func TestAppLearnsWhoIsGoneWithoutAWord(t *testing.T) {
	w, a := shopWith(t, nil)
	w.server.keepalive = keepalive{silence: 2 * time.Second, patience: time.Millisecond, write: patience} // bo has to be in before the first silence ends
	bo := w.login("bo", wire.PlatformWeb)                                                                 // its client does not read, so no ping is answered
	for {
		event := a.wait("State.StateChange")
		info := event.body["Info"].(map[string]any)
		if info["Action"] == "Login" {
			continue
		}
		require.Equal(t, map[string]any{"Action": "Disconnect", "Reason": "TimeOut", "To_Account": "bo"}, info)
		break
	}
	bo.ended()
}

func TestWhoGivesASignOfLifeStays(t *testing.T) {
	w := newWorld(t, nil)
	w.server.keepalive = keepalive{silence: time.Millisecond, patience: time.Hour, write: patience}
	ann := w.login("ann", wire.PlatformWeb)
	reading, stop := context.WithCancel(t.Context())
	go func() { _, _, _ = ann.ws.Read(reading) }() // whoever reads answers pings
	for range 3 {
		<-ann.pings // the next one comes only after an answer
	}
	stop()
}

func TestAppLearnsWhoComesAndGoes(t *testing.T) {
	w, a := shopWith(t, nil)
	state := func(action, reason, user string) {
		t.Helper()
		a.wait("State.StateChange").requireBody(t, fmt.Sprintf(`{"CallbackCommand":"State.StateChange","EventTime":"*",
			"Info":{"Action":%q,"To_Account":%q,"Reason":%q}}`, action, user, reason))
	}
	ann := w.login("ann", wire.PlatformWeb)
	state("Login", "Register", "ann")
	ann.ask("im_open_status.wslogout", `{}`)
	state("Logout", "Unregister", "ann")

	phone := w.login("bo", wire.PlatformIOS)
	event := a.wait("State.StateChange")
	require.Equal(t, "IOS", event.query.Get("OptPlatform"), "spelt so in this command alone")
	phone.ask("profile.portrait_set", `{"From_Account":"bo","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Bo"}]}`)
	require.Equal(t, "iOS", a.wait("Profile.CallbackPortraitSet").query.Get("OptPlatform"))
	require.NoError(t, phone.ws.CloseNow())
	state("Disconnect", "LinkClose", "bo")

	cy := w.login("cy", wire.PlatformWeb)
	state("Login", "Register", "cy")
	w.ok("im_open_login_svc/kick", `{"UserID":"cy"}`)
	state("Disconnect", "LinkClose", "cy")
	cy.ended()
}

func TestAppMayRefuseDropOrReplaceMessages(t *testing.T) {
	for name, test := range map[string]struct {
		answer     string
		group, c2c int    // codes
		text       string // what is delivered; "" for nothing
	}{
		"allow":     {`{"ActionStatus":"OK","ErrorCode":0}`, 0, 0, "hi"},
		"forbid":    {`{"ActionStatus":"OK","ErrorCode":1,"ErrorInfo":"no"}`, 10016, 20006, ""},
		"drop":      {`{"ActionStatus":"OK","ErrorCode":2}`, 0, 0, ""},
		"own code":  {`{"ActionStatus":"OK","ErrorCode":120042,"ErrorInfo":"pay first"}`, 120042, 120042, ""},
		"last code": {`{"ActionStatus":"OK","ErrorCode":130000}`, 130000, 130000, ""},
		"beyond":    {`{"ActionStatus":"OK","ErrorCode":130001}`, 10016, 20006, ""},
		"replace": {
			`{"ActionStatus":"OK","ErrorCode":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"h*"}}],"CloudCustomData":"seen"}`,
			0, 0, "h*",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := shopWith(t, map[string]string{"Group.CallbackBeforeSendMsg": test.answer, "C2C.CallbackBeforeSendMsg": test.answer})
			ann := w.login("ann", wire.PlatformWeb)
			const message = `{"To_Account":"bo","From_Account":"ann","MsgSeq":1,"MsgRandom":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`
			for front, send := range map[string]func(command, body string) map[string]any{
				"long connection": func(command, body string) map[string]any { return ann.ask(command, body) },
				"REST":            func(command, body string) map[string]any { return w.call(strings.Replace(command, ".", "/", 1), body) },
			} {
				random := len(front)
				reply := send("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, random, `,"From_Account":"ann"`))
				require.EqualValues(t, test.group, reply["ErrorCode"], "%s: %v", front, reply)
				require.NotEmpty(t, a.wait("Group.CallbackBeforeSendMsg").body["MsgBody"])
				if test.group != 0 {
					require.NotEmpty(t, reply["ErrorInfo"])
				} else {
					require.NotZero(t, reply["MsgTime"])
				}
				reply = send("openim.sendmsg", fmt.Sprintf(message, random))
				require.EqualValues(t, test.c2c, reply["ErrorCode"], "%s: %v", front, reply)
			}
			history := w.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":20}`)["RspMsgList"].([]any)
			roaming := w.ok("openim/admin_getroammsg", `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
			if test.text == "" {
				require.Empty(t, history)
				require.Empty(t, roaming["MsgList"])
				return
			}
			require.Len(t, history, 2, "one from each front")
			for _, row := range append(history, roaming["MsgList"].([]any)...) {
				w.requireJSON(fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]`, test.text), row.(map[string]any)["MsgBody"])
			}
			if name == "replace" {
				require.Equal(t, "seen", history[0].(map[string]any)["CloudCustomData"])
			}
		})
	}
}

func TestAppIsNotAskedOrToldWhereTheSenderForbidsIt(t *testing.T) {
	w, a := shopWith(t, map[string]string{"Group.CallbackBeforeSendMsg": `{"ErrorCode":1}`, "C2C.CallbackBeforeSendMsg": `{"ErrorCode":1}`})
	const quiet = `,"ForbidCallbackControl":["ForbidBeforeSendMsgCallback","ForbidAfterSendMsgCallback"]`
	w.send("ann", "quiet", 1, quiet)
	w.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]`+quiet+`}`)
	w.send("ann", "told", 2, `,"ForbidCallbackControl":["ForbidBeforeSendMsgCallback"]`)
	require.EqualValues(t, 2, a.wait("Group.CallbackAfterSendMsg").body["MsgSeq"], "the first was not told of")
}

func TestAppMayRefuseGroupsAndMembers(t *testing.T) {
	w, a := shopWith(t, nil)
	before := a.wait("Group.CallbackBeforeCreateGroup")
	before.requireBody(t, `{"CallbackCommand":"Group.CallbackBeforeCreateGroup","Operator_Account":"administrator","Owner_Account":"ann","Type":"Public",
		"Name":"Fishing trip","CreatedNum":0,"MemberList":[{"Member_Account":"bo"},{"Member_Account":"cy"}],"EventTime":"*"}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"open","Owner_Account":"ann","Type":"Meeting","Name":"open"}`)
	require.EqualValues(t, 1, a.wait("Group.CallbackBeforeCreateGroup").body["CreatedNum"])

	a.answer(map[string]string{
		"Group.CallbackBeforeCreateGroup":     `{"ErrorCode":1,"ErrorInfo":"too many"}`,
		"Group.CallbackBeforeApplyJoinGroup":  `{"ErrorCode":1}`,
		"Group.CallbackBeforeInviteJoinGroup": `{"ErrorCode":0,"RefusedMembers_Account":["dee"]}`,
	})
	w.refused(10004, "group_open_http_svc/create_group", `{"GroupId":"new","Owner_Account":"ann","Type":"Public"}`)
	w.refused(10016, "group_open_http_svc/create_group", `{"GroupId":"new","Owner_Account":"ann","Type":"Public","Name":"new"}`)
	ann := w.login("ann", wire.PlatformWeb)
	require.EqualValues(t, 10016, ann.ask("group_open_http_svc.create_group", `{"Type":"Public","Name":"new"}`)["ErrorCode"])

	dee := w.login("dee", wire.PlatformAndroid)
	require.EqualValues(t, 10016, dee.ask("group_open_http_svc.apply_join_group", `{"GroupId":"open","ApplyMsg":"me"}`)["ErrorCode"])
	apply := a.wait("Group.CallbackBeforeApplyJoinGroup")
	require.Equal(t, "Android", apply.query.Get("OptPlatform"))
	apply.requireBody(t, `{"CallbackCommand":"Group.CallbackBeforeApplyJoinGroup","GroupId":"open","Type":"ChatRoom","Requestor_Account":"dee","EventTime":"*"}`)

	reply := w.ok("group_open_http_svc/add_group_member", `{"GroupId":"open","MemberList":[{"Member_Account":"dee"},{"Member_Account":"bo"}]}`)
	w.requireJSON(`[{"Member_Account":"dee","Result":0},{"Member_Account":"bo","Result":1}]`, reply["MemberList"])
	a.wait("Group.CallbackBeforeInviteJoinGroup").requireBody(t, `{"CallbackCommand":"Group.CallbackBeforeInviteJoinGroup","GroupId":"open","Type":"ChatRoom",
		"Operator_Account":"administrator","DestinationMembers":[{"Member_Account":"dee"},{"Member_Account":"bo"}],"EventTime":"*"}`)
	reply = w.ok("group_open_http_svc/add_group_member", `{"GroupId":"open","MemberList":[{"Member_Account":"dee"}]}`)
	w.requireJSON(`[{"Member_Account":"dee","Result":0}]`, reply["MemberList"])
}

func TestAppLearnsThatAGroupIsFull(t *testing.T) {
	w, a := shopWith(t, nil)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"pair","Owner_Account":"ann","Type":"Meeting","Name":"pair","MaxMemberCount":2}`)
	bo := w.login("bo", wire.PlatformWeb)
	bo.ask("group_open_http_svc.apply_join_group", `{"GroupId":"pair","ApplyMsg":""}`)
	joined := a.wait("Group.CallbackAfterNewMemberJoin")
	require.Equal(t, "Apply", joined.body["JoinType"])
	require.Equal(t, "bo", joined.body["Operator_Account"])
	a.wait("Group.CallbackAfterGroupFull").requireBody(t, `{"CallbackCommand":"Group.CallbackAfterGroupFull","GroupId":"pair","EventTime":"*"}`)
	bo.ask("group_open_http_svc.quit_group", `{"GroupId":"pair"}`)
	require.Equal(t, "Quit", a.wait("Group.CallbackAfterMemberExit").body["ExitType"])
}

// Sends of one connection are asked about side by side, and stay in their order.
func TestAskingTheAppKeepsTheOrderOfSends(t *testing.T) {
	a := newApp(t, nil)
	release := make(chan struct{})
	a.holds["Group.CallbackBeforeSendMsg"] = release
	w := newWorld(t, func(o *Options) { o.Webhook = a.url })
	w.shop()
	ann := w.login("ann", wire.PlatformWeb)
	const sends = 20
	for i := range sends {
		ann.start("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 100+i, ""))
	}
	for range sends {
		a.wait("Group.CallbackBeforeSendMsg")
	}
	close(release)
	for i := range sends {
		_, _, reply := ann.next()
		require.EqualValues(t, i+1, reply["MsgSeq"])
	}
	history := w.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":20}`)["RspMsgList"].([]any)
	for i, row := range history {
		require.EqualValues(t, 100+sends-1-i, row.(map[string]any)["MsgRandom"])
	}
}

func TestSendsGoOnWithoutTheAppUnlessItIsRequired(t *testing.T) {
	for _, test := range []struct {
		strict bool
		code   int
	}{{false, 0}, {true, 80003}} {
		w := newWorld(t, func(o *Options) { o.Webhook, o.WebhookStrict = "http://127.0.0.1:1/", test.strict })
		w.ok("im_open_login_svc/account_import", `{"UserID":"ann"}`)
		reply := w.call("openim/sendmsg", `{"To_Account":"ann","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
		require.EqualValues(t, test.code, reply["ErrorCode"])
	}
}
