package cli

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJSONIsHarmlessOnATerminalAndTheSameToPrograms(t *testing.T) {
	said := map[string]string{"text": "还有货吗 <b>&\u009b2J\u007f\u202eabc\u2069 👨‍👩‍👧"}
	var out bytes.Buffer
	require.NoError(t, writeJSON(&out, said, map[string]string{"text": "好"}))
	require.Equal(t, `{"text":"还有货吗 <b>&\u009b2J\u007f\u202eabc\u2069 👨‍👩‍👧"}`+"\n"+`{"text":"好"}`+"\n", out.String())

	var read map[string]string
	require.NoError(t, json.NewDecoder(&out).Decode(&read))
	require.Equal(t, said, read)
}
