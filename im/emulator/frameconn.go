package emulator

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"sync"
	"time"
)

// frameConn lets a frame leave in one system call: what is written while it is held is
// gathered and goes out together. With 50 pushes for a message this is the larger part of
// what the server does. Outside of that, as for pongs, it is a plain connection.
type frameConn struct {
	net.Conn
	mu    sync.Mutex
	held  bool
	parts net.Buffers
}

// smallPart is up to which size a part is copied, because whoever wrote it will use its
// buffer again. A larger one is the payload of a frame, which stays as it is until release.
const smallPart = 512

// Write implements net.Conn.
func (c *frameConn) Write(part []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return c.Conn.Write(part)
	}
	kept := part
	if len(part) <= smallPart {
		kept = bytes.Clone(part)
	}
	c.parts = append(c.parts, kept)
	return len(part), nil
}

func (c *frameConn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = true
}

// release sends what was gathered. A reader that does not take it in time is dead.
func (c *frameConn) release(patience time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	parts := c.parts
	c.parts = c.parts[:0]
	if err := c.Conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, plain := c.Conn.(*net.TCPConn); !plain {
		_, err := c.Conn.Write(bytes.Join(parts, nil)) // part by part, TLS would seal each
		return err
	}
	_, err := parts.WriteTo(c.Conn)
	return err
}

// frameWriter hands its frameConn over where a connection is taken from net/http. The buffer
// in front of it holds no more than the header of a frame.
type frameWriter struct {
	http.ResponseWriter
	conn *frameConn
}

const headerBuffer = 16

// Hijack implements http.Hijacker.
func (w *frameWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.conn = &frameConn{Conn: conn}
	return w.conn, bufio.NewReadWriter(buffered.Reader, bufio.NewWriterSize(w.conn, headerBuffer)), nil
}
