package session_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"reddot/im"
	"reddot/model"
	"reddot/session"
	"reddot/store"
)

const benchGroups = 500

// benchSession runs a session over many groups on a store in a file.
func benchSession(b *testing.B, path string) (*session.Session, *device) {
	b.Helper()
	s, d, end := openSession(b, path)
	b.Cleanup(end)
	return s, d
}

// openSession is benchSession for whoever ends it.
func openSession(b *testing.B, path string) (s *session.Session, d *device, end func()) {
	b.Helper()
	service := newService()
	for i := range benchGroups {
		service.group(fmt.Sprint(i), model.Public, "anchor", "guide", "lin")
	}
	kept, err := store.Open(path, store.Options{})
	require.NoError(b, err)
	d = service.device("anchor", "term")
	s = session.New(session.Options{Client: d, Store: kept, Journal: kept, Device: "term"})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx)
	}()
	require.NoError(b, s.WaitSynced(ctx))
	return s, d, func() {
		cancel()
		<-ended
		require.NoError(b, kept.Close())
	}
}

func benchMessage(group int, sequence int64) *model.Message {
	return &model.Message{
		Conversation: model.GroupConversation(fmt.Sprint(group)), Sequence: sequence, Sender: "guide", SenderName: "李想",
		Random: uint32(sequence), ClientTime: 1795397415, ServerTime: 1795397415 + sequence,
		Elements: []model.Element{model.Text{Text: fmt.Sprintf("这款还有 M 码吗?大概什么时候发货 %d", sequence)}},
	}
}

// BenchmarkFlood measures 20,000 messages over 500 groups, from the first event to the picture that holds the last,
// and what the heap holds once they are written.
func BenchmarkFlood(b *testing.B) {
	const each = 40
	for b.Loop() {
		b.StopTimer()
		s, d := benchSession(b, filepath.Join(b.TempDir(), "a.db"))
		b.StartTimer()
		for i := range each {
			for group := range benchGroups {
				m := benchMessage(group, int64(i+1))
				d.events <- im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}}
			}
		}
		for s.View().ByID[model.GroupConversation(fmt.Sprint(benchGroups-1))].LastSequence < each {
			<-s.Changed()
		}
	}
	b.ReportMetric(float64(b.N)*each*benchGroups/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkMemory reports what the heap holds after 20,000 messages over 500 groups were received and written.
func BenchmarkMemory(b *testing.B) {
	const each = 40
	for b.Loop() {
		s, d, end := openSession(b, filepath.Join(b.TempDir(), "a.db"))
		for i := range each {
			for group := range benchGroups {
				m := benchMessage(group, int64(i+1))
				d.events <- im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}}
			}
		}
		for s.View().ByID[model.GroupConversation(fmt.Sprint(benchGroups-1))].LastSequence < each {
			<-s.Changed()
		}
		time.Sleep(time.Second)
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "heap-MB")
		end()
	}
}

// BenchmarkOneMessage measures one message, from the event to the picture, among 500 groups.
func BenchmarkOneMessage(b *testing.B) {
	s, d := benchSession(b, filepath.Join(b.TempDir(), "a.db"))
	next := make([]int64, benchGroups)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		group := i % benchGroups
		next[group]++
		m := benchMessage(group, next[group])
		d.events <- im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}}
		for s.View().ByID[m.Conversation].LastSequence < next[group] {
			<-s.Changed()
		}
	}
}

// BenchmarkOpenConversation measures opening each of 500 groups for the first time, until its messages are in the
// picture, with many messages in the store.
func BenchmarkOpenConversation(b *testing.B) {
	for _, stored := range []int{20_000, 1_000_000} {
		b.Run(fmt.Sprint(stored), func(b *testing.B) {
			if testing.Short() && stored > 100_000 {
				b.Skip("fills a large file first")
			}
			path := filepath.Join(b.TempDir(), "a.db")
			each := fillHistory(b, path, stored)
			var opened int
			for b.Loop() {
				b.StopTimer()
				s, d, end := openSession(b, path)
				for group := range benchGroups {
					m := benchMessage(group, int64(each))
					d.events <- im.ReadMoved{Conversation: m.Conversation, Position: m.Sequence}
					d.events <- im.MessagesReceived{Conversation: m.Conversation, Messages: []*model.Message{m}}
				}
				for s.View().ByID[model.GroupConversation(fmt.Sprint(benchGroups-1))].LastSequence < int64(each) {
					<-s.Changed()
				}
				b.StartTimer()
				for group := range benchGroups {
					id := model.GroupConversation(fmt.Sprint(group))
					s.Look(session.Viewing{Conversation: id, AtBottom: true, Focused: true})
					for len(s.View().ByID[id].Messages) < 40 {
						<-s.Changed()
					}
					opened++
				}
				b.StopTimer()
				end()
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(opened), "µs/open")
		})
	}
}

func fillHistory(b *testing.B, path string, stored int) (each int) {
	b.Helper()
	kept, err := store.Open(path, store.Options{})
	require.NoError(b, err)
	defer kept.Close()
	each = stored / benchGroups
	batch := make([]*model.Message, 0, each)
	for group := range benchGroups {
		batch = batch[:0]
		for sequence := range each {
			batch = append(batch, benchMessage(group, int64(sequence+1)))
		}
		require.NoError(b, kept.SaveMessages(b.Context(), batch))
	}
	return each
}
