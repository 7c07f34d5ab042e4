// Package backend tells the user's own backend of the groups that were created from here, because in production the shop's
// backend keeps the groups. docs/registry.md describes the requests for those who receive them.
//
// Invariants:
//   - The registry is the outbox: a group waits there until the backend has answered 2xx, also across restarts.
//   - Every request is signed over its time and body, and repeats of a group carry the same Idempotency-Key.
//   - What may succeed later is tried again with growing, jittered delays; what the backend refused is tried again slowly,
//     or when somebody asks for it.
//   - The address may hold secrets, so no error and no log line carries it.
package backend

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"reddot/im/wire"
	"reddot/model"
	"reddot/store"
)

// The headers of a request.
const (
	HeaderTimestamp = "X-Reddot-Timestamp"
	HeaderSignature = "X-Reddot-Signature"
	HeaderKey       = "Idempotency-Key"
)

const (
	// postTimeout bounds one request; hold is how long nobody else tries a group that is being delivered.
	postTimeout = 10 * time.Second
	hold        = 2 * postTimeout
	// firstDelay and lastDelay bound the wait after what may succeed later; refusedDelay is the wait after a refusal.
	firstDelay   = time.Second
	lastDelay    = 5 * time.Minute
	refusedDelay = time.Hour
	// lookEvery is how often the registry is looked at for what another process left there.
	lookEvery = time.Minute
	// batch is how many groups are claimed at a time: each of them can take postTimeout.
	batch = 1
)

// Registry is the outbox; *store.Registry implements it.
type Registry interface {
	ClaimDeliveries(ctx context.Context, now time.Time, hold time.Duration, most int) ([]store.Delivery, error)
	NextDelivery(ctx context.Context) (time.Time, bool, error)
	GroupDelivered(ctx context.Context, id string) error
	DeliveryFailed(ctx context.Context, id, problem string, due time.Time) error
	RetryDeliveries(ctx context.Context) error
}

// Options say where to post. URL, Secret and Registry are required.
type Options struct {
	URL      string
	Secret   wire.Secret
	Registry Registry
	// Logger gets failures, never content. Nil logs nothing.
	Logger *slog.Logger
	// HTTPClient makes the requests; nil is one with the environment's proxy. Redirects are not followed in any case.
	HTTPClient *http.Client
}

// Sender delivers groups. Its methods are safe for concurrent use.
type Sender struct {
	options Options
	http    *http.Client
	log     *slog.Logger
	wake    chan struct{}
	// turn lets one Flush run at a time.
	turn chan struct{}
}

// New returns a sender that does nothing before Run or Flush.
func New(options Options) *Sender {
	client := http.Client{}
	if options.HTTPClient != nil {
		client = *options.HTTPClient
	}
	// A redirect would carry the signed body to somebody else.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Sender{options: options, http: &client, log: log.With("part", "backend"), wake: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// Wake says that a group was added.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Retry makes everything that waits due at once, refused groups included.
func (s *Sender) Retry(ctx context.Context) error {
	err := s.options.Registry.RetryDeliveries(ctx)
	s.Wake()
	return err
}

// Run delivers until the context ends.
func (s *Sender) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("Read the registry", "error", err)
		}
		timer := time.NewTimer(s.pause(ctx))
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// pause is how long nothing is due.
func (s *Sender) pause(ctx context.Context) time.Duration {
	due, waits, err := s.options.Registry.NextDelivery(ctx)
	if err != nil || !waits {
		return lookEvery
	}
	return min(max(time.Until(due), 0), lookEvery)
}

