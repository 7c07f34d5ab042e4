package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func friendWorld(t *testing.T) *world {
	w := newWorld(t, nil)
	w.ok("im_open_login_svc/multiaccount_import",
		`{"AccountList":[{"UserID":"ann","Nick":"Ann"},{"UserID":"bo","Nick":"Bo"},{"UserID":"cy"},{"UserID":"dee"}]}`)
	return w
}

// codes are the results of a list, by user.
func codes(reply map[string]any, list string) map[string]int {
	found := map[string]int{}
	for _, entry := range reply[list].([]any) {
		row := entry.(map[string]any)
		found[row["To_Account"].(string)] = int(row["ResultCode"].(float64))
	}
	return found
}

func TestRESTFriends(t *testing.T) {
	w := friendWorld(t)
	reply := w.ok("sns/friend_add", `{"From_Account":"ann","AddType":"Add_Type_Both","ForceAddFlags":1,"AddFriendItem":[
		{"To_Account":"bo","AddSource":"AddSource_Type_Web","Remark":"Bob","GroupName":"shop","AddWording":"hi"},
		{"To_Account":"cy","AddSource":"AddSource_Type_Web"},{"To_Account":"zed","AddSource":"AddSource_Type_Web"}]}`)
	require.Equal(t, map[string]int{"bo": 0, "cy": 0, "zed": 30003}, codes(reply, "ResultItem"))
	require.Equal(t, []any{"zed"}, reply["Fail_Account"])

	reply = w.ok("sns/friend_get", `{"From_Account":"ann","StartIndex":0,"StandardSequence":0,"CustomSequence":0}`)
	require.EqualValues(t, 2, reply["FriendNum"])
	require.EqualValues(t, 1, reply["CompleteFlag"])
	require.EqualValues(t, 0, reply["NextStartIndex"])
	require.Equal(t, "bo", reply["UserDataItem"].([]any)[0].(map[string]any)["To_Account"])
	require.EqualValues(t, 1, w.ok("sns/friend_get", `{"From_Account":"bo","StartIndex":0}`)["FriendNum"], "both ways")

	w.ok("sns/friend_update", `{"From_Account":"ann","UpdateItem":[{"To_Account":"bo","SnsItem":[
		{"Tag":"Tag_SNS_IM_Remark","Value":"Bobby"},{"Tag":"Tag_SNS_IM_Group","Value":["shop","vip"]},{"Tag":"Tag_SNS_Custom_Rank","Value":3}]}]}`)
	reply = w.ok("sns/friend_get_list",
		`{"From_Account":"ann","To_Account":["bo","dee"],"TagList":["Tag_SNS_IM_Remark","Tag_SNS_IM_Group","Tag_SNS_Custom_Rank","Tag_Profile_IM_Nick"]}`)
	require.Equal(t, map[string]int{"bo": 0, "dee": 31704}, codes(reply, "InfoItem"))
	w.requireJSON(`[{"Tag":"Tag_Profile_IM_Nick","Value":"Bo"},{"Tag":"Tag_SNS_IM_Remark","Value":"Bobby"},
		{"Tag":"Tag_SNS_IM_Group","Value":["shop","vip"]},{"Tag":"Tag_SNS_Custom_Rank","Value":3}]`,
		reply["InfoItem"].([]any)[0].(map[string]any)["SnsProfileItem"])

	w.ok("sns/friend_delete", `{"From_Account":"cy","To_Account":["ann"],"DeleteType":"Delete_Type_Single"}`)
	w.requireJSON(`[{"To_Account":"bo","Relation":"CheckResult_Type_BothWay","ResultCode":0,"ResultInfo":""},
		{"To_Account":"cy","Relation":"CheckResult_Type_AWithB","ResultCode":0,"ResultInfo":""},
		{"To_Account":"dee","Relation":"CheckResult_Type_NoRelation","ResultCode":0,"ResultInfo":""}]`,
		w.ok("sns/friend_check", `{"From_Account":"ann","To_Account":["bo","cy","dee"],"CheckType":"CheckResult_Type_Both"}`)["InfoItem"])
	w.ok("sns/friend_delete_all", `{"From_Account":"ann","DeleteType":"Delete_Type_Both"}`)
	require.EqualValues(t, 0, w.ok("sns/friend_get", `{"From_Account":"bo","StartIndex":0}`)["FriendNum"])

	w.refused(30003, "sns/friend_get", `{"From_Account":"zed","StartIndex":0}`)
	w.refused(30001, "sns/friend_get", `{"StartIndex":0}`)
	w.refused(30001, "sns/friend_add", `{"From_Account":"ann"}`)
}

