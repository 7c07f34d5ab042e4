package rest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const group = model.ConversationID("GROUP@TGS#1DEMOAAAA")

func TestEveryCallCarriesTheAdminsSignature(t *testing.T) {
	s := newService(t)
	s.connected()
	query := s.last("group_open_http_svc/get_joined_group_list").query
	require.Equal(t, "1400000000", query.Get("sdkappid"))
	require.Equal(t, testAdmin, query.Get("identifier"))
	require.Equal(t, "json", query.Get("contenttype"))
	require.NotEmpty(t, query.Get("random"))
	_, err := wire.VerifyUserSig(testApp, wire.NewSecret(testKey), testAdmin, query.Get("usersig"), time.Now())
	require.NoError(t, err)
}

func TestConnectListsGroupsAndProbesOnce(t *testing.T) {
	s := newService(t)
	c := s.connected()
	requireJSON(t, `{"Member_Account":"bo","WithHugeGroups":1,"WithNoActiveGroups":1,"Limit":500,"Offset":0,"ResponseFilter":{
		"GroupBaseInfoFilter":["Type","Name","Introduction","Notification","FaceUrl","Owner_Account","CreateTime","MemberNum","MaxMemberNum",
		"NextMsgSeq","ApplyJoinOption","InviteJoinOption","MuteAllMember","InfoSeq","LastInfoTime"],"SelfInfoFilter":["Role","MsgFlag","MsgSeq"]}}`,
		s.last("group_open_http_svc/get_joined_group_list").body)
	requireJSON(t, `{"GroupIdList":["@TGS#1DEMOAAAA"],"ResponseFilter":{"GroupBaseInfoFilter":
		["Type","Name","Introduction","Notification","FaceUrl","Owner_Account","CreateTime","MemberNum","MaxMemberNum","NextMsgSeq","ApplyJoinOption","InviteJoinOption","MuteAllMember"]}}`,
		s.last("group_open_http_svc/get_group_info").body)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MsgSeqList":[{"MsgSeq":40}]}`, s.last("group_open_http_svc/get_group_msg_receipt").body)
	require.Equal(t, 1, s.count("openim/admin_getroammsg"), "whether the user's notes can be read is asked once")
	for pages := 1; pages <= 2; pages++ {
		_, err := c.History(t.Context(), im.HistoryRequest{Conversation: "C2Cbo"})
		require.NoError(t, err)
		require.Equal(t, pages, s.count("openim/admin_getroammsg"), "the page of Connect serves once")
	}
}

