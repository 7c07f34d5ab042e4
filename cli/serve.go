package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"reddot/cli/local"
	"reddot/config"
	"reddot/im/emulator"
	"reddot/im/emulator/demo"
	"reddot/im/emulator/webhook"
	"reddot/im/wire"
)

// serveFlags are the flags of the server alone.
type serveFlags struct {
	listen       string
	admin        string
	allowOrigins []string
	webhook      string
	webhookToken string
	edition      string
	rateLimits   bool
	logins       int
	loginPolicy  string
	consent      bool
	tls          bool
	tlsCert      string
	tlsKey       string
	demo         bool
	seed         int64
	idleExit     time.Duration
}

func (a *app) serveCommand() *cobra.Command {
	var flags serveFlags
	command := &cobra.Command{
		Use: "serve", Short: a.words.serveShort, Long: a.words.serveLong, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return a.serve(command.Context(), flags) },
	}
	set := command.Flags()
	set.StringVar(&flags.listen, "listen", "127.0.0.1:7400", a.words.flagListen)
	set.StringVar(&flags.admin, "admin", "administrator", a.words.flagAdmin)
	set.StringArrayVar(&flags.allowOrigins, "allow-origin", nil, a.words.flagAllowOrigin)
	set.StringVar(&flags.webhook, "webhook", "", a.words.flagWebhook)
	set.StringVar(&flags.webhookToken, "webhook-token", "", a.words.flagWebhookToken)
	set.StringVar(&flags.edition, "edition", "", a.words.flagEdition)
	set.BoolVar(&flags.rateLimits, "rate-limits", false, a.words.flagRateLimits)
	set.IntVar(&flags.logins, "logins-per-platform", 0, a.words.flagLogins)
	set.StringVar(&flags.loginPolicy, "login-policy", "", a.words.flagLoginPolicy)
	set.BoolVar(&flags.consent, "invite-consent", false, a.words.flagInviteConsent)
	set.BoolVar(&flags.tls, "tls", false, a.words.flagTLS)
	set.StringVar(&flags.tlsCert, "tls-cert", "", a.words.flagTLSCert)
	set.StringVar(&flags.tlsKey, "tls-key", "", a.words.flagTLSKey)
	set.BoolVar(&flags.demo, "demo", false, a.words.flagDemo)
	set.Int64Var(&flags.seed, "demo-seed", 1, a.words.flagDemoSeed)
	set.DurationVar(&flags.idleExit, "idle-exit", 0, "")
	_ = set.MarkHidden("idle-exit") // for the server that a client starts in the background
	set.StringVar(&a.flags.data, "data", "", a.words.flagServeData)
	set.StringVar(&a.flags.secretKey, "secret-key", "", a.words.flagServeKey)
	return command
}

// serve runs the embedded server until the context ends, a signal comes, or, in the background, nobody is left.
func (a *app) serve(ctx context.Context, flags serveFlags) error {
	data, err := serverData(a.flags.data)
	if err != nil {
		return err
	}
	if err := a.checkExposure(flags.listen); err != nil {
		return err
	}
	if err := emulator.Edition(flags.edition).Check(); err != nil {
		return usagef("--edition: %v", err)
	}
	if flags.demo && !emulator.Edition(flags.edition).HoldsDemo() {
		return usagef(a.pick("--demo 需要 --edition ultimate、enterprise 或不限：演示店铺超出了 %s 的限制", "--demo needs --edition ultimate, enterprise or none: its shop is larger than %s allows"), flags.edition)
	}
	if err := emulator.LoginPolicy(flags.loginPolicy).Check(); err != nil {
		return usagef("--login-policy: %v", err)
	}
	if flags.webhook != "" {
		if _, err := webhook.ParseURL(flags.webhook); err != nil {
			return usagef("--webhook: %v", err)
		}
	}
	if data != local.Memory {
		release, err := local.Hold(data)
		if err != nil {
			return a.explainHold(data, err)
		}
		defer release()
	}
	certificate, err := a.certificate(flags, data)
	if err != nil {
		return err
	}
	server, err := emulator.New(emulator.Options{
		Data: data, AppID: a.flags.appID, SecretKey: wire.NewSecret(a.flags.secretKey), Admin: flags.admin,
		AllowOrigins: flags.allowOrigins, Webhook: flags.webhook, WebhookToken: flags.webhookToken, Logger: a.serverLogger(),
		Edition: emulator.Edition(flags.edition), RateLimits: flags.rateLimits, LoginsPerPlatform: flags.logins,
		LoginPolicy: emulator.LoginPolicy(flags.loginPolicy), InviteConsent: flags.consent, Certificate: certificate,
	})
	if err != nil {
		return fmt.Errorf(a.pick("启动服务器：%w", "start the server: %w"), err)
	}
	defer server.Close()
	listener, err := a.listen(flags.listen)
	if err != nil {
		return err
	}
	return a.run(ctx, server, listener, data, flags)
}

