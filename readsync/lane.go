package readsync

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"

	"reddot/crash"
	"reddot/im"
	"reddot/model"
)

const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 30 * time.Second
	// callTimeout bounds one call, so that a silent service is retried.
	callTimeout = 20 * time.Second
)

// lane is one action of one conversation. Its goroutine lives while there is something to do; so the actions
// never wait for each other, except receipts, which let the others go first.
type lane struct {
	running bool
	// notBefore paces calls and retries.
	notBefore time.Time
	retries   *backoff.ExponentialBackOff
	// tried is the newest position that was tried; failure is the last one's outcome, refused how far the
	// service refused for good.
	tried   int64
	failure error
	refused int64
	wake    chan struct{}
}

// rest makes a lane that waits for a retry try at once.
func (l *lane) rest() {
	l.notBefore, l.retries = time.Time{}, nil
	if l.wake != nil {
		signal(l.wake)
	}
}

// done returns how far an action is settled.
func (p *Progress) done(action Action) *int64 {
	switch action {
	case MarkRead:
		return &p.MarkRead
	case Note:
		return &p.Note
	default:
		return &p.Receipts
	}
}

// supported says whether the adapter can do the action.
func (e *Engine) supported(action Action, id model.ConversationID) bool {
	can := e.client.Capabilities()
	switch action {
	case MarkRead:
		return can.MarkRead || id.Kind() == model.KindC2C
	case Note:
		return can.SelfNotes
	default:
		return can.Receipts || id.Kind() == model.KindC2C
	}
}

// isDue says whether the action must be taken for something that is saved.
func (e *Engine) isDue(c *conversation, action Action) bool {
	return *c.done(action) < c.durable.Intent && e.supported(action, c.Conversation)
}

// settled says whether nothing is left to do for the conversation.
func (e *Engine) settled(c *conversation) bool {
	for action := range actions {
		if *c.done(action) < c.Intent && e.supported(action, c.Conversation) {
			return false
		}
	}
	return true
}

// kick starts the lanes that have something to do. The dot on other devices hangs on the note and the read
// position, so receipts wait until both were tried.
func (e *Engine) kick(c *conversation) {
	e.start(c, Note)
	e.start(c, MarkRead)
	if e.attempted(c, Note) && e.attempted(c, MarkRead) {
		e.start(c, Receipts)
	}
}

func (e *Engine) attempted(c *conversation, action Action) bool {
	return c.lanes[action].tried >= c.durable.Intent || !e.isDue(c, action)
}

func (e *Engine) start(c *conversation, action Action) {
	l := &c.lanes[action]
	if l.running || !e.online || e.closed || !e.isDue(c, action) {
		return
	}
	l.running = true
	if l.wake == nil {
		l.wake = make(chan struct{}, 1)
	}
	e.lanes.Go(crash.Guard(func() { e.run(c, action) }))
}

// run takes an action until it is settled, or the service can't be reached.
func (e *Engine) run(c *conversation, action Action) {
	for {
		e.mu.Lock()
		l := &c.lanes[action]
		if !e.online || e.closed || !e.isDue(c, action) {
			l.running = false
			e.kick(c)
			e.mu.Unlock()
			return
		}
		wait := l.notBefore.Sub(e.options.Clock())
		task := c.durable
		if wait <= 0 {
			l.notBefore = e.options.Clock().Add(paceInterval)
		}
		e.mu.Unlock()
		if wait > 0 {
			e.pause(l.wake, wait)
			continue
		}
		e.attempt(c, action, task)
	}
}

func (e *Engine) pause(wake <-chan struct{}, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-e.ctx.Done():
	}
}

// attempt makes one call and notes its outcome.
func (e *Engine) attempt(c *conversation, action Action, task Progress) {
	slots := e.slots
	if action == Receipts {
		slots = e.receiptSlots
	}
	select {
	case slots <- struct{}{}:
	case <-e.ctx.Done():
		return
	}
	started := e.options.Clock()
	count, err := e.perform(c, action, task)
	<-slots
	record := Record{
		Action: action, Conversation: c.Conversation, Position: task.Intent, Count: count,
		Delay: e.options.Clock().Sub(started), Err: err,
	}
	if e.ctx.Err() != nil && err != nil {
		return
	}
	e.finish(c, &record)
	e.options.OnRecord(record)
}

func (e *Engine) perform(c *conversation, action Action, task Progress) (int, error) {
	if action == Receipts {
		return e.sendReceipts(c, task.Intent)
	}
	ctx, cancel := context.WithTimeout(e.ctx, callTimeout)
	defer cancel()
	if action == MarkRead {
		return 0, e.client.MarkRead(ctx, c.Conversation, task.Intent)
	}
	e.know(task.Draft)
	_, err := e.client.Send(ctx, e.outgoing(task))
	return 0, err
}

// know has the coming echo of a note recognised that carries no identity of its own.
func (e *Engine) know(draft Draft) {
	if e.options.Format.Template.IsZero() {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if id := model.ForeignNoteID(draft.Random); !e.notes.has(id) {
		e.notes.add(id)
		e.notes.fresh = append(e.notes.fresh, id)
	}
}

// outgoing is the message that carries the note of a conversation.
func (e *Engine) outgoing(task Progress) im.Outgoing {
	note := model.Note{
		Conversation: task.Conversation, Position: task.Draft.Position, Time: task.Draft.Time,
		Device: e.options.Device, ID: task.Draft.ID,
	}
	return im.Outgoing{
		Conversation: model.C2CConversation(e.self), Random: task.Draft.Random, ClientTime: task.Draft.Time,
		Sequence: task.Draft.Sequence, Elements: e.options.Format.Elements(note, e.options.Language),
		NoUnread: true, NoLastMessage: true,
	}
}

// finish notes the outcome of a call.
func (e *Engine) finish(c *conversation, record *Record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := &c.lanes[record.Action]
	l.tried, l.failure = max(l.tried, record.Position), record.Err
	switch class := im.ClassOf(record.Err); {
	case record.Err == nil:
		l.retries = nil
		record.Final = true
	case class == im.ClassRefused || class == im.ClassUsage:
		// The same call would be refused again; the next reading tries anew.
		l.retries = nil
		l.refused = record.Position
		record.Final = true
		e.log.Warn("The service refused", "action", record.Action, "conversation", c.Conversation, "err", record.Err)
	default:
		e.delay(l)
	}
	if record.Final {
		done := c.done(record.Action)
		*done = max(*done, record.Position)
	}
	e.touch(c)
	e.kick(c)
}

// delay postpones the next try, longer after each failure and never by the same time on every device.
func (e *Engine) delay(l *lane) {
	if l.retries == nil {
		l.retries = backoff.NewExponentialBackOff()
		l.retries.InitialInterval, l.retries.MaxInterval = firstRetry, lastRetry
		l.retries.Reset()
	}
	l.notBefore = e.options.Clock().Add(l.retries.NextBackOff())
}
