package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"reddot/cli/local"
)

// warn says something on stderr that is no failure. With --json nobody reads it there; reddot doctor tells the same.
func (a *app) warn(text string) {
	if !a.flags.json {
		fmt.Fprintln(a.err, "reddot: "+text)
	}
}

// sayOnce warns once in the life of this installation; name tells one warning from another. Where nothing can be
// remembered it is said each time.
func (a *app) sayOnce(name, text string) {
	if a.flags.json || said(name) {
		return
	}
	a.warn(text)
}

// said marks a warning as said and returns whether it was marked before.
func said(name string) bool {
	home, err := local.Home()
	if err != nil {
		return false
	}
	dir := filepath.Join(home, "said")
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	mark, err := os.OpenFile(filepath.Join(dir, safeName(name)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_ = mark.Close()
	}
	return os.IsExist(err)
}
