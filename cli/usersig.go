package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"reddot/cli/local"
	"reddot/config"
	"reddot/im/emulator"
	"reddot/im/wire"
	"reddot/ui/text"
)

func (a *app) usersigCommand() *cobra.Command {
	var expire time.Duration
	var inspect string
	command := &cobra.Command{
		Use: "usersig", Short: a.words.usersigShort, Args: cobra.NoArgs,
		Example: "  reddot usersig --user anchor\n  reddot usersig --inspect eJw...",
		RunE: func(*cobra.Command, []string) error {
			if inspect != "" {
				return a.inspectSignature(inspect)
			}
			return a.printSignature(expire)
		},
	}
	command.Flags().DurationVar(&expire, "expire", signatureLife, a.words.flagExpire)
	command.Flags().StringVar(&inspect, "inspect", "", a.words.flagInspect)
	return command
}

// printSignature signs with the key that was given, or with that of the embedded server on this machine.
func (a *app) printSignature(expire time.Duration) error {
	if a.flags.user == "" {
		return usagef("%s", a.pick("谁的签名？用 --user", "whose signature? give --user"))
	}
	if expire < time.Second {
		return usagef(a.pick("--expire %s：签名至少有效一秒", "--expire %s: a signature is valid for at least a second"), expire)
	}
	key, appID := wire.NewSecret(a.flags.secretKey), a.flags.appID
	if key.IsEmpty() {
		var err error
		if key, appID, err = a.localKey(appID); err != nil {
			return err
		}
	}
	if appID == 0 {
		return usagef("%s", a.pick("哪个应用？用 --app-id", "which app? give --app-id"))
	}
	signature, err := wire.GenerateUserSig(appID, key, a.flags.user, expire)
	if err != nil {
		return fmt.Errorf(a.pick("生成签名：%w", "make a signature: %w"), err)
	}
	if a.flags.json {
		return writeJSON(a.out, map[string]any{
			"user": a.flags.user, "appId": appID, "userSig": signature, "expires": time.Now().Add(expire).Unix(),
		})
	}
	_, err = fmt.Fprintln(a.out, signature)
	return err
}

// localKey returns the key and app of the embedded server's directory; the server need not run.
func (a *app) localKey(appID int64) (wire.Secret, int64, error) {
	settings, err := config.Load(a.flags.config)
	if err != nil {
		return wire.Secret{}, 0, usage(err)
	}
	data := a.flags.data
	if data == "" {
		data = settings.Embedded.Data
	}
	if data == "" {
		if data, err = local.ServerData(); err != nil {
			return wire.Secret{}, 0, err
		}
	}
	key, err := emulator.ReadSecret(data)
	if err != nil {
		return wire.Secret{}, 0, usagef(a.pick("没有密钥：用 --secret-key，或先启动一次内置服务器让它生成（%v）", "no key: give --secret-key, or start the embedded server once so that it makes one (%v)"), err)
	}
	if appID == 0 {
		appID = emulator.DefaultAppID
		if server, ok := local.Find(data); ok {
			appID = server.AppID
		}
	}
	return key, appID, nil
}

func (a *app) inspectSignature(signature string) error {
	inside, err := wire.InspectUserSig(signature)
	if err != nil {
		return fmt.Errorf(a.pick("这不是 UserSig：%w", "this is no UserSig: %w"), err)
	}
	ends := inside.Expires()
	if a.flags.json {
		return writeJSON(a.out, map[string]any{
			"user": inside.Identifier, "appId": inside.SDKAppID, "made": inside.Time.Unix(),
			"expires": ends.Unix(), "expired": time.Now().After(ends),
		})
	}
	state := fmt.Sprintf(a.pick("还有 %s", "valid for %s more"), a.span(time.Until(ends)))
	if time.Now().After(ends) {
		state = fmt.Sprintf(a.pick("已过期 %s", "expired %s ago"), a.span(time.Since(ends)))
	}
	_, err = fmt.Fprintf(a.out, a.pick("用户      %s\n应用      %d\n生成      %s\n到期      %s（%s）\n", "user      %s\napp       %d\nmade      %s\nexpires   %s (%s)\n"),
		text.Clean(inside.Identifier), inside.SDKAppID, inside.Time.Format(time.RFC3339), ends.Format(time.RFC3339), state)
	return err
}
