package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"reddot/cli/local"
	"reddot/config"
	"reddot/im"
	"reddot/im/emulator"
	"reddot/im/emulator/demo"
	"reddot/im/wire"
)

// signatureLife is how long a signature that we make for ourselves is valid.
const signatureLife = 24 * time.Hour

// account is who logs in where, with what proof, as which device.
type account struct {
	url    string
	appID  int64
	user   string
	device string
	// admin is who signs over REST, "" on the long connection, where the user does.
	admin string
	// sign returns a signature that is valid now, of the admin if there is one, else of the user.
	sign func(context.Context) (wire.Secret, error)
	// embedded is set when the server is the one that reddot starts by itself.
	embedded *local.Start
	settings config.Config
}

// account finds out from flags, profile and the machine who is to log in where. Without any of them it is
// the demo shop's anchor on the embedded server, which is started if need be.
func (a *app) account(ctx context.Context) (*account, error) {
	settings, err := config.Load(a.flags.config)
	if err != nil {
		return nil, usage(err)
	}
	a.words = wordsOf(languageOf(a.flags.language, settings.Language, os.Getenv))
	profile, err := a.profile(settings)
	if err != nil {
		return nil, err
	}
	result := &account{settings: settings, url: profile.Server, appID: profile.AppID, user: profile.User, device: profile.Device}
	if result.device == "" {
		result.device = defaultDevice()
	}
	if result.url == "" {
		return result, a.joinEmbedded(ctx, result)
	}
	if err := a.checkServer(result.url); err != nil {
		return nil, err
	}
	if isREST(result.url) {
		result.admin = cmp.Or(profile.Admin, defaultAdmin)
	}
	return result, a.prove(result, profile)
}

// profile merges the flags over the chosen profile.
func (a *app) profile(settings config.Config) (config.Profile, error) {
	var profile config.Profile
	name := a.flags.profile
	if name == "" && a.flags.server == "" {
		name = settings.Profile
	}
	if name != "" {
		var err error
		if profile, err = settings.Account(name); err != nil {
			return profile, usage(err)
		}
	}
	for _, override := range []struct {
		value string
		into  *string
	}{
		{a.flags.server, &profile.Server},
		{a.flags.user, &profile.User},
		{a.flags.device, &profile.Device},
		{a.flags.admin, &profile.Admin},
	} {
		if override.value != "" {
			*override.into = override.value
		}
	}
	if a.flags.appID != 0 {
		profile.AppID = a.flags.appID
	}
	if a.flags.userSig != "" {
		profile.UserSig, profile.UserSigCommand, profile.SecretKey = wire.NewSecret(a.flags.userSig), "", wire.Secret{}
	}
	if a.flags.secretKey != "" {
		profile.SecretKey, profile.UserSig, profile.UserSigCommand = wire.NewSecret(a.flags.secretKey), wire.Secret{}, ""
	}
	return profile, nil
}

// checkServer refuses addresses that no adapter speaks, and secrets on the command line for a server
// that is not on this machine.
func (a *app) checkServer(server string) error {
	parsed, err := url.Parse(server)
	if err != nil || parsed.Host == "" {
		return usagef("--server %s: write an address such as ws://127.0.0.1:7400", server)
	}
	switch parsed.Scheme {
	case "ws", "wss", "http", "https":
	default:
		return usagef("--server %s: the address begins with ws:// or wss:// for the long connection, http:// or https:// for REST", server)
	}
	typed := a.flags.onCommandLine["secret-key"] || a.flags.onCommandLine["user-sig"]
	if typed && !loopback(parsed.Hostname()) {
		return withRemedy(
			usagef("--secret-key and --user-sig are seen by every process of this machine, so they are for loopback servers only"),
			"use a profile with user_sig_command, or the variables REDDOT_USER_SIG and REDDOT_SECRET_KEY")
	}
	return nil
}

// defaultAdmin is the app admin of the embedded server, and of an application that has not named another.
const defaultAdmin = "administrator"

