package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
)

// firstPatience is how long a service may take to answer the first login before it counts as unreachable; retryPatience
// is the same for a later one, where nobody waits at a prompt.
const (
	firstPatience = 5 * time.Second
	retryPatience = 15 * time.Second
)

// credentials prove who we are. They belong to the goroutine that connects, and while a connection lives to the one that
// watches its signature.
type credentials struct {
	signature wire.Secret
	// refused is set once the service has found the signature expired.
	refused bool
	// ticket, tinyID and instance come from the last login, and spare the signature at the next one.
	ticket   wire.Secret
	tinyID   string
	instance int64
}

// forgetTicket makes the next login use the signature.
func (l *credentials) forgetTicket() { l.ticket = wire.Secret{} }

// firstLogin connects for the first time, or again after the service has ended the login and with it maybe the signature.
func (c *Client) firstLogin(ctx context.Context, again bool) (*connection, error) {
	if c.options.User == "" || c.options.AppID == 0 {
		return nil, c.texts.Usage(c.connecting(), errors.New("a user and an app id are needed"))
	}
	if c.login.signature.IsEmpty() || again {
		if err := c.renew(ctx); err != nil && c.login.signature.IsEmpty() {
			return nil, err
		}
	}
	return c.establish(ctx, firstPatience)
}

// establish opens a connection and logs in within the given time. The loops of the connection run when it returns.
func (c *Client) establish(ctx context.Context, patience time.Duration) (*connection, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errNoAnswer)
	defer cancel()
	stop := context.AfterFunc(c.ctx, cancel)
	defer stop()
	connection, err := c.dial(ctx)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	connected, err := c.logIn(ctx, connection)
	if err != nil {
		connection.end(err)
		c.nextHost()
		return nil, c.explain(ctx, err)
	}
	// The client must be usable when Connected is read, and no later frame may be read before it is queued.
	connected.Resumed = c.resumed()
	c.log.Info("Logged in", "command", wire.CmdLogin, "took", connected.Latency, "offset", connected.ClockOffset)
	unanswered := c.adopt(connection)
	c.notify(connected)
	connection.wait.Go(crash.Guard(connection.writeLoop))
	connection.wait.Go(crash.Guard(func() { c.readLoop(connection) }))
	for _, out := range unanswered {
		_ = connection.send(ctx, out) // what does not leave stays pending
	}
	return connection, nil
}

// resumed says whether the client had been logged in before.
func (c *Client) resumed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resumes
}

var errNoAnswer = errors.New("no answer in time")

// explain makes the error of a failed attempt: what ended because nobody answered says so.
func (c *Client) explain(ctx context.Context, err error) error {
	var known *im.Error
	var kicked kickedError
	switch {
	case errors.As(err, &kicked):
		return c.loggedOut(kicked)
	case ctx.Err() != nil && context.Cause(ctx) == errNoAnswer:
		return c.unreachable(errNoAnswer)
	case ctx.Err() != nil:
		return c.texts.Interrupted(c.connecting(), ctx.Err())
	case errors.As(err, &known):
		return err
	default:
		return c.unreachable(err)
	}
}

// logIn sends the login and waits for its answer: with the last ticket if there is one, else, or if the service no
// longer knows it, with the signature.
func (c *Client) logIn(ctx context.Context, n *connection) (im.Connected, error) {
	if !c.login.ticket.IsEmpty() {
		connected, err := c.tryLogin(ctx, n, c.ticketHead())
		switch {
		case isDisplaced(err):
			return connected, kickedError{reason: im.KickedByLogin}
		case !isRefusal(err):
			return connected, err
		}
		c.log.Info("Ticket refused, logging in with the signature", "error", err)
		c.login.forgetTicket()
	}
	return c.tryLogin(ctx, n, c.signatureHead())
}

// isRefusal tells whether the service itself said no.
func isRefusal(err error) bool {
	var coded *im.Error
	return errors.As(err, &coded) && coded.Code != 0 && coded.Class != im.ClassTemporary
}

