package core

import (
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSequencesAndHistoryStayInOrderWhenTheClockStepsBack: times never go back, neither
// within a process nor over a restart, and a repeated send is still recognised.
func TestSequencesAndHistoryStayInOrderWhenTheClockStepsBack(t *testing.T) {
	path := t.TempDir() + "/server.db"
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	open := func() *Core {
		c, err := Open(Options{Path: path, Now: func() time.Time { return time.Unix(0, now.Load()) }})
		require.NoError(t, err)
		return c
	}
	c := open()
	require.NoError(t, c.ImportAccounts(t.Context(), []NewAccount{{ID: "alice"}, {ID: "bob"}}))
	_, err := c.CreateGroup(t.Context(), diskAdmin, NewGroup{ID: "g", Type: "Public", Name: "g", Owner: "alice", Members: []NewMember{{User: "bob"}}})
	require.NoError(t, err)
	var random uint32
	step := func(by time.Duration) {
		now.Add(int64(by))
		for range 3 {
			random++
			sent, err := diskSend(t, c, random, 10)
			require.NoError(t, err)
			require.Equal(t, random, sent.Seq)
			_, err = c.SendC2C(t.Context(), Actor{User: "alice"}, C2CSend{
				From: "alice", To: "bob", Seq: random, Random: random, Body: json.RawMessage(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"x"}}]`),
			})
			require.NoError(t, err)
		}
		again, err := diskSend(t, c, random, 10)
		require.NoError(t, err)
		require.True(t, again.Duplicate)
		require.Equal(t, random, again.Seq)
	}
	step(0)
	step(-2 * time.Hour)
	require.NoError(t, c.Close())
	now.Add(int64(-24 * time.Hour))
	c = open()
	defer func() { require.NoError(t, c.Close()) }()
	step(0)
	step(-time.Minute)
	step(72 * time.Hour)

	page, err := c.GroupHistory(t.Context(), diskAdmin, "g", 0, 100)
	require.NoError(t, err)
	require.Len(t, page.Messages, int(random))
	requireOrder(t, page.Messages)
	talk, err := c.C2CHistory(t.Context(), Actor{User: "bob"}, C2CQuery{Peer: "alice", N: 100})
	require.NoError(t, err)
	require.Len(t, talk.Messages, int(random))
	slices.Reverse(talk.Messages)
	requireOrder(t, talk.Messages)
}

// requireOrder looks whether messages, newest first, are without gap and none is later than
// the one after it.
func requireOrder(t *testing.T, newestFirst []*Message) {
	t.Helper()
	for i := 1; i < len(newestFirst); i++ {
		require.Equal(t, newestFirst[i-1].Seq, newestFirst[i].Seq+1)
		require.LessOrEqual(t, newestFirst[i].Time, newestFirst[i-1].Time)
	}
}
