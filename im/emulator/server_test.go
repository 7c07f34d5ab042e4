package emulator

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func TestServeEndsWithItsContextAndClosesItsConnections(t *testing.T) {
	server, err := New(Options{Data: Memory})
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	ws, response, err := websocket.Dial(t.Context(), "ws://"+listener.Addr().String()+"/binfo", nil)
	require.NoError(t, err)
	if response.Body != nil {
		response.Body.Close()
	}
	require.Equal(t, listener.Addr(), server.Addr())
	stop()
	_, _, err = ws.Read(t.Context())
	require.Error(t, err)
	require.NoError(t, <-served)
	require.NoError(t, server.Close())
	_, err = http.Get("http://" + listener.Addr().String())
	require.Error(t, err, "nobody listens any more")
	_, err = server.Core().SendGroup(t.Context(), core.Actor{}, core.GroupSend{Body: []byte(textBody)})
	require.ErrorIs(t, err, core.ErrClosed)
}

func TestBeyondThisMachineOnlyWithAKeyThatWasChosen(t *testing.T) {
	for _, test := range []struct {
		key     wire.Secret
		refused bool
	}{{wire.Secret{}, true}, {wire.NewSecret("chosen"), false}} {
		server, err := New(Options{Data: Memory, SecretKey: test.key})
		require.NoError(t, err)
		listener, err := net.Listen("tcp", "0.0.0.0:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		stop()
		err = server.Serve(ctx, listener)
		require.Equal(t, test.refused, err != nil, "%v", err)
		require.NoError(t, server.Close())
	}
}

func TestTheKeyIsMadeOnceAndForItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	start := func(key wire.Secret) string {
		server, err := New(Options{Data: dir, SecretKey: key})
		require.NoError(t, err)
		defer server.Close()
		return server.SecretKey().Reveal()
	}
	made := start(wire.Secret{})
	require.Len(t, made, 64)
	require.Equal(t, made, start(wire.Secret{}))
	found, err := ReadSecret(dir)
	require.NoError(t, err)
	require.Equal(t, made, found.Reveal())
	for path, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "secret"): 0o600, filepath.Join(dir, "server.db"): 0o600} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), path)
	}
	require.Equal(t, "chosen", start(wire.NewSecret("chosen")))
	require.Equal(t, "chosen", start(wire.Secret{}), "clients that join find the key of the last start")
	_, err = ReadSecret(t.TempDir())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestADataDirectoryThatCannotBeUsedIsNamed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "server.db"), []byte("not a database, but some text that is long enough to have a header of its own, and a bit more of it"), 0o600))
	_, err := New(Options{Data: dir})
	var failure *core.StoreError
	require.ErrorAs(t, err, &failure)
	require.Equal(t, filepath.Join(dir, "server.db"), failure.Path)
}
