package emulator

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func numbered(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }

func TestAFeedIsReadFromWhereOneWas(t *testing.T) {
	var rooms liveRooms
	begin := rooms.next("room")
	for n := range 3 {
		rooms.add("room", liveEvent{text: numbered(n)})
	}
	events, next, _ := rooms.since("room", begin, false)
	require.Equal(t, []json.RawMessage{numbered(0), numbered(1), numbered(2)}, events)
	events, _, changed := rooms.since("room", next, false)
	require.Empty(t, events)
	rooms.add("room", liveEvent{text: numbered(3)})
	<-changed
	events, _, _ = rooms.since("room", next, false)
	require.Equal(t, []json.RawMessage{numbered(3)}, events)
}

func TestAFeedForgetsTheOldestAndSkipsWhatNeverWas(t *testing.T) {
	var rooms liveRooms
	for n := range 5 * maxLiveEvents {
		rooms.add("room", liveEvent{text: numbered(n)})
	}
	events, next, _ := rooms.since("room", 1, false)
	require.Len(t, events, maxLiveReply)
	following, _, _ := rooms.since("room", next, false)
	first, err := strconv.Atoi(string(events[len(events)-1]))
	require.NoError(t, err)
	require.Equal(t, numbered(first+1), following[0])
	for _, from := range []int64{0, -5, 1 << 40} { // new here, or from before a restart
		events, next, _ := rooms.since("room", from, false)
		require.Empty(t, events)
		require.Equal(t, rooms.next("room"), next)
	}
}

func TestWhatIsRecalledIsNeverPolled(t *testing.T) {
	var rooms liveRooms
	for n := range 3 {
		rooms.add("room", liveEvent{text: numbered(n), seq: uint32(n + 1)})
	}
	rooms.retract("room", 2)
	rooms.add("room", liveEvent{text: numbered(3), recall: true})
	events, next, _ := rooms.since("room", 1, false)
	require.Equal(t, []json.RawMessage{numbered(0), numbered(2)}, events)
	require.EqualValues(t, 5, next)
	events, _, _ = rooms.since("room", 1, true)
	require.Equal(t, []json.RawMessage{numbered(0), numbered(2), numbered(3)}, events, "only who is not logged in hears of recalls here")
}

func TestALiveKeyOpensItsRoomAlone(t *testing.T) {
	w := newWorld(t, nil)
	id, err := w.server.openLiveKey(w.server.liveKey("group-live"))
	require.NoError(t, err)
	require.Equal(t, "group-live", id)
	for _, key := range []string{"", ".", "x.y", w.server.liveKey("a") + "x", "QGE.QGE"} {
		_, err := w.server.openLiveKey(key)
		require.Error(t, err, key)
	}
}

func TestALiveRoomIsPolledWithoutHoldingUpOtherRequests(t *testing.T) {
	w := chat(t)
	alice, bob := w.login("alice", wire.PlatformWeb), w.login("bob", wire.PlatformWeb)
	alice.good("group_open_http_svc.create_group", `{"Type":"AVChatRoom","GroupId":"live","Name":"Live"}`)
	joined := bob.good("group_open_http_svc.apply_join_group", `{"GroupId":"live","WebPushFlag":1}`)
	require.EqualValues(t, 1, joined["HugeGroupFlag"])
	// The tip of the own joining is told beside the answer to it, so it is read past first.
	alice.good("group_open_http_svc.send_group_msg", `{"GroupId":"live","Random":1,"MsgBody":`+textBody+`}`)
	from := joined["StartSeq"]
	for sender := any(nil); sender != "alice"; {
		read := bob.good(cmdLivePoll, livePollOf(t, joined["LongPollingKey"], from))
		rows := read["RspMsgList"].([]any)
		from, sender = read["NextSeq"], rows[len(rows)-1].(map[string]any)["From_Account"]
	}

	poll := livePollOf(t, joined["LongPollingKey"], from)
	seq := bob.start(cmdLivePoll, poll)
	bob.good("profile.portrait_get_all", `{}`) // answered while the poll waits
	alice.good("group_open_http_svc.send_group_msg", `{"GroupId":"live","Random":2,"MsgBody":`+textBody+`}`)
	var reply map[string]any
	for answered := 0; answered != seq; {
		_, answered, reply = bob.next()
	}
	require.Len(t, reply["RspMsgList"], 1)
	bob.quiet(w, "GroupMsgArray")
	require.EqualValues(t, wire.CodeGroupPermission, w.login("carol", wire.PlatformWeb).ask(cmdLivePoll, poll)["ErrorCode"])
}

// livePollOf is the body of a poll that waits for what follows a place in a live room's feed.
func livePollOf(t *testing.T, key, from any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"Key": key, "StartSeq": from, "HoldTime": 90})
	require.NoError(t, err)
	return string(body)
}

// The app's server asks over REST how many watch.
func TestRESTCountsTheViewersOfALiveRoom(t *testing.T) {
	w := newWorld(t, nil)
	w.ok("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"ann"},{"UserID":"bo"}]}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Owner_Account":"ann","Type":"AVChatRoom","Name":"Live"}`)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"shop","Owner_Account":"ann","Type":"Public","Name":"Shop"}`)
	watching := func() any {
		return w.ok("group_open_http_svc/get_online_member_num", `{"GroupId":"live"}`)["OnlineMemberNum"]
	}
	require.EqualValues(t, 0, watching(), "the owner is not there")
	bo := w.login("bo", 7)
	bo.good("group_open_http_svc.apply_join_group", `{"GroupId":"live","ApplyMsg":"","UserDefinedField":"","HugeGroupFlag":1}`)
	require.EqualValues(t, 1, watching())
	w.refused(10007, "group_open_http_svc/get_online_member_num", `{"GroupId":"shop"}`)
	w.refused(10010, "group_open_http_svc/get_online_member_num", `{"GroupId":"gone"}`)
}
