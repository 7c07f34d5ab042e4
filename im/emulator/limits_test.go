package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestRateCapsAreThoseOfTheCloudWhereTheyAreWanted(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.RateLimits = true })
	w.shop()
	for command, most := range map[string]int{"im_open_login_svc/account_check": 100, "openim/query_online_status": 200} {
		body := `{"CheckItem":[{"UserID":"ann"}],"To_Account":["ann"]}`
		for range most {
			w.ok(command, body)
		}
		w.refused(60007, command, body)
		w.clock.seconds.Add(1)
		w.ok(command, body)
	}

	for i := range 40 {
		w.send("ann", "x", i, "")
	}
	reply := w.ok("group_open_http_svc/send_group_msg", fmt.Sprintf(groupSend, 1000, ""))
	require.Equal(t, "MsgFreqCtrl", reply["MsgDropReason"])
	ann := w.login("ann", wire.PlatformWeb)
	require.EqualValues(t, 10023, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1001, ""))["ErrorCode"])
	info := w.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop"]}`)["GroupInfo"].([]any)[0].(map[string]any)
	require.EqualValues(t, 41, info["NextMsgSeq"], "what was dropped took no sequence")
	w.clock.seconds.Add(1)
	require.EqualValues(t, 41, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1001, ""))["MsgSeq"])
	w.ok("emulator/stats", `{}`)
}

func TestEditionsWithoutReceiptsSaySo(t *testing.T) {
	for _, edition := range []Edition{EditionTrial, EditionPro, EditionUltimate, EditionEnterprise, ""} {
		t.Run("edition "+string(edition), func(t *testing.T) {
			w := newWorld(t, func(o *Options) { o.Edition = edition })
			w.shop()
			code := 0
			if edition == EditionTrial || edition == EditionPro {
				code = 10059
			}
			ann := w.login("ann", wire.PlatformWeb)
			reply := ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, `,"NeedReadReceipt":1`))
			require.EqualValues(t, 0, reply["ErrorCode"], "it is sent all the same")
			if code != 0 {
				require.EqualValues(t, code, reply["ReadReceiptCode"])
			}
			for command, body := range map[string]string{
				"group_msg_receipt":            `{"GroupId":"shop","From_Account":"bo","MsgSeqList":[{"MsgSeq":1}]}`,
				"get_group_msg_receipt":        `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1}]}`,
				"get_group_msg_receipt_detail": `{"GroupId":"shop","MsgSeq":1,"Filter":0,"Cursor":"","Count":10}`,
				"send_group_msg":               fmt.Sprintf(groupSend, 2, `,"To_Account":["bo"]`),
			} {
				reply := w.call("group_open_http_svc/"+command, body)
				require.EqualValues(t, code, reply["ErrorCode"], "%s: %v", command, reply)
			}
		})
	}
	_, err := New(Options{Data: Memory, Edition: "golden"})
	require.ErrorContains(t, err, "trial, pro, ultimate or enterprise")
}

