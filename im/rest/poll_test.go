package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

const listCommand = "group_open_http_svc/get_joined_group_list"

// groupAt is the list of groups with one group at these positions.
func groupAt(next, read, members int, name string, info int) string {
	return fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":1,"GroupIdList":[{"GroupId":"@TGS#1DEMOAAAA","Type":"Public",
		"Name":%q,"NextMsgSeq":%d,"MemberNum":%d,"InfoSeq":%d,"SelfInfo":{"Role":"Admin","MsgFlag":"AcceptAndNotify","MsgSeq":%d}}]}`, name, next, members, info, read)
}

func TestNewMessagesOfAGroupThatMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script(listCommand, groupAt(43, 37, 3, "Fishing trip", 7))
		s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[
			{"From_Account":"ann","MsgRandom":2,"MsgSeq":42,"MsgTimeStamp":1700000402,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"two"}}]},
			{"From_Account":"ann","MsgRandom":1,"MsgSeq":41,"MsgTimeStamp":1700000401,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"one"}}]},
			{"From_Account":"ann","IsPlaceMsg":2,"MsgRandom":9,"MsgSeq":40,"MsgTimeStamp":1700000400,"MsgBody":[]}]}`)
		s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[
			{"Code":0,"MsgSeq":42,"ReadNum":0,"UnreadNum":2},{"Code":10062,"MsgSeq":41}]}`)
		received := await[im.MessagesReceived](t, c)
		require.Equal(t, group, received.Conversation)
		require.Len(t, received.Messages, 2)
		require.EqualValues(t, 41, received.Messages[0].Sequence)
		require.False(t, received.Messages[0].NeedReceipt)
		require.True(t, received.Messages[1].NeedReceipt)
		recalled := await[im.MessageChanged](t, c)
		require.EqualValues(t, 40, recalled.Sequence)
		require.True(t, recalled.Recalled)
		pulled := s.count("group_open_http_svc/group_msg_get_simple")
		time.Sleep(10 * time.Second)
		require.Equal(t, pulled, s.count("group_open_http_svc/group_msg_get_simple"), "a group that rests is not pulled")
	})
}

func TestWhatHappensToAGroupElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script(listCommand, groupAt(41, 40, 3, "Fishing trip", 7))
		require.Equal(t, im.ReadMoved{Conversation: group, Position: 40}, await[im.ReadMoved](t, c))
		s.script(listCommand, groupAt(41, 40, 4, "Fishing trip", 7))
		counted := await[im.MembersChanged](t, c)
		require.Equal(t, im.MembersChanged{GroupID: "@TGS#1DEMOAAAA", Members: 4, Asked: counted.Asked}, counted)
		require.NotZero(t, counted.Asked)
		s.script(listCommand, groupAt(41, 40, 4, "Trip two", 8))
		changed := await[im.GroupChanged](t, c)
		require.Equal(t, "Trip two", changed.Group.Name)
		require.Equal(t, "boats", changed.Group.Introduction)
		s.script(listCommand, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":0,"GroupIdList":[]}`)
		gone := await[im.GroupChanged](t, c)
		require.Equal(t, im.GroupChanged{GroupID: "@TGS#1DEMOAAAA", Gone: true, Asked: gone.Asked}, gone)
		require.Greater(t, gone.Asked, counted.Asked)
		s.script(listCommand, groupAt(41, 40, 4, "Trip two", 8))
		require.Equal(t, im.GroupChanged{GroupID: "@TGS#1DEMOAAAA"}, await[im.GroupChanged](t, c))
	})
}

// TestNotesOfOtherDevicesArePolled: a note is told once, and one that was there before is left to the catching up.
func TestNotesOfOtherDevicesArePolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		note := func(seq int, at time.Time) string {
			return fmt.Sprintf(`{"From_Account":"bo","To_Account":"bo","MsgSeq":%d,"MsgRandom":%d,"MsgTimeStamp":%d,"MsgKey":"k","MsgBody":[{"MsgType":"TIMCustomElem","MsgContent":{"Data":"{}"}}]}`, seq, seq, at.Unix())
		}
		now := time.Now()
		s.script("openim/admin_getroammsg", `{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"MsgList":[`+note(1, now.Add(-time.Hour))+`,`+note(2, now)+`]}`)
		received := await[im.MessagesReceived](t, c)
		require.Equal(t, model.ConversationID("C2Cbo"), received.Conversation)
		require.Len(t, received.Messages, 1)
		require.EqualValues(t, 2, received.Messages[0].Sequence)
		s.script("openim/admin_getroammsg", `{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"MsgList":[`+note(2, now)+`,`+note(3, now)+`]}`)
		received = await[im.MessagesReceived](t, c)
		require.Len(t, received.Messages, 1, "one of the same second that was told already is not told again")
		require.EqualValues(t, 3, received.Messages[0].Sequence)
	})
}

func TestReceiptsOfOwnMessagesAreAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.script("group_open_http_svc/send_group_msg", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":1700000400,"MsgSeq":41}`)
		c := s.connected()
		message := textMessage(group, "hi")
		message.NeedReceipt = true
		_, err := c.Send(t.Context(), message)
		require.NoError(t, err)
		s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":0,"UnreadNum":2}]}`,
			`{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":1,"UnreadNum":1}]}`,
			`{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":2,"UnreadNum":0}]}`)
		for read := 1; read <= 2; read++ {
			require.Equal(t, read, await[im.ReceiptsChanged](t, c).Receipts[0].ReadCount)
		}
		asked := s.count("group_open_http_svc/get_group_msg_receipt")
		time.Sleep(time.Minute)
		require.Equal(t, asked, s.count("group_open_http_svc/get_group_msg_receipt"), "once all have read it, nothing is left to ask")
	})
}

// TestC2CMessagesAndReceiptsArePolled: the list of conversations shows that something came, the roaming history what.
func TestC2CMessagesAndReceiptsArePolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		now := time.Now().Unix()
		s.script("recentcontact/get_list", fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"CompleteFlag":1,"SessionItem":[{"Type":1,"To_Account":"ann","MsgTime":%d}]}`, now+1))
		s.mu.Lock()
		s.handle = func(command, body string) (int, string) {
			if command != "openim/admin_getroammsg" || !strings.Contains(body, `"Peer_Account":"ann"`) {
				return 0, ""
			}
			return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"MsgList":[
				{"From_Account":"bo","To_Account":"ann","MsgSeq":1,"MsgRandom":1,"MsgTimeStamp":%d,"IsPeerRead":1,"MsgBody":[]},
				{"From_Account":"ann","To_Account":"bo","MsgSeq":2,"MsgRandom":2,"MsgTimeStamp":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}]}`, now-100, now+1)
		}
		s.mu.Unlock()
		received := await[im.MessagesReceived](t, c)
		require.Equal(t, model.ConversationID("C2Cann"), received.Conversation)
		require.Len(t, received.Messages, 1, "what was there before is no news")
		require.Equal(t, "ann", received.Messages[0].Sender)
		require.Equal(t, im.PeerRead{Conversation: "C2Cann", Keys: []model.Key{{Sender: "bo", Random: 1}}}, await[im.PeerRead](t, c))
	})
}

func TestTheOtherSideReadsOnAnotherDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.script("recentcontact/get_list", `{"ActionStatus":"OK","ErrorCode":0,"CompleteFlag":1,"SessionItem":[{"Type":1,"To_Account":"ann","MsgTime":1700000500}]}`)
		s.script("openim/get_c2c_unread_msg_num", `{"ActionStatus":"OK","ErrorCode":0,"AllC2CUnreadMsgNum":2}`,
			`{"ActionStatus":"OK","ErrorCode":0,"C2CUnreadMsgNumList":[{"Peer_Account":"ann","C2CUnreadMsgNum":2}]}`, `{"ActionStatus":"OK","ErrorCode":0,"AllC2CUnreadMsgNum":0}`)
		c := s.connected()
		_, err := c.Sync(t.Context())
		require.NoError(t, err)
		moved := await[im.ReadMoved](t, c)
		require.Equal(t, model.ConversationID("C2Cann"), moved.Conversation)
		require.GreaterOrEqual(t, moved.Position, int64(1700000500))
	})
}

// TestAnOutageIsSaidAndEnds loses the service and finds it again.
func TestAnOutageIsSaidAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.mu.Lock()
		s.handle = func(string, string) (int, string) { return http.StatusBadGateway, "<html>" }
		s.mu.Unlock()
		for attempt := 1; attempt <= 2; attempt++ {
			lost := await[im.Disconnected](t, c)
			require.Equal(t, attempt, lost.Attempt)
			require.Positive(t, lost.Retry)
			require.Equal(t, im.ClassUnreachable, im.ClassOf(lost.Reason))
		}
		s.mu.Lock()
		s.handle = nil
		s.mu.Unlock()
		c.ReconnectNow()
		require.True(t, await[im.Connected](t, c).Resumed)
	})
}

