package rest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// freshFor is how old a sweep may be for Sync to use it.
	freshFor = 2 * time.Second
	// correctedPages bounds the pages of history that one Sync reads to correct unread counts, and pagesOfOne those of one
	// conversation: beyond 100 unread messages a badge says 99+.
	correctedPages = 60
	pagesOfOne     = 5
)

// Sync lists all conversations. A group's unread count is derived from its positions (rest-api, section 2.3) and then corrected by
// the messages themselves, as far as a bounded number of pages reaches: own and recalled messages take a sequence too.
// Missed C2C messages come as events.
func (c *Client) Sync(ctx context.Context) (*im.Snapshot, error) {
	c.pace.active()
	if c.state.age() > freshFor {
		if err := c.sweep(ctx); err != nil {
			return nil, err
		}
	}
	conversations := c.state.groupConversations()
	if err := c.correct(ctx, conversations); err != nil {
		return nil, err
	}
	dialogs, err := c.c2cConversations(ctx)
	if err != nil {
		return nil, err
	}
	return &im.Snapshot{Time: c.now(), Conversations: append(conversations, dialogs...)}, nil
}

// age is how long ago groups were listed.
func (s *state) age() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.listedAt)
}

// groupConversations returns the groups in a stable order, with what their positions say of unread messages.
func (s *state) groupConversations() []im.Conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	conversations := make([]im.Conversation, 0, len(s.groups))
	for _, t := range s.groups {
		g := t.group
		row := im.Conversation{
			ID: model.GroupConversation(g.ID), Name: g.Name, Group: g, Read: g.SelfRead, Next: g.NextSequence, Muted: g.Muted,
		}
		if g.Type.KeepsUnread() {
			row.Unread = int(max(0, g.NextSequence-1-g.SelfRead))
		}
		conversations = append(conversations, row)
	}
	slices.SortFunc(conversations, func(a, b im.Conversation) int { return cmp.Compare(a.ID, b.ID) })
	return conversations
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
		tasks.Go(func() error { return c.correctOne(ctx, row) })
	}
	return tasks.Wait()
}

// correctOne counts what is unread in one group, newest first; what it does not reach is counted by its sequences.
func (c *Client) correctOne(ctx context.Context, row *im.Conversation) error {
	doing := c.texts.Doing("获取历史消息", "get the history of", string(row.ID))
	count, before := 0, row.Next-1
	for range pagesOfOne {
		if before <= row.Read {
			break
		}
		page, err := c.groupPage(ctx, doing, row.ID.Target(), uint32(before), historyPage)
		if isFinal(err) {
			return nil // a group without history keeps its derived count
		}
		if err != nil {
			return err
		}
		for _, m := range page.Messages {
			if m.Sequence > row.Read && m.Sequence <= before && m.Counts(c.options.User) {
				count++
			}
		}
		if row.Last == nil {
			row.Last = preview(page.Messages)
		}
		if page.Complete || page.Next >= before {
			before = row.Read
			break
		}
		before = page.Next
	}
	row.Unread = count + int(max(0, before-row.Read))
	return nil
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

// c2cConversations lists the conversations with others. The list has neither names nor counts, so those are asked for.
func (c *Client) c2cConversations(ctx context.Context) ([]im.Conversation, error) {
	rows, err := c.contacts(ctx, contactPages)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	peers := make([]string, len(rows))
	for i, row := range rows {
		peers[i] = row.ToAccount
	}
	counts := make(map[string]int)
	total, err := c.unreadAtAll(ctx)
	if err == nil && total > 0 {
		counts, err = c.unreadWith(ctx, peers)
	}
	if err != nil && !isFinal(err) {
		return nil, err
	}
	names, err := c.names(ctx, peers)
	if err != nil && !isFinal(err) {
		return nil, err
	}
	c.state.baseline(rows, counts)
	conversations := make([]im.Conversation, 0, len(rows))
	for _, row := range rows {
		conversations = append(conversations, c2cConversation(row, counts[row.ToAccount], names[row.ToAccount]))
	}
	return conversations, nil
}

// c2cConversation maps a row. The service tells no read position, only a count: where that is 0, everything is read.
func c2cConversation(row wire.RecentContactRow, unread int, name string) im.Conversation {
	conversation := im.Conversation{
		ID: model.C2CConversation(row.ToAccount), Name: name, Unread: unread, Pinned: row.TopFlag == 1,
	}
	if unread == 0 {
		conversation.Read = row.MsgTime
	}
	return conversation
}

// baseline notes what Sync has told of C2C conversations.
func (s *state) baseline(rows []wire.RecentContactRow, counts map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, row := range rows {
		s.dialogOf(row.ToAccount).unread = counts[row.ToAccount]
	}
}
