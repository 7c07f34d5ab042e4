package convert

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

// TestANumberMayBeWrittenAsAString: a badge must not be zero because of it.
func TestANumberMayBeWrittenAsAString(t *testing.T) {
	for name, test := range map[string]struct {
		next, read, members string
		want                wire.Group
	}{
		"numbers":        {"46", "40", "3", wire.Group{NextMsgSeq: 46, MemberNum: 3, SelfInfo: &wire.SelfInfo{MsgSeq: 40}}},
		"strings":        {`"46"`, `"40"`, `"3"`, wire.Group{NextMsgSeq: 46, MemberNum: 3, SelfInfo: &wire.SelfInfo{MsgSeq: 40}}},
		"something else": {`"many"`, `{}`, `3`, wire.Group{MemberNum: 3, SelfInfo: &wire.SelfInfo{}}},
		"too large":      {`9007199254740993`, `40`, `3`, wire.Group{MemberNum: 3, SelfInfo: &wire.SelfInfo{MsgSeq: 40}}},
		"null":           {`null`, `null`, `null`, wire.Group{SelfInfo: &wire.SelfInfo{}}},
	} {
		t.Run(name, func(t *testing.T) {
			var answer wire.JoinedGroupListReply
			document := `{"GroupIdList":[{"GroupId":"123","Name":"\"NextMsgSeq\":\"7\"","NextMsgSeq":` + test.next + `,"SelfInfo":{"MsgSeq": ` + test.read +
				`},"MemberNum" : ` + test.members + `}],"TotalCount":1}`
			require.NoError(t, Lenient([]byte(document), &answer))
			test.want.GroupID, test.want.Name = "123", `"NextMsgSeq":"7"`
			require.EqualValues(t, []wire.Group{test.want}, answer.GroupIDList)
			require.Equal(t, 1, answer.TotalCount)
		})
	}
	require.Error(t, Lenient([]byte(`{"GroupIdList":[`), &wire.JoinedGroupListReply{}))
}

func TestTimesAreSeconds(t *testing.T) {
	require.EqualValues(t, 1_795_427_267, Seconds(1_795_427_267))
	require.EqualValues(t, 1_795_427_267, Seconds(1_795_427_267_123), "milliseconds, as some fields of webhooks are")
	require.Zero(t, Seconds(0))
}
