package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"reddot/cli/credential"
	"reddot/im/wire"
	"reddot/ui/text"
)

// loginFlags are the flags of login alone.
type loginFlags struct{ file, key bool }

func (a *app) loginCommand() *cobra.Command {
	var flags loginFlags
	command := &cobra.Command{
		Use: "login", Short: a.words.loginShort, Long: a.words.loginLong, Args: cobra.NoArgs,
		Example: "  reddot login --profile shop\n  pass show shop-usersig | reddot login --profile shop --file",
		RunE:    func(command *cobra.Command, _ []string) error { return a.login(command.Context(), flags) },
	}
	command.Flags().BoolVar(&flags.file, "file", false, a.words.flagLoginFile)
	command.Flags().BoolVar(&flags.key, "key", false, a.words.flagLoginKey)
	return command
}

func (a *app) logoutCommand() *cobra.Command {
	return &cobra.Command{
		Use: "logout", Short: a.words.logoutShort, Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return a.logout(command.Context()) },
	}
}

// stored is what login prints with --json.
type stored struct {
	Profile string `json:"profile"`
	Kind    string `json:"kind"`
	User    string `json:"user"`
	AppID   int64  `json:"appId"`
	// Expires is in seconds, missing for a key.
	Expires int64  `json:"expires,omitempty"`
	Store   string `json:"store"`
	Path    string `json:"path,omitempty"`
}

// login asks for a UserSig or SecretKey, holds it against the profile and stores it. Nothing goes over the network.
func (a *app) login(ctx context.Context, flags loginFlags) error {
	account, own, err := a.loginAccount()
	if err != nil {
		return err
	}
	if err := a.wantKeyring(ctx, account.profile, flags.file); err != nil {
		return err
	}
	secret, err := a.ask(ctx, fmt.Sprintf(a.pick("账号 %s 的 UserSig 或 SecretKey（输入不显示）：", "UserSig or SecretKey of profile %s (not shown): "), account.profile))
	if err != nil {
		return err
	}
	found, err := a.recognise(secret, flags.key)
	if err != nil {
		return err
	}
	done := stored{Profile: account.profile, Kind: string(found.Kind), User: account.signer(), AppID: account.appID}
	if found.Kind == credential.UserSig {
		inside, err := a.fits(account, found)
		if err != nil {
			return err
		}
		done.User, done.AppID, done.Expires = inside.Identifier, inside.SDKAppID, inside.Expires().Unix()
	}
	if err := a.keep(ctx, &done, found, flags.file); err != nil {
		return err
	}
	if found.Kind == credential.SecretKey && isRemote(account.url) {
		a.sayOnce("secret-key-"+account.profile, a.keyWarning())
	}
	if own != "" {
		a.warn(fmt.Sprintf(a.pick("账号里写了 %s，它优先于刚存的", "the profile sets %s, which counts before what was stored"), own))
	}
	return a.printStored(done)
}

// wantKeyring says that there is none before anybody is asked for a secret that could not be kept.
func (a *app) wantKeyring(ctx context.Context, profile string, file bool) error {
	if file {
		return nil
	}
	_, err := credential.Keyring{}.Get(ctx, profile)
	return a.explainKeyring(err)
}

// explainKeyring adds what to do where there is no keyring; whatever else was found there does not matter.
func (a *app) explainKeyring(err error) error {
	var without *credential.NoKeyringError
	if !errors.As(err, &without) {
		return nil
	}
	return withRemedy(
		fmt.Errorf(a.pick("这台机器没有可用的钥匙串（%w）", "this machine has no keyring that could be used (%w)"), without.Err),
		a.pick("加上 --file 存成只有你能读的文件（0600）；或在账号里写 usersig_url、user_sig_command；或设环境变量 REDDOT_USER_SIG",
			"add --file for a file that only you can read (0600); or set usersig_url or user_sig_command in the profile; or the variable REDDOT_USER_SIG"))
}

