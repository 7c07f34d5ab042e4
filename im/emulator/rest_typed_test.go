package emulator

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// Clients with types, such as github.com/dobyte/tencent-im, decode MsgBody as a list of elements; one row of another type
// loses them the whole page.
func TestRESTHistoryHasElementsInEveryRow(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "hello", 1, "")
	s.ok("group_open_http_svc/modify_group_base_info", `{"GroupId":"shop","Name":"Market"}`)
	s.ok("group_open_http_svc/group_msg_recall", `{"GroupId":"shop","MsgSeqList":[{"MsgSeq":1}]}`)

	reply := s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":20,"WithRecalledMsg":1}`)
	text, err := json.Marshal(reply["RspMsgList"])
	require.NoError(t, err)
	var rows []struct {
		IsSystemMsg int
		MsgBody     []struct {
			MsgType    string
			MsgContent map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(text, &rows))
	require.Len(t, rows, 2)
	require.Equal(t, 1, rows[0].IsSystemMsg)
	require.Equal(t, "TIMGroupTipElem", rows[0].MsgBody[0].MsgType)
	require.EqualValues(t, 6, rows[0].MsgBody[0].MsgContent["OpType"])
}

// OnlineOnlyFlag was called MsgOnlineOnlyFlag, and clients from that time still send it.
func TestRESTOnlineOnlyByItsOldName(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.send("ann", "for who is there", 1, `,"MsgOnlineOnlyFlag":1`)
	reply := s.ok("group_open_http_svc/group_msg_get_simple", `{"GroupId":"shop","ReqMsgNumber":20}`)
	require.Empty(t, reply["RspMsgList"])
}
