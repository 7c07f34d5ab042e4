package session

import (
	"errors"
	"time"

	"reddot/model"
	"reddot/readsync"
)

// SyncRecord is one line of the log of read sync.
type SyncRecord struct {
	Direction    Direction
	Kind         SyncKind
	Conversation model.ConversationID
	Name         string
	Position     int64
	// Device is the sender's device of a received note.
	Device string
	// Delay is the round trip of what was sent, or the age of a received note by the service's clock.
	Delay time.Duration
	At    time.Time
	// Ignored says why a received note was not taken in, "" if it was; Failure why what was sent was not accepted.
	// Detail is the technical reason of a damaged note. Clean both texts before showing them.
	Ignored SyncIgnored
	Detail  string
	Failure string
}

// Took says whether the record is one of a position that travelled, and not of a note or a try that came to nothing.
func (r SyncRecord) Took() bool { return r.Ignored == "" && r.Failure == "" }

// SyncIgnored says why a message to oneself changed nothing here.
type SyncIgnored string

// The reasons. Most are normal: the service may deliver a note twice, and gives it back to who sent it.
const (
	IgnoredOwn       SyncIgnored = "own"
	IgnoredDuplicate SyncIgnored = "duplicate"
	IgnoredForeign   SyncIgnored = "foreign"
	IgnoredUndated   SyncIgnored = "undated"
	IgnoredSelf      SyncIgnored = "self"
	IgnoredNoNote    SyncIgnored = "no_note"
	IgnoredDamaged   SyncIgnored = "damaged"
	// IgnoredRefresh is a note that names no position: it asks for a look at the service's list, which is taken.
	IgnoredRefresh SyncIgnored = "refresh"
)

// whyIgnored names the reason that readsync gives.
func whyIgnored(reason error) SyncIgnored {
	for known, name := range map[error]SyncIgnored{
		model.ErrNoteOwn: IgnoredOwn, model.ErrNoteDuplicate: IgnoredDuplicate, model.ErrNoteForeign: IgnoredForeign,
		model.ErrNoteUndated: IgnoredUndated, model.ErrNoteSelf: IgnoredSelf, model.ErrNotNote: IgnoredNoNote,
		model.ErrNoteRefresh: IgnoredRefresh,
	} {
		if errors.Is(reason, known) {
			return name
		}
	}
	return IgnoredDamaged
}

// recordIgnored adds a note that was not taken in, so that whoever tests read sync sees that it came.
func (s *Session) recordIgnored(d readsync.Decision) {
	record := SyncRecord{
		Direction: SyncReceived, Kind: SyncNote, Conversation: d.Note.Conversation, Position: d.Note.Position, Device: d.Note.Device,
		Delay: s.ageOf(d), Ignored: whyIgnored(d.Ignored),
	}
	if record.Ignored == IgnoredDamaged {
		record.Detail = d.Ignored.Error()
	}
	s.record(record)
}

// recordFailed adds a try that the service did not accept. Receipts are no part of the log.
func (s *Session) recordFailed(r readsync.Record) {
	record := SyncRecord{
		Direction: SyncSent, Kind: SyncNote, Conversation: r.Conversation, Position: r.Position, Device: s.me.Device,
		Delay: r.Delay, Failure: reasonOf(r.Err),
	}
	switch r.Action {
	case readsync.Note:
	case readsync.MarkRead:
		record.Kind = SyncService
	default:
		return
	}
	s.record(record)
}

// record adds a line to the log of read sync.
func (s *Session) record(r SyncRecord) {
	r.At = time.Now()
	if r.Conversation != "" {
		r.Name = s.nameOf(r.Conversation)
	}
	s.records = append(s.records, r) // behind what pictures hold of it
	s.records = s.records[max(0, len(s.records)-SyncRecords):]
	s.pictured = false
}
