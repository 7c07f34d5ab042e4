package paint

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// forbidden is late, dead or wrong while the framework's renderer is off.
var forbidden = regexp.MustCompile(`\btea\.(Raw|SetClipboard|ReadClipboard|SetPrimaryClipboard|ReadPrimaryClipboard|` +
	`Request\w+|Exec|ExecProcess|Println|Printf|ClearScreen)\b|\bOnMouse\b`)

// TestModelsUseOurCommands reads the models, which run under this painter and under the stock renderer.
func TestModelsUseOurCommands(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path == filepath.Join("..", "paint"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(source), "\n") {
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d: %s does not work under this painter; see paint.Raw, SetClipboard and Exec", path, i+1, found)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
