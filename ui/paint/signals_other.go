//go:build !unix

package paint

import "os"

const canSuspend = false

// watched is empty: here the window's size comes with the input.
var watched []os.Signal

func continued(os.Signal) bool { return false }

func stopped(os.Signal) bool { return false }

func ends(os.Signal) bool { return false }

func interrupts(os.Signal) bool { return false }

func dumps(os.Signal) bool { return false }

func stop() {}

func dump() {}
