package push

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// decodePush decodes the events of a push as the user alice receives them.
func decodePush(t *testing.T, events string) []im.Event {
	t.Helper()
	d := newDecoder("alice", newPeerSet())
	p, err := d.push([]byte(`{"ActionStatus":"OK","ErrorCode":0,"EventArray":[` + events + `]}`))
	require.NoError(t, err)
	return p.events
}

func one(message *model.Message) im.Event {
	return im.MessagesReceived{Conversation: message.Conversation, Messages: []*model.Message{message}}
}

// TestPushedEvents maps pushes as push-protocol, section 8, shows them.
func TestPushedEvents(t *testing.T) {
	group := model.GroupConversation("@TGS#devroom")
	bob := model.C2CConversation("bob")
	text := func(s string) []model.Element { return []model.Element{model.Text{Text: s}} }
	tests := map[string]struct {
		push string
		want []im.Event
	}{
		"group message": {
			`{"Event":3,"GroupMsgArray":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":2,"MsgRandom":91318217,
			"MsgTimeStamp":1795397416,"MsgClientTime":1795397415,"ClientSeq":3130160001,"MsgPriority":2,"TinyId":"144115200000001",
			"NeedReadReceipt":1,"CloudCustomData":"cd","OnlineOnlyFlag":0,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello \"你好\" 😀"}}],
			"GroupInfo":{"GroupId":"@TGS#devroom","GroupName":"Dev room","GroupType":"Public","From_AccountNick":"BOB","From_AccountHeadurl":"",
			"MsgFrom_AccountExtraInfo":{"NameCard":"Bob the guide"}}}]}`,
			[]im.Event{one(&model.Message{
				Conversation: group, Sequence: 2, Sender: "bob", SenderName: "BOB", NameCard: "Bob the guide", Random: 91318217,
				ClientTime: 1795397415, ServerTime: 1795397416, CustomData: "cd", NeedReceipt: true, Elements: text(`hello "你好" 😀`),
			})},
		},
		"wishes and mentions": {
			`{"GroupMsgArray":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":3,"OnlineOnlyFlag":1,
			"SendMsgControl":{"NoUnread":1,"NoLastMsg":0},"GroupAtInfo":[{"GroupAtAllFlag":1},{"GroupAtAllFlag":0,"GroupAt_Account":"alice"}],
			"MsgBody":[],"GroupInfo":{}},
			{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":4,"SendMsgControl":["NoLastMsg"],"MsgBody":[]}]}`,
			[]im.Event{im.MessagesReceived{Conversation: group, Messages: []*model.Message{
				{Conversation: group, Sequence: 3, Sender: "bob", OnlineOnly: true, NoUnread: true, MentionAll: true, Mentions: []string{"alice"}},
				{Conversation: group, Sequence: 4, Sender: "bob", NoLastMessage: true},
			}}},
		},
		"own message from another device": {
			`{"GroupMsgArray":[{"From_Account":"alice","ToGroupId":"@TGS#devroom","MsgSeq":5,"MsgBody":[]}]}`,
			[]im.Event{one(&model.Message{Conversation: group, Sequence: 5, Sender: "alice"})},
		},
		"C2C message": {
			`{"Event":9,"C2cMsgArray":[{"From_Account":"bob","To_Account":"alice","MsgSeq":3130160002,"ClientSeq":3130160002,"MsgRandom":75992063,
			"MsgTimeStamp":1795397416,"MsgClientTime":1795397415,"TinyId":"144115200000001","From_AccountNick":"BOB","IsNeedReadReceipt":1,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"psst"}}]}]}`,
			[]im.Event{one(&model.Message{
				Conversation: bob, Sequence: 3130160002, Sender: "bob", SenderName: "BOB", Random: 75992063, ClientTime: 1795397415,
				ServerTime: 1795397416, NeedReceipt: true, Elements: text("psst"),
			})},
		},
		"own C2C message from another device comes swapped": {
			`{"C2cMsgArray":[{"From_Account":"bob","To_Account":"alice","IsSyncMsg":1,"MsgSeq":1,"MsgBody":[]}]}`,
			[]im.Event{one(&model.Message{Conversation: bob, Sequence: 1, Sender: "alice"})},
		},
		"note to oneself": {
			`{"C2cMsgArray":[{"From_Account":"alice","To_Account":"alice","IsSyncMsg":1,"MsgSeq":1,
			"MsgBody":[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{\"type\":\"reddot.read\"}","Desc":"read","Ext":"x"}}]}]}`,
			[]im.Event{one(&model.Message{
				Conversation: "C2Calice", Sequence: 1, Sender: "alice",
				Elements: []model.Element{model.Custom{Data: `{"type":"reddot.read"}`, Description: "read", Extension: "x"}},
			})},
		},
		"joined": {
			`{"Event":4,"GroupTips":[{"From_Account":"alice","ToGroupId":"@TGS#devroom","MsgSeq":2,"MsgRandom":659572439,"MsgTimeStamp":1795397418,
			"MsgClientTime":1795397418,"MsgBody":{"OpType":1,"Operator_Account":"alice","MemberNum":3,"List_Account":["carol"],
			"MsgMemberExtraInfo":[{"User_Account":"carol","NickName":"CAROL","ImageUrl":""}]},
			"GroupInfo":{"GroupId":"@TGS#devroom","GroupName":"New one","GroupType":"Public","From_AccountNick":"ALICE"}}]}`,
			[]im.Event{
				one(&model.Message{
					Conversation: group, Sequence: 2, Sender: "alice", SenderName: "ALICE", Random: 659572439, ClientTime: 1795397418,
					ServerTime: 1795397418, Elements: []model.Element{model.Tip{
						Kind: model.TipJoined, Operator: "alice", Users: []string{"carol"}, Members: 3,
						Names: map[string]string{"carol": "CAROL", "alice": "ALICE"},
					}},
				}),
				im.MembersChanged{GroupID: "@TGS#devroom", Members: 3},
			},
		},
		"renamed": {
			`{"Event":4,"GroupTips":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":2,
			"MsgBody":{"OpType":6,"Operator_Account":"bob","MsgGroupNewInfo":{"GroupName":"秋装","GroupFaceUrl":"u"}}}]}`,
			[]im.Event{
				one(&model.Message{Conversation: group, Sequence: 2, Sender: "bob", Elements: []model.Element{model.Tip{
					Kind: model.TipProfileChanged, Operator: "bob", Names: map[string]string{}, Changed: map[string]string{"name": "秋装"},
				}}}),
				im.GroupChanged{GroupID: "@TGS#devroom"},
			},
		},
		"I became admin": {
			`{"Event":4,"GroupTips":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":3,
			"MsgBody":{"OpType":4,"Operator_Account":"bob","List_Account":["alice"]}}]}`,
			[]im.Event{
				one(&model.Message{Conversation: group, Sequence: 3, Sender: "bob", Elements: []model.Element{model.Tip{
					Kind: model.TipAdminSet, Operator: "bob", Users: []string{"alice"}, Names: map[string]string{},
				}}}),
				im.MembersChanged{GroupID: "@TGS#devroom"},
				im.GroupChanged{GroupID: "@TGS#devroom"},
			},
		},
		"muted": {
			`{"Event":4,"GroupTips":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgSeq":3,
			"MsgBody":{"OpType":7,"Operator_Account":"bob","MsgMemberInfo":[{"User_Account":"carol","ShutupTime":60}]}}]}`,
			[]im.Event{
				one(&model.Message{Conversation: group, Sequence: 3, Sender: "bob", Elements: []model.Element{model.Tip{
					Kind: model.TipMuted, Operator: "bob", Users: []string{"carol"}, Names: map[string]string{},
				}}}),
				im.MembersChanged{GroupID: "@TGS#devroom"},
			},
		},
		"tip for who is online only": {
			`{"Event":6,"GroupTips":[{"ToGroupId":"@TGS#devroom","MsgBody":{"OpType":2,"Operator_Account":"bob","MemberNum":7,"List_Account":["bob"]}}]}`,
			[]im.Event{im.MembersChanged{GroupID: "@TGS#devroom", Members: 7}},
		},
		"unknown notice": {notice(77), nil},
		"group read": {
			`{"Event":5,"GroupTips":[{"From_Account":"alice","ToGroupId":"@TGS#devroom","MsgSeq":1,"MsgRandom":2,"MsgTimeStamp":1795397416,
			"MsgBody":{"GroupReadInfoArray":[{"GroupId":"@TGS#devroom","LastReadMsgSeq":2},{"GroupId":"g2"}]},"GroupInfo":{"GroupId":"@TGS#devroom"}}]}`,
			[]im.Event{im.ReadMoved{Conversation: group, Position: 2}, im.ReadMoved{Conversation: "GROUPg2"}},
		},
		"group receipts": {
			`{"Event":5,"GroupTips":[{"From_Account":"@TIM#SYSTEM","ToGroupId":"@TGS#devroom","MsgSeq":1,
			"MsgBody":{"GroupMsgReceiptList":[{"TinyId":"144115200000001","MsgClientTime":1795397415,"MsgRandom":91318217,"MsgSeq":2,"ReadNum":1,"UnreadNum":3}]}}]}`,
			[]im.Event{im.ReceiptsChanged{Receipts: []model.Receipt{{
				Conversation: group, Sequence: 2, Key: model.Key{Sender: "alice", ClientTime: 1795397415, Random: 91318217},
				ReadCount: 1, UnreadCount: 3,
			}}}},
		},
		"group recall": {
			`{"Event":5,"GroupTips":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","RevokerInfo":{"Revoker_Account":"bob","Reason":""},
			"MsgBody":{"GroupWithdrawInfoArray":[{"GroupId":"@TGS#devroom","MsgSeq":6,"MsgRandom":4,"TinyId":"1","MsgClientTime":5,"MsgTimeStamp":6,"From_Account":"bob"}]}}]}`,
			[]im.Event{im.MessageChanged{Conversation: group, Sequence: 6, Key: model.Key{Sender: "bob", ClientTime: 5, Random: 4}, Recalled: true}},
		},
		"mention": {
			`{"Event":12,"GroupTips":[{"From_Account":"bob","ToGroupId":"@TGS#devroom","MsgRandom":1,"ClientSeq":2,
			"GroupAtTips":{"From_Account":"bob","GroupId":"@TGS#devroom","MsgSeq":5,"AtFlagList":[1,2]}}]}`,
			[]im.Event{im.Mentioned{Conversation: group, Sequence: 5, User: true, All: true}},
		},
		"C2C receipts": {
			`{"Event":16,"User_Account":"bob","PeerReadTime":1795397416,"C2cMsgInfo":[{"TinyId":"1","MsgClientTime":1795397415,"MsgRandom":75992063}]}`,
			[]im.Event{im.PeerRead{Conversation: bob, Keys: []model.Key{{Sender: "alice", ClientTime: 1795397415, Random: 75992063}}}},
		},
		"peer has read": {
			`{"Event":10,"C2cNotifyMsgArray":[{"C2cReadedReceipt":{"To_Account":"bob","UinPairReadArray":[{"LastReadTime":1795397416}]}}]}`,
			[]im.Event{im.PeerRead{Conversation: bob, Position: 1795397416}},
		},
		"C2C read elsewhere": {
			`{"Event":10,"C2cNotifyMsgArray":[{"ReadC2cMsgNotify":{"UinPairReadArray":[{"From_Account":"bob","LastReadTime":1795397416}]}}]}`,
			[]im.Event{im.ReadMoved{Conversation: bob, Position: 1795397416}},
		},
		"C2C recall of an own message": {
			`{"Event":10,"C2cNotifyMsgArray":[{"WithdrawC2cMsgNotify":{"C2cWithdrawInfoArray":[{"From_Account":"alice","To_Account":"bob","MsgSeq":7,
			"MsgRandom":8,"MsgTimeStamp":9,"TinyId":"1","MsgClientTime":10}]}}]}`,
			[]im.Event{im.MessageChanged{Conversation: bob, Sequence: 7, Key: model.Key{Sender: "alice", ClientTime: 10, Random: 8}, Recalled: true}},
		},
		"all read elsewhere": {
			`{"C2cMsgArray":[{"From_Account":"bob","To_Account":"alice","MsgSeq":1,"MsgBody":[]}]},
			{"Event":14,"C2CReadAllMsg":1,"GroupReadInfoArray":[{"GroupId":"@TGS#devroom","LastReadMsgSeq":53}]}`,
			[]im.Event{
				one(&model.Message{Conversation: bob, Sequence: 1, Sender: "bob"}),
				im.ReadMoved{Conversation: group, Position: 53},
				im.ReadMoved{Conversation: bob},
			},
		},
		"profile": {
			`{"Event":6,"ProfileDataMod":[{"Profile_Account":"bob","PushType":1,"ProfileList":[{"Tag":"Tag_Profile_IM_Nick","ValueBytes":"Bob II"}]}]}`,
			[]im.Event{im.ProfileChanged{Profile: model.Profile{User: "bob", Name: "Bob II"}}},
		},
		"edit": {
			`{"Event":19,"GroupMsgModNotifys":[{"GroupId":"@TGS#devroom","From_Account":"bob","MsgSeq":2,"MsgRandom":3,"MsgTimeStamp":4,"MsgVersion":1,
			"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"v2"}}],"CloudCustomData":"c"}]}`,
			[]im.Event{im.MessageChanged{
				Conversation: group, Sequence: 2, Key: model.Key{Sender: "bob", Random: 3}, Elements: text("v2"), CustomData: "c", Version: 1,
			}},
		},
		"conversation pinned": {
			`{"Event":13,"RecentContactMod":[{"PushType":2,"RecentContactTopItem":{"RecentContactList":[{"Type":1,"UserId":"bob"}]}}]}`, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, decodePush(t, test.push))
		})
	}
}

