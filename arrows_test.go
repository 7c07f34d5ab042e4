package main

import (
	"os/exec"
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
	"im/push":         {"im", "im/convert", "im/wire", "model"},
	"im/rest":         {"im", "im/convert", "im/wire", "model"},
	"im/imtest":       {"im", "model"},
	"im/emulator/...": {"im/wire", "im/emulator/..."},
	"readsync":        {"model", "im"},
	"session":         {"model", "im", "readsync"},
	"store":           {"model"},
	"config":          {"im/wire", "model"},
	"ui":              {"model", "session", "ui/..."},
	"ui/...":          {"model", "ui/..."},
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
