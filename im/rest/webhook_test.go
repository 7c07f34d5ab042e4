package rest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// quiet is a listener that nobody calls.
type quiet struct {
	once  sync.Once
	ended chan struct{}
}

func newQuiet() *quiet { return &quiet{ended: make(chan struct{})} }

func (q *quiet) Accept() (net.Conn, error) {
	<-q.ended
	return nil, net.ErrClosed
}

func (q *quiet) Close() error {
	q.once.Do(func() { close(q.ended) })
	return nil
}

func (*quiet) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// hooked returns a connected client that takes webhooks.
func (s *service) hooked() *Client {
	s.t.Helper()
	c := New(Options{
		URL: "http://im.example", AppID: testApp, User: "bo", Admin: testAdmin, Sign: signAs(testAdmin), Language: "en",
		HTTPClient: &http.Client{Transport: s}, Webhooks: &Webhooks{Listener: newQuiet(), Token: wire.NewSecret("demo-token")},
	})
	s.t.Cleanup(func() { require.NoError(s.t, c.Close()) })
	require.NoError(s.t, c.Connect(s.t.Context()))
	require.IsType(s.t, im.Connected{}, <-c.Events())
	return c
}

// hookQuery is the query of a request that the service signed at a moment (rest-api, sections 7.1 and 7.2).
func hookQuery(command string, at time.Time) url.Values {
	requestTime := strconv.FormatInt(at.Unix(), 10)
	return url.Values{
		"SdkAppid": {"1400000000"}, "CallbackCommand": {command}, "contenttype": {"json"}, "ClientIP": {"203.0.113.9"},
		"OptPlatform": {"RESTAPI"}, "RequestTime": {requestTime}, "Sign": {wire.WebhookSign(wire.NewSecret("demo-token"), requestTime)},
	}
}

func (c *Client) receive(method string, query url.Values, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(method, "http://receiver.example/?"+query.Encode(), strings.NewReader(body))
	c.receiver.ServeHTTP(recorder, request)
	return recorder
}

