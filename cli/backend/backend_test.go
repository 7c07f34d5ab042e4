package backend_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/cli/backend"
	"reddot/im/wire"
	"reddot/model"
	"reddot/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func group(id string) model.RegisteredGroup {
	return model.RegisteredGroup{
		ID: id, Name: "新品", Type: model.Public, Owner: "anchor", CreatedAt: 1795397415, Members: []model.AddResult{
			{User: "guide", Outcome: model.Added}, {User: "ghost", Outcome: model.UnknownUser}, {User: "eve", Reason: "blocked"},
		},
	}
}

// shop is the user's backend, in the process of the test.
type shop struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
	at       []time.Time
	// answer decides about the n-th request, from 0.
	answer func(n int) *http.Response
}

// RoundTrip implements http.RoundTripper.
func (s *shop) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.requests)
	s.requests, s.bodies, s.at = append(s.requests, r), append(s.bodies, string(body)), append(s.at, time.Now())
	if s.answer == nil {
		return answer(http.StatusNoContent, ""), nil
	}
	if response := s.answer(n); response != nil {
		return response, nil
	}
	return nil, io.ErrUnexpectedEOF
}

// asked returns what was posted so far, and when.
func (s *shop) asked() ([]*http.Request, []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests), slices.Clone(s.at)
}

func (s *shop) count() int {
	requests, _ := s.asked()
	return len(requests)
}

func answer(status int, text string, headers ...string) *http.Response {
	recorder := httptest.NewRecorder()
	for i := 0; i+1 < len(headers); i += 2 {
		recorder.Header().Set(headers[i], headers[i+1])
	}
	recorder.WriteHeader(status)
	_, _ = recorder.WriteString(text)
	return recorder.Result()
}

func (s *shop) sender(registry *store.Registry) *backend.Sender {
	return backend.New(backend.Options{
		URL: "https://shop.example/im/groups?token=hidden", Secret: wire.NewSecret("s3cret"), Registry: registry,
		HTTPClient: &http.Client{Transport: s},
	})
}

func newRegistry(t *testing.T, ids ...string) *store.Registry {
	registry := store.NewRegistry(store.Memory)
	t.Cleanup(func() { require.NoError(t, registry.Close()) })
	for _, id := range ids {
		require.NoError(t, registry.ConfirmGroup(t.Context(), group(id)))
	}
	return registry
}

func rows(t *testing.T, registry *store.Registry) []model.RegisteredGroup {
	groups, err := registry.RegisteredGroups(t.Context())
	require.NoError(t, err)
	return groups
}

// running delivers until the test ends.
func running(t *testing.T, sender *backend.Sender) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); sender.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

func TestARequestSaysWhatAndIsSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop, registry := &shop{}, newRegistry(t, "g 1")
		require.NoError(t, shop.sender(registry).Flush(t.Context()))
		require.Equal(t, 1, shop.count())
		require.JSONEq(t, `{"type":"reddot.group.created","v":1,"group":{"id":"g 1","name":"新品","type":"Public","owner":"anchor","createdAt":1795397415,
			"members":[{"user":"guide","result":"added"},{"user":"ghost","result":"unknown_user"},{"user":"eve","result":"refused","reason":"blocked"}]}}`, shop.bodies[0])
		header := shop.requests[0].Header
		require.Equal(t, "g 1", header.Get("Idempotency-Key"))
		require.Equal(t, "946684800", header.Get("X-Reddot-Timestamp"), "the clock of the bubble")
		require.Equal(t, backend.Signature(wire.NewSecret("s3cret"), "946684800", []byte(shop.bodies[0])), header.Get("X-Reddot-Signature"))
		require.True(t, rows(t, registry)[0].Delivered)
		require.NoError(t, shop.sender(registry).Flush(t.Context()))
		require.Equal(t, 1, shop.count(), "what is delivered is not sent again")
	})
}

// TestSignature holds the signature against one that was made with openssl:
// printf '1795397415.{}' | openssl dgst -sha256 -hmac s3cret
func TestSignature(t *testing.T) {
	require.Equal(t, "sha256=cd4cbdefa0a7f2388c12f33e47c31b965232e3a5eff4611b9ac73d291c81eaa3",
		backend.Signature(wire.NewSecret("s3cret"), "1795397415", []byte("{}")))
}

