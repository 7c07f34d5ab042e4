package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/emulator/webhook"
	"reddot/im/wire"
)

// DefaultAppID is the application of a server to which none was given.
const DefaultAppID = 1400000001

// Memory as data directory keeps everything in memory.
const Memory = core.Memory

// databaseFile is the one file that holds all data, in the data directory.
const databaseFile = "server.db"

// mediaDirectory holds the files of messages, in the data directory.
const mediaDirectory = "media"

// Options configure a server. Only Data is required.
type Options struct {
	Data         string      // directory, or Memory
	AppID        int64       // 0: DefaultAppID
	SecretKey    wire.Secret // empty: the one in the data directory, made at the first start
	Admin        string      // app admin for REST; "administrator" when empty
	AllowOrigins []string    // origins of web pages, besides those of this machine
	Logger       *slog.Logger
	Now          func() time.Time // the clock; time.Now when nil
	// Certificate makes Serve speak TLS, beside plain HTTP with clients of this machine, and addresses of files https.
	Certificate *tls.Certificate

	// What the server resembles. By default nothing is limited.
	Edition           Edition
	RateLimits        bool // the cloud's: calls a second, messages a second into a group
	LoginsPerPlatform int  // of one user; a further login ends the oldest one. 0 for any number
	LoginPolicy       LoginPolicy
	InviteConsent     bool // whom a client invites decides about it, as a switch of the console has it

	// The app's own server, which learns of events and may refuse some (rest-api.md section 7).
	Webhook        string // its URL; "" for none
	WebhookToken   string // signs what is posted; "" for no signature
	WebhookRetries int    // how often an event is posted again that it did not take
	WebhookStrict  bool   // refuse what it should have been asked about and gave no answer to
}

// Server is the embedded server.
type Server struct {
	options   Options
	key       wire.Secret
	explicit  bool // the key was given
	log       *slog.Logger
	core      *core.Core
	hub       *hub
	hooks     *hooks // nil without a webhook
	faults    *Faults
	positions positions
	live      liveRooms
	displaced displacedLogins
	media     mediaStore
	clock     *clock
	limits    *limits // nil for none
	metrics   *metrics
	features  string // PurchaseBits of the plan
	keepalive keepalive
	rest      *restFront
	handler   http.Handler
	instance  atomic.Int64 // last instance id given out
	serving   sync.WaitGroup
	stopped   context.Context // ends the connections
	stop      context.CancelFunc

	addrMu sync.Mutex
	addr   net.Addr
}

