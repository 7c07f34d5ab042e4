package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// TestBadAnswers connects to what is no service, or one in trouble. tries is how often the call is made; the wait between tries is
// not the test's.
func TestBadAnswers(t *testing.T) {
	tests := map[string]struct {
		status int
		answer string
		class  im.Class
		code   int
		says   string
		tries  int
	}{
		"connection refused":     {0, "connection refused", im.ClassUnreachable, 0, "connection refused", maxTries},
		"gateway":                {502, "<html>Bad Gateway</html>", im.ClassUnreachable, 0, "HTTP 502", maxTries},
		"captive portal":         {200, "<!DOCTYPE html><title>Log in</title>", im.ClassUnreachable, 0, "a web page", maxTries},
		"redirect":               {302, "moved", im.ClassUnreachable, 0, "a redirect", maxTries},
		"empty":                  {200, " ", im.ClassUnreachable, 0, "empty", maxTries},
		"an array":               {200, "[]", im.ClassUnreachable, 0, "no JSON object", maxTries},
		"truncated":              {200, `{"ActionStatus":"OK","ErrorCode":0,"GroupIdL`, im.ClassTemporary, 0, "cannot be read; try again", maxTries},
		"another service":        {200, `{"message":"hello"}`, im.ClassTemporary, 0, "cannot be read; try again", maxTries},
		"failure without a code": {200, `{"ActionStatus":"FAIL"}`, im.ClassTemporary, 0, "cannot be read; try again", maxTries},
		"too large":              {200, "{" + strings.Repeat(" ", maxAnswer), im.ClassRefused, 10018, "", 2},
		"code inside OK":         {200, `{"ActionStatus":"OK","ErrorCode":10002,"ErrorInfo":"inside"}`, im.ClassTemporary, 10002, "failed inside", maxTries},
		"too frequent":           {200, `{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"slow"}`, im.ClassTemporary, 60007, "too often", maxTries},
		"not an admin":           {200, `{"ActionStatus":"FAIL","ErrorCode":60010,"ErrorInfo":"no"}`, im.ClassPermission, 60010, "app_admin is no app admin", 1},
		"admin of profiles":      {200, `{"ActionStatus":"FAIL","ErrorCode":40004,"ErrorInfo":"no"}`, im.ClassPermission, 40004, "app admin", 1},
		"signature of another":   {200, `{"ActionStatus":"FAIL","ErrorCode":70009,"ErrorInfo":"no"}`, im.ClassPermission, 70009, "", 1},
		"the user's signature":   {200, `{"ActionStatus":"FAIL","ErrorCode":70013,"ErrorInfo":"no"}`, im.ClassPermission, 70013, `mode = "push"`, 1},
		"no such user":           {200, `{"ActionStatus":"FAIL","ErrorCode":10019,"ErrorInfo":"no"}`, im.ClassRefused, 10019, "the application has no user bo", 1},
		"unknown code":           {200, `{"ActionStatus":"FAIL","ErrorCode":223344,"ErrorInfo":"what"}`, im.ClassRefused, 223344, "what", 1},
		"the app's own refusal":  {200, `{"ActionStatus":"FAIL","ErrorCode":120001,"ErrorInfo":"closed"}`, im.ClassRefused, 120001, "webhook", 1},
		"a list of another type": {200, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":"x","GroupIdList":{}}`, im.ClassTemporary, 0, "cannot be read; try again", 1},
		"no list at all":         {200, `{"ActionStatus":"OK"}`, im.ClassTemporary, 0, "cannot be read; try again", 1},
		"null for no group":      {200, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0,"GroupIdList":null}`, -1, 0, "", 1},
		"no group":               {200, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":0}`, -1, 0, "", 1},
		"rows of another type":   {200, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":2,"GroupIdList":[7,null,{"GroupId":5},{"GroupId":"g","NextMsgSeq":"x"}]}`, -1, 0, "", 1},
		"fields nobody knows":    {200, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","New":{"a":[1]},"TotalCount":0,"GroupIdList":[]}`, -1, 0, "", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.handle = func(command, _ string) (int, string) {
					if command == "group_open_http_svc/get_joined_group_list" {
						return test.status, test.answer
					}
					return 0, ""
				}
				c := s.client()
				err := c.Connect(t.Context())
				require.Equal(t, test.tries, s.count("group_open_http_svc/get_joined_group_list"))
				if test.class < 0 {
					require.NoError(t, err)
					return
				}
				var coded *im.Error
				require.ErrorAs(t, err, &coded)
				require.Equal(t, test.class, coded.Class, err)
				require.Equal(t, test.code, coded.Code)
				require.ErrorContains(t, err, test.says)
				require.NotContains(t, err.Error(), "usersig=")
				require.NotContains(t, err.Error(), "eJ", "no part of the signature is told")
			})
		})
	}
}