// notice is a group system notice of a ReportType (push-protocol, section 8.5).
func notice(kind int) string {
	number, _ := json.Marshal(kind)
	return `{"Event":5,"GroupTips":[{"From_Account":"@TIM#SYSTEM","To_Account":"alice","ToGroupId":"@TGS#priv","MsgSeq":123,"MsgRandom":456,
		"MsgTimeStamp":1795397418,"MsgBody":{"ReportType":` + string(number) + `,"Operator_Account":"dave","MsgKey":1795397418,"RemarkInfo":"let me in",
		"Authentication":"auth1","UserDefinedField":""},"GroupInfo":{"GroupId":"@TGS#priv","GroupType":"Public","From_Account":"dave"}}]}`
}

// TestBatches keeps the order of events while it joins messages of one conversation.
func TestBatches(t *testing.T) {
	message := func(group, sequence string) string {
		return `{"From_Account":"bob","ToGroupId":"` + group + `","MsgSeq":` + sequence + `,"MsgBody":[]}`
	}
	events := decodePush(t, `{"GroupMsgArray":[`+message("a", "1")+`,`+message("b", "1")+`,`+message("a", "2")+`]},
		{"GroupMsgArray":[`+message("a", "3")+`]},
		{"Event":5,"GroupTips":[{"ToGroupId":"a","MsgBody":{"GroupReadInfoArray":[{"GroupId":"a","LastReadMsgSeq":3}]}}]},
		{"GroupMsgArray":[`+message("a", "4")+`]}`)
	var order []string
	for _, event := range events {
		switch e := event.(type) {
		case im.MessagesReceived:
			sequences := string(e.Conversation)
			for _, m := range e.Messages {
				sequences += " " + string(rune('0'+m.Sequence))
			}
			order = append(order, sequences)
		case im.ReadMoved:
			order = append(order, "read")
		}
	}
	require.Equal(t, []string{"GROUPa 1 2 3", "GROUPb 1", "read", "GROUPa 4"}, order)
}

