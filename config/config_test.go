package config

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheExampleIsTheDefaults(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "config.example.toml"))
	require.NoError(t, err)
	parsed, err := Parse("config.example.toml", text)
	require.NoError(t, err)
	require.Equal(t, Default(), parsed)
}

func TestMistakesNameLineReasonAndRemedy(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"unknown key", "language = \"zh\"\n\n[screen]\ncolour = 1\n", `c.toml:4: screen.colour: there is no such setting; config.example.toml lists every setting`},
		{"unknown table", "[screem]\nmouse = true\n", `c.toml:1: screem: there is no such setting; config.example.toml lists every setting`},
		{"wrong word", "[log]\nlevel = \"loud\"\n", `c.toml:2: log.level: "loud" is not possible; use one of "debug", "info", "warn", "error"`},
		{"number out of range", "[screen]\n\nframes = 0\n", `c.toml:3: screen.frames: 0 is not possible; use a number from 1 to 120`},
		{"server without scheme", "[profiles.shop]\nserver = \"im.example\"\n", `c.toml:2: profiles.shop.server: "im.example" is not a server; for a real account region = "cn" is enough; an address is such as "https://console.tim.qq.com" (REST) or "wss://wss.im.qcloud.com" (long connection)`},
		{"missing server", "[profiles.shop]\nuser = \"a\"\n", `c.toml:1: profiles.shop.server: "" is not a server; for a real account region = "cn" is enough; an address is such as "https://console.tim.qq.com" (REST) or "wss://wss.im.qcloud.com" (long connection)`},
		{"admin too long", "[profiles.shop]\nserver = \"https://im.example\"\nadmin = \"a23456789012345678901234567890123\"\n", `c.toml:3: profiles.shop.admin: a user id has at most 32 bytes`},
		{"unknown region", "[profiles.shop]\nregion = \"moon\"\n", `c.toml:2: profiles.shop.region: "moon" is not possible; use one of "cn", "sgp", "kr", "jp", "de", "us", "idn", "ind"`},
		{"unknown mode", "[profiles.shop]\nregion = \"cn\"\nmode = \"poll\"\n", `c.toml:3: profiles.shop.mode: "poll" is not possible; use one of "", "rest", "push"`},
		{"mode against address", "[profiles.shop]\nserver = \"wss://im.example\"\nmode = \"rest\"\n", `c.toml:3: profiles.shop.mode: "rest" does not fit the address wss://im.example; leave out mode, or write region instead of server`},
		{"signature in the clear", "[profiles.shop]\nregion = \"cn\"\nusersig_url = \"http://shop.example/sig\"\n", `c.toml:3: profiles.shop.usersig_url: it is no https address; write "https://shop.example/usersig?user={user}"; http is for this machine only`},
		{"method", "[profiles.shop]\nregion = \"cn\"\nusersig_request = { method = \"PUT\" }\n", `c.toml:3: profiles.shop.usersig_request.method: "PUT" is not possible; use one of "", "GET", "POST"`},
		{"send", "[readsync]\nsend = \"note\"\n", `c.toml:2: readsync.send: "note" is not possible; use one of "custom", "text"`},
		{"text without a template", "[readsync]\nsend = \"text\"\n", `c.toml:2: readsync.send: "text" needs a template; a template holds {group} or {conv}, and may hold {seq}, {time}, {device}, {id}, each once, with something between them`},
		{"template with a placeholder of its own", "[readsync]\ntemplate = \"{group}{seq}\"\n", `c.toml:2: readsync.template: something must stand before {seq} to keep it apart; a template holds {group} or {conv}, and may hold {seq}, {time}, {device}, {id}, each once, with something between them`},
		{"template", "[readsync]\ntemplate = \"read\"\n", `c.toml:2: readsync.template: the template must say what was read: with {group}, or with {conv}; a template holds {group} or {conv}, and may hold {seq}, {time}, {device}, {id}, each once, with something between them`},
		{"accept", "[[readsync.accept]]\nsequence = \"seq\"\n", `c.toml:1: readsync.accept: entry 1 must have either group or text; group is the JSON field that names the group, text a message that means "ask the service again"`},
		{"a role that is none", "[roles]\nvalues = { host = \"boss\" }\n", `c.toml:2: roles.values.host: "boss" is not possible; use one of "anchor", "assistant", "guide", "customer"`},
		{"one user, two roles", "[roles]\nanchors = [\"a\"]\nguides = [\"a\"]\n", `c.toml:1: roles: "a" is in two lists; keep it in one`},
		{"a card without where", "[[custom.cards]]\ntitle = \"x\"\n", `c.toml:1: custom.cards: card 1: a card needs where: the fields that tell its messages from others; such as where = { type = "product" }, title = "Product {name}"`},
		{"a snippet without JSON", "[[custom.snippets]]\nname = \"p\"\ndata = \"{\"\n", `c.toml:1: custom.snippets: the data of "p" is no JSON; such as data = '{"type":"product","name":""}'`},
		{"missing profile", "profile = \"shop\"\n", `c.toml:1: profile: there is no profile "shop"; add a [profiles.shop] section`},
		{"address", "[embedded]\nlisten = \"7400\"\n", `c.toml:2: embedded.listen: "7400" is not an address; write host and port, such as "127.0.0.1:7400"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("c.toml", []byte(test.text))
			require.EqualError(t, err, test.want)
		})
	}
}

func TestWrongTypeNamesTheLine(t *testing.T) {
	_, err := Parse("c.toml", []byte("[screen]\nmouse = \"yes\"\n"))
	require.EqualError(t, err, "c.toml:2: screen.mouse: bool is needed here, not string; write true or false, without quotes")
	_, err = Parse("c.toml", []byte("[screen]\nmouse = yes\n"))
	require.ErrorContains(t, err, "c.toml:2: ")
}

func TestSecretsDoNotPrint(t *testing.T) {
	parsed, err := Parse("c.toml", []byte("[profiles.shop]\nserver = \"ws://127.0.0.1:1\"\nsecret_key = \"hidden-key\"\nuser_sig = \"hidden-sig\"\n"))
	require.NoError(t, err)
	require.Equal(t, "hidden-key", parsed.Profiles["shop"].SecretKey.Reveal())
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", parsed, parsed, parsed), "hidden")
}

func TestTheTokenOfWebhooksIsASecret(t *testing.T) {
	parsed, err := Parse("c.toml", []byte("[webhook]\nlisten = \"127.0.0.1:9000\"\ntoken = \"hidden\"\n"))
	require.NoError(t, err)
	require.True(t, parsed.HasSecret())
	require.False(t, Default().HasSecret())
}

func TestAnUnknownProfileNamesTheKnownOnes(t *testing.T) {
	parsed, err := Parse("c.toml", []byte("[profiles.shop]\nserver = \"ws://127.0.0.1:1\"\n"))
	require.NoError(t, err)
	_, err = parsed.Account("shpo")
	require.EqualError(t, err, `there is no profile "shpo"; there are: shop`)
	_, err = Default().Account("shop")
	require.EqualError(t, err, `there is no profile "shop"; the configuration has no profiles; add a [profiles.shop] section`)
}

func TestAMissingFileIsAnErrorOnlyWhenNamed(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	loaded, err := Load("")
	require.NoError(t, err)
	require.Equal(t, Default(), loaded)

	_, err = Load(filepath.Join(t.TempDir(), "none.toml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAllMistakesAreFoundInTheOrderOfTheFile(t *testing.T) {
	_, err := Parse("c.toml", []byte("[screen]\nframes = 0\n[profiles.b]\nserver = \"x\"\n[profiles.a]\nregion = \"moon\"\n"))
	var all Errors
	require.ErrorAs(t, err, &all)
	lines := make([]int, len(all))
	for i, mistake := range all {
		lines[i] = mistake.Line
		require.NotEmpty(t, mistake.Reason.ZH)
	}
	require.Equal(t, []int{2, 4, 6}, lines)
	require.ErrorContains(t, err, "(and 2 more)")
	var first *Error
	require.ErrorAs(t, err, &first)
	require.Equal(t, "screen.frames", first.Key)

	_, err = Parse("c.toml", []byte("colour = 1\n[screem]\nmouse = true\n"))
	require.ErrorAs(t, err, &all)
	require.Len(t, all, 2, "unknown settings are all named")
}

func TestFiveLinesMakeARealAccount(t *testing.T) {
	parsed, err := Parse("c.toml", []byte(`[profiles.shop]
region = "cn"
app_id = 1400000000
user = "anchor-1"
usersig_url = "https://shop.example/usersig?user={user}"
`))
	require.NoError(t, err)
	shop := parsed.Profiles["shop"]
	require.False(t, parsed.HasSecret())
	require.Equal(t, "cn", shop.Region)
}

func TestWhatInAProfileIsASecret(t *testing.T) {
	for text, want := range map[string]bool{
		`user_sig = "eJ"`:         true,
		`secret_key = "k"`:        true,
		`user_sig_command = "ls"`: false,
		`usersig_request = { headers = { Authorization = "Bearer hidden" } }`:      true,
		`usersig_request = { headers = { Authorization = "Bearer $SHOP_TOKEN" } }`: false,
	} {
		parsed, err := Parse("c.toml", []byte("[profiles.shop]\nregion = \"cn\"\n"+text+"\n"))
		require.NoError(t, err)
		require.Equal(t, want, parsed.HasSecret(), text)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", parsed, parsed, parsed), "hidden")
	}
}
