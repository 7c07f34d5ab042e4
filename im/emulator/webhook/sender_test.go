package webhook

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The vector of rest-api.md section 7.2.
func TestSignatureIsTheHashOfTokenAndTime(t *testing.T) {
	require.Equal(t, "e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23", Sign("demo-token", "1700000000"))
	require.Equal(t, "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061", Sign("xxxxyyyy", "1669872112"))
}

// received is one request as it came.
type received struct {
	query url.Values
	body  string
}

// receiver is an app's server that answers as it is told.
type receiver struct {
	*httptest.Server
	mu  sync.Mutex
	got []received
}

func newReceiver(t *testing.T, answer func(n int, w http.ResponseWriter)) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		r.got = append(r.got, received{request.URL.Query(), string(body)})
		n := len(r.got)
		r.mu.Unlock()
		answer(n, w)
	}))
	t.Cleanup(r.Server.Close)
	return r
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.got...)
}

func allow(_ int, w http.ResponseWriter) {
	fmt.Fprint(w, `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`)
}

func sender(t *testing.T, options Options) *Sender {
	t.Helper()
	options.AppID = 1400000000
	options.Now = func() time.Time { return time.Unix(1700000000, 0) }
	s, err := New(options)
	require.NoError(t, err)
	t.Cleanup(func() { closeNow(s) })
	return s
}

// closeNow waits for what is queued.
func closeNow(s *Sender) { s.Close(context.Background()) }

func TestRequestsCarryTheDocumentedQuery(t *testing.T) {
	r := newReceiver(t, allow)
	s := sender(t, Options{URL: r.URL + "/im?team=shop", Token: "demo-token"})
	require.Zero(t, s.Before(t.Context(), Event{Command: "Group.CallbackBeforeSendMsg", ClientIP: "10.0.0.9", Platform: "Web", Body: map[string]int{"a": 1}}))
	got := r.all()
	require.Len(t, got, 1)
	require.Equal(t, url.Values{
		"team": {"shop"}, "SdkAppid": {"1400000000"}, "CallbackCommand": {"Group.CallbackBeforeSendMsg"}, "contenttype": {"json"},
		"ClientIP": {"10.0.0.9"}, "OptPlatform": {"Web"}, "RequestTime": {"1700000000"},
		"Sign": {"e5af3d57942cf80671fb01cfd17cd4a7028bfe40588708bd6271d5980a169e23"},
	}, got[0].query)
	require.JSONEq(t, `{"a":1}`, got[0].body)
}

func TestWithoutTokenNothingIsSigned(t *testing.T) {
	r := newReceiver(t, allow)
	s := sender(t, Options{URL: r.URL})
	s.Before(t.Context(), Event{Command: "C2C.CallbackBeforeSendMsg"})
	require.NotContains(t, r.all()[0].query, "Sign")
	require.NotContains(t, r.all()[0].query, "RequestTime")
}

func TestBeforeEventsAllowWhatGetsNoUsableAnswer(t *testing.T) {
	for name, answer := range map[string]func(int, http.ResponseWriter){
		"status": func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"html":   func(_ int, w http.ResponseWriter) { fmt.Fprint(w, "<html>") },
		"type":   func(_ int, w http.ResponseWriter) { fmt.Fprint(w, `{"ErrorCode":"1"}`) },
		"redirect": func(_ int, w http.ResponseWriter) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(http.StatusFound)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t, answer)
			lenient := sender(t, Options{URL: r.URL})
			require.Zero(t, lenient.Before(t.Context(), Event{}).ErrorCode)
			strict := sender(t, Options{URL: r.URL, Strict: true})
			require.Equal(t, CodeUnanswered, strict.Before(t.Context(), Event{}).ErrorCode)
			require.EqualValues(t, 1, strict.Stats().Unanswered)
			require.Len(t, r.all(), 2, "a before-event is never posted again")
		})
	}
}

func TestBeforeEventsEndWithTheTimeout(t *testing.T) {
	hold := make(chan struct{})
	r := newReceiver(t, func(int, http.ResponseWriter) { <-hold })
	defer close(hold)
	s := sender(t, Options{URL: r.URL, Strict: true, Timeout: time.Millisecond})
	require.Equal(t, CodeUnanswered, s.Before(t.Context(), Event{}).ErrorCode)
}

func TestAfterEventsKeepTheirOrderPerKey(t *testing.T) {
	r := newReceiver(t, allow)
	s := sender(t, Options{URL: r.URL})
	const keys, each = 8, 50
	for i := range each {
		for key := range keys {
			s.After(fmt.Sprint("group ", key), Event{Command: fmt.Sprint(key), Body: i})
		}
	}
	closeNow(s)
	next := map[string]int{}
	for _, one := range r.all() {
		key := one.query.Get("CallbackCommand")
		require.Equal(t, fmt.Sprint(next[key]), one.body, "key %s", key)
		next[key]++
	}
	require.Len(t, next, keys)
	require.EqualValues(t, keys*each, s.Stats().Delivered)
}

func TestAfterEventsNeverMakeTheirCallerWait(t *testing.T) {
	hold := make(chan struct{})
	r := newReceiver(t, func(int, http.ResponseWriter) { <-hold })
	s := sender(t, Options{URL: r.URL, Timeout: time.Minute})
	for range laneDepth + 10 {
		s.After("one group", Event{})
	}
	stats := s.Stats()
	require.GreaterOrEqual(t, stats.Dropped, int64(9))
	require.LessOrEqual(t, stats.Waiting, laneDepth)
	close(hold)
	closeNow(s)
	stats = s.Stats()
	require.EqualValues(t, laneDepth+10, stats.Delivered+stats.Dropped)
	s.After("one group", Event{})
	require.Equal(t, stats.Dropped+1, s.Stats().Dropped, "nothing is taken after the end")
}

func TestAfterEventsAreRetriedWhereThatIsWanted(t *testing.T) {
	for _, test := range []struct{ retries, posted int }{{0, 1}, {1, 2}} {
		r := newReceiver(t, func(n int, w http.ResponseWriter) {
			if n == 1 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			allow(n, w)
		})
		s := sender(t, Options{URL: r.URL, Retries: test.retries})
		s.After("group", Event{Body: "x"})
		closeNow(s)
		require.Len(t, r.all(), test.posted)
		require.EqualValues(t, test.posted-1, s.Stats().Delivered)
	}
}

func TestCloseGivesUpWhenItsPatienceEnds(t *testing.T) {
	hold := make(chan struct{})
	r := newReceiver(t, func(int, http.ResponseWriter) { <-hold })
	defer close(hold)
	s := sender(t, Options{URL: r.URL, Timeout: time.Minute})
	s.After("group", Event{})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	s.Close(ended)
	require.Zero(t, s.Stats().Delivered)
}

func TestURLsThatCannotBePostedToAreRefused(t *testing.T) {
	for _, bad := range []string{"", "localhost:80", "ftp://x/y", "http://", "http://a b/", "://"} {
		_, err := New(Options{URL: bad})
		require.Error(t, err, bad)
		require.False(t, strings.Contains(err.Error(), "secret"))
	}
}
