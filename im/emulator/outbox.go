package emulator

import (
	"slices"
	"strconv"
	"sync"

	"reddot/im/wire"
)

// maxQueuedPushes is how many pushes may wait for a connection before it is cut off.
const maxQueuedPushes = 1000

// maxPushFrame is where the events that wait are split into further frames, in bytes.
const maxPushFrame = 256 << 10

// push is an encoded event. last is the position of the C2C message in it, 0 for none.
type push struct {
	event []byte
	last  int64
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

// take returns the frames that can be written now, and whether they are the last. Pushes
// that stand together share a frame.
func (o *outbox) take() (frames [][]byte, last bool) {
	o.mu.Lock()
	items := o.items
	n := slices.IndexFunc(items, func(i item) bool { return i.slot != nil && !i.slot.done })
	if n < 0 {
		o.items, last = nil, o.last
	} else {
		items, o.items = items[:n], slices.Clone(items[n:])
	}
	for i := range items {
		if items[i].push.event != nil {
			o.pushes--
		}
	}
	o.mu.Unlock()
	var pushes []push
	for i := range items {
		switch it := &items[i]; {
		case it.push.event != nil:
			pushes = append(pushes, it.push)
			continue
		case it.slot != nil:
			it.reply = it.slot.frame
		}
		frames = append(frames, pushFrames(pushes)...)
		pushes = nil
		if items[i].reply != nil {
			frames = append(frames, items[i].reply)
		}
	}
	return append(frames, pushFrames(pushes)...), last
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
}

func (o *outbox) release() {
	o.mu.Lock()
	held := o.held
	o.held = nil
	o.mu.Unlock()
	for _, queue := range held {
		queue()
	}
}

// pushFrames puts events together into as few frames as their sizes allow. A frame with
// C2C messages asks for an acknowledgement that names the newest of them.
func pushFrames(list []push) [][]byte {
	var frames [][]byte
	for len(list) > 0 {
		size, n, last := 0, 0, int64(0)
		for n < len(list) && (n == 0 || size+len(list[n].event) <= maxPushFrame) {
			size += len(list[n].event) + 1
			last = max(last, list[n].last)
			n++
		}
		frames = append(frames, pushFrame(list[:n], size, last))
		list = list[n:]
	}
	return frames
}

const (
	pushHead = `{"head":{"servcmd":"` + wire.CmdPush + `","seq":0},"body":{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","EventArray":[`
	pushTail = `]}}`
)

func pushFrame(list []push, size int, last int64) []byte {
	frame := make([]byte, 0, len(pushHead)+size+64)
	frame = append(frame, pushHead...)
	for i, p := range list {
		if i > 0 {
			frame = append(frame, ',')
		}
		frame = append(frame, p.event...)
	}
	if last == 0 {
		return append(frame, pushTail...)
	}
	frame = append(frame, `],"NeedAck":1,"SessionData":"c`...)
	frame = strconv.AppendInt(frame, last, 10)
	return append(frame, `"}}`...)
}
