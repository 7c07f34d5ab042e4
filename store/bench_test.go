package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
	"reddot/store"
)

// BenchmarkNewestOfMany reads the page that opening a conversation shows, with many messages stored.
func BenchmarkNewestOfMany(b *testing.B) {
	for _, stored := range []int{20_000, 1_000_000} {
		b.Run(fmt.Sprint(stored), func(b *testing.B) {
			if testing.Short() && stored > 100_000 {
				b.Skip("fills a large file first")
			}
			s, err := store.Open(filepath.Join(b.TempDir(), "a.db"), store.Options{})
			require.NoError(b, err)
			defer s.Close()
			const groups = 500
			fillStore(b, s, groups, stored/groups)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				page, err := s.Messages(b.Context(), model.GroupConversation(fmt.Sprint(i%groups)), nil, 50)
				require.NoError(b, err)
				require.NotEmpty(b, page)
			}
		})
	}
}

// BenchmarkSaveMessages writes one batch of a flood over 500 groups.
func BenchmarkSaveMessages(b *testing.B) {
	s, err := store.Open(filepath.Join(b.TempDir(), "a.db"), store.Options{})
	require.NoError(b, err)
	defer s.Close()
	batch := make([]*model.Message, 1000)
	b.ReportAllocs()
	for n := int64(0); b.Loop(); n++ {
		for i := range batch {
			batch[i] = groupMessage(fmt.Sprint(i%500), n*2+int64(i/500)+1, "这款还有 M 码吗?大概什么时候发货")
		}
		require.NoError(b, s.SaveMessages(b.Context(), batch))
	}
	b.ReportMetric(float64(b.N)*float64(len(batch))/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkOpen opens a store with 500 conversations, as a start does.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a.db")
	s, err := store.Open(path, store.Options{})
	require.NoError(b, err)
	require.NoError(b, s.SaveConversations(b.Context(), func(put func(model.ConversationID, []byte, *model.Message) error) error {
		for i := range 500 {
			last := groupMessage(fmt.Sprint(i), 1, "这款还有 M 码吗?")
			if err := put(last.Conversation, make([]byte, 400), last); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(b, s.Close())
	for b.Loop() {
		s, err := store.Open(path, store.Options{})
		require.NoError(b, err)
		require.NoError(b, s.LoadConversations(b.Context(), func(model.ConversationID, []byte, *model.Message) error { return nil }))
		require.NoError(b, s.Close())
	}
}

func fillStore(b *testing.B, s *store.Store, groups, each int) {
	b.Helper()
	batch := make([]*model.Message, 0, each)
	for group := range groups {
		batch = batch[:0]
		for sequence := range each {
			batch = append(batch, groupMessage(fmt.Sprint(group), int64(sequence+1), "这款还有 M 码吗?大概什么时候发货"))
		}
		require.NoError(b, s.SaveMessages(b.Context(), batch))
	}
}
