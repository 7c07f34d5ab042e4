package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// The bodies of rest-api.md section 7.3, for the group that the user bo is in.
const (
	hookGroupMessage = `{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"@TGS#1DEMOAAAA","Type":"Public","From_Account":"ann","Operator_Account":"app_admin",
		"Random":912837465,"MsgSeq":41,"MsgTime":1700000400,"OnlineOnlyFlag":0,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"boat leaves at 6"}}],
		"CloudCustomData":"","GroupAtInfo":[{"GroupAtAllFlag":0,"GroupAt_Account":"bo"}],"EventTime":"1700000400123"}`
	hookPrivateMessage = `{"CallbackCommand":"C2C.CallbackAfterSendMsg","From_Account":"ann","To_Account":"bo","MsgSeq":5001,"MsgRandom":40404040,"MsgTime":%d,
		"MsgKey":"5001_40404040_%[1]d","OnlineOnlyFlag":0,"SendMsgResult":0,"ErrorInfo":"send msg succeed","UnreadMsgNum":3,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}],"CloudCustomData":""}`
)

// TestWhatAWebhookTells maps every documented event to the fact that polling would have found later.
func TestWhatAWebhookTells(t *testing.T) {
	future := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	tests := map[string]struct {
		body string
		want []im.Event
	}{
		"group message": {hookGroupMessage, []im.Event{im.MessagesReceived{Conversation: group, Messages: []*model.Message{{
			Conversation: group, Sequence: 41, Sender: "ann", SenderName: "Ann", Random: 912837465, ServerTime: 1700000400, NeedReceipt: true,
			Mentions: []string{"bo"}, Elements: []model.Element{model.Text{Text: "boat leaves at 6"}},
		}}}}},
		"C2C message": {fmt.Sprintf(hookPrivateMessage, future), []im.Event{im.MessagesReceived{Conversation: "C2Cann", Messages: []*model.Message{{
			Conversation: "C2Cann", Sequence: 5001, Sender: "ann", SenderName: "Ann", Random: 40404040, ServerTime: future,
			Elements: []model.Element{model.Text{Text: "hi"}},
		}}}}},
		"own C2C message from elsewhere": {strings.NewReplacer(`"From_Account":"ann"`, `"From_Account":"bo"`, `"To_Account":"bo"`, `"To_Account":"ann"`).Replace(
			fmt.Sprintf(hookPrivateMessage, future)), []im.Event{im.MessagesReceived{Conversation: "C2Cann", Messages: []*model.Message{{
			Conversation: "C2Cann", Sequence: 5001, Sender: "bo", Random: 40404040, ServerTime: future, Elements: []model.Element{model.Text{Text: "hi"}},
		}}}}},
		"recall": {
			`{"CallbackCommand":"Group.CallbackAfterRecallMsg","Operator_Account":"ann","Type":"Public","GroupId":"@TGS#1DEMOAAAA","MsgSeqList":[{"MsgSeq":40}],"EventTime":"1700000500000"}`,
			[]im.Event{im.MessageChanged{Conversation: group, Sequence: 40, Recalled: true}},
		},
		"C2C recall": {
			`{"CallbackCommand":"C2C.CallbackAfterMsgWithDraw","From_Account":"ann","To_Account":"bo","MsgKey":"5001_40404040_1700000500","UnreadMsgNum":0}`,
			[]im.Event{im.MessageChanged{Conversation: "C2Cann", Key: model.Key{Sender: "ann", Random: 40404040}, Recalled: true}},
		},
		"C2C read on another device": {
			`{"CallbackCommand":"C2C.CallbackAfterMsgReport","Report_Account":"bo","Peer_Account":"ann","LastReadTime":1700000600,"UnreadMsgNum":0}`,
			[]im.Event{im.ReadMoved{Conversation: "C2Cann", Position: 1700000600}},
		},
		"C2C receipt": {
			`{"CallbackCommand":"C2C.CallbackAfterMsgReadReceipt","Operator_Account":"ann","Peer_Account":"bo","C2CMsgInfo":[{"From_Account":"bo","To_Account":"ann","MsgKey":"5001_40404040_1700000500"}],"EventTime":1700000601000}`,
			[]im.Event{im.PeerRead{Conversation: "C2Cann", Keys: []model.Key{{Sender: "bo", Random: 40404040}}}},
		},
		"dissolved": {
			`{"CallbackCommand":"Group.CallbackAfterGroupDestroyed","GroupId":"@TGS#1DEMOAAAA","Type":"Public","Owner_Account":"ann","Name":"Fishing trip","MemberList":[{"Member_Account":"ann"}],"EventTime":"1700000300000"}`,
			[]im.Event{
				im.GroupChanged{GroupID: "@TGS#1DEMOAAAA", Gone: true, Reason: im.GoneDissolved},
				im.Noticed{Notice: model.GroupNotice{
					ID: "@TGS#1DEMOAAAA/dissolved/1700000300000", Kind: model.NoticeDissolved, GroupID: "@TGS#1DEMOAAAA", GroupName: "Fishing trip", Time: 1700000300,
				}},
			},
		},
		"removed": {
			`{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"@TGS#1DEMOAAAA","Type":"Public","ExitType":"Kicked","Operator_Account":"app_admin","ExitMemberList":[{"Member_Account":"bo"}],"EventTime":"1700000200000"}`,
			[]im.Event{
				im.GroupChanged{GroupID: "@TGS#1DEMOAAAA", Gone: true, Reason: im.GoneRemoved},
				im.Noticed{Notice: model.GroupNotice{
					ID: "@TGS#1DEMOAAAA/removed/1700000200000", Kind: model.NoticeRemoved, GroupID: "@TGS#1DEMOAAAA", GroupName: "Fishing trip", Operator: "app_admin", Time: 1700000200,
				}},
			},
		},
		"left on another device": {
			`{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"@TGS#1DEMOAAAA","Type":"Public","ExitType":"Quit","Operator_Account":"bo","ExitMemberList":[{"Member_Account":"bo"}],"EventTime":"1700000200000"}`,
			[]im.Event{
				im.GroupChanged{GroupID: "@TGS#1DEMOAAAA", Gone: true, Reason: im.GoneLeft},
				im.Noticed{Notice: model.GroupNotice{
					ID: "@TGS#1DEMOAAAA/left/1700000200000", Kind: model.NoticeLeft, GroupID: "@TGS#1DEMOAAAA", GroupName: "Fishing trip", Operator: "bo", Time: 1700000200,
				}},
			},
		},
		"new name of a user": {
			`{"CallbackCommand":"Profile.CallbackPortraitSet","Operator_Account":"ann","From_Account":"ann","EventTime":1700000000000,"ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}]}`,
			[]im.Event{im.ProfileChanged{Profile: model.Profile{User: "ann", Name: "Ann B."}}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.script("profile/portrait_get", `{"ActionStatus":"OK","ErrorCode":0,"UserProfileItem":[{"To_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann"}],"ResultCode":0}]}`)
				c := s.hooked()
				_, err := c.Profiles(t.Context(), []string{"ann", "bo"})
				require.NoError(t, err)
				s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":0,"UnreadNum":2}]}`)
				s.script("profile/portrait_get", `{"ActionStatus":"OK","ErrorCode":0,"UserProfileItem":[{"To_Account":"ann","ProfileItem":[{"Tag":"Tag_Profile_IM_Nick","Value":"Ann B."}],"ResultCode":0}]}`)
				swept := s.count(listCommand)
				hookTo(t, c, test.body)
				hookTo(t, c, test.body)
				synctest.Wait()
				require.Equal(t, swept, s.count(listCommand), "nothing waits for a sweep")
				require.Equal(t, test.want, c.toldNow(), "and nothing is told twice")
			})
		})
	}
}

