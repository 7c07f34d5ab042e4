package rest

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"reddot/crash"
	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

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
		conversations = append(conversations, c2cConversation(row, counts, names[row.ToAccount]))
	}
	if c.options.Uncounted {
		return conversations, nil
	}
	return conversations, c.addNewest(ctx, conversations)
}

const (
	// shownDialogs is how many C2C conversations get their newest message whether or not it is unread, and newestCalls the most
	// calls for newest messages in one Sync.
	shownDialogs = 20
	newestCalls  = 60
)

// addNewest adds the newest message to conversations with unread ones, and to the first few of the others: the list has none, but
// nobody can read up to a message that is not known. What this device keeps is not asked for.
func (c *Client) addNewest(ctx context.Context, conversations []im.Conversation) error {
	wanted := make([]*im.Conversation, 0, len(conversations))
	for i := range conversations {
		if row := &conversations[i]; row.Unread > 0 || i < shownDialogs {
			wanted = append(wanted, row)
		}
	}
	slices.SortStableFunc(wanted, func(a, b *im.Conversation) int { return cmp.Compare(min(b.Unread, 1), min(a.Unread, 1)) })
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(parallel)
	calls := 0
	for _, row := range wanted {
		if row.Last = c.keptNewest(ctx, row); row.Last != nil {
			continue
		}
		if calls++; calls > newestCalls {
			break
		}
		tasks.Go(crash.Task(func() error { return c.addNewestOf(ctx, row) }))
	}
	return tasks.Wait()
}

// keptNewest returns the message of the conversation's last second, if this device keeps it.
func (c *Client) keptNewest(ctx context.Context, row *im.Conversation) *model.Message {
	if c.options.Archive == nil {
		return nil
	}
	kept, err := c.options.Archive.MessagesBetween(ctx, row.ID, row.Next-2, row.Next-1, 1)
	if err != nil {
		c.log.Debug("Kept messages cannot be read", "conversation", row.ID, "error", err)
	}
	return preview(kept)
}

func (c *Client) addNewestOf(ctx context.Context, row *im.Conversation) error {
	peer := row.ID.Target()
	page, err := c.c2cPage(ctx, c.texts.Doing("获取单聊消息", "get messages with", peer), wire.AdminGetRoamMsgRequest{
		OperatorAccount: c.options.User, PeerAccount: peer, MaxCnt: 1, MaxTime: c.now().Add(ahead).Unix(),
	})
	if isFinal(err) {
		return nil // it is known by its count alone
	}
	if err != nil {
		return err
	}
	row.Last = preview(page.Messages)
	return nil
}

// unreadCounts asks how many messages of peers are unread: of each only if any are.
func (c *Client) unreadCounts(ctx context.Context, peers []string) (map[string]int, error) {
	if c.options.Uncounted {
		return nil, nil
	}
	total, err := c.unreadAtAll(ctx)
	if err != nil {
		return nil, err
	}
	return c.countsOf(ctx, total, peers)
}

// c2cConversation maps a row. The service tells no read position, only a count: where that is 0, everything is read. The count
// holds up to the newest message, of which the list tells the second.
func c2cConversation(row wire.RecentContactRow, counts map[string]int, name string) im.Conversation {
	unread, counted := counts[row.ToAccount]
	conversation := im.Conversation{
		ID: model.C2CConversation(row.ToAccount), Name: name, Next: row.MsgTime + 1, Unread: unread, Uncounted: !counted, Pinned: row.TopFlag == 1,
	}
	if counted && unread == 0 {
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