// TestSync derives the unread count from the positions and corrects it by the messages: of 38, 39 and 40 one is the user's own and
// one is recalled.
func TestSync(t *testing.T) {
	s := newService(t)
	s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"@TGS#1DEMOAAAA","IsFinished":1,"RspMsgList":[
		{"From_Account":"ann","IsPlaceMsg":0,"MsgPriority":2,"MsgRandom":912837465,"MsgSeq":40,"MsgTimeStamp":1700000400,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"boat leaves at 6"}}]},
		{"From_Account":"cy","IsPlaceMsg":2,"MsgPriority":2,"MsgRandom":77,"MsgSeq":39,"MsgTimeStamp":1700000390,"MsgBody":[]},
		{"From_Account":"bo","IsPlaceMsg":0,"MsgPriority":2,"MsgRandom":78,"MsgSeq":38,"MsgTimeStamp":1700000380,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"mine"}}]},
		{"IsPlaceMsg":1,"MsgSeq":37,"MsgBody":""}]}`)
	s.script("recentcontact/get_list", `{"SessionItem":[{"Type":1,"To_Account":"ann","MsgTime":1700000500,"TopFlag":1},{"Type":2,"GroupId":"@TGS#1DEMOAAAA","MsgTime":1700000400,"TopFlag":1}],
		"CompleteFlag":1,"TimeStamp":1700000400,"StartIndex":0,"TopTimeStamp":1700000400,"TopStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}`)
	s.script("openim/get_c2c_unread_msg_num",
		`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","AllC2CUnreadMsgNum":2}`,
		`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","C2CUnreadMsgNumList":[{"Peer_Account":"ann","C2CUnreadMsgNum":2}],"ErrorList":[]}`)
	s.script("profile/portrait_get", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":"","UserProfileItem":[{"To_Account":"ann",
		"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}],"ResultCode":0,"ResultInfo":""}]}`)
	c := s.connected()
	snapshot, err := c.Sync(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, s.count("group_open_http_svc/get_joined_group_list"), "the list of Connect is still fresh")
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","ReqMsgNumber":20,"ReqMsgSeq":40,"WithRecalledMsg":1}`, s.last("group_open_http_svc/group_msg_get_simple").body)
	requireJSON(t, `{"From_Account":"bo","TimeStamp":0,"StartIndex":0,"TopTimeStamp":0,"TopStartIndex":0,"AssistFlags":7}`, s.last("recentcontact/get_list").body)
	requireJSON(t, `{"To_Account":"bo","Peer_Account":["ann"]}`, s.last("openim/get_c2c_unread_msg_num").body)
	requireJSON(t, `{"To_Account":["ann"],"TagList":["Tag_Profile_IM_Nick","Tag_Profile_IM_Image"]}`, s.last("profile/portrait_get").body)

	require.Len(t, snapshot.Conversations, 2)
	row := snapshot.Conversations[0]
	require.Equal(t, 1, row.Unread)
	require.Equal(t, []int64{37, 41}, []int64{row.Read, row.Next})
	require.EqualValues(t, 40, row.Last.Sequence)
	require.True(t, row.Last.Partial)
	require.Equal(t, &model.Group{
		ID: "@TGS#1DEMOAAAA", Name: "Fishing trip", Type: model.Public, Owner: "ann", Introduction: "boats", Notification: "be early",
		Members: 3, MaxMembers: 200, CreatedAt: 1690000000, NextSequence: 41, SelfRole: model.Admin, SelfRead: 37, SelfUnknown: true,
	}, row.Group)
	require.Equal(t, im.Conversation{ID: "C2Cann", Name: "Ann", Next: 1700000501, Unread: 2, Pinned: true}, snapshot.Conversations[1],
		"without the moment up to which it counts, a count says nothing")
}

func TestGroupHistory(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"@TGS#1DEMOAAAA","IsFinished":1,"RspMsgList":[
		{"From_Account":"ann","IsPlaceMsg":0,"MsgPriority":2,"MsgRandom":912837465,"MsgSeq":41,"MsgTimeStamp":1700000400,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"boat leaves at 6"}}]},
		{"From_Account":"bo","IsPlaceMsg":2,"MsgPriority":2,"MsgRandom":77,"MsgSeq":40,"MsgTimeStamp":1700000390,"MsgBody":[]},
		{"From_Account":"@TIM#SYSTEM","IsPlaceMsg":0,"IsSystemMsg":1,"MsgSeq":38,"MsgTimeStamp":1700000380,"MsgBody":{"OpType":1,"Operator_Account":"ann","List_Account":["cy"],"MemberNum":3}},
		{"IsPlaceMsg":1,"MsgSeq":37,"MsgBody":"gone"}]}`)
	s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":1,"UnreadNum":1}]}`)
	s.script("profile/portrait_get", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":"","UserProfileItem":[{"To_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}],"ResultCode":0,"ResultInfo":""}]}`)
	page, err := c.History(t.Context(), im.HistoryRequest{Conversation: group, Before: 41, Limit: 50})
	require.NoError(t, err)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","ReqMsgNumber":20,"ReqMsgSeq":41,"WithRecalledMsg":1}`, s.last("group_open_http_svc/group_msg_get_simple").body)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MsgSeqList":[{"MsgSeq":41}]}`, s.last("group_open_http_svc/get_group_msg_receipt").body)
	require.Equal(t, &im.HistoryPage{
		Next: 36, Missing: []int64{37, 39}, Messages: []*model.Message{
			{Conversation: group, Sequence: 38, Sender: "ann", SenderName: "Ann", ServerTime: 1700000380, Elements: []model.Element{
				model.Tip{Kind: model.TipJoined, Operator: "ann", Users: []string{"cy"}, Names: map[string]string{"ann": "Ann"}, Members: 3},
			}},
			{Conversation: group, Sequence: 40, Sender: "bo", Random: 77, ServerTime: 1700000390, Recalled: true},
			{Conversation: group, Sequence: 41, Sender: "ann", SenderName: "Ann", Random: 912837465, ServerTime: 1700000400, NeedReceipt: true, Elements: []model.Element{model.Text{Text: "boat leaves at 6"}}},
		},
	}, page)

	asked := s.count("group_open_http_svc/get_group_msg_receipt")
	_, err = c.History(t.Context(), im.HistoryRequest{Conversation: group})
	require.NoError(t, err)
	require.Equal(t, asked, s.count("group_open_http_svc/get_group_msg_receipt"), "what a message wants is asked once")
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","ReqMsgNumber":20,"WithRecalledMsg":1}`, s.last("group_open_http_svc/group_msg_get_simple").body)
}

