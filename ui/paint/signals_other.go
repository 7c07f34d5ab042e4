//go:build !unix

package paint

import "os"

const canSuspend = false

// notify delivers nothing: here the window's size comes with the input.
func notify() (signals <-chan os.Signal, stop func()) { return nil, func() {} }

func continued(os.Signal) bool { return false }

func hungUp(os.Signal) bool { return false }
