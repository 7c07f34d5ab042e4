package emulator

import (
	"encoding/json"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

const (
	cmdDeleteBySender = "group_open_http_svc.delete_group_msg_by_sender"
	cmdClearGroupMsg  = "group_open_http_svc.clear_group_msg"
	cmdBroadcast      = "group_open_http_svc.send_broadcast_msg"
)

// deleteBySender recalls what somebody sent among the last 1,000 messages of a group. In an
// AVChatRoom, which keeps none, it does nothing.
func (c restCall) deleteBySender(r struct {
	GroupID       string `json:"GroupId"`
	SenderAccount string `json:"Sender_Account"`
},
) (any, error) {
	if r.SenderAccount == "" {
		return nil, restError(wire.CodeGroupParam, "Sender_Account is missing")
	}
	return restDone(c.Core.RecallBySender(c.ctx, c.by, r.GroupID, r.SenderAccount))
}

func (c restCall) clearGroupMsg(r struct {
	GroupID string `json:"GroupId"`
	MsgSeq  uint32 `json:"MsgSeq"`
},
) (any, error) {
	return restDone(c.Core.ClearHistory(c.ctx, c.by, r.GroupID, r.MsgSeq))
}

// broadcast sends into all live rooms.
func (c restCall) broadcast(body []byte) (any, error) {
	if len(body) > wire.MaxMessage {
		return nil, restError(wire.CodeContentTooLong, "a message has at most %d bytes, this one %d", wire.MaxMessage, len(body))
	}
	var r struct {
		FromAccount     string       `json:"From_Account"`
		Random          *uint32      `json:"Random"`
		MsgBody         wire.MsgBody `json:"MsgBody"`
		CloudCustomData string       `json:"CloudCustomData"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, restDecodeError(c.command, err)
	}
	if r.Random == nil {
		return nil, restError(wire.CodeGroupParam, "Random is missing")
	}
	if r.FromAccount == "" {
		r.FromAccount = c.by.User
	}
	if !c.Limits.broadcast() {
		return nil, restError(wire.CodeGroupRate, "more than %d broadcast a second", broadcastsPerSecond)
	}
	sent, err := c.Core.Broadcast(c.ctx, c.by, core.GroupSend{
		From: r.FromAccount, Random: *r.Random, Body: json.RawMessage(r.MsgBody), Cloud: r.CloudCustomData,
	})
	if err != nil {
		return nil, err
	}
	return struct {
		wire.Result
		MsgSeq uint32 `json:"MsgSeq"`
	}{wire.OK(), sent.Seq}, nil
}
