package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func (s *restServer) say(from, to, text string, random int, more string) string {
	s.t.Helper()
	reply := s.ok("openim/sendmsg", fmt.Sprintf(`{"From_Account":%q,"To_Account":%q,"MsgSeq":%[4]d,"MsgRandom":%[4]d,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%[3]q}}]%[5]s}`, from, to, text, random, more))
	return reply["MsgKey"].(string)
}

func TestRESTC2CMessages(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	now := s.clock.seconds.Load()
	key := s.say("ann", "bo", "hi", 4040, `,"IsNeedReadReceipt":1`)
	require.Equal(t, fmt.Sprintf("4040_4040_%d", now), key)
	require.Equal(t, key, s.say("ann", "bo", "hi", 4040, `,"IsNeedReadReceipt":1`), "a repetition is the same message")

	ask := fmt.Sprintf(`{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":100,"MinTime":%d,"MaxTime":%d}`, now-9, now+9)
	reply := s.ok("openim/admin_getroammsg", ask)
	require.EqualValues(t, 1, reply["Complete"])
	require.EqualValues(t, 1, reply["MsgCnt"])
	require.Equal(t, key, reply["LastMsgKey"])
	row := reply["MsgList"].([]any)[0].(map[string]any)
	require.Equal(t, "ann", row["From_Account"])
	require.Equal(t, "bo", row["To_Account"])
	require.Equal(t, key, row["MsgKey"])
	require.EqualValues(t, 0, row["IsPeerRead"])
	s.requireJSON(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]`, row["MsgBody"])

	s.ok("openim/c2c_msg_read_receipt", fmt.Sprintf(`{"Operator_Account":"bo","Peer_Account":"ann","C2CMsgInfo":[{"From_Account":"ann","To_Account":"bo","MsgKey":%q}]}`, key))
	reply = s.ok("openim/admin_getroammsg", ask)
	require.EqualValues(t, 1, reply["MsgList"].([]any)[0].(map[string]any)["IsPeerRead"])

	s.ok("openim/modify_c2c_msg", fmt.Sprintf(`{"From_Account":"ann","To_Account":"bo","MsgKey":%q,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"ho"}}]}`, key))
	s.ok("openim/admin_msgwithdraw", fmt.Sprintf(`{"From_Account":"ann","To_Account":"bo","MsgKey":%q}`, key))
	s.refused(20023, "openim/admin_msgwithdraw", fmt.Sprintf(`{"From_Account":"ann","To_Account":"bo","MsgKey":%q}`, key))
	s.refused(20022, "openim/admin_msgwithdraw", `{"From_Account":"ann","To_Account":"bo","MsgKey":"1_2_3"}`)
	s.refused(90054, "openim/admin_msgwithdraw", `{"From_Account":"ann","To_Account":"bo","MsgKey":"nonsense"}`)
	reply = s.ok("openim/admin_getroammsg", ask)
	require.EqualValues(t, 8, reply["MsgList"].([]any)[0].(map[string]any)["MsgFlagBits"])
}

func TestRESTRoamingPagesWalkBackwards(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	var want []string
	for i := 1; i <= 9; i++ {
		want = append(want, s.say("ann", "bo", strings.Repeat("长", 1000), i, ""))
		s.clock.seconds.Add(1)
	}
	var got []string
	maxTime, key := s.clock.seconds.Load(), ""
	for complete := false; !complete; {
		reply := s.ok("openim/admin_getroammsg", fmt.Sprintf(`{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":100,"MinTime":1,"MaxTime":%d,"LastMsgKey":%q}`, maxTime, key))
		var keys []string
		for _, row := range reply["MsgList"].([]any) {
			keys = append(keys, row.(map[string]any)["MsgKey"].(string))
		}
		require.LessOrEqual(t, len(keys), 4, "a page has about 13 KB")
		require.Equal(t, keys[0], reply["LastMsgKey"], "the oldest of the page")
		got = append(keys, got...)
		complete = reply["Complete"] == 1.0
		maxTime, key = int64(reply["LastMsgTime"].(float64)), keys[0]
	}
	require.Equal(t, want, got)
}

