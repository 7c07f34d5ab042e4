package convert

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestASequenceThatTheWireCannotCarry is none: taken for the newest one, it would hide all that comes.
func TestASequenceThatTheWireCannotCarry(t *testing.T) {
	for written, want := range map[string]int64{"1": 1, `"7"`: 7, "4294967295": 1<<32 - 1, "4294967296": 0, "99999999999": 0, "-5": 0, "1e300": 0, "{}": 0} {
		row := ReadRow(NewScanner(fmt.Appendf(nil, `{"GroupId":"g","From_Account":"ann","MsgSeq":%s}`, written), nil))
		require.Equal(t, want, row.Message.Sequence, written)
	}
}
