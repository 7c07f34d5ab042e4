package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator"
	"reddot/im/emulator/core"
	"reddot/im/push"
	"reddot/im/wire"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

// BenchmarkReadOnAClearsOnB opens a group on one device and waits until the other device's badge is gone: two whole
// sessions with their stores on disk, over real WebSockets, against a server that keeps every message on disk. Each
// time it is another group, as when somebody goes through the list: reads of one group are coalesced.
func BenchmarkReadOnAClearsOnB(b *testing.B) {
	server, address := benchServer(b)
	groups := make([]string, b.N)
	for i := range groups {
		groups[i] = fmt.Sprintf("shop%04d", i)
		benchGroup(b, server, groups[i])
	}
	a, other := benchSession(b, address, "a"), benchSession(b, address, "b")
	require.NoError(b, a.WaitSynced(b.Context()))
	require.NoError(b, other.WaitSynced(b.Context()))

	delays := make([]time.Duration, 0, b.N)
	for _, group := range groups {
		id := model.GroupConversation(group)
		b.StopTimer()
		a.Look(session.Viewing{})
		say(b, server, group, 1)
		awaitUnread(a, id, 1)
		awaitUnread(other, id, 1)
		b.StartTimer()
		begin := time.Now()
		a.Look(session.Viewing{Conversation: id, AtBottom: true, Focused: true})
		awaitUnread(other, id, 0)
		delays = append(delays, time.Since(begin))
	}
	reportPercentiles(b, delays)
}

// BenchmarkMessageToSession sends over the server's core and waits until another client's session shows it.
func BenchmarkMessageToSession(b *testing.B) {
	const group = "shop"
	server, address := benchServer(b)
	benchGroup(b, server, group)
	id := model.GroupConversation(group)
	a := benchSession(b, address, "a")
	require.NoError(b, a.WaitSynced(b.Context()))
	delays := make([]time.Duration, 0, b.N)
	for i := range b.N {
		last := a.View().ByID[id].LastSequence
		begin := time.Now()
		say(b, server, group, uint32(i+1))
		for a.View().ByID[id].LastSequence == last {
			<-a.Changed()
		}
		delays = append(delays, time.Since(begin))
	}
	reportPercentiles(b, delays)
}

func benchServer(b *testing.B) (*emulator.Server, string) {
	b.Helper()
	server, err := emulator.New(emulator.Options{Data: b.TempDir(), SecretKey: wire.NewSecret("bench-key")})
	require.NoError(b, err)
	require.NoError(b, server.Core().ImportAccounts(b.Context(), []core.NewAccount{{ID: "anchor"}, {ID: "buyer"}}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	b.Cleanup(func() {
		cancel()
		require.NoError(b, <-served)
		require.NoError(b, server.Close())
	})
	return server, listener.Addr().String()
}

func benchGroup(b *testing.B, server *emulator.Server, group string) {
	b.Helper()
	_, err := server.Core().CreateGroup(b.Context(), core.Actor{User: "administrator", Admin: true}, core.NewGroup{
		ID: group, Owner: "anchor", Type: "Public", Name: group, Members: []core.NewMember{{User: "buyer"}},
	})
	require.NoError(b, err)
}

func say(b *testing.B, server *emulator.Server, group string, random uint32) {
	b.Helper()
	_, err := server.Core().SendGroup(b.Context(), core.Actor{User: "buyer", Admin: true}, core.GroupSend{
		Group: group, From: "buyer", Random: random, NeedReceipt: true,
		Body: json.RawMessage(fmt.Sprintf(`[{"MsgType":"TIMTextElem","MsgContent":{"Text":"第 %d 条"}}]`, random)),
	})
	require.NoError(b, err)
}

func benchSession(b *testing.B, address, device string) *session.Session {
	b.Helper()
	signature, err := wire.GenerateUserSig(emulator.DefaultAppID, wire.NewSecret("bench-key"), "anchor", time.Hour)
	require.NoError(b, err)
	kept, err := store.Open(filepath.Join(b.TempDir(), device+".db"), store.Options{})
	require.NoError(b, err)
	client := push.New(push.Options{URLs: push.At("ws://" + address), AppID: emulator.DefaultAppID, User: "anchor", UserSig: wire.NewSecret(signature), Device: device})
	s := session.New(session.Options{Client: client, Store: kept, Journal: kept, Device: device})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		require.NoError(b, <-ended)
		require.NoError(b, client.Close())
		require.NoError(b, kept.Close())
	})
	return s
}

func awaitUnread(s *session.Session, id model.ConversationID, unread int) {
	for {
		if conversation := s.View().ByID[id]; conversation != nil && conversation.Unread == unread && !conversation.UnreadPending {
			return
		}
		<-s.Changed()
	}
}

func reportPercentiles(b *testing.B, delays []time.Duration) {
	b.Helper()
	slices.Sort(delays)
	milliseconds := func(share float64) float64 {
		return float64(delays[int(share*float64(len(delays)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(milliseconds(0.50), "p50-ms")
	b.ReportMetric(milliseconds(0.99), "p99-ms")
}
