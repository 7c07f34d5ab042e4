package emulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"reddot/im/emulator/authority"
	"reddot/im/wire"
)

// secureServer serves by TLS and returns its HOST:PORT and a client that trusts it.
func secureServer(t *testing.T) (*Server, string, *http.Client) {
	t.Helper()
	dir := t.TempDir()
	certificate, err := authority.Certificate(dir, []string{"localhost", "127.0.0.1"}, time.Now())
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf) // that the authority is trusted is authority's own test
	server, err := New(Options{Data: Memory, SecretKey: wire.NewSecret("key"), Certificate: &certificate})
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-served)
		require.NoError(t, server.Close())
	})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	t.Cleanup(client.CloseIdleConnections)
	return server, listener.Addr().String(), client
}

func TestOnePortSpeaksTLSAndPlainHTTP(t *testing.T) {
	_, address, client := secureServer(t)
	for _, url := range []string{"https://" + address, "http://" + address} {
		response, err := client.Post(url+"/v4/im_open_login_svc/account_check", "application/json", strings.NewReader("{}"))
		require.NoError(t, err, url)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Contains(t, string(text), "ErrorCode", url)
	}
	for _, url := range []string{"wss://" + address, "ws://" + address} {
		socket, _, err := websocket.Dial(t.Context(), url+"/info?sdkappid=1", &websocket.DialOptions{HTTPClient: client})
		require.NoError(t, err, url)
		require.NoError(t, socket.Write(t.Context(), websocket.MessageText, []byte(`{"head":{"servcmd":"heartbeat.alive","seq":7},"body":{}}`)))
		_, frame, err := socket.Read(t.Context())
		require.NoError(t, err, url)
		require.Contains(t, string(frame), `"seq":7`)
		require.NoError(t, socket.CloseNow())
	}
}

func TestFilesOfASecureServerAreFetchedByTLS(t *testing.T) {
	server, address, client := secureServer(t)
	sig, err := wire.GenerateUserSig(server.AppID(), server.SecretKey(), "alice", time.Hour)
	require.NoError(t, err)
	response, err := client.Post("https://"+address+"/media?sdkappid=1400000001&identifier=alice&type=file&name=a.txt&usersig="+sig, "", strings.NewReader("words"))
	require.NoError(t, err)
	defer response.Body.Close()
	var reply struct {
		URL string `json:"Url"`
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&reply))
	require.Regexp(t, "^https://", reply.URL)

	got, err := client.Get(reply.URL)
	require.NoError(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, "words", string(text))
	before := strings.Replace(reply.URL, "https", "http", 1)
	require.Equal(t, reply.URL, string(server.addressTo(accountOf(t, server, "alice"), []byte(before))), "posted when the server spoke no TLS")
}

func accountOf(t *testing.T, server *Server, user string) uint32 {
	t.Helper()
	account, known := server.core.Account(user)
	require.True(t, known)
	return account.UID
}

// TestWhoSaysNothingHoldsUpNobody: neither other clients nor the end.
func TestWhoSaysNothingHoldsUpNobody(t *testing.T) {
	_, address, client := secureServer(t)
	silent, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer silent.Close()
	response, err := client.Get("https://" + address + "/metrics")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}

// elsewhere is a listener whose clients are on other machines.
type elsewhere struct{ net.Listener }

type elsewhereConn struct{ net.Conn }

func (l elsewhere) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return elsewhereConn{conn}, err
}

func (elsewhereConn) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 168, 7, 9), Port: 4711}
}

func TestOtherMachinesAreServedByTLSAlone(t *testing.T) {
	certificate, err := authority.Certificate(t.TempDir(), []string{"127.0.0.1"}, time.Now())
	require.NoError(t, err)
	below, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &httptest.Server{
		Listener: newSecureListener(elsewhere{below}, tlsSettings(&certificate)),
		Config:   &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "served") })},
	}
	server.Start()
	defer server.Close()

	response, err := http.Get("http://" + below.Addr().String())
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusBadRequest, response.StatusCode)

	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	secure, err := client.Get("https://" + below.Addr().String())
	require.NoError(t, err)
	defer secure.Body.Close()
	text, err := io.ReadAll(secure.Body)
	require.NoError(t, err)
	require.Equal(t, "served", string(text))
}
