package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// call is a request as the service got it.
type call struct {
	command string
	query   url.Values
	body    string
	at      time.Time

	method, path, contentType string
}

// service answers calls with raw JSON, in the process of the test. What no test scripted gets the answer of an account with one
// group.
type service struct {
	t *testing.T

	mu      sync.Mutex
	answers map[string][]string
	handle  func(command, body string) (status int, answer string)
	calls   []call
	keep    bool
	// silent is set while the service takes calls and answers none.
	silent atomic.Bool
	// ahead is the service's clock minus ours, in nanoseconds.
	ahead atomic.Int64
}

// The answers of an account with one group, written by hand from rest-api.md.
var usual = map[string]string{
	"group_open_http_svc/get_joined_group_list": `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","TotalCount":1,"GroupIdList":[{"GroupId":"@TGS#1DEMOAAAA",
		"Type":"Public","Name":"Fishing trip","NextMsgSeq":41,"MemberNum":3,"InfoSeq":7,"LastInfoTime":1700000000,"SelfInfo":{"Role":"Admin","MsgFlag":"AcceptAndNotify","MsgSeq":37}}]}`,
	"group_open_http_svc/get_group_info": `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupInfo":[{"GroupId":"@TGS#1DEMOAAAA","ErrorCode":0,"ErrorInfo":"",
		"Type":"Public","Name":"Fishing trip","Introduction":"boats","Notification":"be early","Owner_Account":"ann","CreateTime":1690000000,"MemberNum":3,"MaxMemberNum":200}]}`,
	"group_open_http_svc/get_group_msg_receipt": `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupMsgReceiptList":[{"Code":10062,"MsgSeq":40,"ReadNum":0,"UnreadNum":0}]}`,
	"group_open_http_svc/group_msg_get_simple":  `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","GroupId":"@TGS#1DEMOAAAA","IsFinished":1,"RspMsgList":[]}`,
	"openim/admin_getroammsg":                   `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Complete":1,"MsgCnt":0,"LastMsgTime":0,"LastMsgKey":"","MsgList":[]}`,
	"openim/get_c2c_unread_msg_num":             `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","AllC2CUnreadMsgNum":0}`,
	"recentcontact/get_list":                    `{"SessionItem":[],"CompleteFlag":1,"TimeStamp":0,"StartIndex":0,"TopTimeStamp":0,"TopStartIndex":0,"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}`,
	"profile/portrait_get":                      `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":"","UserProfileItem":[]}`,
}

func newService(t *testing.T) *service {
	return &service{t: t, answers: map[string][]string{}, keep: true}
}

// script makes the next calls of a command get these answers; the last one stays.
func (s *service) script(command string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[command] = answers
}

// RoundTrip implements http.RoundTripper.
func (s *service) RoundTrip(request *http.Request) (*http.Response, error) {
	if s.silent.Load() {
		return silent{}.RoundTrip(request)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	command := strings.TrimPrefix(request.URL.Path, "/v4/")
	status, answer := s.answer(call{
		command: command, query: request.URL.Query(), body: string(body), at: time.Now(),
		method: request.Method, path: request.URL.Path, contentType: request.Header.Get("Content-Type"),
	})
	if status == 0 {
		return nil, fmt.Errorf("%s", answer)
	}
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(strings.NewReader(answer)), Request: request,
		Header: http.Header{"Date": {time.Now().Add(time.Duration(s.ahead.Load())).UTC().Format(http.TimeFormat)}},
	}, nil
}

func (s *service) answer(c call) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keep {
		s.calls = append(s.calls, c)
	}
	if s.handle != nil {
		if status, answer := s.handle(c.command, c.body); answer != "" {
			return status, answer
		}
	}
	if scripted := s.answers[c.command]; len(scripted) > 0 {
		if len(scripted) > 1 {
			s.answers[c.command] = scripted[1:]
		}
		return http.StatusOK, scripted[0]
	}
	if answer := usual[c.command]; answer != "" {
		return http.StatusOK, answer
	}
	return http.StatusOK, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`
}

// last returns the newest call of a command.
func (s *service) last(command string) call {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.calls) - 1; i >= 0; i-- {
		if s.calls[i].command == command {
			return s.calls[i]
		}
	}
	require.Fail(s.t, "no call of "+command)
	return call{}
}

func (s *service) count(command string) int { return s.countOf(command, "") }

// countOf counts the calls of a command whose request has a text in it.
func (s *service) countOf(command, text string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c.command == command && strings.Contains(c.body, text) {
			n++
		}
	}
	return n
}

const (
	testApp   = 1400000000
	testKey   = "demo-secret"
	testAdmin = "app_admin"
)

func signAs(user string) func(context.Context) (wire.Secret, error) {
	return func(context.Context) (wire.Secret, error) {
		signature, err := wire.GenerateUserSig(testApp, wire.NewSecret(testKey), user, 24*time.Hour)
		return wire.NewSecret(signature), err
	}
}

// options are those of a client for the user bo.
func (s *service) options() Options {
	return Options{
		URL: "http://im.example", AppID: testApp, User: "bo", Admin: testAdmin, Sign: signAs(testAdmin), Device: "t", Language: "en",
		HTTPClient: &http.Client{Transport: s},
	}
}

// client returns one that is not connected.
func (s *service) client() *Client {
	c := New(s.options())
	s.t.Cleanup(func() { require.NoError(s.t, c.Close()) })
	return c
}

// connected returns a client that is connected; its first event is read.
func (s *service) connected() *Client {
	s.t.Helper()
	c := s.client()
	require.NoError(s.t, c.Connect(s.t.Context()))
	require.IsType(s.t, im.Connected{}, <-c.Events())
	return c
}

// await reads events until one fits.
func await[T im.Event](t *testing.T, c *Client) T {
	t.Helper()
	for event := range c.Events() {
		if found, ok := event.(T); ok {
			return found
		}
	}
	require.Fail(t, "the client ended")
	var none T
	return none
}

func textMessage(id model.ConversationID, text string) im.Outgoing {
	return im.Outgoing{Conversation: id, Random: 912837465, ClientTime: time.Now().Unix(), Elements: []model.Element{model.Text{Text: text}}}
}

// requireJSON compares a request with the one that rest-api.md shows.
func requireJSON(t *testing.T, want, got string) {
	t.Helper()
	var document any
	require.NoError(t, json.Unmarshal([]byte(got), &document), got)
	require.JSONEq(t, want, got)
}
