//go:build unix && !darwin

package local

import (
	"fmt"
	"os"
	"path/filepath"
)

func platformHome() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for data: %w; set HOME or XDG_DATA_HOME", err)
	}
	return filepath.Join(home, ".local", "share", "reddot"), nil
}
