package store

import (
	"context"
	"database/sql"

	"reddot/model"
)

// SaveConversations keeps what was last known of conversations, in one transaction: fill calls put for each of
// them. What state means is the caller's business; last is the newest message worth a preview, or nil.
func (s *Store) SaveConversations(ctx context.Context, fill func(put func(id model.ConversationID, state []byte, last *model.Message) error) error) error {
	return s.update(ctx, "save conversations", func(tx *sql.Tx) error {
		statement, err := tx.PrepareContext(ctx, `INSERT INTO conversations (id, state, last) VALUES (?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, last = excluded.last`)
		if err != nil {
			return err
		}
		defer statement.Close()
		return fill(func(id model.ConversationID, state []byte, last *model.Message) error {
			var data []byte
			if last != nil {
				if data, err = encode(last); err != nil {
					return err
				}
			}
			_, err := statement.ExecContext(ctx, string(id), state, data)
			return err
		})
	})
}

// LoadConversations hands every conversation that SaveConversations kept to each.
func (s *Store) LoadConversations(ctx context.Context, each func(id model.ConversationID, state []byte, last *model.Message) error) error {
	const query = "SELECT id, state, last FROM conversations WHERE state IS NOT NULL"
	return s.rows(ctx, "read conversations", query, func(rows *sql.Rows) error {
		var name string
		var state, data []byte
		if err := rows.Scan(&name, &state, &data); err != nil {
			return err
		}
		id := model.ConversationID(name)
		if data == nil {
			return each(id, state, nil)
		}
		last, err := decode(id, data)
		if err != nil {
			return &CorruptError{Path: s.path, Err: err}
		}
		return each(id, state, last)
	})
}

// ForgetConversations removes what was last known of conversations that are gone. Their history stays.
func (s *Store) ForgetConversations(ctx context.Context, ids []model.ConversationID) error {
	return s.update(ctx, "forget conversations", func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "UPDATE conversations SET state = NULL, last = NULL WHERE id = ?", string(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveDraft keeps the unsent text of a conversation; an empty text removes it.
func (s *Store) SaveDraft(ctx context.Context, id model.ConversationID, text string) error {
	return s.update(ctx, "save the draft for "+string(id), func(tx *sql.Tx) error {
		if text == "" {
			_, err := tx.ExecContext(ctx, "DELETE FROM drafts WHERE conversation = ?", string(id))
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO drafts (conversation, text) VALUES (?, ?)", string(id), text)
		return err
	})
}

// Drafts returns all unsent texts.
func (s *Store) Drafts(ctx context.Context) (map[model.ConversationID]string, error) {
	drafts := map[model.ConversationID]string{}
	err := s.rows(ctx, "read drafts", "SELECT conversation, text FROM drafts", func(rows *sql.Rows) error {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		drafts[model.ConversationID(id)] = text
		return nil
	})
	return drafts, err
}
