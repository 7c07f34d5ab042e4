package model

import (
	"cmp"
	"slices"
)

// Add takes in messages that the service has: pushes, history pages, stored messages, in any order. Own
// unsent messages that are among them become sent.
func (t *Timeline) Add(messages ...*Message) Changes {
	var changes Changes
	for _, message := range messages {
		t.add(message, &changes)
	}
	t.trim()
	return changes
}

// AddHistory takes in a page of history: its messages, the sequences that no longer exist, and whether
// nothing older exists.
func (t *Timeline) AddHistory(messages []*Message, missing []int64, complete bool) Changes {
	for _, sequence := range missing {
		t.known.Add(sequence, sequence)
	}
	var changes Changes
	for _, message := range messages {
		t.add(message, &changes)
	}
	if complete {
		t.completeBelow(messages)
	}
	t.trim()
	return changes
}

// MessageChange is an edit or a recall of a message, named by its sequence (groups) or its key (C2C).
type MessageChange struct {
	Sequence   int64
	Key        Key
	Recalled   bool
	Elements   []Element
	CustomData string
	Version    int64
}

// Change applies an edit or a recall. One that names a message that is not held is remembered for when the
// message comes.
func (t *Timeline) Change(change MessageChange) Changes {
	if !t.group {
		change.Sequence = 0
	}
	patch := &Message{
		Conversation: t.conversation, Sequence: change.Sequence, Sender: change.Key.Sender, ClientTime: change.Key.ClientTime,
		Random: change.Key.Random, Recalled: change.Recalled, Elements: change.Elements, CustomData: change.CustomData,
		Version: change.Version, Partial: true,
	}
	var changes Changes
	i, found := t.findNamed(change.Sequence, change.Key)
	if !found {
		t.Announce(change.Sequence)
		t.early.add(change.Sequence, change.Key, patch)
		return changes
	}
	t.join(i, patch, &changes)
	return changes
}

// PeerRead says that the other side of a C2C conversation has read up to a second (0 if not told), and has sent
// receipts for the messages with these keys.
func (t *Timeline) PeerRead(position int64, keys []Key) Changes {
	var changes Changes
	patch := &Message{Conversation: t.conversation, PeerRead: true, Partial: true}
	for _, key := range keys {
		if i, found := t.findNamed(0, key); found {
			t.join(i, patch, &changes)
			continue
		}
		t.early.add(0, key, patch)
	}
	before := t.peerRead
	t.peerRead = max(t.peerRead, position)
	for i, message := range slices.Backward(t.messages) {
		if message.ServerTime < before {
			break
		}
		if t.readByPeer(message) {
			t.join(i, patch, &changes)
		}
	}
	return changes
}

// readByPeer says whether the message is an own one in C2C that the other side has read.
func (t *Timeline) readByPeer(message *Message) bool {
	return !t.group && message.Sender != t.conversation.Target() && message.ServerTime <= t.peerRead
}

// add takes in one message without trimming.
func (t *Timeline) add(message *Message, changes *Changes) {
	message = t.prepare(message)
	if i, found := t.find(message); found {
		t.join(i, message, changes)
		t.know(t.messages[i])
		return
	}
	t.know(message)
	if hasKey(message) && t.byKey[message.Key()] != nil {
		// The service kept a late retry as a second message; the first one stands.
		return
	}
	if hasKey(message) {
		t.byKey[message.Key()] = message
	}
	changes.Added = append(changes.Added, message)
	if last := t.Last(); last == nil || compareMessages(t.group, last, message) < 0 {
		t.messages = append(t.messages, message)
		return
	}
	i, _ := slices.BinarySearchFunc(t.messages, message, t.compare)
	t.own()
	t.messages = slices.Insert(t.messages, i, message)
}

// prepare returns the message as it is to be held: with the changes that came before it, and merged with
// the unsent message that it is the service's copy of.
func (t *Timeline) prepare(message *Message) *Message {
	if t.group && message.OnlineOnly && message.Sequence == 0 {
		// It is not on the service's scale; it stands after what was newest when it came.
		placed := *message
		placed.Sequence = t.newest
		message = &placed
	}
	for _, patch := range t.early.take(message) {
		message = joinMessages(message, patch)
	}
	if t.readByPeer(message) {
		message = joinMessages(message, &Message{PeerRead: true, Partial: true})
	}
	if i := t.unsentIndex(message.Key()); i >= 0 {
		message = joinMessages(message, t.unsent[i])
		t.unsent = slices.Delete(slices.Clone(t.unsent), i, i+1)
	}
	return message
}

// know notes that the message exists, and that it is known unless it is partial.
func (t *Timeline) know(message *Message) {
	if message.OnlineOnly {
		return
	}
	t.newest = max(t.newest, message.Position())
	if t.group && message.Sequence > 0 && !message.Partial {
		t.known.Add(message.Sequence, message.Sequence)
	}
}

