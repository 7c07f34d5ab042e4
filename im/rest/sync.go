package rest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// freshFor is how old a sweep may be for Sync to use it.
const freshFor = 2 * time.Second

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
	if !c.options.Uncounted {
		if _, err := c.learnSelves(ctx); err != nil {
			return nil, err
		}
	}
	conversations, asked := c.state.groupConversations()
	if c.options.Uncounted {
		uncount(conversations)
	} else if err := c.correct(ctx, conversations); err != nil {
		return nil, err
	}
	dialogs, err := c.c2cConversations(ctx)
	if err != nil {
		return nil, err
	}
	return &im.Snapshot{Time: c.now(), Asked: asked, Conversations: append(conversations, dialogs...)}, nil
}

// age is how long ago groups were listed.
func (s *state) age() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.listedAt)
}

// groupConversations returns the groups in a stable order, with what their positions say of unread messages, and when the
// question about them left.
func (s *state) groupConversations() ([]im.Conversation, im.Moment) {
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
	return conversations, s.asked
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
	counts, err := c.unreadCounts(ctx, peers)
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
	if c.options.Uncounted {
		uncount(conversations)
	}
	return conversations, nil
}

// unreadCounts asks how many messages of peers are unread: of each only if any are.
func (c *Client) unreadCounts(ctx context.Context, peers []string) (map[string]int, error) {
	if c.options.Uncounted {
		return nil, nil
	}
	total, err := c.unreadAtAll(ctx)
	if err != nil || total == 0 {
		return nil, err
	}
	return c.unreadWith(ctx, peers)
}

// uncount takes back what nobody asked for: no count, and so nothing that could be said to be read.
func uncount(conversations []im.Conversation) {
	for i := range conversations {
		conversations[i].Unread, conversations[i].Uncounted = 0, true
		if conversations[i].Group == nil {
			conversations[i].Read = 0
		}
	}
}

// c2cConversation maps a row. The service tells no read position, only a count: where that is 0, everything is read. The count
// holds up to the newest message, of which the list tells the second.
func c2cConversation(row wire.RecentContactRow, unread int, name string) im.Conversation {
	conversation := im.Conversation{
		ID: model.C2CConversation(row.ToAccount), Name: name, Next: row.MsgTime + 1, Unread: unread, Pinned: row.TopFlag == 1,
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