// Flush tries once whatever is due, after what is under way, and returns the error of the registry, if it has one.
func (s *Sender) Flush(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for ctx.Err() == nil {
		due, err := s.options.Registry.ClaimDeliveries(ctx, time.Now(), hold, batch)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, delivery := range due {
			if err := s.deliver(ctx, delivery); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (s *Sender) deliver(ctx context.Context, delivery store.Delivery) error {
	id := delivery.Group.ID
	failure := s.post(ctx, delivery.Group)
	// What became of it is noted also at the end of the program.
	durable := context.WithoutCancel(ctx)
	if failure == nil {
		return s.options.Registry.GroupDelivered(durable, id)
	}
	if failure.status == 0 && errors.Is(ctx.Err(), context.Canceled) {
		// The program ended, which says nothing about the backend: the next start tries at once.
		return s.options.Registry.DeliveryFailed(durable, id, delivery.Group.Problem, time.Now())
	}
	s.log.Warn("Deliver a group", "group", id, "attempt", delivery.Attempts+1, "error", failure)
	return s.options.Registry.DeliveryFailed(durable, id, failure.Error(), time.Now().Add(failure.delay(delivery.Attempts)))
}

// failure is why a group was not accepted.
type failure struct {
	status int
	text   string
	// after is what the backend asks for by Retry-After, 0 if nothing.
	after time.Duration
}

func (f *failure) Error() string {
	if f.status == 0 {
		return f.text
	}
	text := fmt.Sprintf("HTTP %d %s", f.status, http.StatusText(f.status))
	if f.text != "" {
		text += ": " + f.text
	}
	return text
}

// refused says whether the same request will be refused again.
func (f *failure) refused() bool {
	return f.status >= 300 && f.status < 500 && f.status != http.StatusRequestTimeout && f.status != http.StatusTooManyRequests
}

// delay is the wait before the next attempt, jittered so that many clients do not come back at once, and never shorter than
// what the backend asked for.
func (f *failure) delay(attempts int) time.Duration {
	delay := min(firstDelay<<min(attempts, 20), lastDelay)
	if f.refused() {
		delay = refusedDelay
	}
	return max(delay/2+rand.N(delay/2+1), f.after)
}

// post sends one group; nil means that the backend has it.
func (s *Sender) post(ctx context.Context, group model.RegisteredGroup) *failure {
	ctx, cancel := context.WithTimeout(ctx, postTimeout)
	defer cancel()
	request, err := s.request(ctx, group, time.Now())
	if err != nil {
		return &failure{text: err.Error()}
	}
	response, err := s.http.Do(request)
	if err != nil {
		return &failure{text: wire.WithoutURL(err).Error()}
	}
	defer response.Body.Close()
	const shown = 200
	text, _ := io.ReadAll(io.LimitReader(response.Body, shown)) // only to say more of a refusal
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return nil
	}
	return &failure{
		status: response.StatusCode, text: strings.TrimSpace(strings.ToValidUTF8(string(text), "")),
		after: retryAfter(response.Header.Get("Retry-After")),
	}
}

// request signs a group as it is posted.
func (s *Sender) request(ctx context.Context, group model.RegisteredGroup, now time.Time) (*http.Request, error) {
	body, err := Body(group)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.URL, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the address of the backend is no URL")
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(HeaderKey, group.ID)
	request.Header.Set(HeaderTimestamp, timestamp)
	request.Header.Set(HeaderSignature, Signature(s.options.Secret, timestamp, body))
	return request, nil
}

// Signature is the HMAC-SHA256 of timestamp, a dot and the body, in hex after "sha256=".
func Signature(secret wire.Secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// retryAfter reads seconds; the form with a date is rare and counts as nothing.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int(refusedDelay/time.Second))) * time.Second
}

// message is the body of a request.
type message struct {
	Type    string `json:"type"`
	Version int    `json:"v"`
	Group   group  `json:"group"`
}

type group struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Owner     string   `json:"owner"`
	CreatedAt int64    `json:"createdAt"`
	Members   []member `json:"members"`
}

type member struct {
	User   string `json:"user"`
	Result string `json:"result"`
	Reason string `json:"reason,omitempty"`
}

// Body is what is posted for a group.
func Body(registered model.RegisteredGroup) ([]byte, error) {
	m := message{Type: "reddot.group.created", Version: 1, Group: group{
		ID: registered.ID, Name: registered.Name, Type: string(registered.Type), Owner: registered.Owner,
		CreatedAt: registered.CreatedAt, Members: []member{},
	}}
	for _, result := range registered.Members {
		m.Group.Members = append(m.Group.Members, member{User: result.User, Result: result.Outcome.String(), Reason: result.Reason})
	}
	return json.Marshal(m)
}
