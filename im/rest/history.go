package rest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// ahead is how far in the future a range of time ends that means "until now", for clocks that disagree.
const ahead = time.Minute

// History returns one page of messages, oldest first.
func (c *Client) History(ctx context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	c.pace.active()
	doing := c.texts.Doing("获取历史消息", "get the history of", string(request.Conversation))
	limit := historyPage
	if request.Limit > 0 {
		limit = min(limit, request.Limit)
	}
	switch request.Conversation.Kind() {
	case model.KindGroup:
		return c.groupHistory(ctx, doing, request, limit)
	case model.KindC2C:
		return c.c2cHistory(ctx, doing, request, limit)
	default:
		return nil, c.texts.Usage(doing, convert.ErrNoConversation)
	}
}

// groupHistory pulls messages of a group, and finds out what the service leaves out of them: which want receipts, and the
// senders' names.
func (c *Client) groupHistory(ctx context.Context, doing string, request im.HistoryRequest, limit int) (*im.HistoryPage, error) {
	before, err := convert.Sequence32(request.Before)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	if err := c.checkMember(ctx, doing, request.Conversation.Target()); err != nil {
		return nil, err
	}
	page, err := c.groupPage(ctx, doing, request.Conversation.Target(), before, limit)
	if err != nil {
		return nil, err
	}
	c.complete(ctx, request.Conversation.Target(), page.Messages, false)
	c.findEdits(ctx, request.Conversation, page.Messages)
	return page, nil
}

// checkMember refuses what the user may not see: the service would show every group to the admin. The code is the one that the
// user would get on the long connection.
func (c *Client) checkMember(ctx context.Context, doing, groupID string) error {
	if c.state.has(groupID) {
		return nil
	}
	if c.state.age() > freshFor {
		if err := c.sweep(ctx); err != nil {
			return err
		}
	}
	if c.state.has(groupID) {
		return nil
	}
	rows, err := c.profileRows(ctx, doing, []string{groupID})
	if err != nil {
		return err
	}
	if len(rows) > 0 && rows[0].ErrorCode != wire.CodeOK {
		return c.refused(doing, wire.Error{Code: rows[0].ErrorCode, Info: rows[0].ErrorInfo})
	}
	return &im.Error{
		Doing: doing, Code: wire.CodeGroupPermission, Class: im.ClassPermission,
		Cause:  c.texts.Pick(c.options.User+" 不在这个群里", c.options.User+" is not in the group"),
		Remedy: c.texts.Pick("先加入这个群，或请群里的人邀请", "join the group first, or let somebody in it invite you"),
	}
}

// groupPage pulls a page as the service has it. Holes, where a message was deleted or has expired, come back as Missing.
func (c *Client) groupPage(ctx context.Context, doing, groupID string, before uint32, limit int) (*im.HistoryPage, error) {
	var answer struct {
		wire.GroupMsgGetSimpleReply
		RspMsgList json.RawMessage `json:"RspMsgList"`
	}
	err := c.call(ctx, doing, wire.CmdGroupMsgGetSimple, wire.GroupMsgGetRequest{
		GroupID: groupID, ReqMsgNumber: limit, ReqMsgSeq: before, WithRecalledMsg: 1,
	}, &answer)
	if codeOf(err) == wire.CodeReplyTooLarge && limit > 1 {
		return c.groupPage(ctx, doing, groupID, before, max(1, limit/4))
	}
	if err != nil {
		return nil, err
	}
	if answer.RspMsgList == nil && answer.IsFinished == 0 {
		return nil, c.texts.Damaged(doing, errNoList)
	}
	page, smallest := &im.HistoryPage{}, int64(0)
	names := convert.NewInterner()
	rows := convert.NewScanner(answer.RspMsgList, names)
	for range rows.Array() {
		row := convert.ReadRow(rows)
		row.GroupID = groupID
		sequence := row.Message.Sequence
		if sequence <= 0 {
			continue
		}
		if smallest == 0 || sequence < smallest {
			smallest = sequence
		}
		if row.Place == wire.PlaceHole {
			page.Missing = append(page.Missing, sequence)
			continue
		}
		message := row.GroupMessage(names)
		c.sent.date(message, c.options.User)
		page.Messages = append(page.Messages, message)
	}
	slices.SortStableFunc(page.Messages, func(a, b *model.Message) int { return cmp.Compare(a.Sequence, b.Sequence) })
	page.Messages = slices.CompactFunc(page.Messages, func(a, b *model.Message) bool { return a.Sequence == b.Sequence })
	page.Missing = append(page.Missing, convert.Between(page.Messages)...)
	slices.Sort(page.Missing)
	page.Missing = slices.Compact(page.Missing)
	page.Next = max(0, smallest-1)
	page.Complete = page.Next == 0 || answer.IsFinished == wire.HistoryFinished
	return page, nil
}

