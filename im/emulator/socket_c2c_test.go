package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAC2CMessageAndItsCopyForTheSendersDevices(t *testing.T) {
	w := chat(t)
	phone, web, bob := w.login("alice", 2), w.login("alice", 7), w.login("bob", 7)
	now := w.clock.seconds.Load()
	reply := phone.good("openim.sendmsg", sendC2C("bob", 75992063, `,"IsNeedReadReceipt":1`))
	w.requireJSON(fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":%d,"MsgKey":"5_75992063_%d"}`, now, now), reply)
	form := `{"Event":9,"C2cMsgArray":[{"From_Account":%q,"To_Account":%q,"MsgSeq":5,"ClientSeq":5,"MsgRandom":75992063,"MsgTimeStamp":%d,
		"MsgClientTime":1700000000,"TinyId":"144115200000000002","From_AccountNick":"ALICE","IsNeedReadReceipt":1,"IsPeerRead":0,%s
		"MsgFlagBits":0,"CloudCustomData":"","MsgBody":%s}]}`
	w.requireJSON(fmt.Sprintf(form, "alice", "bob", now, "", textBody), bob.event("C2cMsgArray"))
	w.requireJSON(fmt.Sprintf(form, "bob", "alice", now, `"IsSyncMsg":1,`, textBody), web.event("C2cMsgArray"))
	phone.quiet(w, "C2cMsgArray")
	require.EqualValues(t, 20003, phone.ask("openim.sendmsg", sendC2C("nobody", 1, ""))["ErrorCode"])
}

func TestANoteToOneselfReachesEachOtherDeviceOnce(t *testing.T) {
	w := chat(t)
	devices := []*device{w.login("alice", 7), w.login("alice", 7), w.login("alice", 7)}
	devices[0].good("openim.sendmsg", sendC2C("alice", 9, `,"SendMsgControl":["NoUnread","NoLastMsg"]`))
	devices[0].quiet(w, "C2cMsgArray")
	for _, d := range devices[1:] {
		note := d.event("C2cMsgArray")["C2cMsgArray"].([]any)[0].(map[string]any)
		require.Equal(t, "alice", note["From_Account"])
		require.Equal(t, "alice", note["To_Account"])
		d.quiet(w, "C2cMsgArray")
		reply := d.good("openim.getmsg", `{"Cookie":"","SyncFlag":0}`)
		w.requireJSON(`[]`, reply["C2CPairUnreadCount"])
		for _, row := range d.good("recentcontact.page_get", `{}`)["SessionItem"].([]any) {
			require.NotEqual(t, "alice", row.(map[string]any)["To_Account"], "a note without preview makes no conversation")
		}
	}
	history := devices[1].good("openim.getroammsg", `{"Peer_Account":"alice","MaxCnt":15,"LastMsgTime":0,"MsgKey":""}`)
	require.Len(t, history["MsgList"], 1)
}

// TestMissedNoticesAreOneEvent: the official SDK asks for pending applications after each event, and an error of its own limit
// for that goes uncaught.
func TestMissedNoticesAreOneEvent(t *testing.T) {
	w := chat(t)
	for i := range 3 {
		w.ok("group_open_http_svc/create_group", fmt.Sprintf(`{"GroupId":"g%d","Type":"Public","Name":"g","MemberList":[{"Member_Account":"bob"}]}`, i))
	}
	reply := w.login("bob", 7).good("openim.getmsg", `{"Cookie":"","SyncFlag":0}`)
	events := reply["EventArray"].([]any)
	require.Len(t, events, 1)
	require.EqualValues(t, 5, events[0].(map[string]any)["Event"])
	require.Len(t, events[0].(map[string]any)["GroupTips"], 4, "with the one of the room")
}

func TestWhatWasMissedComesByCookie(t *testing.T) {
	w := chat(t)
	bob, head := w.ticketOf("bob")
	other := w.login("bob", 7)
	first := bob.good("openim.getmsg", `{"Cookie":"","SyncFlag":0}`)
	require.EqualValues(t, 2, first["SyncFlag"])
	require.NotEmpty(t, first["Cookie"])
	w.requireJSON(`[]`, first["MsgList"])
	bob.good("openim.sendmsg", sendC2C("alice", 1, "")) // its own: it need not come back
	require.NoError(t, bob.ws.CloseNow())

	alice := w.login("alice", 7)
	alice.good("openim.sendmsg", sendC2C("bob", 2, ""))
	other.good("openim.sendmsg", sendC2C("bob", 3, ""))   // a note to oneself
	other.good("openim.sendmsg", sendC2C("carol", 4, "")) // by another device of the same user

	again := w.dial(7)
	again.ask("im_open_status.wslogin", `{}`, head)
	reply := again.good("openim.getmsg", fmt.Sprintf(`{"Cookie":%q,"SyncFlag":0}`, first["Cookie"]))
	var randoms []any
	for _, entry := range reply["MsgList"].([]any) {
		m := entry.(map[string]any)
		randoms = append(randoms, m["MsgRandom"], m["From_Account"], m["To_Account"])
	}
	require.Equal(t, []any{2.0, "alice", "bob", 3.0, "bob", "bob", 4.0, "carol", "bob"}, randoms, "own ones come as sync, swapped")
	w.requireJSON(`[{"From_Account":"alice","UnreadCount":1}]`, reply["C2CPairUnreadCount"])
	next := again.good("openim.getmsg", fmt.Sprintf(`{"Cookie":%q,"SyncFlag":0}`, reply["Cookie"]))
	w.requireJSON(`[]`, next["MsgList"])
	require.EqualValues(t, 20001, again.ask("openim.getmsg", `{"Cookie":"bogus"}`)["ErrorCode"])
}

func TestWhatWasAcknowledgedDoesNotComeAgain(t *testing.T) {
	w := chat(t)
	bob, head := w.ticketOf("bob")
	first := bob.good("openim.getmsg", `{"Cookie":"","SyncFlag":0}`)
	alice := w.login("alice", 7)
	alice.good("openim.sendmsg", sendC2C("bob", 1, ""))
	_, _, body := bob.next()
	require.EqualValues(t, 1, body["NeedAck"])
	bob.start("openim.ws_msg_push_ack", fmt.Sprintf(`{"SessionData":%q}`, body["SessionData"]))
	bob.good("heartbeat.alive", `{}`)
	require.NoError(t, bob.ws.CloseNow())
	again := w.dial(7)
	again.ask("im_open_status.wslogin", `{}`, head)
	reply := again.good("openim.getmsg", fmt.Sprintf(`{"Cookie":%q,"SyncFlag":0}`, first["Cookie"]))
	w.requireJSON(`[]`, reply["MsgList"])
}

func TestC2CHistoryInBothDirections(t *testing.T) {
	w := chat(t)
	alice := w.login("alice", 7)
	begin := w.clock.seconds.Load()
	for i := range 10 {
		alice.good("openim.sendmsg", sendC2C("bob", i+1, ""))
		if i%2 == 1 { // two messages each second
			w.clock.seconds.Add(1)
		}
	}
	bob := w.login("bob", 7)
	page := func(query string) (randoms []int, reply map[string]any) {
		reply = bob.good("openim.getroammsg", query)
		for _, entry := range reply["MsgList"].([]any) {
			randoms = append(randoms, int(entry.(map[string]any)["MsgRandom"].(float64)))
		}
		require.EqualValues(t, len(randoms), reply["MsgCnt"])
		return randoms, reply
	}
	got, reply := page(`{"Peer_Account":"alice","MaxCnt":3,"LastMsgTime":0,"MsgKey":""}`)
	require.Equal(t, []int{8, 9, 10}, got, "the newest, oldest first")
	require.EqualValues(t, 0, reply["Complete"])
	got, reply = page(fmt.Sprintf(`{"Peer_Account":"alice","MaxCnt":3,"LastMsgTime":%.0f,"MsgKey":%q}`, reply["LastMsgTime"], reply["MsgKey"]))
	require.Equal(t, []int{5, 6, 7}, got)
	got, reply = page(fmt.Sprintf(`{"Peer_Account":"alice","MaxCnt":30,"LastMsgTime":%.0f,"MsgKey":%q}`, reply["LastMsgTime"], reply["MsgKey"]))
	require.Equal(t, []int{1, 2, 3, 4}, got)
	require.EqualValues(t, 1, reply["Complete"])

	// After a lost connection: from a time on, oldest first.
	got, reply = page(fmt.Sprintf(`{"Peer_Account":"alice","MaxCnt":3,"LastMsgTime":%d,"MsgKey":"","GetDirection":1}`, begin+3))
	require.Equal(t, []int{7, 8, 9}, got)
	got, reply = page(fmt.Sprintf(`{"Peer_Account":"alice","MaxCnt":3,"LastMsgTime":%.0f,"MsgKey":%q,"GetDirection":1}`, reply["LastMsgTime"], reply["MsgKey"]))
	require.Equal(t, []int{10}, got)
	require.EqualValues(t, 1, reply["Complete"])
}

func TestC2CReadingAndReceipts(t *testing.T) {
	w := chat(t)
	alice, bob, tablet := w.login("alice", 7), w.login("bob", 7), w.login("bob", 2)
	now := w.clock.seconds.Load()
	alice.good("openim.sendmsg", sendC2C("bob", 1, `,"IsNeedReadReceipt":1`))
	w.requireJSON(`[{"From_Account":"alice","UnreadCount":1}]`, bob.good("openim.getmsg", `{"Cookie":""}`)["C2CPairUnreadCount"])
	bob.good("openim.msgreaded", fmt.Sprintf(`{"C2CMsgReaded":{"Cookie":"","C2CMsgReadedItem":[{"To_Account":"alice","LastedMsgTime":%d,"Receipt":1}]}}`, now))
	w.requireJSON(fmt.Sprintf(`[{"ReadC2cMsgNotify":{"UinPairReadArray":[{"From_Account":"alice","LastReadTime":%d}]}}]`, now),
		tablet.event("C2cNotifyMsgArray")["C2cNotifyMsgArray"])
	w.requireJSON(fmt.Sprintf(`[{"C2cReadedReceipt":{"To_Account":"bob","UinPairReadArray":[{"LastReadTime":%d}]}}]`, now),
		alice.event("C2cNotifyMsgArray")["C2cNotifyMsgArray"])
	bob.quiet(w, "C2cNotifyMsgArray")
	w.requireJSON(`[]`, bob.good("openim.getmsg", `{"Cookie":""}`)["C2CPairUnreadCount"])

	// A message of the same second, but after the reading, is unread.
	alice.good("openim.sendmsg", sendC2C("bob", 2, ""))
	w.requireJSON(`[{"From_Account":"alice","UnreadCount":1}]`, bob.good("openim.getmsg", `{"Cookie":""}`)["C2CPairUnreadCount"])

	receipt := fmt.Sprintf(`{"Peer_Account":"alice","C2CMsgInfo":[{"From_Account":"alice","To_Account":"bob","MsgSeq":5,"MsgRandom":1,"MsgTime":%d,
		"MsgClientTime":1700000000}]}`, now)
	bob.good("openim.c2c_msg_read_receipt", receipt)
	w.requireJSON(fmt.Sprintf(`{"Event":16,"User_Account":"bob","Peer_Account":"bob","PeerReadTime":%d,
		"C2cMsgInfo":[{"TinyId":"144115200000000002","MsgClientTime":1700000000,"MsgRandom":1}]}`, now), alice.event("C2cMsgInfo"))
	bob.good("openim.c2c_msg_read_receipt", receipt)
	alice.quiet(w, "C2cMsgInfo")
	rows := alice.good("openim.getroammsg", `{"Peer_Account":"bob","MaxCnt":15}`)["MsgList"].([]any)
	require.EqualValues(t, 1, rows[0].(map[string]any)["IsPeerRead"])
	require.EqualValues(t, 0, rows[1].(map[string]any)["IsPeerRead"])
}

func TestPinnedDeletedAndRecalledConversations(t *testing.T) {
	w := chat(t)
	alice, other, bob := w.login("alice", 7), w.login("alice", 2), w.login("bob", 7)
	now := w.clock.seconds.Load()
	alice.good("openim.sendmsg", sendC2C("bob", 1, ""))
	alice.good("recentcontact.top", `{"OperationType":1,"RecentContactItem":[{"Type":1,"To_Account":"bob"},{"Type":2,"GroupId":"group-room"}]}`)
	w.requireJSON(`[{"PushType":2,"RecentContactTopItem":{"RecentContactList":[{"Type":1,"UserId":"bob","Peer_Account":"bob"},{"Type":2,"GroupId":"group-room"}]}}]`,
		other.event("RecentContactMod")["RecentContactMod"])
	require.EqualValues(t, 1, groupRow(t, alice)["TopFlags"])

	alice.good("openim.msgwithdraw", fmt.Sprintf(`{"MsgInfo":{"From_Account":"alice","To_Account":"bob","MsgSeq":5,"MsgRandom":1,"MsgTimeStamp":%d}}`, now))
	recalled := bob.event("C2cNotifyMsgArray")["C2cNotifyMsgArray"].([]any)[0].(map[string]any)["WithdrawC2cMsgNotify"].(map[string]any)
	require.EqualValues(t, 1, recalled["C2cWithdrawInfoArray"].([]any)[0].(map[string]any)["MsgRandom"])
	w.requireJSON(`[]`, bob.good("openim.getmsg", `{"Cookie":""}`)["C2CPairUnreadCount"])

	w.requireJSON(`[{"Type":1,"To_Account":"bob","ResultCode":0}]`,
		alice.good("recentcontact.batch_delete", `{"ContactItem":[{"Type":1,"To_Account":"bob"}],"ClearRamble":0}`)["ResultItem"])
	require.NotNil(t, other.event("RecentContactMod"))
	c2cRows := func(d *device) (peers []any) {
		for _, entry := range d.good("recentcontact.page_get", `{}`)["SessionItem"].([]any) {
			if row := entry.(map[string]any); row["Type"] == 1.0 {
				peers = append(peers, row["To_Account"])
			}
		}
		return peers
	}
	require.Empty(t, c2cRows(alice))
	require.Equal(t, []any{"alice"}, c2cRows(bob), "only one's own list changes")
	bob.good("openim.sendmsg", sendC2C("alice", 2, ""))
	require.Equal(t, []any{"bob"}, c2cRows(alice), "something new brings it back")
}
