package push

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"reddot/im"
)

// hostPatience is how long one of several hosts may take to answer, so that a silent one leaves time for the next.
const hostPatience = 2 * time.Second

var errNoHost = errors.New("no address is configured")

// dial opens the WebSocket. It tries every host once, first the one that was reached last. Whoever gets a connection must
// end it.
func (c *Client) dial(ctx context.Context) (*connection, error) {
	urls, err := c.options.URLs(ctx)
	switch {
	case err != nil:
		return nil, c.unreachable(err)
	case len(urls) == 0:
		return nil, c.texts.Usage(c.connecting(), errNoHost)
	}
	for tries := 1; ; tries++ {
		connection, err := c.dialHost(ctx, urls[c.turn%len(urls)], len(urls) > 1)
		if err == nil {
			return connection, nil
		}
		c.nextHost()
		if tries == len(urls) || ctx.Err() != nil || im.ClassOf(err) == im.ClassUsage {
			return nil, c.afterHosts(err, tries)
		}
		c.log.Info("Host not reached", "error", err)
	}
}

// afterHosts says of the last error that other hosts failed before.
func (c *Client) afterHosts(err error, tries int) error {
	var known *im.Error
	if tries == 1 || !errors.As(err, &known) {
		return err
	}
	all := *known
	all.Doing += fmt.Sprintf(c.texts.Pick("（试过 %d 个地址）", " (the last of %d hosts)"), tries)
	return &all
}

// nextHost makes the next attempt begin with another host.
func (c *Client) nextHost() { c.turn++ }

func (c *Client) dialHost(ctx context.Context, url string, several bool) (*connection, error) {
	place, err := parseAddress(url)
	c.address.Store(&place)
	if err != nil {
		return nil, c.texts.Usage(c.connecting(), err)
	}
	bounded := ctx
	if several {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeoutCause(ctx, hostPatience, errNoAnswer)
		defer cancel()
	}
	socket, response, err := websocket.Dial(bounded, c.url(place), &websocket.DialOptions{HTTPClient: c.http})
	if err != nil {
		if ctx.Err() == nil && bounded.Err() != nil {
			err = errNoAnswer
		}
		return nil, c.dialError(response, err)
	}
	socket.SetReadLimit(maxFrame)
	connection := &connection{socket: socket, outgoing: make(chan outgoing, 16), opened: time.Now()}
	connection.ctx, connection.cancel = context.WithCancelCause(c.ctx)
	return connection, nil
}

// dialError says why there is no WebSocket.
func (c *Client) dialError(response *http.Response, err error) error {
	if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
		return c.handshakeRefused(response, err)
	}
	return c.unreachable(err)
}

// dialer returns the client that makes handshakes. Like a browser's WebSocket it follows no redirection: where one comes, it
// is a gateway that answers in the service's name.
func dialer(given *http.Client) *http.Client {
	var dialer http.Client
	if given != nil {
		dialer = *given
	}
	dialer.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &dialer
}