// TestASlowReaderStopsThePolling: events wait for their reader, and nothing is pulled meanwhile.
func TestASlowReaderStopsThePolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		turn := 0
		s.mu.Lock()
		s.handle = func(command, _ string) (int, string) {
			if command != listCommand {
				return 0, ""
			}
			turn++
			return http.StatusOK, groupAt(41, 37+turn, 3, "Fishing trip", 7)
		}
		s.mu.Unlock()
		time.Sleep(time.Hour)
		synctest.Wait()
		asked := s.count(listCommand)
		require.Less(t, asked, 200)
		time.Sleep(time.Hour)
		require.Equal(t, asked, s.count(listCommand))
		for position := int64(38); position < 48; position++ {
			require.Equal(t, max(position, 38), await[im.ReadMoved](t, c).Position)
		}
	})
}

// TestTheAgeOfTheDataIsTold after every sweep: when it was made and when the next one is due.
func TestTheAgeOfTheDataIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		first := await[im.Swept](t, c)
		require.Equal(t, time.Now(), first.At)
		require.True(t, first.Next.After(first.At))
		second := await[im.Swept](t, c)
		require.Equal(t, first.Next, second.At)
		require.False(t, second.Live)
	})
}

// TestNewsWithUnknownWishesAreFetchedAgain: while it cannot be asked which messages want receipts, they are shown, but not taken
// for messages without.
func TestNewsWithUnknownWishesAreFetchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"FAIL","ErrorCode":60008,"ErrorInfo":"time-out"}`)
		s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[
			{"From_Account":"ann","MsgRandom":1,"MsgSeq":41,"MsgTimeStamp":1700000401,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"one"}}]}]}`)
		s.script(listCommand, groupAt(42, 37, 3, "Fishing trip", 7))
		received := await[im.MessagesReceived](t, c)
		require.True(t, received.Messages[0].Partial)
		s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"OK","ErrorCode":0,"GroupMsgReceiptList":[{"Code":0,"MsgSeq":41,"ReadNum":0,"UnreadNum":2}]}`)
		page, err := c.History(t.Context(), im.HistoryRequest{Conversation: group})
		require.NoError(t, err)
		require.False(t, page.Messages[0].Partial)
		require.True(t, page.Messages[0].NeedReceipt)
	})
}

// TestOnesOwnRoleIsLearnedWithoutOpeningTheGroup, in batches and once.
func TestOnesOwnRoleIsLearnedWithoutOpeningTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script("group_open_http_svc/get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"@TGS#1DEMOAAAA","ErrorCode":0,"Type":"Public",
			"MemberList":[{"Member_Account":"ann"},{"Member_Account":"bo","NameCard":"Bo B.","AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}]}]}`)
		changed := await[im.GroupChanged](t, c)
		require.Equal(t, map[string]string{"role": "guide"}, changed.Group.SelfCustom)
		require.Equal(t, "Bo B.", changed.Group.SelfNameCard)
		requireJSON(t, `{"GroupIdList":["@TGS#1DEMOAAAA"],"ResponseFilter":{"GroupBaseInfoFilter":["Type"],"MemberInfoFilter":["Account","NameCard"],
			"AppDefinedDataFilter_GroupMember":["role"]}}`, s.last("group_open_http_svc/get_group_info").body)
		asked := s.count("group_open_http_svc/get_group_info")
		time.Sleep(time.Minute)
		require.Equal(t, asked, s.count("group_open_http_svc/get_group_info"))
	})
}

// TestOnesOwnRoleIsKnownWithTheListOfConversations, so that a command that ends at once prints no wrong one.
func TestOnesOwnRoleIsKnownWithTheListOfConversations(t *testing.T) {
	const self = `{"Member_Account":"bo","NameCard":"","AppMemberDefinedData":[{"Key":"role","Value":"guide"}]}`
	for members, command := range map[string]string{"3": "get_group_info", "900": "get_specified_group_member_info"} {
		t.Run(members+" members", func(t *testing.T) {
			s := newService(t)
			s.script("group_open_http_svc/get_joined_group_list",
				strings.ReplaceAll(usual["group_open_http_svc/get_joined_group_list"], `"MemberNum":3`, `"MemberNum":`+members))
			c := s.connected()
			s.script("group_open_http_svc/"+command, `{"ActionStatus":"OK","ErrorCode":0,"MemberList":[`+self+`],
				"GroupInfo":[{"GroupId":"@TGS#1DEMOAAAA","ErrorCode":0,"Type":"Public","MemberList":[`+self+`]}]}`)
			snapshot, err := c.Sync(t.Context())
			require.NoError(t, err)
			require.Equal(t, map[string]string{"role": "guide"}, snapshot.Conversations[0].Group.SelfCustom)
			require.False(t, snapshot.Conversations[0].Group.SelfUnknown)
			require.Empty(t, c.state.untold(), "what the list tells is not told twice")
		})
	}
}

