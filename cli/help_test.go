package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// plainBeginning is a first word that the help page, which writes it with a capital and everything behind that small, leaves
// as it is or as people would write it.
var plainBeginning = regexp.MustCompile(`^([^A-Za-z]*|[A-Za-z][a-z']*[^A-Za-z]*)$`)

func TestHelpSpellsValuesAsTheyAreTyped(t *testing.T) {
	for _, spoken := range []words{chinese, english} {
		eachCommand((&app{words: spoken}).root(), func(command *cobra.Command) {
			texts := []string{command.Short}
			command.Flags().VisitAll(func(flag *pflag.Flag) { texts = append(texts, flag.Usage) })
			for _, text := range texts {
				first, _, _ := strings.Cut(text, " ")
				require.Regexp(t, plainBeginning, first, "%s: %s", command.CommandPath(), text)
			}
		})
	}
}

func eachCommand(command *cobra.Command, visit func(*cobra.Command)) {
	visit(command)
	for _, below := range command.Commands() {
		eachCommand(below, visit)
	}
}
