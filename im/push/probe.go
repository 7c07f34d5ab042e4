package push

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// Probe makes the handshake of the long connection with one address and hangs up. Nobody logs in: there is no user in the
// handshake (push-protocol, section 2). client is as in Options.HTTPClient. The answer is that of the handshake, also of a
// refusal, and nil where there was none.
func Probe(ctx context.Context, url string, appID int64, client *http.Client) (*http.Response, error) {
	place, err := parseAddress(url)
	if err != nil {
		return nil, err
	}
	c := New(Options{AppID: appID, HTTPClient: client})
	defer c.Close()
	socket, response, err := websocket.Dial(ctx, c.url(place), &websocket.DialOptions{HTTPClient: c.http})
	if err != nil {
		return response, err
	}
	return response, socket.CloseNow()
}
