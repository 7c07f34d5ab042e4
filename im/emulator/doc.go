// Package emulator is the embedded server: it speaks the long connection and the REST API
// of Tencent Cloud IM on one port, over one core that holds the rules and one SQLite file.
//
// Invariants:
//
//   - Every credential is a real UserSig and is verified; the login decides who acts, never
//     a field of the request.
//   - A reply leaves after what it acknowledges is on the disk.
//   - No frame, however broken, ends anything but its own connection. Frames are at most
//     1 MB, and a connection that does not take its pushes is cut off, so that a slow
//     reader never slows others. Clients catch up by pulling.
//   - Pushes that wait for a connection travel together in one frame. A connection gets no
//     push for what it did itself.
//   - Addresses of files are their receiver's own on every way out, and open a file only for
//     who may see it at that moment.
//   - Notices and mentions are forgotten when a user deletes them, or they have become untrue
//     or old; never because they were sent.
//   - Only pages of this machine, or of origins that were named, reach either front.
package emulator
