package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"reddot/im/wire"
)

// Timeout is how long the service waits for an answer; on the cloud it cannot be changed.
const Timeout = 2 * time.Second

// Options configure a sender. URL and AppID are required.
type Options struct {
	URL    string
	Token  string // signs the requests; "" for none
	AppID  int64
	Strict bool // refuse with 80003 what a before-event got no answer for
	// Retries is how often an after-event is posted again that got no answer.
	Retries int
	Rewrite func(body []byte) []byte // what is posted instead of what was encoded; nil for the same
	Timeout time.Duration            // 0: Timeout
	Now     func() time.Time         // the clock of RequestTime; time.Now when nil
	Logger  *slog.Logger             // silent when nil
}

// Event is one event of a command.
type Event struct {
	Command  string // CallbackCommand
	ClientIP string // of whose request it comes from
	Platform string // OptPlatform
	Body     any    // encoded as JSON; a func() any is called when the event is posted
}

// CodeUnanswered refuses what the app's server should have been asked about, and was not reached for.
const CodeUnanswered = 80003

// Answer is what the app's server says to a before-event.
type Answer struct {
	ErrorCode       int             `json:"ErrorCode"`
	ErrorInfo       string          `json:"ErrorInfo"`
	MsgBody         json.RawMessage `json:"MsgBody"`
	CloudCustomData *string         `json:"CloudCustomData"`
	RefusedMembers  []string        `json:"RefusedMembers_Account"`
	ResultItem      []Verdict       `json:"ResultItem"`
}

// Verdict is what an answer says of one user.
type Verdict struct {
	ToAccount  string `json:"To_Account"`
	ResultCode int    `json:"ResultCode"` // 0 allows
	ResultInfo string `json:"ResultInfo"`
}

// Sender posts events to one URL.
type Sender struct {
	options  Options
	endpoint *url.URL
	client   *http.Client
	queues   queues
	counters counters
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// ParseURL reads the URL of an app's server. The error says how to write one, without
// repeating what may hold a secret.
func ParseURL(text string) (*url.URL, error) {
	endpoint, err := url.Parse(text)
	if err != nil || endpoint.Host == "" || (endpoint.Scheme != "http" && endpoint.Scheme != "https") {
		return nil, errors.New("the webhook's URL cannot be used; write http://HOST:PORT/PATH or https://HOST/PATH")
	}
	return endpoint, nil
}

// New makes a sender. Its error is that of ParseURL.
func New(options Options) (*Sender, error) {
	endpoint, err := ParseURL(options.URL)
	if err != nil {
		return nil, err
	}
	if options.Timeout == 0 {
		options.Timeout = Timeout
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	s := &Sender{
		options: options, endpoint: endpoint,
		client: &http.Client{
			Transport: transport, Timeout: options.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.queues.start(s.deliver)
	return s, nil
}

// Close posts what is queued, as long as the context allows, and ends the sender. No event
// may come after it.
func (s *Sender) Close(ctx context.Context) {
	s.queues.close(ctx)
	s.client.CloseIdleConnections()
}

// Before asks about an event and waits for the answer. What cannot be answered is allowed,
// or refused with 80003 by a strict sender.
func (s *Sender) Before(ctx context.Context, e Event) Answer {
	start := time.Now()
	text, err := s.post(ctx, e)
	var answer Answer
	if err == nil {
		if err = json.Unmarshal(text, &answer); err != nil {
			err = fmt.Errorf("the answer is no JSON object of the documented form: %w", err)
		}
	}
	s.counters.before(time.Since(start), err)
	if err == nil {
		return answer
	}
	s.options.Logger.Warn("Webhook gave no answer", "command", e.Command, "error", err)
	if s.options.Strict {
		return Answer{ErrorCode: CodeUnanswered, ErrorInfo: "the app's server gave no answer"}
	}
	return Answer{}
}

// After queues an event. Events with the same key arrive in the order of the calls.
func (s *Sender) After(key string, e Event) {
	if !s.queues.add(key, e) {
		s.counters.dropped.Add(1)
	}
}

// retryPause is how long an after-event waits before it is posted again.
const retryPause = 500 * time.Millisecond

// deliver posts an after-event, again if that is wanted. The result is ignored, as on the
// cloud, but for the counters.
func (s *Sender) deliver(ctx context.Context, e Event) {
	var err error
	for attempt := range s.options.Retries + 1 {
		if attempt > 0 && !pause(ctx, retryPause) {
			break
		}
		if _, err = s.post(ctx, e); err == nil {
			s.counters.delivered.Add(1)
			return
		}
	}
	s.counters.failed.Add(1)
	s.options.Logger.Warn("Webhook event was not taken", "command", e.Command, "error", err)
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// post sends an event and returns the body of the answer.
func (s *Sender) post(ctx context.Context, e Event) ([]byte, error) {
	if late, ok := e.Body.(func() any); ok {
		e.Body = late()
	}
	body, err := wire.Marshal(e.Body)
	if err != nil {
		return nil, err
	}
	if s.options.Rewrite != nil {
		body = s.options.Rewrite(body)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address(e), bytes.NewReader(body))
	if err != nil {
		return nil, wire.WithoutURL(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, wire.WithoutURL(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, wire.WithoutURL(err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the HTTP status is %s, not 200", response.Status)
	}
	return answer, nil
}

// address is the URL of an event, signed if there is a token.
func (s *Sender) address(e Event) string {
	query := s.endpoint.Query()
	query.Set("SdkAppid", strconv.FormatInt(s.options.AppID, 10)) // REST spells it sdkappid
	query.Set("CallbackCommand", e.Command)
	query.Set("contenttype", "json")
	query.Set("ClientIP", e.ClientIP)
	query.Set("OptPlatform", e.Platform)
	if s.options.Token != "" {
		now := strconv.FormatInt(s.options.Now().Unix(), 10)
		query.Set("RequestTime", now)
		query.Set("Sign", Sign(s.options.Token, now))
	}
	address := *s.endpoint
	address.RawQuery = query.Encode()
	return address.String()
}

// Sign is the signature of a request: the SHA-256 of the token and the time, in Unix
// seconds, as hex digits.
func Sign(token, requestTime string) string {
	return wire.WebhookSign(wire.NewSecret(token), requestTime)
}
