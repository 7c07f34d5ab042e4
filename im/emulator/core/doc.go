// Package core holds the rules and the memory of the embedded server: accounts,
// groups, members, sequence numbers, read positions, unread counts, receipts and
// history. It knows no HTTP, no WebSocket and no wire names; message bodies pass
// through it as raw JSON.
//
// Invariants:
//
//   - What a method acknowledged, an event told or a reader saw is on the disk.
//     Every change is a job for one writer goroutine: it checks the rules, writes,
//     commits (synchronous=FULL), only then makes the change visible, and after that
//     answers and publishes. It commits at once when idle and takes along all jobs
//     that queued up meanwhile.
//   - A group's sequence numbers start at 1, grow by one per stored message and
//     survive a crash without gap. Online-only messages take none.
//   - Times of messages never go back, whatever the clock does.
//   - Unread is computed from a read position and the head of the conversation; only
//     what does not count is indexed (own, no-unread and recalled messages).
//   - A refused request changes nothing. Refusals are *Error values with Tencent's code.
//   - Messages, and the slices inside events, are immutable and may be shared.
package core