func TestRESTGroupsOfFriends(t *testing.T) {
	w := friendWorld(t)
	w.ok("sns/friend_import", `{"From_Account":"ann","AddFriendItem":[{"To_Account":"bo","AddSource":"AddSource_Type_X","AddTime":1600000000},{"To_Account":"cy","GroupName":["old"]}]}`)
	reply := w.ok("sns/group_add", `{"From_Account":"ann","GroupName":["new","vip"],"To_Account":["bo","dee"]}`)
	require.Equal(t, map[string]int{"bo": 0, "dee": 31704}, codes(reply, "ResultItem"))
	w.requireJSON(`[{"GroupName":"old","FriendNumber":1,"To_Account":["cy"]},{"GroupName":"new","FriendNumber":1,"To_Account":["bo"]},
		{"GroupName":"vip","FriendNumber":1,"To_Account":["bo"]}]`,
		w.ok("sns/group_get", `{"From_Account":"ann","LastSequence":0,"NeedFriend":"Need_Friend_Type_Yes"}`)["ResultItem"])
	w.ok("sns/group_delete", `{"From_Account":"ann","GroupName":["new"]}`)
	w.ok("sns/group_update", `{"From_Account":"ann","GroupOldName":"vip","GroupNewName":"gold","UpdateGroupItem":[
		{"To_Account":"cy","UpdateType":"Update_Type_Add"},{"To_Account":"bo","UpdateType":"Update_Type_Delete"}]}`)
	w.requireJSON(`[{"GroupName":"gold","FriendNumber":1,"To_Account":["cy"]}]`,
		w.ok("sns/group_get", `{"From_Account":"ann","NeedFriend":"Need_Friend_Type_Yes","GroupName":["gold"]}`)["ResultItem"])
}

