package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// c2cReceiptBatch is the most messages in one C2C receipt; no document names a limit, the Web SDK's is 30.
	c2cReceiptBatch = 30
	// readersPage is the most users in one page of readers (rest-api, section 3.6).
	readersPage = 200
)

// MarkRead clears the unread count of a C2C conversation up to a second. A group's is out of reach: im.ErrUnsupported.
func (c *Client) MarkRead(ctx context.Context, conversation model.ConversationID, position int64) error {
	c.pace.active()
	doing := c.texts.Doing("标记已读", "mark as read", string(conversation))
	switch conversation.Kind() {
	case model.KindGroup:
		return &im.Error{
			Doing: doing, Class: im.ClassRefused, Err: im.ErrUnsupported, Cause: c.Capabilities().Reasons["mark_read"],
		}
	case model.KindC2C:
		return c.call(ctx, doing, wire.CmdAdminSetMsgRead, wire.AdminSetMsgReadRequest{
			ReportAccount: c.options.User, PeerAccount: conversation.Target(), MsgReadTime: wire.Int(position),
		}, &wire.Reply{})
	default:
		return c.texts.Usage(doing, convert.ErrNoConversation)
	}
}

// SendReceipts says that the user has read messages of a group. Messages that have no receipts are no failure: there is
// nothing to say about them.
func (c *Client) SendReceipts(ctx context.Context, groupID string, sequences []int64) error {
	c.pace.active()
	doing := c.texts.Doing("发送已读回执", "send receipts to", groupID)
	list, err := convert.Sequences(sequences, receiptBatch)
	if err != nil {
		return c.texts.Usage(doing, err)
	}
	if len(list) == 0 {
		return nil
	}
	err = c.call(ctx, doing, wire.CmdGroupMsgReceipt, wire.GroupMsgReceiptRequest{
		GroupID: groupID, FromAccount: c.options.User, MsgSeqList: list,
	}, &wire.Reply{})
	if codeOf(err) == wire.CodeReceiptNone {
		return nil
	}
	if lacksReceipts(err) {
		c.lack("receipts", err) // the command is younger than the one that Connect probes (rest-api, section 3.7)
	}
	return err
}

// SendC2CReceipts says that the user has read messages of one C2C conversation.
func (c *Client) SendC2CReceipts(ctx context.Context, messages []*model.Message) error {
	c.pace.active()
	doing := c.texts.Pick("发送单聊已读回执", "send C2C receipts")
	if len(messages) == 0 {
		return nil
	}
	peer := messages[0].Conversation
	if peer.Kind() != model.KindC2C {
		return c.texts.Usage(doing, convert.ErrNoConversation)
	}
	if slices.ContainsFunc(messages, func(m *model.Message) bool { return m.Conversation != peer }) {
		return c.texts.Usage(doing, errors.New("the messages are of several conversations"))
	}
	for batch := range slices.Chunk(messages, c2cReceiptBatch) {
		request := wire.C2CReadReceiptRequest{OperatorAccount: c.options.User, PeerAccount: peer.Target()}
		for _, m := range batch {
			request.C2CMsgInfo = append(request.C2CMsgInfo, wire.C2CMsgInfo{
				FromAccount: m.Sender, ToAccount: c.options.User, MsgKey: wire.MsgKey(uint32(m.Sequence), m.Random, m.ServerTime),
			})
		}
		if err := c.call(ctx, doing, wire.CmdC2CReadReceipt, request, &wire.Reply{}); err != nil {
			return err
		}
	}
	return nil
}

// Receipts asks how many have read messages; a message without receipts is left out.
func (c *Client) Receipts(ctx context.Context, groupID string, sequences []int64) ([]model.Receipt, error) {
	rows, err := c.receiptRows(ctx, groupID, sequences)
	if err != nil {
		return nil, err
	}
	receipts := convert.Receipts(groupID, rows)
	c.state.observe(receipts)
	return receipts, nil
}

func (c *Client) receiptRows(ctx context.Context, groupID string, sequences []int64) ([]wire.GroupMsgReceipt, error) {
	doing := c.texts.Doing("查询已读回执", "ask for receipts of", groupID)
	list, err := convert.Sequences(sequences, receiptBatch)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	var answer wire.GetGroupMsgReceiptReply
	err = c.call(ctx, doing, wire.CmdGetGroupMsgReceipt, wire.GetGroupMsgReceiptRequest{GroupID: groupID, MsgSeqList: list}, &answer)
	if codeOf(err) == wire.CodeReceiptNone {
		// Said of the call as a whole, it holds for each message.
		for _, entry := range list {
			answer.GroupMsgReceiptList = append(answer.GroupMsgReceiptList, wire.GroupMsgReceipt{MsgSeq: entry.MsgSeq, Code: wire.CodeReceiptNone})
		}
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for _, row := range answer.GroupMsgReceiptList {
		if row.Code == codeEdition || row.Code == wire.CodeReceiptGroupSize {
			return nil, c.refused(doing, wire.Error{Code: row.Code, Info: fmt.Sprintf("message %d", row.MsgSeq)})
		}
	}
	c.state.probed(groupID, answer.GroupMsgReceiptList)
	return answer.GroupMsgReceiptList, nil
}

// probeReceipts finds out which messages want receipts: history does not tell, but a message without has none to count
// (10062; rest-api, section 3.3). What is known is not asked again.
func (c *Client) probeReceipts(ctx context.Context, groupID string, messages []*model.Message) error {
	if !c.Capabilities().Receipts || !c.state.receiptsIn(groupID) {
		return nil
	}
	var sequences []int64
	for _, m := range messages {
		if probed(m) {
			sequences = append(sequences, m.Sequence)
		}
	}
	for batch := range slices.Chunk(c.state.unprobed(groupID, sequences), receiptBatch) {
		_, err := c.receiptRows(ctx, groupID, batch)
		if refusesReceipts(err) {
			c.state.refuseReceipts(groupID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// probed says whether a message may want receipts.
func probed(m *model.Message) bool {
	return !m.Recalled && !m.OnlineOnly && !isTip(m) && m.Sequence > 0
}

// isTip says whether a message is a line of the service, which never wants receipts.
func isTip(m *model.Message) bool {
	if len(m.Elements) != 1 {
		return m.Sender == wire.SystemAccount
	}
	switch m.Elements[0].(type) {
	case model.Tip, model.Notice:
		return true
	}
	return false
}

// ReceiptMembers returns one page of who has read a message, or who has not.
func (c *Client) ReceiptMembers(ctx context.Context, request im.ReceiptMembersRequest) (*im.ReceiptMembersPage, error) {
	c.pace.active()
	doing := c.texts.Doing("查询已读成员", "ask for the readers in", request.GroupID)
	sequence, err := convert.Sequence32(request.Sequence)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	limit := request.Limit
	if limit <= 0 || limit > readersPage {
		limit = readersPage
	}
	filter := convert.Number(!request.Read)
	var answer wire.ReceiptDetailReply
	err = c.call(ctx, doing, wire.CmdGroupReceiptDetail, wire.ReceiptDetailRequest{
		GroupID: request.GroupID, MsgSeq: sequence, Filter: &filter, Cursor: request.Cursor, Count: limit,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return convert.ReceiptMembers(&answer, request.Read), nil
}
