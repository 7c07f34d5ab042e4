// Package rest is the adapter that polls: it speaks the documented server REST API of Tencent Cloud IM with the signature
// of an app admin, acting for one user (rest-api).
//
// Invariants:
//   - One sweep of get_joined_group_list shows which groups moved; only those are pulled. Every call, polled or asked for, goes
//     through one token bucket that stays below the application's limit.
//   - A call is repeated only for reasons that another try may change, with backoff and jitter. A message is repeated with
//     the same Random, and one that the service may have forgotten is looked for in the history first, so that none is doubled.
//   - The poller alone writes events. It waits for a slow reader, and pulls nothing meanwhile.
//   - Webhooks are believed only with the token's signature; the receiver answers at once and leaves the telling to the poller,
//     which tells every message once, whichever way it came. While they come, polling is a slow safety net.
//   - What the API cannot do is said in Capabilities, never answered with success: it cannot move a group's read position.
//   - Answers come from a stranger: a gateway's HTML, a truncated document or a wrong type is an error, and never a panic.
//   - The signature is in every URL, so no error and no log line carries a URL.
//
// Known limits, all of the API: without webhooks a recall shows in the conversation on screen and where a group moves again, and so
// does an edit even with them, by comparison with what this device keeps; history tells neither mentions nor the sender's wish not
// to be counted; reading on a device that sends no note shows in sweeps alone.
package rest
