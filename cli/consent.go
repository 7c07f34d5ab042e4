package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"reddot/config"
	"reddot/im/push"
	"reddot/im/rest"
	"reddot/im/wire"
	"reddot/ui/text"
)

// agreedFile marks in an account's directory that the user wants logins over the long connection.
const agreedFile = "long-connection-agreed"

// presencePatience is how long the question waits for who is online.
const presencePatience = 3 * time.Second

// agree asks once before an account logs in over the long connection to a service elsewhere: it takes a login that somebody
// may need for a web page. Only the screen asks, and the answer is remembered; everything else must have it, or --yes.
func (a *app) agree(ctx context.Context, account *account, dir string, screen bool) error {
	if account.admin != "" || account.embedded != nil || !isRemote(account.url) {
		return nil
	}
	agreed := filepath.Join(dir, agreedFile)
	if _, err := os.Stat(agreed); err == nil {
		return nil
	}
	switch {
	case a.flags.yes:
	case !screen:
		return withRemedy(usagef(a.words.takesLoginF, account.user, redacted(account.url)), a.words.takesLoginRemedy)
	default:
		fmt.Fprintf(a.err, a.words.aboutLoginF, account.user, redacted(account.url), a.whoIsOnline(ctx, account))
		if err := a.confirm(a.words.askLogin, ""); err != nil {
			return err
		}
	}
	if err := os.WriteFile(agreed, []byte(time.Now().UTC().Format(time.RFC3339)+"\n"), 0o600); err != nil {
		return fmt.Errorf(a.pick("记住这个回答：%w", "remember the answer: %w"), err)
	}
	return nil
}

// whoIsOnline says where the user is logged in, as far as that can be known.
func (a *app) whoIsOnline(ctx context.Context, account *account) string {
	ctx, cancel := context.WithTimeout(ctx, presencePatience)
	defer cancel()
	if !account.ownKey {
		return a.words.onlineNoKey
	}
	asking, err := a.asAdmin(ctx, account)
	if err != nil {
		return fmt.Sprintf(a.words.onlineUnknownF, text.Clean(err.Error()))
	}
	client := rest.New(rest.Options{
		URL: asking.url, AppID: asking.appID, User: asking.user, Admin: asking.admin, Sign: asking.sign, Language: a.words.language,
		HTTPClient: trusting(asking.url),
	})
	defer client.Close()
	known, err := client.Presence(ctx, []string{account.user})
	switch {
	case err != nil:
		return fmt.Sprintf(a.words.onlineUnknownF, text.Clean(err.Error()))
	case len(known) == 0 || len(known[0].Online)+len(known[0].Waiting) == 0:
		return a.words.onlineNowhere
	}
	places := slices.Clone(known[0].Online)
	for _, waiting := range known[0].Waiting {
		places = append(places, fmt.Sprintf(a.words.onlineAsleepF, waiting))
	}
	return text.Clean(strings.Join(places, ", "))
}

// asAdmin is the account of the app admin over REST, with the same key.
func (a *app) asAdmin(ctx context.Context, account *account) (*account, error) {
	_, profile, err := a.profile(account.settings)
	if err != nil {
		return nil, err
	}
	admin := *account
	admin.admin = cmp.Or(profile.Admin, defaultAdmin)
	err = a.prove(ctx, &admin, profile)
	admin.url = restServer(account.url, profile.Region, account.appID)
	return &admin, err
}

// restServer is where the REST API of a service is whose long connection is known: of Tencent's hosts in their region, of
// any other on the same port.
func restServer(server, region string, appID int64) string {
	for _, known := range append([]string{region}, wire.Regions()...) {
		if known != "" && slices.Contains(push.Hosts(known, appID), server) {
			return wire.RESTServers(known)[0]
		}
	}
	if rest, ok := strings.CutPrefix(server, "ws"); ok && config.ModeOf(server) == config.ModePush {
		return "http" + rest
	}
	return server
}
