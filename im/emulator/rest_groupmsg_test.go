package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTGroupMessages(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	now := s.clock.seconds.Load()
	reply := s.ok("group_open_http_svc/send_group_msg", `{"GroupId":"shop","From_Account":"ann","Random":4291283746,"CloudCustomData":"{\"k\":1}",
		"MsgPriority":"High","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"船 <6> & more"}},{"MsgType":"XElem","MsgContent":{"odd":1.50}}]}`)
	require.EqualValues(t, 1, reply["MsgSeq"])
	require.EqualValues(t, now, reply["MsgTime"])
	for i := 2; i <= 4; i++ {
		require.Equal(t, i, s.send("bo", fmt.Sprint(i), i, ""))
	}
	s.ok("group_open_http_svc/group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":3}],"Reason":"wrong price"}`)

	reply = s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":20,"ReqMsgSeq":3,"WithRecalledMsg":1}`)
	require.EqualValues(t, 1, reply["IsFinished"])
	s.requireJSON(fmt.Sprintf(`[
		{"From_Account":"bo","IsPlaceMsg":2,"MsgPriority":2,"MsgRandom":3,"MsgSeq":3,"MsgTimeStamp":%[1]d,"MsgBody":[]},
		{"From_Account":"bo","IsPlaceMsg":0,"MsgPriority":2,"MsgRandom":2,"MsgSeq":2,"MsgTimeStamp":%[1]d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"2"}}]},
		{"From_Account":"ann","IsPlaceMsg":0,"MsgPriority":1,"MsgRandom":4291283746,"MsgSeq":1,"MsgTimeStamp":%[1]d,"CloudCustomData":"{\"k\":1}",
		 "MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"船 <6> & more"}},{"MsgType":"XElem","MsgContent":{"odd":1.5}}]}]`, now), reply["RspMsgList"])

	reply = s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":2}`)
	require.Len(t, reply["RspMsgList"], 1, "recalled messages are left out unless asked for")

	s.ok("openim/modify_group_msg", `{"GroupId":"shop","MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"7"}}]}`)
	reply = s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":1,"ReqMsgSeq":1}`)
	s.requireJSON(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"7"}}]`, reply["RspMsgList"].([]any)[0].(map[string]any)["MsgBody"])
}

func TestRESTHistoryPagesBackToTheStart(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for i := 1; i <= 45; i++ {
		s.send("ann", fmt.Sprint(i), i, "")
	}
	var seen []int
	for from := 99; from > 0; {
		reply := s.ok("group_open_http_svc/group_msg_get_simple", fmt.Sprintf(`{"GroupId":"shop","ReqMsgNumber":50,"ReqMsgSeq":%d}`, from))
		rows := reply["RspMsgList"].([]any)
		require.LessOrEqual(t, len(rows), 20)
		for _, row := range rows {
			from = int(row.(map[string]any)["MsgSeq"].(float64)) - 1
			seen = append(seen, from+1)
		}
		require.Equal(t, from > 0, reply["IsFinished"] == 0.0, "%v", reply["IsFinished"])
	}
	require.Len(t, seen, 45)
	require.Equal(t, 45, seen[0])
	require.Equal(t, 1, seen[44])
}

func TestRESTRepeatedSendsAreOneMessage(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	first := s.send("ann", "once", 77, "")
	require.Equal(t, first, s.send("ann", "once", 77, ""))
	require.Equal(t, first+1, s.send("bo", "once", 77, ""), "another sender")
	s.clock.seconds.Add(301)
	require.Equal(t, first+2, s.send("ann", "once", 77, ""), "after five minutes")
}

func TestRESTGroupMessageRefusals(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	body := `"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]`
	mentions := strings.Repeat(`{"GroupAt_Account":"bo"},`, 30) + `{"GroupAt_Account":"cy"}`
	tests := map[string]struct {
		body string
		code int
	}{
		"no group":                  {`{"Random":1,` + body + `}`, 10004},
		"unknown group":             {`{"GroupId":"gone","Random":1,` + body + `}`, 10010},
		"no random":                 {`{"GroupId":"shop",` + body + `}`, 10004},
		"random too large":          {`{"GroupId":"shop","Random":4294967296,` + body + `}`, 10004},
		"random is text":            {`{"GroupId":"shop","Random":"1",` + body + `}`, 10004},
		"no body":                   {`{"GroupId":"shop","Random":1}`, 10004},
		"body is no array":          {`{"GroupId":"shop","Random":1,"MsgBody":"x"}`, 10004},
		"empty body":                {`{"GroupId":"shop","Random":1,"MsgBody":[]}`, 10004},
		"element without content":   {`{"GroupId":"shop","Random":1,"MsgBody":[{"MsgType":"TIMTextElem"}]}`, 10004},
		"sender unknown":            {`{"GroupId":"shop","From_Account":"zed","Random":1,` + body + `}`, 10019},
		"larger than 12 KB":         {`{"GroupId":"shop","Random":1,"CloudCustomData":"` + strings.Repeat("x", 12<<10) + `",` + body + `}`, 80002},
		"online only with receipts": {`{"GroupId":"shop","Random":1,"OnlineOnlyFlag":1,"NeedReadReceipt":1,` + body + `}`, 10061},
		"online only with control":  {`{"GroupId":"shop","Random":1,"OnlineOnlyFlag":1,"SendMsgControl":["NoUnread"],` + body + `}`, 10004},
		"31 mentions":               {`{"GroupId":"shop","Random":1,"GroupAtInfo":[` + mentions + `],` + body + `}`, 10053},
		"51 receivers":              {`{"GroupId":"shop","Random":1,"To_Account":[` + strings.Repeat(`"bo",`, 50) + `"bo"],` + body + `}`, 10004},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, "group_open_http_svc/send_group_msg", test.body)
		})
	}
	s.t = t
	require.Equal(t, 1, s.send("ann", "first", 1, ""), "what was refused took no sequence")

	s.refused(10004, "group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop"}`)
	s.refused(10010, "group_open_http_svc/group_msg_get_simple", `{"GroupId":"gone","ReqMsgNumber":1}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"room","Owner_Account":"ann","Type":"AVChatRoom","Name":"Room"}`)
	s.refused(10044, "group_open_http_svc/group_msg_get_simple", `{"GroupId":"room","ReqMsgNumber":1}`)
	s.refused(10004, "group_open_http_svc/group_msg_recall", `{"GroupId":"shop"}`)
	reply := s.ok("group_open_http_svc/group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":999}]}`)
	s.requireJSON(`[{"MsgSeq":1,"RetCode":0},{"MsgSeq":999,"RetCode":10030}]`, reply["RecallRetList"])
}

