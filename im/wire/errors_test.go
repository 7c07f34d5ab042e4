package wire

import (
	"regexp"
	"slices"
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

// documentedCodes are the codes that the documents name: rest-api, section 1.6, and push-protocol, sections 5 and 9.
var documentedCodes = []int{
	60002, 60003, 60004, 60005, 60006, 60007, 60008, 60009, 60010, 60011, 60012, 60013, 60014, 60015, 60016, 60017, 60018, 60019, 60020, 60021,
	70001, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70050, 70051, 70101, 70107, 70114, 70169, 70202, 70206, 70398, 70399, 70402,
	70403, 70500, 71000, 72000, 72001,
	80001, 80002, 80003, 80004,
	10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009, 10010, 10011, 10012, 10013, 10014, 10015, 10016, 10017, 10018, 10019, 10021, 10023,
	10024, 10025, 10026, 10030, 10031, 10032, 10033, 10034, 10035, 10036, 10037, 10038, 10041, 10044, 10045, 10046, 10047, 10048, 10049, 10050,
	10051, 10052, 10053, 10054, 10056, 10058, 10059, 10060, 10061, 10062, 10063, 11000,
	20001, 20002, 20003, 20004, 20005, 20006, 20007, 20008, 20009, 20010, 20011, 20012, 20016, 20018, 20022, 20023, 20027, 20028,
	90001, 90002, 90003, 90005, 90006, 90007, 90008, 90009, 90010, 90011, 90012, 90018, 90026, 90031, 90043, 90044, 90048, 90054, 90055, 90992,
	90994, 90995, 91000, 91101, 93000,
	40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008, 40009, 40601, 40605, 40610,
	50001, 50002, 50003, 50004, 50005, 51006, 51007, 51008, 51009, 51010, 51011, 51012,
	1002, 2022, 2801, 2903, 2996,
	120001, 130000,
}

func TestEveryDocumentedCodeIsExplained(t *testing.T) {
	for _, number := range documentedCodes {
		_, known := Lookup(number)
		require.True(t, known, "%d", number)
	}
}

func TestCodesWithoutReceiptsNameEditionAndSwitch(t *testing.T) {
	for _, number := range []int{10059, 10060, 10062} {
		code, _ := Lookup(number)
		require.Contains(t, code.RemedyZH, "旗舰版", "%d", number)
		for _, remedy := range []string{code.RemedyZH, code.RemedyEN} {
			require.Contains(t, remedy, "功能配置 → 群组配置 → 群功能配置 → 群消息已读回执", "%d", number)
		}
	}
}

func TestCodesAreListedInOrder(t *testing.T) {
	all := Codes()
	require.Len(t, all, len(codes))
	require.True(t, slices.IsSortedFunc(all, func(a, b Code) int { return a.Number - b.Number }))
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
