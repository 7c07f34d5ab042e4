// Package webhook posts events to the app's own server, as Tencent's third-party callbacks
// do (rest-api.md section 7). It knows the transport, not the events.
//
// Invariants:
//
//   - A before-event is posted once and waited for, at most as long as the time-out; no
//     answer in time means "allow", or a refusal where that is asked for.
//   - An after-event never makes its caller wait. Events with the same key are posted one
//     after the other, in order; the queue is bounded, and what does not fit is counted and
//     dropped.
//   - Neither the token nor the query of the URL is ever logged.
package webhook
