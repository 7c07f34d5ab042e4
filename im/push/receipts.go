package push

import (
	"context"
	"errors"
	"fmt"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// receiptBatch is the most messages in one receipt request, as many as the Web SDK sends.
const receiptBatch = 30

// MarkRead moves the service's read position of a conversation.
func (c *Client) MarkRead(ctx context.Context, conversation model.ConversationID, position int64) error {
	doing := c.texts.doing("标记已读", "mark as read", string(conversation))
	switch conversation.Kind() {
	case model.KindGroup:
		sequence, err := sequence32(position)
		if err != nil {
			return c.usage(doing, err)
		}
		request := wire.MsgReadReportRequest{GroupID: conversation.Target(), MsgReadedSeq: sequence}
		return c.call(ctx, doing, wire.CmdMsgReadReport, request, &wire.Reply{})
	case model.KindC2C:
		request := wire.MsgReadedRequest{C2CMsgReaded: wire.C2CMsgReaded{Items: []wire.C2CMsgReadedItem{
			{ToAccount: conversation.Target(), LastedMsgTime: position, Receipt: 1},
		}}}
		return c.call(ctx, doing, wire.CmdMsgReaded, request, &wire.Reply{})
	default:
		return c.usage(doing, errNoConversation)
	}
}

// SendReceipts says that messages of a group were read.
func (c *Client) SendReceipts(ctx context.Context, groupID string, sequences []int64) error {
	doing := c.texts.doing("发送已读回执", "send receipts to", groupID)
	list, err := receiptList(sequences)
	if err != nil {
		return c.usage(doing, err)
	}
	request := wire.GroupMsgReceiptRequest{GroupID: groupID, MsgSeqList: list}
	return c.call(ctx, doing, wire.CmdGroupMsgReceipt, request, &wire.Reply{})
}

// SendC2CReceipts says that messages of one C2C conversation were read.
func (c *Client) SendC2CReceipts(ctx context.Context, messages []*model.Message) error {
	doing := c.texts.pick("发送单聊已读回执", "send C2C receipts")
	if len(messages) == 0 {
		return nil
	}
	peer := messages[0].Conversation
	if peer.Kind() != model.KindC2C {
		return c.usage(doing, errNoConversation)
	}
	if len(messages) > receiptBatch {
		return c.usage(doing, errManyReceipts)
	}
	request := wire.C2CReadReceiptRequest{PeerAccount: peer.Target()}
	for _, message := range messages {
		if message.Conversation != peer {
			return c.usage(doing, errors.New("the messages are of several conversations"))
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
	doing := c.texts.doing("查询已读回执", "ask for receipts of", groupID)
	list, err := receiptList(sequences)
	if err != nil {
		return nil, c.usage(doing, err)
	}
	var answer wire.GetGroupMsgReceiptReply
	request := wire.GetGroupMsgReceiptRequest{GroupID: groupID, MsgSeqList: list}
	if err := c.call(ctx, doing, wire.CmdGetGroupMsgReceipt, request, &answer); err != nil {
		return nil, err
	}
	receipts := make([]model.Receipt, 0, len(answer.GroupMsgReceiptList))
	for _, row := range answer.GroupMsgReceiptList {
		if row.Code != 0 {
			continue
		}
		receipts = append(receipts, model.Receipt{
			Conversation: model.GroupConversation(groupID), Sequence: int64(row.MsgSeq),
			ReadCount: int(row.ReadNum), UnreadCount: int(row.UnreadNum),
		})
	}
	return receipts, nil
}

func receiptList(sequences []int64) ([]wire.MsgSeq, error) {
	if len(sequences) > receiptBatch {
		return nil, errManyReceipts
	}
	list := make([]wire.MsgSeq, 0, len(sequences))
	for _, sequence := range sequences {
		narrow, err := sequence32(sequence)
		if err != nil {
			return nil, err
		}
		list = append(list, wire.MsgSeq{MsgSeq: narrow})
	}
	return list, nil
}

// readersPage is how many users one page of readers has if the caller does not say.
const readersPage = 100

// ReceiptMembers returns who has read a message, or who has not.
func (c *Client) ReceiptMembers(ctx context.Context, request im.ReceiptMembersRequest) (*im.ReceiptMembersPage, error) {
	doing := c.texts.doing("查询已读成员", "ask for the readers in", request.GroupID)
	sequence, err := sequence32(request.Sequence)
	if err != nil {
		return nil, c.usage(doing, err)
	}
	limit := request.Limit
	if limit <= 0 || limit > readersPage {
		limit = readersPage
	}
	flag := number(!request.Read)
	var answer wire.ReceiptDetailReply
	err = c.call(ctx, doing, wire.CmdGroupReceiptDetail, wire.ReceiptDetailRequest{
		GroupID: request.GroupID, MsgSeq: sequence, Flag: &flag, Cursor: request.Cursor, Num: limit,
	}, &answer)
	if err != nil {
		return nil, err
	}
	page := &im.ReceiptMembersPage{}
	if !answer.Finished() {
		page.Cursor = answer.Cursor
	}
	if request.Read {
		for _, reader := range answer.ReadList {
			page.Users = append(page.Users, reader.Account)
		}
		return page, nil
	}
	for _, member := range answer.UnreadList {
		page.Users = append(page.Users, member.Account)
	}
	return page, nil
}
