package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"reddot/cli/credential"
	"reddot/cli/local"
	"reddot/config"
	"reddot/im/emulator"
	"reddot/im/emulator/demo"
	"reddot/im/wire"
)

// signatureLife is how long a signature that we make for ourselves is valid.
const signatureLife = 24 * time.Hour

// proof is how an account proves who it is.
type proof struct {
	// sign returns a signature of the signer that is valid now.
	sign credential.Sign
	// source says for people where it comes from.
	source string
	// ownKey is set when the signatures are made here, with the application's key.
	ownKey bool
	// renews says whether another signature is to be had when this one ends.
	renews bool
}

// prove settles how signatures are made. The order is a contract, written down in config.example.toml: flags, environment,
// profile, what reddot login stored, the key of a server on this machine.
func (a *app) prove(ctx context.Context, result *account, profile config.Profile) error {
	found, err := a.given(result, profile)
	if err == nil && !found {
		found, err = a.stored(ctx, result)
	}
	if err == nil && !found {
		err = a.useLocalKey(result)
	}
	if err != nil {
		return err
	}
	if err := a.complete(result); err != nil {
		return err
	}
	profile.AppID = result.appID // perhaps told by the signature, and part of the hosts' names
	result.servers = servers(profile)
	result.url = result.servers[0]
	return nil
}

// complete wants what no adapter can do without.
func (a *app) complete(result *account) error {
	if result.user == "" {
		return usagef("%s", a.pick("谁登录？用 --user，或在账号里写 user", "who logs in? give --user, or user in the profile"))
	}
	if result.appID == 0 {
		return usagef("%s", a.pick("哪个应用？用 --app-id，或在账号里写 app_id", "which app? give --app-id, or app_id in the profile"))
	}
	return nil
}

// warnOfKey tells once for each profile what a key is about.
func (a *app) warnOfKey(c *account) {
	if c.ownKey && isRemote(c.url) {
		a.sayOnce("secret-key-"+c.profile, a.keyWarning())
	}
}

func (a *app) keyWarning() string {
	return a.pick("SecretKey 能冒充应用里的任何用户，应当只放在你的后台：由后台签发 UserSig，在账号里写 usersig_url。这句话每个账号只说一次。",
		"A SecretKey can act for every user of the app and belongs on your backend: let that sign, and set usersig_url in the profile. This is said once for each profile.")
}

// given takes the first proof of flags, environment and profile, and says whether there is one.
func (a *app) given(result *account, profile config.Profile) (bool, error) {
	sig, key := a.flags.userSig, a.flags.secretKey
	if a.flags.onCommandLine["user-sig"] && !a.flags.onCommandLine["secret-key"] {
		key = "" // a flag wins over the environment
	}
	backend := credential.Backend{URL: profile.UserSigURL, Request: profile.UserSigRequest, User: result.signer(), AppID: result.appID, Texts: a.texts()}
	switch {
	case key != "":
		result.useKey(wire.NewSecret(key), a.sourceOf("secret-key"))
	case sig != "":
		return true, a.useSignature(result, wire.NewSecret(sig), a.sourceOf("user-sig"))
	case !profile.UserSig.IsEmpty():
		return true, a.useSignature(result, profile.UserSig, "user_sig")
	case profile.UserSigCommand != "":
		result.proof = proof{sign: credential.Command(profile.UserSigCommand, a.texts()), source: "user_sig_command", renews: true}
	case profile.UserSigURL != "":
		result.proof = proof{sign: backend.Sign, source: "usersig_url", renews: true}
	case !profile.SecretKey.IsEmpty():
		result.useKey(profile.SecretKey, "secret_key")
	default:
		return false, nil
	}
	return true, nil
}

// sourceOf names a flag, or the variable that stood in for it.
func (a *app) sourceOf(flag string) string {
	if a.flags.onCommandLine[flag] {
		return "--" + flag
	}
	return variable(flag)
}

