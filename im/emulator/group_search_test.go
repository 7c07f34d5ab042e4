package emulator

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSearchingGroups: one word or all of them, in names and ids, page by page; closed groups are found by their members alone.
func TestSearchingGroups(t *testing.T) {
	w := chat(t)
	for _, group := range []string{
		`"GroupId":"a","Type":"Public","Name":"新品 秋"`, `"GroupId":"b","Type":"ChatRoom","Name":"新品 冬"`,
		`"GroupId":"c","Type":"Private","Name":"新品 内部","Owner_Account":"bob"`, `"GroupId":"d","Type":"Public","Name":"NEWS"`,
	} {
		w.ok("group_open_http_svc/create_group", `{`+group+`}`)
	}
	found := func(user, body string) (ids []string, cursor any) {
		reply := w.login(user, 7).good("group_search.query", body)
		require.EqualValues(t, 0, reply["Code"])
		for _, row := range reply["GroupList"].([]any) {
			ids = append(ids, row.(map[string]any)["GroupId"].(string))
		}
		return ids, reply["Cursor"]
	}
	ids, cursor := found("alice", `{"Keywords":["新品"],"KeywordMatchType":0,"Count":20}`)
	require.Equal(t, []string{"a", "b"}, ids)
	require.Equal(t, "", cursor)
	ids, cursor = found("bob", `{"Keywords":["新品"],"KeywordMatchType":0,"Count":2}`)
	require.Equal(t, []string{"a", "b"}, ids)
	require.Equal(t, "2", cursor)
	ids, _ = found("bob", `{"Keywords":["新品"],"KeywordMatchType":0,"Count":2,"Cursor":"2"}`)
	require.Equal(t, []string{"c"}, ids)
	ids, _ = found("alice", `{"Keywords":["秋","news"],"KeywordMatchType":0,"Count":20}`)
	require.Equal(t, []string{"a", "d"}, ids)
	ids, _ = found("alice", `{"Keywords":["新品","冬"],"KeywordMatchType":1,"Count":20}`)
	require.Equal(t, []string{"b"}, ids)
	ids, _ = found("alice", `{"Keywords":[],"Count":20,"Cursor":"nonsense"}`)
	require.Empty(t, ids)
}

func TestSearchingNeedsAnEdition(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Edition = EditionPro })
	w.ok("im_open_login_svc/account_import", `{"UserID":"alice"}`)
	reply := w.login("alice", 7).good("group_search.query", `{"Keywords":["x"],"Count":20}`)
	require.EqualValues(t, 60020, reply["Code"])
}
