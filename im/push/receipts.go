package push

import (
	"context"
	"errors"
	"fmt"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// receiptBatch is the most messages in one receipt request, as many as the Web SDK sends.
const receiptBatch = 30

// MarkRead moves the service's read position of a conversation.
func (c *Client) MarkRead(ctx context.Context, conversation model.ConversationID, position int64) error {
	doing := c.texts.Doing("标记已读", "mark as read", string(conversation))
	switch conversation.Kind() {
	case model.KindGroup:
		sequence, err := convert.Sequence32(position)
		if err != nil {
			return c.texts.Usage(doing, err)
		}
		request := wire.MsgReadReportRequest{GroupID: conversation.Target(), MsgReadedSeq: sequence}
		return c.call(ctx, doing, wire.CmdMsgReadReport, request, &wire.Reply{})
	case model.KindC2C:
		request := wire.MsgReadedRequest{C2CMsgReaded: wire.C2CMsgReaded{Items: []wire.C2CMsgReadedItem{
			{ToAccount: conversation.Target(), LastedMsgTime: position, Receipt: 1},
		}}}
		return c.call(ctx, doing, wire.CmdMsgReaded, request, &wire.Reply{})
	default:
		return c.texts.Usage(doing, convert.ErrNoConversation)
	}
}

// SendReceipts says that messages of a group were read.
func (c *Client) SendReceipts(ctx context.Context, groupID string, sequences []int64) error {
	doing := c.texts.Doing("发送已读回执", "send receipts to", groupID)
	list, err := convert.Sequences(sequences, receiptBatch)
	if err != nil {
		return c.texts.Usage(doing, err)
	}
	request := wire.GroupMsgReceiptRequest{GroupID: groupID, MsgSeqList: list}
	return c.call(ctx, doing, wire.CmdGroupMsgReceipt, request, &wire.Reply{})
}

// SendC2CReceipts says that messages of one C2C conversation were read.
func (c *Client) SendC2CReceipts(ctx context.Context, messages []*model.Message) error {
	doing := c.texts.Pick("发送单聊已读回执", "send C2C receipts")
	if len(messages) == 0 {
		return nil
	}
	peer := messages[0].Conversation
	if peer.Kind() != model.KindC2C {
		return c.texts.Usage(doing, convert.ErrNoConversation)
	}
	if len(messages) > receiptBatch {
		return c.texts.Usage(doing, errManyReceipts)
	}
	request := wire.C2CReadReceiptRequest{PeerAccount: peer.Target()}
	for _, message := range messages {
		if message.Conversation != peer {
			return c.texts.Usage(doing, errors.New("the messages are of several conversations"))
		}
		request.C2CMsgInfo = append(request.C2CMsgInfo, wire.C2CMsgInfo{
			FromAccount: message.Sender, ToAccount: c.options.User, MsgSeq: uint32(message.Sequence),
			MsgRandom: message.Random, MsgTime: message.ServerTime, MsgClientTime: message.ClientTime,
		})
	}
	return c.call(ctx, doing, wire.CmdC2CReadReceipt, request, &wire.Reply{})
}

var errManyReceipts = fmt.Errorf("at most %d receipts at once", receiptBatch)

// Receipts asks how many have read own messages; a message without receipts is left out.
func (c *Client) Receipts(ctx context.Context, groupID string, sequences []int64) ([]model.Receipt, error) {
	doing := c.texts.Doing("查询已读回执", "ask for receipts of", groupID)
	list, err := convert.Sequences(sequences, receiptBatch)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	var answer wire.GetGroupMsgReceiptReply
	request := wire.GetGroupMsgReceiptRequest{GroupID: groupID, MsgSeqList: list}
	if err := c.call(ctx, doing, wire.CmdGetGroupMsgReceipt, request, &answer); err != nil {
		return nil, err
	}
	return convert.Receipts(groupID, answer.GroupMsgReceiptList), nil
}

// readersPage is how many users one page of readers has if the caller does not say.
const readersPage = 100

// ReceiptMembers returns who has read a message, or who has not.
func (c *Client) ReceiptMembers(ctx context.Context, request im.ReceiptMembersRequest) (*im.ReceiptMembersPage, error) {
	doing := c.texts.Doing("查询已读成员", "ask for the readers in", request.GroupID)
	sequence, err := convert.Sequence32(request.Sequence)
	if err != nil {
		return nil, c.texts.Usage(doing, err)
	}
	limit := request.Limit
	if limit <= 0 || limit > readersPage {
		limit = readersPage
	}
	flag := convert.Number(!request.Read)
	var answer wire.ReceiptDetailReply
	err = c.call(ctx, doing, wire.CmdGroupReceiptDetail, wire.ReceiptDetailRequest{
		GroupID: request.GroupID, MsgSeq: sequence, Flag: &flag, Cursor: request.Cursor, Num: limit,
	}, &answer)
	if err != nil {
		return nil, err
	}
	return convert.ReceiptMembers(&answer, request.Read), nil
}
