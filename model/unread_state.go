package model

import (
	"cmp"
	"slices"
)

// maxRecalled bounds what is remembered of recalls; a resync repairs what is forgotten.
const maxRecalled = 1000

func (u *Unread) count() int {
	if u.base.valid {
		return u.base.count + u.tail
	}
	return u.tail
}

// pending returns the newest range that the count lacks.
func (u *Unread) pending() Range {
	first, last := u.read.At()+1, u.newest
	switch {
	case u.group && u.base.valid:
		first = max(first, u.base.next)
	case u.base.valid:
		return Range{}
	case !u.group:
		last = u.base.next - 1
	}
	return u.known.LastGap(first, last)
}

// settle remembers the count if it is certain.
func (u *Unread) settle() {
	if count := u.count(); count >= CertainUnread || u.pending().Empty() {
		u.settled, u.settledNewest = count, u.newest
	}
}

func (u *Unread) moveTo(position int64) bool {
	before := u.read.At()
	if !u.read.Advance(position) {
		return false
	}
	u.newest = max(u.newest, position)
	u.moveBase(before, position)
	passed := u.after(position)
	for _, held := range u.held[:passed] {
		if !held.inBase {
			u.tail--
		}
	}
	u.held = slices.Delete(u.held, 0, passed)
	u.known.DropBelow(position + 1)
	return true
}

// moveBase makes the base one of the positions after to, if what lies between is known.
func (u *Unread) moveBase(from, to int64) {
	if !u.base.valid {
		return
	}
	if to+1 >= u.base.next || !u.known.Covers(from+1, to) {
		u.dropBase(0)
		return
	}
	for _, held := range u.held[:u.after(to)] {
		if held.inBase {
			u.base.count--
		}
	}
	if u.base.count < 0 {
		u.dropBase(0)
	}
}

// rebase makes the service's count the base. What is held of the messages that it counts stays only if it
// agrees: a recall may have been missed.
func (u *Unread) rebase(report ServiceUnread) {
	u.base = base{valid: true, next: report.Next, count: report.Count, last: report.Last}
	counted := u.after(report.Next - 1)
	if counted != report.Count || !u.known.Covers(u.read.At()+1, report.Next-1) {
		u.forgetBefore(report.Next)
		counted = 0
	}
	for i := range u.held {
		u.held[i].inBase = i < counted
	}
	u.tail = len(u.held) - counted
}

// forgetBefore drops what is known of the messages before the position.
func (u *Unread) forgetBefore(position int64) {
	u.known.DropBelow(position)
	u.held = slices.Delete(u.held, 0, u.after(position-1))
}

// markRecalled notes again which messages were recalled.
func (u *Unread) markRecalled(sequences []int64) {
	for _, sequence := range sequences {
		if u.group && sequence > u.read.At() {
			u.known.Add(sequence, sequence)
		}
	}
}

// dropBase gives up the service's count. Up to next, and to where the count reached, all must be held from now on.
func (u *Unread) dropBase(next int64) {
	u.base = base{next: max(u.base.next, next)}
	for i := range u.held {
		u.held[i].inBase = false
	}
	u.tail = len(u.held)
}

// fold turns the older half of what is held into a number, once there is too much.
func (u *Unread) fold() {
	if len(u.held) <= maxUnreadHeld {
		return
	}
	half := len(u.held) / 2
	last := u.held[half-1].position
	folded := 0
	for _, held := range u.held[:half] {
		if !held.inBase {
			folded++
		}
	}
	if u.knownUpTo(last) {
		u.base = base{valid: true, next: max(u.base.next, last+1), count: u.count() - (u.tail - folded)}
	}
	u.tail -= folded
	u.held = slices.Clone(u.held[half:])
	u.known.DropBelow(last + 1)
}

// knownUpTo says whether nothing is missing from the count up to the position.
func (u *Unread) knownUpTo(position int64) bool {
	gap := u.pendingFirst()
	return gap == 0 || gap > position
}

// pendingFirst returns the oldest position that the count lacks, 0 if there is none.
func (u *Unread) pendingFirst() int64 {
	first, last := u.read.At()+1, u.newest
	switch {
	case u.group && u.base.valid:
		first = max(first, u.base.next)
	case u.base.valid:
		return 0
	case !u.group:
		last = u.base.next - 1
	}
	if gaps := u.known.Gaps(first, last); len(gaps) > 0 {
		return gaps[0].From
	}
	return 0
}

// countedByBase says whether the service's count holds a message that was not told before.
func (u *Unread) countedByBase(position int64, key Key) bool {
	if !u.base.valid || position >= u.base.next {
		return false
	}
	// In C2C another message of the newest second came after the count.
	later := !u.group && position == u.base.next-1 && u.base.last != Key{} && key != u.base.last
	return !later
}

// seen says whether the message was told before, or recalled.
func (u *Unread) seen(position int64, key Key) bool {
	if u.group {
		return u.known.Contains(position)
	}
	if _, recalled := u.recalled[key]; recalled {
		return true
	}
	return u.find(position, key) >= 0
}

// hold puts a countable message in its place.
func (u *Unread) hold(held heldUnread) {
	u.held = slices.Insert(u.held, u.after(held.position), held)
	if !held.inBase {
		u.tail++
	}
}

// forget makes a message one that does not count; it reports whether nothing was known of it.
func (u *Unread) forget(position int64, key Key) (unknown bool) {
	if i := u.find(position, key); i >= 0 {
		if u.held[i].inBase {
			u.base.count--
		} else {
			u.tail--
		}
		u.held = slices.Delete(u.held, i, i+1)
		if u.base.count < 0 {
			u.dropBase(0)
		}
	} else if u.group {
		unknown = !u.known.Contains(position)
	} else {
		_, known := u.recalled[key]
		unknown = !known
	}
	if u.group {
		u.known.Add(position, position)
		return unknown
	}
	if u.recalled == nil || len(u.recalled) >= maxRecalled {
		u.recalled = map[Key]struct{}{}
	}
	u.recalled[key] = struct{}{}
	return unknown
}

// find returns the index of a held message: by sequence in a group, by key in C2C. It is -1 if not held.
func (u *Unread) find(position int64, key Key) int {
	if !u.group {
		return slices.IndexFunc(u.held, func(held heldUnread) bool { return *held.key == key })
	}
	i, found := slices.BinarySearchFunc(u.held, position, compareHeld)
	if !found {
		return -1
	}
	return i
}

// recalledBefore says whether a message that a count up to next may hold was recalled since the last count.
func (u *Unread) recalledBefore(next int64) bool {
	return slices.ContainsFunc(u.doubtful, func(sequence int64) bool {
		return !u.group || sequence > u.read.At() && sequence < next
	})
}

// after returns the index of the first held message after the position.
func (u *Unread) after(position int64) int {
	if n := len(u.held); n == 0 || u.held[n-1].position <= position {
		return n
	}
	i, _ := slices.BinarySearchFunc(u.held, position+1, compareHeld)
	return i
}

func compareHeld(held heldUnread, position int64) int { return cmp.Compare(held.position, position) }
