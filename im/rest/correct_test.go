package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// archive keeps group messages in memory.
type archive struct {
	mu       sync.Mutex
	messages map[int64]*model.Message
}

func (a *archive) MessagesBetween(_ context.Context, _ model.ConversationID, after, upTo int64, limit int) ([]*model.Message, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []*model.Message
	for sequence := max(after, upTo-int64(limit)) + 1; sequence <= upTo; sequence++ {
		if m := a.messages[sequence]; m != nil {
			found = append(found, m)
		}
	}
	return found, nil
}

func (a *archive) SaveMessages(_ context.Context, messages []*model.Message) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range messages {
		a.messages[m.Sequence] = m
	}
	return nil
}

// busyGroup makes the service have a group with 100 unread messages, 38 to 137, of which it hides and recalls some.
func (s *service) busyGroup(gone, recalled func(sequence int) bool) {
	s.script("group_open_http_svc/get_joined_group_list", strings.NewReplacer(`"NextMsgSeq":41`, `"NextMsgSeq":138`).
		Replace(usual["group_open_http_svc/get_joined_group_list"]))
	s.handle = func(command, body string) (int, string) {
		if command != "group_open_http_svc/group_msg_get_simple" {
			return 0, ""
		}
		var request wire.GroupMsgGetRequest
		if err := json.Unmarshal([]byte(body), &request); err != nil {
			return http.StatusBadRequest, err.Error()
		}
		var rows []string
		for sequence := int(request.ReqMsgSeq); sequence > int(request.ReqMsgSeq)-request.ReqMsgNumber; sequence-- {
			place := 0
			if recalled(sequence) {
				place = wire.PlaceRecalled
			}
			if gone(sequence) {
				place = wire.PlaceHole
			}
			rows = append(rows, fmt.Sprintf(`{"From_Account":"ann","IsPlaceMsg":%d,"MsgRandom":%d,"MsgSeq":%d,"MsgTimeStamp":1700000400,
				"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`, place, sequence, sequence))
		}
		return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","IsFinished":0,"RspMsgList":[` + strings.Join(rows, ",") + `]}`
	}
}

func none(int) bool { return false }

// syncWith makes one client list the conversations, as a command does, and returns the group's row and the pages of history
// that it took.
func syncWith(t *testing.T, s *service, kept *archive) (row im.Conversation, pages int) {
	t.Helper()
	options := s.options()
	if kept != nil {
		options.Archive = kept
	}
	c := New(options)
	defer func() { require.NoError(t, c.Close()) }()
	require.NoError(t, c.Connect(t.Context()))
	before := s.count("group_open_http_svc/group_msg_get_simple")
	snapshot, err := c.Sync(t.Context())
	require.NoError(t, err)
	return snapshot.Conversations[0], s.count("group_open_http_svc/group_msg_get_simple") - before
}

func TestUnreadMessagesThatAreKeptAreNotReadAgain(t *testing.T) {
	s, kept := newService(t), &archive{messages: map[int64]*model.Message{}}
	s.busyGroup(none, none)
	row, pages := syncWith(t, s, kept)
	require.Equal(t, 100, row.Unread)
	require.Equal(t, 5, pages)
	require.Len(t, kept.messages, 100)
	row, pages = syncWith(t, s, kept)
	require.Equal(t, 100, row.Unread)
	require.Equal(t, 1, pages, "the newest page only")
}

func TestARecallWhileAwayIsCounted(t *testing.T) {
	s, kept := newService(t), &archive{messages: map[int64]*model.Message{}}
	s.busyGroup(none, none)
	syncWith(t, s, kept)
	s.busyGroup(none, func(sequence int) bool { return sequence == 130 })
	row, _ := syncWith(t, s, kept)
	require.Equal(t, 99, row.Unread)
	require.True(t, kept.messages[130].Recalled)
}

func TestAHoleInWhatIsKeptIsAskedFor(t *testing.T) {
	s, kept := newService(t), &archive{messages: map[int64]*model.Message{}}
	s.busyGroup(func(sequence int) bool { return sequence == 60 }, none)
	syncWith(t, s, kept)
	row, pages := syncWith(t, s, kept)
	require.Equal(t, 99, row.Unread)
	require.Equal(t, 2, pages)
}

// TestWhatIsKnownOfAKeptMessageStays: a page tells neither the sender's name nor whether a receipt is wanted.
func TestWhatIsKnownOfAKeptMessageStays(t *testing.T) {
	s, kept := newService(t), &archive{messages: map[int64]*model.Message{}}
	whole := &model.Message{Conversation: group, Sequence: 137, Sender: "ann", SenderName: "Ann", NeedReceipt: true}
	kept.messages[137] = whole
	s.busyGroup(none, none)
	syncWith(t, s, kept)
	require.Same(t, whole, kept.messages[137])
	require.True(t, kept.messages[136].Partial)
}

func TestNobodyLooksAtBadges(t *testing.T) {
	s := newService(t)
	s.busyGroup(none, none)
	s.script("recentcontact/get_list", `{"SessionItem":[{"Type":1,"To_Account":"ann","MsgTime":1700000500}],"CompleteFlag":1,"ErrorCode":0,"ActionStatus":"OK"}`)
	options := s.options()
	options.Uncounted = true
	c := New(options)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.NoError(t, c.Connect(t.Context()))
	snapshot, err := c.Sync(t.Context())
	require.NoError(t, err)
	require.True(t, snapshot.Conversations[0].Uncounted)
	require.Zero(t, s.count("group_open_http_svc/group_msg_get_simple"))
	require.Equal(t, im.Conversation{ID: "C2Cann", Next: 1700000501, Uncounted: true}, snapshot.Conversations[1], "not counted is not read")
	require.Zero(t, s.count("openim/get_c2c_unread_msg_num"))
}

// TestTheFirstListBringsTheProfiles where the service gives them in a list, so that a start costs no call for every 50 groups.
func TestTheFirstListBringsTheProfiles(t *testing.T) {
	s := newService(t)
	s.script(listCommand, strings.Replace(usual[listCommand], `"InfoSeq":7`, `"InfoSeq":7,"CreateTime":1690000000,"Owner_Account":"ann","Notification":"be early"`, 1), usual[listCommand])
	c := s.connected()
	require.Zero(t, s.count("group_open_http_svc/get_group_info"))
	require.NoError(t, c.sweep(t.Context()))
	require.Zero(t, s.count("group_open_http_svc/get_group_info"), "nothing has changed")
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	known := c.state.groups["@TGS#1DEMOAAAA"].group
	require.Equal(t, []any{"ann", "be early", int64(1690000000)}, []any{known.Owner, known.Notification, known.CreatedAt})
}
