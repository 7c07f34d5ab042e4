package wire

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape makes the values into which a command's request and reply are decoded.
type shape struct{ request, reply func() any }

func of[Request, Reply any]() shape {
	return shape{
		request: func() any { return new(Request) },
		reply:   func() any { return new(Reply) },
	}
}

// shapes says which types belong to which command. The files under testdata are written by hand from the protocol's
// description, never by these types.
var shapes = map[string]shape{
	CmdLogin:               of[LoginRequest, LoginReply](),
	CmdLogout:              of[LogoutRequest, Reply](),
	CmdHello:               of[Empty, HelloReply](),
	CmdAlive:               of[Empty, Reply](),
	CmdPushAck:             of[PushAckRequest, Empty](),
	CmdGetMsg:              of[GetMsgRequest, GetMsgReply](),
	CmdGetRoamMsg:          of[GetRoamMsgRequest, GetRoamMsgReply](),
	CmdMsgReaded:           of[MsgReadedRequest, Reply](),
	CmdPeerReadTime:        of[PeerReadTimeRequest, PeerReadTimeReply](),
	CmdMsgWithdraw:         of[MsgWithdrawRequest, Reply](),
	CmdReadAll:             of[ReadAllRequest, ReadAllReply](),
	CmdDeleteMsg:           of[DeleteMsgRequest, Reply](),
	CmdPageGet:             of[PageGetRequest, PageGetReply](),
	CmdPin:                 of[PinRequest, DisplayResult](),
	CmdBatchDelete:         of[BatchDeleteRequest, BatchDeleteReply](),
	CmdPortraitGetAll:      of[PortraitGetAllRequest, PortraitReply](),
	CmdSelfMemberInfo:      of[GroupInfoRequest, GroupInfoReply](),
	CmdPublicInfo:          of[GroupInfoRequest, GroupInfoReply](),
	CmdGroupMsgGet:         of[GroupMsgGetRequest, GroupMsgGetReply](),
	CmdMsgReadReport:       of[MsgReadReportRequest, Reply](),
	CmdApplyJoinGroup:      of[ApplyJoinGroupRequest, ApplyJoinGroupReply](),
	CmdHandleApplyJoin:     of[HandleApplyJoinRequest, Reply](),
	CmdQuitGroup:           of[GroupRequest, Reply](),
	CmdGetPendency:         of[GetPendencyRequest, GetPendencyReply](),
	CmdHandleInvite:        of[HandleInviteRequest, Reply](),
	CmdHandleOwnInvite:     of[HandleOwnInviteRequest, Reply](),
	CmdGroupSearch:         of[GroupSearchRequest, GroupSearchReply](),
	CmdSendMsg:             of[SendMsgRequest, SendMsgReply](),
	CmdC2CReadReceipt:      of[C2CReadReceiptRequest, Reply](),
	CmdModifyGroupMsg:      of[ModifyGroupMsgRequest, ModifyMsgReply](),
	CmdModifyC2CMsg:        of[ModifyC2CMsgRequest, ModifyMsgReply](),
	CmdPortraitSet:         of[PortraitSetRequest, DisplayResult](),
	CmdJoinedGroupList:     of[JoinedGroupListRequest, JoinedGroupListReply](),
	CmdGroupMemberInfo:     of[MemberInfoRequest, MemberInfoReply](),
	CmdSpecifiedMemberInfo: of[MemberInfoRequest, MemberInfoReply](),
	CmdCreateGroup:         of[CreateGroupRequest, CreateGroupReply](),
	CmdDestroyGroup:        of[GroupRequest, Reply](),
	CmdAddGroupMember:      of[AddGroupMemberRequest, AddGroupMemberReply](),
	CmdDeleteGroupMember:   of[DeleteGroupMemberRequest, Reply](),
	CmdModifyGroupInfo:     of[ModifyGroupInfoRequest, Reply](),
	CmdModifyMemberInfo:    of[ModifyMemberInfoRequest, Reply](),
	CmdChangeGroupOwner:    of[ChangeGroupOwnerRequest, Reply](),
	CmdSendGroupMsg:        of[SendGroupMsgRequest, SendGroupMsgReply](),
	CmdGroupMsgRecall:      of[GroupMsgRecallRequest, GroupMsgRecallReply](),
	CmdGroupMsgReceipt:     of[GroupMsgReceiptRequest, Reply](),
	CmdGetGroupMsgReceipt:  of[GetGroupMsgReceiptRequest, GetGroupMsgReceiptReply](),
	CmdGroupReceiptDetail:  of[ReceiptDetailRequest, ReceiptDetailReply](),
	CmdForbidSendMsg:       of[ForbidSendMsgRequest, Reply](),
	CmdAccountImport:       of[AccountImportRequest, Reply](),
	CmdMultiAccountImport:  of[MultiAccountImportRequest, MultiAccountImportReply](),
	CmdAccountCheck:        of[AccountCheckRequest, AccountCheckReply](),
	CmdKick:                of[KickRequest, Reply](),
	CmdPortraitGet:         of[PortraitGetRequest, PortraitReply](),
	CmdGroupInfo:           of[GroupInfoRequest, GroupInfoReply](),
	CmdRoleInGroup:         of[RoleInGroupRequest, RoleInGroupReply](),
	CmdGroupList:           of[GroupListRequest, GroupListReply](),
	CmdGroupNotification:   of[GroupNotificationRequest, Reply](),
	CmdGroupMsgGetSimple:   of[GroupMsgGetRequest, GroupMsgGetSimpleReply](),
	CmdSetUnreadMsgNum:     of[SetUnreadMsgNumRequest, Reply](),
	CmdAdminGetRoamMsg:     of[AdminGetRoamMsgRequest, AdminGetRoamMsgReply](),
	CmdAdminMsgWithdraw:    of[AdminMsgWithdrawRequest, Reply](),
	CmdAdminSetMsgRead:     of[AdminSetMsgReadRequest, Reply](),
	CmdC2CUnreadNum:        of[C2CUnreadNumRequest, C2CUnreadNumReply](),
	CmdOnlineStatus:        of[OnlineStatusRequest, OnlineStatusReply](),
	CmdRecentContactList:   of[RecentContactListRequest, RecentContactListReply](),
	CmdRecentContactDelete: of[RecentContactDeleteRequest, DisplayResult](),
	CmdSetFaults:           of[SetFaultsRequest, Reply](),
	CmdGetFaults:           of[Empty, GetFaultsReply](),
}

