package cli

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"reddot/cli/local"
	"reddot/config"
	"reddot/im/emulator/authority"
)

// authorityDirectory is where the certificates of a server are, in its data directory.
const authorityDirectory = "tls"

func (f serveFlags) secure() bool { return f.tls || f.tlsCert != "" }

// certificate returns what the server speaks TLS with, nil if it is not to.
func (a *app) certificate(flags serveFlags, data string) (*tls.Certificate, error) {
	if (flags.tlsCert == "") != (flags.tlsKey == "") {
		return nil, usagef("%s", a.pick("--tls-cert 和 --tls-key 要一起给", "--tls-cert and --tls-key belong together: give both"))
	}
	if flags.tlsCert != "" {
		return a.ownCertificate(flags)
	}
	if !flags.tls {
		return nil, nil
	}
	dir, err := authorityOf(data)
	if err != nil {
		return nil, err
	}
	certificate, err := authority.Certificate(dir, certified(flags.listen), time.Now())
	if err != nil {
		return nil, withRemedy(err, a.pick("检查目录，或用 --tls-cert 和 --tls-key 给出自己的证书", "look at the directory, or bring a certificate with --tls-cert and --tls-key"))
	}
	fmt.Fprintf(a.err, a.words.authorityF+"\n", authority.CAPath(dir))
	return &certificate, nil
}

func (a *app) ownCertificate(flags serveFlags) (*tls.Certificate, error) {
	if flags.tls {
		return nil, usagef("%s", a.pick("--tls 自己生成证书；有了 --tls-cert 就去掉它", "--tls makes a certificate; leave it out with --tls-cert"))
	}
	certificate, err := tls.LoadX509KeyPair(flags.tlsCert, flags.tlsKey)
	if err != nil {
		return nil, usagef("--tls-cert: %v", err)
	}
	return &certificate, nil
}

// authorityOf is where the certificates of a server are. One that keeps nothing uses those of the server that reddot starts by
// itself, so that what was trusted once stays so.
func authorityOf(data string) (string, error) {
	if data == local.Memory {
		var err error
		if data, err = local.ServerData(); err != nil {
			return "", err
		}
	}
	return filepath.Join(data, authorityDirectory), nil
}

// certified are the hosts under which a server is reached that listens on an address.
func certified(listen string) []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	host, _, _ := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	if host != "" && (ip == nil || !ip.IsUnspecified()) {
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
		return hosts
	}
	addresses, _ := net.InterfaceAddrs() // without them there are fewer names
	for _, address := range addresses {
		// Others change too often to be worth another authority.
		if network, ok := address.(*net.IPNet); ok && network.IP.IsPrivate() {
			hosts = append(hosts, network.IP.String())
		}
	}
	return hosts
}

// trusting returns a client that trusts a server of this machine as the system trusts others, nil where the system's trust
// is all there is.
func trusting(server string) *http.Client {
	parsed, err := url.Parse(server)
	if err != nil || parsed.Scheme != "https" && parsed.Scheme != "wss" || !config.Loopback(parsed.Hostname()) {
		return nil
	}
	datas := []string{local.Memory}
	if found, ok := local.FindAddress(parsed.Host); ok {
		datas = append(datas, found.Data)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	trusted := false
	for _, data := range datas {
		dir, err := authorityOf(data)
		if err != nil {
			continue
		}
		if text, err := os.ReadFile(authority.CAPath(dir)); err == nil {
			trusted = roots.AppendCertsFromPEM(text) || trusted
		}
	}
	if !trusted {
		return nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