func TestRESTC2CUnread(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.say("ann", "bo", "1", 1, "")
	s.say("ann", "bo", "2", 2, "")
	s.say("cy", "bo", "3", 3, "")
	s.say("ann", "bo", "not counted", 4, `,"SendMsgControl":["NoUnread"]`)
	s.say("bo", "bo", "note to self", 5, "")

	reply := s.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"bo"}`)
	require.EqualValues(t, 3, reply["AllC2CUnreadMsgNum"])
	reply = s.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"bo","Peer_Account":["ann","cy","dee","ghost"]}`)
	s.requireJSON(`[{"Peer_Account":"ann","C2CUnreadMsgNum":2},{"Peer_Account":"cy","C2CUnreadMsgNum":1},{"Peer_Account":"dee","C2CUnreadMsgNum":0}]`, reply["C2CUnreadMsgNumList"])
	s.requireJSON(`[{"Peer_Account":"ghost","ErrorCode":70107}]`, reply["ErrorList"])

	s.ok("openim/admin_set_msg_read", fmt.Sprintf(`{"Report_Account":"bo","Peer_Account":"ann","MsgReadTime":"%d"}`, s.clock.seconds.Load()))
	s.ok("openim/admin_set_msg_read", `{"Report_Account":"bo","Peer_Account":"cy"}`)
	reply = s.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"bo"}`)
	require.EqualValues(t, 0, reply["AllC2CUnreadMsgNum"])
	s.refused(90048, "openim/get_c2c_unread_msg_num", `{"To_Account":"ghost"}`)
	s.refused(90003, "openim/admin_set_msg_read", `{"Report_Account":"bo","Peer_Account":"ghost"}`)
}

func TestRESTC2CRefusals(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	body := `"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]`
	tests := map[string]struct {
		body string
		code int
	}{
		"no receiver":             {`{"MsgRandom":1,` + body + `}`, 90003},
		"receiver is a list":      {`{"To_Account":["bo"],"MsgRandom":1,` + body + `}`, 90003},
		"receiver unknown":        {`{"To_Account":"zed","MsgRandom":1,` + body + `}`, 90012},
		"sender unknown":          {`{"From_Account":"zed","To_Account":"bo","MsgRandom":1,` + body + `}`, 90008},
		"no random":               {`{"To_Account":"bo",` + body + `}`, 90005},
		"random is text":          {`{"To_Account":"bo","MsgRandom":"x",` + body + `}`, 90005},
		"no body":                 {`{"To_Account":"bo","MsgRandom":1}`, 90007},
		"body is no array":        {`{"To_Account":"bo","MsgRandom":1,"MsgBody":{}}`, 90007},
		"element without type":    {`{"To_Account":"bo","MsgRandom":1,"MsgBody":[{"MsgContent":{}}]}`, 90010},
		"larger than 12 KB":       {`{"To_Account":"bo","MsgRandom":1,"CloudCustomData":"` + strings.Repeat("x", 12<<10) + `",` + body + `}`, 93000},
		"kept too long":           {`{"To_Account":"bo","MsgRandom":1,"MsgLifeTime":604801,` + body + `}`, 90026},
		"life time is text":       {`{"To_Account":"bo","MsgRandom":1,"MsgLifeTime":"x",` + body + `}`, 90044},
		"SyncOtherMachine is one": {`{"To_Account":"bo","MsgRandom":1,"SyncOtherMachine":"1",` + body + `}`, 90031},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "openim/sendmsg", test.body)
		})
	}
	s.t = t
	s.refused(20001, "openim/c2c_msg_read_receipt", `{"Operator_Account":"bo","Peer_Account":"ann","C2CMsgInfo":[{"From_Account":"bo","To_Account":"ann","MsgKey":"1_2_3"}]}`)
}

func TestRESTRecentContacts(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.say("ann", "bo", "hi", 1, "")
	s.clock.seconds.Add(5)
	s.send("ann", "all", 2, "")
	now := s.clock.seconds.Load()
	ask := `{"From_Account":"bo","TimeStamp":0,"StartIndex":0,"TopTimeStamp":0,"TopStartIndex":0,"AssistFlags":7}`
	reply := s.ok("recentcontact/get_list", ask)
	s.requireJSON(fmt.Sprintf(`[{"Type":2,"GroupId":"shop","MsgTime":%d,"TopFlag":0},{"Type":1,"To_Account":"ann","MsgTime":%d,"TopFlag":0}]`, now, now-5), reply["SessionItem"])
	require.EqualValues(t, 1, reply["CompleteFlag"])

	s.ok("recentcontact/delete", `{"From_Account":"bo","Type":2,"ToGroupid":"shop","ClearRamble":0}`)
	s.ok("recentcontact/delete", `{"From_Account":"bo","Type":1,"To_Account":"ann"}`)
	s.requireJSON(`[]`, s.ok("recentcontact/get_list", ask)["SessionItem"])
	s.refused(50001, "recentcontact/get_list", `{"From_Account":"zed"}`)
	s.refused(50002, "recentcontact/delete", `{"From_Account":"bo","Type":2,"To_Account":"ann"}`)
	s.ok("recentcontact/delete", `{"From_Account":"bo","type":2,"To_Account":"shop"}`) // as github.com/dobyte/tencent-im does
}

func TestRESTRecentContactsWithoutAMessageAreShownOnRequest(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/create_group", `{"GroupId":"still","Type":"Public","Name":"x","Owner_Account":"dee"}`)
	require.Empty(t, s.ok("recentcontact/get_list", `{"From_Account":"dee","AssistFlags":5}`)["SessionItem"])
	require.Len(t, s.ok("recentcontact/get_list", `{"From_Account":"dee","AssistFlags":7}`)["SessionItem"], 1)
}
