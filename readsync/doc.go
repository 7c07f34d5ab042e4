// Package readsync turns "the user has read up to here" into what makes it true everywhere: the
// service's own read position, read receipts, and one self C2C note that tells the user's other devices;
// and it decides what a note from another device means here.
//
// A reading goes this way: Intend notes it, the Journal keeps it together with the identity of its note, then
// the note and the service's read position are sent at the same time, and the receipts after them. Each action
// of each conversation is paced, and retried until it is accepted or refused for good, on its own; what is not
// settled is taken up again after a restart or a lost connection.
//
// A note goes this way: HandleNote dates it by the service's clock and makes it a claim. The claim is cut
// down to the newest message that is not later than the note. While the messages that tell are not known, the
// claim stays open: the Decision names what to fetch, and Revisit judges again once more is known.
//
// Invariants:
//   - A position only moves forward.
//   - What was read is intent, stored by the Journal before anything acts on it; the difference between
//     intent and what the service has accepted is the work that is left, also after a restart.
//   - A position that came from a note or from the service's read sync counts as accepted: it sends no
//     note, no mark-read and no receipt. Reading again what is read sends nothing.
//   - A note never claims messages that are later than itself by the service's clock.
//   - A note that is sent again is the same message to the service and the same note to other devices.
//   - The cursor never passes a note that may have been missed.
//
// Known limit: positions in C2C are seconds, as on the service; a message that comes later in a second that was
// read counts as read.
package readsync
