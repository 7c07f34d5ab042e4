package credential

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring is the store of the operating system: Keychain, Credential Manager or Secret Service. It may ask the user to
// unlock it.
type Keyring struct{}

// NoKeyringError says that this machine offers no keyring, or one that does not answer.
type NoKeyringError struct{ Err error }

func (e *NoKeyringError) Error() string { return "there is no keyring: " + e.Err.Error() }
func (e *NoKeyringError) Unwrap() error { return e.Err }

const (
	keyringService = "reddot"
	// unlocking is how long a person may take to unlock the keyring.
	unlocking = 30 * time.Second
)

// Get implements Store.
func (Keyring) Get(ctx context.Context, profile string) (Credential, error) {
	text, err := keyringDo(ctx, func() (string, error) { return keyring.Get(keyringService, profile) })
	if err != nil {
		return Credential{}, err
	}
	return decode(text)
}

// Set implements Store.
func (Keyring) Set(ctx context.Context, profile string, credential Credential) error {
	_, err := keyringDo(ctx, func() (string, error) {
		return "", keyring.Set(keyringService, profile, credential.encode())
	})
	return err
}

// Delete implements Store.
func (Keyring) Delete(ctx context.Context, profile string) error {
	_, err := keyringDo(ctx, func() (string, error) { return "", keyring.Delete(keyringService, profile) })
	return err
}

// keyringDo bounds what may wait for a person. A call that never ends stays behind; the program's end ends it.
func keyringDo(ctx context.Context, do func() (string, error)) (string, error) {
	if !hasKeyring() {
		return "", &NoKeyringError{errors.New("no session bus")}
	}
	ctx, cancel := context.WithTimeout(ctx, unlocking)
	defer cancel()
	type outcome struct {
		text string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		text, err := do()
		done <- outcome{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", &NoKeyringError{fmt.Errorf("it does not answer: %w", ctx.Err())}
	case result := <-done:
		switch {
		case result.err == nil:
			return result.text, nil
		case errors.Is(result.err, keyring.ErrNotFound):
			return "", ErrNone
		default:
			return "", &NoKeyringError{result.err}
		}
	}
}

// hasKeyring keeps the library from starting a session bus of its own on machines without one.
func hasKeyring() bool {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), "/run/user/" + strconv.Itoa(os.Getuid())} {
		if _, err := os.Stat(filepath.Join(dir, "bus")); dir != "" && err == nil {
			return true
		}
	}
	return false
}