// stored takes what reddot login stored for the profile, and says whether there is anything.
func (a *app) stored(ctx context.Context, result *account) (bool, error) {
	if result.profile == "" {
		return false, nil
	}
	files, err := a.files()
	if err != nil {
		return false, err
	}
	for _, place := range []struct {
		name  string
		store credential.Store
	}{{a.pick("系统钥匙串", "the keyring"), credential.Keyring{}}, {files.Path(result.profile), files}} {
		found, err := place.store.Get(ctx, result.profile)
		var without *credential.NoKeyringError
		switch {
		case errors.Is(err, credential.ErrNone), errors.As(err, &without):
			continue
		case errors.Is(err, credential.ErrForeign):
			return false, withRemedy(
				fmt.Errorf(a.pick("%s 里存的不是 reddot 的签名或密钥", "what %s holds is no signature or key of reddot's"), place.name),
				fmt.Sprintf(a.pick("再次运行 reddot login --profile %s", "run reddot login --profile %s again"), result.profile))
		case err != nil:
			return false, fmt.Errorf("%s: %w", place.name, err)
		case found.Kind == credential.SecretKey:
			result.useKey(found.Secret, place.name)
			return true, nil
		}
		err = a.useSignature(result, found.Secret, place.name)
		result.sign = again(place.store, result.profile, found.Secret)
		return true, err
	}
	return false, nil
}

// again looks into the store each time, so that another reddot login reaches a client that runs.
func again(store credential.Store, profile string, first wire.Secret) credential.Sign {
	return func(ctx context.Context) (wire.Secret, error) {
		found, err := store.Get(ctx, profile)
		if err != nil || found.Kind != credential.UserSig {
			return first, nil
		}
		return found.Secret, nil
	}
}

// files is where reddot login --file stores: beside the configuration.
func (a *app) files() (credential.Files, error) {
	path := a.flags.config
	if path == "" {
		var err error
		if path, err = config.DefaultPath(); err != nil {
			return credential.Files{}, err
		}
	}
	path, err := filepath.Abs(path)
	return credential.Files{Dir: filepath.Dir(path)}, err
}

// useSignature takes a ready signature, and from it what else was not said.
func (a *app) useSignature(c *account, signature wire.Secret, source string) error {
	c.proof = proof{sign: credential.Fixed(signature), source: source}
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
		return usagef("%s", a.pick("签名是管理员的；用 --user 说明替谁操作", "the signature is the admin's; say with --user for whom to act"))
	}
	return nil
}

// useKey signs with the application's key for whoever signs by the time that it is asked.
func (c *account) useKey(key wire.Secret, source string) {
	c.proof = proof{source: source, ownKey: true, renews: true, sign: func(ctx context.Context) (wire.Secret, error) {
		return credential.Key(c.appID, key, cmp.Or(c.admin, c.user), signatureLife)(ctx)
	}}
}

// useLocalKey finds the key of a server that runs on this machine.
func (a *app) useLocalKey(c *account) error {
	parsed, err := url.Parse(c.url)
	if err != nil {
		return usage(err)
	}
	server, ok := local.FindAddress(parsed.Host)
	if !ok {
		return a.noProof(c)
	}
	return a.joinLocal(c, server)
}

// noProof says how to give one: differently for an account and for a server that was named by its address.
func (a *app) noProof(c *account) error {
	if c.profile == "" {
		return withRemedy(usagef(a.pick("没有 %s 的签名", "no signature for %s"), c.url),
			a.pick("用 --user-sig 或 --secret-key；远程服务器请在配置里写一个账号，然后 reddot login",
				"give --user-sig or --secret-key; for a server elsewhere write a profile and run reddot login"))
	}
	return withRemedy(usagef(a.pick("账号 %s 没有签名", "profile %s has no signature"), c.profile),
		fmt.Sprintf(a.pick("运行 reddot login --profile %s，或在账号里写 usersig_url 或 user_sig_command",
			"run reddot login --profile %s, or set usersig_url or user_sig_command in the profile"), c.profile))
}

func (a *app) joinLocal(c *account, server local.Server) error {
	key, err := emulator.ReadSecret(server.Data)
	if err != nil {
		return fmt.Errorf(a.pick("读取本机服务器的密钥：%w", "read the key of the server on this machine: %w"), err)
	}
	c.appID = server.AppID
	if c.user == "" {
		c.user = demo.Anchor
	}
	c.useKey(key, a.pick("本机服务器的密钥", "the key of the server on this machine"))
	return nil
}
