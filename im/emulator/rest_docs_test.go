package emulator

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRESTCommandsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/server.md")
	require.NoError(t, err)
	for name := range withRelations(restCommands) {
		service, command, _ := strings.Cut(name, ".")
		require.Contains(t, string(text), "`"+service+"`")
		require.Contains(t, string(text), "`"+command+"`")
	}
}
