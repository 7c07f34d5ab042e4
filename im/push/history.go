package push

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// historyPage is the most messages in one answer, as many as the Web SDK asks for.
const historyPage = 20

// History returns one page of messages, oldest first.
func (c *Client) History(ctx context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
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

// groupHistory pulls messages of a group. Holes, where a message was deleted or has expired, come back as Missing.
func (c *Client) groupHistory(ctx context.Context, doing string, request im.HistoryRequest, limit int) (*im.HistoryPage, error) {
	before, err := convert.Sequence32(request.Before)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	var answer struct {
		wire.GroupMsgGetReply
		RspMsgList json.RawMessage `json:"RspMsgList"`
	}
	err = c.call(ctx, doing, wire.CmdGroupMsgGet, wire.GroupMsgGetRequest{
		GroupID: request.Conversation.Target(), ReqMsgNumber: limit, ReqMsgSeq: before, WithRecalledMsg: 1,
	}, &answer)
	if err != nil {
		return nil, err
	}
	page := &im.HistoryPage{
		Next:     int64(answer.NextReqMsgSeq),
		Complete: answer.IsFinished == wire.HistoryFinished || answer.NextReqMsgSeq < 1,
	}
	names := convert.NewInterner()
	s := convert.NewScanner(answer.RspMsgList, names)
	for range s.Array() {
		row := convert.ReadRow(s)
		row.GroupID = request.Conversation.Target()
		if row.Place != wire.PlaceHole {
			page.Messages = append(page.Messages, row.GroupMessage(names))
		} else {
			page.Missing = append(page.Missing, row.Message.Sequence)
		}
	}
	for _, invisible := range answer.InvisibleMsgSeq {
		page.Missing = append(page.Missing, int64(invisible))
	}
	slices.SortStableFunc(page.Messages, func(a, b *model.Message) int { return cmp.Compare(a.Sequence, b.Sequence) })
	page.Missing = append(page.Missing, convert.Between(page.Messages)...)
	slices.Sort(page.Missing)
	page.Missing = slices.Compact(page.Missing)
	return page, nil
}

// c2cHistory pulls messages of a C2C conversation. Its cursor is the pair that the last answer gave.
func (c *Client) c2cHistory(ctx context.Context, doing string, request im.HistoryRequest, limit int) (*im.HistoryPage, error) {
	position, key, err := parseCursor(request)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	var answer struct {
		wire.GetRoamMsgReply
		MsgList json.RawMessage `json:"MsgList"`
	}
	err = c.call(ctx, doing, wire.CmdGetRoamMsg, wire.GetRoamMsgRequest{
		PeerAccount: request.Conversation.Target(), MaxCnt: limit, LastMsgTime: position, MsgKey: key, WithRecalledMsg: 1,
	}, &answer)
	if err != nil {
		return nil, err
	}
	page := &im.HistoryPage{Messages: c.c2cMessages(answer.MsgList), Complete: answer.Complete == 1}
	if !page.Complete {
		page.Next = answer.LastMsgTime
		page.Cursor = fmt.Sprintf("%d %s", answer.LastMsgTime, answer.MsgKey)
	}
	return page, nil
}

// parseCursor returns where a C2C page begins. A first page may be asked for up to a second, that second included.
func parseCursor(request im.HistoryRequest) (position int64, key string, err error) {
	if request.Cursor == "" {
		if request.Before > 0 {
			return request.Before + 1, "", nil
		}
		return 0, "", nil
	}
	digits, key, _ := strings.Cut(request.Cursor, " ")
	if position, err = strconv.ParseInt(digits, 10, 64); err != nil {
		return 0, "", fmt.Errorf("the cursor %.40q was not made here", request.Cursor)
	}
	return position, key, nil
}

// c2cMessages maps an array of C2C rows in its order, oldest first.
func (c *Client) c2cMessages(array []byte) []*model.Message {
	if len(array) == 0 {
		return nil
	}
	var messages []*model.Message
	names := convert.NewInterner()
	s := convert.NewScanner(array, names)
	for range s.Array() {
		row := convert.ReadRow(s)
		if message := row.C2CMessage(c.options.User, names); message != nil {
			messages = append(messages, message)
		}
	}
	return messages
}
