package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWebhookReceiverBelievesOnlyTheToken(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"none":        {"", ""},
		"complete":    {"[webhook]\nlisten = \"127.0.0.1:9000\"\ntoken = \"t\"\ntls_cert = \"a\"\ntls_key = \"b\"\n", ""},
		"no token":    {"[webhook]\nlisten = \"127.0.0.1:9000\"\n", `c.toml:1: webhook.token: without a token anybody could make messages up; switch the authentication of callbacks on in the console and write its token here`},
		"no port":     {"[webhook]\nlisten = \"9000\"\ntoken = \"t\"\n", `c.toml:2: webhook.listen: "9000" is not an address; write host and port, such as "127.0.0.1:7400"`},
		"half of TLS": {"[webhook]\nlisten = \":9000\"\ntoken = \"t\"\ntls_cert = \"a\"\n", `c.toml:4: webhook.tls_cert: a certificate needs its key, and a key its certificate; set both tls_cert and tls_key, or neither`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("c.toml", []byte(test.text))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, test.want)
		})
	}
}