// join merges a copy or a change into the held message at the index.
func (t *Timeline) join(i int, other *Message, changes *Changes) {
	old := t.messages[i]
	joined := joinMessages(old, other)
	if joined == old {
		return
	}
	t.own()
	t.messages[i] = joined
	if hasKey(old) {
		delete(t.byKey, old.Key())
	}
	if hasKey(joined) {
		t.byKey[joined.Key()] = joined
	}
	changes.Updated = append(changes.Updated, joined)
}

// completeBelow notes that nothing older than the page exists.
func (t *Timeline) completeBelow(page []*Message) {
	t.complete = true
	if !t.group {
		return
	}
	oldest := t.newest + 1
	if len(t.messages) > 0 {
		oldest = t.messages[0].Sequence
	}
	for _, message := range page {
		if !message.OnlineOnly {
			oldest = min(oldest, message.Sequence)
		}
	}
	t.known.Add(1, oldest-1)
}

// trim drops the oldest messages of a window that is a quarter too full; so dropping costs O(1) a message.
func (t *Timeline) trim() {
	if t.limit <= 0 || len(t.messages) <= t.limit+t.limit/4 {
		return
	}
	dropped := t.messages[:len(t.messages)-t.limit]
	for _, message := range dropped {
		if t.byKey[message.Key()] == message {
			delete(t.byKey, message.Key())
		}
	}
	t.messages = slices.Clone(t.messages[len(dropped):])
	t.shared = false
	t.complete = false
	if t.group {
		t.known.DropBelow(t.messages[0].Sequence)
	}
}

// own makes the backing of messages one that no snapshot shares.
func (t *Timeline) own() {
	if t.shared {
		t.messages = slices.Clone(t.messages)
		t.shared = false
	}
}

// find returns the index of the held copy of the message.
func (t *Timeline) find(message *Message) (int, bool) {
	if t.group && !message.OnlineOnly {
		return t.searchSequence(message.Sequence)
	}
	if last := t.Last(); last == nil || compareMessages(t.group, last, message) < 0 {
		if t.byKey[message.Key()] == nil {
			return 0, false
		}
	}
	if i, found := slices.BinarySearchFunc(t.messages, message, t.compare); found {
		return i, true
	}
	if held := t.byKey[message.Key()]; held != nil && hasKey(message) {
		return slices.BinarySearchFunc(t.messages, held, t.compare)
	}
	return 0, false
}

// findNamed returns the index of the held message that a change names.
func (t *Timeline) findNamed(sequence int64, key Key) (int, bool) {
	if t.group && sequence > 0 {
		return t.searchSequence(sequence)
	}
	if held := t.byKey[key]; held != nil {
		return slices.BinarySearchFunc(t.messages, held, t.compare)
	}
	if key.ClientTime != 0 || key.Random == 0 {
		return 0, false
	}
	// Some interfaces leave out the sender's clock; sender and random number then tell.
	for i, message := range slices.Backward(t.messages) {
		if message.Random == key.Random && message.Sender == key.Sender {
			return i, true
		}
	}
	return 0, false
}

func (t *Timeline) searchSequence(sequence int64) (int, bool) {
	i, _ := slices.BinarySearchFunc(t.messages, sequence, func(message *Message, sequence int64) int {
		return cmp.Compare(message.Sequence, sequence)
	})
	found := i < len(t.messages) && t.messages[i].Sequence == sequence && !t.messages[i].OnlineOnly
	return i, found
}

func (t *Timeline) compare(a, b *Message) int { return compareMessages(t.group, a, b) }

// compareMessages orders the messages of a conversation. Online-only messages follow the stored message
// whose sequence they carry.
func compareMessages(group bool, a, b *Message) int {
	if group {
		return cmp.Or(
			cmp.Compare(a.Sequence, b.Sequence),
			compareBool(a.OnlineOnly, b.OnlineOnly),
			compareOnlineOnly(a, b),
		)
	}
	return cmp.Or(
		cmp.Compare(a.ServerTime, b.ServerTime),
		cmp.Compare(a.Sequence, b.Sequence),
		cmp.Compare(a.Random, b.Random),
		cmp.Compare(a.Sender, b.Sender),
	)
}

// compareOnlineOnly orders online-only messages of one place; stored messages of one sequence are the same.
func compareOnlineOnly(a, b *Message) int {
	if !a.OnlineOnly {
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.ServerTime, b.ServerTime),
		cmp.Compare(a.Random, b.Random),
		cmp.Compare(a.Sender, b.Sender),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// hasKey says whether the key identifies the message; some interfaces leave out time and random number.
func hasKey(message *Message) bool { return message.Random != 0 && message.ClientTime != 0 }
