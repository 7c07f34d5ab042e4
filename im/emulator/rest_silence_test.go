package emulator

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The app silences an account everywhere, between two and in groups apart; what the app itself sends goes on.
func TestRESTSilencesAnAccount(t *testing.T) {
	dir := t.TempDir()
	open := func() *world { return newWorld(t, func(o *Options) { o.Data = dir }) }
	w := open()
	w.shop()
	const toGroup = `{"GroupId":"shop","Random":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`
	const toAnn = `{"To_Account":"ann","MsgSeq":1,"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`
	w.ok("openconfigsvr/setnospeaking", `{"Set_Account":"bo","C2CmsgNospeakingTime":4294967295,"GroupmsgNospeakingTime":100}`)
	bo := w.login("bo", 7)
	require.EqualValues(t, 10017, bo.ask("group_open_http_svc.send_group_msg", toGroup)["ErrorCode"])
	require.EqualValues(t, 20012, bo.ask("openim.sendmsg", toAnn)["ErrorCode"])
	w.send("bo", "for bo", 7, "")

	require.NoError(t, w.server.Close())
	w = open()
	bo = w.login("bo", 7)
	w.clock.seconds.Add(60)
	reply := w.ok("openconfigsvr/getnospeaking", `{"Get_Account":"bo"}`)
	require.EqualValues(t, 4294967295, reply["C2CmsgNospeakingTime"])
	require.InDelta(t, 40, reply["GroupmsgNospeakingTime"], 5)
	w.clock.seconds.Add(60)
	bo.good("group_open_http_svc.send_group_msg", toGroup)
	w.ok("openconfigsvr/setnospeaking", `{"Set_Account":"bo","C2CmsgNospeakingTime":0}`)
	bo.good("openim.sendmsg", toAnn)

	w.refused(70107, "openconfigsvr/getnospeaking", `{"Get_Account":"zed"}`)
	w.refused(10004, "openconfigsvr/setnospeaking", `{"Set_Account":"bo"}`)
	w.refused(10004, "openconfigsvr/setnospeaking", `{"Set_Account":"bo","C2CmsgNospeakingTime":-1}`)
}
