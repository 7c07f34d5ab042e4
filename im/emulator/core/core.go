package core

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options configure a core. The zero value of everything but Path is usable.
type Options struct {
	Path   string           // the database file, or Memory
	Now    func() time.Time // the clock; time.Now when nil
	Logger *slog.Logger     // silent when nil
	Plan   Plan

	// AskInvited has whom a member invites decide about it; without it they are members at once.
	AskInvited bool

	// Files names the files that a message's body holds, by their keys (files.go). Without it
	// nobody but who uploaded a file may see it.
	Files func(body []byte) []string
}

// Plan is what the app's edition leaves out. The zero Plan leaves out nothing.
type Plan struct {
	NoReceipts  bool // nothing that needs the Ultimate edition, as receipts of groups and directed messages
	MaxMembers  int  // of a Work, Public or Meeting group; 0 for what the type allows
	MaxAccounts int  // 0 for any number
	MaxGroups   int  // 0 for any number
	MaxJoined   int  // groups of one user, live rooms left out; 0 for any number
	MaxRecent   int  // rows of a conversation list; 0 for any number
}

// Plan is what the app's edition leaves out.
func (c *Core) Plan() Plan { return c.plan }

// Core is the server's state and rules. Its methods may be called from any goroutine,
// except that subscribers must not call those that change something.
type Core struct {
	now   func() time.Time
	log   *slog.Logger
	plan  Plan
	files func([]byte) []string
	store *store
	asks  bool // Options.AskInvited

	// mu guards everything reachable from accounts and groups. Only the writer goroutine
	// changes them, so it alone may read them without the lock.
	mu       sync.RWMutex
	accounts map[string]*account
	byUID    []*account // by number; [0] is nil
	groups   map[string]*group
	pairs    map[pairKey]*pair
	ended    map[string]int64 // deleted accounts: signatures made before are refused

	// Owned by the writer goroutine.
	lastGroup  int64
	lastMember int64
	lastPair   int64
	lastC2C    int64
	lastTime   int64
	recentKeys dupes
	trouble    trouble

	storedC2C atomic.Int64 // how many C2C messages there are
	newsHead  atomic.Int64 // number of the newest notice or mention; moved by the writer
	newsTold  atomic.Int64 // those up to here are being told, or were

	gate     sync.RWMutex // held for reading while a job is handed in
	closed   bool
	jobs     chan job
	outcomes chan outcome
	done     chan struct{} // closed when everything is published after Close

	applied   uint64        // commits that are visible; guarded by mu
	published atomic.Uint64 // commits that were told to the subscribers
	settling  sync.Mutex
	settled   chan struct{} // closed and replaced whenever published grows

	subscribing sync.Mutex
	subscribers atomic.Pointer[[]*func(Event)]
}

// Open opens or makes the database and loads what the rules need. Errors are *StoreError
// where the file is to blame.
func Open(options Options) (*Core, error) {
	s, err := openStore(options.Path)
	if err != nil {
		return nil, err
	}
	c := &Core{
		plan:     options.Plan,
		now:      options.Now,
		log:      options.Logger,
		files:    options.Files,
		asks:     options.AskInvited,
		store:    s,
		accounts: map[string]*account{},
		byUID:    []*account{nil},
		groups:   map[string]*group{},
		pairs:    map[pairKey]*pair{},
		ended:    map[string]int64{},
		jobs:     make(chan job, 4096),
		outcomes: make(chan outcome, 16),
		done:     make(chan struct{}),
		settled:  make(chan struct{}),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.subscribers.Store(&[]*func(Event){})
	if err := c.load(); err != nil {
		_ = s.close()
		return nil, s.explain(err)
	}
	go c.writeLoop()
	go c.publishLoop()
	c.resumePurge()
	return c, nil
}

// Close finishes what was handed in, publishes it, and closes the database.
func (c *Core) Close() error {
	c.gate.Lock()
	if c.closed {
		c.gate.Unlock()
		<-c.done
		return nil
	}
	c.closed = true
	close(c.jobs)
	c.gate.Unlock()
	<-c.done
	return c.store.close()
}

// Now is the server's time in Unix seconds.
func (c *Core) Now() int64 { return c.now().Unix() }

// Subscribe calls handle with every event, in order, from one goroutine. handle must not
// block and must not call methods that change something. The returned function ends it.
func (c *Core) Subscribe(handle func(Event)) (cancel func()) {
	entry := &handle
	c.changeSubscribers(func(list []*func(Event)) []*func(Event) { return append(list, entry) })
	return func() {
		c.changeSubscribers(func(list []*func(Event)) []*func(Event) {
			kept := list[:0]
			for _, other := range list {
				if other != entry {
					kept = append(kept, other)
				}
			}
			return kept
		})
	}
}

func (c *Core) changeSubscribers(change func([]*func(Event)) []*func(Event)) {
	c.subscribing.Lock()
	defer c.subscribing.Unlock()
	list := change(slices.Clone(*c.subscribers.Load()))
	c.subscribers.Store(&list)
}

// perform runs a change in the writer goroutine and waits until it is durable. A caller
// that gives up early does not undo it.
func perform[T any](ctx context.Context, c *Core, exclusive bool, run func(*txn) (T, error)) (T, error) {
	var result, none T
	finished := make(chan error, 1)
	err := c.submit(job{
		exclusive: exclusive,
		run: func(t *txn) (err error) {
			result, err = run(t)
			return err
		},
		done: func(err error) { finished <- err },
	})
	if err != nil {
		return none, err
	}
	select {
	case err := <-finished:
		if err != nil {
			return none, err
		}
		return result, nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// change is perform for what has no result and may not share a commit.
func (c *Core) change(ctx context.Context, run func(*txn) error) error {
	_, err := perform(ctx, c, true, func(t *txn) (struct{}, error) { return struct{}{}, run(t) })
	return err
}

// view runs look on a consistent state. With mark it waits for a moment when all that is
// visible was told to the subscribers, and runs mark at that moment: every event told
// before is in what look sees, none that is told later.
func (c *Core) view(ctx context.Context, mark, look func()) error {
	for {
		c.settling.Lock()
		settled := c.settled
		c.settling.Unlock()
		c.mu.RLock()
		if mark == nil || c.published.Load() >= c.applied {
			if mark != nil {
				mark()
			}
			look()
			c.mu.RUnlock()
			return nil
		}
		c.mu.RUnlock()
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// settle notes that another commit was told.
func (c *Core) settle(commit uint64) {
	c.settling.Lock()
	defer c.settling.Unlock()
	c.published.Store(commit)
	close(c.settled)
	c.settled = make(chan struct{})
}
