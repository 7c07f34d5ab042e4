package push

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// ask runs a call against a service that gives one answer, and returns the request that it got.
func ask(t *testing.T, command, answer string, call func(context.Context, *Client) error) (fakeFrame, error) {
	var frame fakeFrame
	var err error
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		done := make(chan error, 1)
		go func() { done <- call(t.Context(), client) }()
		frame = c.expect(command)
		c.reply(frame, answer)
		err = <-done
	})
	return frame, err
}

func TestGroupHistory(t *testing.T) {
	rows := `{"GroupId":"g","IsFinished":0,"NextReqMsgSeq":3,"InvisibleMsgSeq":[8],"RspMsgList":[
		{"From_Account":"bob","ToGroupId":"g","MsgSeq":10,"MsgRandom":1,"MsgTimeStamp":100,"MsgClientTime":99,"NeedReadReceipt":1,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"new"}}],"GroupInfo":{"From_AccountNick":"BOB"}},
		{"From_Account":"bob","ToGroupId":"g","MsgSeq":9,"IsPlaceMsg":2,"MsgBody":[],"MsgTimeStamp":98},
		{"From_Account":"","ToGroupId":"g","MsgSeq":7,"IsPlaceMsg":1,"MsgBody":""},
		{"From_Account":"@TIM#SYSTEM","MsgSeq":4,"MsgTimeStamp":90,"IsSystemMsg":1,"MsgBody":{"OpType":2,"Operator_Account":"bob","List_Account":["bob"]}}]}`
	var page *im.HistoryPage
	frame, err := ask(t, wire.CmdGroupMsgGet, rows, func(ctx context.Context, c *Client) (err error) {
		page, err = c.History(ctx, im.HistoryRequest{Conversation: "GROUPg", Before: 10, Limit: 999})
		return err
	})
	require.NoError(t, err)
	require.JSONEq(t, `{"GroupId":"g","ReqMsgNumber":20,"ReqMsgSeq":10,"WithRecalledMsg":1}`, string(frame.Body))
	require.Equal(t, &im.HistoryPage{
		Messages: []*model.Message{
			{Conversation: "GROUPg", Sequence: 4, Sender: "bob", ServerTime: 90, Elements: []model.Element{
				model.Tip{Kind: model.TipLeft, Operator: "bob", Users: []string{"bob"}, Names: map[string]string{}},
			}},
			{Conversation: "GROUPg", Sequence: 9, Sender: "bob", ServerTime: 98, Recalled: true},
			{
				Conversation: "GROUPg", Sequence: 10, Sender: "bob", SenderName: "BOB", Random: 1, ServerTime: 100, ClientTime: 99, NeedReceipt: true,
				Elements: []model.Element{model.Text{Text: "new"}},
			},
		},
		Missing: []int64{5, 6, 7, 8},
		Next:    3,
	}, page)

	for name, end := range map[string]string{"flag": `{"IsFinished":2,"NextReqMsgSeq":4,"RspMsgList":[]}`, "position": `{"RspMsgList":[]}`} {
		t.Run("end by "+name, func(t *testing.T) {
			_, err := ask(t, wire.CmdGroupMsgGet, end, func(ctx context.Context, c *Client) (err error) {
				page, err = c.History(ctx, im.HistoryRequest{Conversation: "GROUPg"})
				return err
			})
			require.NoError(t, err)
			require.True(t, page.Complete)
		})
	}
}

