package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	caLife = 10 * 365 * 24 * time.Hour
	// serverLife is what browsers accept at most.
	serverLife = 397 * 24 * time.Hour
	// renewBefore is how long a certificate must still be valid to be used.
	renewBefore = 30 * 24 * time.Hour
	// clockSlack is how far behind other clocks may be.
	clockSlack = 24 * time.Hour
)

// private are the networks that an authority may always vouch for: this machine, and what no router of the internet leads to.
var private = []string{
	"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10",
}

// pair is a certificate and its key.
type pair struct {
	certificate tls.Certificate
	parsed      *x509.Certificate
}

// found makes an authority that can vouch for this machine, private networks and the hosts.
func found(hosts []string, now time.Time) (*pair, error) {
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "reddot local authority", Organization: []string{"reddot"}},
		NotBefore: now.Add(-clockSlack), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"localhost"},
	}
	for _, network := range private {
		_, parsed, err := net.ParseCIDR(network)
		if err != nil {
			return nil, err
		}
		template.PermittedIPRanges = append(template.PermittedIPRanges, parsed)
	}
	for _, host := range hosts {
		ip := net.ParseIP(host)
		if ip == nil {
			template.PermittedDNSDomains = append(template.PermittedDNSDomains, host)
			continue
		}
		ip = shortest(ip)
		all := 8 * len(ip)
		template.PermittedIPRanges = append(template.PermittedIPRanges, &net.IPNet{IP: ip, Mask: net.CIDRMask(all, all)})
	}
	return sign(template, nil)
}

// issue makes a server certificate for the hosts.
func issue(ca *pair, hosts []string, now time.Time) (*pair, error) {
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "reddot serve", Organization: []string{"reddot"}},
		NotBefore: now.Add(-clockSlack), NotAfter: now.Add(serverLife),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, shortest(ip))
			continue
		}
		template.DNSNames = append(template.DNSNames, host)
	}
	return sign(template, ca)
}

// shortest is an address in 4 bytes where that is possible: constraints compare lengths.
func shortest(ip net.IP) net.IP {
	if short := ip.To4(); short != nil {
		return short
	}
	return ip
}

// sign makes a key and a certificate for it, signed by the authority or, without one, by itself.
func sign(template *x509.Certificate, ca *pair) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return nil, err
	}
	parent, signer := template, any(key)
	if ca != nil {
		parent, signer = ca.parsed, ca.certificate.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &pair{certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: parsed}, parsed: parsed}, nil
}

func (p *pair) write(dir, file, keyFile string) error {
	key, err := x509.MarshalPKCS8PrivateKey(p.certificate.PrivateKey)
	if err != nil {
		return err
	}
	return errors.Join(
		replace(filepath.Join(dir, keyFile), "PRIVATE KEY", key),
		replace(filepath.Join(dir, file), "CERTIFICATE", p.certificate.Certificate[0]),
	)
}

// replace writes a file as a whole, so that no reader finds half of it.
func replace(path, kind string, der []byte) error {
	draft := path + ".new"
	if err := os.WriteFile(draft, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, path)
}