// isDisplaced tells whether another login took the place of this one while it was away. Whoever then logs in with the
// signature ends the other one, so that is left to a person. Which code the service gives is not known; these are the ones
// that say so (push-protocol, section 9; rest-api, section 8.3).
func isDisplaced(err error) bool {
	var coded *im.Error
	return errors.As(err, &coded) && (coded.Code == wire.CodeWebKicked || coded.Code == wire.CodeKickedHello)
}

func (c *Client) baseHead() wire.RequestHead {
	return wire.RequestHead{
		Ver: "v4", Platform: wire.PlatformWeb, WebSDKAppID: webSDKAppID, WebSDKVersion: webSDKVersion,
		SDKAppID: c.options.AppID, ContentType: "json", SDKAbility: sdkAbility,
	}
}

func (c *Client) signatureHead() wire.RequestHead {
	head := c.baseHead()
	head.Identifier = c.options.User
	head.UserSig = c.login.signature.Reveal()
	return head
}

func (c *Client) ticketHead() wire.RequestHead {
	head := c.baseHead()
	head.A2 = c.login.ticket.Reveal()
	head.TinyID = c.login.tinyID
	head.StatusInstID = c.login.instance
	return head
}

// tryLogin does one login. Pushes that arrive before its answer are handled like any other.
func (c *Client) tryLogin(ctx context.Context, n *connection, head wire.RequestHead) (im.Connected, error) {
	doing := c.texts.Doing("登录", "log in as", c.options.User)
	body, err := wire.Marshal(wire.LoginRequest{State: "Online"})
	if err != nil {
		return im.Connected{}, c.texts.Usage(doing, err)
	}
	c.mu.Lock()
	sequence := c.sequence()
	c.mu.Unlock()
	n.head = head
	start := time.Now()
	if err := n.write(ctx, outgoing{command: wire.CmdLogin, sequence: sequence, body: body}); err != nil {
		return im.Connected{}, err
	}
	answer, err := c.awaitLogin(ctx, n, sequence)
	if err != nil {
		return im.Connected{}, err
	}
	latency := time.Since(start)
	if err := c.refusal(doing, answer); err != nil {
		return im.Connected{}, err
	}
	return c.acceptLogin(n, doing, answer, latency)
}

// awaitLogin reads frames until the answer to the login comes.
func (c *Client) awaitLogin(ctx context.Context, n *connection, sequence uint32) ([]byte, error) {
	for {
		frame, err := n.read(ctx)
		if err != nil {
			return nil, err
		}
		envelope, err := c.decoder.envelope(frame)
		if err == nil && envelope.command == wire.CmdLogin && envelope.sequence == sequence {
			return envelope.body, nil
		}
		if err := c.dispatch(n, frame); err != nil {
			return nil, err
		}
	}
}

// acceptLogin takes over what the service answered.
func (c *Client) acceptLogin(n *connection, doing string, answer []byte, latency time.Duration) (im.Connected, error) {
	var login wire.LoginReply
	if err := convert.Lenient(answer, &login); err != nil {
		return im.Connected{}, c.texts.Damaged(doing, err)
	}
	if login.A2Key == "" || login.TinyID == "" {
		return im.Connected{}, c.texts.Damaged(doing, fmt.Errorf("the answer has no A2Key or no TinyId"))
	}
	c.login.ticket = wire.NewSecret(login.A2Key)
	c.login.tinyID = login.TinyID
	c.login.instance = login.InstID
	n.head = c.ticketHead()
	n.hello = time.Duration(max(0, login.HelloInterval)) * time.Second
	connected := im.Connected{Latency: latency}
	if login.TimeStamp > 0 {
		connected.ClockOffset = convert.ClockOffset(login.TimeStamp, c.wall(), latency)
		c.clockOffset.Store(int64(connected.ClockOffset))
	}
	return connected, nil
}
