package authority

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	start = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	local = []string{"localhost", "127.0.0.1", "::1"}
)

func certificate(t *testing.T, dir string, hosts []string, now time.Time) *x509.Certificate {
	t.Helper()
	made, err := Certificate(dir, hosts, now)
	require.NoError(t, err)
	return made.Leaf
}

// trusts says whether somebody who trusts the authority's file takes the certificate for a host.
func trusts(t *testing.T, ca []byte, leaf *x509.Certificate, host string, now time.Time) error {
	t.Helper()
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(ca))
	_, err := leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, CurrentTime: now})
	return err
}

func authorityOf(t *testing.T, dir string) []byte {
	t.Helper()
	text, err := os.ReadFile(CAPath(dir))
	require.NoError(t, err)
	return text
}

func TestCertificatesAreMadeOnceAndNameThisMachine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	first := certificate(t, dir, local, start)
	ca := authorityOf(t, dir)
	for _, host := range local {
		require.NoError(t, trusts(t, ca, first, host, start), host)
	}
	require.Error(t, trusts(t, ca, first, "im.example", start))

	require.Equal(t, first.Raw, certificate(t, dir, local, start.AddDate(0, 6, 0)).Raw)
	require.Equal(t, ca, authorityOf(t, dir))
}

func TestACertificateIsRenewedByTheAuthorityThatIsTrusted(t *testing.T) {
	dir := t.TempDir()
	first := certificate(t, dir, local, start)
	ca := authorityOf(t, dir)

	later := start.AddDate(0, 13, 0)
	second := certificate(t, dir, local, later)
	require.NotEqual(t, first.Raw, second.Raw, "it would end within the month")
	require.NoError(t, trusts(t, ca, second, "localhost", later))

	third := certificate(t, dir, append([]string{"192.168.7.9"}, local...), later)
	require.NoError(t, trusts(t, ca, third, "192.168.7.9", later))
	require.Equal(t, ca, authorityOf(t, dir))
}

// TestTheAuthorityVouchesForNobodyElse: not even with its key.
func TestTheAuthorityVouchesForNobodyElse(t *testing.T) {
	dir := t.TempDir()
	certificate(t, dir, local, start)
	ca, err := read(dir, caFile, caKeyFile)
	require.NoError(t, err)
	for _, host := range []string{"bank.example", "203.0.113.7", "2001:db8::7"} {
		forged, err := issue(ca, []string{host}, start)
		require.NoError(t, err)
		require.ErrorContains(t, trusts(t, authorityOf(t, dir), forged.parsed, host, start), "not permitted")
	}
}

func TestAHostThatTheAuthorityCannotVouchForGetsANewOne(t *testing.T) {
	dir := t.TempDir()
	certificate(t, dir, local, start)
	old := authorityOf(t, dir)
	hosts := append([]string{"im.example", "203.0.113.7"}, local...)
	leaf := certificate(t, dir, hosts, start)
	require.NotEqual(t, old, authorityOf(t, dir))
	for _, host := range hosts {
		require.NoError(t, trusts(t, authorityOf(t, dir), leaf, host, start), host)
	}
}

func TestKeysAreForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	dir := filepath.Join(t.TempDir(), "tls")
	certificate(t, dir, local, start)
	for _, name := range []string{caKeyFile, serverKeyFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
}

func TestADamagedFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	certificate(t, dir, local, start)
	require.NoError(t, os.WriteFile(filepath.Join(dir, serverFile), []byte("half"), 0o600))
	_, err := Certificate(dir, local, start)
	require.ErrorContains(t, err, "server.pem")
	require.ErrorContains(t, err, "remove it")
	_, err = tls.LoadX509KeyPair(filepath.Join(dir, caFile), filepath.Join(dir, caKeyFile))
	require.NoError(t, err)
}
