// Package im says what a chat service is to this program: the Client interface, the closed set of
// events, capabilities and typed errors. Adapters (im/push, im/rest) implement it; nothing above them
// sees a vendor's field name.
//
// Invariants:
//   - One fact, one event; poll, push and fakes produce the same events.
//   - Events arrive on one channel, in the order in which the adapter learned of them, and are never
//     dropped: an adapter whose reader is slow disconnects and says so, and the resync repairs the rest.
//   - An adapter that cannot do something returns ErrUnsupported and says so in its Capabilities; it never
//     answers zero or success instead.
package im
