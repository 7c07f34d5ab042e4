package demo

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/wire"
)

var (
	shanghai = time.FixedZone("CST", 8*3600)
	evening  = time.Date(2026, 11, 23, 20, 42, 0, 0, shanghai)
	night    = time.Date(2026, 11, 24, 4, 12, 0, 0, shanghai)
)

// eachShop runs a check on shops of several seeds, in the evening and at night.
func eachShop(t *testing.T, check func(t *testing.T, shop Shop, now time.Time)) {
	t.Helper()
	for _, sample := range samples() {
		t.Run(fmt.Sprintf("seed %d at %s", sample.seed, sample.now.Format("15:04")), func(t *testing.T) {
			check(t, sample.shop, sample.now)
		})
	}
}

type sample struct {
	seed int64
	now  time.Time
	shop Shop
}

var samples = sync.OnceValue(func() []sample {
	var list []sample
	for seed := range int64(6) {
		for _, now := range []time.Time{evening, night} {
			list = append(list, sample{seed, now, NewShop(seed, now)})
		}
	}
	return list
})

func TestTheSameSeedGivesTheSameShop(t *testing.T) {
	require.Equal(t, NewShop(7, evening), NewShop(7, evening))
	require.NotEqual(t, NewShop(7, evening).Groups[0].Messages, NewShop(8, evening).Groups[0].Messages)
}

func TestShopHasTheGroupsAScreenNeeds(t *testing.T) {
	shop := NewShop(1, evening)
	require.GreaterOrEqual(t, len(shop.Groups), 8)
	types, large, messages := map[string]bool{}, 0, 0
	for _, g := range shop.Groups {
		types[g.Type] = true
		messages += len(g.Messages)
		if len(g.Members) > receiptLimit {
			large++
		}
	}
	require.Len(t, types, 3)
	require.Equal(t, 1, large)
	require.Greater(t, messages, 2000)
}

func TestPeopleAreDistinctAndTheKnownOnesAreThere(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, _ time.Time) {
		ids, nicks := map[string]bool{}, map[string]bool{}
		for _, p := range shop.People {
			require.False(t, ids[p.ID], p.ID)
			require.False(t, nicks[p.Nick], p.Nick)
			ids[p.ID], nicks[p.Nick] = true, true
		}
		for _, id := range []string{Anchor, Assistant, Guide, "customer-001"} {
			require.True(t, ids[id], id)
		}
		require.Greater(t, len(shop.People), 260)
	})
}

func TestHistoryIsInOrderAndSaidByMembers(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, now time.Time) {
		for _, g := range shop.Groups {
			members := map[string]bool{}
			for _, m := range g.Members {
				require.False(t, members[m.Person.ID], "%s is twice in %s", m.Person.ID, g.Name)
				members[m.Person.ID] = true
			}
			require.True(t, members[Anchor] && members[g.Owner])
			before := g.CreatedAt
			for i, m := range g.Messages {
				if m.Seq != int64(i+1) || !members[m.From] || m.Time.Before(before) || m.Time.After(now) {
					t.Fatalf("%s: message %d by %s at %s after %s", g.Name, m.Seq, m.From, m.Time, before)
				}
				before = m.Time
			}
		}
	})
}

func TestNothingIsSaidTwiceInAShortTime(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, _ time.Time) {
		for _, g := range shop.Groups {
			for i, m := range g.Messages {
				repeated := slices.ContainsFunc(g.Messages[max(0, i-noRepeat):i], func(earlier Message) bool {
					return bytes.Equal(earlier.Body, m.Body)
				})
				if repeated {
					t.Fatalf("%s %d repeats %s", g.Name, m.Seq, m.Body)
				}
			}
		}
	})
}

var unfilled = regexp.MustCompile(`\{[a-z]+[0-9]?\}|\[[^\]]*\|`)

func TestTextsHoldNoBlanks(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, _ time.Time) {
		for _, g := range shop.Groups {
			for _, m := range g.Messages {
				elements := wire.MsgBody(m.Body).Elements()
				if len(elements) != 1 {
					t.Fatalf("%d elements in %s", len(elements), m.Body)
				}
				text, ok := elements[0].Content().(wire.Text)
				if ok && (strings.TrimSpace(text.Text) == "" || unfilled.MatchString(text.Text)) {
					t.Fatalf("blanks in %q", text.Text)
				}
			}
		}
	})
}

func TestBadgesOfTheAnchor(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, _ time.Time) {
		badges := map[string]int{}
		for _, g := range shop.Groups {
			read := readBy(g, Anchor)
			mentioned := false
			for _, m := range g.Messages[read:] {
				require.NotEqual(t, Anchor, m.From, "%s %d is the anchor's own", g.Name, m.Seq)
				mentioned = mentioned || slices.Contains(m.Mentions, Anchor)
			}
			require.Equal(t, g.Name == "售后三群", mentioned, g.Name)
			badges[g.Name] = len(g.Messages) - int(read)
		}
		require.Equal(t, map[string]int{
			"七夕直播间": 12, "售后三群": 3, "选品讨论": 9, "秋冬预售 2 群": 13, "VIP 会员群": 128,
			"导购排班": 0, "供应链对接": 0, "直播彩排": 0, "测试群": 0,
		}, badges)
	})
}

func readBy(g Group, user string) int64 {
	i := slices.IndexFunc(g.Members, func(m Member) bool { return m.Person.ID == user })
	return g.Members[i].Read
}

func TestReceiptsAgreeWithWhatIsRead(t *testing.T) {
	eachShop(t, func(t *testing.T, shop Shop, _ time.Time) {
		asked := 0
		for _, g := range shop.Groups {
			for _, m := range g.Messages {
				if readBy(g, m.From) < m.Seq {
					t.Fatalf("%s speaks in %s ahead of what is read", m.From, g.Name)
				}
				if !m.NeedsReceipt {
					require.Empty(t, m.ReadBy)
					continue
				}
				asked++
				require.LessOrEqual(t, len(g.Members), receiptLimit)
				require.NotContains(t, m.ReadBy, m.From)
				for _, reader := range m.ReadBy {
					if readBy(g, reader) < m.Seq {
						t.Fatalf("%s sent a receipt for what is unread in %s", reader, g.Name)
					}
				}
			}
		}
		require.Greater(t, asked, 50)
	})
}

func BenchmarkNewShop(b *testing.B) {
	for b.Loop() {
		NewShop(1, evening)
	}
}
