package rest

import (
	"context"
	"errors"
	"sync"
	"time"

	"reddot/im"
	"reddot/im/wire"
)

const (
	// maxAhead is how long before its end a signature is replaced; a short-lived one is at a tenth of its life.
	maxAhead = time.Hour
	// warnAhead is how long before its end a signature that could not be replaced is reported.
	warnAhead = maxAhead / 2
)

// signer keeps the admin's signature: one may be used for all calls until it ends (rest-api, section 1.4).
type signer struct {
	sign func(context.Context) (wire.Secret, error)

	mu      sync.Mutex
	current wire.Secret
	// renewAt is when to ask for another one, expires when this one ends; both zero if it does not say.
	renewAt, expires time.Time
	// warned is the end that was reported already; over is set once it was reported as past.
	warned time.Time
	over   bool
}

// get returns a signature, asking for a fresh one when the current one ends soon. While no fresh one is to be had the old one
// goes on: the service has the last word about its end.
func (s *signer) get(ctx context.Context) (wire.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.current.IsEmpty() && (s.renewAt.IsZero() || time.Now().Before(s.renewAt)) {
		return s.current, nil
	}
	fresh, err := s.sign(ctx)
	if err == nil && fresh.IsEmpty() {
		err = errors.New("the signature is empty")
	}
	if err != nil {
		if !s.current.IsEmpty() {
			s.renewAt = time.Now().Add(time.Minute)
			return s.current, nil
		}
		return wire.Secret{}, err
	}
	s.take(fresh)
	return s.current, nil
}

func (s *signer) take(fresh wire.Secret) {
	s.current, s.renewAt, s.expires = fresh, time.Time{}, time.Time{}
	inside, err := wire.InspectUserSig(fresh.Reveal())
	if err != nil {
		return // the service says what is wrong with it, with its code
	}
	s.expires = inside.Expires()
	s.renewAt = s.expires.Add(-min(maxAhead, inside.Expire/10))
	if soon := time.Now().Add(time.Minute); s.renewAt.Before(soon) {
		s.renewAt = soon
	}
}

// replace gets another signature after the service refused this one, and says whether it is another one.
func (s *signer) replace(ctx context.Context, refused wire.Secret) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Reveal() != refused.Reveal() {
		return true // somebody else replaced it meanwhile
	}
	fresh, err := s.sign(ctx)
	if err != nil || fresh.IsEmpty() || fresh.Reveal() == refused.Reveal() {
		return false
	}
	s.take(fresh)
	return true
}

// warning returns what is to be said once of a signature that ends soon and could not be replaced, and once more when it has
// ended; nil for nothing.
func (s *signer) warning(now time.Time) im.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := now.After(s.expires)
	if s.expires.IsZero() || s.expires.Sub(now) > warnAhead || s.warned.Equal(s.expires) && s.over == over {
		return nil
	}
	s.warned, s.over = s.expires, over
	return im.SignatureExpiring{Expires: s.expires, Expired: over}
}
