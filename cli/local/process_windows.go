package local

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// detach gives the server a process group of its own and no console.
func detach(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{
		CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS,
	}
}
