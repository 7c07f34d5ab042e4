package emulator

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

func TestResetForgetsEverything(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, func(o *Options) { o.Data = dir })
	w.shop()
	w.send("ann", "old", 1, "")
	w.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":1,"MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)
	w.ok("emulator/set_faults", `{"Rules":[{"ServCmd":"openim.sendmsg","Action":"error","ErrorCode":20004}]}`)
	w.ok("emulator/advance_clock", `{"Seconds":60}`)
	ann := w.login("ann", wire.PlatformWeb)

	w.ok("emulator/reset", `{}`)
	ann.ended()
	w.refused(10010, "group_open_http_svc/send_group_msg", fmt.Sprintf(groupSend, 2, ""))
	reply := w.ok("im_open_login_svc/account_check", `{"CheckItem":[{"UserID":"ann"},{"UserID":"administrator"}]}`)
	w.requireJSON(`[{"UserID":"ann","ResultCode":0,"ResultInfo":"","AccountStatus":"NotImported"},
		{"UserID":"administrator","ResultCode":0,"ResultInfo":"","AccountStatus":"Imported"}]`, reply["ResultItem"])
	stats := w.ok("emulator/stats", `{}`)
	require.EqualValues(t, 0, stats["MessagesStored"])
	require.EqualValues(t, 0, stats["Groups"])
	require.EqualValues(t, w.clock.seconds.Load(), stats["Now"], "the clock is the true one again")

	// A new life begins at sequence 1, for those who come again too, and the same random is new.
	w.shop()
	ann = w.login("ann", wire.PlatformWeb)
	require.EqualValues(t, 1, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))["MsgSeq"])
	w.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":1,"MsgSeq":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"new"}}]}`)
	roaming := w.ok("openim/admin_getroammsg", `{"Operator_Account":"bo","Peer_Account":"ann","MaxCnt":9,"MinTime":0,"MaxTime":9999999999}`)
	require.Len(t, roaming["MsgList"], 1)
	require.EqualValues(t, 1, w.ok("openim/get_c2c_unread_msg_num", `{"To_Account":"bo"}`)["AllC2CUnreadMsgNum"])
}

// What was forgotten is still forgotten after a restart.
func TestResetIsDurable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	options := Options{Data: dir, AppID: restApp, SecretKey: restKey}
	first, err := New(options)
	require.NoError(t, err)
	_, err = first.core.Login(t.Context(), "ann", 1)
	require.NoError(t, err)
	require.NoError(t, first.reset(t.Context()))
	_, err = first.core.Login(t.Context(), "bo", 1)
	require.NoError(t, err)
	require.NoError(t, first.Close())

	second, err := New(options)
	require.NoError(t, err)
	defer second.Close()
	_, known := second.core.Account("ann")
	require.False(t, known)
	account, known := second.core.Account("bo")
	require.True(t, known)
	require.EqualValues(t, 2, account.UID, "after the admin")
}

func TestTheClockEndsSignaturesTicketsMutesAndDuplicates(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	ann := w.login("cy", wire.PlatformWeb)
	w.ok("group_open_http_svc/forbid_send_msg", `{"GroupId":"shop","Members_Account":["cy"],"MuteTime":60}`)
	require.EqualValues(t, 10017, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))["ErrorCode"])
	before := w.ok("emulator/stats", `{}`)["Now"].(float64)
	require.EqualValues(t, before+61, w.ok("emulator/advance_clock", `{"Seconds":61}`)["Now"])
	require.EqualValues(t, 2, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))["MsgSeq"], "the mute is over")

	w.ok("emulator/advance_clock", `{"Seconds":299}`)
	require.EqualValues(t, 2, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))["MsgSeq"], "a retry")
	w.ok("emulator/advance_clock", `{"Seconds":2}`)
	require.EqualValues(t, 3, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 1, ""))["MsgSeq"], "too late to be one")

	w.ok("emulator/advance_clock", `{"Seconds":3600}`)
	require.EqualValues(t, 70001, ann.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 2, ""))["ErrorCode"], "the ticket has ended")
	w.refused(70001, "emulator/advance_clock", `{"Seconds":1}`)
}