// The default sender is the calling admin, who need not be a member.
func TestRESTAdminSendsAsItself(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("group_open_http_svc/send_group_msg", `{"GroupId":"shop","Random":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`)
	reply := s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":1}`)
	require.Equal(t, restAdmin, reply["RspMsgList"].([]any)[0].(map[string]any)["From_Account"])
}

func TestRESTGroupReceipts(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "wants receipts", 1, `,"NeedReadReceipt":1`)
	s.send("ann", "wants none", 2, "")
	ask := `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":2},{"MsgSeq":9}]}`
	reply := s.ok("group_open_http_svc/get_group_msg_receipt", ask)
	s.requireJSON(`[{"MsgSeq":1,"Code":0,"ReadNum":0,"UnreadNum":2},{"MsgSeq":2,"Code":10062,"ReadNum":0,"UnreadNum":0},
		{"MsgSeq":9,"Code":10062,"ReadNum":0,"UnreadNum":0}]`, reply["GroupMsgReceiptList"])

	for range 2 { // a repetition changes nothing, nor does the author's own
		s.ok("group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"bo","MsgSeqList":[{"MsgSeq":1},{"MsgSeq":2}]}`)
		s.ok("group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"ann","MsgSeqList":[{"MsgSeq":1}]}`)
	}
	reply = s.ok("group_open_http_svc/get_group_msg_receipt", ask)
	s.requireJSON(`{"MsgSeq":1,"Code":0,"ReadNum":1,"UnreadNum":1}`, reply["GroupMsgReceiptList"].([]any)[0])

	reply = s.ok("group_open_http_svc/get_group_msg_receipt_detail", `{"GroupId":"shop","MsgSeq":1,"Filter":0,"Cursor":"","Count":200}`)
	s.requireJSON(`[{"Read_Account":"bo"}]`, reply["ReadList"])
	require.EqualValues(t, 1, reply["IsFinish"])
	require.EqualValues(t, 1, reply["IsFinished"])
	reply = s.ok("group_open_http_svc/get_group_msg_receipt_detail", `{"GroupId":"shop","MsgSeq":1,"Filter":1,"Cursor":"","Count":200}`)
	s.requireJSON(`[{"Unread_Account":"cy"}]`, reply["UnreadList"])

	s.refused(10062, "group_open_http_svc/get_group_msg_receipt_detail", `{"GroupId":"shop","MsgSeq":2,"Filter":0,"Cursor":"","Count":9}`)
	s.refused(10007, "group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"dee","MsgSeqList":[{"MsgSeq":1}]}`)
	s.refused(10004, "group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1}]}`)
	s.refused(10004, "group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"bo","MsgSeqList":[]}`)
	s.refused(10004, "group_open_http_svc/group_msg_receipt", `{"GroupId":"shop","From_Account":"bo","MsgSeqList":[`+strings.Repeat(`{"MsgSeq":1},`, 50)+`{"MsgSeq":1}]}`)
	s.refused(10010, "group_open_http_svc/get_group_msg_receipt", `{"GroupId":"gone","MsgSeqList":[{"MsgSeq":1}]}`)
}

func TestRESTLargeGroupsHaveNoReceipts(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for batch := range 2 {
		var accounts, members []string
		for i := range 100 {
			accounts = append(accounts, fmt.Sprintf(`"u%d-%d"`, batch, i))
			members = append(members, fmt.Sprintf(`{"Member_Account":"u%d-%d"}`, batch, i))
		}
		s.ok("im_open_login_svc/multiaccount_import", `{"Accounts":[`+strings.Join(accounts, ",")+`]}`)
		s.ok("group_open_http_svc/add_group_member", `{"GroupId":"shop","Silence":1,"MemberList":[`+strings.Join(members, ",")+`]}`)
	}
	seq := s.send("ann", "to 203", 1, `,"NeedReadReceipt":1`)
	s.refused(10060, "group_open_http_svc/group_msg_receipt", fmt.Sprintf(`{"GroupId":"shop","From_Account":"bo","MsgSeqList":[{"MsgSeq":%d}]}`, seq))
}

func TestRESTSetUnread(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for i := 1; i <= 5; i++ {
		s.send("ann", "x", i, "")
	}
	unread := func(user string) int {
		n, err := s.core.Unread(t.Context(), "shop", user)
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 5, unread("bo"))
	for _, test := range []struct{ set, want int }{{0, 0}, {2, 2}, {99, 5}} {
		s.ok("group_open_http_svc/set_unread_msg_num", fmt.Sprintf(`{"GroupId":"shop","Member_Account":"bo","UnreadMsgNum":%d}`, test.set))
		require.Equal(t, test.want, unread("bo"))
	}
	s.refused(10004, "group_open_http_svc/set_unread_msg_num", `{"GroupId":"shop","Member_Account":"bo"}`)
	s.refused(10004, "group_open_http_svc/set_unread_msg_num", `{"GroupId":"shop","Member_Account":"bo","UnreadMsgNum":-1}`)
	s.refused(10007, "group_open_http_svc/set_unread_msg_num", `{"GroupId":"shop","Member_Account":"dee","UnreadMsgNum":1}`)
}

func TestRESTPrioritiesHaveFourNames(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for i, name := range []string{"High", "Normal", "Low", "Lowest"} {
		s.send("ann", name, i+1, `,"MsgPriority":"`+name+`"`)
		reply := s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":1}`)
		require.EqualValues(t, i+1, reply["RspMsgList"].([]any)[0].(map[string]any)["MsgPriority"], name)
	}
	s.refused(10004, "group_open_http_svc/send_group_msg",
		`{"GroupId":"shop","From_Account":"ann","Random":9,"MsgPriority":"Urgent","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"9"}}]}`)
}

func TestRESTValuesOutsideTheDocumentedOnesAreRefused(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "read this", 1, `,"NeedReadReceipt":1`)
	s.refused(10004, "group_open_http_svc/get_group_msg_receipt_detail", `{"GroupId":"shop","MsgSeq":1,"Filter":2,"Cursor":"","Count":10}`)
	s.refused(20001, "openim/modify_group_msg", `{"GroupId":"shop","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"7"}}]}`)
	s.refused(40001, "profile/portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}]}`)
	s.refused(90001, "openim/admin_set_msg_read", `{"Report_Account":"bo","Peer_Account":"ann","MsgReadTime":"noon"}`)
}

func TestRESTContentOfTheWrongTypeIsRefused(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	for _, element := range []string{
		`{"MsgType":"TIMTextElem","MsgContent":{"Text":7}}`, `{"MsgType":"TIMTextElem","MsgContent":{"Text":{"x":1}}}`,
		`{"MsgType":"TIMTextElem","MsgContent":{"Text":null}}`, `{"MsgType":"TIMTextElem","MsgContent":{}}`,
		`{"MsgType":"TIMCustomElem","MsgContent":{"Data":{"k":1}}}`, `{"MsgType":"TIMFaceElem","MsgContent":{"Index":"1"}}`,
		`{"MsgType":"TIMLocationElem","MsgContent":{"Desc":"here","Latitude":"1","Longitude":2}}`,
	} {
		s.refused(10004, "group_open_http_svc/send_group_msg", `{"GroupId":"shop","From_Account":"ann","Random":1,"MsgBody":[`+element+`]}`)
		s.refused(90010, "openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":1,"MsgBody":[`+element+`]}`)
	}
	s.send("ann", "", 1, "") // an empty text is a text
}
