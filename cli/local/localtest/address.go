// Package localtest has what tests share that run servers on this machine.
package localtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"testing"
)

// The ports that steady addresses are from. Systems choose from higher ones, for whoever asks for any.
const (
	firstPort = 20_000
	portCount = 12_000
)

// next counts the ports that were handed out, from somewhere else in every process.
var next atomic.Uint32

func init() { next.Store(rand.Uint32N(portCount)) }

// SteadyAddress returns a loopback address, HOST:PORT, for a server that starts later, or ends and comes back. A port that the
// system chose could be given to any other program meanwhile.
func SteadyAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprint("127.0.0.1:", firstPort+next.Add(1)%portCount)
		if listener, err := net.Listen("tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	t.Fatalf("no port between %d and %d is free", firstPort, firstPort+portCount)
	return ""
}
