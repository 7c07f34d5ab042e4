package emulator

import (
	"encoding/json"
	"slices"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// maxRESTRecalls bounds one recall (rest-api.md section 3.4).
const maxRESTRecalls = 10

// sendGroupMsg is the command that has to be fast.
func (c restCall) sendGroupMsg(body []byte) (any, error) {
	if len(body) > wire.MaxMessage {
		return nil, restError(wire.CodeContentTooLong, "a message has at most %d bytes, this one %d", wire.MaxMessage, len(body))
	}
	var r struct {
		wire.SendGroupMsgRequest
		Random            *uint32 `json:"Random"`
		MsgOnlineOnlyFlag int     `json:"MsgOnlineOnlyFlag"` // an old name of OnlineOnlyFlag
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, restDecodeError(c.command, err)
	}
	r.OnlineOnlyFlag = max(r.OnlineOnlyFlag, r.MsgOnlineOnlyFlag)
	switch {
	case r.GroupID == "":
		return nil, restError(wire.CodeGroupParam, "GroupId is missing")
	case r.Random == nil:
		return nil, restError(wire.CodeGroupParam, "Random is missing")
	case r.OnlineOnlyFlag == 1 && len(r.SendMsgControl) > 0:
		return nil, restError(wire.CodeGroupParam, "SendMsgControl cannot be combined with OnlineOnlyFlag")
	}
	if r.FromAccount == "" {
		r.FromAccount = c.by.User
	}
	priority, known := wire.PriorityNumber(r.MsgPriority)
	if !known {
		return nil, errUnknownPriority(r.MsgPriority)
	}
	send := core.GroupSend{
		Group: r.GroupID, From: r.FromAccount, Random: *r.Random, ClientSeq: r.ClientSeq, ClientTime: r.MsgClientTime,
		Priority: priority, Body: json.RawMessage(r.MsgBody), Cloud: r.CloudCustomData,
		NeedReceipt: r.NeedReadReceipt == 1, OnlineOnly: r.OnlineOnlyFlag == 1,
		NoUnread:   slices.Contains(r.SendMsgControl, wire.ControlNoUnread),
		NoLast:     slices.Contains(r.SendMsgControl, wire.ControlNoLastMsg),
		Extensible: r.SupportMessageExtension == 1,
		Mentions:   restMentions(r.GroupAtInfo), Directed: r.ToAccount,
	}
	dropped, err := c.Hooks.beforeGroupSend(c.ctx, c.by, &send, r.ForbidCallbackControl)
	if dropped || err != nil {
		return droppedGroupSend(c.Core, send.Group), err
	}
	if !c.Limits.message(send.Group, send.Priority) {
		c.Hooks.groupSendFailed(c.by, send, errTooManyMessages(send.Group))
		reply := droppedGroupSend(c.Core, send.Group)
		reply.MsgDropReason = "MsgFreqCtrl"
		return reply, nil
	}
	start := time.Now()
	sent, err := c.Core.SendGroup(c.ctx, c.by, send)
	if err != nil {
		c.Hooks.groupSendFailed(c.by, send, err)
		return nil, err
	}
	c.Metrics.sent(start)
	return wire.SendGroupMsgReply{Result: wire.OK(), MsgTime: sent.Time, MsgSeq: sent.Seq, ReadReceiptCode: sent.ReceiptCode}, nil
}

func errUnknownPriority(name string) error {
	return restError(wire.CodeGroupParam, "MsgPriority is High, Normal, Low or Lowest, not %.40q", name)
}

func restMentions(list []wire.Mention) []core.Mention {
	if len(list) == 0 {
		return nil
	}
	mentions := make([]core.Mention, len(list))
	for i, m := range list {
		mentions[i] = core.Mention{User: m.Account, All: m.AtAll == 1}
	}
	return mentions
}

func (c restCall) groupMsgGetSimple(r wire.GroupMsgGetRequest) (any, error) {
	if r.ReqMsgNumber <= 0 {
		return nil, restError(wire.CodeGroupParam, "ReqMsgNumber is missing")
	}
	history, err := c.Core.GroupHistory(c.ctx, c.by, r.GroupID, r.ReqMsgSeq, min(r.ReqMsgNumber, wire.MaxHistoryPage))
	if err != nil {
		return nil, err
	}
	reply := wire.GroupMsgGetSimpleReply{Result: wire.OK(), GroupID: r.GroupID, IsFinished: historyEnd(history, r.ReqMsgNumber)}
	for _, m := range history.Messages {
		if !m.Recalled || r.WithRecalledMsg == 1 {
			reply.RspMsgList = append(reply.RspMsgList, restGroupMessage(m))
		}
	}
	return reply, nil
}

// historyEnd tells whether all that was asked for came (1), or less than that because a page is limited (0) or because
// the older messages are gone (2).
func historyEnd(h core.History, asked int) int {
	switch n := len(h.Messages); {
	case asked > wire.MaxHistoryPage && h.Next > 0:
		return wire.HistoryMore
	case n > 0 && n < asked && h.Next == 0 && h.Messages[n-1].Seq > 1:
		return wire.HistoryFinished
	}
	return wire.HistoryRange
}

func restGroupMessage(m *core.Message) wire.SimpleGroupMessage {
	row := wire.SimpleGroupMessage{
		FromAccount: m.From, MsgPriority: m.Priority, MsgRandom: m.Random, MsgSeq: m.Seq, MsgTimeStamp: m.Time,
		MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud,
	}
	if m.Tip {
		row.IsSystemMsg, row.MsgBody = 1, restTip(row.MsgBody)
	}
	if m.Recalled {
		row.IsPlaceMsg, row.MsgBody, row.CloudCustomData = wire.PlaceRecalled, nil, ""
	}
	return row
}

func restTip(tip wire.MsgBody) wire.MsgBody {
	body, err := wire.NewTipElement(tip)
	if err != nil {
		return nil // a tip that cannot be encoded is shown as empty, not as an error of the whole page
	}
	return body
}

func (c restCall) groupMsgRecall(r wire.GroupMsgRecallRequest) (any, error) {
	if len(r.MsgSeqList) == 0 || len(r.MsgSeqList) > maxRESTRecalls {
		return nil, restError(wire.CodeGroupParam, "MsgSeqList has 1 to %d entries, this one %d", maxRESTRecalls, len(r.MsgSeqList))
	}
	if group, err := c.Core.Group(r.GroupID); err == nil && group.Type == core.AVChatRoom {
		return nil, restError(wire.CodeRecallType, "messages in an AVChatRoom are not kept and cannot be recalled")
	}
	results, err := c.Core.RecallGroup(c.ctx, c.by, r.GroupID, restSeqs(r.MsgSeqList), r.Reason)
	if err != nil {
		return nil, err
	}
	reply := wire.GroupMsgRecallReply{Result: wire.OK()}
	for _, result := range results {
		reply.RecallRetList = append(reply.RecallRetList, wire.RecallResult{MsgSeq: result.Seq, RetCode: result.Code})
	}
	return reply, nil
}

func restSeqs(list []wire.MsgSeq) []uint32 {
	seqs := make([]uint32, len(list))
	for i, entry := range list {
		seqs[i] = entry.MsgSeq
	}
	return seqs
}

// restAnyVersion edits a message whatever its version is.
const restAnyVersion = -1

func (c restCall) modifyGroupMsg(r wire.ModifyGroupMsgRequest) (any, error) {
	if r.GroupID == "" || r.MsgSeq == 0 {
		return nil, restError(wire.CodeMsgRequest, "GroupId or MsgSeq is missing")
	}
	if err := checkRESTNewBody(r.MsgBody); err != nil {
		return nil, err
	}
	_, err := c.Core.EditGroup(c.ctx, c.by, r.GroupID, r.MsgSeq,
		core.Edit{Body: json.RawMessage(r.MsgBody), Cloud: r.CloudCustomData, Version: restAnyVersion})
	if err != nil {
		return nil, err
	}
	return wire.Reply{Result: wire.Result{ActionStatus: wire.StatusOK, ErrorInfo: "succeed"}}, nil // as the documentation's sample has it
}

// groupMsgReceipt sends receipts for a member. It does not touch the member's read position.
func (c restCall) groupMsgReceipt(r wire.GroupMsgReceiptRequest) (any, error) {
	if r.FromAccount == "" {
		return nil, restError(wire.CodeGroupParam, "From_Account is missing")
	}
	return restDone(c.Core.SendReceipts(c.ctx, c.as(r.FromAccount), r.GroupID, restSeqs(r.MsgSeqList)))
}

func (c restCall) getGroupMsgReceipt(r wire.GetGroupMsgReceiptRequest) (any, error) {
	receipts, err := c.Core.Receipts(c.ctx, c.by, r.GroupID, restSeqs(r.MsgSeqList))
	if err != nil {
		return nil, err
	}
	reply := wire.GetGroupMsgReceiptReply{Result: wire.OK()}
	for _, receipt := range receipts {
		reply.GroupMsgReceiptList = append(reply.GroupMsgReceiptList, wire.GroupMsgReceipt{
			MsgSeq: receipt.Seq, Code: receipt.Code, ReadNum: uint32(receipt.Read), UnreadNum: uint32(receipt.Unread),
		})
	}
	return reply, nil
}

func (c restCall) groupReceiptDetail(r wire.ReceiptDetailRequest) (any, error) {
	unread := r.WantsUnread()
	if r.Filter != nil && *r.Filter != 0 && !unread {
		return nil, restError(wire.CodeGroupParam, "Filter is 0 for readers or 1 for the others, not %d", *r.Filter)
	}
	detail, err := c.Core.ReceiptDetail(c.ctx, c.by, r.GroupID, r.MsgSeq, unread, r.Cursor, r.Limit())
	if err != nil {
		return nil, err
	}
	reply := wire.ReceiptDetailReply{Result: wire.OK(), MsgSeq: r.MsgSeq, Cursor: detail.Cursor}
	if detail.Finished {
		reply.IsFinish, reply.IsFinished = 1, 1
	}
	for _, user := range detail.Users {
		if unread {
			reply.UnreadList = append(reply.UnreadList, wire.UnreadAccount{Account: user})
		} else {
			reply.ReadList = append(reply.ReadList, wire.ReadAccount{Account: user})
		}
	}
	return reply, nil
}

func (c restCall) setUnreadMsgNum(r struct {
	wire.SetUnreadMsgNumRequest
	UnreadMsgNum *int `json:"UnreadMsgNum"`
},
) (any, error) {
	if r.MemberAccount == "" || r.UnreadMsgNum == nil {
		return nil, restError(wire.CodeGroupParam, "Member_Account or UnreadMsgNum is missing")
	}
	return restDone(c.Core.SetUnread(c.ctx, r.GroupID, r.MemberAccount, *r.UnreadMsgNum))
}
