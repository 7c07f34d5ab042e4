package readsync

import (
	"context"

	"reddot/model"
)

// Journal keeps what an Engine must know after a restart. Every save is one atomic step, durable when it
// returns. Implementations are safe for concurrent use; the engine saves from one goroutine at a time.
type Journal interface {
	// SaveReads replaces what is kept of the changed conversations, adds seen notes and sets the cursor.
	SaveReads(ctx context.Context, change Change) error
	// LoadReads returns everything that was saved.
	LoadReads(ctx context.Context) (State, error)
}

// State is what a Journal keeps.
type State struct {
	Progress []Progress
	// Seen are the ids of the newest notes that were handled, oldest first, at most SeenNotes.
	Seen []string
	// Cursor is the service's time, in seconds, up to which the notes of other devices were handled.
	Cursor int64
}

// SeenNotes is how many ids of notes a Journal must keep at least.
const SeenNotes = 1000

// Change is one step to be saved.
type Change struct {
	// Progress replaces what is kept of these conversations.
	Progress []Progress
	// Seen are new ids of notes, oldest first.
	Seen []string
	// Cursor replaces the cursor.
	Cursor int64
}

// Progress says how far one conversation has come. Positions are sequences in groups, seconds in C2C.
type Progress struct {
	Conversation model.ConversationID
	// Intent is how far the user has read on this device.
	Intent int64
	// MarkRead, Receipts and Note are how far each action is settled: accepted by the service, made needless
	// by another device, or refused for good.
	MarkRead int64
	Receipts int64
	Note     int64
	// Draft is the note for Intent. It is saved before it is sent, so that a repeated send is the same
	// message to the service and the same note to the other devices.
	Draft Draft
	// Claims are what notes of other devices claim beyond what could be verified yet.
	Claims []model.Claim
}

// Position is how far the conversation is read, on this device or elsewhere, as far as is known here.
func (p *Progress) Position() int64 { return max(p.Intent, p.MarkRead, p.Note) }

// Draft identifies a note that is to be sent, or was.
type Draft struct {
	// ID is the note's id; Position and Time its content.
	ID       string
	Position int64
	Time     int64
	// Random and Sequence, with Time, identify the C2C message that carries it.
	Random   uint32
	Sequence int64
}

// nowhere is the journal of an engine that keeps nothing.
type nowhere struct{}

func (nowhere) SaveReads(context.Context, Change) error  { return nil }
func (nowhere) LoadReads(context.Context) (State, error) { return State{}, nil }
