//go:build unix

package paint

import (
	"os"
	"os/signal"
	"syscall"
)

const canSuspend = true

// notify delivers changes of the window's size, continues after a stop, and the loss of the terminal.
func notify() (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}

func continued(sig os.Signal) bool { return sig == syscall.SIGCONT }

func hungUp(sig os.Signal) bool { return sig == syscall.SIGHUP }
