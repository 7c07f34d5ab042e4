package text

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// measuring matches the other ways to count columns. Each of them is wrong somewhere: by runes, by clusters before the
// terminal confirmed them, or blind to emoji that terminals disagree about.
var measuring = regexp.MustCompile(`\b(ansi\.(StringWidth|StringWidthWc|Truncate|TruncateLeft|Wrap|Wordwrap|Hardwrap|Cut)` +
	`|lipgloss\.(Width|Size)|utf8\.RuneCountInString|utf8\.RuneCount|uniseg\.|displaywidth\.|runewidth\.)`)

// TestOnlyThisPackageMeasures reads the rest of the screen's code. Line counts (lipgloss.Height) are no columns.
func TestOnlyThisPackageMeasures(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (path == filepath.Join("..", "text") || path == filepath.Join("..", "paint")):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(source), "\n") {
			if found := measuring.FindString(line); found != "" {
				t.Errorf("%s:%d: %s measures columns; use ui/text", path, i+1, found)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
