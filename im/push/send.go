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

// Send delivers a message. An answer that does not come is no refusal: the message may have arrived, and repeating it
// with the same Random finds out without doubling it.
func (c *Client) Send(ctx context.Context, message im.Outgoing) (*im.SendResult, error) {
	doing := c.texts.doing("发送到", "send to", string(message.Conversation))
	body, err := convert.WriteBody(message.Elements)
	switch {
	case err != nil:
		return nil, c.usage(doing, err)
	case len(message.Elements) == 0:
		return nil, c.usage(doing, errors.New("the message is empty"))
	case len(body)+len(message.CustomData) > wire.MaxMessage:
		return nil, c.tooLong(doing, len(body)+len(message.CustomData))
	}
	sequence, err := sequence32(message.Sequence)
	if err != nil {
		return nil, c.usage(doing, err)
	}
	switch message.Conversation.Kind() {
	case model.KindGroup:
		return c.sendGroup(ctx, doing, message, body, sequence)
	case model.KindC2C:
		return c.sendC2C(ctx, doing, message, body, sequence)
	default:
		return nil, c.usage(doing, errNoConversation)
	}
}

func (c *Client) tooLong(doing string, size int) error {
	return &im.Error{
		Doing: doing, Class: im.ClassUsage, Code: wire.CodeContentTooLong,
		Err: fmt.Errorf("%d bytes, at most %d", size, wire.MaxMessage),
		Cause: c.texts.pick(fmt.Sprintf("消息有 %d 字节，上限是 %d 字节", size, wire.MaxMessage),
			fmt.Sprintf("the message has %d bytes, at most %d are allowed", size, wire.MaxMessage)),
		Remedy: c.texts.pick("缩短后重试", "shorten it"),
	}
}

func (c *Client) sendGroup(ctx context.Context, doing string, m im.Outgoing, body wire.MsgBody, sequence uint32) (*im.SendResult, error) {
	request := wire.SendGroupMsgRequest{
		FromAccount:     c.options.User,
		GroupID:         m.Conversation.Target(),
		Random:          m.Random,
		ClientSeq:       sequence,
		MsgPriority:     wire.PriorityNormal,
		MsgBody:         body,
		CloudCustomData: m.CustomData,
		OnlineOnlyFlag:  number(m.OnlineOnly),
		GroupAtInfo:     mentions(m),
		SendMsgControl:  control(m),
		MsgClientTime:   m.ClientTime,
		NeedReadReceipt: number(m.NeedReceipt),
	}
	var answer wire.SendGroupMsgReply
	if err := c.call(ctx, doing, wire.CmdSendGroupMsg, request, &answer); err != nil {
		return nil, err
	}
	if answer.MsgDropReason != "" {
		return nil, c.refused(doing, wire.Error{Code: wire.CodeGroupRate, Info: answer.MsgDropReason})
	}
	return &im.SendResult{Sequence: int64(answer.MsgSeq), ServerTime: answer.MsgTime}, nil
}

func (c *Client) sendC2C(ctx context.Context, doing string, m im.Outgoing, body wire.MsgBody, sequence uint32) (*im.SendResult, error) {
	request := wire.SendMsgRequest{
		FromAccount:       c.options.User,
		ToAccount:         m.Conversation.Target(),
		MsgSeq:            sequence,
		MsgRandom:         m.Random,
		MsgBody:           body,
		CloudCustomData:   m.CustomData,
		SendMsgControl:    control(m),
		MsgClientTime:     m.ClientTime,
		IsNeedReadReceipt: number(m.NeedReceipt),
	}
	if m.OnlineOnly {
		request.MsgLifeTime = new(int64)
	}
	var answer wire.SendMsgReply
	if err := c.call(ctx, doing, wire.CmdSendMsg, request, &answer); err != nil {
		return nil, err
	}
	return &im.SendResult{Sequence: m.Sequence, ServerTime: answer.MsgTime}, nil
}

func mentions(m im.Outgoing) []wire.Mention {
	var list []wire.Mention
	if m.MentionAll {
		list = append(list, wire.Mention{AtAll: 1})
	}
	for _, user := range m.Mentions {
		list = append(list, wire.Mention{Account: user})
	}
	return list
}

// control lists the sender's wishes. A message for those who are online only goes without, as the Web SDK sends it: it is
// neither counted nor previewed anyway.
func control(m im.Outgoing) []string {
	if m.OnlineOnly {
		return nil
	}
	var list []string
	if m.NoUnread {
		list = append(list, wire.ControlNoUnread)
	}
	if m.NoLastMessage {
		list = append(list, wire.ControlNoLastMsg)
	}
	return list
}

func number(flag bool) int {
	if flag {
		return 1
	}
	return 0
}