// TestASilentServiceIsSaidInTime connects to a service that never answers.
func TestASilentServiceIsSaidInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{
			URL: "http://im.example", AppID: testApp, User: "bo", Admin: testAdmin, Sign: signAs(testAdmin), Language: "en",
			HTTPClient: &http.Client{Transport: silent{}},
		})
		defer c.Close()
		started := time.Now()
		err := c.Connect(t.Context())
		require.Equal(t, im.ClassUnreachable, im.ClassOf(err), err)
		require.Equal(t, firstPatience, time.Since(started))
	})
}

type silent struct{}

func (silent) RoundTrip(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// TestAHalfOpenConnectionIsSaidAfterOneTimeOut: the service was there, and then nothing comes back any more.
func TestAHalfOpenConnectionIsSaidAfterOneTimeOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.silent.Store(true)
		began := time.Now()
		lost := await[im.Disconnected](t, c)
		require.Equal(t, im.ClassUnreachable, im.ClassOf(lost.Reason))
		require.LessOrEqual(t, time.Since(began), callTimeout+2*fastest)
	})
}

// TestATroubledCallSucceedsLater gets through after a gateway's page and an internal error.
func TestATroubledCallSucceedsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.script("group_open_http_svc/get_joined_group_list", "<html>", `{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":""}`,
			usual["group_open_http_svc/get_joined_group_list"])
		s.connected()
		require.Equal(t, 3, s.count("group_open_http_svc/get_joined_group_list"))
	})
}

// TestAMessageThatWasDroppedIsNotRepeated: the service remembers the Random of a message that came too fast, so that a
// repetition would be taken for a duplicate (rest-api, section 1.5).
func TestAMessageThatWasDroppedIsNotRepeated(t *testing.T) {
	const send = "group_open_http_svc/send_group_msg"
	for name, answer := range map[string]string{
		"refused": `{"ActionStatus":"FAIL","ErrorCode":10023,"ErrorInfo":"too fast"}`,
		"dropped": `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":1,"MsgSeq":0,"MsgDropReason":"MsgFreqCtrl"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.script(send, answer, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","MsgTime":1700000400,"MsgSeq":41}`)
				c := s.connected()
				message := textMessage(group, "hi")
				_, err := c.Send(t.Context(), message)
				require.Equal(t, im.ClassRefused, im.ClassOf(err), err)
				_, err = c.Send(t.Context(), message)
				require.ErrorContains(t, err, "try again in 5m0s")
				require.Equal(t, 1, s.count(send))
				time.Sleep(dropMemory + time.Second)
				_, err = c.Send(t.Context(), message)
				require.NoError(t, err)
				require.Equal(t, 2, s.count(send))
			})
		})
	}
}

// TestAnOldMessageIsLookedForBeforeItIsRepeated: its first try, before a restart, had arrived.
func TestAnOldMessageIsLookedForBeforeItIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		c := s.connected()
		s.script("group_open_http_svc/group_msg_get_simple", `{"ActionStatus":"OK","ErrorCode":0,"RspMsgList":[
			{"From_Account":"ann","MsgRandom":912837465,"MsgSeq":40,"MsgTimeStamp":1700000399,"MsgBody":[]},
			{"From_Account":"bo","MsgRandom":912837465,"MsgSeq":39,"MsgTimeStamp":1700000400,"MsgBody":[]}]}`)
		message := textMessage(group, "hi")
		message.ClientTime = time.Now().Add(-time.Hour).Unix()
		result, err := c.Send(t.Context(), message)
		require.NoError(t, err)
		require.Equal(t, &im.SendResult{Sequence: 39, ServerTime: 1700000400}, result)
		require.Zero(t, s.count("group_open_http_svc/send_group_msg"))
	})
}

func TestAGroupsReadPositionIsOutOfReach(t *testing.T) {
	s := newService(t)
	c := s.connected()
	require.False(t, c.Capabilities().MarkRead)
	require.Contains(t, c.Capabilities().Reasons["mark_read"], "cannot clear")
	err := c.MarkRead(t.Context(), group, 40)
	require.ErrorIs(t, err, im.ErrUnsupported)
	require.ErrorContains(t, err, "cannot clear")
}