func TestC2CHistory(t *testing.T) {
	rows := `{"Complete":0,"MsgCnt":2,"LastMsgTime":1795397355,"MsgKey":"7_77_1795397355","MsgList":[
		{"From_Account":"bob","To_Account":"alice","MsgSeq":7,"MsgRandom":77,"MsgTimeStamp":1795397355,"MsgClientTime":1795397354,
			"IsNeedReadReceipt":1,"IsPeerRead":0,"MsgFlagBits":8,"MsgBody":[]},
		{"From_Account":"alice","To_Account":"bob","MsgSeq":8,"MsgRandom":78,"MsgTimeStamp":1795397356,"IsPeerRead":1,"MsgBody":[]}]}`
	var page *im.HistoryPage
	call := func(request im.HistoryRequest) func(ctx context.Context, c *Client) error {
		return func(ctx context.Context, c *Client) (err error) {
			page, err = c.History(ctx, request)
			return err
		}
	}
	frame, err := ask(t, wire.CmdGetRoamMsg, rows, call(im.HistoryRequest{Conversation: "C2Cbob", Limit: 15}))
	require.NoError(t, err)
	require.JSONEq(t, `{"Peer_Account":"bob","MaxCnt":15,"LastMsgTime":0,"MsgKey":"","WithRecalledMsg":1,"GetDirection":0}`, string(frame.Body))
	require.False(t, page.Complete)
	require.Equal(t, []*model.Message{
		{
			Conversation: "C2Cbob", Sequence: 7, Sender: "bob", Random: 77, ServerTime: 1795397355, ClientTime: 1795397354, NeedReceipt: true,
			Recalled: true,
		},
		{Conversation: "C2Cbob", Sequence: 8, Sender: "alice", Random: 78, ServerTime: 1795397356, PeerRead: true},
	}, page.Messages)

	frame, err = ask(t, wire.CmdGetRoamMsg, `{"Complete":1,"MsgList":[]}`, call(im.HistoryRequest{Conversation: "C2Cbob", Cursor: page.Cursor}))
	require.NoError(t, err)
	require.EqualValues(t, 1795397355, frame.field(t, "LastMsgTime"))
	require.Equal(t, "7_77_1795397355", frame.field(t, "MsgKey"))
	require.True(t, page.Complete)
	require.Empty(t, page.Cursor)
}

func TestSendGroup(t *testing.T) {
	frame, err := ask(t, wire.CmdSendGroupMsg, `{"ErrorCode":0,"MsgTime":1,"MsgSeq":2}`, func(ctx context.Context, c *Client) error {
		_, err := c.Send(ctx, im.Outgoing{
			Conversation: "GROUP@TGS#devroom", Random: 91318217, ClientTime: 1795397415, Sequence: 3130160001,
			Elements: []model.Element{model.Text{Text: "hello"}}, CustomData: "cd", NeedReceipt: true, NoUnread: true, NoLastMessage: true,
			Mentions: []string{"bob"}, MentionAll: true,
		})
		return err
	})
	require.NoError(t, err)
	require.JSONEq(t, `{"From_Account":"alice","GroupId":"@TGS#devroom","Random":91318217,"ClientSeq":3130160001,"MsgPriority":"Normal",
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}],"CloudCustomData":"cd","OnlineOnlyFlag":0,
		"GroupAtInfo":[{"GroupAtAllFlag":1},{"GroupAtAllFlag":0,"GroupAt_Account":"bob"}],"SendMsgControl":["NoUnread","NoLastMsg"],
		"MsgClientTime":1795397415,"NeedReadReceipt":1,"SupportMessageExtension":0,"IsRelayMsg":0}`, string(frame.Body))
}

func TestSendC2C(t *testing.T) {
	frame, err := ask(t, wire.CmdSendMsg, `{"ErrorCode":0,"MsgTime":1795397416,"MsgKey":"k"}`, func(ctx context.Context, c *Client) error {
		result, err := c.Send(ctx, im.Outgoing{
			Conversation: "C2Cbob", Random: 75992063, ClientTime: 1795397415, Sequence: 3130160002,
			Elements: []model.Element{model.Text{Text: "psst"}}, OnlineOnly: true, NoUnread: true,
		})
		require.Equal(t, &im.SendResult{Sequence: 3130160002, ServerTime: 1795397416}, result)
		return err
	})
	require.NoError(t, err)
	require.JSONEq(t, `{"From_Account":"alice","To_Account":"bob","MsgSeq":3130160002,"MsgRandom":75992063,"MsgLifeTime":0,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"psst"}}],"CloudCustomData":"","SendMsgControl":[],"MsgClientTime":1795397415,
		"IsNeedReadReceipt":0,"SupportMessageExtension":0,"IsRelayMsg":0}`, string(frame.Body))
}

