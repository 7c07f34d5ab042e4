package backend_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/cli/backend"
	"reddot/cli/local/localtest"
	"reddot/im/wire"
	"reddot/store"
)

// TestTheHandlersOfTheDocs runs both programs of docs/registry.md as they stand there, and delivers to them.
func TestTheHandlersOfTheDocs(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "registry.md"))
	require.NoError(t, err)
	t.Run("go", func(t *testing.T) {
		dir := t.TempDir()
		source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "handler.exe")
		require.NoError(t, os.WriteFile(source, []byte(block(t, docs, "go")), 0o600))
		output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, source).CombinedOutput()
		require.NoError(t, err, string(output))
		deliverTo(t, program)
	})
	t.Run("node", func(t *testing.T) {
		node, err := exec.LookPath("node")
		if err != nil {
			require.Empty(t, os.Getenv("REDDOT_REQUIRE_TOOLS"), "node is not installed")
			t.Log("node is not installed: its handler is not run")
			return
		}
		source := filepath.Join(t.TempDir(), "handler.cjs")
		require.NoError(t, os.WriteFile(source, []byte(block(t, docs, "js")), 0o600))
		deliverTo(t, node, source)
	})
}

// block returns the one program in a language.
func block(t *testing.T, docs []byte, language string) string {
	_, rest, found := strings.Cut(string(docs), "```"+language+"\n")
	require.True(t, found)
	program, _, found := strings.Cut(rest, "\n```")
	require.True(t, found)
	return program
}

// deliverTo starts a handler and holds it to what the docs say.
func deliverTo(t *testing.T, program string, arguments ...string) {
	address := localtest.SteadyAddress(t)
	var output bytes.Buffer
	handler := exec.Command(program, arguments...)
	handler.Env = append(os.Environ(), "REDDOT_SECRET=s3cret", "LISTEN="+address)
	handler.Stdout, handler.Stderr = &output, &output
	require.NoError(t, handler.Start())
	t.Cleanup(func() {
		_ = handler.Process.Kill()
		_ = handler.Wait()
		require.Equal(t, 1, strings.Count(output.String(), "new group g1"), output.String())
		require.NotContains(t, output.String(), "g2")
	})
	waitFor(t, address)

	registry := newRegistry(t, "g1")
	deliver := func(secret string) {
		sender := backend.New(backend.Options{URL: "http://" + address + "/im/groups", Secret: wire.NewSecret(secret), Registry: registry})
		require.NoError(t, sender.Retry(t.Context()))
		require.NoError(t, sender.Flush(t.Context()))
	}
	deliver("s3cret")
	require.True(t, rows(t, registry)[0].Delivered, rows(t, registry)[0].Problem)
	require.NoError(t, registry.ConfirmGroup(t.Context(), group("g1")))
	deliver("s3cret")
	require.True(t, rows(t, registry)[0].Delivered, "a repeat is accepted, and taken in once")

	require.NoError(t, registry.ConfirmGroup(t.Context(), group("g2")))
	deliver("another secret")
	require.Equal(t, "HTTP 401 Unauthorized: not signed by us", rows(t, registry)[0].Problem)
	requireOldRequestsRefused(t, address)
}

// requireOldRequestsRefused: a recorded request is worth nothing after a while.
func requireOldRequestsRefused(t *testing.T, address string) {
	body, err := backend.Body(group("g2"))
	require.NoError(t, err)
	for _, timestamp := range []string{"946684800", "", "soon"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/im/groups", bytes.NewReader(body))
		require.NoError(t, err)
		request.Header.Set(backend.HeaderTimestamp, timestamp)
		request.Header.Set(backend.HeaderSignature, backend.Signature(wire.NewSecret("s3cret"), timestamp, body))
		response, err := new(http.Client).Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusUnauthorized, response.StatusCode, timestamp)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// waitFor returns once somebody listens.
func waitFor(t *testing.T, address string) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.Eventually(t, func() bool {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return false
		}
		return connection.Close() == nil
	}, time.Minute, 10*time.Millisecond)
}

var _ backend.Registry = (*store.Registry)(nil)
