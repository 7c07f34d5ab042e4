package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"reddot/model"
)

// batchSize is how many messages are written in one transaction: so many that its cost is spread thin, so few
// that an intent or an outgoing message never waits long behind it.
const batchSize = 1000

// SaveMessages adds messages of any conversations to the history, or replaces them. Messages that the
// service has not numbered (unsent, online-only) are left out. Of two messages at one place the later one stands.
// After an error some may have been saved.
func (s *Store) SaveMessages(ctx context.Context, messages []*model.Message) error {
	if s.options.DiscardHistory {
		return nil
	}
	// Neighbours in the tree are written together, so that each page is touched once.
	sorted := slices.Clone(messages)
	slices.SortStableFunc(sorted, func(a, b *model.Message) int {
		return cmp.Or(cmp.Compare(a.Conversation, b.Conversation), cmp.Compare(a.Position(), b.Position()))
	})
	for batch := range slices.Chunk(sorted, batchSize) {
		if err := s.update(ctx, "save messages", func(tx *sql.Tx) error { return s.putMessages(ctx, tx, batch) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) putMessages(ctx context.Context, tx *sql.Tx, messages []*model.Message) error {
	put, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO messages (conversation, position, tie, body) VALUES (?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer put.Close()
	for _, m := range messages {
		if m.Position() <= 0 || m.OnlineOnly || m.State != model.Sent {
			continue
		}
		key, err := s.key(ctx, tx, m.Conversation)
		if err != nil {
			return err
		}
		data, err := encode(m)
		if err != nil {
			return err
		}
		if _, err := put.ExecContext(ctx, key, m.Position(), tie(m), data); err != nil {
			return err
		}
	}
	return nil
}

// tie orders messages of one position, as the timeline does: by the sender's sequence, then identity.
func tie(m *model.Message) string {
	if m.Conversation.Kind() == model.KindGroup {
		return ""
	}
	return fmt.Sprintf("%012d %010d %s", m.Sequence, m.Random, m.Sender)
}

// Messages returns at most limit stored messages of a conversation that stand before the given one (nil: the
// newest of all), oldest first.
func (s *Store) Messages(ctx context.Context, id model.ConversationID, before *model.Message, limit int) ([]*model.Message, error) {
	const newest = `SELECT body FROM messages WHERE conversation = (SELECT key FROM conversations WHERE id = ?)
		ORDER BY position DESC, tie DESC LIMIT ?`
	const older = `SELECT body FROM messages WHERE conversation = (SELECT key FROM conversations WHERE id = ?)
		AND (position, tie) < (?, ?) ORDER BY position DESC, tie DESC LIMIT ?`
	if before == nil {
		return s.messages(ctx, id, newest, string(id), limit)
	}
	return s.messages(ctx, id, older, string(id), before.Position(), tie(before), limit)
}

// MessagesBetween returns the newest stored messages with after < position <= upTo, at most limit, oldest first.
func (s *Store) MessagesBetween(ctx context.Context, id model.ConversationID, after, upTo int64, limit int) ([]*model.Message, error) {
	const query = `SELECT body FROM messages WHERE conversation = (SELECT key FROM conversations WHERE id = ?)
		AND position > ? AND position <= ? ORDER BY position DESC, tie DESC LIMIT ?`
	return s.messages(ctx, id, query, string(id), after, upTo, limit)
}

func (s *Store) messages(ctx context.Context, id model.ConversationID, query string, arguments ...any) ([]*model.Message, error) {
	var messages []*model.Message
	err := s.rows(ctx, "read messages of "+string(id), query, func(rows *sql.Rows) error {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		m, err := decode(id, data)
		if err != nil {
			return &CorruptError{Path: s.path, Err: err}
		}
		messages = append(messages, m)
		return nil
	}, arguments...)
	slices.Reverse(messages)
	return messages, err
}
