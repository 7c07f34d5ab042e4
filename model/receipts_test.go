package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

func TestReceiptsOnlyGrow(t *testing.T) {
	var receipts model.Receipts
	require.True(t, receipts.Merge(model.Receipt{Sequence: 7, ReadCount: 2, UnreadCount: 3}))
	shown := receipts.Snapshot()
	require.False(t, receipts.Merge(model.Receipt{Sequence: 7, ReadCount: 1, UnreadCount: 4}), "a late receipt changes nothing")
	require.True(t, receipts.Merge(model.Receipt{Sequence: 7, ReadCount: 2, UnreadCount: 2}), "somebody left")
	require.True(t, receipts.Merge(model.Receipt{Sequence: 7, ReadCount: 4, UnreadCount: 0}))
	require.Equal(t, 2, shown[7].ReadCount, "what was handed out never changes")
	receipt, ok := receipts.Get(7)
	require.True(t, ok)
	require.Equal(t, 4, receipt.Total())
}

func TestReceiptBeforeItsSequenceIsKnown(t *testing.T) {
	key := model.Key{Sender: self, ClientTime: 5, Random: 6}
	var receipts model.Receipts
	require.False(t, receipts.Merge(model.Receipt{Key: key, ReadCount: 1, UnreadCount: 1}))
	require.Empty(t, receipts.Snapshot())
	require.True(t, receipts.Identify(key, 7))
	require.False(t, receipts.Identify(key, 7))
	receipt, _ := receipts.Get(7)
	require.Equal(t, 1, receipt.ReadCount)
	require.True(t, receipts.Merge(model.Receipt{Key: key, ReadCount: 2}), "it is known by its key from now on")
}

func TestReceiptsConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) model.Receipt {
			sequence := rapid.Int64Range(1, 3).Draw(t, "sequence")
			return model.Receipt{
				Sequence: sequence, Key: model.Key{Sender: self, ClientTime: sequence, Random: uint32(sequence)},
				ReadCount: rapid.IntRange(0, 5).Draw(t, "read"), UnreadCount: rapid.IntRange(0, 5).Draw(t, "unread"),
			}
		}), 0, 20).Draw(t, "receipts")
		var inOrder, shuffled model.Receipts
		for _, receipt := range history {
			inOrder.Merge(receipt)
		}
		for _, receipt := range rapid.Permutation(append(history, history...)).Draw(t, "order") {
			if rapid.Bool().Draw(t, "byKey") {
				receipt.Sequence = 0
			}
			shuffled.Merge(receipt)
		}
		for sequence := int64(1); sequence <= 3; sequence++ {
			shuffled.Identify(model.Key{Sender: self, ClientTime: sequence, Random: uint32(sequence)}, sequence)
		}
		require.Equal(t, inOrder.Snapshot(), shuffled.Snapshot())
	})
}

func TestReadPositionMovesForward(t *testing.T) {
	position := model.ReadUpTo(-3)
	require.Zero(t, position.At())
	require.True(t, position.Advance(5))
	require.False(t, position.Advance(5))
	require.False(t, position.Advance(4))
	require.Equal(t, int64(5), position.At())
}