// TestTheEndOfHistory tells the end of the range that was asked for from the start of the history (rest-api, section 3.3).
func TestTheEndOfHistory(t *testing.T) {
	tests := map[string]struct {
		answer   string
		complete bool
		next     int64
	}{
		"the range is complete":       {`"IsFinished":1,"RspMsgList":[{"MsgSeq":5,"MsgBody":[]}]`, false, 4},
		"there is more":               {`"IsFinished":0,"RspMsgList":[{"MsgSeq":5,"MsgBody":[]}]`, false, 4},
		"what is left has expired":    {`"IsFinished":2,"RspMsgList":[{"MsgSeq":5,"MsgBody":[]}]`, true, 4},
		"the first message was there": {`"IsFinished":1,"RspMsgList":[{"MsgSeq":1,"MsgBody":[]}]`, true, 0},
		"nothing is there":            {`"IsFinished":1,"RspMsgList":[]`, true, 0},
		"rows without a sequence":     {`"IsFinished":1,"RspMsgList":[null,7,{"MsgBody":[]}]`, true, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := s.connected()
			s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,`+test.answer+`}`)
			page, err := c.History(t.Context(), im.HistoryRequest{Conversation: group})
			require.NoError(t, err)
			require.Equal(t, test.complete, page.Complete)
			require.Equal(t, test.next, page.Next)
		})
	}
}

func TestC2CHistory(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script("openim/admin_getroammsg", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Complete":0,"MsgCnt":1,"LastMsgTime":1700000500,"LastMsgKey":"5001_40404040_1700000500",
		"MsgList":[{"From_Account":"bo","To_Account":"ann","MsgSeq":5001,"MsgRandom":40404040,"MsgTimeStamp":1700000500,"MsgFlagBits":0,
		"IsPeerRead":1,"MsgKey":"5001_40404040_1700000500","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],"CloudCustomData":"c"}]}`)
	page, err := c.History(t.Context(), im.HistoryRequest{Conversation: "C2Cann", Before: 1700000600, Limit: 10})
	require.NoError(t, err)
	requireJSON(t, `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":10,"MinTime":0,"MaxTime":1700000600}`, s.last("openim/admin_getroammsg").body)
	require.Equal(t, []*model.Message{{
		Conversation: "C2Cann", Sequence: 5001, Sender: "bo", Random: 40404040, ServerTime: 1700000500, PeerRead: true, CustomData: "c",
		Elements: []model.Element{model.Text{Text: "hi"}},
	}}, page.Messages)
	_, err = c.History(t.Context(), im.HistoryRequest{Conversation: "C2Cann", Cursor: page.Cursor, Limit: 10})
	require.NoError(t, err)
	requireJSON(t, `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":10,"MinTime":0,"MaxTime":1700000500,"LastMsgKey":"5001_40404040_1700000500"}`,
		s.last("openim/admin_getroammsg").body)

	_, err = c.History(t.Context(), im.HistoryRequest{Conversation: "C2Cann", Cursor: "made up"})
	require.Equal(t, im.ClassUsage, im.ClassOf(err))
}

