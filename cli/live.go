package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"reddot/cli/local"
	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/push"
	"reddot/im/rest"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

// answerPatience is how long a command waits for a service before it says that there is none.
const answerPatience = 5 * time.Second

// live is a session with everything under it.
type live struct {
	*session.Session
	account *account
	texts   convert.Texts
	client  im.Client
	store   *store.Store
	groups  *registry
	log     *os.File
	stop    context.CancelFunc
	// ended brings what came of the session; over is closed then.
	ended  chan error
	over   chan struct{}
	broken *breakdown
}

// purpose is what a session is opened for.
type purpose int

const (
	// forWork is a command that ends soon and shows no badges.
	forWork purpose = iota
	// forBadges is a command that ends soon and shows or moves badges.
	forBadges
	// forLong lasts, and takes webhooks in.
	forLong
)

// open wires adapter, store and session and lets the session run. Nothing waits for the network.
func (a *app) open(ctx context.Context, purpose purpose) (*live, error) {
	account, err := a.account(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := a.clientData(account)
	if err != nil {
		return nil, err
	}
	if err := a.agree(ctx, account, dir, a.log != nil); err != nil {
		return nil, err
	}
	l := &live{account: account, texts: a.texts(), ended: make(chan error, 1), over: make(chan struct{})}
	device, notices, err := l.openStore(filepath.Join(dir, "client.db"), account.device)
	if err != nil {
		return nil, err
	}
	logger, err := a.openLog(l, filepath.Join(dir, "client.log"), logLevel(a.flags.logLevel, logLevel(account.settings.Log.Level, slog.LevelInfo)))
	if err != nil {
		return nil, errors.Join(err, l.store.Close())
	}
	l.broken = a.watchPanics(l.log)
	var hooks *rest.Webhooks
	if purpose == forLong && account.admin != "" {
		var unheard []session.Notice
		if hooks, unheard, err = a.webhooks(account.settings.Webhook, logger); err != nil {
			return nil, errors.Join(err, l.store.Close(), l.log.Close())
		}
		notices = append(notices, unheard...)
	}
	forPolling := polling{hooks: hooks, archive: l.store, uncounted: purpose == forWork}
	if l.client, err = a.adapter(ctx, account, device, forPolling, logger); err != nil {
		return nil, errors.Join(err, l.store.Close(), l.log.Close())
	}
	l.groups = openRegistry(dir, account.settings.Backend, logger)
	l.Session = session.New(session.Options{
		Client: l.client, Store: l.store, Journal: l.store, Registry: l.groups, Registered: l.groups.groupAdded,
		Device: device, NoteFormat: account.settings.ReadSync.Format(), Roles: account.settings.Roles.Rules(),
		Language: a.modelLanguage(), Notices: notices, Logger: logger,
	})
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	go func() {
		defer close(l.over)
		l.ended <- crash.Task(func() error { return l.Run(running) })()
	}()
	return l, nil
}

// polling is what only the adapter that polls makes use of.
type polling struct {
	hooks     *rest.Webhooks
	archive   rest.Archive
	uncounted bool
}

// adapter picks the one that speaks the scheme of the address.
func (a *app) adapter(ctx context.Context, account *account, device string, polling polling, logger *slog.Logger) (im.Client, error) {
	if account.admin != "" {
		return rest.New(rest.Options{
			URL: account.url, Standby: account.servers[1:], AppID: account.appID, User: account.user, Admin: account.admin, Sign: account.sign,
			Device: device, RoleField: account.settings.Roles.Field, Language: a.words.language, Logger: logger, Webhooks: polling.hooks,
			Archive: polling.archive, Uncounted: polling.uncounted, HTTPClient: trusting(account.url),
		}), nil
	}
	first, err := account.sign(ctx)
	if err != nil && a.log == nil {
		// A screen opens without, and tries again.
		return nil, &im.Error{Doing: a.texts().Doing("获取 UserSig：", "get a UserSig for", account.user), Class: im.ClassPermission, Err: err}
	}
	return push.New(push.Options{
		URLs: account.addresses(), AppID: account.appID, User: account.user, UserSig: first, Renew: account.sign,
		Device: device, RoleField: account.settings.Roles.Field, Language: a.words.language, Logger: logger, HTTPClient: trusting(account.url),
	}), nil
}

// addresses says where the long connection is tried. The embedded server is looked for each time, because it may have moved,
// and started again if it is gone: whoever notices first does it, and all find the same one.
func (c *account) addresses() func(context.Context) ([]string, error) {
	if c.embedded == nil {
		return push.At(c.servers...)
	}
	return func(ctx context.Context) ([]string, error) {
		server, err := local.Ensure(ctx, *c.embedded)
		return []string{"ws://" + server.Address}, err
	}
}

// close ends the session, and with it whatever was not yet written. After a panic that alone is the error.
func (l *live) close() error {
	l.stop()
	err := errors.Join(<-l.ended, l.client.Close(), l.groups.close(), l.store.Close())
	return errors.Join(l.broken.end(err), l.log.Close())
}

// openStore opens the client's file. When another process has it, the session runs on a store in memory
// and is a device of its own, so that its notes are not taken for the other's echo.
func (l *live) openStore(path, device string) (string, []session.Notice, error) {
	kept, err := store.Open(path, store.Options{})
	if err == nil {
		l.store = kept
		return device, nil, nil
	}
	if !errors.Is(err, store.ErrHeld) {
		return "", nil, err
	}
	if l.store, err = store.Open(store.Memory, store.Options{DiscardHistory: true}); err != nil {
		return "", nil, err
	}
	notice := session.Notice{Code: session.NoticeStoreShared, Level: session.NoticeInfo, Text: path}
	return device + "-" + randomName(), []session.Notice{notice}, nil
}

// openLog writes the log into a file, and for the screen also keeps it in memory.
func (a *app) openLog(l *live, path string, level slog.Level) (*slog.Logger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf(a.pick("打开日志：%w", "open the log: %w"), err)
	}
	l.log = file
	var handler slog.Handler = slog.NewTextHandler(file, &slog.HandlerOptions{Level: level})
	if a.log != nil {
		handler = a.log.Handler(handler)
	}
	logger := slog.New(handler)
	slog.SetDefault(logger) // what libraries say by themselves, as net/http of an answer that goes on after its end
	return logger, nil
}

