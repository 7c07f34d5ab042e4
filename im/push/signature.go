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
	// renewAgain is the least time between two tries to renew a signature.
	renewAgain = time.Minute
)

// renew gets a fresh signature to log in with.
func (c *Client) renew(ctx context.Context) error {
	fresh, err := c.freshSignature(ctx)
	if err != nil {
		return err
	}
	c.login.signature, c.login.refused = fresh, false
	return nil
}

var errNoOtherSignature = errors.New("there is no other signature than the one that was refused")

// signatureRefused notes that the service has found the signature expired: the next login needs another one.
func (c *Client) signatureRefused() {
	c.login.forgetTicket()
	c.login.refused = true
	c.notify(im.SignatureExpiring{Expires: c.expires(), Expired: true})
}

// replaceSignature gets a fresh signature if the last one was refused. It returns errNoOtherSignature if there will be none;
// after any other error it may be tried again.
func (c *Client) replaceSignature() error {
	switch {
	case !c.login.refused:
		return nil
	case c.options.Renew == nil:
		return errNoOtherSignature
	}
	ctx, cancel := context.WithTimeout(c.ctx, retryPatience)
	defer cancel()
	old := c.login.signature.Reveal()
	if err := c.renew(ctx); err != nil {
		return err
	}
	if c.login.signature.Reveal() == old {
		return errNoOtherSignature
	}
	return nil
}

func (c *Client) freshSignature(ctx context.Context) (wire.Secret, error) {
	doing := c.texts.Doing("获取 UserSig：", "get a UserSig for", c.options.User)
	if c.options.Renew == nil {
		return wire.Secret{}, &im.Error{Doing: doing, Class: im.ClassPermission, Err: errors.New("none is configured")}
	}
	fresh, err := c.options.Renew(ctx)
	if err != nil {
		return wire.Secret{}, &im.Error{Doing: doing, Class: im.ClassUnreachable, Err: err}
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
	if !c.until(n, expires.Add(-min(maxWarning, signature.Expire/10))) {
		return
	}
	for told := (im.SignatureExpiring{}); ; {
		if c.renewedAhead(n, expires) {
			n.end(errSignatureRenewed)
			return
		}
		now := im.SignatureExpiring{Expires: expires, Expired: !c.now().Before(expires)}
		if now != told {
			told = now
			c.notify(now)
		}
		if now.Expired && c.options.Renew == nil || !c.until(n, c.nextRenewal(expires)) {
			return
		}
	}
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

// nextRenewal is when to look for another signature: the more often the nearer the end is, and never past it without a word.
func (c *Client) nextRenewal(expires time.Time) time.Time {
	now := c.now()
	again := now.Add(max(renewAgain, expires.Sub(now).Abs()/10))
	if now.Before(expires) && (c.options.Renew == nil || again.After(expires)) {
		return expires
	}
	return again
}

// until waits for a moment of the service's clock and says whether the connection still lives then.
func (c *Client) until(n *connection, moment time.Time) bool {
	timer := time.NewTimer(moment.Sub(c.now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return n.ctx.Err() == nil
	case <-n.ctx.Done():
		return false
	}
}
