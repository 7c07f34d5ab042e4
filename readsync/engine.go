package readsync

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"reddot/crash"
	"reddot/im"
	"reddot/model"
)

const (
	// paceInterval is the least time between two calls of one action for one conversation: a busy room that is
	// read as it fills costs four notes a second.
	paceInterval = 250 * time.Millisecond
	// parallelCalls bounds the calls under way at a time; receipts, which may take many, have a bound of their
	// own so that no note waits for them.
	parallelCalls    = 8
	parallelReceipts = 2
	// receiptHorizon is how many of the newest messages get receipts.
	receiptHorizon = 1000
	// maxClaims bounds the open claims of one conversation.
	maxClaims = 16
)

// Conversations is what an Engine asks of the owner of the live state. It is called only on the goroutine
// that calls Intend, HandleNote, HandleCaught and Revisit, and must not call the engine.
type Conversations interface {
	// Resolve says what a claim means for what is known (model.Timeline.Resolve).
	Resolve(id model.ConversationID, claim model.Claim) model.Resolution
	// Held returns the known messages with positions in from..to, and what is not known of that range
	// (model.Timeline.Held).
	Held(id model.ConversationID, from, to int64) ([]*model.Message, []model.Range)
	// HasReceipts says whether messages of the conversation can have receipts.
	HasReceipts(id model.ConversationID) bool
}

// Options say what an Engine is made of. Client, Device and Conversations are required.
type Options struct {
	Client im.Client
	// Journal keeps progress; nil keeps nothing. State is what it had kept.
	Journal Journal
	State   State
	// Device names this device in its notes.
	Device        string
	Conversations Conversations
	// Format is what notes look like besides our own form.
	Format model.NoteFormat
	// Language is that of the line for people in a note.
	Language model.Language
	// OnRecord is told what became of every call, from the engine's goroutines. It must return at once.
	OnRecord func(Record)
	// Clock, Rand and Logger default to the wall clock, crypto/rand and no log.
	Clock  func() time.Time
	Rand   io.Reader
	Logger *slog.Logger
}

// Action is one of the three things that make a reading true elsewhere.
type Action int

// The actions.
const (
	MarkRead Action = iota
	Note
	Receipts
	actions
)

// String returns the action's name as commands print it.
func (a Action) String() string {
	return [...]string{"mark_read", "note", "receipts"}[a]
}

// Record is what became of one call.
type Record struct {
	Action       Action
	Conversation model.ConversationID
	Position     int64
	// Count is the number of receipts sent.
	Count int
	// Delay is how long the service took; Err is nil if it accepted. Final is set if it will not be tried again.
	Delay time.Duration
	Err   error
	Final bool
}

// Engine turns intents into calls and notes into positions. Its methods do not wait for the network or
// the disk, except CatchUp, Await and Close; Intend, HandleNote, HandleCaught and Revisit belong to one
// goroutine, the others may be called from any.
type Engine struct {
	options Options
	client  im.Client
	self    string
	log     *slog.Logger
	// slots and receiptSlots hold a value for each call under way.
	slots, receiptSlots chan struct{}

	ctx    context.Context
	cancel context.CancelFunc
	lanes  sync.WaitGroup
	saver  sync.WaitGroup
	// save asks for a save at once, saveSoon for one within saveInterval.
	save, saveSoon chan struct{}

	mu            sync.Mutex
	conversations map[model.ConversationID]*conversation
	notes         noteLog
	online        bool
	closed        bool
	dirty         []*conversation
}

// conversation is the live state of one conversation; it is guarded by Engine.mu.
type conversation struct {
	Progress
	// durable is what the journal has: only that is acted upon.
	durable Progress
	dirty   bool
	lanes   [actions]lane
	due     dueReceipts
	// changed is closed and replaced after every change that somebody may wait for.
	changed chan struct{}
}

// New returns an engine that is offline: it saves at once, and calls the service after Online.
func New(options Options) *Engine {
	if options.Journal == nil {
		options.Journal = nowhere{}
	}
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Rand == nil {
		options.Rand = rand.Reader
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.OnRecord == nil {
		options.OnRecord = func(Record) {}
	}
	e := &Engine{
		options: options, client: options.Client, self: options.Client.Self(), log: options.Logger.With("part", "readsync"),
		slots: make(chan struct{}, parallelCalls), receiptSlots: make(chan struct{}, parallelReceipts),
		save: make(chan struct{}, 1), saveSoon: make(chan struct{}, 1),
		conversations: map[model.ConversationID]*conversation{},
		notes:         newNoteLog(options.State),
	}
	for _, progress := range options.State.Progress {
		e.restore(progress)
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.saver.Go(crash.Persist(e.runSaver))
	return e
}

// restore takes up a conversation where the journal left it.
func (e *Engine) restore(progress Progress) {
	c := &conversation{Progress: progress, durable: progress, changed: make(chan struct{})}
	c.Claims = slices.Clone(progress.Claims)
	c.due.unknown = c.missingReceipts(progress.Receipts+1, progress.Intent)
	c.due.gathered = max(progress.Receipts, progress.Intent, progress.MarkRead)
	e.conversations[progress.Conversation] = c
}

// Close ends the work and saves what is left to save. It is safe to call twice.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cancel()
	e.lanes.Wait()
	e.saver.Wait()
}

// Online says that the service can be reached: everything that waits goes out.
func (e *Engine) Online() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.online = true
	for _, c := range e.conversations {
		for i := range c.lanes {
			c.lanes[i].rest()
		}
		e.kick(c)
	}
}

