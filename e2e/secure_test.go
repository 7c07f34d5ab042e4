package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCommandsUseAServerThatSpeaksTLS: what `reddot serve --tls` made is trusted by the commands of the same machine, on both
// fronts, without a word, and by others where they are told.
func TestCommandsUseAServerThatSpeaksTLS(t *testing.T) {
	m := newMachine(t)
	data := m.dir("server-data")
	s := m.serve("--listen", "127.0.0.1:0", "--data", data, "--tls")
	s.shop()
	_, port, _ := strings.Cut(s.address, ":")
	for _, address := range []string{"wss://" + s.address, "wss://localhost:" + port, "https://" + s.address, "https://localhost:" + port, "ws://" + s.address} {
		for _, proof := range [][]string{nil, {"--secret-key", secretKey, "--app-id", appID}} {
			arguments := append([]string{"groups", "--json", "--server", address, "--user", "anchor"}, proof...)
			require.NotEmpty(t, lines(t, m.do(arguments...)), "%s", arguments)
		}
	}
	require.Contains(t, m.do("doctor", "--lang", "en", "--server", "wss://"+s.address, "--user", "anchor"), "answers in")

	stranger := newMachine(t)
	arguments := []string{"groups", "--json", "--lang", "en", "--server", "wss://" + s.address, "--user", "anchor", "--secret-key", secretKey, "--app-id", appID}
	_, stderr, code := stranger.run(arguments...)
	require.Equal(t, 4, code, stderr)
	require.Contains(t, stderr, "SSL_CERT_FILE")
	stranger.extra = []string{"SSL_CERT_FILE=" + filepath.Join(data, "tls", "ca.pem")}
	require.NotEmpty(t, stranger.do(arguments...))
}

// shop makes a group of the user anchor.
func (s *server) shop() {
	s.t.Helper()
	s.rest("im_open_login_svc/account_import", `{"UserID":"anchor"}`)
	s.rest("group_open_http_svc/create_group", `{"Type":"Public","GroupId":"shop","Name":"shop","Owner_Account":"anchor"}`)
}

// TestAServerTakesACertificateOfOnesOwn, and says what is wrong with one.
func TestAServerTakesACertificateOfOnesOwn(t *testing.T) {
	m := newMachine(t)
	made := m.dir("made")
	m.serve("--listen", "127.0.0.1:0", "--data", made, "--tls").kill()
	certificate, key := filepath.Join(made, "tls", "server.pem"), filepath.Join(made, "tls", "server-key.pem")

	s := m.serve("--listen", "127.0.0.1:0", "--data", ":memory:", "--tls-cert", certificate, "--tls-key", key)
	s.shop()
	m.extra = []string{"SSL_CERT_FILE=" + filepath.Join(made, "tls", "ca.pem")}
	require.NotEmpty(t, m.do("groups", "--json", "--server", "https://"+s.address, "--user", "anchor", "--secret-key", secretKey, "--app-id", appID))

	for _, wrong := range [][]string{
		{"--tls-cert", certificate},
		{"--tls", "--tls-cert", certificate, "--tls-key", key},
		{"--tls-cert", key, "--tls-key", certificate},
		{"--tls-cert", filepath.Join(made, "nothing.pem"), "--tls-key", key},
	} {
		_, stderr, code := m.run(append([]string{"serve", "--lang", "en", "--listen", "127.0.0.1:0", "--data", ":memory:"}, wrong...)...)
		require.Equal(t, 2, code, stderr)
		require.Contains(t, stderr, "--tls-cert")
	}
}
