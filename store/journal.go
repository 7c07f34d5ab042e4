package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"reddot/model"
	"reddot/readsync"
)

var _ readsync.Journal = (*Store)(nil)

// progress is the stored form of readsync.Progress; the conversation is a column of its own.
type progress struct {
	Intent   int64          `json:"intent"`
	MarkRead int64          `json:"mark_read"`
	Receipts int64          `json:"receipts"`
	Note     int64          `json:"note"`
	Draft    readsync.Draft `json:"draft"`
	Claims   []model.Claim  `json:"claims,omitempty"`
}

// SaveReads keeps one step of read sync.
func (s *Store) SaveReads(ctx context.Context, change readsync.Change) error {
	return s.update(ctx, "save read positions", func(tx *sql.Tx) error {
		for _, p := range change.Progress {
			if err := putProgress(ctx, tx, p); err != nil {
				return err
			}
		}
		if err := putSeen(ctx, tx, change.Seen); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO notes_cursor (only, cursor) VALUES (1, ?)", change.Cursor)
		return err
	})
}

func putProgress(ctx context.Context, tx *sql.Tx, p readsync.Progress) error {
	data, err := json.Marshal(progress{
		Intent: p.Intent, MarkRead: p.MarkRead, Receipts: p.Receipts, Note: p.Note, Draft: p.Draft, Claims: p.Claims,
	})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO reads (conversation, progress) VALUES (?, ?)", string(p.Conversation), data)
	return err
}

// putSeen adds ids and drops the oldest beyond what a journal must keep.
func putSeen(ctx context.Context, tx *sql.Tx, ids []string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, "INSERT INTO notes_seen (id) VALUES (?) ON CONFLICT DO NOTHING", id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM notes_seen WHERE place <= (SELECT max(place) FROM notes_seen) - ?", readsync.SeenNotes)
	return err
}

// LoadReads returns everything that SaveReads kept.
func (s *Store) LoadReads(ctx context.Context) (readsync.State, error) {
	var state readsync.State
	err := s.rows(ctx, "read positions", "SELECT conversation, progress FROM reads", func(rows *sql.Rows) error {
		var id string
		var data []byte
		if err := rows.Scan(&id, &data); err != nil {
			return err
		}
		var p progress
		if err := json.Unmarshal(data, &p); err != nil {
			return &CorruptError{Path: s.path, Err: fmt.Errorf("read position of %s: %w", id, err)}
		}
		state.Progress = append(state.Progress, readsync.Progress{
			Conversation: model.ConversationID(id), Intent: p.Intent, MarkRead: p.MarkRead, Receipts: p.Receipts,
			Note: p.Note, Draft: p.Draft, Claims: p.Claims,
		})
		return nil
	})
	if err != nil {
		return state, err
	}
	err = s.rows(ctx, "read seen notes", "SELECT id FROM notes_seen ORDER BY place", func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		state.Seen = append(state.Seen, id)
		return err
	})
	if err != nil {
		return state, err
	}
	err = s.read.QueryRowContext(ctx, "SELECT cursor FROM notes_cursor").Scan(&state.Cursor)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return state, explain(s.path, err)
}
