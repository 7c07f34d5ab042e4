// Package push is the adapter that receives: it speaks the long-connection protocol of Tencent Cloud IM over
// a WebSocket, as the official Web SDK does (push-protocol).
//
// Invariants:
//   - One connection at a time. Requests that it leaves unanswered are sent again, unchanged and with the same
//     sequence, once the next login is accepted; whoever waits for them notices only the delay.
//   - Events are queued in the order of the frames that brought them. A reader that falls too far behind costs the
//     connection, never an event: the client reconnects when the queue is empty, and Sync brings the rest.
//   - After a kick-off, also one that is learned of only at the next login, or when there is no other signature, nothing is
//     tried until Connect is called again: a login that displaced this one is never displaced in turn without a person.
//   - Where to connect is asked before each attempt, so a service that moved, or must be started first, is found.
//   - Frames come from a stranger: a wrong type, a missing field or no JSON at all is skipped or refused, and never
//     a panic.
package push
