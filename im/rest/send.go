package rest

import (
	"context"
	"fmt"
	"time"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

const (
	// groupMemory and c2cMemory are how long the service surely recognises a repeated message (5 minutes and 120 seconds:
	// rest-api, sections 3.1 and 4.1), less the time that a call may take.
	groupMemory = 4 * time.Minute
	c2cMemory   = 90 * time.Second
	// dropMemory is how long the service remembers the Random of a message that it dropped as too frequent.
	dropMemory = 5 * time.Minute
	// searchPages bounds the look for a message in the history.
	searchPages = 20
	// clockSlack is how far the clock that dated a message may have been off.
	clockSlack = 10 * time.Minute
)

// Send delivers a message as the user. A repetition that the service may no longer recognise is looked for in the history
// first, so that the message is not there twice.
func (c *Client) Send(ctx context.Context, message im.Outgoing) (*im.SendResult, error) {
	c.pace.active()
	doing := c.texts.Doing("发送到", "send to", string(message.Conversation))
	prepared, err := c.texts.Prepare(doing, message)
	if err != nil {
		return nil, err
	}
	id := sentID{message.Conversation, message.Random}
	c.sent.add(id, message.ClientTime)
	if found, err := c.findSent(ctx, message); err != nil || found != nil {
		return found, err
	}
	if wait := dropMemory - time.Since(c.sent.droppedAt(id)); wait > 0 {
		return nil, c.dropped(doing, wait)
	}
	if message.Conversation.Kind() == model.KindGroup {
		return c.sendGroup(ctx, doing, message, prepared)
	}
	return c.sendC2C(ctx, doing, message, prepared)
}

// findSent looks for an own message that is too old for the service to recognise its repetition.
func (c *Client) findSent(ctx context.Context, message im.Outgoing) (*im.SendResult, error) {
	memory := groupMemory
	if message.Conversation.Kind() == model.KindC2C {
		memory = c2cMemory
	}
	written := time.Unix(message.ClientTime, 0)
	if message.OnlineOnly || message.ClientTime == 0 || c.now().Sub(written) < memory {
		return nil, nil
	}
	request := im.HistoryRequest{Conversation: message.Conversation}
	for range searchPages {
		page, err := c.History(ctx, request)
		if isFinal(err) {
			return nil, nil // there is no history here to look in
		}
		if err != nil {
			return nil, err
		}
		for _, m := range page.Messages {
			if m.Sender == c.options.User && m.Random == message.Random {
				return &im.SendResult{Sequence: m.Sequence, ServerTime: m.ServerTime}, nil
			}
		}
		if page.Complete || len(page.Messages) == 0 || time.Unix(page.Messages[0].ServerTime, 0).Before(written.Add(-clockSlack)) {
			return nil, nil
		}
		request.Before, request.Cursor = page.Next, page.Cursor
	}
	return nil, nil
}

// groupSend is send_group_msg with the fields that the API documents (rest-api, section 3.1); what is not wished for is left
// out.
type groupSend struct {
	GroupID         string         `json:"GroupId"`
	FromAccount     string         `json:"From_Account"`
	Random          uint32         `json:"Random"`
	MsgBody         wire.MsgBody   `json:"MsgBody"`
	CloudCustomData string         `json:"CloudCustomData,omitempty"`
	NeedReadReceipt int            `json:"NeedReadReceipt,omitempty"`
	OnlineOnlyFlag  int            `json:"OnlineOnlyFlag,omitempty"`
	SendMsgControl  []string       `json:"SendMsgControl,omitempty"`
	GroupAtInfo     []wire.Mention `json:"GroupAtInfo,omitempty"`
}

func (c *Client) sendGroup(ctx context.Context, doing string, m im.Outgoing, prepared convert.Outgoing) (*im.SendResult, error) {
	groupID := m.Conversation.Target()
	request := groupSend{
		GroupID: groupID, FromAccount: c.options.User, Random: m.Random, MsgBody: prepared.Body, CloudCustomData: m.CustomData,
		NeedReadReceipt: convert.Number(m.NeedReceipt), OnlineOnlyFlag: convert.Number(m.OnlineOnly),
		SendMsgControl: convert.Control(m), GroupAtInfo: convert.Mentions(m),
	}
	var answer wire.SendGroupMsgReply
	err := c.call(ctx, doing, wire.CmdSendGroupMsg, request, &answer)
	if err == nil && answer.MsgDropReason != "" {
		err = c.refused(doing, wire.Error{Code: wire.CodeGroupRate, Info: answer.MsgDropReason})
	}
	if codeOf(err) == wire.CodeGroupRate {
		c.sent.drop(sentID{m.Conversation, m.Random}, time.Now())
	}
	if err != nil {
		return nil, err
	}
	if answer.MsgSeq == 0 && !m.OnlineOnly {
		return nil, c.texts.Damaged(doing, errNoSequence)
	}
	if m.NeedReceipt && !m.OnlineOnly {
		c.state.expectReceipts(groupID, int64(answer.MsgSeq), c.now())
	}
	return &im.SendResult{Sequence: int64(answer.MsgSeq), ServerTime: convert.Seconds(answer.MsgTime)}, nil
}

// dropped is the error of a message that the service dropped a while ago: sent again now, it would be taken for a duplicate.
func (c *Client) dropped(doing string, wait time.Duration) error {
	wait = wait.Round(time.Second)
	return &im.Error{
		Doing: doing, Code: wire.CodeGroupRate, Class: im.ClassRefused,
		Cause:  c.texts.Pick("这条消息刚因群内消息过于频繁被丢弃", "this message was dropped because messages to the group come too often"),
		Remedy: c.texts.Pick(fmt.Sprintf("%s 后再重试，或另发一条", wait), fmt.Sprintf("try again in %s, or write a new one", wait)),
	}
}

// c2cSend is sendmsg with the fields that the API documents (rest-api, section 4.1).
type c2cSend struct {
	SyncOtherMachine  int          `json:"SyncOtherMachine"`
	FromAccount       string       `json:"From_Account"`
	ToAccount         string       `json:"To_Account"`
	MsgSeq            uint32       `json:"MsgSeq,omitempty"`
	MsgRandom         uint32       `json:"MsgRandom"`
	MsgLifeTime       *int64       `json:"MsgLifeTime,omitempty"`
	MsgBody           wire.MsgBody `json:"MsgBody"`
	CloudCustomData   string       `json:"CloudCustomData,omitempty"`
	IsNeedReadReceipt int          `json:"IsNeedReadReceipt,omitempty"`
	SendMsgControl    []string     `json:"SendMsgControl,omitempty"`
}

// syncToDevices asks that a message also comes to the sender's other devices.
const syncToDevices = 1

func (c *Client) sendC2C(ctx context.Context, doing string, m im.Outgoing, prepared convert.Outgoing) (*im.SendResult, error) {
	request := c2cSend{
		SyncOtherMachine: syncToDevices, FromAccount: c.options.User, ToAccount: m.Conversation.Target(), MsgSeq: prepared.Sequence,
		MsgRandom: m.Random, MsgBody: prepared.Body, CloudCustomData: m.CustomData,
		IsNeedReadReceipt: convert.Number(m.NeedReceipt), SendMsgControl: convert.Control(m),
	}
	if m.OnlineOnly {
		request.MsgLifeTime = new(int64)
	}
	var answer wire.SendMsgReply
	err := c.call(ctx, doing, wire.CmdSendMsg, request, &answer)
	if refusesSelf(err) && request.ToAccount == c.options.User {
		c.lack("self_notes", err)
	}
	if err != nil {
		return nil, err
	}
	if answer.MsgTime == 0 && !m.OnlineOnly {
		return nil, c.texts.Damaged(doing, errNoTime)
	}
	sent := convert.Seconds(answer.MsgTime)
	if m.NeedReceipt {
		key := model.Key{Sender: c.options.User, ClientTime: m.ClientTime, Random: m.Random}
		c.state.expectPeer(m.Conversation.Target(), key, sent)
	}
	return &im.SendResult{Sequence: m.Sequence, ServerTime: sent}, nil
}
