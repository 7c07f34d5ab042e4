package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// history lists the sequences of a group's messages as a device sees them, newest first.
func (d *device) history(group string) []int {
	d.t.Helper()
	reply := d.ask("group_open_http_svc.group_msg_get", fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":20,"WithRecalledMsg":1}`, group))
	require.EqualValues(d.t, 0, reply["ErrorCode"], reply)
	seqs := []int{}
	for _, row := range reply["RspMsgList"].([]any) {
		seqs = append(seqs, int(row.(map[string]any)["MsgSeq"].(float64)))
	}
	return seqs
}

func (s *restServer) simple(group string) []any {
	s.t.Helper()
	return s.ok("group_open_http_svc/group_msg_get_simple", fmt.Sprintf(`{"GroupId":%q,"ReqMsgNumber":20,"WithRecalledMsg":1}`, group))["RspMsgList"].([]any)
}

func TestRESTDeletesWhatSomebodySent(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	w.send("ann", "one", 1, "")
	w.send("bo", "two", 2, "")
	w.send("ann", "three", 3, `,"SendMsgControl":["NoUnread"]`)
	bo := w.login("bo", wire.PlatformWeb)
	w.ok("group_open_http_svc/delete_group_msg_by_sender", `{"GroupId":"shop","Sender_Account":"ann"}`)
	bo.quiet(w, "GroupTips") // members learn of it when they pull
	w.ok("group_open_http_svc/delete_group_msg_by_sender", `{"GroupId":"shop","Sender_Account":"dee"}`)
	for i, want := range []int{2, 0, 2} {
		require.EqualValues(t, want, w.simple("shop")[i].(map[string]any)["IsPlaceMsg"])
	}
	w.refused(10004, "group_open_http_svc/delete_group_msg_by_sender", `{"GroupId":"shop"}`)
	w.refused(10010, "group_open_http_svc/delete_group_msg_by_sender", `{"GroupId":"gone","Sender_Account":"ann"}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"live"}`)
	w.ok("group_open_http_svc/delete_group_msg_by_sender", `{"GroupId":"live","Sender_Account":"ann"}`)
}

func TestRESTClearsAHistoryForMembersAndNotForTheAdmin(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	bo := w.login("bo", wire.PlatformWeb)
	for i := 1; i <= 4; i++ {
		w.send("ann", fmt.Sprint(i), i, "")
	}
	w.ok("group_open_http_svc/clear_group_msg", `{"GroupId":"shop","MsgSeq":2}`)
	require.Equal(t, []int{4, 3}, bo.history("shop"))
	w.ok("group_open_http_svc/clear_group_msg", `{"GroupId":"shop"}`)
	require.Empty(t, bo.history("shop"))
	require.Len(t, w.simple("shop"), 4)
	w.send("ann", "5", 5, "")
	require.Equal(t, []int{5}, bo.history("shop"))
	list := bo.ask("recentcontact.page_get", `{"TimeStamp":0}`)["SessionItem"].([]any)[0].(map[string]any)
	require.EqualValues(t, 1, list["UnreadMsgCount"], "what nobody can read any more is not unread")

	w.ok("group_open_http_svc/create_group", `{"GroupId":"@TGS#_c","Type":"Community","Name":"c"}`)
	w.refused(10007, "group_open_http_svc/clear_group_msg", `{"GroupId":"@TGS#_c"}`)
	w.refused(10010, "group_open_http_svc/clear_group_msg", `{"GroupId":"gone"}`)
}

func TestRESTHidesWhatWasThereBeforeAMemberCame(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	for i := 1; i <= 3; i++ {
		w.send("ann", fmt.Sprint(i), i, "")
	}
	w.ok("group_open_http_svc/add_group_member", `{"GroupId":"shop","Silence":1,"MemberList":[{"Member_Account":"dee"}]}`)
	w.send("ann", "4", 4, "")
	dee := w.login("dee", wire.PlatformWeb)
	require.Equal(t, []int{4, 3, 2, 1}, dee.history("shop"))
	w.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","HistoryMsgBeforeJoin":"Off"}`)
	require.Equal(t, []int{4}, dee.history("shop"))
	require.Equal(t, []int{4, 3, 2, 1}, w.login("bo", wire.PlatformWeb).history("shop"))
	row := w.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop"],"ResponseFilter":{"GroupBaseInfoFilter":["HistoryMsgBeforeJoin"]}}`)
	require.Equal(t, "Off", row["GroupInfo"].([]any)[0].(map[string]any)["HistoryMsgBeforeJoin"])
	w.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","HistoryMsgBeforeJoin":"On"}`)
	require.Equal(t, []int{4, 3, 2, 1}, dee.history("shop"))
	w.refused(10004, "group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","HistoryMsgBeforeJoin":"Maybe"}`)
}

func TestRESTClearRambleDeletesTheOwnHistoryAlone(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	w.send("ann", "group", 1, "")
	w.say("ann", "bo", "hi", 1, "")
	roam := func(operator, peer string) any {
		return w.ok("openim/admin_getroammsg", fmt.Sprintf(`{"Operator_Account":%q,"Peer_Account":%q,"MaxCnt":10,"MinTime":0,"MaxTime":%d}`,
			operator, peer, w.clock.seconds.Load()))["MsgCnt"]
	}
	w.ok("recentcontact/delete", `{"From_Account":"bo","Type":1,"To_Account":"ann","ClearRamble":0}`)
	require.EqualValues(t, 1, roam("bo", "ann"))
	w.ok("recentcontact/delete", `{"From_Account":"bo","Type":1,"To_Account":"ann","ClearRamble":1}`)
	require.EqualValues(t, 0, roam("bo", "ann"))
	require.EqualValues(t, 1, roam("ann", "bo"), "the other side keeps it")

	bo := w.login("bo", wire.PlatformWeb)
	w.ok("recentcontact/delete", `{"From_Account":"bo","Type":2,"ToGroupid":"shop","ClearRamble":1}`)
	require.Empty(t, bo.history("shop"))
	require.Equal(t, []int{1}, w.login("cy", wire.PlatformWeb).history("shop"))
	w.refused(50001, "recentcontact/delete", `{"From_Account":"bo","Type":1,"To_Account":"ghost"}`)
	w.refused(50002, "recentcontact/delete", `{"Type":1,"To_Account":"ann"}`)
}

func TestRESTTellsWhenAMemberLastSpoke(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	first := s.clock.seconds.Load()
	s.send("ann", "one", 1, "")
	s.clock.seconds.Add(5)
	s.send("bo", "quiet", 2, `,"SendMsgControl":["NoUnread"]`)
	s.ok("group_open_http_svc/modify_group_member_info", `{"GroupId":"shop","Member_Account":"cy","Role":"Admin"}`)
	reply := s.ok("group_open_http_svc/get_group_member_info", `{"GroupId":"shop","MemberInfoFilter":["LastSendMsgTime"]}`)
	s.requireJSON(fmt.Sprintf(`[{"Member_Account":"ann","LastSendMsgTime":%d},{"Member_Account":"bo","LastSendMsgTime":%d},
		{"Member_Account":"cy","LastSendMsgTime":0}]`, first, first+5), reply["MemberList"])
	info := s.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["shop"],"ResponseFilter":{"MemberInfoFilter":["LastSendMsgTime"]}}`)
	s.requireJSON(fmt.Sprintf(`{"Member_Account":"ann","LastSendMsgTime":%d}`, first), info["GroupInfo"].([]any)[0].(map[string]any)["MemberList"].([]any)[0])
}

