package model

import "slices"

// Enqueue puts an own message that the service does not have yet at the end. Enqueuing it again, or one that
// is known to be sent, changes nothing.
func (t *Timeline) Enqueue(message *Message) {
	if t.ByKey(message.Key()) == nil {
		t.unsent = append(slices.Clone(t.unsent), message)
	}
}

// Acknowledge says that the service has taken an own message and where it stands. It returns the sent
// message, nil if the key is unknown.
func (t *Timeline) Acknowledge(key Key, sequence, serverTime int64) *Message {
	i := t.unsentIndex(key)
	if i < 0 {
		return t.byKey[key]
	}
	sent := *t.unsent[i]
	sent.Sequence, sent.ServerTime, sent.State, sent.Failure = t.sequenceOf(&sent, sequence), serverTime, Sent, ""
	t.Add(&sent)
	return t.byKey[key]
}

// Fail says that an own message was refused or given up. It returns the failed message, nil if there is no
// unsent one with the key.
func (t *Timeline) Fail(key Key, reason string) *Message {
	return t.setState(key, Failed, reason)
}

// Retry says that a failed message is on its way again.
func (t *Timeline) Retry(key Key) *Message { return t.setState(key, Sending, "") }

// Discard drops an unsent message; it reports whether there was one.
func (t *Timeline) Discard(key Key) bool {
	i := t.unsentIndex(key)
	if i < 0 {
		return false
	}
	t.unsent = slices.Delete(slices.Clone(t.unsent), i, i+1)
	return true
}

// Unsent returns the own messages that the service does not have, in the order of writing. The slice is
// shared and read-only.
func (t *Timeline) Unsent() []*Message { return t.unsent }

func (t *Timeline) setState(key Key, state SendState, reason string) *Message {
	i := t.unsentIndex(key)
	if i < 0 {
		return nil
	}
	changed := *t.unsent[i]
	changed.State, changed.Failure = state, reason
	t.unsent = slices.Clone(t.unsent)
	t.unsent[i] = &changed
	return &changed
}

// sequenceOf keeps the sequence that the sender chose where the service gives none (C2C).
func (t *Timeline) sequenceOf(message *Message, sequence int64) int64 {
	if !t.group && sequence == 0 {
		return message.Sequence
	}
	return sequence
}

// unsentIndex returns the index of the unsent message with the key, -1 if there is none. A copy without the
// sender's time is recognised by sender and random number.
func (t *Timeline) unsentIndex(key Key) int {
	return slices.IndexFunc(t.unsent, func(unsent *Message) bool {
		own := unsent.Key()
		return own == key || key.ClientTime == 0 && key.Random != 0 && own.Random == key.Random && own.Sender == key.Sender
	})
}