// TestOddTypes reads a frame in which every other field is of a wrong type: what can be understood is kept.
func TestOddTypes(t *testing.T) {
	events := decodePush(t, `{"Event":"3","GroupMsgArray":[7,null,"x",{"From_Account":5,"ToGroupId":"g"},
		{"From_Account":"bob","ToGroupId":"g","MsgSeq":"12","MsgRandom":1e3,"MsgTimeStamp":true,"MsgClientTime":null,"NeedReadReceipt":"1",
		"GroupAtInfo":{"a":1},"SendMsgControl":5,"CloudCustomData":{},"GroupInfo":[],"MsgBody":"gone"},
		{"From_Account":"bob","ToGroupId":"g","MsgSeq":13,"MsgBody":[1,{"MsgType":"TIMTextElem","MsgContent":"?"},
			{"MsgType":"TIMVendorElem","MsgContent":{"A":1}},{"MsgContent":{"Text":"untyped"}},{"MsgType":"TIMTextElem","MsgContent":{"Text":9}}]}]}`)
	require.Equal(t, []im.Event{im.MessagesReceived{Conversation: "GROUPg", Messages: []*model.Message{
		{Conversation: "GROUPg"},
		{Conversation: "GROUPg", Sequence: 12, Sender: "bob", Random: 1000, ServerTime: 1, NeedReceipt: true},
		{Conversation: "GROUPg", Sequence: 13, Sender: "bob", Elements: []model.Element{
			model.Unknown{},
			model.Unknown{Type: "TIMTextElem", Raw: `"?"`},
			model.Unknown{Type: "TIMVendorElem", Raw: `{"A":1}`},
			model.Unknown{Raw: `{"Text":"untyped"}`},
			model.Text{},
		}},
	}}}, events)
}

