package emulator

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// BenchmarkRESTGroupSend measures durable sends into a group of 200 members: a file on disk, HTTP over loopback with
// keep-alive, 64 callers at once, and nobody connected.
func BenchmarkRESTGroupSend(b *testing.B) {
	c, err := core.Open(core.Options{Path: filepath.Join(b.TempDir(), "bench.db")})
	require.NoError(b, err)
	defer c.Close()
	var accounts []core.NewAccount
	var members []core.NewMember
	for i := range 200 {
		accounts = append(accounts, core.NewAccount{ID: fmt.Sprint("u", i)})
		members = append(members, core.NewMember{User: fmt.Sprint("u", i)})
	}
	require.NoError(b, c.ImportAccounts(b.Context(), accounts))
	_, err = c.CreateGroup(b.Context(), core.Actor{Admin: true}, core.NewGroup{ID: "g", Type: "Public", Name: "g", Members: members})
	require.NoError(b, err)

	server := httptest.NewServer(newRESTFront(restConfig{
		Core: c, AppID: restApp, Key: restKey, Admins: []string{restAdmin}, Faults: NewFaults(),
	}))
	defer server.Close()
	sig := signed(b, restKey, restApp, restAdmin)
	url := fmt.Sprintf("%s/v4/group_open_http_svc/send_group_msg?sdkappid=%d&identifier=%s&usersig=%s&random=7&contenttype=json",
		server.URL, restApp, restAdmin, sig)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
	body := `{"GroupId":"g","From_Account":"u%d","Random":%d,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"这款还有货吗？主播可以再试一下吗"}}]}`
	var next atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			response, err := client.Post(url, "application/json", strings.NewReader(fmt.Sprintf(body, n%200, n)))
			if err != nil {
				b.Error(err)
				return
			}
			reply, _ := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if !bytes.Contains(reply, []byte(`"OK"`)) {
				b.Errorf("%s", reply)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}
