// Package store is the client's own persistence, in two SQLite files for one account on one device. The Store
// holds the message history that was seen, the outbox, drafts, what was last known of each conversation, the
// notices about groups and the journal of read sync. The Registry holds the groups that were created from here.
//
// Invariants:
//   - A write that has returned is on the disk (synchronous=FULL in WAL mode) and survives a kill or a
//     power cut. Callers batch what may wait.
//   - One process at a time has the store open; a lock file beside it says so (ErrHeld). The registry is shared:
//     each of its methods is one transaction, and of two processes that come at once one waits.
//   - A file that is damaged, foreign or from a newer version is left untouched.
//   - Cost and memory grow with what is asked for, never with what is stored: every query is a walk along
//     an index, and SQLite's page cache is bounded.
//
// It imports model alone. Its method sets fit the interfaces that its users declare: session.Store,
// session.Journal, by which readsync's journal is kept, session.Registry, and backend.Registry.
package store