// complete adds to messages of a group what their rows leave out, and watches the receipts of own ones; news are messages that
// just came. It is no failure if something is not to be had; news of which it is not known whether they want receipts are
// marked as partial, so that they are fetched again before receipts are sent.
func (c *Client) complete(ctx context.Context, groupID string, messages []*model.Message, news bool) {
	c.nameSenders(ctx, messages)
	err := c.probeReceipts(ctx, groupID, messages)
	if err != nil {
		c.log.Debug("Receipts not asked for", "group", groupID, "error", err)
	}
	unsure := news && err != nil && !refusesReceipts(err)
	for _, m := range messages {
		m.Partial = unsure && probed(m) && len(c.state.unprobed(groupID, []int64{m.Sequence})) > 0
		m.NeedReceipt = m.NeedReceipt || c.state.wantsReceipt(groupID, m.Sequence)
		if m.Sender == c.options.User && m.NeedReceipt {
			c.state.watch(groupID, m, news, c.now())
		}
	}
}

// nameSenders adds the nick names of senders, and of the people that tips are about.
func (c *Client) nameSenders(ctx context.Context, messages []*model.Message) {
	var users []string
	for _, m := range messages {
		if m.SenderName == "" && m.Sender != wire.SystemAccount {
			users = append(users, m.Sender)
		}
		if tip, ok := tipIn(m); ok {
			users = append(append(users, tip.Operator), tip.Users...)
		}
	}
	names, err := c.names(ctx, users)
	if err != nil {
		c.log.Debug("Names not known", "error", err)
	}
	for _, m := range messages {
		if m.SenderName == "" {
			m.SenderName = names[m.Sender]
		}
		if tip, ok := tipIn(m); ok {
			for _, user := range append([]string{tip.Operator}, tip.Users...) {
				if names[user] != "" {
					tip.Names[user] = names[user]
				}
			}
		}
	}
}

// tipIn returns the tip that a message is.
func tipIn(m *model.Message) (model.Tip, bool) {
	if len(m.Elements) != 1 {
		return model.Tip{}, false
	}
	tip, ok := m.Elements[0].(model.Tip)
	return tip, ok && tip.Names != nil
}

// c2cHistory pulls messages between the user and a peer, as the user sees them. Its cursor is the pair that the last answer
// gave.
func (c *Client) c2cHistory(ctx context.Context, doing string, request im.HistoryRequest, limit int) (*im.HistoryPage, error) {
	position, key, err := parseCursor(request)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	if position == 0 && limit == historyPage && request.Conversation == model.C2CConversation(c.options.User) {
		if page := c.state.heldNotes(); page != nil {
			return page, nil
		}
	}
	if position == 0 {
		position = c.now().Add(ahead).Unix()
	}
	page, err := c.c2cPage(ctx, doing, wire.AdminGetRoamMsgRequest{
		OperatorAccount: c.options.User, PeerAccount: request.Conversation.Target(), MaxCnt: limit, MaxTime: position, LastMsgKey: key,
	})
	if err != nil {
		return nil, err
	}
	c.findEdits(ctx, request.Conversation, page.Messages)
	return page, nil
}

func (c *Client) c2cPage(ctx context.Context, doing string, request wire.AdminGetRoamMsgRequest) (*im.HistoryPage, error) {
	var answer struct {
		wire.AdminGetRoamMsgReply
		MsgList json.RawMessage `json:"MsgList"`
	}
	if err := c.call(ctx, doing, wire.CmdAdminGetRoamMsg, request, &answer); err != nil {
		return nil, err
	}
	if answer.MsgList == nil && answer.Complete == 0 {
		return nil, c.texts.Damaged(doing, errNoList)
	}
	page := &im.HistoryPage{Complete: answer.Complete == 1 || answer.LastMsgKey == ""}
	names := convert.NewInterner()
	rows := convert.NewScanner(answer.MsgList, names)
	for range rows.Array() {
		row := convert.ReadRow(rows)
		if message := row.C2CMessage(c.options.User, names); message != nil {
			c.sent.date(message, c.options.User)
			page.Messages = append(page.Messages, message)
		}
	}
	slices.SortStableFunc(page.Messages, func(a, b *model.Message) int { return cmp.Compare(a.ServerTime, b.ServerTime) })
	if !page.Complete {
		page.Next = answer.LastMsgTime
		page.Cursor = fmt.Sprintf("%d %s", answer.LastMsgTime, answer.LastMsgKey)
	}
	return page, nil
}

// parseCursor returns where a C2C page begins, 0 for the newest message.
func parseCursor(request im.HistoryRequest) (position int64, key string, err error) {
	if request.Cursor == "" {
		return max(0, request.Before), "", nil
	}
	digits, key, _ := strings.Cut(request.Cursor, " ")
	if position, err = strconv.ParseInt(digits, 10, 64); err != nil {
		return 0, "", fmt.Errorf("the cursor %.40q was not made here", request.Cursor)
	}
	return position, key, nil
}
