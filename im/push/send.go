package push

import (
	"context"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// Send delivers a message. An answer that does not come is no refusal: the message may have arrived, and repeating it
// with the same Random finds out without doubling it.
func (c *Client) Send(ctx context.Context, message im.Outgoing) (*im.SendResult, error) {
	doing := c.texts.Doing("发送到", "send to", string(message.Conversation))
	prepared, err := c.texts.Prepare(doing, message)
	if err != nil {
		return nil, err
	}
	if message.Conversation.Kind() == model.KindGroup {
		return c.sendGroup(ctx, doing, message, prepared)
	}
	return c.sendC2C(ctx, doing, message, prepared)
}

func (c *Client) sendGroup(ctx context.Context, doing string, m im.Outgoing, prepared convert.Outgoing) (*im.SendResult, error) {
	request := wire.SendGroupMsgRequest{
		FromAccount:     c.options.User,
		GroupID:         m.Conversation.Target(),
		Random:          m.Random,
		ClientSeq:       prepared.Sequence,
		MsgPriority:     wire.PriorityNormal,
		MsgBody:         prepared.Body,
		CloudCustomData: m.CustomData,
		OnlineOnlyFlag:  convert.Number(m.OnlineOnly),
		GroupAtInfo:     convert.Mentions(m),
		SendMsgControl:  convert.Control(m),
		MsgClientTime:   m.ClientTime,
		NeedReadReceipt: convert.Number(m.NeedReceipt),
	}
	var answer wire.SendGroupMsgReply
	if err := c.call(ctx, doing, wire.CmdSendGroupMsg, request, &answer); err != nil {
		return nil, err
	}
	if answer.MsgDropReason != "" {
		return nil, c.texts.Refused(doing, wire.Error{Code: wire.CodeGroupRate, Info: answer.MsgDropReason})
	}
	return &im.SendResult{Sequence: int64(answer.MsgSeq), ServerTime: answer.MsgTime}, nil
}

func (c *Client) sendC2C(ctx context.Context, doing string, m im.Outgoing, prepared convert.Outgoing) (*im.SendResult, error) {
	request := wire.SendMsgRequest{
		FromAccount:       c.options.User,
		ToAccount:         m.Conversation.Target(),
		MsgSeq:            prepared.Sequence,
		MsgRandom:         m.Random,
		MsgBody:           prepared.Body,
		CloudCustomData:   m.CustomData,
		SendMsgControl:    convert.Control(m),
		MsgClientTime:     m.ClientTime,
		IsNeedReadReceipt: convert.Number(m.NeedReceipt),
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
