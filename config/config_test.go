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
		{"server without scheme", "[profiles.shop]\nserver = \"im.example\"\n", `c.toml:2: profiles.shop.server: "im.example" is not a server; write an address such as "wss://wss.im.qcloud.com" (long connection) or "https://console.tim.qq.com" (REST)`},
		{"missing server", "[profiles.shop]\nuser = \"a\"\n", `c.toml:1: profiles.shop.server: "" is not a server; write an address such as "wss://wss.im.qcloud.com" (long connection) or "https://console.tim.qq.com" (REST)`},
		{"admin too long", "[profiles.shop]\nserver = \"https://im.example\"\nadmin = \"a23456789012345678901234567890123\"\n", `c.toml:3: profiles.shop.admin: a user id has at most 32 bytes`},
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
	require.ErrorContains(t, err, "c.toml:2: ")
}

func TestSecretsDoNotPrint(t *testing.T) {
	parsed, err := Parse("c.toml", []byte("[profiles.shop]\nserver = \"ws://127.0.0.1:1\"\nsecret_key = \"hidden-key\"\nuser_sig = \"hidden-sig\"\n"))
	require.NoError(t, err)
	require.Equal(t, "hidden-key", parsed.Profiles["shop"].SecretKey.Reveal())
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", parsed, parsed, parsed), "hidden")
}

func TestAnUnknownProfileNamesTheKnownOnes(t *testing.T) {
	parsed, err := Parse("c.toml", []byte("[profiles.shop]\nserver = \"ws://127.0.0.1:1\"\n"))
	require.NoError(t, err)
	_, err = parsed.Account("shpo")
	require.ErrorContains(t, err, "there are: shop")
}

func TestAMissingFileIsAnErrorOnlyWhenNamed(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	loaded, err := Load("")
	require.NoError(t, err)
	require.Equal(t, Default(), loaded)

	_, err = Load(filepath.Join(t.TempDir(), "none.toml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
