package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"reddot/im/wire"
)

// connection is one long connection. Its requests are handled in order; only sends are
// handed on without waiting for their commit, so that one connection can have many under
// way.
type connection struct {
	server   *Server
	ws       *websocket.Conn
	wire     *frameConn // below ws
	text     bool       // text frames on /info, binary ones on /binfo
	compress bool
	platform int
	ip       string // of the client
	host     string // under which the client reached the server
	out      outbox
	sends    sync.WaitGroup // handed to the core, not yet answered
	later    background     // delayed on purpose, or asked about
	asking   chan struct{}  // sends that the app's server is asked about
	lastSend chan struct{}  // closed when the newest of them has started
	ctx      context.Context
	end      context.CancelFunc

	heard   atomic.Int64            // when the newest frame came, Unix nanoseconds
	listing atomic.Pointer[listing] // a conversation list that the client has a part of

	watching   sync.Map     // ids of live rooms that the client polls, and from where (int64)
	polls      atomic.Int32 // of live rooms, that wait
	viewerOnce sync.Once
	viewerID   string

	queuedBefore atomic.Int64 // number of the newest notice or mention at the login; later ones are pushed

	inst      atomic.Int64 // instance, 0 before login
	login     atomic.Pointer[login]
	returning atomic.Uint32 // number of whose requests came by ticket before the login
}

// connect takes a long connection and serves it until either side ends it.
func (s *Server) connect(w http.ResponseWriter, r *http.Request, text bool) {
	if s.stopped.Err() != nil {
		http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
		return
	}
	s.serving.Add(1)
	defer s.serving.Done()
	taken := &frameWriter{ResponseWriter: w}
	ws, err := websocket.Accept(taken, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // guard has looked at the origin
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		s.log.Debug("Handshake failed", "error", err)
		return
	}
	ws.SetReadLimit(wire.MaxFrame)
	query := r.URL.Query()
	c := &connection{server: s, ws: ws, wire: taken.conn, text: text, compress: !text && strings.Contains(query.Get("compress"), "gzip")}
	c.platform, _ = strconv.Atoi(query.Get("platform")) // 0, unknown, where it is missing
	c.ip, c.host = clientIP(r), r.Host
	c.out.ready = make(chan struct{}, 1)
	c.ctx, c.end = context.WithCancel(s.stopped)
	c.serve()
}

func (c *connection) serve() {
	defer func() {
		if trouble := recover(); trouble != nil {
			c.server.log.Error("A request broke its connection", "panic", trouble, "stack", string(debug.Stack()))
		}
		c.leave(stateDisconnect)
		c.end()
		c.later.end()
		_ = c.ws.CloseNow()
	}()
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	defer func() {
		c.end()
		<-written
	}()
	c.heard.Store(time.Now().UnixNano())
	c.later.Go(func() { c.server.keepalive.watch(c) })
	for {
		_, frame, err := c.ws.Read(c.ctx)
		if err != nil {
			c.server.log.Debug("Connection ended", "inst", c.inst.Load(), "error", err)
			return
		}
		c.heard.Store(time.Now().UnixNano())
		c.receive(frame)
	}
}

// write sends what waits until the connection ends.
func (c *connection) write() {
	for {
		select {
		case <-c.ctx.Done():
			c.sayGoodbye()
			return
		case <-c.out.ready:
		}
		items, last := c.out.take()
		if err := c.flush(items); err != nil {
			c.server.log.Debug("Cannot write", "inst", c.inst.Load(), "error", err)
			c.end()
			return
		}
		if last {
			c.end()
		}
	}
}

// sayGoodbye closes properly when the server stops; otherwise the connection is cut.
func (c *connection) sayGoodbye() {
	if c.server.stopped.Err() == nil {
		return
	}
	go c.ws.Close(websocket.StatusGoingAway, "the server is stopping") // waits for the other side, so not here
}

