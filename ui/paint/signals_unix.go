//go:build unix

package paint

import (
	"os"
	"os/signal"
	"syscall"
)

const canSuspend = true

// watched are changes of the window's size, stops from outside and continues after one, the wish to end, the loss of
// the terminal among them, and the wish to see what all goroutines do.
var watched = []os.Signal{
	syscall.SIGWINCH, syscall.SIGTSTP, syscall.SIGCONT, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT,
}

func continued(sig os.Signal) bool { return sig == syscall.SIGCONT }

func stopped(sig os.Signal) bool { return sig == syscall.SIGTSTP }

func ends(sig os.Signal) bool { return sig == syscall.SIGHUP || sig == syscall.SIGTERM }

func interrupts(sig os.Signal) bool { return sig == syscall.SIGINT }

func dumps(sig os.Signal) bool { return sig == syscall.SIGQUIT }

// stop does what SIGTSTP does where nobody watches it. Who has watched it once gets it for ever: only SIGSTOP is left.
func stop() { _ = syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) }

// dump ends the process as SIGQUIT does where nobody watches it: with the stacks of all goroutines.
func dump() {
	signal.Reset(syscall.SIGQUIT)
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
}
