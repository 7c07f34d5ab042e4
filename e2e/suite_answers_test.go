package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/rest"
	"reddot/session"
)

// gateway stands between a client and the REST API and gives answers that the service would not.
type gateway struct {
	t      *testing.T
	target string

	mu sync.Mutex
	// instead answers without asking the service, spoil changes what the service answered; nil leaves it alone.
	instead func(w http.ResponseWriter)
	spoil   func(command string, answer []byte) []byte
	// date is the time that answers say, nil for ours.
	date func() time.Time
}

// throughGateway lets the laptop call over a gateway of its own.
func (p *play) throughGateway() *gateway {
	p.t.Helper()
	g := &gateway{t: p.t, target: "http://" + p.address}
	server := httptest.NewServer(g)
	p.t.Cleanup(server.Close)
	p.connect = func() im.Client {
		return overREST(p.service, strings.TrimPrefix(server.URL, "http://"), "alice", "laptop")
	}
	p.calm = func() { g.set(nil, nil) }
	return g
}

func (g *gateway) set(instead func(http.ResponseWriter), spoil func(string, []byte) []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.instead, g.spoil = instead, spoil
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	g.mu.Lock()
	instead, spoil, date := g.instead, g.spoil, g.date
	g.mu.Unlock()
	if instead != nil {
		instead(w)
		return
	}
	response, err := http.Post(g.target+request.URL.String(), "application/json", request.Body)
	if err != nil {
		http.Error(w, "gateway", http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		http.Error(w, "gateway", http.StatusBadGateway)
		return
	}
	if spoil != nil {
		answer = spoil(strings.TrimPrefix(request.URL.Path, "/v4/"), answer)
	}
	if date != nil {
		w.Header().Set("Date", date().UTC().Format(http.TimeFormat))
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer)
}

// page answers with a page of HTML.
func page(status int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Sign in</title>"))
	}
}

// TestSuiteWithBadAnswers repeats the suite while all that comes back is bad: the service has done what was asked, or has not.
func TestSuiteWithBadAnswers(t *testing.T) {
	always := func(answer string) func(string, []byte) []byte {
		return func(string, []byte) []byte { return []byte(answer) }
	}
	answers := map[string]struct {
		instead func(http.ResponseWriter)
		spoil   func(string, []byte) []byte
	}{
		"gateway":             {instead: page(http.StatusBadGateway)},
		"captive portal":      {instead: page(http.StatusOK)},
		"page after the fact": {spoil: always("<html>Bad Gateway</html>")},
		"truncated":           {spoil: func(_ string, answer []byte) []byte { return answer[:len(answer)/2] }},
		"code inside OK":      {spoil: always(`{"ActionStatus":"OK","ErrorCode":10002,"ErrorInfo":"inside"}`)},
		"throttled":           {spoil: always(`{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"too often"}`)},
		"empty":               {spoil: always("")},
		"another service":     {spoil: always(`{"message":"hello"}`)},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, ways[1])
			g := p.throughGateway()
			p.disturb = func() { g.set(answer.instead, answer.spoil) }
			p.settle = p.untilOffline
			p.run()
		})
	}
}

func (p *play) untilOffline() {
	p.laptop.await("the trouble", func(v *session.View) bool { return v.Connection.Phase == session.Offline })
}

// TestSuiteWithOddPages repeats the suite while lists repeat and reorder their rows, and are far too long.
func TestSuiteWithOddPages(t *testing.T) {
	const tooLong = 1<<20 + 1
	lists := []string{
		"group_open_http_svc/get_joined_group_list", "group_open_http_svc/get_group_info", "group_open_http_svc/group_msg_get_simple",
		"group_open_http_svc/get_group_member_info", "openim/admin_getroammsg", "profile/portrait_get",
	}
	padded := atomic.Int64{}
	for name, spoil := range map[string]func(string, []byte) []byte{
		"repeated and reordered": func(_ string, answer []byte) []byte { return mixRows(answer) },
		"over the cap": func(command string, answer []byte) []byte {
			if !slices.Contains(lists, command) || padded.Add(1)%3 != 0 {
				return answer
			}
			return append(answer, bytes.Repeat([]byte{' '}, tooLong)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlay(t, ways[1])
			g := p.throughGateway()
			p.disturb = func() { g.set(nil, spoil) }
			if name == "repeated and reordered" {
				g.set(nil, spoil)
				p.calm = func() {}
			}
			p.run()
		})
	}
}

// mixRows writes every row of every list of an answer twice, in the other order.
func mixRows(answer []byte) []byte {
	var document map[string]json.RawMessage
	if json.Unmarshal(answer, &document) != nil {
		return answer
	}
	for _, key := range []string{"RspMsgList", "MsgList", "GroupMsgReceiptList", "SessionItem", "UserProfileItem", "GroupInfo"} {
		var rows []json.RawMessage
		if json.Unmarshal(document[key], &rows) != nil || len(rows) == 0 {
			continue
		}
		mixed := slices.Concat(rows, rows)
		slices.Reverse(mixed)
		text, err := json.Marshal(mixed)
		if err != nil {
			return answer
		}
		document[key] = text
	}
	mixed, err := json.Marshal(document)
	if err != nil {
		return answer
	}
	return mixed
}

// TestSuiteWithoutNames repeats the suite while the name of the service cannot be resolved.
func TestSuiteWithoutNames(t *testing.T) {
	t.Parallel()
	p := newPlay(t, ways[1])
	var nameless atomic.Bool
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		if nameless.Load() {
			return nil, &net.DNSError{Err: "no such host", Name: "im.example", IsNotFound: true}
		}
		return (&net.Dialer{}).DialContext(ctx, network, p.address)
	}
	t.Cleanup(transport.CloseIdleConnections)
	p.connect = func() im.Client {
		options := p.restOptions("http://127.0.0.1:80", "alice", "laptop")
		options.HTTPClient = &http.Client{Transport: transport}
		return rest.New(options)
	}
	p.disturb = func() {
		nameless.Store(true)
		transport.CloseIdleConnections()
	}
	p.settle = func() {
		p.untilOffline()
		require.Contains(t, p.laptop.View().Connection.Reason, "no such host")
	}
	p.calm = func() { nameless.Store(false) }
	p.run()
}

// TestSuiteWithAnotherClock repeats the suite with a service whose clock is an hour off.
func TestSuiteWithAnotherClock(t *testing.T) {
	for name, off := range map[string]time.Duration{"an hour ahead": time.Hour, "an hour behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, way := range ways {
				t.Run(way.name, func(t *testing.T) {
					t.Parallel()
					now := func() time.Time { return time.Now().Add(off) }
					p := newPlayOn(t, newServiceWith(t, service{now: now}), way)
					if way.name == "rest" {
						p.throughGateway().date = now
					}
					p.run()
				})
			}
		})
	}
}
