package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABackendIsToldOnlyUnderASecretAndOverTLS(t *testing.T) {
	for text, want := range map[string]string{
		"[backend]\nurl = \"https://shop.example/groups\"\n":                    `c.toml:1: backend.secret: without a secret the backend could not tell who reports; agree with the backend on a random string and write it here`,
		"[backend]\nurl = \"http://shop.example/groups\"\nsecret = \"s\"\n":     `c.toml:2: backend.url: it is no https address; write "https://shop.example/im/groups"; http is for this machine only`,
		"[backend]\nurl = \"https://shop.example/groups\"\nsecret = \"s\"\n":    "",
		"[backend]\nurl = \"http://127.0.0.1:8080/groups\"\nsecret = \"s\"\n":   "",
		"[backend]\nsecret = \"s\"\n":                                           "",
		"[backend]\nurl = \"https://shop.example/groups\"\nsecrte = \"typo\"\n": `c.toml:3: backend.secrte: there is no such setting; config.example.toml lists every setting`,
	} {
		_, err := Parse("c.toml", []byte(text))
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.EqualError(t, err, want)
	}
}
