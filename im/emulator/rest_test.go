package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

const (
	restApp   = 1400000001
	restAdmin = "administrator"
)

// restClock is a clock that tests move.
type restClock struct{ seconds atomic.Int64 }

func (c *restClock) now() time.Time { return time.Unix(c.seconds.Load(), 0) }

// restServer is a REST front over a core in memory. Its requests and replies are raw JSON, so that a mistake in the
// shared types cannot agree with itself.
type restServer struct {
	t      *testing.T
	core   *core.Core
	clock  *restClock
	faults *Faults
	url    string
	sig    string
	online map[string][]string
}

func newRESTServer(t *testing.T) *restServer {
	t.Helper()
	s := &restServer{t: t, clock: &restClock{}, faults: NewFaults(), online: map[string][]string{}}
	s.clock.seconds.Store(time.Now().Unix())
	c, err := core.Open(core.Options{Path: core.Memory, Now: s.clock.now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	s.core = c
	server := httptest.NewServer(newRESTFront(restConfig{
		Core: c, AppID: restApp, Key: restKey, Admins: []string{restAdmin}, Faults: s.faults, Now: s.clock.now,
		Online: func(user string) []string { return s.online[user] },
	}))
	t.Cleanup(server.Close)
	s.url, s.sig = server.URL, signed(t, restKey, restApp, restAdmin)
	return s
}

var restKey = wire.NewSecret("rest-test-key")

func signed(t testing.TB, key wire.Secret, app int64, user string) string {
	t.Helper()
	sig, err := wire.GenerateUserSig(app, key, user, time.Hour)
	require.NoError(t, err)
	return sig
}

func (s *restServer) query() url.Values {
	return url.Values{
		"sdkappid": {fmt.Sprint(restApp)}, "identifier": {restAdmin}, "usersig": {s.sig}, "random": {"7"}, "contenttype": {"json"},
	}
}

// post sends a body and returns the reply's fields. The HTTP status is always 200.
func (s *restServer) post(path string, query url.Values, body string) map[string]any {
	s.t.Helper()
	response, err := http.Post(s.url+"/v4/"+path+"?"+query.Encode(), "application/json", strings.NewReader(body))
	require.NoError(s.t, err)
	defer response.Body.Close()
	require.Equal(s.t, http.StatusOK, response.StatusCode)
	text, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	var reply map[string]any
	require.NoError(s.t, json.Unmarshal(text, &reply), "%s", text)
	return reply
}

// call posts as the admin.
func (s *restServer) call(path, body string) map[string]any {
	s.t.Helper()
	return s.post(path, s.query(), body)
}

// ok posts as the admin and requires success.
func (s *restServer) ok(path, body string) map[string]any {
	s.t.Helper()
	reply := s.call(path, body)
	require.Equal(s.t, "OK", reply["ActionStatus"], "%s %s: %v", path, body, reply)
	require.EqualValues(s.t, 0, reply["ErrorCode"])
	return reply
}

// refused posts as the admin and requires a code.
func (s *restServer) refused(code int, path, body string) {
	s.t.Helper()
	reply := s.call(path, body)
	require.EqualValues(s.t, code, reply["ErrorCode"], "%s %.200s: %v", path, body, reply)
	require.Equal(s.t, "FAIL", reply["ActionStatus"])
	require.NotEmpty(s.t, reply["ErrorInfo"])
}

// shop makes four accounts and a Public group of three of them.
func (s *restServer) shop() {
	s.t.Helper()
	s.ok("im_open_login_svc/multiaccount_import", `{"AccountList":[{"UserID":"ann","Nick":"Ann"},{"UserID":"bo"},{"UserID":"cy"},{"UserID":"dee"}]}`)
	s.ok("group_open_http_svc/create_group", `{"GroupId":"shop","Owner_Account":"ann","Type":"Public","Name":"Fishing trip",
		"MemberList":[{"Member_Account":"bo","Role":"Admin","AppMemberDefinedData":[{"Key":"role","Value":"助手"}]},{"Member_Account":"cy"}]}`)
}

// send puts a message into the shop's group and returns its sequence.
func (s *restServer) send(from, text string, random int, more string) int {
	s.t.Helper()
	reply := s.ok("group_open_http_svc/send_group_msg", fmt.Sprintf(`{"GroupId":"shop","From_Account":%q,"Random":%d,
		"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]%s}`, from, random, text, more))
	return int(reply["MsgSeq"].(float64))
}

// requireJSON compares a reply's field with the JSON text of what is wanted.
func (s *restServer) requireJSON(want string, got any) {
	s.t.Helper()
	text, err := json.Marshal(got)
	require.NoError(s.t, err)
	require.JSONEq(s.t, want, string(text))
}

func TestRESTChecksCredentials(t *testing.T) {
	s := newRESTServer(t)
	otherKey := wire.NewSecret("other")
	tests := []struct {
		name   string
		change url.Values
		code   int
	}{
		{"good", nil, 0},
		{"no sdkappid", url.Values{"sdkappid": {""}}, 60012},
		{"sdkappid is no number", url.Values{"sdkappid": {"x"}}, 60006},
		{"empty signature", url.Values{"usersig": {""}}, 70002},
		{"no signature", url.Values{"usersig": {"hello"}}, 70003},
		{"signature of somebody else", url.Values{"usersig": {signed(t, restKey, restApp, "ann")}}, 70013},
		{"signature for another application", url.Values{"usersig": {signed(t, restKey, 9, restAdmin)}}, 70014},
		{"another application", url.Values{"sdkappid": {"9"}}, 70014},
		{"another application's server", url.Values{"sdkappid": {"9"}, "usersig": {signed(t, restKey, 9, restAdmin)}}, 60006},
		{"another key", url.Values{"usersig": {signed(t, otherKey, restApp, restAdmin)}}, 70009},
		{"no admin", url.Values{"identifier": {"ann"}, "usersig": {signed(t, restKey, restApp, "ann")}}, 60010},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			query := s.query()
			for key, value := range test.change {
				query[key] = value
			}
			reply := s.post("openim/query_online_status", query, `{"To_Account":["administrator"]}`)
			if test.name == "good" {
				require.EqualValues(t, 0, reply["ErrorCode"], reply)
			}
			require.EqualValues(t, test.code, reply["ErrorCode"], reply)
		})
	}
	_, made := s.core.Account("ann")
	require.False(t, made, "a refused caller gets no account")
}

