package rest

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// defaultRate is how many calls a second a client makes at most. The service allows an application 200 a second for each
	// API (rest-api, section 1.5), which all of its users share.
	defaultRate = 40
	// firstPatience is how long a service may take to answer Connect before it counts as unreachable.
	firstPatience = 5 * time.Second
	// receiptBatch and historyPage are the service's limits (rest-api, sections 3.7 and 3.3).
	receiptBatch = wire.MaxReceiptBatch
	historyPage  = wire.MaxHistoryPage
)

// Options say where to call, as which admin, and for whom. URL, AppID, User, Admin and Sign are required.
type Options struct {
	// URL of the service, "https://console.tim.qq.com" or "http://127.0.0.1:7400". The path /v4/ is added.
	URL string
	// Standby are further addresses of the same service, tried in turn when the one in use does not answer.
	Standby []string
	AppID   int64
	// User is who the client acts for.
	User string
	// Admin is the app admin whose signature goes with every call.
	Admin string
	// Sign returns a signature of the admin that is valid now. It is asked again before that one ends, and when the service
	// says that it has. It must honour its context.
	Sign func(context.Context) (wire.Secret, error)
	// Device names this device in logs; the API has no place for it.
	Device string
	// RoleField is the member custom field to ask for, "" for model.RoleField.
	RoleField string
	// Language of error texts, "zh" or "en".
	Language string
	// Logger gets every failed call, never content or secrets. Nil logs nothing.
	Logger *slog.Logger
	// HTTPClient makes the calls. Nil is one of the client's own, with the proxy settings of the environment.
	HTTPClient *http.Client
	// Rate is the most calls a second, 0 for the default.
	Rate float64
	// Webhooks is where the service's events come in, nil for polling alone.
	Webhooks *Webhooks
	// Archive is what this device keeps of histories, so that unread messages are not read again to be counted. Nil keeps nothing.
	Archive Archive
	// Uncounted leaves the unread messages of groups uncounted, for who looks at no badges: counting them takes pages of history.
	Uncounted bool
}

// Client acts for one user over REST; it implements im.Client.
type Client struct {
	options Options
	log     *slog.Logger
	address *addresses
	texts   convert.Texts
	http    *http.Client
	limiter *rate.Limiter
	signer  signer
	pace    pace
	cache   *convert.Profiles
	state   state
	sent    sentMessages
	// receiver takes webhooks in.
	receiver *receiver
	// clockOffset is the service's clock minus ours, in nanoseconds.
	clockOffset atomic.Int64
	// latency is the round trip of the last call, in nanoseconds.
	latency atomic.Int64

	events chan im.Event
	// ctx ends with Close; the poller's work hangs on it.
	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu        sync.Mutex
	life      life
	abilities im.Capabilities
}

// life is how far a client has come; it only grows, except that a refused Connect can be repeated.
type life int

const (
	idle life = iota
	connecting
	running
	closed
)

var _ im.Client = (*Client)(nil)

// New returns a client that is not connected yet.
func New(options Options) *Client {
	log := options.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if options.Rate <= 0 {
		options.Rate = defaultRate
	}
	options.RoleField = cmp.Or(options.RoleField, model.RoleField)
	ctx, cancel := context.WithCancel(context.Background())
	c := &Client{
		options: options,
		log:     log.With("adapter", "rest", "user", options.User, "admin", options.Admin, "device", options.Device),
		address: newAddresses(append([]string{options.URL}, options.Standby...)...),
		texts:   convert.Texts{English: options.Language == "en"},
		http:    options.HTTPClient,
		limiter: rate.NewLimiter(rate.Limit(options.Rate), int(max(1, options.Rate))),
		signer:  signer{sign: options.Sign},
		pace:    newPace(),
		cache:   convert.NewProfiles(),
		state:   newState(),
		sent:    newSentMessages(),
		events:  make(chan im.Event, 64),
		ctx:     ctx,
		cancel:  cancel,
	}
	if c.http == nil {
		c.http = newHTTPClient()
	}
	c.abilities = c.capabilities()
	c.receiver = newReceiver(c)
	return c
}

// Self returns the user id.
func (c *Client) Self() string { return c.options.User }

// Capabilities says what REST can do on this account; before Connect, what it can do at best.
func (c *Client) Capabilities() im.Capabilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	can := c.abilities
	can.Reasons = maps.Clone(can.Reasons)
	return can
}

func (c *Client) capabilities() im.Capabilities {
	return im.Capabilities{
		Receipts: true, SelfNotes: true, History: true, AppAdmin: true, SearchGroups: true,
		ReceiptBatch: receiptBatch, HistoryPage: historyPage, MaxMessageBytes: wire.MaxMessage,
		Reasons: map[string]string{
			"applications": c.applicationsReason(),
			"push":         c.texts.Pick("REST 接口只能轮询", "the REST API can only be polled"),
			"self_notes": c.texts.Pick("可以读取；腾讯云是否接受发给自己的消息，文档未写明，尚未证实",
				"they can be read; that the service takes a message to oneself is documented nowhere and unconfirmed"),
			"mark_read": c.texts.Pick("REST 接口不能清除群未读数", "the REST API cannot clear a group's unread count"),
		},
	}
}

