package push

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"time"

	"golang.org/x/sync/errgroup"

	"reddot/crash"
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	groupPage = 200
	// smallGroupPage is what the Web SDK falls back to when the service finds a page too large (10018).
	smallGroupPage = 50
	// maxPages bounds every list that the service delivers in pages, so that a flag that never ends it does not loop.
	maxPages = 1000
	// countTries is how often rows and C2C counters are asked for until they belong together.
	countTries = 3
)

var errEndless = errors.New("the list does not end")

// syncState is what the last Sync left for the next one. It changes only when a Sync succeeds, so that a failed one
// loses nothing.
type syncState struct {
	// turn lets one Sync run at a time.
	turn   chan struct{}
	recent recentMark
	cookie string
	groups map[string]*model.Group
	unread map[string]int
}

// recentMark is how far page_get has been read; the zero mark asks for everything.
type recentMark struct {
	time, topTime   int64
	index, topIndex int
}

func newSyncState() syncState { return syncState{turn: make(chan struct{}, 1)} }

// pulled is what the requests of one Sync brought.
type pulled struct {
	rows     []wire.SessionItem
	recent   recentMark
	groups   []*model.Group
	messages []*model.Message
	unread   map[string]int
	cookie   string
	partial  bool
	asked    im.Moment
}

// Sync pulls conversations, groups and missed C2C messages. The first call asks for everything; later ones for the
// conversations that changed since, but for all groups: how the service understands "changed" is unverified
// (push-protocol, section 12), and what the group list or the C2C counters contradict is asked for in full.
func (c *Client) Sync(ctx context.Context) (*im.Snapshot, error) {
	select {
	case c.syncing.turn <- struct{}{}:
		defer func() { <-c.syncing.turn }()
	case <-ctx.Done():
		return nil, c.texts.Interrupted(c.texts.Pick("同步会话", "sync conversations"), ctx.Err())
	}
	result, err := c.pull(ctx)
	if err != nil {
		return nil, err
	}
	if result.partial && c.contradicts(result) {
		result.partial = false
		if err := c.pullConversations(ctx, result, recentMark{}); err != nil {
			return nil, err
		}
	}
	snapshot := c.assemble(result)
	c.tellGroupChanges(result)
	c.remember(result)
	return snapshot, nil
}

// pull sends the requests of a Sync side by side.
func (c *Client) pull(ctx context.Context) (*pulled, error) {
	state := &c.syncing
	result := &pulled{asked: im.Now(), partial: state.groups != nil && state.recent != recentMark{}}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(crash.Task(func() error {
		if err := c.pullMissed(ctx, result, state.cookie); err != nil {
			return err
		}
		return c.pullConversations(ctx, result, state.recent)
	}))
	tasks.Go(crash.Task(func() (err error) {
		result.groups, err = c.pullGroups(ctx)
		return err
	}))
	if err := tasks.Wait(); err != nil {
		return nil, err
	}
	return result, nil
}

// pullMissed reads the C2C messages since a cookie.
func (c *Client) pullMissed(ctx context.Context, result *pulled, cookie string) (err error) {
	if cookie != "" {
		result.messages, _, result.cookie, err = c.pullMessages(ctx, cookie)
	}
	return err
}

// pullConversations reads the conversation list from a mark on, and how many C2C messages are unread with whom. They come
// by different requests: only counters that stand before and after the list belong to it. A row that is newer than its
// counter would have a message as read that nobody has seen.
func (c *Client) pullConversations(ctx context.Context, result *pulled, mark recentMark) error {
	before, cookie, err := c.pullCounters(ctx)
	if err != nil {
		return err
	}
	if result.cookie == "" {
		result.cookie = cookie // the oldest one: what comes meanwhile is told again rather than missed
	}
	for range countTries {
		if result.rows, result.recent, err = c.pullRecent(ctx, mark); err != nil {
			return err
		}
		if result.unread, _, err = c.pullCounters(ctx); err != nil || maps.Equal(before, result.unread) {
			return err
		}
		before = result.unread
	}
	return nil
}

// pullRecent reads the conversation list from a mark on.
func (c *Client) pullRecent(ctx context.Context, mark recentMark) ([]wire.SessionItem, recentMark, error) {
	doing := c.texts.Pick("获取会话列表", "get the conversations")
	var rows []wire.SessionItem
	for range maxPages {
		request := wire.PageGetRequest{
			FromAccount: c.options.User, TimeStamp: mark.time, StartIndex: mark.index, TopTimeStamp: mark.topTime,
			TopStartIndex: mark.topIndex, OrderType: 1, MsgAssistFlags: 15, AssistFlags: 31,
		}
		var answer wire.PageGetReply
		if err := c.call(ctx, doing, wire.CmdPageGet, request, &answer); err != nil {
			return nil, mark, err
		}
		rows = append(rows, answer.SessionItem...)
		mark = recentMark{answer.TimeStamp, answer.TopTimeStamp, answer.StartIndex, answer.TopStartIndex}
		if answer.CompleteFlag == 1 {
			return rows, mark, nil
		}
	}
	return nil, mark, c.texts.Damaged(doing, errEndless)
}

// pullGroups reads the list of joined groups, in smaller pages if the service finds the usual ones too large.
func (c *Client) pullGroups(ctx context.Context) ([]*model.Group, error) {
	groups, err := c.pullGroupPages(ctx, groupPage)
	var coded *im.Error
	if errors.As(err, &coded) && coded.Code == wire.CodeReplyTooLarge {
		return c.pullGroupPages(ctx, smallGroupPage)
	}
	return groups, err
}

