package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func parse[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	require.NoError(t, Unmarshal([]byte(text), &v))
	return v
}

// The documentation renamed fields over the years, and the Web SDK keeps some of the old names.
func TestOldAndNewFieldNamesMeanTheSame(t *testing.T) {
	for _, field := range []string{"UserID", "Identifier"} {
		require.Equal(t, "ann", parse[AccountImportRequest](t, `{"`+field+`":"ann"}`).User())
		require.Equal(t, "ann", parse[KickRequest](t, `{"`+field+`":"ann"}`).User())
	}
	for _, field := range []string{"MuteAllMember", "ShutUpAllMember"} {
		require.Equal(t, "On", *parse[ModifyGroupInfoRequest](t, `{"`+field+`":"On"}`).MuteAll())
		require.True(t, parse[Group](t, `{"`+field+`":"On"}`).AllMuted())
	}
	for _, field := range []string{"MuteTime", "ShutUpTime"} {
		require.Zero(t, *parse[ModifyMemberInfoRequest](t, `{"`+field+`":0}`).Mute())
		require.Equal(t, int64(4294967295), *parse[ForbidSendMsgRequest](t, `{"`+field+`":4294967295}`).Mute())
	}
	for _, field := range []string{"MuteUntil", "ShutUpUntil"} {
		require.Equal(t, int64(9), parse[Member](t, `{"`+field+`":9}`).MutedUntil())
	}
	for _, names := range []string{`{"Operator_Account":"bo","Peer_Account":"ann"}`, `{"From_Account":"bo","To_Account":"ann"}`} {
		r := parse[AdminGetRoamMsgRequest](t, names)
		require.Equal(t, [2]string{"bo", "ann"}, [2]string{r.Operator(), r.Peer()})
	}
	for _, detail := range []string{`{"Flag":1,"Num":7}`, `{"Filter":1,"Count":7}`} {
		r := parse[ReceiptDetailRequest](t, detail)
		require.True(t, r.WantsUnread())
		require.Equal(t, 7, r.Limit())
	}
	for _, end := range []string{"IsFinish", "IsFinished"} {
		require.True(t, parse[ReceiptDetailReply](t, `{"`+end+`":1}`).Finished())
	}
	for _, field := range []string{"GroupId", "ToGroupid"} {
		require.Equal(t, "g", parse[Contact](t, `{"`+field+`":"g"}`).Group())
	}
	require.True(t, parse[SendMsgRequest](t, `{"MsgLifeTime":0}`).OnlineOnly())
	require.True(t, parse[SendMsgRequest](t, `{"OnlineOnlyFlag":1}`).OnlineOnly())
	require.False(t, parse[SendMsgRequest](t, `{}`).OnlineOnly())
}

func TestUnknownAndDamagedTipsKeepTheirBody(t *testing.T) {
	for _, body := range []string{`{"Odd":1}`, `[]`, `"x"`, `{"OpType":"six"}`} {
		tip := parse[GroupTip](t, `{"ToGroupId":"g","MsgBody":`+body+`}`)
		unknown, ok := tip.Content().(UnknownTip)
		require.True(t, ok, body)
		require.Equal(t, body, string(unknown.Body))
	}
	made, err := NewTipBody(GroupReadSync{GroupReadInfoArray: List[GroupReadInfo]{{GroupID: "g", LastReadMsgSeq: 2}}})
	require.NoError(t, err)
	require.Equal(t, `{"GroupReadInfoArray":[{"GroupId":"g","LastReadMsgSeq":2}]}`, string(made))
}

func TestPlatformAndPriorityNames(t *testing.T) {
	require.Equal(t, "Web", PlatformName(PlatformWeb))
	require.Equal(t, "Unknown", PlatformName(77))
	for name, want := range map[string]int{"High": 1, "Normal": 2, "": 2, "Low": 3, "Lowest": 4} {
		number, known := PriorityNumber(name)
		require.True(t, known, name)
		require.Equal(t, want, number, name)
	}
	_, known := PriorityNumber("high")
	require.False(t, known)
}
