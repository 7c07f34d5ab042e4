//go:build unix

package local

import (
	"os/exec"
	"syscall"
)

// detach gives the server a session of its own, so that closing the terminal does not end it.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
