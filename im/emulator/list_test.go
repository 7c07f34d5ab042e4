package emulator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// listFrom pulls a conversation list as clients do, from a mark to the end.
func (d *device) listFrom(time, index float64, between func()) (rows map[string]map[string]any, pages int, last float64) {
	d.t.Helper()
	rows = map[string]map[string]any{}
	for {
		reply := d.good("recentcontact.page_get", fmt.Sprintf(`{"TimeStamp":%.0f,"StartIndex":%.0f,"OrderType":1}`, time, index))
		pages++
		for _, entry := range reply["SessionItem"].([]any) {
			row := entry.(map[string]any)
			name, _ := row["To_Account"].(string)
			if name == "" {
				name = row["ToAccount"].(string)
			}
			require.NotContains(d.t, rows, name)
			rows[name] = row
		}
		time, index = reply["TimeStamp"].(float64), reply["StartIndex"].(float64)
		if reply["CompleteFlag"].(float64) == 1 {
			return rows, pages, time
		}
		between()
	}
}

func TestALongConversationListComesInPages(t *testing.T) {
	w := chat(t)
	const peers = 400
	var accounts []core.NewAccount
	for i := range peers {
		accounts = append(accounts, core.NewAccount{ID: fmt.Sprintf("peer%d", i)})
	}
	require.NoError(t, w.core.ImportAccounts(t.Context(), accounts))
	text := strings.Repeat("很长", 1000)
	write := func(from string, random int, text string) {
		_, err := w.core.SendC2C(t.Context(), core.Actor{User: from}, core.C2CSend{
			From: from, To: "alice", Random: uint32(random), Body: []byte(fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":%q}}]`, text)),
		})
		require.NoError(t, err)
	}
	for i := range peers {
		write(fmt.Sprintf("peer%d", i), i, text)
	}
	alice := w.login("alice", wire.PlatformWeb)
	moved := false
	rows, pages, mark := alice.listFrom(0, 0, func() {
		if !moved { // the oldest row becomes the newest while the list is on its way
			moved = true
			write("peer399", 10_000, "hello again")
		}
	})
	require.Greater(t, pages, 5)
	require.Equal(t, peers+1, len(rows)) // and the room
	require.Contains(t, fmt.Sprint(rows["peer399"]["LastMsg"]), "hello again", "a page shows its rows as they are")

	w.clock.seconds.Add(100)
	write("peer7", 10_001, "new")
	rows, pages, _ = alice.listFrom(mark+50, 0, nil)
	require.Equal(t, 1, pages)
	require.Equal(t, 1, len(rows))

	// A page of a list that another connection began: it begins anew.
	other := w.login("alice", wire.PlatformWeb)
	rows, _, _ = other.listFrom(0, 100, func() {})
	require.Equal(t, peers+1, len(rows)) // and the room
}
