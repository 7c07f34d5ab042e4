package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrows says who may import whom among our own packages; a trailing "/..." covers what is below.
// The reasons are in CONTRIBUTING.md. Only cli may import everything.
var arrows = map[string][]string{
	"model":           {},
	"im":              {"model"},
	"im/wire":         {},
	"im/convert":      {"im", "im/wire", "model"},
	"im/push":         {"crash", "im", "im/convert", "im/wire", "model"},
	"im/rest":         {"crash", "im", "im/convert", "im/wire", "model"},
	"im/imtest":       {"im", "model"},
	"im/emulator/...": {"im/wire", "im/emulator/..."},
	"readsync":        {"crash", "model", "im"},
	"session":         {"crash", "model", "im", "readsync"},
	"store":           {"model"},
	"config":          {"im/wire", "model"},
	"crash":           {},
	"ui":              {"model", "session", "ui/..."},
	"ui/...":          {"crash", "model", "ui/..."},
}

func TestImportArrows(t *testing.T) {
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	output, err := list.Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		from := strings.TrimPrefix(fields[0], "reddot/")
		if from == "reddot" || from == "cli" || strings.HasPrefix(from, "cli/") || strings.HasPrefix(from, "e2e") {
			continue
		}
		allowed, known := arrowsOf(from)
		require.True(t, known, "package %s has no place in the house: add it to the map of arrows", from)
		for _, imported := range fields[1:] {
			to, ours := strings.CutPrefix(imported, "reddot/")
			require.True(t, !ours || matches(allowed, to), "%s must not import %s", from, to)
		}
	}
}

func arrowsOf(from string) ([]string, bool) {
	if allowed, ok := arrows[from]; ok {
		return allowed, true
	}
	for pattern, allowed := range arrows {
		if matches([]string{pattern}, from) {
			return allowed, true
		}
	}
	return nil, false
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		below, deep := strings.CutSuffix(pattern, "/...")
		return pattern == path || deep && (path == below || strings.HasPrefix(path, below+"/"))
	})
}

// TestGoroutinesBesideAScreenAreGuarded finds goroutines whose panic would leave a terminal as the screen had set it.
func TestGoroutinesBesideAScreenAreGuarded(t *testing.T) {
	starts := regexp.MustCompile(`^\s*go |\.Go\(`)
	for _, room := range []string{"im/push", "im/rest", "readsync", "session", "store", "ui"} {
		require.NoError(t, filepath.WalkDir(room, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for number, line := range strings.Split(string(source), "\n") {
				guarded := strings.Contains(line, "crash.") || strings.Contains(line, "p.guarded(") || strings.Contains(line, "p.program.Quit()")
				if starts.MatchString(line) && !guarded {
					t.Errorf("%s:%d: %s: begin it with crash.Guard, Task or Persist", path, number+1, strings.TrimSpace(line))
				}
			}
			return err
		}))
	}
}