func TestEditionsBoundTheMembersOfAGroup(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Edition = EditionTrial })
	w.shop()
	most := func(id string) any {
		return w.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["`+id+`"]}`)["GroupInfo"].([]any)[0].(map[string]any)["MaxMemberNum"]
	}
	require.EqualValues(t, 20, most("shop"))
	w.ok("group_open_http_svc/create_group", `{"GroupId":"small","Type":"Work","Name":"x","MaxMemberCount":5}`)
	require.EqualValues(t, 5, most("small"))
	w.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"small","MaxMemberNum":500}`)
	require.EqualValues(t, 20, most("small"))
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"x"}`)
	require.Greater(t, most("live"), 20.0)
}

func TestAFurtherLoginEndsTheOldestOfItsPlatform(t *testing.T) {
	a := newApp(t, nil)
	w := newWorld(t, func(o *Options) { o.LoginsPerPlatform, o.Webhook = 2, a.url })
	w.shop()
	first := w.login("ann", wire.PlatformWeb)
	second := w.login("ann", wire.PlatformWeb)
	phone := w.login("ann", wire.PlatformIOS)
	other := w.login("bo", wire.PlatformWeb)
	for range 4 {
		require.NotContains(t, a.wait("State.StateChange").body, "KickedDevice")
	}
	third := w.login("ann", wire.PlatformWeb)

	command, _, body := first.next()
	for command != "im_open_status.stat_forceoffline" {
		command, _, body = first.next()
	}
	w.requireKick(1, first, body)
	first.ended()
	for _, d := range []*device{second, phone, other, third} {
		require.EqualValues(t, 0, d.ask("heartbeat.alive", `{}`)["ErrorCode"])
	}
	a.wait("State.StateChange").requireBody(t, `{"CallbackCommand":"State.StateChange","EventTime":"*",
		"Info":{"Action":"Login","To_Account":"ann","Reason":"Register"},"KickedDevice":[{"Platform":"Web"}]}`)
	require.EqualValues(t, 4, w.ok("emulator/stats", `{}`)["Connections"])
	third.ask("im_open_status.wslogout", `{}`)
	event := a.wait("State.StateChange")
	require.Equal(t, "Logout", event.body["Info"].(map[string]any)["Action"], "of the kicked login nothing else was told")
}

// TestEditionsBoundTheGroupsOfAUser by 10037 where they act themselves, and in a list of their own where others add them. Live
// rooms do not count.
func TestEditionsBoundTheGroupsOfAUser(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Edition = EditionTrial })
	for _, user := range []string{"alice", "bob", "carol"} {
		w.ok("im_open_login_svc/account_import", fmt.Sprintf(`{"UserID":%q}`, user))
	}
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"x","Owner_Account":"bob"}`)
	for i := range 50 {
		w.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"GroupId":"g%d","Type":"Public","Name":"x","Owner_Account":"bob"}`, i))
	}
	w.ok("group_open_http_svc/create_group", `{"GroupId":"open","Type":"Public","Name":"x","Owner_Account":"alice","ApplyJoinOption":"FreeAccess"}`)
	alice, bob := w.login("alice", 7), w.login("bob", 7)
	for command, body := range map[string]string{"apply_join_group": `{"GroupId":"open"}`, "create_group": `{"Type":"Public","Name":"y"}`} {
		require.EqualValues(t, 10037, bob.ask("group_open_http_svc."+command, body)["ErrorCode"], command)
	}
	added := alice.good("group_open_http_svc.add_group_member", `{"GroupId":"open","MemberList":[{"Member_Account":"bob"},{"Member_Account":"carol"}]}`)
	w.requireJSON(`[{"Member_Account":"bob","Result":4},{"Member_Account":"carol","Result":1}]`, added["MemberList"])
	added = w.ok("group_open_http_svc/add_group_member", `{"GroupId":"open","MemberList":[{"Member_Account":"bob"}]}`)
	w.requireJSON(`[{"Member_Account":"bob","Result":0}]`, added["MemberList"])
	made := alice.good("group_open_http_svc.create_group", `{"Type":"Public","Name":"z","MemberList":[{"Member_Account":"carol"},{"Member_Account":"bob"}]}`)
	require.Equal(t, []any{"bob"}, made["OverJoinedGroupLimit_Account"])

	w.ok("group_open_http_svc/destroy_group", `{"GroupId":"g0"}`)
	bob.good("group_open_http_svc.apply_join_group", `{"GroupId":"open"}`)
}

// TestAGroupWithoutRoomRefuses those who find none, and the whole request where nobody does.
func TestAGroupWithoutRoomRefuses(t *testing.T) {
	w := chat(t)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"small","Type":"Public","Name":"x","Owner_Account":"alice","MaxMemberCount":2}`)
	alice := w.login("alice", 7)
	body := `{"GroupId":"small","MemberList":[{"Member_Account":"bob"},{"Member_Account":"carol"}]}`
	added := alice.good("group_open_http_svc.add_group_member", body)
	w.requireJSON(`[{"Member_Account":"bob","Result":1},{"Member_Account":"carol","Result":0}]`, added["MemberList"])
	body = `{"GroupId":"small","MemberList":[{"Member_Account":"carol"}]}`
	require.EqualValues(t, 10014, alice.ask("group_open_http_svc.add_group_member", body)["ErrorCode"])
	require.EqualValues(t, 10014, w.call("group_open_http_svc/add_group_member", body)["ErrorCode"])
}
