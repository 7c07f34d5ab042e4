package emulator

import (
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

// outbox holds what waits to be written to a connection.
type outbox struct {
	ready   chan struct{} // capacity 1: something waits
	mu      sync.Mutex
	waiting batch
	held    []func() // sent after what comes next
}

// batch is what is written together: replies first, then all pushes.
type batch struct {
	replies [][]byte
	pushes  []push
	last    bool // the connection ends after this
}

func (o *outbox) reply(frame []byte) {
	o.mu.Lock()
	o.waiting.replies = append(o.waiting.replies, frame)
	o.mu.Unlock()
	o.wake()
}

func (o *outbox) replyLast(frame []byte) {
	o.mu.Lock()
	o.waiting.replies = append(o.waiting.replies, frame)
	o.waiting.last = true
	o.mu.Unlock()
	o.wake()
}

// push queues an event; false means that too many wait already.
func (o *outbox) push(p push) bool {
	o.mu.Lock()
	full := len(o.waiting.pushes) >= maxQueuedPushes
	if !full {
		o.waiting.pushes = append(o.waiting.pushes, p)
	}
	o.mu.Unlock()
	o.wake()
	return !full
}

func (o *outbox) take() batch {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.waiting
	o.waiting = batch{}
	return b
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