// lack takes a capability back, and says why.
func (c *Client) lack(name string, reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch name {
	case "receipts":
		c.abilities.Receipts = false
	case "self_notes":
		c.abilities.SelfNotes = false
	}
	c.abilities.Reasons[name] = reason.Error()
}

// Events yields everything that happens, until Close.
func (c *Client) Events() <-chan im.Event { return c.events }

// Connect verifies signature, admin and user by listing the user's groups, finds out what the account can do, and starts to
// poll. A service that does not answer within 5 seconds is im.ClassUnreachable; after that or any other failure Connect may
// be called again.
func (c *Client) Connect(ctx context.Context) error {
	if err := c.begin(); err != nil {
		return err
	}
	connected, err := c.firstSweep(ctx)
	if err != nil {
		c.abort()
		return err
	}
	if !c.started() {
		return c.closedError()
	}
	c.events <- connected // the first event of an empty channel
	go crash.Guard(c.poll)()
	if c.options.Webhooks != nil {
		c.wait.Go(crash.Guard(c.receiver.serve))
	}
	return nil
}

func (c *Client) begin() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.life == closed:
		return c.closedError()
	case c.life != idle:
		return c.texts.Usage(c.connecting(), errors.New("connect was called before; one client is one login"))
	case c.address.err() != nil:
		return c.texts.Usage(c.connecting(), c.address.err())
	case c.options.User == "" || c.options.AppID == 0 || c.options.Admin == "" || c.options.Sign == nil:
		return c.texts.Usage(c.connecting(), errors.New("a user, an app id, an admin and a signature are needed"))
	}
	c.life = connecting
	return nil
}

func (c *Client) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life == connecting {
		c.life = idle
	}
}

// started hands the client over to its poller, unless it was closed meanwhile.
func (c *Client) started() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life != connecting {
		return false
	}
	c.life = running
	c.wait.Add(1)
	return true
}

// firstSweep makes the calls of Connect.
func (c *Client) firstSweep(ctx context.Context) (im.Connected, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, firstPatience, errNoAnswer)
	defer cancel()
	stop := context.AfterFunc(c.ctx, cancel)
	defer stop()
	if err := c.sweep(ctx); err != nil {
		return im.Connected{}, c.explain(ctx, err)
	}
	if err := c.probe(ctx); err != nil {
		return im.Connected{}, c.explain(ctx, err)
	}
	return c.connected(false), nil
}

func (c *Client) connected(resumed bool) im.Connected {
	return im.Connected{
		Latency: time.Duration(c.latency.Load()), ClockOffset: time.Duration(c.clockOffset.Load()), Resumed: resumed,
	}
}

// explain makes the error of a failed Connect: what ended because nobody answered says so.
func (c *Client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), errNoAnswer) {
		return c.unreachable(c.connecting(), errNoAnswer)
	}
	return err
}

// probe asks once for what no document settles: whether the user's messages to themselves can be read, and whether this
// account's edition has receipts (rest-api, sections 4.1 and 8.4).
func (c *Client) probe(ctx context.Context) error {
	notes, err := c.History(ctx, im.HistoryRequest{Conversation: model.C2CConversation(c.options.User)})
	switch {
	case isFinal(err):
		c.lack("self_notes", err)
	case err != nil:
		return err
	default:
		c.state.holdNotes(notes)
	}
	groupID, newest := c.state.receiptProbe()
	if groupID == "" {
		return nil
	}
	if _, err := c.Receipts(ctx, groupID, []int64{newest}); lacksReceipts(err) {
		c.lack("receipts", err)
	} else if err != nil && !isFinal(err) {
		return err
	}
	return nil
}

// Close stops polling and releases everything. It is safe to call twice.
func (c *Client) Close() error {
	c.mu.Lock()
	before := c.life
	c.life = closed
	c.mu.Unlock()
	if before == closed {
		return nil
	}
	c.cancel()
	c.receiver.close()
	c.wait.Wait()
	close(c.events)
	c.http.CloseIdleConnections()
	return nil
}

func (c *Client) closedError() error {
	return c.texts.Usage(c.connecting(), errors.New("the client is closed"))
}

// ReconnectNow polls at once instead of waiting for the next turn.
func (c *Client) ReconnectNow() { c.pace.hurry() }

// now is the service's clock.
func (c *Client) now() time.Time { return time.Now().Add(time.Duration(c.clockOffset.Load())) }