// toldNow returns the events that wait, without those about the polling itself.
func (c *Client) toldNow() []im.Event {
	var events []im.Event
	for {
		select {
		case event := <-c.events:
			if _, polling := event.(im.Swept); !polling {
				events = append(events, event)
			}
		default:
			return events
		}
	}
}

// TestAWebhookOfOthersConcernsNobody: the service posts the events of the whole application.
func TestAWebhookOfOthersConcernsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.hooked()
		swept := s.count(listCommand)
		for _, body := range []string{
			strings.Replace(hookGroupMessage, "@TGS#1DEMOAAAA", "@TGS#2OTHERS", 1),
			strings.Replace(fmt.Sprintf(hookPrivateMessage, time.Now().Unix()+9), `"To_Account":"bo"`, `"To_Account":"cy"`, 1),
			strings.Replace(fmt.Sprintf(hookPrivateMessage, time.Now().Unix()+9), `"SendMsgResult":0`, `"SendMsgResult":20003`, 1),
			`{"CallbackCommand":"C2C.CallbackAfterMsgReport","Report_Account":"ann","Peer_Account":"bo","LastReadTime":1700000600}`,
			`{"CallbackCommand":"Group.CallbackAfterGroupDestroyed","GroupId":"@TGS#2OTHERS"}`,
			`{"CallbackCommand":"Group.CallbackAfterNewMemberJoin","GroupId":"@TGS#2OTHERS","NewMemberList":[{"Member_Account":"cy"}]}`,
			`{"CallbackCommand":"Profile.CallbackPortraitSet","From_Account":"stranger"}`,
			`{"CallbackCommand":"Group.CallbackAfterReadReceipt","GroupId":"@TGS#1DEMOAAAA","GroupMsgReceiptList":[{"MsgSeq":40,"ReadNum":1,"UnreadNum":1}]}`,
		} {
			hookTo(t, c, body)
		}
		synctest.Wait()
		require.Empty(t, c.toldNow())
		require.Equal(t, swept, s.count(listCommand))
	})
}