func TestRESTSignaturesEndWithTimeAndKick(t *testing.T) {
	s := newRESTServer(t)
	s.ok("openim/query_online_status", `{"To_Account":["administrator"]}`)
	s.clock.seconds.Add(2 * 3600)
	s.refused(70001, "openim/query_online_status", `{"To_Account":["administrator"]}`)

	s.clock.seconds.Add(-2 * 3600)
	s.ok("im_open_login_svc/kick", `{"UserID":"administrator"}`)
	s.refused(70001, "openim/query_online_status", `{"To_Account":["administrator"]}`)
}

func TestRESTRefusesWhatIsNoCall(t *testing.T) {
	s := newRESTServer(t)
	for name, test := range map[string]struct {
		path, body string
		code       int
	}{
		"unknown service":    {"no_such_svc/create_group", `{}`, 60009},
		"unknown command":    {"openim/send", `{}`, 60009},
		"no command":         {"openim", `{}`, 60009},
		"deeper path":        {"openim/sendmsg/x", `{}`, 60009},
		"empty body":         {"openim/sendmsg", ``, 60003},
		"cut body":           {"openim/sendmsg", `{"To_Account":"a`, 60003},
		"two documents":      {"openim/sendmsg", `{}{}`, 60003},
		"no object":          {"group_open_http_svc/create_group", `[]`, 60003},
		"null":               {"group_open_http_svc/create_group", ` null `, 60003},
		"nested without end": {"group_open_http_svc/create_group", `{"Name":` + strings.Repeat("[", 100_000), 60003},
		"not UTF-8":          {"group_open_http_svc/create_group", "{\"Name\":\"\xff\"}", 60003},
		"larger than 1 MB":   {"group_open_http_svc/create_group", `{"Name":"` + strings.Repeat("x", 1<<20) + `"}`, 60002},
		"group field type":   {"group_open_http_svc/create_group", `{"Name":5}`, 10004},
		"account field type": {"im_open_login_svc/account_import", `{"UserID":5}`, 70402},
		"profile field type": {"profile/portrait_get", `{"To_Account":"ann"}`, 40001},
		"contact field type": {"recentcontact/delete", `{"Type":"2"}`, 50002},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.refused(test.code, test.path, test.body)
		})
	}
	s.t = t
	request, err := http.NewRequest(http.MethodGet, s.url+"/v4/openim/sendmsg?"+s.query().Encode(), nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Contains(t, string(text), "60002")
}

// A stranger's page must not learn the key from what a refusal says.
func TestRESTRefusalsHoldNoSecrets(t *testing.T) {
	s := newRESTServer(t)
	query := s.query()
	query.Set("usersig", signed(t, wire.NewSecret("other"), restApp, restAdmin))
	text, err := json.Marshal(s.post("openim/sendmsg", query, `{}`))
	require.NoError(t, err)
	require.False(t, bytes.Contains(text, []byte("rest-test-key")))
	require.False(t, bytes.Contains(text, []byte(query.Get("usersig"))))
}