func TestReadingAndReceipts(t *testing.T) {
	s := newService(t)
	c := s.connected()
	ctx := t.Context()

	require.NoError(t, c.SendReceipts(ctx, "@TGS#1DEMOAAAA", []int64{38, 41}))
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","From_Account":"bo","MsgSeqList":[{"MsgSeq":38},{"MsgSeq":41}]}`, s.last("group_open_http_svc/group_msg_receipt").body)
	require.Equal(t, im.ClassUsage, im.ClassOf(c.SendReceipts(ctx, "g", make([]int64, 51))))

	require.NoError(t, c.MarkRead(ctx, "C2Cann", 1700000600))
	requireJSON(t, `{"Report_Account":"bo","Peer_Account":"ann","MsgReadTime":1700000600}`, s.last("openim/admin_set_msg_read").body)

	require.NoError(t, c.SendC2CReceipts(ctx, []*model.Message{{Conversation: "C2Cann", Sender: "ann", Sequence: 5001, Random: 40404040, ServerTime: 1700000500}}))
	requireJSON(t, `{"Operator_Account":"bo","Peer_Account":"ann","C2CMsgInfo":[{"From_Account":"ann","To_Account":"bo","MsgKey":"5001_40404040_1700000500"}]}`,
		s.last("openim/c2c_msg_read_receipt").body)

	s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupMsgReceiptList":[
		{"Code":0,"MsgSeq":41,"ReadNum":1,"UnreadNum":1},{"Code":10062,"MsgSeq":39,"ReadNum":0,"UnreadNum":0}]}`)
	receipts, err := c.Receipts(ctx, "@TGS#1DEMOAAAA", []int64{41, 39})
	require.NoError(t, err)
	require.Equal(t, []model.Receipt{{Conversation: group, Sequence: 41, ReadCount: 1, UnreadCount: 1}}, receipts)
}

// TestReadersInBothSpellings pages through readers: samples say IsFinish where the table says IsFinished (rest-api, section 3.6).
func TestReadersInBothSpellings(t *testing.T) {
	for _, end := range []string{"IsFinish", "IsFinished"} {
		s := newService(t)
		c := s.connected()
		s.script("group_open_http_svc/get_group_msg_receipt_detail",
			`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Cursor":"17","`+end+`":0,"MsgSeq":41,"ReadList":[{"Read_Account":"ann"}]}`,
			`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Cursor":"0","`+end+`":1,"MsgSeq":41,"UnreadList":[{"Unread_Account":"cy"}]}`)
		page, err := c.ReceiptMembers(t.Context(), im.ReceiptMembersRequest{GroupID: "@TGS#1DEMOAAAA", Sequence: 41, Read: true, Limit: 500})
		require.NoError(t, err)
		require.Equal(t, &im.ReceiptMembersPage{Users: []string{"ann"}, Cursor: "17"}, page)
		requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MsgSeq":41,"Filter":0,"Cursor":"","Count":200}`, s.last("group_open_http_svc/get_group_msg_receipt_detail").body)
		page, err = c.ReceiptMembers(t.Context(), im.ReceiptMembersRequest{GroupID: "@TGS#1DEMOAAAA", Sequence: 41, Cursor: page.Cursor})
		require.NoError(t, err)
		require.Equal(t, &im.ReceiptMembersPage{Users: []string{"cy"}}, page)
		requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MsgSeq":41,"Filter":1,"Cursor":"17","Count":200}`, s.last("group_open_http_svc/get_group_msg_receipt_detail").body)
	}
}

func TestMembers(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script("group_open_http_svc/get_group_member_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MemberNum":3,"MemberList":[
		{"Member_Account":"ann","Role":"Owner","JoinTime":1700000000,"NameCard":"","MuteUntil":0},
		{"Member_Account":"bo","Role":"Admin","JoinTime":1700000001,"NameCard":"Bo B.","MuteUntil":9,"AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}]}`)
	s.script("profile/portrait_get", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":"","UserProfileItem":[{"To_Account":"ann",
		"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"},{"Tag":"Tag_Profile_IM_Level","Value":3}],"ResultCode":0,"ResultInfo":""}],"Fail_Account":["bo"]}`)
	page, err := c.Members(t.Context(), "@TGS#1DEMOAAAA", 0, 2)
	require.NoError(t, err)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","MemberInfoFilter":["Role","JoinTime","MsgSeq","NameCard","MuteUntil"],"AppDefinedDataFilter_GroupMember":["role"],"Limit":2,"Offset":0}`,
		s.last("group_open_http_svc/get_group_member_info").body)
	require.Equal(t, &im.MemberPage{Total: 3, Next: 2, Members: []model.Member{
		{User: "ann", Name: "Ann", Role: model.Owner, JoinedAt: 1700000000},
		{User: "bo", NameCard: "Bo B.", Role: model.Admin, JoinedAt: 1700000001, MutedUntil: 9, Custom: map[string]string{"role": "guide"}},
	}}, page)
	asked := s.count("profile/portrait_get")
	profiles, err := c.Profiles(t.Context(), []string{"ann"})
	require.NoError(t, err)
	require.Equal(t, []model.Profile{{User: "ann", Name: "Ann"}}, profiles)
	require.Equal(t, asked, s.count("profile/portrait_get"), "profiles are remembered")
}