// TestTheAdminsEyesAreNotTheUsers: the service would show every group to the admin.
func TestTheAdminsEyesAreNotTheUsers(t *testing.T) {
	s := newService(t)
	c := s.connected()
	_, err := c.History(t.Context(), im.HistoryRequest{Conversation: "GROUPothers"})
	require.Equal(t, im.ClassPermission, im.ClassOf(err))
	_, err = c.Members(t.Context(), "others", 0, 10)
	require.Equal(t, im.ClassPermission, im.ClassOf(err))
	require.Zero(t, s.count("group_open_http_svc/group_msg_get_simple"))
	require.Zero(t, s.count("group_open_http_svc/get_group_member_info"))
}

// TestWhatTheAccountCannotDoIsSaid probes once, at Connect.
func TestWhatTheAccountCannotDoIsSaid(t *testing.T) {
	s := newService(t)
	s.script("group_open_http_svc/get_group_msg_receipt", `{"ActionStatus":"FAIL","ErrorCode":10059,"ErrorInfo":"edition"}`)
	s.script("openim/admin_getroammsg", `{"ActionStatus":"FAIL","ErrorCode":90003,"ErrorInfo":"To_Account"}`)
	c := s.connected()
	can := c.Capabilities()
	require.False(t, can.Receipts)
	require.Contains(t, can.Reasons["receipts"], "10059")
	require.False(t, can.SelfNotes)
	require.Contains(t, can.Reasons["self_notes"], "90003")
	require.True(t, can.History)

	can = newService(t).connected().Capabilities()
	require.True(t, can.SelfNotes)
	require.Contains(t, can.Reasons["self_notes"], "unconfirmed", "no document says that a message to oneself is delivered")
}

// TestAServiceThatTakesNoReceipts: the command that sends them is younger than the one that counts them.
func TestAServiceThatTakesNoReceipts(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script("group_open_http_svc/group_msg_receipt", `{"ActionStatus":"FAIL","ErrorCode":10060,"ErrorInfo":"too many members"}`,
		`{"ActionStatus":"FAIL","ErrorCode":60009,"ErrorInfo":"no such command"}`)
	require.Error(t, c.SendReceipts(t.Context(), demo, []int64{40}))
	require.True(t, c.Capabilities().Receipts, "that is one group's")
	require.Error(t, c.SendReceipts(t.Context(), demo, []int64{40}))
	require.False(t, c.Capabilities().Receipts)
	require.Contains(t, c.Capabilities().Reasons["receipts"], "60009")
}

// TestAServiceThatTakesNoMessageToOneself is known after the first one, and other messages say nothing about it.
func TestAServiceThatTakesNoMessageToOneself(t *testing.T) {
	s := newService(t)
	c := s.connected()
	s.script("openim/sendmsg", `{"ActionStatus":"FAIL","ErrorCode":90003,"ErrorInfo":"To_Account"}`)
	_, err := c.Send(t.Context(), goldenText("C2Cann", "hi"))
	require.Error(t, err)
	require.True(t, c.Capabilities().SelfNotes)
	_, err = c.Send(t.Context(), goldenText("C2Cbo", "note"))
	require.Error(t, err)
	require.False(t, c.Capabilities().SelfNotes)
	require.Contains(t, c.Capabilities().Reasons["self_notes"], "90003")
}

// TestAnExpiredSignatureIsReplaced asks for another one when the service says that this one has ended.
func TestAnExpiredSignatureIsReplaced(t *testing.T) {
	s := newService(t)
	s.script("group_open_http_svc/get_joined_group_list", `{"ActionStatus":"FAIL","ErrorCode":70001,"ErrorInfo":""}`, usual["group_open_http_svc/get_joined_group_list"])
	c := s.client()
	asked := 0
	c.signer.sign = func(ctx context.Context) (wire.Secret, error) {
		asked++
		signature, err := wire.GenerateUserSig(testApp, wire.NewSecret(testKey), testAdmin, time.Duration(asked)*time.Hour)
		return wire.NewSecret(signature), err
	}
	require.NoError(t, c.Connect(t.Context()))
	require.Equal(t, 2, asked)

	c = s.client()
	c.signer.sign = func(context.Context) (wire.Secret, error) { return wire.Secret{}, errors.New("vault is sealed") }
	err := c.Connect(t.Context())
	require.Equal(t, im.ClassPermission, im.ClassOf(err))
	require.ErrorContains(t, err, "vault is sealed")
}

