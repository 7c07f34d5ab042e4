package session

import (
	"context"

	"reddot/model"
)

// Store is what a session keeps beyond its life. Every write is durable when it returns; all methods are
// safe for concurrent use.
type Store interface {
	// SaveMessages adds messages to the history or replaces them.
	SaveMessages(ctx context.Context, messages []*model.Message) error
	// Messages returns at most limit messages before the given one (nil: the newest), oldest first.
	Messages(ctx context.Context, id model.ConversationID, before *model.Message, limit int) ([]*model.Message, error)
	// MessagesBetween returns the newest messages with after < position <= upTo, at most limit, oldest first.
	MessagesBetween(ctx context.Context, id model.ConversationID, after, upTo int64, limit int) ([]*model.Message, error)

	// SaveConversations keeps what was last known of conversations, in one step: fill calls put for each.
	SaveConversations(ctx context.Context, fill func(put func(id model.ConversationID, state []byte, last *model.Message) error) error) error
	// LoadConversations hands what was kept to each.
	LoadConversations(ctx context.Context, each func(id model.ConversationID, state []byte, last *model.Message) error) error
	// ForgetConversations drops what was last known of conversations that are gone.
	ForgetConversations(ctx context.Context, ids []model.ConversationID) error

	// PutOutgoing keeps an outgoing message, or its new state; Outgoing returns all, in the order of the
	// first put. Delivered moves one that the service accepted to the history, in one step.
	PutOutgoing(ctx context.Context, message *model.Message) error
	Outgoing(ctx context.Context) ([]*model.Message, error)
	Delivered(ctx context.Context, message *model.Message) error
	RemoveOutgoing(ctx context.Context, key model.Key) error

	// SaveDraft keeps unsent text; an empty text removes it.
	SaveDraft(ctx context.Context, id model.ConversationID, text string) error
	Drafts(ctx context.Context) (map[model.ConversationID]string, error)

	// SaveGroupNotice keeps a notice about a group, or its new state; DismissGroupNotices keeps only that they were told.
	// GroupNotices returns the newest ones, oldest first, and the ids of those that were dismissed.
	SaveGroupNotice(ctx context.Context, notice model.GroupNotice) error
	DismissGroupNotices(ctx context.Context, ids []string) error
	GroupNotices(ctx context.Context) (notices []model.GroupNotice, dismissed []string, err error)
}
