package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// dialogs makes the service list this many private conversations, p0 first; the first ten have unread messages.
func (s *service) dialogs(count int) {
	var rows, unread []string
	for n := range count {
		rows = append(rows, fmt.Sprintf(`{"Type":1,"To_Account":"p%d","MsgTime":%d}`, n, 1700000500-n))
		if n < 10 {
			unread = append(unread, fmt.Sprintf(`{"Peer_Account":"p%d","C2CUnreadMsgNum":2}`, n))
		}
	}
	s.script("recentcontact/get_list", `{"ActionStatus":"OK","ErrorCode":0,"CompleteFlag":1,"SessionItem":[`+strings.Join(rows, ",")+`]}`)
	s.script("openim/get_c2c_unread_msg_num", `{"ActionStatus":"OK","ErrorCode":0,"AllC2CUnreadMsgNum":20}`,
		`{"ActionStatus":"OK","ErrorCode":0,"C2CUnreadMsgNumList":[`+strings.Join(unread, ",")+`]}`)
	s.handle = func(command, body string) (int, string) {
		if command != "openim/admin_getroammsg" || !strings.Contains(body, `"MaxCnt":1`) {
			return 0, ""
		}
		return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"LastMsgKey":"1_2_1700000500","MsgList":[{"From_Account":"p0","To_Account":"bo","MsgSeq":1,"MsgRandom":2,
			"MsgTimeStamp":1700000500,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}]}`
	}
}

// TestAPrivateConversationHasItsNewestMessage: nobody can read up to a message that is not known.
func TestAPrivateConversationHasItsNewestMessage(t *testing.T) {
	s := newService(t)
	s.dialogs(50)
	c := s.connected()
	snapshot, err := c.Sync(t.Context())
	require.NoError(t, err)
	newest := snapshot.Conversations[1]
	require.Equal(t, []any{model.ConversationID("C2Cp0"), 2, int64(1700000501)}, []any{newest.ID, newest.Unread, newest.Next})
	require.Equal(t, &model.Message{
		Conversation: "C2Cp0", Sequence: 1, Sender: "p0", Random: 2, ServerTime: 1700000500, Elements: []model.Element{model.Text{Text: "hi"}}, Partial: true,
	}, newest.Last)
	require.Equal(t, shownDialogs, s.countOf("openim/admin_getroammsg", `"MaxCnt":1`), "what is old and read is not asked for")
	require.Nil(t, snapshot.Conversations[50].Last)
}

func TestANewestPrivateMessageThatIsKeptIsNotAskedFor(t *testing.T) {
	s := newService(t)
	s.dialogs(1)
	options := s.options()
	kept := &model.Message{Conversation: "C2Cp0", Sender: "p0", ServerTime: 1700000500, Elements: []model.Element{model.Text{Text: "kept"}}}
	options.Archive = &archive{messages: map[int64]*model.Message{1700000500: kept}}
	c := New(options)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.NoError(t, c.Connect(t.Context()))
	require.IsType(t, im.Connected{}, <-c.Events())
	snapshot, err := c.Sync(t.Context())
	require.NoError(t, err)
	require.Equal(t, kept.Elements, snapshot.Conversations[1].Last.Elements)
	require.Zero(t, s.countOf("openim/admin_getroammsg", `"MaxCnt":1`))
}
