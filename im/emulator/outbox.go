package emulator

import (
	"slices"
	"sync"
	"sync/atomic"

	"reddot/im/wire"
)

// maxQueuedPushes is how many pushes may wait for a connection before it is cut off.
const maxQueuedPushes = 1000

// maxPushFrame is where the events that wait are split into further frames, in bytes.
const maxPushFrame = 64 << 10

// frameBuffers are shared by all connections, as every push passes through one.
var frameBuffers = sync.Pool{New: func() any {
	buffer := make([]byte, 0, maxPushFrame+maxPushFrame/4)
	return &buffer
}}

// push is an encoded event. last is the position of the C2C message, notice or mention in
// it, the zero position for all others.
type push struct {
	event []byte
	last  position
	files bool // it may hold addresses of files
}

// slot keeps the place of a reply that is still being made.
type slot struct {
	frame []byte // nil: nothing is sent after all
	done  bool
}

// item is what waits: a reply, a push, or the place of a reply.
type item struct {
	reply []byte
	push  push
	slot  *slot
}

// outbox holds what waits to be written to a connection, in order.
type outbox struct {
	ready  chan struct{} // capacity 1: something waits
	mu     sync.Mutex
	items  []item
	pushes int      // among the items
	last   bool     // the connection ends after the items
	held   []func() // sent after what comes next
	holds  atomic.Bool

	taken []item // what was taken last, used again; the writing goroutine's alone
}

// frame is what a reply or a filled place holds; nil for an empty place.
func (i *item) frame() []byte {
	if i.slot != nil {
		return i.slot.frame
	}
	return i.reply
}

func (o *outbox) reply(frame []byte) {
	o.mu.Lock()
	o.items = append(o.items, item{reply: frame})
	o.mu.Unlock()
	o.wake()
}

// replyLast queues a frame after which the connection ends.
func (o *outbox) replyLast(frame []byte) {
	o.mu.Lock()
	o.items = append(o.items, item{reply: frame})
	o.last = true
	o.mu.Unlock()
	o.wake()
}

// reserve keeps a place among the pushes. It must be filled.
func (o *outbox) reserve() *slot {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := &slot{}
	o.items = append(o.items, item{slot: s})
	return s
}

// fill puts a reply into its place; nil leaves the place empty.
func (o *outbox) fill(s *slot, frame []byte) {
	o.mu.Lock()
	s.frame, s.done = frame, true
	o.mu.Unlock()
	o.wake()
}

func (o *outbox) pushesWaiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.pushes
}

// push queues an event; false means that too many wait already.
func (o *outbox) push(p push) bool {
	o.mu.Lock()
	full := o.pushes >= maxQueuedPushes
	if !full {
		o.items = append(o.items, item{push: p})
		o.pushes++
	}
	o.mu.Unlock()
	o.wake()
	return !full
}

// take returns what can be written now, valid until the next call, and whether it is the
// last.
func (o *outbox) take() (items []item, last bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	spare := o.taken
	clear(spare)
	if cap(spare) > maxQueuedPushes {
		spare = nil
	}
	items = o.items
	o.items = spare[:0]
	n := slices.IndexFunc(items, func(i item) bool { return i.slot != nil && !i.slot.done })
	if n >= 0 {
		o.items = append(o.items, items[n:]...)
		clear(items[n:])
		items = items[:n]
	}
	for i := range items {
		if items[i].push.event != nil {
			o.pushes--
		}
	}
	o.taken = items
	return items, o.last && n < 0
}

func (o *outbox) wake() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// hold keeps something back until after the next.
func (o *outbox) hold(queue func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held = append(o.held, queue)
	o.holds.Store(true)
}

func (o *outbox) release() {
	if !o.holds.Load() {
		return
	}
	o.mu.Lock()
	held := o.held
	o.held = nil
	o.holds.Store(false)
	o.mu.Unlock()
	for _, queue := range held {
		queue()
	}
}

// joinPushes appends one frame with the pushes at the head of the items, as many as its
// size allows, and tells how many those are. A frame with C2C messages, notices or
// mentions asks for an acknowledgement that names the newest of them.
func joinPushes(frame []byte, items []item) (_ []byte, n int) {
	frame = append(frame, pushHead...)
	var last position
	for ; n < len(items) && items[n].push.event != nil; n++ {
		event := items[n].push.event
		if n > 0 && len(frame)+len(event) > maxPushFrame {
			break
		}
		if n > 0 {
			frame = append(frame, ',')
		}
		frame = append(frame, event...)
		last = last.later(items[n].push.last)
	}
	if last == (position{}) {
		return append(frame, pushTail...), n
	}
	frame = append(frame, `],"NeedAck":1,"SessionData":"`...)
	frame = last.append(frame)
	return append(frame, `"}}`...), n
}

const (
	pushHead = `{"head":{"servcmd":"` + wire.CmdPush + `","seq":0},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","EventArray":[`
	pushTail = `]}}`
)
