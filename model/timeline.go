package model

import (
	"cmp"
	"slices"
)

// Timeline is the known part of one conversation: what the service has, in its order, and own messages that
// it has not acknowledged, at the end.
//
// Invariants:
//   - Groups are ordered by sequence; C2C by the service's time, then sequence, random number and sender.
//   - No message is in it twice, by Key or by sequence.
//   - A message that is known more than once is the join of its copies: the newest version, recalled if any
//     copy is; so the order in which copies and changes arrive does not matter.
//   - Of a group it knows which sequences are held, missing for good, or unknown.
//   - At most about limit messages are held; the oldest are dropped, and Older says that they exist.
//
// Appending the newest message costs O(1) amortised; everything else may copy. A Timeline belongs to one
// goroutine; snapshots may be shared.
type Timeline struct {
	conversation ConversationID
	group        bool
	limit        int

	messages []*Message
	unsent   []*Message
	byKey    map[Key]*Message
	// known holds the sequences that are held or missing for good (groups).
	known  Ranges
	newest int64
	// complete is set when nothing older than the oldest message exists.
	complete bool
	// shared is set when a snapshot uses the backing of messages.
	shared bool
	early  earlyChanges
	// peerRead is the second up to which the other side of a C2C conversation has read.
	peerRead int64
}

// Changes says what an operation did to a timeline. Added messages were not known before; Updated ones
// replace a known copy.
type Changes struct{ Added, Updated []*Message }

// NewTimeline returns an empty timeline that holds about limit messages; 0 is no limit.
func NewTimeline(conversation ConversationID, limit int) *Timeline {
	return &Timeline{
		conversation: conversation,
		group:        conversation.Kind() == KindGroup,
		limit:        limit,
		byKey:        map[Key]*Message{},
	}
}

// SetLimit changes how many messages are held. Raise it before adding older pages to a full timeline.
func (t *Timeline) SetLimit(limit int) {
	t.limit = limit
	t.trim()
}

// Len returns the number of messages, unsent ones included.
func (t *Timeline) Len() int { return len(t.messages) + len(t.unsent) }

// Snapshot returns all messages, oldest first, own unsent ones at the end. The slice is shared and read-only.
func (t *Timeline) Snapshot() []*Message {
	if len(t.unsent) > 0 {
		return slices.Concat(t.messages, t.unsent)
	}
	t.shared = true
	return t.messages[:len(t.messages):len(t.messages)]
}

// Last returns the newest message that the service has, nil if none is held.
func (t *Timeline) Last() *Message {
	if len(t.messages) == 0 {
		return nil
	}
	return t.messages[len(t.messages)-1]
}

// Newest returns the newest known position: a group's newest sequence, held or not, or the newest second in C2C.
func (t *Timeline) Newest() int64 { return t.newest }

// Announce says that a group has messages up to this sequence.
func (t *Timeline) Announce(newest int64) { t.newest = max(t.newest, newest) }

// Older says whether messages older than the oldest held one may exist.
func (t *Timeline) Older() bool {
	if t.complete {
		return false
	}
	return !t.group || len(t.messages) == 0 || !t.known.Covers(1, t.messages[0].Sequence)
}

// ByKey returns the held or unsent message with the key, nil if there is none.
func (t *Timeline) ByKey(key Key) *Message {
	if message := t.byKey[key]; message != nil {
		return message
	}
	if i := t.unsentIndex(key); i >= 0 {
		return t.unsent[i]
	}
	return nil
}

// BySequence returns the held group message with the sequence, nil if there is none.
func (t *Timeline) BySequence(sequence int64) *Message {
	i, found := t.searchSequence(sequence)
	if !found {
		return nil
	}
	return t.messages[i]
}

// Gaps returns the unknown ranges of a group between the oldest held message and the newest known sequence,
// newest first. C2C timelines know no gaps: the service repeats what was missed.
func (t *Timeline) Gaps() []Range {
	if !t.group || len(t.messages) == 0 {
		return nil
	}
	gaps := t.known.Gaps(t.messages[0].Sequence, t.newest)
	slices.Reverse(gaps)
	return gaps
}

// Held returns the messages with positions in from..to, oldest first, and the parts of the range that are
// not known, newest first.
func (t *Timeline) Held(from, to int64) ([]*Message, []Range) {
	first, _ := slices.BinarySearchFunc(t.messages, from, comparePosition)
	end, _ := slices.BinarySearchFunc(t.messages, to+1, comparePosition)
	end = max(first, end)
	var unknown []Range
	switch {
	case from > to:
	case t.group:
		unknown = t.known.Gaps(from, to)
		slices.Reverse(unknown)
	case slices.ContainsFunc(t.messages[first:end], func(m *Message) bool { return m.Partial }):
		unknown = []Range{{from, to}}
	case t.complete:
	case len(t.messages) == 0:
		unknown = []Range{{from, to}}
	case t.messages[0].Position() >= from:
		unknown = []Range{{from, min(to, t.messages[0].Position())}}
	}
	return slices.Clone(t.messages[first:end]), unknown
}

// Resolve says what a claim means here, for a user who has read up to read. The service's times are taken to
// grow with the sequence.
func (t *Timeline) Resolve(claim Claim, read int64) Resolution {
	if !t.group {
		// The position is a time itself: nothing that is later than the note is claimed.
		return Resolution{Position: min(claim.Position, claim.Time)}
	}
	floor, ceiling, later := read, min(claim.Position, t.newest), false
	for _, message := range slices.Backward(t.messages) {
		if message.OnlineOnly {
			continue
		}
		if message.ServerTime <= claim.Time {
			floor = max(floor, min(message.Sequence, claim.Position))
			break
		}
		ceiling, later = min(ceiling, message.Sequence-1), true
	}
	open := claim.Position > t.newest && !later
	need := t.known.LastGap(floor+1, ceiling)
	return Resolution{Position: floor, Open: open || !need.Empty(), Need: need}
}

func comparePosition(message *Message, position int64) int {
	return cmp.Compare(message.Position(), position)
}