func TestRESTTellsTheRemovedWhy(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	cy := w.login("cy", wire.PlatformWeb)
	w.ok("group_open_http_svc/delete_group_member", `{"GroupId":"shop","MemberToDel_Account":["cy"],"Reason":"离职","Silence":1}`)
	for {
		_, _, body := cy.next()
		for _, event := range body["EventArray"].([]any) {
			for _, tip := range event.(map[string]any)["GroupTips"].([]any) {
				notice := tip.(map[string]any)["MsgBody"].(map[string]any)
				if notice["ReportType"] == 4.0 {
					require.Equal(t, "离职", notice["RemarkInfo"])
					return
				}
			}
		}
	}
}

func TestRESTBroadcastsToAllLiveRooms(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.RateLimits = true })
	w.shop()
	for _, room := range []string{"r1", "r2"} {
		w.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"GroupId":%q,"Type":"AVChatRoom","Name":"x"}`, room))
	}
	const body = `"MsgBody":[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{}"}}]`
	next := func(room string) any {
		return w.ok("group_open_http_svc/get_group_info", `{"GroupIdList":["`+room+`"]}`)["GroupInfo"].([]any)[0].(map[string]any)["NextMsgSeq"]
	}
	before := []any{next("r1"), next("r2"), next("shop")}
	require.EqualValues(t, 1, w.ok("group_open_http_svc/send_broadcast_msg", `{"Random":1,`+body+`}`)["MsgSeq"])
	require.Equal(t, before[0].(float64)+1, next("r1"))
	require.Equal(t, before[1].(float64)+1, next("r2"))
	require.Equal(t, before[2], next("shop"))
	w.refused(10023, "group_open_http_svc/send_broadcast_msg", `{"Random":2,`+body+`}`)
	w.clock.seconds.Add(1)
	require.EqualValues(t, 1, w.ok("group_open_http_svc/send_broadcast_msg", `{"Random":1,`+body+`}`)["MsgSeq"], "the same message once more")
	w.clock.seconds.Add(1)
	require.EqualValues(t, 2, w.ok("group_open_http_svc/send_broadcast_msg", `{"From_Account":"ann","Random":1,`+body+`}`)["MsgSeq"])
	w.clock.seconds.Add(1)
	w.refused(10004, "group_open_http_svc/send_broadcast_msg", `{`+body+`}`)
	w.clock.seconds.Add(1)
	w.refused(10004, "group_open_http_svc/send_broadcast_msg", `{"Random":5}`)
	w.clock.seconds.Add(1)
	w.refused(10019, "group_open_http_svc/send_broadcast_msg", `{"From_Account":"ghost","Random":6,`+body+`}`)

	pro := newWorld(t, func(o *Options) { o.Edition = EditionPro })
	pro.refused(10059, "group_open_http_svc/send_broadcast_msg", `{"Random":1,`+body+`}`)
}