func (c *Client) pullGroupPages(ctx context.Context, limit int) ([]*model.Group, error) {
	doing := c.texts.Pick("获取群列表", "get the groups")
	var groups []*model.Group
	for page := range maxPages {
		request := wire.JoinedGroupListRequest{
			MemberAccount: c.options.User, Limit: limit, Offset: page * limit, SupportTopic: 1, NeedAppDefineData: 1,
			ResponseFilter: c.groupFilter(),
		}
		var answer wire.JoinedGroupListReply
		if err := c.call(ctx, doing, wire.CmdJoinedGroupList, request, &answer); err != nil {
			return nil, err
		}
		for i := range answer.GroupIDList {
			if group := &answer.GroupIDList[i]; group.GroupID != "" {
				groups = append(groups, convert.Group(group))
			}
		}
		if (page+1)*limit >= answer.TotalCount || len(answer.GroupIDList) == 0 {
			return groups, nil
		}
	}
	return nil, c.texts.Damaged(doing, errEndless)
}

// pullCounters reads how many C2C messages are unread with whom, and a cookie. The counters come only with an empty cookie
// for certain (push-protocol, section 6.4), so they are a request of their own.
func (c *Client) pullCounters(ctx context.Context) (map[string]int, string, error) {
	_, unread, cookie, err := c.pullMessages(ctx, "")
	return unread, cookie, err
}

// pullMessages pulls with one cookie until the service has no more.
func (c *Client) pullMessages(ctx context.Context, cookie string) ([]*model.Message, map[string]int, string, error) {
	doing := c.texts.Pick("获取离线消息", "get missed messages")
	var messages []*model.Message
	unread := make(map[string]int)
	flag := 0
	for range maxPages {
		request := wire.GetMsgRequest{
			Cookie: cookie, SyncFlag: flag, NeedAbstract: 1, NeedSignaling: 1, NeedCachedMsg: 1,
		}
		var answer struct {
			wire.GetMsgReply
			MsgList    json.RawMessage `json:"MsgList"`
			EventArray json.RawMessage `json:"EventArray"`
		}
		if err := c.call(ctx, doing, wire.CmdGetMsg, request, &answer); err != nil {
			return nil, nil, "", err
		}
		messages = append(messages, c.c2cMessages(answer.MsgList)...)
		c.tellWaiting(answer.EventArray)
		for _, count := range append(answer.C2CPairUnreadCount, answer.C2CRemainingUnreadCount...) {
			unread[count.FromAccount] = int(count.UnreadCount)
		}
		cookie, flag = answer.Cookie, answer.SyncFlag
		if flag == wire.SyncFinished || cookie == "" {
			return messages, unread, cookie, nil
		}
	}
	return nil, nil, "", c.texts.Damaged(doing, errEndless)
}

// contradicts says whether a group's positions or a C2C counter moved although the list of changed conversations does not
// name it.
func (c *Client) contradicts(result *pulled) bool {
	changed := changedGroups(result.rows)
	for _, group := range result.groups {
		before := c.syncing.groups[group.ID]
		if before == nil || changed[group.ID] {
			continue
		}
		if before.NextSequence != group.NextSequence || before.SelfRead != group.SelfRead {
			return true
		}
	}
	return c.countersMoved(result)
}

func (c *Client) countersMoved(result *pulled) bool {
	before, now := maps.Clone(c.syncing.unread), maps.Clone(result.unread)
	for _, counts := range []map[string]int{before, now} {
		maps.DeleteFunc(counts, func(_ string, count int) bool { return count == 0 })
		for _, row := range result.rows {
			if row.C2CSession != nil {
				delete(counts, row.C2CSession.ToAccount)
			}
		}
	}
	return !maps.Equal(before, now)
}

func changedGroups(rows []wire.SessionItem) map[string]bool {
	changed := make(map[string]bool)
	for _, row := range rows {
		if row.GroupSession != nil {
			changed[row.GroupID] = true
		}
	}
	return changed
}

// tellGroupChanges queues what a partial snapshot does not show: groups that are gone, and those that changed without a
// message.
func (c *Client) tellGroupChanges(result *pulled) {
	if c.syncing.groups == nil {
		return
	}
	changed := changedGroups(result.rows)
	joined := make(map[string]bool, len(result.groups))
	for _, group := range result.groups {
		joined[group.ID] = true
		before := c.syncing.groups[group.ID]
		if result.partial && before != nil && !changed[group.ID] && !reflect.DeepEqual(before, group) {
			c.notify(im.GroupChanged{GroupID: group.ID, Group: group, Asked: result.asked})
		}
	}
	for id := range c.syncing.groups {
		if !joined[id] {
			c.notify(im.GroupChanged{GroupID: id, Gone: true, Asked: result.asked})
		}
	}
}

func (c *Client) remember(result *pulled) {
	c.syncing.recent = result.recent
	c.syncing.cookie = result.cookie
	c.syncing.unread = result.unread
	c.syncing.groups = make(map[string]*model.Group, len(result.groups))
	for _, group := range result.groups {
		c.syncing.groups[group.ID] = group
	}
}

// now is the service's clock.
func (c *Client) now() time.Time { return c.wall().Add(time.Duration(c.clockOffset.Load())) }
