package model

import "errors"

// Reasons to ignore a note. They are not failures: such notes are normal or harmless.
var (
	ErrNoteOwn       = errors.New("own note of this device")
	ErrNoteForeign   = errors.New("note of somebody else")
	ErrNoteUndated   = errors.New("note without the service's time")
	ErrNoteDuplicate = errors.New("note was seen before")
	ErrNoteSelf      = errors.New("note about the notes' own conversation")
)

// Claim is what a note of another device says: everything up to Position that was there at Time, by the
// service's clock, has been read. Messages that came later are unread, whatever Position says.
type Claim struct{ Position, Time int64 }

// Claim judges a message that may be a note: it must come from the user themselves, in the conversation
// with themselves, from another device, and must not have been seen. The note's own time field is never
// used: the claim is dated by the service. The error is ErrNotNote, ErrNoteRefresh, one of the reasons above, or says
// what is damaged; the note is returned whenever it could be read.
func (f NoteFormat) Claim(message *Message, self, device string, seen func(id string) bool) (Note, Claim, error) {
	note, err := f.Parse(message)
	if err != nil && !errors.Is(err, ErrNoteRefresh) {
		return Note{}, Claim{}, err
	}
	own := C2CConversation(self)
	switch {
	case message.Sender != self || message.Conversation != own:
		return note, Claim{}, ErrNoteForeign
	case err != nil:
		return note, Claim{}, err
	case note.Device == device:
		return note, Claim{}, ErrNoteOwn
	case seen(note.ID):
		return note, Claim{}, ErrNoteDuplicate
	case note.Conversation == own:
		return note, Claim{}, ErrNoteSelf
	case message.ServerTime <= 0:
		return note, Claim{}, ErrNoteUndated
	}
	claim := Claim{Position: note.Position, Time: message.ServerTime}
	if claim.Position == 0 {
		claim.Position = maxPosition // everything that was there by then
	}
	return note, claim, nil
}

// Covers says whether the claim makes another one needless.
func (c Claim) Covers(other Claim) bool { return c.Position >= other.Position && c.Time >= other.Time }

// AddClaim returns the claims with one more, without those that another one covers. It never changes its
// argument.
func AddClaim(claims []Claim, claim Claim) []Claim {
	kept := make([]Claim, 0, len(claims)+1)
	for _, old := range claims {
		if old.Covers(claim) {
			return claims
		}
		if !claim.Covers(old) {
			kept = append(kept, old)
		}
	}
	return append(kept, claim)
}

// Resolution says what a claim means for what is known of a conversation.
type Resolution struct {
	// Position is how far the conversation is read by what is known now; it may be 0 and never claims too much.
	Position int64
	// Open is set when knowing more may move the position further: ask again after new messages.
	Open bool
	// Need is what must be fetched (newest first) to know more; empty if new messages will tell by themselves.
	Need Range
}
