package store

import (
	"context"
	"database/sql"
	"errors"

	"reddot/model"
)

// seenNotes is how many ids of handled notes are kept: as many as are pulled at most after an absence.
const seenNotes = 1000

// SaveReads keeps one step of read sync: what is new of conversations, in an encoding of the caller's, ids of handled
// notes, and the cursor up to which notes were handled.
func (s *Store) SaveReads(ctx context.Context, progress map[model.ConversationID][]byte, seen []string, cursor int64) error {
	return s.update(ctx, "save read positions", func(tx *sql.Tx) error {
		for id, data := range progress {
			const put = "INSERT OR REPLACE INTO reads (conversation, progress) VALUES (?, ?)"
			if _, err := tx.ExecContext(ctx, put, string(id), data); err != nil {
				return err
			}
		}
		if err := putSeen(ctx, tx, seen); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO notes_cursor (only, cursor) VALUES (1, ?)", cursor)
		return err
	})
}

// putSeen adds ids and drops the oldest beyond what is kept.
func putSeen(ctx context.Context, tx *sql.Tx, ids []string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, "INSERT INTO notes_seen (id) VALUES (?) ON CONFLICT DO NOTHING", id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM notes_seen WHERE place <= (SELECT max(place) FROM notes_seen) - ?", seenNotes)
	return err
}

// LoadReads returns everything that SaveReads kept; ids of notes oldest first.
func (s *Store) LoadReads(ctx context.Context) (progress map[model.ConversationID][]byte, seen []string, cursor int64, err error) {
	progress = map[model.ConversationID][]byte{}
	err = s.rows(ctx, "read positions", "SELECT conversation, progress FROM reads", func(rows *sql.Rows) error {
		var id string
		var data []byte
		err := rows.Scan(&id, &data)
		progress[model.ConversationID(id)] = data
		return err
	})
	if err != nil {
		return nil, nil, 0, err
	}
	err = s.rows(ctx, "read seen notes", "SELECT id FROM notes_seen ORDER BY place", func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		seen = append(seen, id)
		return err
	})
	if err != nil {
		return nil, nil, 0, err
	}
	err = s.read.QueryRowContext(ctx, "SELECT cursor FROM notes_cursor").Scan(&cursor)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return progress, seen, cursor, explain(s.path, err)
}
