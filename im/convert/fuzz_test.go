package convert

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzScanner reads documents as encoding/json does: what that accepts is accepted, and its strings and integers read
// the same.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":"b\"c\\","n":-12,"l":[1,2,{"x":null}]}`, `{"a":"\u4f60\ud83d\ude00"}`, ` { "a" : "" , "n" : 0 } `, `{"a":"\\"}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		var want map[string]json.RawMessage
		if !utf8.Valid(document) || json.Unmarshal(document, &want) != nil || want == nil {
			s := NewScanner(document, nil)
			s.Skip()
			return
		}
		s := NewScanner(document, NewInterner())
		for key := range s.Object() {
			require.Contains(t, want, key)
			value := s.Raw()
			require.True(t, json.Valid(value), "%q", value)
			var text string
			if json.Unmarshal(value, &text) == nil && value[0] == '"' {
				require.Equal(t, text, NewScanner(value, nil).Text())
			}
			var number int64
			if json.Unmarshal(value, &number) == nil && value[0] != 'n' {
				require.Equal(t, number, NewScanner(value, nil).Number())
			}
		}
		require.NoError(t, s.Err())
	})
}