// isREST says whether an address is one of the REST API.
func isREST(server string) bool {
	return strings.HasPrefix(server, "http://") || strings.HasPrefix(server, "https://")
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// prove settles how signatures are made: from the profile, or with the key of a server of this machine.
func (a *app) prove(result *account, profile config.Profile) error {
	switch {
	case !profile.UserSig.IsEmpty():
		return result.useSignature(profile.UserSig)
	case profile.UserSigCommand != "":
		result.sign = signatureCommand(profile.UserSigCommand)
	case !profile.SecretKey.IsEmpty():
		result.sign = result.signWith(profile.SecretKey)
	default:
		if err := result.useLocalKey(); err != nil {
			return err
		}
	}
	if result.user == "" {
		return usagef("who logs in? give --user, or user in the profile")
	}
	if result.appID == 0 {
		return usagef("which app? give --app-id, or app_id in the profile")
	}
	return nil
}

// useSignature takes a ready signature, and from it what else was not said.
func (c *account) useSignature(signature wire.Secret) error {
	c.sign = func(context.Context) (wire.Secret, error) { return signature, nil }
	inside, err := wire.InspectUserSig(signature.Reveal())
	if err != nil {
		return nil // the server says what is wrong with it, with its code
	}
	switch {
	case c.admin != "":
		c.admin = inside.Identifier
	case c.user == "":
		c.user = inside.Identifier
	}
	if c.appID == 0 {
		c.appID = inside.SDKAppID
	}
	if c.user == "" && c.admin != "" {
		return usagef("the signature is the admin's; say with --user for whom to act")
	}
	if c.user == "" || c.appID == 0 {
		return usagef("the signature names neither user nor app; give --user and --app-id")
	}
	return nil
}

func (c *account) signWith(key wire.Secret) func(context.Context) (wire.Secret, error) {
	return func(context.Context) (wire.Secret, error) {
		signature, err := wire.GenerateUserSig(c.appID, key, cmp.Or(c.admin, c.user), signatureLife)
		return wire.NewSecret(signature), err
	}
}

// useLocalKey finds the key of a server that runs on this machine.
func (c *account) useLocalKey() error {
	parsed, err := url.Parse(c.url)
	if err != nil {
		return usage(err)
	}
	server, ok := local.FindAddress(parsed.Host)
	if !ok {
		return usagef("no signature for %s: give --user-sig, or set user_sig_command in a profile", c.url)
	}
	return c.joinLocal(server)
}

func (c *account) joinLocal(server local.Server) error {
	key, err := emulator.ReadSecret(server.Data)
	if err != nil {
		return fmt.Errorf("read the key of the server on this machine: %w", err)
	}
	c.appID = server.AppID
	if c.user == "" {
		c.user = demo.Anchor
	}
	c.sign = c.signWith(key)
	return nil
}

// joinEmbedded finds or starts the embedded server.
func (a *app) joinEmbedded(ctx context.Context, result *account) error {
	start, err := a.embeddedStart(result.settings)
	if err != nil {
		return err
	}
	starting, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	server, err := local.Ensure(starting, start)
	if err != nil {
		return &im.Error{Doing: "start the embedded server", Class: im.ClassUnreachable, Err: err, Remedy: a.words.serveRemedy}
	}
	result.embedded = &start
	result.url = "ws://" + server.Address
	return result.joinLocal(server)
}

func (a *app) embeddedStart(settings config.Config) (local.Start, error) {
	data := settings.Embedded.Data
	if data == "" {
		var err error
		if data, err = local.ServerData(); err != nil {
			return local.Start{}, err
		}
	}
	data, err := filepath.Abs(data)
	if err != nil {
		return local.Start{}, err
	}
	seed := settings.Embedded.DemoSeed
	if a.flags.demoSeed != 0 {
		seed = a.flags.demoSeed
	}
	return local.Start{Data: data, Listen: settings.Embedded.Listen, Arguments: []string{
		"--demo", "--demo-seed", fmt.Sprint(seed), "--idle-exit", "30s",
	}}, nil
}

// signatureCommand asks the user's own command for a signature, each time one is needed.
func signatureCommand(line string) func(context.Context) (wire.Secret, error) {
	return func(ctx context.Context) (wire.Secret, error) {
		output, err := shell(ctx, line).Output()
		if err != nil {
			return wire.Secret{}, fmt.Errorf("get a signature from user_sig_command: %w", err)
		}
		signature := strings.TrimSpace(string(output))
		if signature == "" {
			return wire.Secret{}, fmt.Errorf("get a signature from user_sig_command: it printed nothing")
		}
		return wire.NewSecret(signature), nil
	}
}

func shell(ctx context.Context, line string) *exec.Cmd {
	if os.PathSeparator == '\\' {
		return exec.CommandContext(ctx, "cmd", "/c", line)
	}
	return exec.CommandContext(ctx, "sh", "-c", line)
}

// defaultDevice names this machine the same way each time, without telling its name to the service.
func defaultDevice() string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte("reddot device " + host))
	return "term-" + hex.EncodeToString(sum[:2])
}