// Offline says that the service can't be reached: nothing is tried until Online, and notes are missed.
func (e *Engine) Offline() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.online = false
	e.notes.miss()
}

// Position returns how far a conversation is read, on this device or elsewhere.
func (e *Engine) Position(id model.ConversationID) int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.conversations[id]; c != nil {
		return c.Position()
	}
	return 0
}

// Intend says that the user has read the conversation up to the position on this device. The intent is
// saved, then the service, the senders and the user's other devices are told. Reading again what is read
// does nothing.
func (e *Engine) Intend(id model.ConversationID, upTo int64) {
	if id.Kind() == model.KindUnknown || id == model.C2CConversation(e.self) {
		return
	}
	e.mu.Lock()
	c := e.conversation(id)
	if upTo <= c.Position() {
		e.mu.Unlock()
		return
	}
	from := c.due.from(c, upTo)
	e.mu.Unlock()

	var messages []*model.Message
	var unknown []model.Range
	hasReceipts := e.options.Conversations.HasReceipts(id)
	if hasReceipts {
		messages, unknown = e.options.Conversations.Held(id, from, upTo)
	}

	e.mu.Lock()
	defer e.mu.Unlock()
	if e.settled(c) {
		c.due.sent = 0
	}
	c.Intent = upTo
	c.Draft = e.draft(upTo)
	c.due.gather(e.self, messages, unknown, upTo)
	if !hasReceipts {
		c.due.clear(upTo)
		c.Receipts = upTo
	}
	e.touch(c)
	if !e.paced(c) {
		signal(e.save)
	}
}

// paced says whether nothing could be told of the conversation before a while, because that was done just now.
func (e *Engine) paced(c *conversation) bool {
	now := e.options.Clock()
	return c.lanes[Note].notBefore.After(now) && c.lanes[MarkRead].notBefore.After(now)
}

// ServiceRead says how far the service has the conversation as read: by its read sync, or in its list. What
// lies beyond this device's own intent was read elsewhere and needs nothing from here; what does not is
// this device's own reading, of which the other devices may not know yet.
func (e *Engine) ServiceRead(id model.ConversationID, position int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.conversations[id]; position <= 0 || c != nil && position <= c.MarkRead {
		return
	}
	c := e.conversation(id)
	if position > c.Intent {
		e.acceptElsewhere(c, position)
		return
	}
	c.MarkRead = max(c.MarkRead, position)
	e.touch(c)
}

// Pending returns the number of conversations of which the service, the senders or the other devices do not
// know everything yet.
func (e *Engine) Pending() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	pending := 0
	for _, c := range e.conversations {
		if !e.settled(c) {
			pending++
		}
	}
	return pending
}

// acceptElsewhere notes that another device has read up to the position, and tells about it. The receipts that
// this device still owes for its own reading stay owed: the other one may have learned of that reading, and then
// sends none for it.
func (e *Engine) acceptElsewhere(c *conversation, position int64) {
	c.MarkRead = max(c.MarkRead, position)
	c.Note = max(c.Note, position)
	if c.Receipts < c.Intent {
		c.due.gathered = max(c.due.gathered, position)
	} else {
		c.Receipts = max(c.Receipts, position)
		c.due.clear(position)
	}
	e.touch(c)
}

func (e *Engine) conversation(id model.ConversationID) *conversation {
	c := e.conversations[id]
	if c == nil {
		c = &conversation{Progress: Progress{Conversation: id}, changed: make(chan struct{})}
		e.conversations[id] = c
	}
	return c
}

// touch has a changed conversation saved soon: what the service accepted, or another device told, would only be done
// or told again if it were lost.
func (e *Engine) touch(c *conversation) {
	if !c.dirty {
		c.dirty = true
		e.dirty = append(e.dirty, c)
	}
	signal(e.saveSoon)
	close(c.changed)
	c.changed = make(chan struct{})
}

// draft makes the identity of a new note.
func (e *Engine) draft(position int64) Draft {
	now := e.options.Clock()
	var random [8]byte
	// The readers of choice never fail; a repeated number would only make the service drop a repeated note.
	_, _ = io.ReadFull(e.options.Rand, random[:])
	id, err := ulid.New(ulid.Timestamp(now), e.options.Rand)
	if err != nil {
		id = ulid.Make()
	}
	return Draft{
		ID: id.String(), Position: position, Time: now.Unix(),
		Random:   max(1, binary.BigEndian.Uint32(random[:4])>>1),
		Sequence: int64(max(1, binary.BigEndian.Uint32(random[4:])>>1)),
	}
}

// signal puts a value into a channel of capacity one unless one is there already.
func signal(channel chan struct{}) {
	select {
	case channel <- struct{}{}:
	default:
	}
}
