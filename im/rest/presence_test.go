package rest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPresence can be asked before anybody connects, and reads both names of a status.
func TestPresence(t *testing.T) {
	s := newService(t)
	s.script("openim/query_online_status", `{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","QueryResult":[
		{"To_Account":"ann","Status":"Online","Detail":[{"Platform":"Web","Status":"Online"},{"Platform":"iPhone","Status":"PushOnline"},{"Platform":"PC","Status":"Offline"}]},
		{"To_Account":"bo","State":"Offline"}],"ErrorList":[{"To_Account":"zed","ErrorCode":70107}]}`)
	known, err := s.client().Presence(t.Context(), []string{"ann", "bo", "zed"})
	require.NoError(t, err)
	require.Equal(t, []Presence{{User: "ann", Online: []string{"Web"}, Waiting: []string{"iPhone"}}, {User: "bo"}}, known)
	requireJSON(t, `{"To_Account":["ann","bo","zed"],"IsNeedDetail":1}`, s.last("openim/query_online_status").body)
}
