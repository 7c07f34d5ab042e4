package rest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
)

// The answers of this file succeed and lack what was asked for. Taken for "nothing", they would take groups, messages and badges away.

func TestGroupsStayWhenTheirListIsMissing(t *testing.T) {
	for name, answer := range map[string]string{
		"no list":                   `{"ActionStatus":"OK"}`,
		"null of some":              `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":null}`,
		"none of some":              `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":1,"GroupIdList":[]}`,
		"an error of another shape": `{"ActionStatus":"OK","ErrorCode":0,"Response":{"Error":"busy"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			c := s.connected()
			s.script(listCommand, answer)
			require.Equal(t, im.ClassTemporary, im.ClassOf(c.sweep(t.Context())))
			require.True(t, c.state.has("@TGS#1DEMOAAAA"))
			s.script(listCommand, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":[]}`)
			require.NoError(t, c.sweep(t.Context()))
			require.False(t, c.state.has("@TGS#1DEMOAAAA"), "the last group was left")
		})
	}
}

func TestAPageThatIsMissingIsNotAnEmptyOne(t *testing.T) {
	for command, id := range map[string]model.ConversationID{"group_open_http_svc/group_msg_get_simple": group, "openim/admin_getroammsg": "C2Cann"} {
		s := newService(t)
		c := s.connected()
		for answer, class := range map[string]im.Class{
			`{"ActionStatus":"OK"}`: im.ClassTemporary,
			`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"Complete":1}`:                                  -1,
			`{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":null,"Complete":1,"MsgList":null}`: -1,
		} {
			s.script(command, answer)
			page, err := c.History(t.Context(), im.HistoryRequest{Conversation: id})
			if class < 0 {
				require.NoError(t, err, answer)
				require.Empty(t, page.Messages)
				continue
			}
			require.Equal(t, class, im.ClassOf(err), answer)
		}
	}
}

// TestACountThatIsMissingIsNotZero, neither at the start nor later.
func TestACountThatIsMissingIsNotZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.dialogs(11)
		c := s.connected()
		snapshot, err := c.Sync(t.Context())
		require.NoError(t, err)
		untold := snapshot.Conversations[11]
		require.Equal(t, []any{model.ConversationID("C2Cp10"), true, int64(0)}, []any{untold.ID, untold.Uncounted, untold.Read})
		for _, answer := range []string{
			`{"ActionStatus":"OK"}`,
			`{"ActionStatus":"OK","ErrorCode":0,"AllC2CUnreadMsgNum":3}`,
			`{"ActionStatus":"FAIL","ErrorCode":90003,"ErrorInfo":"no"}`,
		} {
			s.script("openim/get_c2c_unread_msg_num", answer)
			c.toldNow()
			time.Sleep(5 * unreadEvery)
			synctest.Wait()
			for _, event := range c.toldNow() {
				require.IsNotType(t, im.ReadMoved{}, event, answer)
			}
		}
	})
}