func TestRefusedSend(t *testing.T) {
	refuse := func(answer string) error {
		_, err := ask(t, wire.CmdSendGroupMsg, answer, func(ctx context.Context, c *Client) error {
			_, err := c.Send(ctx, im.Outgoing{Conversation: "GROUPg", Elements: []model.Element{model.Text{Text: "x"}}})
			return err
		})
		return err
	}
	var coded *im.Error
	require.ErrorAs(t, refuse(`{"ErrorCode":10017,"ErrorInfo":"muted"}`), &coded)
	require.Equal(t, im.ClassRefused, coded.Class)
	require.Equal(t, "muted", coded.Info)
	require.Equal(t, "send to GROUPg", coded.Doing)
	require.NotEmpty(t, coded.Remedy)
	require.Equal(t, im.ClassPermission, im.ClassOf(refuse(`{"ErrorCode":10007}`)))
	require.Equal(t, im.ClassTemporary, im.ClassOf(refuse(`{"ErrorCode":10002}`)))
	require.Equal(t, im.ClassTemporary, im.ClassOf(refuse(`{"ErrorCode":0,"MsgDropReason":"MsgFreqCtrl"}`)), "accepted and dropped is not sent")
}

// TestUsageErrors refuses what is wrong before it leaves.
func TestUsageErrors(t *testing.T) {
	client := New(Options{URLs: At("ws://127.0.0.1:1"), AppID: 1, User: "alice", Language: "en"})
	text := func(s string) []model.Element { return []model.Element{model.Text{Text: s}} }
	for name, message := range map[string]im.Outgoing{
		"too long":        {Conversation: "GROUPg", Elements: text(strings.Repeat("长", 4096))},
		"data too long":   {Conversation: "GROUPg", Elements: text("x"), CustomData: strings.Repeat("d", 12288)},
		"empty":           {Conversation: "GROUPg"},
		"media":           {Conversation: "GROUPg", Elements: []model.Element{model.Media{}}},
		"no conversation": {Conversation: "nonsense", Elements: text("x")},
		"sequence":        {Conversation: "C2Cb", Elements: text("x"), Sequence: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client.Send(t.Context(), message)
			require.Equal(t, im.ClassUsage, im.ClassOf(err))
		})
	}
	require.Equal(t, im.ClassUsage, im.ClassOf(client.SendReceipts(t.Context(), "g", make([]int64, 31))))
	require.Equal(t, im.ClassUsage, im.ClassOf(client.MarkRead(t.Context(), "x", 1)))
	_, err := client.Members(t.Context(), strings.Repeat("g", 2<<20), 0, 1)
	require.ErrorIs(t, err, wire.ErrFrameTooLarge)
	_, err = client.History(t.Context(), im.HistoryRequest{Conversation: "C2Cbob", Cursor: "forged"})
	require.Equal(t, im.ClassUsage, im.ClassOf(err))
	_, err = client.Sync(t.Context())
	require.Equal(t, im.ClassUsage, im.ClassOf(err), "before Connect")
}

func TestReading(t *testing.T) {
	tests := map[string]struct {
		command, body string
		call          func(context.Context, *Client) error
	}{
		"group": {
			wire.CmdMsgReadReport, `{"GroupId":"@TGS#devroom","MsgReadedSeq":2}`,
			func(ctx context.Context, c *Client) error { return c.MarkRead(ctx, "GROUP@TGS#devroom", 2) },
		},
		"C2C": {
			wire.CmdMsgReaded, `{"C2CMsgReaded":{"Cookie":"","C2CMsgReadedItem":[{"To_Account":"bob","LastedMsgTime":1795397416,"Receipt":1}]}}`,
			func(ctx context.Context, c *Client) error { return c.MarkRead(ctx, "C2Cbob", 1795397416) },
		},
		"group receipts": {
			wire.CmdGroupMsgReceipt, `{"GroupId":"g","MsgSeqList":[{"MsgSeq":2},{"MsgSeq":3}]}`,
			func(ctx context.Context, c *Client) error { return c.SendReceipts(ctx, "g", []int64{2, 3}) },
		},
		"C2C receipts": {
			wire.CmdC2CReadReceipt, `{"Peer_Account":"bob","C2CMsgInfo":[{"From_Account":"bob","To_Account":"alice","MsgSeq":3130160002,
				"MsgRandom":75992063,"MsgTime":1795397416,"MsgClientTime":1795397415}]}`,
			func(ctx context.Context, c *Client) error {
				return c.SendC2CReceipts(ctx, []*model.Message{{
					Conversation: "C2Cbob", Sender: "bob", Sequence: 3130160002, Random: 75992063, ServerTime: 1795397416, ClientTime: 1795397415,
				}})
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			frame, err := ask(t, test.command, `{}`, test.call)
			require.NoError(t, err)
			require.JSONEq(t, test.body, string(frame.Body))
		})
	}
}

