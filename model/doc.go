// Package model holds the facts of a chat and the pure rules over them: messages, groups,
// members, the timeline of a conversation, read positions, unread counts, receipts and sync notes.
//
// Invariants:
//   - Nothing here does I/O, reads a clock or starts a goroutine; time enters as an argument.
//   - A Message, Group or Member that has been handed out is never changed; a change makes a new value.
//   - A read position only moves forward.
//   - Unread is derived from the read position and the timeline; it is never counted up and down.
//   - Whatever the order, duplication or loss of events, a resync leads to the same state.
package model
