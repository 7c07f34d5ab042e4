//go:build unix

package emulator

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The benchmarks of this file run the server as a process of its own, on a file on the
// disk, with the load generator beside it on the same machine. Every send is durable before
// it is answered. They print, beside the rate:
//
//	cpu-us/send   what the server computed for one send and its 50 pushes
//	allocs/send   what it allocated
//	events/frame  how many pushes travelled together
//
// With REDDOT_LOAD_PROFILE=FILE the server writes a CPU profile.
//
//	go test ./im/emulator -run '^$' -bench Load -benchtime 5s

// loadConnected is how many members of the group are connected.
const loadConnected = 50

// connect logs members in and has them read.
func (p *loadProcess) connect(t testing.TB, n int) []*loadDevice {
	t.Helper()
	devices := make([]*loadDevice, n)
	for i := range devices {
		devices[i] = p.device(t, loadUser(i))
	}
	return devices
}

func readAll(devices []*loadDevice) {
	for _, d := range devices {
		go d.read()
	}
}

// sendFunc sends one message and returns when it is acknowledged.
type sendFunc func(random int64) error

// restSenders calls over REST, one connection each.
func restSenders(b *testing.B, p *loadProcess, n int) []sendFunc {
	b.Helper()
	senders := make([]sendFunc, n)
	for i := range senders {
		caller, from := p.caller(b), loadUser(i)
		senders[i] = func(random int64) error { return caller.send(from, random) }
	}
	return senders
}

// pipelined sends over long connections, width at a time on each.
func pipelined(devices []*loadDevice, width int) []sendFunc {
	var senders []sendFunc
	for _, d := range devices {
		var order sync.Mutex // a connection has one writer
		for range width {
			senders = append(senders, func(random int64) error {
				order.Lock()
				err := d.start(random)
				order.Unlock()
				if err != nil {
					return err
				}
				return d.finish()
			})
		}
	}
	return senders
}

// flood sends as fast as the senders can until b is satisfied, and reports.
func flood(b *testing.B, p *loadProcess, devices []*loadDevice, senders []sendFunc) {
	b.Helper()
	var work sync.WaitGroup
	jobs := make(chan int64, len(senders))
	for _, send := range senders {
		work.Go(func() {
			for random := range jobs {
				if err := send(random); err != nil {
					b.Error(err)
				}
			}
		})
	}
	before, n := p.usage(), int64(0)
	for b.Loop() {
		n++
		jobs <- n
	}
	close(jobs)
	work.Wait()
	elapsed := b.Elapsed().Seconds()
	after := p.usage()
	b.ReportMetric(float64(n)/elapsed, "sends/s")
	b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/float64(n), "cpu-us/send")
	b.ReportMetric((after.CPU-before.CPU).Seconds()/elapsed, "cores")
	b.ReportMetric(float64(after.Allocs-before.Allocs)/float64(n), "allocs/send")
	reportPushes(b, devices, n)
}

// reportPushes waits until every device has got what it must get.
func reportPushes(b *testing.B, devices []*loadDevice, sends int64) {
	b.Helper()
	frames, events := int64(0), int64(0)
	for _, d := range devices {
		require.Eventually(b, func() bool {
			return d.pushed.Load() >= sends-d.own() || len(d.ended) > 0
		}, time.Minute, 10*time.Millisecond, "%s got %d of %d pushes", d.user, d.pushed.Load(), sends)
		require.Empty(b, d.ended, "the server cut %s off", d.user)
		frames += d.frames.Load()
		events += d.pushed.Load()
	}
	if frames > 0 {
		b.ReportMetric(float64(events)/float64(frames), "events/frame")
	}
}

// own is how many messages the device itself has sent; it gets no push for them.
func (d *loadDevice) own() int64 { return d.seq.Load() - 1 }

// BenchmarkLoadREST prints durable sends per second over REST into a group of 200 members,
// 50 of them connected, by 64 callers at a time.
func BenchmarkLoadREST(b *testing.B) {
	p := startLoadServer(b, loadShop{})
	devices := p.connect(b, loadConnected)
	readAll(devices)
	flood(b, p, devices, restSenders(b, p, 64))
}