// floodFrame is a push with n messages of about the usual size in 10 groups.
func floodFrame(n int) []byte {
	var items []string
	for i := range n {
		group := string(rune('0' + i%10))
		items = append(items, `{"From_Account":"guest-00`+group+`","ToGroupId":"@TGS#GROUP`+group+`","MsgSeq":2,"MsgRandom":91318217,
"MsgTimeStamp":1795397416,"MsgClientTime":1795397415,"ClientSeq":3130160001,"MsgPriority":2,"TinyId":"144115200000001","NeedReadReceipt":1,
"CloudCustomData":"","OnlineOnlyFlag":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"今天晚上八点直播，大家记得来，前一百名有礼物"}}],
"GroupInfo":{"GroupId":"@TGS#GROUP`+group+`","GroupName":"秋装新品内购群","GroupType":"Public","From_AccountNick":"小雅","From_AccountHeadurl":"",
"MsgFrom_AccountExtraInfo":{"NameCard":"导购小雅"}}}`)
	}
	return []byte(`{"head":{"servcmd":"im_open_push.msg_push","seq":1},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"",
"EventArray":[{"Event":3,"GroupMsgArray":[` + strings.Join(items, ",") + `]}],"NeedAck":0}}`)
}

// BenchmarkPushDecode measures frames to events, for a message alone and in a flood.
func BenchmarkPushDecode(b *testing.B) {
	for name, n := range map[string]int{"1": 1, "100": 100} {
		b.Run(name, func(b *testing.B) {
			frame := floodFrame(n)
			d := newDecoder("alice", newPeerSet())
			b.SetBytes(int64(len(frame)))
			b.ReportAllocs()
			for b.Loop() {
				e, err := d.envelope(frame)
				if err != nil {
					b.Fatal(err)
				}
				if p, err := d.push(e.body); err != nil || len(p.events) == 0 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/message")
		})
	}
}
