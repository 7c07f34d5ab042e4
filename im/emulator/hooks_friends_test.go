package emulator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestAppLearnsOfFriendsAndBlockLists(t *testing.T) {
	w, a := shopWith(t, nil)
	w.ok("sns/friend_import", `{"From_Account":"bo","AddFriendItem":[{"To_Account":"dee","AddSource":"AddSource_Type_X"}]}`) // tells nothing
	w.ok("sns/friend_add", `{"From_Account":"ann","AddFriendItem":[{"To_Account":"bo"}],"AddType":"Add_Type_Both","ForceAddFlags":1}`)
	event := a.wait("Sns.CallbackFriendAdd")
	require.Equal(t, "RESTAPI", event.query.Get("OptPlatform"))
	event.requireBody(t, `{"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[
		{"From_Account":"ann","To_Account":"bo","Initiator_Account":"ann"},{"From_Account":"bo","To_Account":"ann","Initiator_Account":"ann"}],
		"ClientCmd":"friend_add","Admin_Account":"administrator","ForceFlag":1}`)

	ann := w.login("ann", wire.PlatformWeb)
	ann.ask("sns.friend_add", `{"AddFriendItem":[{"To_Account":"cy"}],"AddType":"Add_Type_Single"}`)
	a.wait("Sns.CallbackFriendAdd").requireBody(t, `{"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[
		{"From_Account":"ann","To_Account":"cy","Initiator_Account":"ann"}],"ClientCmd":"friend_add","Admin_Account":"","ForceFlag":0}`)

	ann.ask("sns.friend_delete", `{"To_Account":["cy"],"DeleteType":"Delete_Type_Single"}`)
	a.wait("Sns.CallbackFriendDelete").requireBody(t, `{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{"From_Account":"ann","To_Account":"cy"}]}`)

	ann.ask("sns.black_list_add", `{"To_Account":["bo","cy"]}`)
	a.wait("Sns.CallbackBlackListAdd").requireBody(t, `{"CallbackCommand":"Sns.CallbackBlackListAdd","PairList":[
		{"From_Account":"ann","To_Account":"bo"},{"From_Account":"ann","To_Account":"cy"}]}`)
	a.wait("Sns.CallbackFriendDelete").requireBody(t, `{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[
		{"From_Account":"ann","To_Account":"bo"},{"From_Account":"bo","To_Account":"ann"}]}`)
	w.ok("sns/black_list_delete", `{"From_Account":"ann","To_Account":["cy"]}`)
	a.wait("Sns.CallbackBlackListDelete").requireBody(t, `{"CallbackCommand":"Sns.CallbackBlackListDelete","PairList":[{"From_Account":"ann","To_Account":"cy"}]}`)
}

func TestAppDecidesWhoMayBecomeFriends(t *testing.T) {
	w, a := shopWith(t, map[string]string{
		"Sns.CallbackPrevFriendAdd":      `{"ErrorCode":0,"ResultItem":[{"To_Account":"cy","ResultCode":38001,"ResultInfo":"not you"},{"To_Account":"bo","ResultCode":0}]}`,
		"Sns.CallbackPrevFriendResponse": `{"ErrorCode":0,"ResultItem":[{"To_Account":"ann","ResultCode":38002,"ResultInfo":"not now"}]}`,
	})
	w.ok("profile/portrait_set", `{"From_Account":"bo","ProfileItem":[{"Tag":"Tag_Profile_IM_AllowType","Value":"AllowType_Type_NeedConfirm"}]}`)
	ann, bo := w.login("ann", wire.PlatformWeb), w.login("bo", wire.PlatformWeb)

	reply := ann.ask("sns.friend_add", `{"AddFriendItem":[{"To_Account":"cy","Remark":"r","GroupName":"g","AddSource":"AddSource_Type_Web","AddWording":"hi"},
		{"To_Account":"bo"}],"AddType":"Add_Type_Both"}`)
	a.wait("Sns.CallbackPrevFriendAdd").requireBody(t, `{"CallbackCommand":"Sns.CallbackPrevFriendAdd","Requester_Account":"ann","From_Account":"ann","FriendItem":[
		{"To_Account":"cy","Remark":"r","GroupName":"g","AddSource":"AddSource_Type_Web","AddWording":"hi"},
		{"To_Account":"bo","Remark":"","GroupName":"","AddSource":"","AddWording":""}],"AddType":"Add_Type_Both","ForceAddFlags":0,"EventTime":"*"}`)
	codes := map[string]float64{}
	for _, item := range reply["ResultItem"].([]any) {
		row := item.(map[string]any)
		codes[row["To_Account"].(string)] = row["ResultCode"].(float64)
	}
	require.Equal(t, map[string]float64{"cy": 38001, "bo": 30539}, codes)

	bo.ask("sns.friend_response", `{"ResponseFriendItem":[{"To_Account":"ann","ResponseAction":"Response_Action_AgreeAndAdd"}]}`)
	a.wait("Sns.CallbackPrevFriendResponse").requireBody(t, `{"CallbackCommand":"Sns.CallbackPrevFriendResponse","Requester_Account":"bo","From_Account":"bo",
		"ResponseFriendItem":[{"To_Account":"ann","Remark":"","TagName":"","ResponseAction":"Response_Action_AgreeAndAdd"}],"EventTime":"*"}`)
	friends := w.ok("sns/friend_get", `{"From_Account":"ann","StartIndex":0}`)
	require.Empty(t, friends["UserDataItem"])

	// The app's own answer is not asked about.
	w.ok("sns/friend_response", `{"From_Account":"bo","ResponseFriendItem":[{"To_Account":"ann","ResponseAction":"Response_Action_AgreeAndAdd"}]}`)
	a.wait("Sns.CallbackFriendAdd").requireBody(t, `{"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[
		{"From_Account":"bo","To_Account":"ann","Initiator_Account":"ann"},{"From_Account":"ann","To_Account":"bo","Initiator_Account":"ann"}],
		"ClientCmd":"friend_response","Admin_Account":"administrator","ForceFlag":0}`)
}
