package authority

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// The files of a directory.
const (
	caFile        = "ca.pem"
	caKeyFile     = "ca-key.pem"
	serverFile    = "server.pem"
	serverKeyFile = "server-key.pem"
	lockFile      = "lock"
)

// CAPath is the certificate of a directory's authority, which browsers and programs have to trust.
func CAPath(dir string) string { return filepath.Join(dir, caFile) }

// Certificate returns a server certificate for the hosts, names or IP addresses, that is valid at a time. It makes what is
// not there yet.
func Certificate(dir string, hosts []string, now time.Time) (tls.Certificate, error) {
	certificate, err := prepare(dir, hosts, now)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("prepare the server's certificate in %s: %w", dir, err)
	}
	return certificate, nil
}

func prepare(dir string, hosts []string, now time.Time) (tls.Certificate, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, err
	}
	// Servers in memory share a directory.
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return tls.Certificate{}, err
	}
	defer func() { _ = lock.Unlock() }()

	ca, err := read(dir, caFile, caKeyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	if ca == nil {
		return begin(dir, hosts, now)
	}
	server, err := read(dir, serverFile, serverKeyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	if server != nil && ca.vouchesFor(server, hosts, now) {
		return server.certificate, nil
	}
	if server, err = issue(ca, hosts, now); err != nil {
		return tls.Certificate{}, err
	}
	if !ca.vouchesFor(server, hosts, now) {
		return begin(dir, hosts, now)
	}
	return server.certificate, server.write(dir, serverFile, serverKeyFile)
}

// begin makes an authority and its first certificate.
func begin(dir string, hosts []string, now time.Time) (tls.Certificate, error) {
	ca, err := found(hosts, now)
	if err != nil {
		return tls.Certificate{}, err
	}
	server, err := issue(ca, hosts, now)
	if err != nil {
		return tls.Certificate{}, err
	}
	if !ca.vouchesFor(server, hosts, now) {
		return tls.Certificate{}, fmt.Errorf("no certificate can be made for %q; listen on another host, or bring a certificate of your own", hosts)
	}
	return server.certificate, errors.Join(ca.write(dir, caFile, caKeyFile), server.write(dir, serverFile, serverKeyFile))
}

// vouchesFor says whether a certificate will do for the hosts for some time yet.
func (ca *pair) vouchesFor(server *pair, hosts []string, now time.Time) bool {
	roots := x509.NewCertPool()
	roots.AddCert(ca.parsed)
	for _, at := range []time.Time{now, now.Add(renewBefore)} {
		for _, host := range hosts {
			if _, err := server.parsed.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, CurrentTime: at}); err != nil {
				return false
			}
		}
	}
	return true
}

// read returns a certificate with its key, nil where there is none.
func read(dir, file, keyFile string) (*pair, error) {
	certificate, err := tls.LoadX509KeyPair(filepath.Join(dir, file), filepath.Join(dir, keyFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w; remove it to have a new one made", file, err)
	}
	return &pair{certificate: certificate, parsed: certificate.Leaf}, nil
}
