package emulator

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// restAuth lets app admins in. A signature is verified once and then remembered, because admins repeat theirs with
// every call.
type restAuth struct {
	core   *core.Core
	appID  int64
	key    wire.Secret
	admins []string
	now    func() time.Time

	mu    sync.RWMutex
	known map[restCredential]time.Time // until when it is valid
}

type restCredential struct{ appID, identifier, sig string }

// maxRESTCredentials bounds the memory; there are rarely more than a few admins.
const maxRESTCredentials = 256

// actor verifies the query of a call.
func (a *restAuth) actor(ctx context.Context, query url.Values) (core.Actor, error) {
	c := restCredential{appID: query.Get("sdkappid"), identifier: query.Get("identifier"), sig: query.Get("usersig")}
	a.mu.RLock()
	until, known := a.known[c]
	a.mu.RUnlock()
	if known && !a.now().After(until) {
		return restActor(c.identifier), nil
	}
	until, err := a.verify(ctx, c)
	if err != nil {
		return core.Actor{}, err
	}
	a.remember(c, until)
	return restActor(c.identifier), nil
}

func restActor(admin string) core.Actor {
	return core.Actor{User: admin, Admin: true, Platform: platformREST}
}

func (a *restAuth) verify(ctx context.Context, c restCredential) (until time.Time, err error) {
	if c.appID == "" {
		return until, restError(wire.CodeNoAppID, "sdkappid is missing in the URL")
	}
	appID, err := strconv.ParseInt(c.appID, 10, 64)
	if err != nil {
		return until, restError(wire.CodeBadAppID, "sdkappid %.20q is not a number", c.appID)
	}
	sig, err := wire.VerifyUserSig(appID, a.key, c.identifier, c.sig, a.now())
	if err != nil {
		return until, err
	}
	if appID != a.appID {
		return until, restError(wire.CodeBadAppID, "this server serves sdkappid %d, not %d", a.appID, appID)
	}
	if !slices.Contains(a.admins, c.identifier) {
		return until, restError(wire.CodeNotAdmin, "%.40q is not an app admin", c.identifier)
	}
	// The account is made like at any first login, so that it can be the sender of messages.
	if _, err := a.core.Login(ctx, c.identifier, sig.Time.Unix()); err != nil {
		return until, err
	}
	return sig.Expires(), nil
}

func (a *restAuth) remember(c restCredential, until time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= maxRESTCredentials {
		clear(a.known)
	}
	a.known[c] = until
}

// forgetAll makes every signature be verified again.
func (a *restAuth) forgetAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.known)
}

// forget makes a kicked user's signatures be verified again.
func (a *restAuth) forget(user string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for c := range a.known {
		if c.identifier == user {
			delete(a.known, c)
		}
	}
}
