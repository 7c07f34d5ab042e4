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

// TestARecallInTheConversationOnScreenIsFound although no sequence moves.
func TestARecallInTheConversationOnScreenIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.mu.Lock()
		s.handle = func(command, body string) (int, string) {
			switch {
			case command == "group_open_http_svc/group_msg_get_simple":
				return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"IsFinished":1,"RspMsgList":[
					{"From_Account":"ann","IsPlaceMsg":2,"MsgRandom":9,"MsgSeq":40,"MsgTimeStamp":1700000400,"MsgBody":[]}]}`
			case command == "openim/admin_getroammsg" && strings.Contains(body, `"Peer_Account":"ann"`):
				return http.StatusOK, fmt.Sprintf(`{"ActionStatus":"OK","ErrorCode":0,"Complete":1,"MsgList":[
					{"From_Account":"ann","To_Account":"bo","MsgSeq":1,"MsgRandom":5,"MsgTimeStamp":%d,"MsgFlagBits":8,"MsgBody":[]}]}`, time.Now().Add(-time.Hour).Unix())
			}
			return 0, ""
		}
		s.mu.Unlock()
		c.Attend(group)
		require.Equal(t, im.MessageChanged{Conversation: group, Sequence: 40, Recalled: true}, await[im.MessageChanged](t, c))
		c.Attend("C2Cann")
		require.Equal(t, im.MessageChanged{Conversation: "C2Cann", Key: model.Key{Sender: "ann", Random: 5}, Recalled: true}, await[im.MessageChanged](t, c))
		c.Attend("")
		time.Sleep(2 * changesEvery)
		asked := s.count("group_open_http_svc/group_msg_get_simple")
		c.toldNow()
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, asked, s.count("group_open_http_svc/group_msg_get_simple"), "nobody looks")
		for _, event := range c.toldNow() {
			require.IsNotType(t, im.MessageChanged{}, event, "a recall is told once")
		}
	})
}

// TestPollingIsFastWhileSomebodyLooks although nothing happens.
func TestPollingIsFastWhileSomebodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		go func() {
			for range c.Events() {
			}
		}()
		sweeps := func(span time.Duration) int {
			before := s.count(listCommand)
			time.Sleep(span)
			return s.count(listCommand) - before
		}
		time.Sleep(time.Hour)
		require.LessOrEqual(t, sweeps(10*time.Minute), 10*60/10)
		c.Attend(group)
		time.Sleep(slowest)
		require.Greater(t, sweeps(time.Minute), 15)
		c.Attend("")
		time.Sleep(5 * time.Minute)
		require.LessOrEqual(t, sweeps(10*time.Minute), 10*60/10)
	})
}
