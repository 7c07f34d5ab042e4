package core_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im/emulator/core"
)

// BenchmarkSendGroup prints durable sends per second into one group of 200 members, by 64
// senders at a time.
func BenchmarkSendGroup(b *testing.B) {
	c := benchCore(b, 200)
	const senders = 64
	waits := make([]time.Duration, b.N)
	var work sync.WaitGroup
	next := make(chan int, b.N)
	for i := range b.N {
		next <- i
	}
	close(next)
	b.ResetTimer()
	for s := range senders {
		from := fmt.Sprintf("user%d", s)
		work.Go(func() {
			for i := range next {
				start := time.Now()
				_, err := c.SendGroup(b.Context(), core.Actor{User: from}, core.GroupSend{
					Group: "bench", From: from, Random: uint32(i), Body: body("你好，今天的直播几点开始？"),
				})
				waits[i] = time.Since(start)
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	b.StopTimer()
	slices.Sort(waits)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkHistory prints pages of 20 messages per second.
func BenchmarkHistory(b *testing.B) {
	c := benchCore(b, 200)
	for i := range 1000 {
		_, err := c.SendGroup(b.Context(), core.Actor{User: "user0"}, core.GroupSend{Group: "bench", From: "user0", Random: uint32(i), Body: body("x")})
		require.NoError(b, err)
	}
	b.ResetTimer()
	for range b.N {
		_, err := c.GroupHistory(b.Context(), core.Actor{User: "user1"}, "bench", 0, 20)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}

func benchCore(b *testing.B, members int) *core.Core {
	b.Helper()
	c, err := core.Open(core.Options{Path: filepath.Join(b.TempDir(), "server.db")})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, c.Close()) })
	var accounts []core.NewAccount
	var list []core.NewMember
	for i := range members {
		accounts = append(accounts, core.NewAccount{ID: fmt.Sprintf("user%d", i)})
		list = append(list, core.NewMember{User: fmt.Sprintf("user%d", i)})
	}
	require.NoError(b, c.ImportAccounts(b.Context(), accounts))
	_, err = c.CreateGroup(b.Context(), core.Actor{User: "user0", Admin: true}, core.NewGroup{ID: "bench", Type: "Public", Name: "bench", Owner: "user0", Members: list})
	require.NoError(b, err)
	return c
}

// BenchmarkOpen prints what it takes to open a server with 100,000 messages in groups of 50 members,
// to make the first conversation list, and how much memory the open server holds.
func BenchmarkOpen(b *testing.B) {
	for _, groups := range []int{500, 10_000} {
		b.Run(fmt.Sprintf("groups=%d", groups), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "server.db")
			c, err := core.Open(core.Options{Path: path})
			require.NoError(b, err)
			var accounts []core.NewAccount
			for i := range 1000 {
				accounts = append(accounts, core.NewAccount{ID: fmt.Sprint("user", i)})
			}
			require.NoError(b, c.ImportAccounts(b.Context(), accounts))
			require.NoError(b, c.ImportGroups(b.Context(), manyGroups(groups, 50, 100_000/groups)))
			require.NoError(b, c.Close())
			benchOpen(b, path)
		})
	}
}

func benchOpen(b *testing.B, path string) {
	var opening, cpu, listing time.Duration
	empty := heldMemory()
	var held uint64
	b.ResetTimer()
	for range b.N {
		start, before := time.Now(), cpuTime(b)
		c, err := core.Open(core.Options{Path: path})
		require.NoError(b, err)
		opening += time.Since(start)
		cpu += cpuTime(b) - before
		start = time.Now()
		_, _, err = c.Conversations(b.Context(), "user0", 0)
		require.NoError(b, err)
		listing += time.Since(start)
		b.StopTimer()
		held = heldMemory() - min(empty, heldMemory())
		b.StartTimer()
		require.NoError(b, c.Close())
	}
	b.ReportMetric(float64(opening.Milliseconds())/float64(b.N), "open-ms")
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "open-cpu-ms")
	b.ReportMetric(float64(listing.Milliseconds())/float64(b.N), "first-list-ms")
	b.ReportMetric(float64(held)/(1<<20), "held-MB")
}

func heldMemory() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// manyGroups have user0 as their owner, who speaks now and then.
func manyGroups(n, members, messages int) []core.ImportedGroup {
	groups := make([]core.ImportedGroup, n)
	for i := range groups {
		g := &groups[i]
		g.NewGroup = core.NewGroup{ID: fmt.Sprint("group", i), Type: "Public", Name: "shop", Owner: "user0"}
		g.CreateTime = 1_700_000_000
		for k := range members {
			g.Members = append(g.Members, core.NewMember{User: fmt.Sprint("user", (i+k)%1000), Custom: []core.KV{{Key: "role", Value: "用户"}}})
		}
		for k := range messages {
			from := fmt.Sprint("user", (i+k%members)%1000)
			g.Messages = append(g.Messages, core.ImportedMessage{From: from, Time: 1_700_000_000 + int64(k), Random: uint32(k), Body: body("你好")})
		}
	}
	return groups
}