// loginAccount is the profile to store for, and which setting of it would win over what is stored.
func (a *app) loginAccount() (*account, string, error) {
	settings, err := a.settings()
	if err != nil {
		return nil, "", err
	}
	account, profile, err := a.identify(settings)
	if err != nil {
		return nil, "", err
	}
	if account.profile == "" {
		return nil, "", withRemedy(
			usagef("%s", a.pick("没有指定账号；内置服务器不需要登录", "no profile is chosen; the embedded server needs no login")),
			a.pick("在配置里写一个 [profiles.NAME]，再用 --profile NAME", "write a [profiles.NAME] section and give --profile NAME"))
	}
	for _, setting := range []struct {
		name string
		set  bool
	}{
		{"user_sig", !profile.UserSig.IsEmpty()},
		{"user_sig_command", profile.UserSigCommand != ""},
		{"usersig_url", profile.UserSigURL != ""},
		{"secret_key", !profile.SecretKey.IsEmpty()},
	} {
		if setting.set {
			return account, setting.name, nil
		}
	}
	return account, "", nil
}

// ask reads a secret from the terminal without echo, or from stdin when that is none.
func (a *app) ask(ctx context.Context, prompt string) (string, error) {
	var secret string
	var err error
	if file, ok := a.in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		secret, err = a.readHidden(ctx, file, prompt)
	} else {
		const most = 64 << 10
		var input []byte
		input, err = io.ReadAll(io.LimitReader(a.in, most))
		secret = string(input)
	}
	if err != nil {
		return "", fmt.Errorf(a.pick("读取输入：%w", "read the secret: %w"), err)
	}
	if secret = strings.TrimSpace(secret); secret == "" {
		return "", usagef("%s", a.pick("没有输入任何内容", "nothing was entered"))
	}
	return secret, nil
}