// TestReceiptsByWebhook: they are told of own messages only.
func TestReceiptsByWebhook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.script("group_open_http_svc/send_group_msg", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":1700000400,"MsgSeq":41}`)
		c := s.hooked()
		message := textMessage(group, "hi")
		message.NeedReceipt = true
		_, err := c.Send(t.Context(), message)
		require.NoError(t, err)
		hookTo(t, c, `{"CallbackCommand":"Group.CallbackAfterReadReceipt","GroupId":"@TGS#1DEMOAAAA","Type":"Public","GroupMsgReceiptList":[{"MsgSeq":41,"ReadNum":1,"UnreadNum":1,
			"ReadReceiptMembers":[{"Member_Account":"ann"}]},{"MsgSeq":39,"ReadNum":1,"UnreadNum":1}],"EventTime":1700000460000}`)
		require.Equal(t, im.ReceiptsChanged{Receipts: []model.Receipt{{Conversation: group, Sequence: 41, ReadCount: 1, UnreadCount: 1}}},
			await[im.ReceiptsChanged](t, c))
	})
}

// TestChangesOfAGroupAreSweptFor: one place decides what has changed.
func TestChangesOfAGroupAreSweptFor(t *testing.T) {
	for command, body := range map[string]string{
		"info":   `{"CallbackCommand":"Group.CallbackAfterGroupInfoChanged","GroupId":"@TGS#1DEMOAAAA","Type":"Public","Operator_Account":"ann","Notification":"be late"}`,
		"owner":  `{"CallbackCommand":"Group.CallbackAfterChangeGroupOwner","GroupId":"@TGS#1DEMOAAAA","Type":"Public","OldOwner_Account":"ann","NewOwner_Account":"cy"}`,
		"member": `{"CallbackCommand":"Group.CallbackAfterMemberFieldChanged","GroupId":"@TGS#1DEMOAAAA","Member_Account":"bo","Role":"Admin"}`,
		"join":   `{"CallbackCommand":"Group.CallbackAfterNewMemberJoin","GroupId":"@TGS#1DEMOAAAA","Type":"Public","JoinType":"Invited","Operator_Account":"app_admin","NewMemberList":[{"Member_Account":"dee"}],"EventTime":"1700000100000"}`,
		"exit":   `{"CallbackCommand":"Group.CallbackAfterMemberExit","GroupId":"@TGS#1DEMOAAAA","Type":"Public","ExitType":"Kicked","Operator_Account":"app_admin","ExitMemberList":[{"Member_Account":"dee"}],"EventTime":"1700000200000"}`,
		"new":    `{"CallbackCommand":"Group.CallbackAfterCreateGroup","GroupId":"@TGS#2","Owner_Account":"ann","MemberList":[{"Member_Account":"bo"}]}`,
		"mine":   `{"CallbackCommand":"Group.CallbackAfterNewMemberJoin","GroupId":"@TGS#2","NewMemberList":[{"Member_Account":"bo"}]}`,
	} {
		t.Run(command, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				c := s.hooked()
				c.pace.heard()
				time.Sleep(safetyNet / 2)
				synctest.Wait()
				swept, asked := s.count(listCommand), s.countOf("group_open_http_svc/get_group_info", "Introduction")
				hookTo(t, c, body)
				time.Sleep(fastest)
				synctest.Wait()
				require.Equal(t, swept+1, s.count(listCommand))
				if command != "new" && command != "mine" {
					require.Equal(t, asked+1, s.countOf("group_open_http_svc/get_group_info", "Introduction"), "the profile is fetched again")
				}
			})
		})
	}
}

// hookedMessage is a group message as a webhook tells it.
func hookedMessage(sequence int) string {
	return fmt.Sprintf(`{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"@TGS#1DEMOAAAA","From_Account":"ann","Random":%d,"MsgSeq":%[1]d,"MsgTime":%d,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"m%[1]d"}}]}`, sequence, time.Now().Unix())
}