func TestReceipts(t *testing.T) {
	var receipts []model.Receipt
	_, err := ask(t, wire.CmdGetGroupMsgReceipt, `{"GroupMsgReceiptList":[{"MsgSeq":2,"Code":0,"ReadNum":1,"UnreadNum":3},{"MsgSeq":3,"Code":10062}]}`,
		func(ctx context.Context, c *Client) (err error) {
			receipts, err = c.Receipts(ctx, "g", []int64{2, 3})
			return err
		})
	require.NoError(t, err)
	require.Equal(t, []model.Receipt{{Conversation: "GROUPg", Sequence: 2, ReadCount: 1, UnreadCount: 3}}, receipts)
}

func TestReceiptMembers(t *testing.T) {
	answer := `{"Cursor":"next","IsFinish":0,"ReadList":[{"Read_Account":"bob"}],"UnreadList":[{"Unread_Account":"carol"}]}`
	var page *im.ReceiptMembersPage
	call := func(read bool) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) (err error) {
			page, err = c.ReceiptMembers(ctx, im.ReceiptMembersRequest{GroupID: "g", Sequence: 2, Read: read, Limit: 5})
			return err
		}
	}
	frame, err := ask(t, wire.CmdGroupReceiptDetail, answer, call(true))
	require.NoError(t, err)
	require.JSONEq(t, `{"GroupId":"g","MsgSeq":2,"Flag":0,"Cursor":"","Num":5}`, string(frame.Body))
	require.Equal(t, &im.ReceiptMembersPage{Users: []string{"bob"}, Cursor: "next"}, page)

	frame, err = ask(t, wire.CmdGroupReceiptDetail, strings.Replace(answer, `"IsFinish":0`, `"IsFinish":1`, 1), call(false))
	require.NoError(t, err)
	require.EqualValues(t, 1, frame.field(t, "Flag"))
	require.Equal(t, &im.ReceiptMembersPage{Users: []string{"carol"}}, page)
}

// TestMembers joins members with nick names, which it does not ask for twice.
func TestMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newFakeServer(t)
		client := server.client()
		c := server.connect(client)
		asked := c.script(map[string][]string{
			wire.CmdGroupMemberInfo: {`{"MemberNum":3,"MemberList":[
				{"Member_Account":"bob","Role":"Owner","JoinTime":5,"NameCard":"Bob the guide","ShutUpUntil":9,
					"AppMemberDefinedData":[{"Key":"role","Value":"guide"}]},
				{"Member_Account":"ghost","Role":"Member"}]}`},
			wire.CmdPortraitGetAll: {`{"UserProfileItem":[
				{"To_Account":"bob","ResultCode":0,"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"BOB"},{"Tag":"Tag_Profile_IM_Level","Value":3}]},
				{"To_Account":"ghost","ResultCode":40003}]}`},
		})
		page, err := client.Members(t.Context(), "g", 0, 2)
		require.NoError(t, err)
		require.Equal(t, &im.MemberPage{
			Members: []model.Member{
				{User: "bob", Name: "BOB", NameCard: "Bob the guide", Role: model.Owner, JoinedAt: 5, MutedUntil: 9, Custom: map[string]string{"role": "guide"}},
				{User: "ghost", Role: model.Ordinary},
			},
			Total: 3, Next: 2,
		}, page)
		profiles, err := client.Profiles(t.Context(), []string{"bob", "bob"})
		require.NoError(t, err)
		require.Equal(t, []model.Profile{{User: "bob", Name: "BOB"}}, profiles)
		require.Len(t, asked.of(wire.CmdPortraitGetAll), 1)

		c.push(`{"EventArray":[{"ProfileDataMod":[{"Profile_Account":"bob","ProfileList":[{"Tag":"Tag_Profile_IM_Nick","ValueBytes":"Bob II"}]}]}]}`)
		nextOf[im.ProfileChanged](t, client)
		profiles, err = client.Profiles(t.Context(), []string{"bob"})
		require.NoError(t, err)
		require.Equal(t, "Bob II", profiles[0].Name)
	})
}