// readHidden reads a line without echo, which is off before anybody is asked to type. When the program is to end it gives
// the terminal back at once; the read itself ends with the program.
func (a *app) readHidden(ctx context.Context, file *os.File, prompt string) (string, error) {
	before, err := term.MakeRaw(int(file.Fd()))
	if err != nil {
		return "", err
	}
	defer func() { _ = term.Restore(int(file.Fd()), before) }()
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.NewTerminal(console{file, a.err}, "").ReadPassword(prompt)
		read <- line{text, err}
	}()
	select {
	case got := <-read:
		if errors.Is(got.err, io.EOF) { // Ctrl+C or Ctrl+D
			fmt.Fprint(a.err, "\r\n")
			return "", errors.New(a.pick("已取消", "cancelled"))
		}
		return got.text, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// console is where somebody types and where they are asked.
type console struct {
	io.Reader
	io.Writer
}

// recognise tells a UserSig from a key.
func (a *app) recognise(secret string, key bool) (credential.Credential, error) {
	if key {
		return credential.Credential{Kind: credential.SecretKey, Secret: wire.NewSecret(secret)}, nil
	}
	found, err := credential.Recognise(secret)
	if err != nil {
		return found, withRemedy(
			usagef("%s", a.pick("这不是 UserSig，也不像 SecretKey（64 位十六进制）", "this is no UserSig, and does not look like a SecretKey (64 hexadecimal digits)")),
			a.pick("检查是否复制完整；如果确实是密钥，加上 --key", "check that it was copied whole; if it is a key all the same, add --key"))
	}
	return found, nil
}

// fits holds a UserSig against the profile that it is for.
func (a *app) fits(account *account, found credential.Credential) (wire.UserSig, error) {
	inside, err := wire.InspectUserSig(found.Secret.Reveal())
	if err != nil {
		return inside, err
	}
	whose := text.Clean(inside.Identifier)
	switch {
	case account.appID != 0 && inside.SDKAppID != account.appID:
		return inside, usagef(a.pick("UserSig 属于应用 %d，而账号 %s 是应用 %d", "the UserSig is for app %d, profile %s is of app %d"), inside.SDKAppID, account.profile, account.appID)
	case account.signer() != "" && inside.Identifier != account.signer():
		return inside, withRemedy(
			usagef(a.pick("UserSig 是用户 %s 的，而账号 %s 需要 %s 的", "the UserSig is that of %s, profile %s needs that of %s"), whose, account.profile, account.signer()),
			a.pick("REST 方式用应用管理员的 UserSig（配置项 admin），长连接用该用户自己的", "over REST it is the app admin's (setting admin), on the long connection the user's own"))
	case !time.Now().Before(inside.Expires()):
		return inside, usagef(a.pick("UserSig 已于 %s 过期", "the UserSig expired at %s"), inside.Expires().Format(time.RFC3339))
	}
	return inside, nil
}

// keep stores in one place and removes what an earlier login stored in the other, which would be found first or left behind.
func (a *app) keep(ctx context.Context, done *stored, found credential.Credential, file bool) error {
	files, err := a.files()
	if err != nil {
		return err
	}
	var here, other credential.Store = credential.Keyring{}, files
	done.Store = "keyring"
	if file {
		here, other = files, credential.Keyring{}
		done.Store, done.Path = "file", files.Path(done.Profile)
	}
	if err := here.Set(ctx, done.Profile, found); err != nil {
		return cmp.Or(a.explainKeyring(err), err)
	}
	var without *credential.NoKeyringError
	err = other.Delete(ctx, done.Profile)
	if err == nil || errors.Is(err, credential.ErrNone) || errors.As(err, &without) {
		return nil
	}
	return err
}

func (a *app) printStored(done stored) error {
	if a.flags.json {
		return writeJSON(a.out, done)
	}
	where := a.pick("系统钥匙串", "the keyring")
	if done.Path != "" {
		where = done.Path
	}
	what := fmt.Sprintf(a.pick("SecretKey，为应用 %d 的 %s 签名", "SecretKey, to sign for %[2]s of app %[1]d"), done.AppID, text.Clean(done.User))
	if done.Expires != 0 {
		ends := time.Unix(done.Expires, 0)
		what = fmt.Sprintf(a.pick("应用 %d 中 %s 的 UserSig，%s 到期（还有 %s）", "UserSig of %[2]s in app %[1]d, ends %[3]s (in %[4]s)"),
			done.AppID, text.Clean(done.User), ends.Format(time.RFC3339), a.span(time.Until(ends)))
	}
	_, err := fmt.Fprintf(a.out, a.pick("账号 %s：%s；存在 %s\n", "profile %s: %s; stored in %s\n"), done.Profile, what, where)
	return err
}

// span is a length of time as people say it: days when there are some, else hours and minutes.
func (a *app) span(length time.Duration) string {
	const day = 24 * time.Hour
	if length < 2*day {
		return length.Round(time.Second).String()
	}
	return fmt.Sprintf(a.pick("%d 天", "%d days"), int(length/day))
}

// logout removes what login stored, wherever it is.
func (a *app) logout(ctx context.Context) error {
	account, _, err := a.loginAccount()
	if err != nil {
		return err
	}
	files, err := a.files()
	if err != nil {
		return err
	}
	removed := []string{}
	var without *credential.NoKeyringError
	for _, place := range []struct {
		name  string
		store credential.Store
	}{{"keyring", credential.Keyring{}}, {"file", files}} {
		err := place.store.Delete(ctx, account.profile)
		switch {
		case err == nil:
			removed = append(removed, place.name)
		case !errors.Is(err, credential.ErrNone) && !errors.As(err, &without):
			return err
		}
	}
	if a.flags.json {
		return writeJSON(a.out, map[string]any{"profile": account.profile, "removed": removed})
	}
	said := a.pick("账号 %s：没有存过签名或密钥\n", "profile %s: nothing was stored\n")
	if len(removed) > 0 {
		said = a.pick("账号 %s：已删除存的签名或密钥\n", "profile %s: what was stored is removed\n")
	}
	_, err = fmt.Fprintf(a.out, said, account.profile)
	return err
}
