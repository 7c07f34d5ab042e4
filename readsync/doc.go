// Package readsync turns "the user has read up to here" into what makes it true everywhere: the
// service's own read position, read receipts, and one self C2C note that tells the user's other devices;
// and it decides what a note from another device means here.
//
// Invariants:
//   - A position only moves forward.
//   - What was read is intent, stored by the Journal before anything acts on it; the difference between
//     intent and what the service has accepted is the work that is left, also after a restart.
//   - A position that came from a note or from the service's read sync counts as accepted: it sends no
//     note, no mark-read and no receipt. Reading again what is read sends nothing.
//   - A note never claims messages that are later than itself by the service's clock.
package readsync
