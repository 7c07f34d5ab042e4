package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestAppLearnsWhoIsInALiveRoom(t *testing.T) {
	w, a := shopWith(t, nil)
	w.ok("group_open_http_svc/create_group", `{"GroupId":"live","Type":"AVChatRoom","Name":"Live"}`)
	state := func(kind, cause string) {
		t.Helper()
		a.wait("Group.CallbackOnMemberStateChange").requireBody(t, fmt.Sprintf(`{"CallbackCommand":"Group.CallbackOnMemberStateChange","GroupId":"live",
			"EventType":%q,"EventCause":%q,"MemberList":[{"Member_Account":"bo"}],"EventTime":"*"}`, kind, cause))
	}
	const join = `{"GroupId":"live","ApplyMsg":"","WebPushFlag":1}`
	phone := w.login("bo", wire.PlatformAndroid)
	phone.good("group_open_http_svc.apply_join_group", join)
	state("Online", "Join")

	page := w.login("bo", wire.PlatformWeb)
	page.good("group_open_http_svc.apply_join_group", join)
	require.NoError(t, page.ws.CloseNow())
	require.NoError(t, phone.ws.CloseNow())
	state("Offline", "HeartbeatInterrupt") // once, with the last device

	phone = w.login("bo", wire.PlatformAndroid)
	state("Online", "HeartbeatRecover")
	phone.good("group_open_http_svc.quit_group", `{"GroupId":"live"}`)
	state("Offline", "Quit")
}