// BenchmarkLoadLongConnection is the same over the long connection: 10 of the 50 send, each
// with up to 16 under way.
func BenchmarkLoadLongConnection(b *testing.B) {
	p := startLoadServer(b, loadShop{})
	devices := p.connect(b, loadConnected)
	readAll(devices)
	flood(b, p, devices, pipelined(devices[:10], 16))
}

// BenchmarkLoadHalf prints how long replies and pushes take at a steady rate, in
// milliseconds.
func BenchmarkLoadHalf(b *testing.B) {
	for _, perSecond := range []int{1000, 5000} {
		b.Run(fmt.Sprintf("rate=%d", perSecond), func(b *testing.B) {
			p := startLoadServer(b, loadShop{})
			devices := p.connect(b, loadConnected)
			var replies, pushes waits
			devices[0].pushes = &pushes
			readAll(devices)
			senders := restSenders(b, p, 64)
			free := make(chan sendFunc, len(senders))
			for _, send := range senders {
				free <- send
			}
			before := p.usage()
			begun, n := time.Now(), int64(0)
			var work sync.WaitGroup
			for b.Loop() {
				n++
				due := begun.Add(time.Duration(n) * time.Second / time.Duration(perSecond))
				time.Sleep(time.Until(due)) // the rate is what is asked for, not a wait for something
				random, send := n, <-free
				work.Go(func() {
					begun := time.Now()
					if err := send(random); err != nil {
						b.Error(err)
					}
					replies.add(time.Since(begun))
					free <- send
				})
			}
			work.Wait()
			elapsed := b.Elapsed().Seconds()
			used := p.usage().CPU - before.CPU
			reportPushes(b, devices, n)
			b.ReportMetric(float64(n)/elapsed, "sends/s")
			b.ReportMetric(used.Seconds()/elapsed, "cores")
			b.ReportMetric(replies.quantile(0.5), "reply-p50-ms")
			b.ReportMetric(replies.quantile(0.99), "reply-p99-ms")
			b.ReportMetric(pushes.quantile(0.5), "push-p50-ms")
			b.ReportMetric(pushes.quantile(0.99), "push-p99-ms")
		})
	}
}

// BenchmarkLoadConnections prints the memory of 1,000 logged-in connections, in KB each.
func BenchmarkLoadConnections(b *testing.B) {
	const connections = 1000
	p := startLoadServer(b, loadShop{})
	readAll(p.connect(b, loadMembers)) // what is shared is there before
	before := p.usage()
	devices := make([]*loadDevice, connections)
	for i := range devices {
		devices[i] = p.device(b, loadUser(i%loadMembers))
	}
	readAll(devices)
	after := p.usage()
	for b.Loop() {
	}
	b.ReportMetric(float64(after.Held-before.Held)/connections/1024, "KB/connection")
	b.ReportMetric(float64(after.Heap-before.Heap)/connections/1024, "heap-KB/connection")
}

// BenchmarkLoadGrowth prints how rate, CPU, memory and start change with what is stored.
func BenchmarkLoadGrowth(b *testing.B) {
	for _, shop := range []loadShop{
		{Groups: 10, Messages: 10_000},
		{Groups: 10_000, Messages: 10_000},
		{Groups: 1_000, Messages: 10_000},
		{Groups: 1_000, Messages: 1_000_000},
	} {
		b.Run(fmt.Sprintf("groups=%d/messages=%d", shop.Groups, shop.Messages), func(b *testing.B) {
			shop.Data = b.TempDir()
			startLoadServer(b, shop).stop() // so that the next one opens what is there
			p := startLoadServer(b, shop)
			devices := p.connect(b, loadConnected)
			readAll(devices)
			opened := p.usage()
			flood(b, p, devices, restSenders(b, p, 64))
			b.ReportMetric(float64(opened.Held)/(1<<20), "MB")
			b.ReportMetric(float64(opened.Opened.Microseconds())/1000, "open-ms")
		})
	}
}
