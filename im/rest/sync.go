package rest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"reddot/im"
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
		for i := range conversations {
			conversations[i].Unread, conversations[i].Uncounted = 0, true
		}
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
