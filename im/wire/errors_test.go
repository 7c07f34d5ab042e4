package wire

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryCodeIsExplainedInBothLanguages(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	chinese := regexp.MustCompile(`\p{Han}`)
	require.Greater(t, len(codes), 150)
	for number, code := range codes {
		require.Equal(t, number, code.Number)
		require.Regexp(t, name, code.Name, "%d", number)
		require.Regexp(t, chinese, code.CauseZH, "%d", number)
		require.Regexp(t, chinese, code.RemedyZH, "%d", number)
		require.NotEmpty(t, code.CauseEN, "%d", number)
		require.NotEmpty(t, code.RemedyEN, "%d", number)
	}
}

func TestNoCodeStandsInTwoTables(t *testing.T) {
	total := 0
	for _, table := range [][]Code{generalCodes, accountCodes, groupCodes, messageCodes, profileCodes, clientCodes} {
		total += len(table)
	}
	require.Equal(t, total, len(codes))
}

func TestLookup(t *testing.T) {
	expired, ok := Lookup(70001)
	require.True(t, ok)
	require.Equal(t, "usersig_expired", expired.Name)

	_, ok = Lookup(424242)
	require.False(t, ok)

	app, ok := Lookup(120007)
	require.True(t, ok)
	require.Equal(t, 120007, app.Number)
}

func TestErrorsOfReplies(t *testing.T) {
	require.NoError(t, OK().Err())
	require.EqualError(t, Fail(10010, "no such group").Err(), "refused with 10010: no such group")
	require.EqualError(t, Fail(10010, "").Err(), "refused with 10010: no such group, or it was dissolved")
	require.EqualError(t, Fail(424242, "").Err(), "refused with 424242")
}

func TestGroupTypesInOldAndNewNames(t *testing.T) {
	for name, want := range map[string]string{
		"Work": "Private", "Private": "Private", "Meeting": "ChatRoom", "ChatRoom": "ChatRoom",
		"Public": "Public", "AVChatRoom": "AVChatRoom", "Community": "Community",
	} {
		got, known := GroupType(name)
		require.True(t, known)
		require.Equal(t, want, got)
	}
	_, known := GroupType("Secret")
	require.False(t, known)
	require.Equal(t, "Work", GroupTypeDisplay("Private"))
	require.Equal(t, "Meeting", GroupTypeDisplay("ChatRoom"))
	require.Equal(t, "Public", GroupTypeDisplay("Public"))
}

func TestSideCommands(t *testing.T) {
	for _, command := range []string{
		"sns.friend_get", "im_open_status.wshello", "imopenstat.tim_web_report_v2", "recentcontact.get_contact_group",
		"million_group_open_http_svc.get_joined_group_list", "openim.authkey",
	} {
		require.True(t, IsSideCommand(command), command)
	}
	for _, command := range []string{CmdSendMsg, CmdPageGet, CmdPeerReadTime, "openim.authkeys", "snsx.a", "x.y", ""} {
		require.False(t, IsSideCommand(command), command)
	}
}