func TestAWrongUseIsRefusedBeforeItLeaves(t *testing.T) {
	for name, options := range map[string]Options{
		"scheme":   {URL: "ws://im.example", AppID: 1, User: "bo", Admin: "a", Sign: signAs("a")},
		"no admin": {URL: "http://im.example", AppID: 1, User: "bo", Sign: signAs("a")},
		"no host":  {URL: "http://", AppID: 1, User: "bo", Admin: "a", Sign: signAs("a")},
	} {
		t.Run(name, func(t *testing.T) {
			c := New(options)
			defer c.Close()
			require.Equal(t, im.ClassUsage, im.ClassOf(c.Connect(t.Context())))
		})
	}
	s := newService(t)
	c := s.connected()
	_, err := c.Send(t.Context(), im.Outgoing{Conversation: group})
	require.Equal(t, im.ClassUsage, im.ClassOf(err))
	_, err = c.Send(t.Context(), im.Outgoing{Conversation: "nobody", Elements: []model.Element{model.Text{Text: "x"}}})
	require.Equal(t, im.ClassUsage, im.ClassOf(err))
	require.Error(t, c.Connect(t.Context()), "one client connects once")
}

// TestAnAnswerThatIsTooLarge asks for less history, and does not take a group for one without receipts.
func TestAnAnswerThatIsTooLarge(t *testing.T) {
	s := newService(t)
	c := s.connected()
	tooLarge := "{" + strings.Repeat(" ", maxAnswer)
	s.script("group_open_http_svc/group_msg_get_simple", tooLarge, `{"ActionStatus":"OK","ErrorCode":0,"IsFinished":0,"RspMsgList":[
		{"From_Account":"ann","MsgRandom":1,"MsgSeq":40,"MsgTimeStamp":1700000400,"MsgBody":[]}]}`)
	s.script("group_open_http_svc/get_group_msg_receipt", tooLarge)
	page, err := c.History(t.Context(), im.HistoryRequest{Conversation: group, Limit: 20})
	require.NoError(t, err)
	require.Len(t, page.Messages, 1)
	require.EqualValues(t, 39, page.Next)
	requireJSON(t, `{"GroupId":"@TGS#1DEMOAAAA","ReqMsgNumber":5,"WithRecalledMsg":1}`, s.last("group_open_http_svc/group_msg_get_simple").body)
	require.True(t, c.state.receiptsIn("@TGS#1DEMOAAAA"))
}

// TestTheClocksDifferenceIsMeasured by the Date of answers, which has whole seconds only.
func TestTheClocksDifferenceIsMeasured(t *testing.T) {
	for _, ahead := range []time.Duration{0, time.Hour, -time.Hour, 90 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			s := newService(t)
			s.ahead.Store(int64(ahead))
			c := s.client()
			require.NoError(t, c.Connect(t.Context()))
			connected := (<-c.Events()).(im.Connected)
			require.InDelta(t, ahead.Seconds(), connected.ClockOffset.Seconds(), 1)
			snapshot, err := c.Sync(t.Context())
			require.NoError(t, err)
			require.WithinDuration(t, time.Now().Add(ahead), snapshot.Time, time.Second)
			s.ahead.Store(int64(-ahead))
			require.InDelta(t, -ahead.Seconds(), await[im.Latency](t, c).ClockOffset.Seconds(), 1, "a clock was set")
		})
	}
}

// TestAnAnswerThatNamesNoMessage is no proof that the message is there; it says nothing about its place either.
func TestAnAnswerThatNamesNoMessage(t *testing.T) {
	for command, id := range map[string]model.ConversationID{"group_open_http_svc/send_group_msg": group, "openim/sendmsg": "C2Cann"} {
		s := newService(t)
		c := s.connected()
		s.script(command, `{"ActionStatus":"OK"}`)
		_, err := c.Send(t.Context(), textMessage(id, "hello"))
		require.Equal(t, im.ClassTemporary, im.ClassOf(err), "so it is sent again, with the same Random")
	}
}

// TestATotalThatIsTooSmall does not hide the groups of the next page.
func TestATotalThatIsTooSmall(t *testing.T) {
	s := newService(t)
	s.handle = func(command, body string) (int, string) {
		if command != listCommand {
			return 0, ""
		}
		var rows []string
		if strings.Contains(body, `"Offset":0`) {
			for n := range groupPage {
				rows = append(rows, fmt.Sprintf(`{"GroupId":"g%d","Type":"Public","NextMsgSeq":1}`, n))
			}
		} else {
			rows = append(rows, `{"GroupId":"last","Type":"Public","NextMsgSeq":1}`)
		}
		return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"TotalCount":3,"GroupIdList":[` + strings.Join(rows, ",") + `]}`
	}
	c := s.connected()
	require.True(t, c.state.has("last"))
	require.Equal(t, 2, s.count(listCommand))
}
