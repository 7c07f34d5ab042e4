// Package wire holds Tencent Cloud IM's JSON as both ends of a connection need it: envelopes and frames of the long
// connection, requests and replies of its commands and of the REST API, message elements, pushes, the error-code table
// and UserSig.
//
// Invariants:
//
//   - Field names are Tencent's, quirks included (To_Account beside ToAccount, ToGroupid, TinyId). They are matched
//     exactly when written; reading follows encoding/json, which ignores case.
//   - A field that the other side cannot do without is written even when it is zero, and a list of that kind is written
//     as [] when it is empty, never as null (see [List]).
//   - Sequences and random numbers are uint32, times are seconds since 1970 as int64 unless the name says otherwise.
//   - Message bodies and unknown elements pass through byte for byte (see [MsgBody]).
//   - Nothing here panics on outside input, and everything that is decompressed is bounded.
//
// The shapes follow two descriptions of the service: the long connection as the official Web SDK speaks and accepts it,
// and the documented server REST API.
package wire
