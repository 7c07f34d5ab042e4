package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the service tells of the other login is not known, so anything may stand there.
func TestInstanceInfo(t *testing.T) {
	empty, err := json.Marshal(KickoutNotify{KickType: 1})
	require.NoError(t, err)
	require.JSONEq(t, `{"KickType":1,"NewInstInfo":{}}`, string(empty))

	var kick KickoutNotify
	require.NoError(t, json.Unmarshal([]byte(`{"KickType":1,"NewInstInfo":{"Platform":"Android","InstId":5001,"Deep":{"a":1},"List":[1],"None":null}}`), &kick))
	require.Equal(t, "InstId=5001, Platform=Android", kick.NewInstInfo.String())
	require.Empty(t, InstanceInfo(nil).String())

	long := InstanceInfo{"Text": strings.Repeat("长", 500)}.String()
	require.LessOrEqual(t, len(long), maxInstanceInfo)
	require.True(t, strings.HasSuffix(long, "长"), "cut between characters")
}
