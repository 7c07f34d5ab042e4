package session

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"reddot/crash"
	"reddot/im"
	"reddot/model"
)

// Options say what a session is made of. Client, Store, Journal and Device are required.
type Options struct {
	Client  im.Client
	Store   Store
	Journal Journal
	// Registry keeps the groups that are created; nil keeps none. Registered, if set, is called after a group was added.
	Registry   Registry
	Registered func()
	// Device names this device in the notes that it sends.
	Device string
	// NoteFormat is what notes look like besides our own form.
	NoteFormat model.NoteFormat
	// Roles are the shop's rules for who is who.
	Roles model.RoleRules
	// Language is that of notes and of reasons.
	Language model.Language
	// Notices are lasting conditions known before the start, as a store that could not be opened.
	Notices []Notice
	// Logger gets what is of use in a fault report, never content. Nil logs nothing.
	Logger *slog.Logger
}

// batchLimit is the most events that are applied between two pictures.
const batchLimit = 1000

// parallelFetches is the most requests at a time that nobody looks at the result of right now.
const parallelFetches = 4

// ErrEnded is returned by what waits for a session that has ended.
var ErrEnded = errors.New("the session has ended")

// Session is the live state of one logged-in account.
type Session struct {
	options Options
	client  im.Client
	store   Store
	log     *slog.Logger
	self    model.ConversationID

	view      atomic.Pointer[View]
	changed   chan struct{}
	inbox     *inbox
	followers followers
	ended     chan struct{}
	// refusals holds why messages failed since the start, by model.Key; a message itself keeps one sentence of it.
	refusals sync.Map

	// Everything below belongs to the goroutine of Run.

	ctx     context.Context
	workers sync.WaitGroup
	slots   chan struct{}
	saver   *saver
	reads   reads
	c2c     int64

	chats    map[model.ConversationID]*chat
	order    []*chat
	dirty    []*chat
	listed   bool
	presence presence
	names    names

	me         Self
	connection Connection
	link       link
	trouble    atomic.Pointer[trouble]
	viewing    Viewing
	notices    []Notice
	gone       Gone
	records    []SyncRecord
	news       groupNews
	pictured   bool

	// unsent holds the conversations with messages that are not sent.
	unsent  map[*chat]struct{}
	unsaved map[*chat]struct{}
	save    *time.Timer
	check   *time.Timer
	waiters []chan error
}

// New returns a session that does nothing before Run. What is asked of it earlier waits.
func New(options Options) *Session {
	self := options.Client.Self()
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Session{
		options: options, client: options.Client, store: options.Store, log: log.With("part", "session"),
		self:     model.C2CConversation(self),
		changed:  make(chan struct{}, 1),
		inbox:    newInbox(),
		ended:    make(chan struct{}),
		slots:    make(chan struct{}, parallelFetches),
		chats:    map[model.ConversationID]*chat{},
		me:       Self{User: self, Device: options.Device},
		notices:  options.Notices,
		unsaved:  map[*chat]struct{}{},
		news:     groupNews{known: map[string]struct{}{}, arrived: map[string]im.Moment{}},
		unsent:   map[*chat]struct{}{},
		presence: newPresence(),
		names:    names{},
		c2c:      time.Now().UnixMilli() % (1 << 31),
	}
	s.view.Store(&View{Self: s.me, ByID: map[model.ConversationID]*Conversation{}, Notices: options.Notices})
	return s
}

// View returns the newest picture.
func (s *Session) View() *View { return s.view.Load() }

// Changed receives a value after the picture has changed.
func (s *Session) Changed() <-chan struct{} { return s.changed }

// Run is the session: it shows what the store knows, logs in, and applies events until the context ends or
// the client is closed. When it returns, everything is written; store and client are still open. It must be called once.
func (s *Session) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.ctx = ctx
	s.save = time.NewTimer(time.Hour)
	s.save.Stop()
	s.check = time.NewTimer(checkEvery)
	defer s.check.Stop()
	s.checkLater()
	s.saver = newSaver(s.store, s.storeFailed)
	s.connect() // while the store is read; what comes of it is applied after that
	s.startReads(ctx)
	s.load()
	s.publish()

	saving, stopSaving := context.WithCancel(context.Background())
	var saver sync.WaitGroup
	saver.Go(crash.Persist(func() { s.saver.run(saving) }))

	crash.Persist(s.loop)()

	cancel()
	s.inbox.run()
	s.reads.engine.Close()
	s.workers.Wait()
	s.inbox.run()
	s.keepUnsaved()
	stopSaving()
	saver.Wait()
	s.followers.close()
	s.finishWaiting(ErrEnded)
	close(s.ended)
	return nil
}

func (s *Session) loop() {
	events := s.client.Events()
	for {
		select {
		case <-s.ctx.Done():
			return
		case event, open := <-events:
			if !open {
				return
			}
			s.apply(event)
			s.drain(events)
		case <-s.inbox.ready:
			s.inbox.run()
		case <-s.save.C:
			s.keepUnsaved()
		case <-s.check.C:
			s.checkNow()
		}
		s.publish()
		s.checkSynced()
	}
}

// drain applies whatever else has arrived, never waiting for more.
func (s *Session) drain(events <-chan im.Event) {
	for range batchLimit {
		select {
		case event, open := <-events:
			if !open {
				return
			}
			s.apply(event)
		default:
			return
		}
	}
}

func (s *Session) apply(event im.Event) {
	switch e := event.(type) {
	case im.MessagesReceived:
		s.received(e.Conversation, e.Messages)
	case im.MessageChanged:
		s.messageChanged(e)
	case im.ReceiptsChanged:
		s.receiptsChanged(e.Receipts)
	case im.ReadMoved:
		s.readMoved(e)
	case im.PeerRead:
		s.peerRead(e)
	case im.GroupChanged:
		s.groupChanged(e)
	case im.MembersChanged:
		s.membersChanged(e)
	case im.Noticed:
		s.noticed(e.Notice)
	case im.Mentioned:
		s.mentioned(e)
	case im.ProfileChanged:
		s.profileChanged(e.Profile)
	case im.Connected:
		s.connected(e)
	case im.Disconnected:
		s.disconnected(e)
	case im.Latency:
		s.connection.Latency, s.connection.ClockOffset, s.link.offset = e.RoundTrip, e.ClockOffset, e.ClockOffset
		s.pictured = false
	case im.Swept:
		s.connection.Fetched, s.connection.NextFetch, s.connection.Live = e.At, e.Next, e.Live
		s.pictured = false
	case im.Kicked:
		s.kicked(e)
	case im.SignatureExpiring:
		s.signatureExpiring(e)
	}
}

// spawn runs slow work beside the session; what it returns runs on the session's goroutine. At the end of
// the session the context ends and the results are still applied.
func (s *Session) spawn(work func(context.Context) func()) {
	s.workers.Go(crash.Guard(func() {
		if done := work(s.ctx); done != nil {
			s.putAnswer(done)
		}
	}))
}

// putAnswer hands over what an answer of the service means. What the service told before it goes first.
func (s *Session) putAnswer(apply func()) {
	s.inbox.put(func() {
		if s.ctx.Err() == nil {
			s.drain(s.client.Events())
		}
		apply()
	})
}

// spawnQuiet is spawn for what nobody is waiting for: only a few at a time.
func (s *Session) spawnQuiet(work func(context.Context) func()) {
	s.spawn(func(ctx context.Context) func() {
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		defer func() { <-s.slots }()
		return work(ctx)
	})
}

// now is the service's clock, as far as it is known.
func (s *Session) now() time.Time { return time.Now().Add(s.link.offset) }
