package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// FuzzRESTBody sends any body to any command: the answer is always a JSON object with a code.
func FuzzRESTBody(f *testing.F) {
	commands := slices.Sorted(maps.Keys(restCommands))
	for i := range commands {
		f.Add(uint8(i), `{"GroupId":"g","UserID":"ann","To_Account":["ann"],"From_Account":"ann","MsgSeqList":[{"MsgSeq":1}]}`)
		f.Add(uint8(i), `{"GroupIdList":["g"],"MemberList":[{"Member_Account":"ann"}],"To_Account":"ann","MsgRandom":1,"Random":1,"MsgBody":[{}]}`)
	}
	c, err := core.Open(core.Options{Path: core.Memory})
	require.NoError(f, err)
	f.Cleanup(func() { _ = c.Close() })
	require.NoError(f, c.ImportAccounts(f.Context(), []core.NewAccount{{ID: "ann"}, {ID: "bo"}}))
	_, err = c.CreateGroup(f.Context(), core.Actor{Admin: true}, core.NewGroup{ID: "g", Type: "Public", Name: "g", Owner: "ann"})
	require.NoError(f, err)
	front := newRESTFront(restConfig{Core: c, AppID: restApp, Key: restKey, Admins: []string{restAdmin}, Faults: NewFaults()})
	query := "?sdkappid=1400000001&identifier=" + restAdmin + "&usersig=" + signed(f, restKey, restApp, restAdmin)

	f.Fuzz(func(t *testing.T, index uint8, body string) {
		command := commands[int(index)%len(commands)]
		if command == "emulator.set_faults" || command == "im_open_login_svc.kick" {
			return // they change what the other calls get
		}
		path := "/v4/" + strings.Replace(command, ".", "/", 1) + query
		w := httptest.NewRecorder()
		front.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(body)))
		require.Equal(t, http.StatusOK, w.Code)
		var reply struct{ ActionStatus string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &reply), "%s", w.Body)
		require.Contains(t, []string{"OK", "FAIL"}, reply.ActionStatus)
	})
}
