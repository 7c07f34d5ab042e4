package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// patience is how long an outside effect may take before a test fails. It bounds a hang; nothing is timed by it.
const patience = time.Minute

// world is a whole server with both fronts. What it is asked and what it answers is raw
// JSON.
type world struct {
	*restServer
	server *Server
}

func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	clock := &restClock{}
	clock.seconds.Store(time.Now().Unix())
	options := Options{Data: Memory, AppID: restApp, SecretKey: restKey, Admin: restAdmin, Now: clock.now}
	if change != nil {
		change(&options)
	}
	server, err := New(options)
	require.NoError(t, err)
	listener := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		listener.Close()
	})
	return &world{
		restServer: &restServer{
			t: t, core: server.Core(), clock: clock, faults: server.Faults(), url: listener.URL, sig: signed(t, restKey, restApp, restAdmin),
		},
		server: server,
	}
}

// device is one long connection of a user.
type device struct {
	t    *testing.T
	user string
	inst float64 // of the login
	ws   *websocket.Conn
	seq  int
	// pushed are the bodies of pushes that came so far.
	pushed []map[string]any
	// pings are what the server asked for a sign of life with.
	pings chan struct{}
}

// dial connects without logging in.
func (w *world) dial(platform int) *device {
	w.t.Helper()
	address := strings.Replace(w.url, "http", "ws", 1) + fmt.Sprintf("/info?platform=%d", platform)
	d := &device{t: w.t, pings: make(chan struct{}, 1000)}
	ws, response, err := websocket.Dial(w.t.Context(), address, &websocket.DialOptions{OnPingReceived: d.pinged})
	require.NoError(w.t, err)
	if response.Body != nil {
		response.Body.Close()
	}
	ws.SetReadLimit(-1)
	d.ws = ws
	w.t.Cleanup(func() { _ = ws.CloseNow() })
	return d
}

// pinged notes a ping and has it answered.
func (d *device) pinged(context.Context, []byte) bool {
	select {
	case d.pings <- struct{}{}:
	default:
	}
	return true
}

// login connects a user on a platform.
func (w *world) login(user string, platform int) *device {
	w.t.Helper()
	d := w.dial(platform)
	d.user = user
	reply := d.ask("im_open_status.wslogin", `{"State":"Online"}`,
		fmt.Sprintf(`"identifier":%q,"usersig":%q,`, user, signed(w.t, restKey, restApp, user)))
	require.EqualValues(w.t, 0, reply["ErrorCode"], reply)
	d.inst = reply["InstId"].(float64)
	return d
}

// requireKick requires that a push ends the login of the device, which it names.
func (w *world) requireKick(kind int, d *device, body map[string]any) {
	w.t.Helper()
	w.requireJSON(fmt.Sprintf(`[{"Event":10,"C2cNotifyMsgArray":[{"KickoutMsgNotify":{"KickType":%d,"NewInstInfo":{},"Instid":%.0f}}]}]`, kind, d.inst),
		body["EventArray"])
}

// start sends a request and returns its sequence.
func (d *device) start(command, body string, head ...string) int {
	d.t.Helper()
	d.seq++
	frame := fmt.Sprintf(`{"head":{%s"servcmd":%q,"seq":%d},"body":%s}`, strings.Join(head, ""), command, d.seq, body)
	require.NoError(d.t, d.ws.Write(d.t.Context(), websocket.MessageText, []byte(frame)))
	return d.seq
}

// ask sends a request and returns the body of its reply. Pushes that come before it are kept.
func (d *device) ask(command, body string, head ...string) map[string]any {
	d.t.Helper()
	seq := d.start(command, body, head...)
	for {
		name, number, reply := d.next()
		if name == command && number == seq {
			return reply
		}
		d.pushed = append(d.pushed, reply)
	}
}

func (d *device) next() (command string, seq int, body map[string]any) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	_, text, err := d.ws.Read(ctx)
	require.NoError(d.t, err)
	var frame struct {
		Head struct {
			ServCmd string `json:"servcmd"`
			Seq     int    `json:"seq"`
		} `json:"head"`
		Body map[string]any `json:"body"`
	}
	require.NoError(d.t, json.Unmarshal(text, &frame), "%s", text)
	return frame.Head.ServCmd, frame.Head.Seq, frame.Body
}

// ended waits until the server has closed the connection.
func (d *device) ended() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	for {
		if _, _, err := d.ws.Read(ctx); err != nil {
			require.NoError(d.t, ctx.Err(), "the connection stayed open")
			return
		}
	}
}

// hook is an event as it reached the app's server.
type hook struct {
	query url.Values
	body  map[string]any
}

// app is the app's own server. It answers each command as it is told, and allows the rest.
type app struct {
	t       *testing.T
	url     string
	events  chan hook
	holds   map[string]chan struct{}
	mu      sync.Mutex
	answers map[string]string // by command
}

func newApp(t *testing.T, answers map[string]string) *app {
	t.Helper()
	a := &app{t: t, events: make(chan hook, 1000), answers: answers, holds: map[string]chan struct{}{}}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event := hook{query: r.URL.Query()}
		if json.NewDecoder(r.Body).Decode(&event.body) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		a.events <- event
		command := event.query.Get("CallbackCommand")
		if hold, held := a.holds[command]; held {
			<-hold
		}
		a.mu.Lock()
		answer := a.answers[command]
		a.mu.Unlock()
		if answer == "" {
			answer = `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}`
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(listener.Close)
	a.url = listener.URL
	return a
}

// answer changes what the app's server says.
func (a *app) answer(answers map[string]string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers = answers
}

// wait returns the next event of a command and forgets those before it.
func (a *app) wait(command string) hook {
	a.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case event := <-a.events:
			require.Equal(a.t, event.query.Get("CallbackCommand"), event.body["CallbackCommand"])
			if event.query.Get("CallbackCommand") == command {
				return event
			}
		case <-deadline:
			require.Fail(a.t, "the app's server did not hear of "+command)
		}
	}
}

// requireBody compares an event with JSON text in which "*" stands for anything.
func (h hook) requireBody(t *testing.T, want string) {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(want), &fields))
	for name, value := range fields {
		if value == "*" {
			require.Contains(t, h.body, name)
			fields[name] = h.body[name]
		}
	}
	require.Equal(t, fields, h.body)
}
