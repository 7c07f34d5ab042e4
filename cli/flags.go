package cli

import (
	"github.com/spf13/pflag"

	"reddot/im/convert"
)

// flags are those that every command understands, and the few of single commands.
type flags struct {
	server    string
	appID     int64
	secretKey string
	userSig   string
	user      string
	admin     string
	device    string
	config    string
	profile   string
	data      string
	language  string
	logLevel  string
	json      bool
	yes       bool
	demoSeed  int64
	// onCommandLine tells flags that were typed from those that came from the environment.
	onCommandLine map[string]bool
}

func (f *flags) register(set *pflag.FlagSet, words words) {
	set.StringVar(&f.server, "server", "", words.flagServer)
	set.Int64Var(&f.appID, "app-id", 0, words.flagAppID)
	set.StringVar(&f.secretKey, "secret-key", "", words.flagSecretKey)
	set.StringVar(&f.userSig, "user-sig", "", words.flagUserSig)
	set.StringVar(&f.user, "user", "", words.flagUser)
	set.StringVar(&f.admin, "admin", "", words.flagRESTAdmin)
	set.StringVar(&f.device, "device", "", words.flagDevice)
	set.StringVar(&f.config, "config", "", words.flagConfig)
	set.StringVar(&f.profile, "profile", "", words.flagProfile)
	set.StringVar(&f.data, "data", "", words.flagData)
	set.StringVar(&f.language, "lang", "", words.flagLanguage)
	set.StringVar(&f.logLevel, "log-level", "", words.flagLogLevel)
	set.BoolVar(&f.json, "json", false, words.flagJSON)
	set.BoolVar(&f.yes, "yes", false, words.flagYes)
}

// check refuses values that no command could use.
func (f *flags) check(texts convert.Texts) error {
	switch f.language {
	case "", "zh", "en":
	default:
		return usagef(texts.Pick("--lang %s：可以是 zh 或 en", "--lang %s: use zh or en"), f.language)
	}
	switch f.logLevel {
	case "", "debug", "info", "warn", "error":
	default:
		return usagef(texts.Pick("--log-level %s：可以是 debug、info、warn 或 error", "--log-level %s: use debug, info, warn or error"), f.logLevel)
	}
	if f.appID < 0 {
		return usagef(texts.Pick("--app-id %d：SDKAppID 不会是负数", "--app-id %d: an app id is not negative"), f.appID)
	}
	if len(f.device) > 32 {
		return usagef("%s", texts.Pick("--device：设备名最多 32 字节", "--device: a device name has at most 32 bytes"))
	}
	return nil
}
