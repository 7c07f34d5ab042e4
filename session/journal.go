package session

import (
	"context"
	"encoding/json"
	"fmt"

	"reddot/model"
	"reddot/readsync"
)

// Journal keeps the progress of read sync, in an encoding of the session's. Every save is one durable step.
type Journal interface {
	// SaveReads replaces what is kept of conversations, adds ids of handled notes (at least the newest
	// readsync.SeenNotes are kept) and sets the cursor.
	SaveReads(ctx context.Context, progress map[model.ConversationID][]byte, seen []string, cursor int64) error
	// LoadReads returns everything that was saved, ids oldest first.
	LoadReads(ctx context.Context) (progress map[model.ConversationID][]byte, seen []string, cursor int64, err error)
}

// journal makes a Journal what readsync wants.
type journal struct{ kept Journal }

// keptProgress is the stored form of readsync.Progress.
type keptProgress struct {
	Intent   int64          `json:"intent"`
	MarkRead int64          `json:"mark_read"`
	Receipts int64          `json:"receipts"`
	Note     int64          `json:"note"`
	Draft    readsync.Draft `json:"draft"`
	Claims   []model.Claim  `json:"claims,omitempty"`
}

func (j journal) SaveReads(ctx context.Context, change readsync.Change) error {
	progress := make(map[model.ConversationID][]byte, len(change.Progress))
	for _, p := range change.Progress {
		data, err := json.Marshal(keptProgress{
			Intent: p.Intent, MarkRead: p.MarkRead, Receipts: p.Receipts, Note: p.Note, Draft: p.Draft, Claims: p.Claims,
		})
		if err != nil {
			return fmt.Errorf("encode the read position of %s: %w", p.Conversation, err)
		}
		progress[p.Conversation] = data
	}
	return j.kept.SaveReads(ctx, progress, change.Seen, change.Cursor)
}

func (j journal) LoadReads(ctx context.Context) (readsync.State, error) {
	progress, seen, cursor, err := j.kept.LoadReads(ctx)
	if err != nil {
		return readsync.State{}, err
	}
	state := readsync.State{Seen: seen, Cursor: cursor}
	for id, data := range progress {
		var p keptProgress
		if err := json.Unmarshal(data, &p); err != nil {
			return readsync.State{}, fmt.Errorf("stored read position of %s: %w", id, err)
		}
		state.Progress = append(state.Progress, readsync.Progress{
			Conversation: id, Intent: p.Intent, MarkRead: p.MarkRead, Receipts: p.Receipts, Note: p.Note, Draft: p.Draft, Claims: p.Claims,
		})
	}
	return state, nil
}