// hookTo posts an event as the service does.
func hookTo(t *testing.T, c *Client, body string) {
	t.Helper()
	answer := c.receive(http.MethodPost, hookQuery("", time.Now()), body)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	require.Equal(t, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`, answer.Body.String())
}

// TestAWebhookIsVerified: what is not the service's is refused, whatever is documented or unknown is answered alike.
func TestAWebhookIsVerified(t *testing.T) {
	const event = `{"CallbackCommand":"State.StateChange","EventTime":1700000700000,"Info":{"Action":"Login","To_Account":"ann","Reason":"Register"}}`
	with := func(change func(url.Values)) func() url.Values {
		return func() url.Values {
			query := hookQuery("State.StateChange", time.Now())
			change(query)
			return query
		}
	}
	signedAt := func(ago time.Duration) func() url.Values {
		return func() url.Values { return hookQuery("State.StateChange", time.Now().Add(-ago)) }
	}
	tests := map[string]struct {
		method string
		query  func() url.Values
		body   string
		status int
	}{
		"the service's":                 {"POST", signedAt(0), event, 200},
		"a minute old":                  {"POST", signedAt(time.Minute), event, 200},
		"a minute ahead":                {"POST", signedAt(-time.Minute), event, 200},
		"older":                         {"POST", signedAt(62 * time.Second), event, 403},
		"further ahead":                 {"POST", signedAt(-62 * time.Second), event, 403},
		"no signature":                  {"POST", with(func(q url.Values) { q.Del("Sign") }), event, 403},
		"no time":                       {"POST", with(func(q url.Values) { q.Del("RequestTime") }), event, 403},
		"another token":                 {"POST", with(func(q url.Values) { q.Set("Sign", wire.WebhookSign(wire.NewSecret("x"), q.Get("RequestTime"))) }), event, 403},
		"a signature of another time":   {"POST", with(func(q url.Values) { q.Set("RequestTime", "1700000000") }), event, 403},
		"another application":           {"POST", with(func(q url.Values) { q.Set("SdkAppid", "1400000002") }), event, 403},
		"no application":                {"POST", with(func(q url.Values) { q.Del("SdkAppid") }), event, 403},
		"a look with a browser":         {"GET", signedAt(0), "", 405},
		"a command that nobody knows":   {"POST", signedAt(0), `{"CallbackCommand":"Group.CallbackAfterTea","GroupId":"@TGS#1DEMOAAAA"}`, 200},
		"a question before a message":   {"POST", signedAt(0), `{"CallbackCommand":"Group.CallbackBeforeSendMsg","GroupId":"@TGS#1DEMOAAAA"}`, 200},
		"fields of other types":         {"POST", signedAt(0), `{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":7,"MsgSeq":"x","MsgBody":{}}`, 200},
		"no object":                     {"POST", signedAt(0), `[]`, 200},
		"no JSON":                       {"POST", signedAt(0), `{"CallbackCommand":`, 400},
		"more than the longest of them": {"POST", signedAt(0), `{"a":"` + strings.Repeat("x", maxHook) + `"}`, 413},
	}
	s := newService(t)
	c := s.hooked()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			answer := c.receive(test.method, test.query(), test.body)
			require.Equal(t, test.status, answer.Code, answer.Body)
			if test.status == http.StatusOK {
				require.Equal(t, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`, answer.Body.String())
			}
		})
	}
}

// TestAWebhookOfAServiceWithAnotherClock: its time is compared with the service's clock, which the calls have measured.
func TestAWebhookOfAServiceWithAnotherClock(t *testing.T) {
	s := newService(t)
	c := s.hooked()
	c.clockOffset.Store(int64(time.Hour))
	require.Equal(t, http.StatusOK, c.receive("POST", hookQuery("", time.Now().Add(time.Hour)), `{}`).Code)
	require.Equal(t, http.StatusForbidden, c.receive("POST", hookQuery("", time.Now()), `{}`).Code)
}

// TestAFloodOfWebhooksNeverWaits: not for who reads the events: what does not fit is left to polling.
func TestAFloodOfWebhooksNeverWaits(t *testing.T) {
	s := newService(t)
	c := s.hooked()
	for sequence := range 2 * maxWaitingHooks {
		hookTo(t, c, hookedMessage(41+sequence))
	}
}

// TestWebhooksOverTheNetwork takes a request over a real connection, and none after Close.
func TestWebhooksOverTheNetwork(t *testing.T) {
	trusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer trusted.Close()
	for scheme, settings := range map[string]*tls.Config{"http": nil, "https": {Certificates: trusted.TLS.Certificates}} {
		t.Run(scheme, func(t *testing.T) {
			s := newService(t)
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			c := New(Options{
				URL: "http://im.example", AppID: testApp, User: "bo", Admin: testAdmin, Sign: signAs(testAdmin), Language: "en",
				HTTPClient: &http.Client{Transport: s},
				Webhooks:   &Webhooks{Listener: listener, Token: wire.NewSecret("demo-token"), TLS: settings},
			})
			require.NoError(t, c.Connect(t.Context()))
			sender := trusted.Client()
			defer sender.CloseIdleConnections()
			target := fmt.Sprintf("%s://%s/im?%s", scheme, listener.Addr(), hookQuery(wire.HookGroupMessage, time.Now()).Encode())
			response, err := sender.Post(target, "application/json", strings.NewReader(hookGroupMessage))
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, http.StatusOK, response.StatusCode)
			require.Equal(t, "ann", await[im.MessagesReceived](t, c).Messages[0].Sender)
			require.NoError(t, c.Close())
			_, err = sender.Post(target, "application/json", strings.NewReader(hookGroupMessage))
			require.Error(t, err)
		})
	}
}

// FuzzHook: whatever comes with a valid signature is a stranger's text all the same.
func FuzzHook(f *testing.F) {
	for _, seed := range []string{hookGroupMessage, fmt.Sprintf(hookPrivateMessage, 1700000500), `{"MsgBody":{"OpType":1,"List_Account":[7]}}`, `[]`, `{`} {
		f.Add([]byte(seed))
	}
	c := New(Options{URL: "http://im.example", AppID: testApp, User: "bo", Admin: testAdmin, Sign: signAs(testAdmin)})
	f.Cleanup(func() { _ = c.Close() })
	c.state.groups[demo] = &tracked{group: &model.Group{ID: demo, Type: model.Public}, heard: map[int64]bool{}, recalled: map[int64]bool{}}
	f.Fuzz(func(t *testing.T, body []byte) {
		var event wire.Webhook
		if convert.Lenient(body, &event) != nil {
			return
		}
		if h, concerned := c.concern(body, event); concerned && h.message != nil {
			require.NotEmpty(t, h.message.Conversation)
			require.True(t, utf8.ValidString(h.message.Sender+h.message.CustomData))
		}
	})
}
