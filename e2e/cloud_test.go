package e2e

import (
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// cloud is the embedded server as a service elsewhere: behind TLS, under a name that only a proxy can reach.
type cloud struct {
	*server
	config  string
	mu      sync.Mutex
	proxied []string
}

// cloudHost is a name in the certificate of httptest.
const cloudHost = "example.com"

func newCloud(t *testing.T, arguments ...string) *cloud {
	t.Helper()
	m := newMachine(t)
	c := &cloud{server: m.serve(append([]string{"--listen", "127.0.0.1:0", "--data", m.dir("server-data"), "--demo"}, arguments...)...)}
	target, err := url.Parse("http://" + c.address)
	require.NoError(t, err)
	gateway := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	t.Cleanup(gateway.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.connect(w, r, gateway.Listener.Addr().String()) }))
	t.Cleanup(proxy.Close)

	authority := filepath.Join(m.home, "authority.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: gateway.Certificate().Raw})
	require.NoError(t, os.WriteFile(authority, certificate, 0o600))
	m.extra = []string{"HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + authority}
	c.config = filepath.Join(m.home, "cloud.toml")
	require.NoError(t, os.WriteFile(c.config, []byte(fmt.Sprintf(
		"[profiles.shop]\nserver = \"wss://%s\"\napp_id = %s\nuser = \"anchor-xiaoyu\"\nsecret_key = %q\n", cloudHost, appID, secretKey)), 0o600))
	return c
}

// connect is what a proxy does with CONNECT.
func (c *cloud) connect(w http.ResponseWriter, r *http.Request, gateway string) {
	if r.Method != http.MethodConnect {
		http.Error(w, "CONNECT only", http.StatusMethodNotAllowed)
		return
	}
	c.mu.Lock()
	c.proxied = append(c.proxied, r.Host)
	c.mu.Unlock()
	there, err := net.Dial("tcp", gateway)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	here, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		_ = there.Close()
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}

func (c *cloud) asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.proxied...)
}

func (c *cloud) profile(arguments ...string) []string {
	return append([]string{"--config", c.config, "--profile", "shop"}, arguments...)
}

// TestTheFirstLoginElsewhereIsAskedFor: it takes a Web instance, so nobody logs in there unawares.
func TestTheFirstLoginElsewhereIsAskedFor(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	_, stderr, code := c.run(append([]string{"groups", "--json"}, c.profile()...)...)
	require.Equal(t, 2, code, stderr)
	require.Contains(t, stderr, "Web 实例")
	require.Contains(t, stderr, "--yes")
	require.Empty(t, c.asked(), "nothing was connected to")

	web := c.follow(c.client("anchor-xiaoyu", "web")...)
	web.await("connection", online)
	window := c.open("first", 100, 30, c.profile()...)
	question := window.awaitText("登录吗")
	for _, told := range []string{"wss://" + cloudHost, "Web 实例", "小程序", "实验性", "现在在线：Web"} {
		require.Contains(t, question, told)
	}
	require.NotContains(t, question, secretKey)
	window.text("n")
	window.keys("Enter")
	window.awaitText("exit 1")

	window = c.open("second", 100, 30, c.profile()...)
	window.awaitText("登录吗")
	window.text("y")
	window.keys("Enter")
	window.awaitText(demoRoom)
	window.keys("C-q")
	window.awaitText("exit 0")

	require.NotEmpty(t, lines(t, c.do(append([]string{"groups", "--json"}, c.profile()...)...)), "the answer is remembered")
	for _, host := range c.asked() {
		require.Equal(t, cloudHost+":443", host)
	}
}

// TestAnotherAccountIsAskedForItself, and --yes answers.
func TestYesAnswersForTheFirstLoginElsewhere(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	require.NotEmpty(t, lines(t, c.do(append([]string{"groups", "--json", "--yes"}, c.profile()...)...)))
	require.NotEmpty(t, lines(t, c.do(append([]string{"groups", "--json"}, c.profile()...)...)))
	_, _, code := c.run(append([]string{"groups", "--json", "--user", "guide-li"}, c.profile()...)...)
	require.Equal(t, 2, code, "another account has to agree for itself")
}

// TestACertificateOfAStrangerIsRefused: TLS is verified, and what to do is said.
func TestACertificateOfAStrangerIsRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.extra = c.extra[:1]
	_, stderr, code := c.run(append([]string{"groups", "--yes"}, c.profile()...)...)
	require.Equal(t, 4, code, stderr)
	require.Contains(t, stderr, "certificate")
	require.Contains(t, stderr, "SSL_CERT_FILE")
	require.False(t, strings.Contains(stderr, secretKey))
}
