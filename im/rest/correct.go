package rest

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"reddot/crash"
	"reddot/im"
	"reddot/model"
)

// correctedPages bounds the pages of history that one Sync reads to correct unread counts, and pagesOfOne those of one
// conversation: beyond 100 unread messages a badge says 99+.
const (
	correctedPages = 60
	pagesOfOne     = 5
	// mostKept bounds how many kept messages of one conversation are looked at.
	mostKept = 500
)

// Archive keeps messages on this device. Messages of one place replace each other.
type Archive interface {
	// MessagesBetween returns the newest kept messages with after < position <= upTo, at most limit, oldest first.
	MessagesBetween(ctx context.Context, id model.ConversationID, after, upTo int64, limit int) ([]*model.Message, error)
	SaveMessages(ctx context.Context, messages []*model.Message) error
}

// correct reads the unread messages of groups and counts those that count, fewest first, within the budget of pages.
func (c *Client) correct(ctx context.Context, conversations []im.Conversation) error {
	var unread []*im.Conversation
	for i := range conversations {
		if conversations[i].Unread > 0 && conversations[i].Group.Type != model.AVChatRoom {
			unread = append(unread, &conversations[i])
		}
	}
	slices.SortStableFunc(unread, func(a, b *im.Conversation) int { return cmp.Compare(a.Unread, b.Unread) })
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(parallel)
	left := correctedPages
	for _, row := range unread {
		need := (row.Unread + historyPage - 1) / historyPage
		if left -= min(need, pagesOfOne); left < 0 {
			break
		}
		tasks.Go(crash.Task(func() error { return c.correctOne(ctx, row) }))
	}
	return tasks.Wait()
}

// correctOne counts what is unread in one group, newest first; what it does not reach is counted by its sequences. The newest page
// comes from the service, because its messages are those that are recalled; what is kept of the older ones is not asked for again.
func (c *Client) correctOne(ctx context.Context, row *im.Conversation) error {
	doing := c.texts.Doing("获取历史消息", "get the history of", string(row.ID))
	before := row.Next - 1
	kept := c.kept(ctx, row.ID, row.Read, before)
	var fetched []*model.Message
	count := 0
	for pages := 0; pages < pagesOfOne && before > row.Read && count < model.CertainUnread; pages++ {
		page, err := c.groupPage(ctx, doing, row.ID.Target(), uint32(before), historyPage)
		if isFinal(err) {
			return nil // a group without history keeps its derived count
		}
		if err != nil {
			return err
		}
		for _, m := range page.Messages {
			if m.Sequence <= row.Read || m.Sequence > before {
				continue
			}
			if m.Counts(c.options.User) {
				count++
			}
			fetched = append(fetched, m)
		}
		if row.Last == nil {
			row.Last = preview(page.Messages)
		}
		if page.Complete || page.Next >= before {
			before = row.Read
			break
		}
		for before = page.Next; before > row.Read && kept[before] != nil; before-- {
			if kept[before].Counts(c.options.User) {
				count++
			}
		}
	}
	row.Unread = count + int(max(0, before-row.Read))
	c.keep(ctx, fetched, kept)
	return nil
}

// kept returns what this device keeps of a range of a group, by sequence.
func (c *Client) kept(ctx context.Context, id model.ConversationID, after, upTo int64) map[int64]*model.Message {
	if c.options.Archive == nil {
		return nil
	}
	messages, err := c.options.Archive.MessagesBetween(ctx, id, after, upTo, mostKept)
	if err != nil {
		c.log.Debug("Kept messages cannot be read", "conversation", id, "error", err)
	}
	kept := make(map[int64]*model.Message, len(messages))
	for _, m := range messages {
		kept[m.Sequence] = m
	}
	return kept
}

// keep saves messages that were read to be counted. What is not known of them is still asked for when somebody reads them, so
// they replace only copies that do not know of their recall, and give edited ones their new content.
func (c *Client) keep(ctx context.Context, messages []*model.Message, kept map[int64]*model.Message) {
	if c.options.Archive == nil {
		return
	}
	var fresh []*model.Message
	for _, m := range messages {
		switch old := kept[m.Sequence]; {
		case old == nil || m.Recalled && !old.Recalled:
			partial := *m
			partial.Partial = true
			fresh = append(fresh, &partial)
		case isEdit(old, m):
			edited := *old
			edited.Elements, edited.CustomData, edited.Version = m.Elements, customData(old, m), max(m.Version, old.Version+1)
			fresh = append(fresh, &edited)
		}
	}
	if err := c.options.Archive.SaveMessages(ctx, fresh); err != nil {
		c.log.Debug("Messages cannot be kept", "error", err)
	}
}

// preview returns the newest message of a page. It is marked as partial: whether it wants a receipt, and its sender's name, are
// still to be asked for.
func preview(page []*model.Message) *model.Message {
	if len(page) == 0 {
		return nil
	}
	last := *page[len(page)-1]
	last.Partial = true
	return &last
}