// TestGoldenFilesSurviveDecodingAndEncoding holds that no field that a page of the protocol shows is lost, renamed or
// changed. Fields may be added or left out only where they are zero.
func TestGoldenFilesSurviveDecodingAndEncoding(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	require.NoError(t, err)
	covered := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(filepath.Base(filepath.Dir(file))+"/"+name, func(t *testing.T) {
			value := any(new(Push))
			if command, kind, found := cutLast(name, "."); found && filepath.Dir(file) != "testdata/push" {
				covered[command] = true
				value = newShape(t, command, kind)
			}
			golden, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, Unmarshal(golden, value))
			encoded, err := Marshal(value)
			require.NoError(t, err)
			require.Equal(t, pruned(t, golden), pruned(t, encoded))
		})
	}
	for command := range shapes {
		require.True(t, covered[command], "no golden file for %s", command)
	}
}

func newShape(t *testing.T, command, kind string) any {
	t.Helper()
	s, ok := shapes[command]
	require.True(t, ok, "no types for %s", command)
	if kind == "request" {
		return s.request()
	}
	return s.reply()
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// pruned decodes JSON and removes what is zero from objects, so that an absent field equals a zero one.
func pruned(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(text, &v), "%s", text)
	return prune(v)
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, field := range v {
			field = prune(field)
			if isZero(field) {
				delete(v, key)
				continue
			}
			v[key] = field
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// required lists, for replies and pushes, the fields without which the official Web SDK breaks: they must be written
// even when they are zero.
var required = []struct {
	name   string
	value  any
	fields []string
}{
	{"login", LoginReply{}, []string{"A2Key", "TinyId", "TimeStamp", "InstId", "HelloInterval"}},
	{"page_get", PageGetReply{}, []string{"SessionItem", "CompleteFlag"}},
	{"group row", SessionItem{GroupSession: &GroupSession{}}, []string{
		"Type", "ToAccount", "UnreadMsgCount", "MsgGroupReadedSeq", "GroupNextMsgSeq", "MsgSeq",
	}},
	{"C2C row", SessionItem{C2CSession: &C2CSession{}}, []string{"Type", "To_Account", "MsgTimeStamp"}},
	{"getmsg", GetMsgReply{}, []string{"Cookie", "SyncFlag", "MsgList", "C2CPairUnreadCount"}},
	{"joined groups", JoinedGroupListReply{}, []string{"TotalCount", "GroupIdList"}},
	{"group", Group{}, []string{"GroupId", "Type", "Name", "MemberNum", "NextMsgSeq"}},
	{"self info", SelfInfo{}, []string{"Role", "MsgSeq"}},
	{"group profiles", GroupInfoReply{}, []string{"GroupInfo"}},
	{"group profile row", GroupInfoRow{}, []string{"GroupId", "ErrorCode"}},
	{"members", MemberInfoReply{}, []string{"MemberNum", "MemberList"}},
	{"member", Member{}, []string{"Member_Account", "Role"}},
	{"create", CreateGroupReply{}, []string{"GroupId"}},
	{"add", AddGroupMemberReply{}, []string{"MemberList"}},
	{"add result", AddResult{}, []string{"Member_Account", "Result"}},
	{"join", ApplyJoinGroupReply{}, []string{"JoinedStatus"}},
	{"pendency", GetPendencyReply{}, []string{"PendencyList", "NextStartTime"}},
	{"group send", SendGroupMsgReply{}, []string{"MsgSeq", "MsgTime"}},
	{"group history", GroupMsgGetReply{}, []string{"IsFinished", "NextReqMsgSeq", "RspMsgList"}},
	{"group message", GroupMessage{}, []string{
		"From_Account", "ToGroupId", "MsgSeq", "MsgRandom", "MsgTimeStamp", "MsgBody", "TinyId", "MsgClientTime",
		"GroupInfo", "NeedReadReceipt",
	}},
	{"receipts", GetGroupMsgReceiptReply{}, []string{"GroupMsgReceiptList"}},
	{"receipt", GroupMsgReceipt{}, []string{"MsgSeq", "Code", "ReadNum", "UnreadNum"}},
	{"readers", ReceiptDetailReply{}, []string{"Cursor", "IsFinish", "IsFinished", "ReadList", "UnreadList"}},
	{"recall", GroupMsgRecallReply{}, []string{"RecallRetList"}},
	{"recall result", RecallResult{}, []string{"MsgSeq", "RetCode"}},
	{"edit", ModifyMsgReply{}, []string{"MsgBody", "MsgVersion"}},
	{"C2C send", SendMsgReply{}, []string{"MsgTime"}},
	{"C2C history", GetRoamMsgReply{}, []string{"Complete", "LastMsgTime", "MsgKey", "MsgList"}},
	{"C2C message", C2CMessage{}, []string{
		"From_Account", "To_Account", "MsgSeq", "MsgRandom", "MsgTimeStamp", "MsgBody", "TinyId", "MsgClientTime",
	}},
	{"peer read time", PeerReadTimeReply{}, []string{"ReadTime"}},
	{"read all", ReadAllReply{}, []string{"C2CReadAllMsg", "GroupReadInfoArray"}},
	{"read all result", GroupReadResult{}, []string{"GroupId", "MsgSeq", "RetCode"}},
	{"batch delete", BatchDeleteReply{}, []string{"ResultItem"}},
	{"batch delete result", ContactResult{Contact: Contact{ToAccount: "bob"}}, []string{"Type", "To_Account", "ResultCode"}},
	{"profiles", PortraitReply{}, []string{"UserProfileItem"}},
	{"profile", UserProfile{}, []string{"To_Account", "ResultCode", "ProfileItem"}},
	{"profile field", ProfileItem{}, []string{"Tag", "Value"}},
	{"push", Push{}, []string{"EventArray"}},
	{"group receipt push", GroupReceipt{}, []string{"TinyId", "MsgClientTime", "MsgRandom", "ReadNum", "UnreadNum"}},
	{"C2C receipt push", C2CReceipt{}, []string{"TinyId", "MsgClientTime", "MsgRandom"}},
	{"group read sync", GroupReadInfo{}, []string{"GroupId", "LastReadMsgSeq"}},
	{"C2C read sync", PairRead{}, []string{"LastReadTime"}},
	{"C2C read", C2CReadNotify{}, []string{"UinPairReadArray"}},
	{"notice", GroupNotice{}, []string{"ReportType", "Operator_Account"}},
	{"tip", GroupTip{}, []string{"From_Account", "ToGroupId", "MsgSeq", "GroupInfo"}},
	{"mention", GroupAtTips{}, []string{"AtFlagList"}},
	{"kick", KickoutNotify{}, []string{"KickType", "NewInstInfo"}},
	{"set_unread_msg_num", SetUnreadMsgNumRequest{}, []string{"UnreadMsgNum"}},
	{"mark read", MsgReadReportRequest{}, []string{"MsgReadedSeq"}},
}

func TestRequiredFieldsAreWrittenWhenZero(t *testing.T) {
	for _, test := range required {
		t.Run(test.name, func(t *testing.T) {
			text, err := Marshal(test.value)
			require.NoError(t, err)
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(text, &fields))
			for _, field := range test.fields {
				require.Contains(t, fields, field)
				require.NotEqual(t, "null", string(fields[field]), field)
			}
		})
	}
}

// The Web SDK tells group rows from C2C rows by which of two spellings is there.
func TestSessionItemsNameThemselvesInOneSpelling(t *testing.T) {
	group, err := Marshal(SessionItem{Type: ConversationGroup, GroupSession: &GroupSession{GroupID: "g"}})
	require.NoError(t, err)
	require.Contains(t, string(group), `"ToAccount":"g"`)
	require.NotContains(t, string(group), `"To_Account"`)

	peer, err := Marshal(SessionItem{Type: ConversationC2C, C2CSession: &C2CSession{ToAccount: "bob"}})
	require.NoError(t, err)
	require.Contains(t, string(peer), `"To_Account":"bob"`)
	require.NotContains(t, string(peer), `"ToAccount"`)
}

func TestEventArraysAreToldApartByContent(t *testing.T) {
	kinds := map[string]string{
		"group_receipts": "GroupReceipts", "group_read_sync": "GroupReadSync", "group_tip_joined": "MemberTip",
		"group_tip_renamed": "MemberTip", "group_notice": "GroupNotice", "mention": "GroupAtTips", "group_recall": "GroupWithdraw",
	}
	for file, want := range kinds {
		text, err := os.ReadFile("testdata/push/" + file + ".json")
		require.NoError(t, err)
		var push Push
		require.NoError(t, Unmarshal(text, &push))
		content := push.EventArray[0].GroupTips[0].Content()
		require.Equal(t, "wire."+want, fmt.Sprintf("%T", content), file)
	}
}