func TestRESTBlockList(t *testing.T) {
	w := friendWorld(t)
	w.ok("sns/friend_add", `{"From_Account":"ann","AddFriendItem":[{"To_Account":"bo"}]}`)
	w.ok("sns/black_list_add", `{"From_Account":"ann","To_Account":["bo","cy","dee","zed"]}`)
	require.EqualValues(t, 0, w.ok("sns/friend_get", `{"From_Account":"bo","StartIndex":0}`)["FriendNum"], "nobody is the friend of who blocks them")
	var seen []any
	for start, pages := 0.0, 0; pages == 0 || start > 0; pages++ {
		reply := w.ok("sns/black_list_get", `{"From_Account":"ann","StartIndex":`+fmt.Sprint(start)+`,"MaxLimited":2,"LastSequence":0}`)
		for _, row := range reply["BlackListItem"].([]any) {
			seen = append(seen, row.(map[string]any)["To_Account"])
		}
		start = reply["StartIndex"].(float64)
	}
	require.Equal(t, []any{"bo", "cy", "dee"}, seen)
	w.requireJSON(`[{"To_Account":"bo","Relation":"BlackCheckResult_Type_AWithB","ResultCode":0,"ResultInfo":""}]`,
		w.ok("sns/black_list_check", `{"From_Account":"ann","To_Account":["bo"],"CheckType":"BlackCheckResult_Type_Both"}`)["BlackListCheckItem"])
	require.Equal(t, map[string]int{"ann": 30525}, codes(w.ok("sns/friend_add", `{"From_Account":"bo","AddFriendItem":[{"To_Account":"ann"}]}`), "ResultItem"))

	bo := w.login("bo", 7)
	send := `{"To_Account":"ann","From_Account":"bo","MsgSeq":1,"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`
	require.EqualValues(t, 20007, bo.ask("openim.sendmsg", send)["ErrorCode"])
	w.ok("openim/sendmsg", send) // the app may
	w.ok("sns/black_list_delete", `{"From_Account":"ann","To_Account":["bo"]}`)
	bo.good("openim.sendmsg", `{"To_Account":"ann","MsgSeq":2,"MsgRandom":2,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
}

// Who confirms friends is asked on every device; the answer reaches both sides.
func TestRequestsToBecomeFriends(t *testing.T) {
	w := friendWorld(t)
	ann, bo, bo2 := w.login("ann", 7), w.login("bo", 7), w.login("bo", 2)
	bo.good("profile.portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_AllowType","Value":"AllowType_Type_NeedConfirm"}]}`)
	ask := func() map[string]int {
		return codes(ann.good("sns.friend_add", `{"From_Account":"x","AddType":"Add_Type_Both","AddFriendItem":[
			{"To_Account":"bo","AddSource":"AddSource_Type_Web","AddWording":"let me in","Remark":"Bob"}]}`), "ResultItem")
	}
	require.Equal(t, map[string]int{"bo": 30539}, ask())
	for _, d := range []*device{bo, bo2} {
		mod := d.event("FriendListMod")["FriendListMod"].([]any)[0].(map[string]any)
		require.EqualValues(t, 3, mod["PushType"])
		require.Equal(t, "ann", mod["From_Account"])
		require.Equal(t, "let me in", mod["PendencyAdd"].([]any)[0].(map[string]any)["AddWording"])
	}
	require.Equal(t, "ann", ann.event("FriendListMod")["FriendListMod"].([]any)[0].(map[string]any)["From_Account"], "sent by oneself")
	reply := bo.good("sns.pendency_get", `{"PendencyType":"Pendency_Type_Both","StartTime":0,"MaxLimited":100,"LastSequence":0}`)
	require.EqualValues(t, 1, reply["UnreadPendencyCount"])
	require.Equal(t, "Pendency_Type_ComeIn", reply["PendencyItem"].([]any)[0].(map[string]any)["PendencyType"])

	require.Equal(t, map[string]int{"ann": 0}, codes(bo.good("sns.friend_response",
		`{"ResponseFriendItem":[{"To_Account":"ann","ResponseAction":"Response_Action_AgreeAndAdd","Remark":"Annie"}]}`), "ResultItem"))
	mods := ann.event("FriendListMod")["FriendListMod"].([]any)
	require.Equal(t, []any{"bo"}, mods[0].(map[string]any)["FriendAdd_Account"])
	require.EqualValues(t, 0, len(bo.good("sns.pendency_get", `{"PendencyType":"Pendency_Type_Both"}`)["PendencyItem"].([]any)))
	field := ann.good("sns.friend_get_specified", `{"To_Account":["bo"],"TagList":["Tag_SNS_IM_Remark"]}`)
	w.requireJSON(`[{"To_Account":"bo","SnsProfileItem":[{"Tag":"Tag_SNS_IM_Remark","Value":"Bob"}],"ResultCode":0,"ResultInfo":""}]`, field["InfoItem"])
	require.Equal(t, map[string]int{"ann": 30614}, codes(bo.good("sns.friend_response",
		`{"ResponseFriendItem":[{"To_Account":"ann","ResponseAction":"Response_Action_Reject"}]}`), "ResultItem"))

	cy := w.login("cy", 7)
	cy.good("profile.portrait_set", `{"ProfileItem":[{"Tag":"Tag_Profile_IM_AllowType","Value":"AllowType_Type_DenyAny"}]}`)
	require.Equal(t, map[string]int{"cy": 30516}, codes(ann.good("sns.friend_add", `{"AddFriendItem":[{"To_Account":"cy"}],"ForceAddFlags":1}`), "ResultItem"),
		"only the app may add somebody by force")
}

// Relations are on the disk.
func TestFriendsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	open := func() *world { return newWorld(t, func(o *Options) { o.Data = dir }) }
	w := open()
	w.ok("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"ann"},{"UserID":"bo"},{"UserID":"cy"}]}`)
	w.ok("sns/friend_add", `{"From_Account":"ann","AddFriendItem":[{"To_Account":"bo","Remark":"Bob"}]}`)
	w.ok("sns/black_list_add", `{"From_Account":"ann","To_Account":["cy"]}`)
	require.NoError(t, w.server.Close())
	w = open()
	require.EqualValues(t, 1, w.ok("sns/friend_get", `{"From_Account":"ann","StartIndex":0}`)["FriendNum"])
	require.Len(t, w.ok("sns/black_list_get", `{"From_Account":"ann","StartIndex":0,"MaxLimited":9}`)["BlackListItem"], 1)
	w.ok("im_open_login_svc/account_delete", `{"DeleteItem":[{"UserID":"bo"}]}`)
	require.EqualValues(t, 0, w.ok("sns/friend_get", `{"From_Account":"ann","StartIndex":0}`)["FriendNum"], "nobody is the friend of who is gone")
}
