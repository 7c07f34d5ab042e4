package push

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// Options say where to log in and as whom. URLs, AppID, User and a signature are required.
type Options struct {
	// URLs returns the addresses of the service, "ws://127.0.0.1:7400" or "wss://…", the preferred first; the path /binfo is
	// added. It is asked before each attempt to connect, so that a service that moved is found, or one that is gone can be
	// started. At is one that never changes.
	URLs  func(context.Context) ([]string, error)
	AppID int64
	User  string
	// UserSig is the signature to log in with. It may be empty if Renew is set.
	UserSig wire.Secret
	// Renew returns a fresh signature; nil if there is no way to get one. It is asked before the old one ends and
	// when the service says that it has. It must honour its context.
	Renew func(context.Context) (wire.Secret, error)
	// Device names this device in logs; the protocol has no place for it.
	Device string
	// RoleField is the member custom field to ask for, "" for model.RoleField.
	RoleField string
	// Language of error texts, "zh" or "en".
	Language string
	// Logger gets what is of use in a fault report, never content or secrets. Nil logs nothing.
	Logger *slog.Logger
	// HTTPClient makes the WebSocket handshake. Nil is http.DefaultClient, with its proxy settings.
	HTTPClient *http.Client
}

// state is how far the life of a client has come; it only grows, except that Connect can be repeated after a refusal and
// after the service ended the login.
type state int

const (
	stateIdle state = iota
	stateConnecting
	stateRunning
	// stateStopped: logged out by the service; nothing is tried until Connect.
	stateStopped
	stateClosed
)

// Client is a logged-in account on the long connection; it implements im.Client.
type Client struct {
	options Options
	log     *slog.Logger
	http    *http.Client
	// instance tells this client from others, through all its connections.
	instance string
	// address is where the last attempt went; turn, which belongs to the goroutine that connects, is the host it begins with.
	address atomic.Pointer[address]
	turn    int
	texts   convert.Texts
	queue   *queue
	// hurry ends the wait before a reconnect.
	hurry   chan struct{}
	decoder *decoder
	peers   *peerSet
	cache   *convert.Profiles
	syncing syncState
	// clockOffset is the service's clock minus ours, in nanoseconds.
	clockOffset atomic.Int64

	// wall is the clock on the wall: it goes on while the machine sleeps, which the other one, that timers go by, does not.
	wall func() time.Time

	// ctx ends with Close; work of the client's own goroutines hangs on it.
	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu    sync.Mutex
	state state
	// stopped says why nothing is tried, from stateStopped on.
	stopped error
	// resumes is set once a login of this client was accepted.
	resumes bool
	// current is the connection that is logged in, nil while there is none.
	current *connection
	pending map[uint32]*request
	nextSeq uint32
	login   credentials
}

var _ im.Client = (*Client)(nil)

// New returns a client that is not connected yet.
func New(options Options) *Client {
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if options.URLs == nil {
		options.URLs = At()
	}
	options.RoleField = cmp.Or(options.RoleField, model.RoleField)
	ctx, cancel := context.WithCancel(context.Background())
	peers := newPeerSet()
	return &Client{
		options: options,
		log:     log.With("adapter", "push", "user", options.User, "device", options.Device),
		http:    dialer(options.HTTPClient), instance: newInstance(),
		texts:   convert.Texts{English: options.Language == "en"},
		queue:   newQueue(queueLimit),
		hurry:   make(chan struct{}, 1),
		decoder: newDecoder(options.User, peers),
		peers:   peers,
		cache:   convert.NewProfiles(),
		syncing: newSyncState(),
		ctx:     ctx,
		cancel:  cancel,
		pending: make(map[uint32]*request),
		// The Web SDK starts at a random number as well, and leaves room for counting.
		nextSeq: rand.Uint32N(1 << 27),
		login:   credentials{signature: options.UserSig},
		wall:    time.Now,
	}
}

// Self returns the user id.
func (c *Client) Self() string { return c.options.User }

// Capabilities says what the long connection can do.
func (c *Client) Capabilities() im.Capabilities {
	return im.Capabilities{
		Push:            true,
		MarkRead:        true,
		Receipts:        true,
		SelfNotes:       true,
		History:         true,
		Applications:    true,
		SearchGroups:    true,
		ReceiptBatch:    receiptBatch,
		HistoryPage:     historyPage,
		MaxMessageBytes: wire.MaxMessage,
		Reasons: map[string]string{"search_groups": c.texts.Pick("在腾讯云上要购买云端搜索；尚未证实",
			"on Tencent Cloud the search is sold apart; unconfirmed")},
	}
}

// Events yields everything that happens, until Close.
func (c *Client) Events() <-chan im.Event { return c.queue.out }

// Connect logs in. A service that does not answer within 5 seconds is im.ClassUnreachable; after that or any other
// failure, and after the service has ended the login, Connect may be called again.
func (c *Client) Connect(ctx context.Context) error {
	again, err := c.begin()
	if err != nil {
		return err
	}
	connection, err := c.firstLogin(ctx, again)
	if err != nil {
		c.abort()
		return err
	}
	if !c.started() {
		connection.end(errClosed)
		connection.wait.Wait()
		return c.closedError()
	}
	go crash.Guard(func() { c.run(connection) })()
	return nil
}

// begin says whether the service has ended an earlier login of this client.
func (c *Client) begin() (again bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.state {
	case stateIdle, stateStopped:
		c.state = stateConnecting
		return c.stopped != nil, nil
	case stateClosed:
		return false, c.closedError()
	default:
		return false, &im.Error{Doing: c.connecting(), Class: im.ClassUsage, Err: errTwice}
	}
}

var errTwice = errors.New("connect was called before; one client is one login")

func (c *Client) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state != stateConnecting:
	case c.stopped != nil:
		c.state = stateStopped
	default:
		c.state = stateIdle
	}
}

// started hands the client over to its run loop, unless it was closed meanwhile.
func (c *Client) started() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateConnecting {
		return false
	}
	c.state = stateRunning
	c.wait.Add(1)
	return true
}

// stop ends the life of the login: nothing is tried until Connect, and every request fails with reason.
func (c *Client) stop(reason error) {
	c.mu.Lock()
	if c.state < stateStopped {
		c.state = stateStopped
		c.stopped = reason
	}
	waiting := c.pending
	c.pending = make(map[uint32]*request)
	c.mu.Unlock()
	for _, request := range waiting {
		request.answer <- reply{err: reason}
	}
}

// Close logs out and releases everything. It is safe to call twice.
func (c *Client) Close() error {
	c.mu.Lock()
	closed := c.state == stateClosed
	connection := c.current
	c.state = stateClosed
	if c.stopped == nil {
		c.stopped = c.closedError()
	}
	c.mu.Unlock()
	if closed {
		return nil
	}
	if connection != nil {
		c.logOut(connection)
	}
	c.cancel()
	c.stop(c.closedError())
	c.wait.Wait()
	c.queue.close()
	return nil
}

func (c *Client) closedError() error {
	return &im.Error{Doing: c.connecting(), Class: im.ClassUsage, Err: errClosed}
}

var errClosed = errors.New("the client is closed")

// emit queues an event and reports errSlowReader if its reader has fallen too far behind.
func (c *Client) emit(event im.Event) error {
	if !c.queue.put(event) {
		return errSlowReader
	}
	return nil
}

var errSlowReader = fmt.Errorf("more than %d messages wait to be processed", queueLimit)

// notify queues an event about the connection itself.
func (c *Client) notify(event im.Event) { c.queue.force(event) }
