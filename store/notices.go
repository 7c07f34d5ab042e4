package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"reddot/model"
)

// keptNotices is how many notices about groups are kept, dismissed ones included: enough to know one again that is told
// twice.
const keptNotices = 1000

const noticesTable = `
CREATE TABLE group_notices (
	place     INTEGER PRIMARY KEY AUTOINCREMENT,
	id        TEXT    NOT NULL UNIQUE,
	dismissed INTEGER NOT NULL DEFAULT 0,
	body      BLOB    NOT NULL
);
`

// SaveGroupNotice keeps a notice, or its new state. Notices keep the order in which they first came.
func (s *Store) SaveGroupNotice(ctx context.Context, notice model.GroupNotice) error {
	// Names and numbers always marshal.
	body, _ := json.Marshal(notice)
	return s.update(ctx, "keep a notice of "+notice.GroupID, func(tx *sql.Tx) error {
		const put = "INSERT INTO group_notices (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
		if _, err := tx.ExecContext(ctx, put, notice.ID, body); err != nil {
			return err
		}
		const prune = "DELETE FROM group_notices WHERE place <= (SELECT max(place) FROM group_notices) - ?"
		_, err := tx.ExecContext(ctx, prune, keptNotices)
		return err
	})
}

// DismissGroupNotices keeps of notices only that they were told.
func (s *Store) DismissGroupNotices(ctx context.Context, ids []string) error {
	return s.update(ctx, "dismiss notices", func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "UPDATE group_notices SET dismissed = 1, body = '' WHERE id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// GroupNotices returns the notices that were not dismissed, oldest first, and the ids of the others.
func (s *Store) GroupNotices(ctx context.Context) (notices []model.GroupNotice, dismissed []string, err error) {
	const query = "SELECT id, dismissed, body FROM group_notices ORDER BY place"
	err = s.rows(ctx, "read notices", query, func(rows *sql.Rows) error {
		var id string
		var gone bool
		var body []byte
		if err := rows.Scan(&id, &gone, &body); err != nil {
			return err
		}
		if gone {
			dismissed = append(dismissed, id)
			return nil
		}
		var notice model.GroupNotice
		if err := json.Unmarshal(body, &notice); err != nil {
			return &CorruptError{Path: s.path, Err: err}
		}
		notices = append(notices, notice)
		return nil
	})
	return notices, dismissed, err
}
