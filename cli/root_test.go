package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHelpSpeaksTheUsersLanguageAlsoWhereTheLibraryWordsIt(t *testing.T) {
	for _, arguments := range [][]string{{"--help"}, {"group", "--help"}, {"send", "--help"}} {
		var out bytes.Buffer
		require.Equal(t, exitDone, Main(append(arguments, "--lang", "zh"), strings.NewReader(""), &out, &out))
		require.Contains(t, out.String(), "查看用法")
		for _, foreign := range []string{"Help for", "Help about", "Version for", "Generate"} {
			require.NotContains(t, out.String(), foreign, "%v", arguments)
		}
	}
}
