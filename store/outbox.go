package store

import (
	"context"
	"database/sql"

	"reddot/model"
)

// PutOutgoing keeps an outgoing message, or its new state, under its key. Messages keep the order in which
// they were first put.
func (s *Store) PutOutgoing(ctx context.Context, m *model.Message) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	return s.update(ctx, "keep the message for "+string(m.Conversation), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO outbox (sender, client_time, random, conversation, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (sender, client_time, random) DO UPDATE SET body = excluded.body`,
			m.Sender, m.ClientTime, int64(m.Random), string(m.Conversation), data)
		return err
	})
}

// Delivered moves a message that the service has accepted from the outbox to the history, in one step.
func (s *Store) Delivered(ctx context.Context, m *model.Message) error {
	return s.update(ctx, "keep the sent message of "+string(m.Conversation), func(tx *sql.Tx) error {
		if err := removeOutgoing(ctx, tx, m.Key()); err != nil {
			return err
		}
		if s.options.DiscardHistory {
			return nil
		}
		return s.putMessages(ctx, tx, []*model.Message{m})
	})
}

// RemoveOutgoing drops a message from the outbox.
func (s *Store) RemoveOutgoing(ctx context.Context, key model.Key) error {
	return s.update(ctx, "drop an unsent message", func(tx *sql.Tx) error { return removeOutgoing(ctx, tx, key) })
}

func removeOutgoing(ctx context.Context, tx *sql.Tx, key model.Key) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE sender = ? AND client_time = ? AND random = ?",
		key.Sender, key.ClientTime, int64(key.Random))
	return err
}

// Outgoing returns everything in the outbox, in the order in which it was put there.
func (s *Store) Outgoing(ctx context.Context) ([]*model.Message, error) {
	var messages []*model.Message
	err := s.rows(ctx, "read the outbox", "SELECT conversation, body FROM outbox ORDER BY place", func(rows *sql.Rows) error {
		var id string
		var data []byte
		if err := rows.Scan(&id, &data); err != nil {
			return err
		}
		m, err := decode(model.ConversationID(id), data)
		if err != nil {
			return &CorruptError{Path: s.path, Err: err}
		}
		messages = append(messages, m)
		return nil
	})
	return messages, err
}
