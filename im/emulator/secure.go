package emulator

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// helloPatience is how long a client may take to begin.
const helloPatience = 10 * time.Second

// tlsRecord begins every connection by TLS, and none by HTTP: it is the type of a handshake record.
const tlsRecord = 0x16

// plainRefusal answers who comes without TLS from another machine.
const plainRefusal = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nthis server speaks TLS: use https:// or wss://\n"

// secureListener speaks TLS and, with clients of this machine, also without it: the first byte tells.
type secureListener struct {
	net.Listener
	settings *tls.Config
	accepted chan accepted
	done     chan struct{}

	mu     sync.Mutex
	closed bool
	silent map[net.Conn]struct{} // that have not begun yet
}

type accepted struct {
	conn net.Conn
	err  error
}

func newSecureListener(below net.Listener, settings *tls.Config) *secureListener {
	l := &secureListener{Listener: below, settings: settings, accepted: make(chan accepted), done: make(chan struct{}), silent: map[net.Conn]struct{}{}}
	go l.take()
	return l
}

// take looks at every connection beside the others, so that one that says nothing holds up nobody.
func (l *secureListener) take() {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			l.hand(accepted{err: err}) // who accepts decides whether to go on
		} else {
			go l.begin(conn)
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

func (l *secureListener) hand(a accepted) {
	select {
	case l.accepted <- a:
	case <-l.done:
		if a.conn != nil {
			_ = a.conn.Close()
		}
	}
}

func (l *secureListener) begin(conn net.Conn) {
	begun, err := l.hear(conn)
	switch {
	case err != nil:
		_ = conn.Close()
	case begun.first[0] == tlsRecord:
		l.hand(accepted{conn: tls.Server(begun, l.settings)})
	case fromHere(conn):
		l.hand(accepted{conn: begun})
	default:
		_ = conn.SetWriteDeadline(time.Now().Add(helloPatience))
		_, _ = io.WriteString(conn, plainRefusal) // whom it does not reach sees a closed connection
		_ = conn.Close()
	}
}

// hear waits for the first byte.
func (l *secureListener) hear(conn net.Conn) (*begunConn, error) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, net.ErrClosed
	}
	l.silent[conn] = struct{}{}
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.silent, conn)
	}()
	begun := &begunConn{Conn: conn, first: make([]byte, 1)}
	if err := conn.SetReadDeadline(time.Now().Add(helloPatience)); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(conn, begun.first); err != nil {
		return nil, err
	}
	return begun, conn.SetReadDeadline(time.Time{})
}

// Accept implements net.Listener.
func (l *secureListener) Accept() (net.Conn, error) {
	select {
	case a := <-l.accepted:
		return a.conn, a.err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *secureListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	close(l.done)
	for conn := range l.silent {
		_ = conn.Close()
	}
	return l.Listener.Close()
}

// begunConn is a connection whose first byte was read already.
type begunConn struct {
	net.Conn
	first []byte
}

// Read implements net.Conn.
func (c *begunConn) Read(into []byte) (int, error) {
	if len(c.first) == 0 || len(into) == 0 {
		return c.Conn.Read(into)
	}
	n := copy(into, c.first)
	c.first = c.first[n:]
	return n, nil
}

// fromHere says whether the client is on this machine, which a listener on an address of the network sees by that address.
func fromHere(conn net.Conn) bool {
	there, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return false
	}
	here, _, err := net.SplitHostPort(conn.LocalAddr().String())
	return isLoopback(there) || err == nil && here == there
}

// tlsSettings are those for a certificate. WebSockets need HTTP/1.1.
func tlsSettings(certificate *tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
}
