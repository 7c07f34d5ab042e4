package push

import (
	"context"
	"errors"
	"time"

	"reddot/im"
	"reddot/im/wire"
)

const (
	// maxWarning is how long before its end a signature is reported and replaced; a short-lived one is at a tenth of
	// its life.
	maxWarning = 24 * time.Hour
	// renewAgain is how long to wait after a signature could not be renewed.
	renewAgain = time.Minute
)

// renew gets a fresh signature to log in with.
func (c *Client) renew(ctx context.Context) error {
	fresh, err := c.freshSignature(ctx)
	if err != nil {
		return err
	}
	c.login.signature = fresh
	return nil
}

func (c *Client) freshSignature(ctx context.Context) (wire.Secret, error) {
	doing := c.texts.Doing("获取 UserSig：", "get a UserSig for", c.options.User)
	if c.options.Renew == nil {
		return wire.Secret{}, &im.Error{Doing: doing, Class: im.ClassPermission, Err: errors.New("none is configured")}
	}
	fresh, err := c.options.Renew(ctx)
	if err != nil {
		return wire.Secret{}, &im.Error{Doing: doing, Class: im.ClassPermission, Err: err}
	}
	if fresh.IsEmpty() {
		return wire.Secret{}, &im.Error{Doing: doing, Class: im.ClassPermission, Err: errors.New("it is empty")}
	}
	return fresh, nil
}

// expires is the end of the current signature, the zero time if it does not say.
func (c *Client) expires() time.Time {
	signature, err := wire.InspectUserSig(c.login.signature.Reveal())
	if err != nil {
		return time.Time{}
	}
	return signature.Expires()
}

// watchSignature warns before the signature ends; if a fresh one can be had, it ends the connection to log in again with
// that. The service has the last word about the end: until it refuses something, an expired signature changes nothing.
func (c *Client) watchSignature(n *connection) {
	signature, err := wire.InspectUserSig(c.login.signature.Reveal())
	if err != nil {
		return
	}
	expires := signature.Expires()
	if !n.until(expires.Add(-min(maxWarning, signature.Expire/10))) {
		return
	}
	for time.Now().Before(expires) {
		if c.renewedAhead(n, expires) {
			n.end(errSignatureRenewed)
			return
		}
		c.warn(expires)
		if !n.until(c.nextRenewal(expires)) {
			return
		}
	}
	c.notify(im.SignatureExpiring{Expires: expires, Expired: true})
}

// renewedAhead tries to replace a signature that ends soon, and says whether the new one lasts longer.
func (c *Client) renewedAhead(n *connection, expires time.Time) bool {
	if c.options.Renew == nil {
		return false
	}
	fresh, err := c.freshSignature(n.ctx)
	if err != nil {
		c.log.Warn("Signature not renewed", "expires", expires, "error", err)
		return false
	}
	signature, err := wire.InspectUserSig(fresh.Reveal())
	if err != nil || !signature.Expires().After(expires) {
		return false
	}
	c.login.signature = fresh
	return true
}

// warn reports once that the signature ends, however often the connection is lost meanwhile.
func (c *Client) warn(expires time.Time) {
	if c.login.warned.Equal(expires) {
		return
	}
	c.login.warned = expires
	c.notify(im.SignatureExpiring{Expires: expires})
}

// nextRenewal is when to look at the signature again.
func (c *Client) nextRenewal(expires time.Time) time.Time {
	again := time.Now().Add(renewAgain)
	if c.options.Renew == nil || again.After(expires) {
		return expires
	}
	return again
}

// until waits for a moment and says whether the connection still lives then.
func (n *connection) until(moment time.Time) bool {
	timer := time.NewTimer(time.Until(moment))
	defer timer.Stop()
	select {
	case <-timer.C:
		return n.ctx.Err() == nil
	case <-n.ctx.Done():
		return false
	}
}
