package model

import "maps"

// Receipts holds the receipts of one conversation's own messages. Counts of readers only grow, so that
// late and repeated receipts change nothing. It is not safe for concurrent use; Snapshot may be shared.
type Receipts struct {
	bySequence map[int64]Receipt
	// byKey holds receipts that named no sequence, until the sequence of their message is known.
	byKey  map[Key]Receipt
	shared bool
}

// Merge takes a receipt in; it reports whether anything changed. Of two receipts for one message the one
// with more readers counts; with as many readers, the one with fewer people left, as members may leave.
func (r *Receipts) Merge(receipt Receipt) bool {
	if receipt.Sequence == 0 {
		return r.mergeByKey(receipt)
	}
	old, known := r.bySequence[receipt.Sequence]
	if known {
		receipt = joinReceipts(old, receipt)
	}
	if early, ok := r.byKey[receipt.Key]; ok {
		receipt = joinReceipts(receipt, early)
		delete(r.byKey, receipt.Key)
	}
	if known && old == receipt {
		return false
	}
	r.own()
	r.bySequence[receipt.Sequence] = receipt
	return true
}

// Identify says which sequence the message with the key has; it reports whether a waiting receipt became
// visible by that.
func (r *Receipts) Identify(key Key, sequence int64) bool {
	early, ok := r.byKey[key]
	if !ok || sequence == 0 {
		return false
	}
	early.Sequence = sequence
	return r.Merge(early)
}

// Get returns the receipt of the message with the sequence.
func (r *Receipts) Get(sequence int64) (Receipt, bool) {
	receipt, ok := r.bySequence[sequence]
	return receipt, ok
}

// Snapshot returns all receipts by sequence. The map is shared and read-only; later changes are not in it.
func (r *Receipts) Snapshot() map[int64]Receipt {
	r.shared = true
	return r.bySequence
}

func (r *Receipts) mergeByKey(receipt Receipt) bool {
	if receipt.Key == (Key{}) {
		return false
	}
	for sequence, known := range r.bySequence {
		if known.Key == receipt.Key {
			receipt.Sequence = sequence
			return r.Merge(receipt)
		}
	}
	if early, ok := r.byKey[receipt.Key]; ok {
		receipt = joinReceipts(early, receipt)
	}
	if r.byKey == nil {
		r.byKey = map[Key]Receipt{}
	}
	r.byKey[receipt.Key] = receipt
	return false
}

// own makes the map one that no snapshot shares.
func (r *Receipts) own() {
	if r.bySequence == nil {
		r.bySequence = map[int64]Receipt{}
		r.shared = false
		return
	}
	if r.shared {
		r.bySequence = maps.Clone(r.bySequence)
		r.shared = false
	}
}

func joinReceipts(a, b Receipt) Receipt {
	if b.ReadCount > a.ReadCount || b.ReadCount == a.ReadCount && b.UnreadCount < a.UnreadCount {
		a.ReadCount, a.UnreadCount = b.ReadCount, b.UnreadCount
	}
	if a.Sequence == 0 {
		a.Sequence = b.Sequence
	}
	if a.Key == (Key{}) {
		a.Key = b.Key
	}
	if a.Conversation == "" {
		a.Conversation = b.Conversation
	}
	return a
}
