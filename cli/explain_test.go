package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	_ "github.com/charmbracelet/x/exp/golden" // the flag -update
	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

const codesPath = "../docs/error-codes.md"

// codesDocument writes the code table as docs/error-codes.md has it.
func codesDocument() string {
	var page strings.Builder
	page.WriteString("# 错误码 · Error codes\n\nMade from the tables in `im/wire`; change them there and run `go test ./cli -run CodesDocument -update`.\n`reddot explain CODE` shows one of them, in Chinese with `--lang zh`. What to do when: [troubleshooting.md](troubleshooting.md).\n\n")
	page.WriteString("| code | 原因 | 办法 | cause | remedy |\n|---:|---|---|---|---|\n")
	for _, code := range wire.Codes() {
		fmt.Fprintf(&page, "| %d | %s | %s | %s | %s |\n", code.Number, code.CauseZH, code.RemedyZH, code.CauseEN, code.RemedyEN)
	}
	return page.String()
}

func TestCodesDocumentIsMadeFromTheTable(t *testing.T) {
	want := codesDocument()
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		require.NoError(t, os.WriteFile(codesPath, []byte(want), 0o644))
	}
	have, err := os.ReadFile(codesPath)
	require.NoError(t, err)
	require.Equal(t, want, string(have), "run go test ./cli -run CodesDocument -update")
}