// run announces the server, says that it is ready and serves.
func (a *app) run(ctx context.Context, server *emulator.Server, listener net.Listener, data string, flags serveFlags) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if flags.demo {
		people, err := demo.Start(ctx, server, flags.seed)
		if err != nil {
			return fmt.Errorf(a.pick("布置演示店铺：%w", "fill the demo shop: %w"), err)
		}
		defer people.Wait()
	}
	if flags.idleExit > 0 {
		exitWhenIdle(ctx, server, flags.idleExit, stop)
	}
	address := listener.Addr().String()
	withdraw, err := local.Announce(local.Server{PID: os.Getpid(), Address: address, AppID: server.AppID(), Data: data})
	if err != nil {
		return err
	}
	defer withdraw()
	ready := local.ReadyPrefix
	if flags.secure() {
		ready = local.SecureReadyPrefix
	}
	fmt.Fprintf(a.out, "%s%s\n", ready, address)
	defer stop() // the people stop before they are waited for
	return server.Serve(ctx, listener)
}

// exitWhenIdle stops the server when it has had no client for a while; the first client has as long to come.
func exitWhenIdle(ctx context.Context, server *emulator.Server, patience time.Duration, stop func()) {
	timer := time.AfterFunc(patience, stop)
	context.AfterFunc(ctx, func() { timer.Stop() })
	server.OnClients(func(clients int) {
		timer.Stop()
		if clients == 0 {
			timer.Reset(patience)
		}
	})
}

// listen takes the address, or a free port beside it when it is taken.
func (a *app) listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener, nil
	}
	host, _, splitError := net.SplitHostPort(address)
	if splitError != nil || !errors.Is(err, syscall.EADDRINUSE) {
		return nil, withRemedy(
			fmt.Errorf(a.pick("监听 %s：%w", "listen on %s: %w"), address, err),
			a.pick("用 --listen HOST:PORT 换一个地址", "choose another address with --listen HOST:PORT"))
	}
	listener, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, fmt.Errorf(a.pick("在 %s 上找空闲端口：%w", "find a free port on %s: %w"), host, err)
	}
	fmt.Fprintf(a.err, a.words.portTaken+"\n", address, listener.Addr())
	return listener, nil
}

// checkExposure refuses to listen beyond this machine with a key that nobody chose.
func (a *app) checkExposure(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usagef(a.pick("--listen %s：写成 HOST:PORT，如 127.0.0.1:7400", "--listen %s: write HOST:PORT, such as 127.0.0.1:7400"), address)
	}
	if config.Loopback(host) || a.flags.secretKey != "" {
		return nil
	}
	return withRemedy(
		usagef(a.pick("--listen %s：网络上的其他人能连到这个服务器", "--listen %s: others on the network could reach this server"), address),
		"choose its key with --secret-key or REDDOT_SECRET_KEY, or listen on 127.0.0.1")
}

func (a *app) explainHold(data string, err error) error {
	if !errors.Is(err, local.ErrTaken) {
		return withRemedy(err, "choose another directory with --data, or use --data :memory:")
	}
	remedy := "stop it, or choose another directory with --data"
	if server, ok := local.Find(data); ok {
		remedy = fmt.Sprintf("it listens on %s (process %d); %s", server.Address, server.PID, remedy)
	}
	return withRemedy(err, remedy)
}

func serverData(given string) (string, error) {
	switch given {
	case local.Memory:
		return given, nil
	case "":
		return local.ServerData()
	default:
		return filepath.Abs(given)
	}
}

// serverLogger writes to stderr, which is the log file of a server in the background.
func (a *app) serverLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: logLevel(a.flags.logLevel, slog.LevelWarn)}))
}

func logLevel(name string, otherwise slog.Level) slog.Level {
	var level slog.Level
	if name == "" || level.UnmarshalText([]byte(name)) != nil {
		return otherwise
	}
	return level
}
