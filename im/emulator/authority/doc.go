// Package authority makes the certificates of a server that speaks TLS on somebody's own machine, and keeps them: a
// certificate authority to be trusted once, and a server certificate that it signed.
//
// Invariants:
//   - The authority can vouch for this machine, its private network and the host that the server was told to listen on, and
//     for nothing else (name constraints), so that trusting it is no risk where its key leaks.
//   - What is kept stays in use until it does not fit any more: a server certificate that ends soon or lacks a name is made
//     again by the same authority, which itself is replaced only where it cannot vouch for a name.
//   - Keys are files that nobody else can read.
package authority
