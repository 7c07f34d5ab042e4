package model

// ReadPosition is how far a user has read a conversation: a sequence in a group, the service's seconds in
// C2C. It only moves forward.
type ReadPosition struct{ at int64 }

// ReadUpTo returns a read position; negative positions are 0.
func ReadUpTo(position int64) ReadPosition { return ReadPosition{max(position, 0)} }

// At returns the position.
func (p ReadPosition) At() int64 { return p.at }

// Advance moves the position forward; it reports whether it moved.
func (p *ReadPosition) Advance(to int64) bool {
	if to <= p.at {
		return false
	}
	p.at = to
	return true
}

// StartPosition returns where a device that never saw the group starts reading it: at the service's read
// position, or, where the service keeps no unread count, at the group's newest message (nextSequence is the
// sequence that the next message will get).
func StartPosition(groupType GroupType, serviceRead, nextSequence int64) int64 {
	if groupType.KeepsUnread() {
		return max(serviceRead, 0)
	}
	return max(serviceRead, nextSequence-1, 0)
}