// TestWebhooksAndPollingTellEachMessageOnce: webhooks may be repeated, lost and out of order.
func TestWebhooksAndPollingTellEachMessageOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.hooked()
		newest := 40
		s.mu.Lock()
		s.handle = func(command, body string) (int, string) {
			switch command {
			case listCommand:
				return http.StatusOK, groupAt(newest+1, 37, 3, "Fishing trip", 7)
			case "group_open_http_svc/group_msg_get_simple":
				var rows []string
				for sequence := newest; sequence > 40; sequence-- {
					rows = append(rows, fmt.Sprintf(`{"From_Account":"ann","MsgRandom":%d,"MsgSeq":%[1]d,"MsgTimeStamp":%d,"MsgBody":[]}`, sequence, time.Now().Unix()))
				}
				return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[%s]}`, strings.Join(rows, ","))
			}
			return 0, ""
		}
		s.mu.Unlock()
		set := func(n int) {
			s.mu.Lock()
			newest = n
			s.mu.Unlock()
		}
		told := func() (sequences []int64) {
			time.Sleep(gathering)
			synctest.Wait()
			for _, event := range c.toldNow() {
				if received, ok := event.(im.MessagesReceived); ok {
					for _, m := range received.Messages {
						sequences = append(sequences, m.Sequence)
					}
				}
			}
			return sequences
		}
		set(46)
		for _, sequence := range []int{41, 41, 43, 42, 46} {
			hookTo(t, c, hookedMessage(sequence))
		}
		require.ElementsMatch(t, []int64{41, 42, 43, 46}, told())
		time.Sleep(2 * fastest)
		require.Equal(t, []int64{44, 45}, told(), "the gap is pulled at once")
		hookTo(t, c, hookedMessage(45))
		set(47)
		hookTo(t, c, hookedMessage(47))
		require.Equal(t, []int64{47}, told())
		pulled := s.count("group_open_http_svc/group_msg_get_simple")
		time.Sleep(10 * time.Minute)
		require.Empty(t, told())
		require.Equal(t, pulled, s.count("group_open_http_svc/group_msg_get_simple"), "what was told is not pulled")
	})
}

// TestPollingIsTheSafetyNetOfWebhooks: slow while they come, fast again once polling finds what they should have told.
func TestPollingIsTheSafetyNetOfWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.script("group_open_http_svc/group_msg_get_simple", fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[
			{"From_Account":"ann","MsgRandom":1,"MsgSeq":42,"MsgTimeStamp":%d,"MsgBody":[]}]}`, time.Now().Unix()))
		c := s.hooked()
		go func() {
			for range c.Events() {
			}
		}()
		sweeps := func(span time.Duration) int {
			before := s.count(listCommand)
			time.Sleep(span)
			synctest.Wait()
			return s.count(listCommand) - before
		}
		hookTo(t, c, hookedMessage(41))
		time.Sleep(safetyNet)
		require.LessOrEqual(t, sweeps(5*time.Minute), 12)
		_, err := c.History(t.Context(), im.HistoryRequest{Conversation: group})
		require.NoError(t, err)
		require.LessOrEqual(t, sweeps(5*time.Minute), 12, "nor does anything that the user does make it fast")

		s.script(listCommand, groupAt(43, 37, 3, "Fishing trip", 7))
		sweeps(safetyNet + fastest)
		hookTo(t, c, `{"CallbackCommand":"State.StateChange"}`)
		hookTo(t, c, hookedMessage(41))
		require.Greater(t, sweeps(30*time.Second), 20, "some webhooks still come, and some do not")
		require.LessOrEqual(t, sweeps(10*time.Minute), 100, "silence makes it slow again")
		hookTo(t, c, `{"CallbackCommand":"State.StateChange"}`)
		require.False(t, c.pace.isLive(), "only messages show that messages come")
		hookTo(t, c, hookedMessage(42))
		sweeps(safetyNet)
		require.LessOrEqual(t, sweeps(5*time.Minute), 12)
	})
}

// TestAFloodOfWebhooksIsCompletedTogether: forty messages a second cost a few calls a second.
func TestAFloodOfWebhooksIsCompletedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.hooked()
		told := make(chan int)
		go func() {
			n := 0
			for event := range c.Events() {
				if received, ok := event.(im.MessagesReceived); ok {
					n += len(received.Messages)
				}
			}
			told <- n
		}()
		asked := s.count("group_open_http_svc/get_group_msg_receipt")
		for sequence := range 400 {
			hookTo(t, c, hookedMessage(41+sequence))
			time.Sleep(25 * time.Millisecond)
		}
		time.Sleep(time.Second)
		require.LessOrEqual(t, s.count("group_open_http_svc/get_group_msg_receipt")-asked, 60)
		require.NoError(t, c.Close())
		require.Equal(t, 400, <-told)
	})
}
