package push

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"reddot/im/wire"
)

const (
	// maxFrame is the largest frame taken from the service, in bytes. Documented replies stay below 1 MB; the rest is
	// patience with pages that turn out larger than described.
	maxFrame = 4 << 20
	// keptBuffer is the largest read buffer kept between frames, so that one huge page does not stay in memory.
	keptBuffer = 64 << 10
	// writeTimeout bounds one frame's way into the socket.
	writeTimeout = 10 * time.Second
)

// connection is one WebSocket with its reader, writer and timers. It lives until end is called; context.Cause of its
// context then says why.
type connection struct {
	socket *websocket.Conn
	ctx    context.Context
	cancel context.CancelCauseFunc
	// head is what every request of this login begins with.
	head     wire.RequestHead
	outgoing chan outgoing
	wait     sync.WaitGroup

	opened time.Time
	// heard is when the last frame came, as nanoseconds since opened.
	heard atomic.Int64
	// hello is the interval of wshello, 0 if the service asks for none.
	hello  time.Duration
	buffer bytes.Buffer
}

// outgoing is one request on its way to the socket. Its head is completed when it leaves, because the ticket is another
// one after each login.
type outgoing struct {
	command  string
	sequence uint32
	body     []byte
}

// end closes the connection for a reason. Only the first reason counts.
func (n *connection) end(reason error) {
	n.cancel(reason)
	_ = n.socket.CloseNow()
}

// reason says why the connection ended.
func (n *connection) reason() error { return context.Cause(n.ctx) }

// read returns the next frame, uncompressed. It is valid until the next call.
func (n *connection) read(ctx context.Context) ([]byte, error) {
	if n.buffer.Cap() > keptBuffer {
		n.buffer = bytes.Buffer{}
	}
	n.buffer.Reset()
	_, reader, err := n.socket.Reader(ctx)
	if err != nil {
		return nil, lost(err)
	}
	if _, err := n.buffer.ReadFrom(reader); err != nil {
		return nil, lost(err)
	}
	n.heard.Store(int64(time.Since(n.opened)))
	return wire.Decompress(n.buffer.Bytes())
}

// lost says that the socket is gone.
func lost(err error) error { return lostError{err} }

// lostError tells a dead socket from a frame that cannot be read.
type lostError struct{ err error }

func (e lostError) Error() string { return "connection lost: " + e.err.Error() }
func (e lostError) Unwrap() error { return e.err }

// silence is how long no frame has come.
func (n *connection) silence() time.Duration {
	return time.Since(n.opened) - time.Duration(n.heard.Load())
}

// send hands a request to the writer. It fails when the context or the connection ends first.
func (n *connection) send(ctx context.Context, out outgoing) error {
	select {
	case n.outgoing <- out:
		return nil
	case <-n.ctx.Done():
		return n.reason()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write puts one request on the wire.
func (n *connection) write(ctx context.Context, out outgoing) error {
	head := n.head
	head.ServCmd, head.Seq, head.ReqTime = out.command, out.sequence, time.Now().Unix()
	frame, err := wire.EncodeRequest(head, jsonText(out.body))
	if err != nil {
		return fmt.Errorf("encode %s: %w", out.command, err)
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err := n.socket.Write(ctx, websocket.MessageBinary, frame); err != nil {
		return lost(err)
	}
	return nil
}

// writeLoop is the only writer once the login is accepted, so that requests leave in order and a caller never waits
// for a slow socket longer than its own context allows.
func (n *connection) writeLoop() {
	for {
		select {
		case out := <-n.outgoing:
			if err := n.write(n.ctx, out); err != nil {
				n.end(err)
				return
			}
		case <-n.ctx.Done():
			return
		}
	}
}

// readLoop dispatches frames until the connection ends. A frame that cannot be read is skipped; it may be of a kind
// that this program does not know.
func (c *Client) readLoop(n *connection) {
	for {
		frame, err := n.read(n.ctx)
		var dead lostError
		switch {
		case errors.As(err, &dead):
			n.end(err)
			return
		case err != nil:
			c.log.Warn("Frame skipped", "error", err)
			continue
		}
		if err := c.dispatch(n, frame); err != nil {
			n.end(err)
			return
		}
	}
}
