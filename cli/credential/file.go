package credential

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
)

// Files keeps each credential in a file of its own.
type Files struct {
	// Dir is made when it is needed.
	Dir string
}

// Path is the file of a profile.
func (f Files) Path(profile string) string {
	return filepath.Join(f.Dir, url.PathEscape(profile)+".secret")
}

// Get implements Store.
func (f Files) Get(_ context.Context, profile string) (Credential, error) {
	text, err := os.ReadFile(f.Path(profile))
	if errors.Is(err, fs.ErrNotExist) {
		return Credential{}, ErrNone
	}
	if err != nil {
		return Credential{}, fmt.Errorf("read what reddot login stored: %w", err)
	}
	return decode(string(text))
}

// Set implements Store.
func (f Files) Set(_ context.Context, profile string, credential Credential) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("make the configuration directory: %w", err)
	}
	file, err := os.CreateTemp(f.Dir, ".secret-*") // 0600 from the start
	if err != nil {
		return fmt.Errorf("store the secret: %w", err)
	}
	defer os.Remove(file.Name()) // no more there once it has its name
	_, err = file.WriteString(credential.encode() + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("store the secret: %w", err)
	}
	if err := os.Rename(file.Name(), f.Path(profile)); err != nil {
		return fmt.Errorf("store the secret: %w", err)
	}
	return nil
}

// Delete implements Store.
func (f Files) Delete(_ context.Context, profile string) error {
	err := os.Remove(f.Path(profile))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	return err
}

// Exposed says whether others on this machine can read a file. Windows has other rights than modes, so there nothing is
// known to be exposed.
func Exposed(path string) bool {
	info, err := os.Stat(path)
	return err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}
