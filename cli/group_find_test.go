package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestATableOfGroupsHoldsNothingThatATerminalOrASpreadsheetObeys(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &out, words: english}
	require.NoError(t, a.writeRegistry([]model.RegisteredGroup{
		{ID: "@TGS#1", Name: "=HYPERLINK(\"x\")", Type: model.Public, Problem: "HTTP 500: \x1b]0;gone\x07 \u202eno"},
	}))
	require.Equal(t, "group,name,type,owner,created,pending,delivered,problem,members\n"+
		"@TGS#1,\"'=HYPERLINK(\"\"x\"\")\",Public,,1970-01-01T00:00:00Z,false,false,HTTP 500:  no,0\n", out.String())
}