func TestTheClockOnlyGoesForward(t *testing.T) {
	w := newWorld(t, nil)
	w.refused(10004, "emulator/advance_clock", `{"Seconds":-1}`)
	w.refused(10004, "emulator/advance_clock", `{"Seconds":99999999999}`)
	w.refused(10004, "emulator/advance_clock", `{"Seconds":"1"}`)
}

func TestStatsCountWhatIsThereAndWhatWaits(t *testing.T) {
	a := newApp(t, nil)
	w := newWorld(t, func(o *Options) { o.Webhook = a.url })
	w.shop()
	w.login("ann", wire.PlatformWeb)
	w.login("ann", wire.PlatformIOS)
	bo := w.login("bo", wire.PlatformWeb)
	w.send("ann", "one", 1, "")
	bo.ask("group_open_http_svc.send_group_msg", fmt.Sprintf(groupSend, 2, ""))
	w.ok("openim/sendmsg", `{"From_Account":"ann","To_Account":"bo","MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}`)

	stats := w.ok("emulator/stats", `{}`)
	for name, want := range map[string]float64{
		"Connections": 3, "UsersOnline": 2, "Accounts": 5, "Groups": 1, "MessagesStored": 3, "Sends": 3, "CutOff": 0,
	} {
		require.Equal(t, want, stats[name], name)
	}
	require.Positive(t, stats["Pushes"])
	latency := stats["SendLatency"].(map[string]any)
	require.Positive(t, latency["P50Ms"])
	require.GreaterOrEqual(t, latency["P99Ms"], latency["P50Ms"])
	require.Contains(t, stats["Queues"], "Writer")
	require.EqualValues(t, 4, stats["Webhook"].(map[string]any)["Asked"], "a group and three messages")
}

// The page is read by Prometheus' own parser.
func TestMetricsAreThereForPrometheus(t *testing.T) {
	w := newWorld(t, nil)
	w.shop()
	w.login("ann", wire.PlatformWeb)
	w.send("ann", "one", 1, "")
	response, err := http.Get(w.url + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Contains(t, response.Header.Get("Content-Type"), "text/plain")
	parser := expfmt.NewTextParser(model.LegacyValidation)
	metrics, err := parser.TextToMetricFamilies(response.Body)
	require.NoError(t, err)

	for name, want := range map[string]float64{"reddot_connections": 1, "reddot_users_online": 1, "reddot_messages_stored": 1} {
		require.Equal(t, want, metrics[name].GetMetric()[0].GetGauge().GetValue(), name)
	}
	require.Positive(t, metrics["reddot_rest_calls_total"].GetMetric()[0].GetCounter().GetValue())
	require.Len(t, metrics["reddot_queue_length"].GetMetric(), 4)
	sends := metrics["reddot_send_seconds"].GetMetric()[0].GetHistogram()
	require.EqualValues(t, 1, sends.GetSampleCount())
	require.Positive(t, sends.GetSampleSum())
	buckets := sends.GetBucket()
	require.Zero(t, buckets[0].GetCumulativeCount(), "no send takes 28 microseconds")
	require.EqualValues(t, 1, buckets[len(buckets)-1].GetCumulativeCount())
	require.NotContains(t, metrics, "reddot_webhook_events_total", "there is no webhook")
}

// A rule that hits everything must not lock out who wants to take it back.
func TestFaultsNeverHitTheCommandsThatSteer(t *testing.T) {
	w := newWorld(t, nil)
	w.ok("emulator/set_faults", `{"Rules":[{"Action":"error","ErrorCode":20004}]}`)
	for _, command := range []string{"stats", "advance_clock", "get_faults", "reset", "set_faults"} {
		w.ok("emulator/"+command, `{}`)
	}
}