// flush writes what was taken, in order. Pushes that stand together share frames.
func (c *connection) flush(items []item) error {
	for len(items) > 0 {
		n, err := c.writeNext(items)
		if err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

// writeNext writes the first frame of the items and tells how many are in it.
func (c *connection) writeNext(items []item) (n int, err error) {
	if items[0].push.event == nil {
		frame := items[0].frame()
		if frame == nil {
			return 1, nil
		}
		return 1, c.writeFrame(frame)
	}
	buffer := frameBuffers.Get().(*[]byte)
	defer frameBuffers.Put(buffer)
	frame, n := joinPushes((*buffer)[:0], items)
	return n, c.writeFrame(frame)
}

// compressFrom is the size from which a compressed frame is worth the work.
const compressFrom = 32 << 10

func (c *connection) writeFrame(frame []byte) error {
	if c.compress && len(frame) >= compressFrom {
		packed, err := wire.Compress(frame)
		if err != nil {
			return err
		}
		frame = packed
	}
	kind := websocket.MessageBinary
	if c.text {
		kind = websocket.MessageText
	}
	c.wire.hold()
	// Not the connection's context: what was queued before the end still goes out.
	err := c.ws.Write(context.Background(), kind, frame)
	return errors.Join(err, c.wire.release(c.server.keepalive.write))
}

// receive handles one frame. What is no request with a command is ignored.
func (c *connection) receive(frame []byte) {
	r, err := wire.DecodeRequest(frame)
	if err != nil {
		c.refuseFrame(frame, err)
		return
	}
	v := c.server.faults.Decide(r.Head.ServCmd, c.user(), wire.FaultRequest)
	switch {
	case v.Disconnect:
		c.end()
	case v.Drop:
	case v.Delay > 0:
		c.after(v.Delay, func() { c.handle(r, v, false) })
	default:
		c.handle(r, v, true)
	}
}

// refuseFrame answers a frame whose head names a command, but which is no proper request.
func (c *connection) refuseFrame(frame []byte, reason error) {
	head, ok := looseHead(frame)
	if !ok {
		c.server.log.Debug("Frame ignored", "inst", c.inst.Load(), "error", reason)
		return
	}
	c.reply(head, wire.Reply{Result: wire.Fail(wire.CodeJSON, "the request cannot be read: "+reason.Error())})
}

// handle answers a request. One that was delayed on purpose is out of order.
func (c *connection) handle(r wire.Request, v Verdict, ordered bool) {
	times := 1
	if v.Duplicate {
		times = 2
	}
	for range times {
		if v.Error != nil {
			c.reply(headOf(r), wire.Reply{Result: *v.Error})
			continue
		}
		c.dispatch(r, ordered)
	}
}

// after runs something later, unless the connection ends before.
func (c *connection) after(delay time.Duration, run func()) {
	c.later.Go(func() {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			run()
		case <-c.ctx.Done():
		}
	})
}

func headOf(r wire.Request) wire.Head { return wire.Head{ServCmd: r.Head.ServCmd, Seq: r.Head.Seq} }

// reply queues an answer, past the fault rules.
func (c *connection) reply(head wire.Head, body any) { c.replyAt(nil, head, body) }

// replyAt puts an answer into the place that was kept for it, if one was.
func (c *connection) replyAt(place *slot, head wire.Head, body any) {
	v := c.server.faults.Decide(head.ServCmd, c.user(), wire.FaultReply)
	if v.Error != nil {
		body = wire.Reply{Result: *v.Error}
	}
	frame := c.encodeReply(head, body)
	if place != nil && v == (Verdict{}) {
		c.out.fill(place, frame)
		return
	}
	if place != nil {
		c.out.fill(place, nil)
	}
	c.send(v, func() { c.out.reply(frame) })
}

func (c *connection) encodeReply(head wire.Head, body any) []byte {
	frame, err := wire.EncodeFrame(head.ServCmd, head.Seq, body)
	if err == nil {
		return c.server.addressTo(c.uid(), frame)
	}
	c.server.log.Error("Cannot encode a reply", "command", head.ServCmd, "error", err)
	failed, err := wire.Marshal(wire.Reply{Result: encodingFailed(err)})
	if err != nil {
		failed = []byte(`{"ErrorCode":10002}`)
	}
	return wire.AppendFrame(nil, head.ServCmd, head.Seq, failed)
}

func encodingFailed(err error) wire.Result {
	if errors.Is(err, wire.ErrFrameTooLarge) {
		return wire.Fail(wire.CodeReplyTooLarge, "the answer is larger than 1 MB; ask for less")
	}
	return wire.Fail(wire.CodeGroupInternal, fmt.Sprintf("the answer cannot be encoded: %v", err))
}

// push queues an event for the client, past the fault rules.
func (c *connection) push(user string, p push) {
	if p.files {
		p.event = c.server.addressTo(c.uid(), p.event)
	}
	v := c.server.faults.Decide(wire.CmdPush, user, wire.FaultPush)
	if v == (Verdict{}) {
		c.queue(user, p)
		c.out.release()
		return
	}
	c.send(v, func() { c.queue(user, p) })
}

func (c *connection) queue(user string, p push) {
	c.server.metrics.pushes.Add(1)
	if c.out.push(p) || c.ctx.Err() != nil {
		return
	}
	c.server.metrics.cutOff.Add(1)
	c.server.log.Warn("Connection cut off: it does not take its pushes", "user", user, "inst", c.inst.Load())
	c.end()
}

// send does what a verdict about something outgoing says.
func (c *connection) send(v Verdict, queue func()) {
	switch {
	case v.Disconnect:
		c.end()
		return
	case v.Drop:
		return
	case v.Delay > 0:
		again := v
		again.Delay = 0
		c.after(v.Delay, func() { c.send(again, queue) })
		return
	case v.Reorder:
		c.out.hold(queue)
		return
	}
	queue()
	if v.Duplicate {
		queue()
	}
	c.out.release()
}

// kick tells the client that its login has ended, and ends the connection after that.
func (c *connection) kick(kind int) {
	frame, err := c.kickFrame(kind)
	if err != nil {
		c.end()
		return
	}
	c.leave(stateDisconnect)
	c.out.replyLast(frame)
}

func (c *connection) kickFrame(kind int) ([]byte, error) {
	return wire.EncodeFrame(wire.CmdForceOffline, 1, wire.Push{Result: wire.OK(), EventArray: wire.List[wire.Event]{{
		Event: wire.EventC2CNotify, C2CNotifyMsgArray: []wire.C2CNotify{{Kickout: &wire.KickoutNotify{KickType: kind, InstID: c.inst.Load()}}},
	}}})
}
