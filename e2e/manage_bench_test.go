package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/im/emulator"
	"reddot/im/emulator/core"
	"reddot/im/push"
	"reddot/im/rest"
	"reddot/im/wire"
	"reddot/session"
	"reddot/store"
)

// BenchmarkAllMembers lists the 6,000 members of a group with nick names and read positions, page by page, as the member list
// does when it opens: at first, and when the nick names are known.
func BenchmarkAllMembers(b *testing.B) {
	const members = 6000
	server, address := benchServer(b)
	accounts := []core.NewAccount{}
	list := []core.NewMember{}
	for i := range members - 1 {
		user := fmt.Sprintf("customer%d", i)
		accounts = append(accounts, core.NewAccount{ID: user, Nick: "顾客" + fmt.Sprint(i)})
		list = append(list, core.NewMember{User: user})
	}
	require.NoError(b, server.Core().ImportAccounts(b.Context(), accounts))
	admin := core.Actor{User: "administrator", Admin: true}
	_, err := server.Core().CreateGroup(b.Context(), admin, core.NewGroup{ID: "big", Owner: "anchor", Type: "Public", Name: "big", MaxMemberNum: members})
	require.NoError(b, err)
	for start := 0; start < len(list); start += 300 {
		_, err := server.Core().AddMembers(b.Context(), admin, "big", list[start:min(start+300, len(list))], true)
		require.NoError(b, err)
	}
	for name, client := range map[string]im.Client{"push": benchPush(b, address), "rest": benchREST(b, address)} {
		b.Run(name, func(b *testing.B) {
			kept, err := store.Open(filepath.Join(b.TempDir(), "client.db"), store.Options{})
			require.NoError(b, err)
			s := session.New(session.Options{Client: client, Store: kept, Journal: kept, Device: name})
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- s.Run(ctx) }()
			require.NoError(b, s.WaitSynced(b.Context()))
			list := func() time.Duration {
				began := time.Now()
				all, err := s.MembersOf(b.Context(), "big")
				require.NoError(b, err)
				require.Len(b, all, members)
				return time.Since(began)
			}
			first := list()
			var delays []time.Duration
			for b.Loop() {
				delays = append(delays, list())
			}
			b.ReportMetric(float64(first.Milliseconds()), "first-ms")
			reportPercentiles(b, delays)
			cancel()
			require.NoError(b, <-ended)
			require.NoError(b, client.Close())
			require.NoError(b, kept.Close())
		})
	}
}

func benchSignature(b *testing.B, user string) wire.Secret {
	signature, err := wire.GenerateUserSig(emulator.DefaultAppID, wire.NewSecret("bench-key"), user, time.Hour)
	require.NoError(b, err)
	return wire.NewSecret(signature)
}

func benchPush(b *testing.B, address string) im.Client {
	return push.New(push.Options{
		URLs: push.At("ws://" + address), AppID: emulator.DefaultAppID, User: "anchor", UserSig: benchSignature(b, "anchor"), Device: "push",
	})
}

func benchREST(b *testing.B, address string) im.Client {
	return rest.New(rest.Options{
		URL: "http://" + address, AppID: emulator.DefaultAppID, User: "anchor", Admin: "administrator", Device: "rest",
		Sign: func(context.Context) (wire.Secret, error) { return benchSignature(b, "administrator"), nil },
	})
}
