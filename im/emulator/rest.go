package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// restConfig is what the REST front needs.
type restConfig struct {
	Core   *core.Core
	AppID  int64
	Key    wire.Secret
	Admins []string // app admins, who alone may call
	Faults *Faults
	// Online names the platforms (wire.PlatformName) on which a user is connected; nil when nobody can be.
	Online func(user string) []string
	// Watching counts who is connected to a live room; nil when nobody can be.
	Watching func(by core.Actor, group string) (int, error)
	Hooks    *hooks
	// Metrics count what is sent; nil for nobody to look at.
	Metrics *metrics
	// Limits are the rate caps; nil for none.
	Limits *limits
	// Control is what the commands of the emulator service steer; nil where there is none.
	Control controller
	// Addresses makes the addresses of files in a reply those of the app admin; nil to leave them.
	Addresses func(reply []byte) []byte
	Now       func() time.Time // the clock; time.Now when nil
	Logger    *slog.Logger     // silent when nil
}

// restFront answers POST /v4/SERVICE/COMMAND. Every answer has HTTP status 200 and says in its body how it went.
type restFront struct {
	restConfig
	auth     *restAuth
	commands map[string]restCommand
}

// restCall is one verified call.
type restCall struct {
	*restFront
	ctx     context.Context
	by      core.Actor // the calling admin
	command string     // service.command
}

// restCommand handles the body of a call and returns the reply.
type restCommand func(c restCall, body []byte) (any, error)

// newRESTFront returns the handler of /v4/.
func newRESTFront(config restConfig) *restFront {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Online == nil {
		config.Online = func(string) []string { return nil }
	}
	if config.Metrics == nil {
		config.Metrics = &metrics{}
	}
	return &restFront{
		restConfig: config,
		auth: &restAuth{
			core: config.Core, appID: config.AppID, key: config.Key, admins: config.Admins, now: config.Now,
			known: map[restCredential]time.Time{},
		},
		commands: withRelations(restCommands),
	}
}

// ServeHTTP implements http.Handler.
func (f *restFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Metrics.calls.Add(1)
	buf := restBuffers.Get().(*bytes.Buffer)
	defer releaseRESTBuffer(buf)
	buf.Reset()
	c, err := f.admit(w, r, buf)
	if err != nil {
		f.write(w, c.command, nil, err)
		return
	}
	c.serve(w, buf.Bytes())
}

// admit checks everything about a call but its body, and reads that.
func (f *restFront) admit(w http.ResponseWriter, r *http.Request, body *bytes.Buffer) (restCall, error) {
	service, command, ok := strings.Cut(strings.TrimPrefix(strings.TrimLeft(r.URL.Path, "/"), "v4/"), "/")
	c := restCall{restFront: f, ctx: r.Context(), command: service + "." + command}
	if r.Method != http.MethodPost {
		return c, restError(wire.CodeHTTP, "the method is %s; use POST", r.Method)
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, wire.MaxFrame)); err != nil {
		return c, restBodyError(err)
	}
	by, err := f.auth.actor(r.Context(), r.URL.Query())
	if err != nil {
		return c, err
	}
	c.by = by
	c.by.IP = clientIP(r)
	if _, known := f.commands[c.command]; !ok || !known {
		return c, c.unknown()
	}
	if !f.Limits.call(c.command) {
		return c, restError(wire.CodeAPIRate, "%s is called too often", c.command)
	}
	return c, nil
}

func (c restCall) unknown() error {
	return restError(wire.CodeUnknown, "this server has no command %.100q", c.command)
}

// as acts for a user by this call.
func (c restCall) as(user string) core.Actor {
	return core.Actor{User: user, Platform: c.by.Platform, IP: c.by.IP}
}

// clientIP is the address from which a request comes.
func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func restBodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return restError(wire.CodeHTTP, "the body is larger than %d bytes", wire.MaxFrame)
	}
	return restError(wire.CodeHTTP, "the body could not be read: %v", err)
}

// serve handles a call, with the faults that are set for it.
func (c restCall) serve(w http.ResponseWriter, body []byte) {
	before := c.Faults.Decide(c.command, c.by.User, wire.FaultRequest)
	if c.suffer(w, before) {
		return
	}
	reply, err := c.handle(body)
	if before.Duplicate {
		_, _ = c.handle(body)
	}
	if c.suffer(w, c.Faults.Decide(c.command, c.by.User, wire.FaultReply)) {
		return
	}
	c.write(w, c.command, reply, err)
}

// restDropFor is how long a dropped call stays unanswered before its connection is cut.
const restDropFor = 20 * time.Second

// suffer lets a verdict act and reports whether the call ends with that. To duplicate a reply or to change the order of
// replies means nothing over HTTP.
func (c restCall) suffer(w http.ResponseWriter, v Verdict) (ended bool) {
	if v.Delay > 0 {
		c.wait(v.Delay)
	}
	switch {
	case v.Drop:
		c.wait(restDropFor)
		cutRESTConnection()
	case v.Disconnect:
		cutRESTConnection()
	case v.Error != nil:
		c.write(w, c.command, wire.Reply{Result: *v.Error}, nil)
		return true
	}
	return false
}

// cutRESTConnection ends the connection without an answer, in the way net/http has for it.
func cutRESTConnection() { panic(http.ErrAbortHandler) }

// wait ends early when the client gives up.
func (c restCall) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ctx.Done():
	}
}

func (c restCall) handle(body []byte) (any, error) {
	if !utf8.Valid(body) || !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte{'{'}) {
		return nil, restError(wire.CodeJSON, "the body is not a JSON object in UTF-8")
	}
	return c.commands[c.command](c, body)
}

var restBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func releaseRESTBuffer(buf *bytes.Buffer) {
	const worthKeeping = 64 << 10
	if buf.Cap() <= worthKeeping {
		restBuffers.Put(buf)
	}
}

// write sends a reply, or the refusal that an error stands for.
func (f *restFront) write(w http.ResponseWriter, command string, reply any, err error) {
	if err != nil {
		reply = f.refusal(command, err)
	}
	text, err := wire.Marshal(reply)
	if f.Addresses != nil {
		text = f.Addresses(text)
	}
	if err == nil && len(text) > wire.MaxFrame {
		text, err = wire.Marshal(wire.Reply{Result: wire.Fail(wire.CodeReplyTooLarge, "the reply would be larger than 1 MB; ask for pages")})
	}
	if err != nil {
		f.Logger.Error("Encode REST reply", "command", command, "error", err)
		text = []byte(`{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"the reply could not be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // a client that has gone away needs no answer
}

// restHandler makes a command from a function of its decoded request.
func restHandler[Request any](run func(c restCall, request Request) (any, error)) restCommand {
	return func(c restCall, body []byte) (any, error) {
		var request Request
		if err := json.Unmarshal(body, &request); err != nil {
			return nil, restDecodeError(c.command, err)
		}
		return run(c, request)
	}
}
