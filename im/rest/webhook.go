package rest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"reddot/im/convert"
	"reddot/im/wire"
)

const (
	// hookWindow is how far a request's time may be from ours (rest-api, section 7.2).
	hookWindow = 60 * time.Second
	// maxHook is the most bytes of a body. The longest is the member list of a large group that was dissolved.
	maxHook = 1 << 20
	// maxWaitingHooks bounds the events that wait for the poller; what does not fit is found by polling.
	maxWaitingHooks = 1000
	// hookTimeout bounds one request: the service itself waits 2 seconds (rest-api, section 7.1).
	hookTimeout = 5 * time.Second
)

// Webhooks say where the service posts the application's events (rest-api, section 7). Listener and Token are required.
type Webhooks struct {
	// Listener is where requests come in; the client closes it.
	Listener net.Listener
	// Token is the one that is set in the console; requests without its signature are refused.
	Token wire.Secret
	// TLS is nil for plain HTTP, behind a tunnel or a proxy that ends TLS.
	TLS *tls.Config
}

// receiver takes the application's events in. It answers at once and never waits for who reads them: the service gives 2
// seconds, and repeats or drops what is not answered.
type receiver struct {
	client *Client
	server *http.Server
	// waiting holds the events for the poller.
	waiting chan hook
	// heardAt is when events were told last; it belongs to the poller.
	heardAt time.Time
	// logged keeps strangers who knock from filling the log.
	logged rate.Sometimes
}

func newReceiver(c *Client) *receiver {
	r := &receiver{
		client: c, waiting: make(chan hook, maxWaitingHooks), logged: rate.Sometimes{First: 5, Interval: time.Minute},
	}
	if c.options.Webhooks == nil {
		return r
	}
	r.server = &http.Server{
		Handler:           r,
		ReadHeaderTimeout: hookTimeout, ReadTimeout: hookTimeout, WriteTimeout: hookTimeout, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
	}
	return r
}

// serve takes requests until close.
func (r *receiver) serve() {
	options := r.client.options.Webhooks
	listener := options.Listener
	if options.TLS != nil {
		listener = tls.NewListener(listener, options.TLS)
	}
	err := r.server.Serve(listener)
	if !errors.Is(err, http.ErrServerClosed) {
		r.client.log.Error("Webhooks are no longer received", "error", err)
	}
}

func (r *receiver) close() {
	if r.server == nil {
		return
	}
	_ = r.server.Close()
	_ = r.client.options.Webhooks.Listener.Close() // in case it was never served
}

// ServeHTTP takes one event. Whatever the event is, the service gets the same answer: it ignores the result of what has
// happened already, and commands that are not understood here are nobody's mistake.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		r.refuse(w, http.StatusMethodNotAllowed, errors.New("only POST is possible here"))
		return
	}
	if err := r.verify(request.URL.Query()); err != nil {
		r.refuse(w, http.StatusForbidden, err)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxHook))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		r.refuse(w, http.StatusRequestEntityTooLarge, err)
		return
	case err != nil:
		r.refuse(w, http.StatusBadRequest, errors.New("the body ended early"))
		return
	}
	if err := r.take(body); err != nil {
		r.refuse(w, http.StatusBadRequest, err)
		return
	}
	answer(w, http.StatusOK, wire.Reply{Result: wire.OK()})
}

// verify checks that a request is the service's and meant for this application (rest-api, sections 7.1 and 7.2).
func (r *receiver) verify(query url.Values) error {
	requestTime := query.Get("RequestTime")
	if !wire.VerifyWebhookSign(r.client.options.Webhooks.Token, requestTime, query.Get("Sign")) {
		return errors.New("the signature is missing or wrong: is the token the one in the console?")
	}
	seconds, err := strconv.ParseInt(requestTime, 10, 64)
	if err != nil {
		return errors.New("the RequestTime is no number")
	}
	now := time.Unix(r.client.now().Unix(), 0) // the request's time has whole seconds only
	if apart := now.Sub(time.Unix(seconds, 0)).Abs(); apart > hookWindow {
		return fmt.Errorf("the request is %s from now", apart)
	}
	if query.Get("SdkAppid") != strconv.FormatInt(r.client.options.AppID, 10) {
		return errors.New("the request is of another SDKAppID")
	}
	return nil
}

// take hands an event to the poller if it is about what this user sees.
func (r *receiver) take(body []byte) error {
	var event wire.Webhook
	if err := convert.Lenient(body, &event); err != nil {
		return errors.New("the body is no JSON object of the documented form")
	}
	if event.CallbackCommand == wire.HookGroupMessage || event.CallbackCommand == wire.HookC2CMessage {
		r.client.pace.heard()
	}
	h, concerned := r.client.concern(body, event)
	if !concerned {
		return nil
	}
	select {
	case r.waiting <- h:
	default:
		r.client.pace.hurry()
	}
	return nil
}

// refuse answers what is not the service's, or not as documented. The query, which has the signature in it, is not logged.
func (r *receiver) refuse(w http.ResponseWriter, status int, reason error) {
	r.logged.Do(func() { r.client.log.Warn("Webhook request refused", "status", status, "reason", reason) })
	answer(w, status, wire.Reply{Result: wire.Fail(1, reason.Error())})
}

func answer(w http.ResponseWriter, status int, reply wire.Reply) {
	text, err := wire.Marshal(reply)
	if err != nil {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
