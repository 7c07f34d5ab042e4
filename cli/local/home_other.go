//go:build darwin || windows

package local

import (
	"fmt"
	"os"
	"path/filepath"
)

// platformHome is Application Support on macOS and AppData on Windows, as the standard library names them.
func platformHome() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for data: %w", err)
	}
	return filepath.Join(dir, "reddot", "data"), nil
}
