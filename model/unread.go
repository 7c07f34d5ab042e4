package model

import "slices"

// CertainUnread is the count from which nothing more must be known: the badge says "99+".
const CertainUnread = 100

// maxUnreadHeld is the most countable messages that an Unread keeps by position; older ones are folded into a number.
const maxUnreadHeld = 1000

// Badge is the answer of an Unread.
type Badge struct {
	// Count is how many messages are unread; from CertainUnread on there may be more.
	Count int
	// Pending is the newest range that must be fetched before Count is certain, empty if it is. While it
	// is not empty, Count is the last certain count plus what came since.
	Pending Range
}

// ServiceUnread is the service's own count: Count messages between its read position and Next.
type ServiceUnread struct {
	// Read is the service's read position; in C2C it may be 0 for "not told".
	Read int64
	// Next is the position that the next message will get: in C2C the second after the newest message.
	Next  int64
	Count int
	// Last is the key of the newest message, where it is known. It tells messages of one second apart (C2C).
	Last Key
}

// Unread derives how many messages of one conversation are unread. Nothing is counted up or down: the
// service's count stands for the messages it was made over, and every other message after the read position
// counts if Message.Counts says so. Tips take a sequence of the group and count like messages, as on the
// service (push-protocol, section 8.4).
//
// When the position moves into a range that is not held, the badge names the range to fetch, newest first, until
// all is known or CertainUnread messages are found. Fetched messages are told by Saw and Cover.
//
// Groups know their gaps by sequence. In C2C everything after the service's count is taken to be seen, because
// the service repeats what was missed.
type Unread struct {
	self   string
	group  bool
	read   ReadPosition
	newest int64

	// base is the service's count of the positions after read and before base.next.
	base base
	// known holds positions after read of which all messages have been seen, or never existed.
	known Ranges
	// held are the countable messages after read that have been seen, in order of position.
	held []heldUnread
	// tail is the number of held messages that the base does not count.
	tail int
	// recalled holds the keys of recalled C2C messages, for copies that come later; doubtful the sequences
	// of all recalls since the service's last count, which may be older than they are.
	recalled map[Key]struct{}
	doubtful []int64

	// settled is the last certain count, and the newest position then.
	settled       int
	settledNewest int64
}

type base struct {
	valid bool
	next  int64
	count int
	// last is the key of the newest message that it counts, zero if unknown.
	last Key
}

type heldUnread struct {
	position int64
	// key is nil in groups, where the position names the message.
	key    *Key
	inBase bool
}

// NewUnread returns the counter of a conversation that the user has read up to read.
func NewUnread(conversation ConversationID, self string, read int64) *Unread {
	return &Unread{self: self, group: conversation.Kind() == KindGroup, read: ReadUpTo(read), newest: max(read, 0)}
}

// Read returns the read position.
func (u *Unread) Read() int64 { return u.read.At() }

// Badge returns the count, and what must be fetched to make it certain.
func (u *Unread) Badge() Badge {
	count := u.count()
	if count >= CertainUnread {
		return Badge{Count: count}
	}
	pending := u.pending()
	if pending.Empty() {
		return Badge{Count: count}
	}
	since, _ := slices.BinarySearchFunc(u.held, u.settledNewest+1, compareHeld)
	return Badge{Count: u.settled + len(u.held) - since, Pending: pending}
}

// MoveTo moves the read position forward; it reports whether it moved.
func (u *Unread) MoveTo(position int64) bool {
	defer u.settle()
	return u.moveTo(position)
}

// Announce says that a group has messages up to this sequence.
func (u *Unread) Announce(newest int64) {
	defer u.settle()
	u.newest = max(u.newest, newest)
}

// Service takes in the service's count. Its read position counts as read here too.
func (u *Unread) Service(report ServiceUnread) {
	defer u.settle()
	u.newest = max(u.newest, report.Next-1)
	u.moveTo(report.Read)
	doubts := u.doubtful
	doubtful := u.recalledBefore(report.Next)
	u.doubtful = nil
	switch {
	case report.Next <= u.read.At()+1:
		// All that it counts is read here.
	case u.base.valid && report.Next < u.base.next && !u.known.Covers(report.Next, u.base.next-1):
		// It is older than what we know.
	case doubtful:
		// The count may be older than a recall, and what we hold may lack others: only fetching tells.
		u.forgetBefore(report.Next)
		u.dropBase(report.Next)
		u.markRecalled(doubts)
	case report.Read == u.read.At() || report.Count == 0:
		u.rebase(report)
	case u.base.next == 0:
		u.base.next = report.Next
	}
}

// Saw takes in a message, from whichever source and however often.
func (u *Unread) Saw(message *Message) {
	position, key := message.Position(), message.Key()
	if message.OnlineOnly || message.State != Sent || position <= 0 {
		return
	}
	defer u.settle()
	u.newest = max(u.newest, position)
	if position <= u.read.At() {
		return
	}
	if message.Recalled {
		u.forget(position, key)
		return
	}
	if u.seen(position, key) {
		return
	}
	if u.group {
		u.known.Add(position, position)
	}
	if message.Counts(u.self) {
		held := heldUnread{position: position, inBase: u.countedByBase(position, key)}
		if !u.group {
			held.key = new(key)
		}
		u.hold(held)
		u.fold()
	}
}

// Cover says that every message with a position in from..to has been told by Saw, or no longer exists.
func (u *Unread) Cover(from, to int64) {
	defer u.settle()
	u.known.Add(max(from, u.read.At()+1), min(to, u.newest))
}

// Recall takes in a recall, of a message that may be known or not. In C2C the sequence is 0.
func (u *Unread) Recall(sequence int64, key Key) {
	defer u.settle()
	if u.group {
		u.newest = max(u.newest, sequence)
		if sequence <= u.read.At() {
			return
		}
	}
	u.doubtful = append(u.doubtful, sequence)
	unknown := u.forget(sequence, key)
	if unknown && u.base.valid && (sequence < u.base.next && u.base.count > 0) {
		// Whether the service counted it can't be told without the message.
		u.dropBase(0)
	}
}
