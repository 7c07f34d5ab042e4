package push

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
)

const (
	// steadyAfter is how long a connection must have lasted for the next attempt to come at once. One that dies sooner
	// may be refused in a way that shows only after the login, and must not be tried in a tight loop.
	steadyAfter = time.Second

	firstBackoff       = 250 * time.Millisecond
	maxBackoff         = 30 * time.Second
	maxBackoffLoopback = 2 * time.Second
)

// kickedError ends a connection because the service logged this device out; by is what it tells of the other login.
type kickedError struct {
	reason im.KickReason
	by     string
}

func (e kickedError) Error() string { return "logged out by the service" }

var (
	errSignatureExpired = errors.New("the signature has expired")
	errSignatureRenewed = errors.New("logging in again with a fresh signature")
)

// run keeps the account logged in until Close, a kick-off, or a refusal that another try cannot change.
func (c *Client) run(n *connection) {
	defer c.wait.Done()
	watching, stop := context.WithCancel(c.ctx)
	defer stop()
	c.wait.Go(crash.Guard(func() { c.watchClock(watching) }))
	delays := c.newBackoff()
	for n != nil {
		reason := c.serve(n)
		if c.ctx.Err() != nil {
			return
		}
		if time.Since(n.opened) >= steadyAfter {
			delays.Reset()
		}
		if !c.survives(n, reason) {
			return
		}
		n = c.reconnect(delays, reason, time.Since(n.opened) >= steadyAfter)
	}
}

func (c *Client) newBackoff() *backoff.ExponentialBackOff {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = firstBackoff
	delays.Multiplier = 2
	delays.MaxInterval = maxBackoffLoopback
	if c.address.Load().remote {
		delays.MaxInterval = maxBackoff
	}
	delays.Reset()
	return delays
}

// serve runs a connection until it ends, and says why it did.
func (c *Client) serve(n *connection) error {
	n.wait.Go(crash.Guard(func() { c.keepAlive(n) }))
	n.wait.Go(crash.Guard(func() { c.watchSignature(n) }))
	<-n.ctx.Done()
	n.end(n.reason())
	n.wait.Wait()
	c.disown()
	return n.reason()
}

// survives handles the reasons after which a reconnect needs preparation or must not happen.
func (c *Client) survives(n *connection, reason error) bool {
	var kicked kickedError
	switch {
	case errors.As(reason, &kicked):
		c.leave(kicked)
		return false
	case errors.Is(reason, errSignatureExpired):
		c.signatureRefused()
	case errors.Is(reason, errSignatureRenewed), errors.Is(reason, errLoginReplaced):
		c.login.forgetTicket()
	}
	c.log.Info("Connection ended", "error", reason, "took", time.Since(n.opened).Round(time.Millisecond))
	return true
}

// leave ends the login for good.
func (c *Client) leave(kicked kickedError) {
	c.log.Warn("Logged out by the service", "kick", int(kicked.reason), "by", kicked.by)
	c.login.forgetTicket()
	c.stop(c.loggedOut(kicked))
	c.notify(im.Kicked{Reason: kicked.reason, By: kicked.by})
}

// reconnect tries until it is logged in again. It returns nil when it must not try any more.
func (c *Client) reconnect(delays *backoff.ExponentialBackOff, reason error, atOnce bool) *connection {
	if errors.Is(reason, errSlowReader) && !c.waitForReader() {
		return nil
	}
	c.forgetHurry()
	for attempt := 1; ; attempt++ {
		delay := delays.NextBackOff()
		if atOnce && attempt == 1 {
			delay = 0
			delays.Reset()
		}
		c.notify(im.Disconnected{Reason: c.disconnected(reason), Retry: delay, Attempt: attempt})
		if !c.sleep(delay) {
			return nil
		}
		connection, err := c.attempt()
		switch {
		case err == nil:
			return connection
		case c.ctx.Err() != nil:
			return nil
		case !c.mayRetry(err):
			return nil
		}
		c.log.Info("Reconnect failed", "attempt", attempt, "error", err)
		reason = err
	}
}

// attempt logs in again, with another signature if the last one was refused.
func (c *Client) attempt() (*connection, error) {
	if err := c.replaceSignature(); err != nil {
		return nil, err
	}
	return c.establish(c.ctx, retryPatience)
}

// forgetHurry drops a call of ReconnectNow that came while the client was connected.
func (c *Client) forgetHurry() {
	select {
	case <-c.hurry:
	default:
	}
}

// ReconnectNow cuts the wait before the next attempt short. While the client is connected it does nothing.
func (c *Client) ReconnectNow() {
	select {
	case c.hurry <- struct{}{}:
	default:
	}
}

// mayRetry says whether another attempt makes sense after a refused login.
func (c *Client) mayRetry(err error) bool {
	var kicked kickedError
	var coded *im.Error
	switch {
	case errors.As(err, &kicked):
		c.leave(kicked)
		return false
	case errors.Is(err, errNoOtherSignature):
		c.log.Warn("No other signature", "error", err)
		c.stop(c.texts.Refused(c.connecting(), wire.Error{Code: wire.CodeSigExpired}))
		c.notify(im.Kicked{Reason: im.KickedBySignature})
		return false
	case !errors.As(err, &coded) || coded.Code == 0 || coded.Class == im.ClassTemporary:
		return true
	case convert.IsExpired(coded.Code):
		c.signatureRefused()
		return true
	default:
		c.stop(err)
		c.notify(im.Disconnected{Reason: err, Retry: -1})
		return false
	}
}

// waitForReader waits until the queue of events is empty: a connection before that would bring more than is read.
func (c *Client) waitForReader() bool {
	select {
	case <-c.queue.drained():
		return true
	case <-c.ctx.Done():
		return false
	}
}

// sleep waits, and says whether the client still lives.
func (c *Client) sleep(delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.hurry:
		return true
	case <-c.ctx.Done():
		return false
	}
}
