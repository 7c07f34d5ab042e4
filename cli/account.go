package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"reddot/cli/credential"
	"reddot/cli/local"
	"reddot/config"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/push"
	"reddot/im/wire"
)

// account is who logs in where, with what proof, as which device.
type account struct {
	// profile is its name in the configuration, "" for none.
	profile string
	// servers are the addresses in the order in which to try them; url is the first.
	servers []string
	url     string
	appID   int64
	user    string
	device  string
	// admin is who signs over REST, "" on the long connection, where the user does.
	admin string
	proof
	// embedded is set when the server is the one that reddot starts by itself.
	embedded *local.Start
	settings config.Config
}

// signer is whose signature is needed.
func (c *account) signer() string { return cmp.Or(c.admin, c.user) }

// account finds out from flags, profile and the machine who is to log in where. Without any of them it is
// the demo shop's anchor on the embedded server, which is started if need be.
func (a *app) account(ctx context.Context) (*account, error) {
	settings, err := a.settings()
	if err != nil {
		return nil, err
	}
	result, profile, err := a.identify(settings)
	if err != nil {
		return nil, err
	}
	if result.url == "" {
		return result, a.joinEmbedded(ctx, result)
	}
	a.warnOfModes(settings)
	if err := a.prove(ctx, result, profile); err != nil {
		return nil, err
	}
	a.warnOfKey(result)
	return result, nil
}

// warnOfModes says that others can read a secret.
func (a *app) warnOfModes(settings config.Config) {
	for _, path := range a.exposed(settings) {
		a.warn(fmt.Sprintf(a.pick("%s 里有密钥或签名，而其他用户能读到它；请运行 chmod 600 %s",
			"%s holds a secret, and others can read it; run chmod 600 %s"), path, path))
	}
}

// exposed returns the files that hold a secret and can be read by others: the configuration, and those beside it that
// reddot login wrote.
func (a *app) exposed(settings config.Config) []string {
	files, err := a.files()
	if err != nil {
		return nil
	}
	var open []string
	path := cmp.Or(a.flags.config, filepath.Join(files.Dir, "config.toml"))
	if settings.HasSecret() && credential.Exposed(path) {
		open = append(open, path)
	}
	for _, name := range slices.Sorted(maps.Keys(settings.Profiles)) {
		if credential.Exposed(files.Path(name)) {
			open = append(open, files.Path(name))
		}
	}
	return open
}

// settings reads the configuration, and takes its language unless a flag names another.
func (a *app) settings() (config.Config, error) {
	settings, err := config.Load(a.flags.config)
	if errors.Is(err, fs.ErrNotExist) {
		return settings, usagef(a.pick("没有配置文件 %s", "there is no configuration %s"), a.flags.config)
	}
	if err != nil {
		return settings, usage(err)
	}
	a.words = wordsOf(languageOf(a.flags.language, settings.Language, os.Getenv))
	return settings, nil
}

// identify settles everything of an account but its proof. An account without an address is on the embedded server.
func (a *app) identify(settings config.Config) (*account, config.Profile, error) {
	name, profile, err := a.profile(settings)
	if err != nil {
		return nil, profile, err
	}
	result := &account{settings: settings, profile: name, appID: profile.AppID, user: profile.User, device: profile.Device}
	if result.device == "" {
		result.device = defaultDevice()
	}
	result.servers = servers(profile)
	if len(result.servers) == 0 {
		return result, profile, nil
	}
	result.url = result.servers[0]
	if err := a.checkServer(result.url); err != nil {
		return nil, profile, err
	}
	if config.ModeOf(result.url) == config.ModeREST {
		result.admin = cmp.Or(profile.Admin, defaultAdmin)
	}
	return result, profile, nil
}

// servers are the addresses of a profile in the order in which to try them, none for the embedded server.
func servers(profile config.Profile) []string {
	switch {
	case profile.Server != "":
		return []string{profile.Server}
	case profile.Region == "":
		return nil
	case profile.Mode == config.ModePush:
		return push.Hosts(profile.Region, profile.AppID)
	default:
		return wire.RESTServers(profile.Region)
	}
}

// profile merges the flags over the chosen profile, and returns its name as well.
func (a *app) profile(settings config.Config) (string, config.Profile, error) {
	var profile config.Profile
	name := a.flags.profile
	if name == "" && a.flags.server == "" {
		name = settings.Profile
	}
	if name != "" {
		var err error
		if profile, err = settings.Account(name); err != nil {
			return name, profile, usage(err)
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
	return name, profile, nil
}

// checkServer refuses addresses that no adapter speaks, and secrets on the command line for a server
// that is not on this machine.
func (a *app) checkServer(server string) error {
	parsed, err := url.Parse(server)
	if err != nil || parsed.Host == "" {
		return usagef(a.pick("--server %s：地址的写法如 ws://127.0.0.1:7400", "--server %s: write an address such as ws://127.0.0.1:7400"), server)
	}
	switch parsed.Scheme {
	case "ws", "wss", "http", "https":
	default:
		return usagef(a.pick("--server %s：长连接以 ws:// 或 wss:// 开头，REST 以 http:// 或 https:// 开头",
			"--server %s: the address begins with ws:// or wss:// for the long connection, http:// or https:// for REST"), server)
	}
	typed := a.flags.onCommandLine["secret-key"] || a.flags.onCommandLine["user-sig"]
	if typed && !config.Loopback(parsed.Hostname()) {
		return withRemedy(
			usagef("%s", a.pick("--secret-key 和 --user-sig 会被本机所有进程看到，所以只能用于本机服务器",
				"--secret-key and --user-sig are seen by every process of this machine, so they are for loopback servers only")),
			a.pick("用 reddot login 存好，或在账号里写 usersig_url、user_sig_command，或用变量 REDDOT_USER_SIG、REDDOT_SECRET_KEY",
				"store it with reddot login, or use a profile with usersig_url or user_sig_command, or the variables REDDOT_USER_SIG and REDDOT_SECRET_KEY"))
	}
	return nil
}

// defaultAdmin is the app admin of the embedded server, and of an application that has not named another.
const defaultAdmin = "administrator"

// isRemote says whether a server is on another machine.
func isRemote(server string) bool {
	parsed, err := url.Parse(server)
	return err != nil || !config.Loopback(parsed.Hostname())
}

// pick returns what is said in the language of this run.
func (a *app) pick(chinese, english string) string { return a.texts().Pick(chinese, english) }

func (a *app) texts() convert.Texts { return convert.Texts{English: a.words.language == "en"} }

// joinEmbedded finds or starts the embedded server.
func (a *app) joinEmbedded(ctx context.Context, result *account) error {
	start, err := a.embeddedStart(result.settings)
	if err != nil {
		return err
	}
	if _, running := local.Find(start.Data); a.completing && !running {
		return errNotRunning
	}
	starting, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	server, err := local.Ensure(starting, start)
	if err != nil {
		return &im.Error{Doing: a.pick("启动内置服务器", "start the embedded server"), Class: im.ClassUnreachable, Err: err, Remedy: a.words.serveRemedy}
	}
	result.embedded = &start
	result.url = "ws://" + server.Address
	result.servers = []string{result.url}
	return a.joinLocal(result, server)
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

// defaultDevice names this machine the same way each time, without telling its name to the service.
func defaultDevice() string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte("reddot device " + host))
	return "term-" + hex.EncodeToString(sum[:2])
}
