package emulator

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRESTSetsAndShowsFaults(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("emulator/set_faults", `{"Rules":[{"Id":"mute","ServCmd":"group_open_http_svc.send_group_msg","Direction":"request",
		"Action":"error","ErrorCode":10017,"ErrorInfo":"muted by rule","Count":1}]}`)
	body := `{"GroupId":"shop","From_Account":"ann","Random":5,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`
	s.refused(10017, "group_open_http_svc/send_group_msg", body)
	reply := s.ok("group_open_http_svc/send_group_msg", body)
	require.EqualValues(t, 1, reply["MsgSeq"], "the refused request stored nothing")

	reply = s.ok("emulator/get_faults", `{}`)
	s.requireJSON(`[{"Id":"mute","ServCmd":"group_open_http_svc.send_group_msg","UserId":"","Direction":"request","Action":"error",
		"DelayMs":0,"ErrorCode":10017,"ErrorInfo":"muted by rule","Probability":1,"Count":1,"Hits":1}]`, reply["Rules"])

	s.refused(10004, "emulator/set_faults", `{"Rules":[{"Action":"explode"}]}`)
	s.ok("emulator/set_faults", `{"Rules":[]}`)
	s.requireJSON(`[]`, s.ok("emulator/get_faults", `{}`)["Rules"])
}

func TestRESTErrorAsReplyHappensAfterHandling(t *testing.T) {
	s := newRESTServer(t)
	s.shop()
	s.ok("emulator/set_faults", `{"Rules":[{"Direction":"reply","Action":"error","ErrorCode":20005,"ErrorInfo":"lost","Count":1}]}`)
	body := `{"GroupId":"shop","From_Account":"ann","Random":5,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]}`
	s.refused(20005, "group_open_http_svc/send_group_msg", body)
	require.EqualValues(t, 1, s.ok("group_open_http_svc/send_group_msg", body)["MsgSeq"], "the retry finds the first message")
	require.Equal(t, 2, s.send("ann", "next", 6, ""))
}

func TestRESTDuplicatedRequestsAreHandledTwice(t *testing.T) {
	s := newRESTServer(t)
	s.ok("emulator/set_faults", `{"Rules":[{"ServCmd":"im_open_login_svc.account_import","Action":"duplicate","Direction":"request"}]}`)
	s.ok("im_open_login_svc/account_import", `{"UserID":"ann"}`)
}

func TestRESTCutsConnections(t *testing.T) {
	s := newRESTServer(t)
	for _, direction := range []string{"request", "reply"} {
		s.ok("emulator/set_faults", fmt.Sprintf(`{"Rules":[{"ServCmd":"im_open_login_svc.account_import","Direction":%q,"Action":"disconnect"}]}`, direction))
		user := "cut-" + direction
		_, err := http.Post(s.url+"/v4/im_open_login_svc/account_import?"+s.query().Encode(), "application/json",
			strings.NewReader(fmt.Sprintf(`{"UserID":%q}`, user)))
		require.Error(t, err)
		_, made := s.core.Account(user)
		require.Equal(t, direction == "reply", made)
	}
	s.ok("emulator/set_faults", `{"Rules":[]}`)
}

func TestRESTDroppedCallsStayUnanswered(t *testing.T) {
	s := newRESTServer(t)
	s.ok("emulator/set_faults", `{"Rules":[{"ServCmd":"im_open_login_svc.account_import","Action":"drop"}]}`)
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/v4/im_open_login_svc/account_import?"+s.query().Encode(),
		strings.NewReader(`{"UserID":"ann"}`))
	require.NoError(t, err)
	answered := make(chan error, 1)
	go func() {
		_, err := http.DefaultClient.Do(request)
		answered <- err
	}()
	require.Eventually(t, func() bool { return s.faults.List()[0].Hits == 1 }, patience, time.Millisecond)
	select {
	case err := <-answered:
		require.Fail(t, "it was answered", "%v", err)
	case <-time.After(50 * time.Millisecond):
	}
	giveUp()
	require.ErrorIs(t, <-answered, context.Canceled)
}