// clientDirectory is the directory of this account on this device, whether it is there or not.
func (a *app) clientDirectory(account *account) (string, error) {
	if a.flags.data != "" {
		return a.flags.data, nil
	}
	home, err := local.Home()
	return filepath.Join(home, "client", fmt.Sprintf("%d-%s-%s", account.appID, safeName(account.user), safeName(account.device))), err
}

// clientData makes the directory of this account on this device.
func (a *app) clientData(account *account) (string, error) {
	dir, err := a.clientDirectory(account)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", withRemedy(fmt.Errorf(a.pick("创建数据目录：%w", "make the data directory: %w"), err), a.pick("用 --data DIR 换一个", "choose another with --data DIR"))
	}
	return dir, nil
}

// safeName makes one path element of a user or device id; what cannot stand there is written in hex.
func safeName(name string) string {
	var safe strings.Builder
	for _, b := range []byte(name) {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '_', b == '.' && safe.Len() > 0:
			safe.WriteByte(b)
		case b == '-':
			safe.WriteString("--") // so that the parts of the directory's name stay apart
		default:
			safe.WriteString("-" + hex.EncodeToString([]byte{b}))
		}
	}
	return safe.String()
}

func randomName() string {
	return fmt.Sprintf("%04x", rand.Uint32N(1<<16))
}

// conversationOf reads a target as people write it: a group id, or a whole conversation id.
func conversationOf(target string) model.ConversationID {
	if id := model.ConversationID(target); id.Kind() != model.KindUnknown {
		return id
	}
	return model.GroupConversation(target)
}