// TestWhatMaySucceedLaterIsTriedAgain, later and later, and across restarts.
func TestWhatMaySucceedLaterIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []*http.Response{nil, answer(500, ""), answer(408, ""), answer(429, "", "Retry-After", "40"), answer(200, "ok")}
		shop := &shop{answer: func(n int) *http.Response { return answers[n] }}
		registry := newRegistry(t, "g")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); shop.sender(registry).Run(ctx) }()
		synctest.Wait()
		require.Equal(t, "unexpected EOF", rows(t, registry)[0].Problem)
		cancel()
		<-done
		running(t, shop.sender(registry))
		time.Sleep(time.Hour)
		synctest.Wait()
		requests, at := shop.asked()
		require.Len(t, at, 5)
		for i, most := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			wait := at[i+1].Sub(at[i])
			require.LessOrEqual(t, wait, most+time.Millisecond, i)
			require.GreaterOrEqual(t, wait, most/2, i)
		}
		require.InDelta(t, 40, at[4].Sub(at[3]).Seconds(), 0.01, "what the backend asks for")
		require.True(t, rows(t, registry)[0].Delivered)
		require.Empty(t, rows(t, registry)[0].Problem)
		for _, r := range requests {
			require.Equal(t, "g", r.Header.Get("Idempotency-Key"))
		}
	})
}

// TestWhatIsRefusedIsShownAndTriedSlowly, or at once when somebody asks. A redirect is not followed: it would carry the signed
// body to somebody else.
func TestWhatIsRefusedIsShownAndTriedSlowly(t *testing.T) {
	for status, problem := range map[int]string{
		422: "HTTP 422 Unprocessable Entity: no such shop", 302: "HTTP 302 Found: no such shop", 401: "HTTP 401 Unauthorized: no such shop",
	} {
		synctest.Test(t, func(t *testing.T) {
			shop := &shop{answer: func(n int) *http.Response {
				if n < 2 {
					return answer(status, "no such shop", "Location", "https://elsewhere.example")
				}
				return answer(201, "")
			}}
			registry := newRegistry(t, "g")
			sender := shop.sender(registry)
			running(t, sender)
			time.Sleep(29 * time.Minute)
			synctest.Wait()
			require.Equal(t, problem, rows(t, registry)[0].Problem)
			require.Equal(t, 1, shop.count())
			time.Sleep(32 * time.Minute)
			synctest.Wait()
			require.Equal(t, 2, shop.count())
			require.NoError(t, sender.Retry(t.Context()))
			synctest.Wait()
			require.True(t, rows(t, registry)[0].Delivered)
		})
	}
}

// TestOneThatFailsHoldsNobodyUp.
// TestTheEndOfTheProgramIsNoProblemOfTheBackend: what was under way then keeps the reason that it had, and is due at once.
func TestTheEndOfTheProgramIsNoProblemOfTheBackend(t *testing.T) {
	registry := newRegistry(t, "one")
	require.NoError(t, registry.DeliveryFailed(t.Context(), "one", "HTTP 503", time.Now().Add(-time.Second)))
	ctx, cancel := context.WithCancel(t.Context())
	s := &shop{answer: func(int) *http.Response {
		cancel()
		return nil
	}}
	require.Error(t, s.sender(registry).Flush(ctx))
	require.Equal(t, "HTTP 503", rows(t, registry)[0].Problem)
	due, waits, err := registry.NextDelivery(t.Context())
	require.NoError(t, err)
	require.True(t, waits)
	require.False(t, due.After(time.Now()))
}

func TestOneThatFailsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &shop{answer: func(n int) *http.Response {
			if n == 0 {
				return answer(503, "")
			}
			return answer(204, "")
		}}
		registry := newRegistry(t, "a", "b", "c")
		require.NoError(t, shop.sender(registry).Flush(t.Context()))
		delivered := 0
		for _, row := range rows(t, registry) {
			if row.Delivered {
				delivered++
			}
		}
		require.Equal(t, 2, delivered)
	})
}

// TestAGroupIsDeliveredWhenItIsAdded, without waiting for a timer, and one that another process left within a minute.
func TestAGroupIsDeliveredWhenItIsAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop, registry := &shop{}, newRegistry(t)
		sender := shop.sender(registry)
		running(t, sender)
		synctest.Wait()
		require.NoError(t, registry.ConfirmGroup(t.Context(), group("woken")))
		sender.Wake()
		synctest.Wait()
		require.Equal(t, 1, shop.count())
		require.NoError(t, registry.ConfirmGroup(t.Context(), group("left")))
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, 2, shop.count())
	})
}

// TestTheAddressStaysSecret: it may carry a token.
func TestTheAddressStaysSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	registry := store.NewRegistry(path)
	defer registry.Close()
	require.NoError(t, registry.ConfirmGroup(t.Context(), group("g")))
	sender := backend.New(backend.Options{URL: "http://127.0.0.1:1/?token=hidden", Secret: wire.NewSecret("s"), Registry: registry})
	require.NoError(t, sender.Flush(t.Context()))
	problem := rows(t, registry)[0].Problem
	require.NotEmpty(t, problem)
	require.NotContains(t, problem, "hidden")
	require.NotContains(t, problem, "token")
}