func (o Options) withDefaults() Options {
	if o.AppID == 0 {
		o.AppID = DefaultAppID
	}
	if o.Admin == "" {
		o.Admin = "administrator"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// New opens the data and makes a server that does not listen yet. Errors of the database
// are *core.StoreError: they name the path and a remedy.
func New(options Options) (*Server, error) {
	options = options.withDefaults()
	clock := &clock{base: options.Now}
	options.Now = clock.now
	plan, err := options.Edition.plan()
	if err != nil {
		return nil, err
	}
	if err := options.LoginPolicy.Check(); err != nil {
		return nil, err
	}
	path := options.Data
	if path != Memory {
		path = filepath.Join(options.Data, databaseFile)
	}
	key, err := makeSecret(options.Data, options.SecretKey)
	if err != nil {
		return nil, err
	}
	s := &Server{
		options: options, key: key, explicit: !options.SecretKey.IsEmpty(), log: options.Logger, hub: newHub(),
		faults: NewFaults(), keepalive: keepalive{silenceLimit, signPatience, writePatience}, clock: clock, metrics: &metrics{started: time.Now()}, features: purchaseBits(plan),
	}
	c, err := core.Open(core.Options{Path: path, Now: options.Now, Logger: options.Logger, Plan: plan, AskInvited: options.InviteConsent, Files: s.filesIn})
	if err != nil {
		return nil, err
	}
	s.core = c
	if options.Data != Memory {
		s.media.dir = filepath.Join(options.Data, mediaDirectory)
	}
	s.stopped, s.stop = context.WithCancel(context.Background())
	// Instances of a server that was restarted must not meet those that reconnect to it.
	s.instance.Store(rand.Int64N(1<<40) + 1<<20)
	if err := s.importAdmin(s.stopped); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	c.Subscribe(s.publish)
	if options.RateLimits {
		s.limits = newLimits(options.Now)
	}
	if err := s.addHooks(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/binfo", func(w http.ResponseWriter, r *http.Request) { s.connect(w, r, false) })
	mux.HandleFunc("/info", func(w http.ResponseWriter, r *http.Request) { s.connect(w, r, true) })
	s.rest = newRESTFront(restConfig{
		Core: c, AppID: options.AppID, Key: key, Admins: []string{options.Admin}, Faults: s.faults, Online: s.online, Watching: s.watching,
		Hooks: s.hooks, Metrics: s.metrics, Limits: s.limits, Control: s, Addresses: s.addressToAdmin, Now: options.Now, Logger: options.Logger,
	})
	mux.Handle("GET /metrics", s.metricsHandler())
	mux.Handle("/media", s.mediaHandler())
	mux.Handle("/media/", s.mediaHandler())
	s.handler = s.reportPanics(s.guard(s.route(mux)))
	return s, nil
}

// route hands REST calls on as they are, for the mux answers a doubled slash with a redirection
// that clients do not follow with a body.
func (s *Server) route(others http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := strings.TrimLeft(r.URL.Path, "/"); strings.HasPrefix(path, "v4/") {
			s.rest.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
}

// reportPanics makes a request that broke its handler an error in the log, and ends its connection without an answer. net/http
// itself would tell it among handshakes that failed, which concern nobody.
func (s *Server) reportPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			trouble := recover()
			if trouble == nil {
				return
			}
			if trouble != http.ErrAbortHandler {
				s.log.Error("A request broke its handler", "path", r.URL.Path, "panic", trouble, "stack", string(debug.Stack()))
			}
			panic(http.ErrAbortHandler)
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) importAdmin(ctx context.Context) error {
	if err := s.core.ImportAccounts(ctx, []core.NewAccount{{ID: s.options.Admin}}); err != nil {
		return fmt.Errorf("make the admin account: %w", err)
	}
	return nil
}

// addHooks starts telling the app's server, if there is one.
func (s *Server) addHooks() error {
	o := s.options
	if o.Webhook == "" {
		return nil
	}
	sender, err := webhook.New(webhook.Options{
		URL: o.Webhook, Token: o.WebhookToken, AppID: o.AppID, Strict: o.WebhookStrict, Retries: o.WebhookRetries, Rewrite: s.addressToAdmin, Now: o.Now, Logger: s.log,
	})
	if err != nil {
		return err
	}
	s.hooks = &hooks{sender: sender, core: s.core, now: o.Now}
	s.core.Subscribe(s.hooks.publish)
	return nil
}

// Core is the server's state and rules, for those who live in the same process.
func (s *Server) Core() *core.Core { return s.core }

// AppID is the application the server serves.
func (s *Server) AppID() int64 { return s.options.AppID }

// Admin is the account that may use REST.
func (s *Server) Admin() string { return s.options.Admin }

// SecretKey is the key whose signatures the server accepts.
func (s *Server) SecretKey() wire.Secret { return s.key }

// Handler answers on both fronts.
func (s *Server) Handler() http.Handler { return s.handler }

// Addr is where the server listens, nil before Serve.
func (s *Server) Addr() net.Addr {
	s.addrMu.Lock()
	defer s.addrMu.Unlock()
	return s.addr
}

// OnClients calls handle with the number of logged-in connections whenever it changes, one
// call at a time. handle must not block.
func (s *Server) OnClients(handle func(clients int)) { s.hub.onClients(handle) }

// stopPatience is how long requests under way may take when the server ends.
const stopPatience = 3 * time.Second

// Serve answers on the listener until the context ends, then closes every connection and
// returns nil. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	host, _, err := net.SplitHostPort(listener.Addr().String())
	if err == nil && !isLoopback(host) && !s.explicit {
		return errors.Join(fmt.Errorf("listen on %s: others could reach this server; give it a key of its own or listen on 127.0.0.1", listener.Addr()),
			listener.Close())
	}
	s.addrMu.Lock()
	s.addr = listener.Addr()
	s.addrMu.Unlock()
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	if s.options.Certificate != nil {
		listener = newSecureListener(listener, tlsSettings(s.options.Certificate))
	}
	ended := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		defer close(ended)
		s.stop()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close()
		}
	})()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	<-ended
	s.serving.Wait()
	return nil
}

// Close ends all connections and closes the data.
func (s *Server) Close() error {
	s.stop()
	s.serving.Wait()
	err := errors.Join(s.core.Close(), s.media.close())
	if s.hooks != nil {
		grace, cancel := context.WithTimeout(context.Background(), stopPatience)
		defer cancel()
		s.hooks.sender.Close(grace) // after the core, which tells to the last
	}
	return err
}

// Faults are the rules by which the server misbehaves on purpose.
func (s *Server) Faults() *Faults { return s.faults }

// online names the platforms on which a user is connected.
func (s *Server) online(user string) []string {
	account, known := s.core.Account(user)
	if !known {
		return nil
	}
	var names []string
	for _, platform := range s.hub.platforms(account.UID) {
		name := wire.PlatformName(platform)
		if platform == wire.PlatformWindows {
			name = "PC" // query_online_status has a name of its own for it
		}
		names = append(names, name)
	}
	return names
}
