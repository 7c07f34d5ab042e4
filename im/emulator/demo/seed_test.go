package demo

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

func openCore(t testing.TB, path string) *core.Core {
	t.Helper()
	c, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestSeedShowsTheAnchorHerShop(t *testing.T) {
	c := openCore(t, core.Memory)
	shop := NewShop(1, time.Now())
	seeded, err := Seed(t.Context(), c, shop)
	require.NoError(t, err)
	require.True(t, seeded)

	groups, err := c.JoinedGroups(t.Context(), Anchor)
	require.NoError(t, err)
	unread := map[string]int{}
	for _, g := range groups {
		unread[g.Group.Name] = g.Unread
	}
	require.Equal(t, map[string]int{
		"七夕直播间": 12, "售后三群": 3, "选品讨论": 9, "秋冬预售 2 群": 13, "VIP 会员群": 128,
		"导购排班": 0, "供应链对接": 0, "直播彩排": 0, "测试群": 0,
	}, unread)

	page, err := c.GroupHistory(t.Context(), core.Actor{User: Anchor}, "@TGS#QIXI", 0, 20)
	require.NoError(t, err)
	require.Len(t, page.Messages, 20)
	require.EqualValues(t, 600, page.Messages[0].Seq)
	require.Equal(t, string(shop.Groups[0].Messages[599].Body), string(page.Messages[0].Body))
}

func TestSeedKeepsRolesAndReceipts(t *testing.T) {
	c := openCore(t, core.Memory)
	shop := NewShop(1, time.Now())
	_, err := Seed(t.Context(), c, shop)
	require.NoError(t, err)

	member, err := c.Member("@TGS#AFTER3", Assistant)
	require.NoError(t, err)
	require.Equal(t, core.RoleOwner, member.Role)
	require.Equal(t, []core.KV{{Key: RoleField, Value: "assistant"}}, member.Custom)

	for _, g := range shop.Groups {
		for _, m := range g.Messages {
			if m.From != Anchor || !m.NeedsReceipt {
				continue
			}
			receipts, err := c.Receipts(t.Context(), core.Actor{User: Anchor}, g.ID, []uint32{uint32(m.Seq)})
			require.NoError(t, err)
			require.Zero(t, receipts[0].Code)
			require.Equal(t, len(m.ReadBy), receipts[0].Read)
			require.Equal(t, len(g.Members)-1, receipts[0].Read+receipts[0].Unread)
		}
	}
}

func TestSeedLeavesAServerInUseAlone(t *testing.T) {
	c := openCore(t, core.Memory)
	require.NoError(t, c.ImportAccounts(t.Context(), []core.NewAccount{{ID: "bob"}}))
	_, err := c.CreateGroup(t.Context(), core.Actor{Admin: true}, core.NewGroup{ID: "g", Type: "Public", Name: "mine", Owner: "bob"})
	require.NoError(t, err)
	seeded, err := Seed(t.Context(), c, NewShop(1, time.Now()))
	require.NoError(t, err)
	require.False(t, seeded)
	require.Len(t, c.Groups(), 1)
}

func TestASeededShopSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.db")
	first, err := core.Open(core.Options{Path: path})
	require.NoError(t, err)
	require.NoError(t, seedNow(t.Context(), first, 3))
	before := first.Groups()
	require.NoError(t, first.Close())

	again := openCore(t, path)
	require.NoError(t, seedNow(t.Context(), again, 4))
	require.Equal(t, before, again.Groups())
}

// BenchmarkFirstStart is opening a new database on the disk and seeding it.
func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		c, err := core.Open(core.Options{Path: filepath.Join(b.TempDir(), "server.db")})
		require.NoError(b, err)
		require.NoError(b, seedNow(b.Context(), c, 1))
		require.NoError(b, c.Close())
	}
}
