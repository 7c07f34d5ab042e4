package emulator

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"reddot/im/wire"
)

// secretFile holds the key that signs for this server, in its data directory.
const secretFile = "secret"

// ReadSecret returns the key of a server by its data directory; the server need not run.
func ReadSecret(dir string) (wire.Secret, error) {
	path := filepath.Join(dir, secretFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return wire.Secret{}, fmt.Errorf("read the server's key: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return wire.Secret{}, fmt.Errorf("read the server's key: %s is empty; remove it and start the server to make a new one", path)
	}
	return wire.NewSecret(key), nil
}

// makeSecret returns the key of a data directory, making it at the first start. A key that
// was given replaces the one there, so that clients of this machine find the right one.
func makeSecret(dir string, given wire.Secret) (wire.Secret, error) {
	if dir == Memory {
		if given.IsEmpty() {
			return newSecret(), nil
		}
		return given, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return wire.Secret{}, fmt.Errorf("make the data directory: %w; choose another one", err)
	}
	old, err := ReadSecret(dir)
	switch {
	case err == nil && (given.IsEmpty() || given.Reveal() == old.Reveal()):
		return old, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return wire.Secret{}, err
	case given.IsEmpty():
		given = newSecret()
	}
	return given, writeSecret(filepath.Join(dir, secretFile), given)
}

// writeSecret replaces the file as a whole, so that no reader finds half a key.
func writeSecret(path string, key wire.Secret) error {
	draft := path + ".new"
	if err := os.WriteFile(draft, []byte(key.Reveal()+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the server's key: %w", err)
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("write the server's key: %w", err)
	}
	return nil
}

func newSecret() wire.Secret {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return wire.NewSecret(hex.EncodeToString(random))
}