// TestOnesOwnNewCardIsKnownOnceOneWasLookedUp: what an older answer says of it changes nothing any more.
func TestOnesOwnNewCardIsKnownOnceOneWasLookedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		late := im.Now()
		s.script("group_open_http_svc/get_specified_group_member_info",
			`{"ActionStatus":"OK","ErrorCode":0,"MemberList":[{"Member_Account":"bo","NameCard":"新名片"}]}`)
		_, err := c.MembersNamed(t.Context(), "@TGS#1DEMOAAAA", []string{"bo"})
		require.NoError(t, err)
		require.Equal(t, "新名片", await[im.GroupChanged](t, c).Group.SelfNameCard)

		c.tellSelf("@TGS#1DEMOAAAA", []model.Member{{User: "bo", NameCard: "旧名片"}}, late)
		s.script("group_open_http_svc/get_group_info", `{"ActionStatus":"OK","ErrorCode":0,"GroupInfo":[{"GroupId":"@TGS#1DEMOAAAA","ErrorCode":0,"Type":"Public"}]}`)
		groups, err := c.FindGroups(t.Context(), []string{"@TGS#1DEMOAAAA"})
		require.NoError(t, err)
		require.Equal(t, "新名片", groups[0].SelfNameCard)
	})
}

// TestAnApplicationWithoutTheRoleFieldIsAskedOnce: what it refuses, it would refuse again.
func TestAnApplicationWithoutTheRoleFieldIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script("group_open_http_svc/get_group_info", `{"ActionStatus":"FAIL","ErrorCode":10004,"ErrorInfo":"field"}`)
		asked := s.count("group_open_http_svc/get_group_info")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, asked+1, s.count("group_open_http_svc/get_group_info"))
		for _, event := range c.toldNow() {
			require.NotContains(t, fmt.Sprintf("%T", event), "Disconnected")
		}
	})
}

// TestAReceiptForAMessageBeforeTheNewestIsFound: the peer answers first and reads later.
func TestAReceiptForAMessageBeforeTheNewestIsFound(t *testing.T) {
	receiptBeforeTheNewest(t, func(s *service, sent int64) {
		s.script("openim/sendmsg", fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":%d,"MsgKey":"k"}`, sent))
	})
}

// TestAReceiptIsFoundForAMessageWhoseAnswerWasLost: the client does not know that it was sent, until it sees it.
func TestAReceiptIsFoundForAMessageWhoseAnswerWasLost(t *testing.T) {
	receiptBeforeTheNewest(t, func(s *service, _ int64) { s.script("openim/sendmsg", `{"ActionStatus":"OK"`) })
}

// receiptBeforeTheNewest has bo say something to ann, who answers and reads later.
func receiptBeforeTheNewest(t *testing.T, answer func(s *service, sent int64)) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		sent := time.Now().Unix()
		answer(s, sent)
		message := goldenText("C2Cann", "hi")
		message.NeedReceipt = true
		_, _ = c.Send(t.Context(), message) // its answer may be lost
		read := 0
		s.mu.Lock()
		s.handle = func(command, body string) (int, string) {
			switch {
			case command == "recentcontact/get_list":
				return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"CompleteFlag":1,"SessionItem":[{"Type":1,"To_Account":"ann","MsgTime":%d}]}`, sent+5)
			case command == "openim/admin_getroammsg" && strings.Contains(body, `"Peer_Account":"ann"`):
				var request struct{ MinTime int64 }
				require.NoError(t, json.Unmarshal([]byte(body), &request))
				rows := []string{fmt.Sprintf(`{"From_Account":"ann","To_Account":"bo","MsgSeq":2,"MsgRandom":2,"MsgTimeStamp":%d,"MsgBody":[]}`, sent+5)}
				if request.MinTime <= sent {
					rows = append(rows, fmt.Sprintf(`{"From_Account":"bo","To_Account":"ann","MsgSeq":5001,"MsgRandom":40404040,"MsgTimeStamp":%d,"IsPeerRead":%d,"MsgBody":[]}`, sent, read))
				}
				return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"MsgList":[` + strings.Join(rows, ",") + `]}`
			}
			return 0, ""
		}
		s.mu.Unlock()
		for answered := false; !answered; {
			answered = slices.ContainsFunc(await[im.MessagesReceived](t, c).Messages, func(m *model.Message) bool { return m.Sender == "ann" })
		}
		s.mu.Lock()
		read = 1
		s.mu.Unlock()
		told := await[im.PeerRead](t, c)
		require.Len(t, told.Keys, 1)
		require.Equal(t, uint32(40404040), told.Keys[0].Random)
	})
}
