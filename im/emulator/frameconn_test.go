package emulator

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAHeldFrameGoesOutWholeAndInOrder: the header's buffer is used again at once, a pong
// comes in between, and afterwards the connection is a plain one.
func TestAHeldFrameGoesOutWholeAndInOrder(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	received := make(chan []byte, 1)
	go func() {
		other, err := listener.Accept()
		if err != nil {
			close(received)
			return
		}
		text, _ := io.ReadAll(other)
		received <- text
	}()
	plain, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	conn := &frameConn{Conn: plain}
	write := func(part []byte) {
		n, err := conn.Write(part)
		require.NoError(t, err)
		require.Equal(t, len(part), n)
	}
	payload := bytes.Repeat([]byte("p"), 100_000)
	var want []byte
	for range 2 {
		conn.hold()
		buffer := []byte("header")
		write(buffer)
		write(payload)
		copy(buffer, "pong!!")
		write(buffer)
		copy(buffer, "xxxxxx")
		require.NoError(t, conn.release(time.Minute))
		write([]byte("plain"))
		want = append(append(append(want, "header"...), payload...), "pong!!plain"...)
	}
	require.NoError(t, conn.Close())
	require.True(t, bytes.Equal(want, <-received))
}
