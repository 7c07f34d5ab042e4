package emulator

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// sendGroupMsg hands a message on; the answer follows its commit.
func (r *request) sendGroupMsg(answer func(any, error)) {
	var body wire.SendGroupMsgRequest
	if err := wire.Unmarshal(r.body, &body); err != nil {
		answer(nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()})
		return
	}
	priority, known := wire.PriorityNumber(body.MsgPriority)
	if !known {
		answer(nil, errUnknownPriority(body.MsgPriority))
		return
	}
	send := core.GroupSend{
		Group: body.GroupID, From: r.user.ID, Random: body.Random, ClientSeq: body.ClientSeq, ClientTime: body.MsgClientTime,
		Priority: priority, Body: json.RawMessage(body.MsgBody), Cloud: body.CloudCustomData,
		NeedReceipt: body.NeedReadReceipt == 1, OnlineOnly: body.OnlineOnlyFlag == 1,
		NoUnread: slices.Contains(body.SendMsgControl, wire.ControlNoUnread), NoLast: slices.Contains(body.SendMsgControl, wire.ControlNoLastMsg),
		Mentions: coreMentions(body.GroupAtInfo), Directed: body.ToAccount, Extensible: body.SupportMessageExtension == 1,
	}
	by := r.actor()
	var verdict sendVerdict
	r.hand(func() {
		verdict.dropped, verdict.err = r.hooks().beforeGroupSend(r.c.ctx, by, &send, body.ForbidCallbackControl)
	}, func(done func()) {
		if verdict.final() {
			defer done()
			answer(droppedGroupSend(r.core(), send.Group), verdict.err)
			return
		}
		if !r.c.server.limits.message(send.Group, send.Priority) {
			defer done()
			err := errTooManyMessages(send.Group)
			r.hooks().groupSendFailed(by, send, err)
			answer(nil, err)
			return
		}
		begun := time.Now()
		r.core().SendGroupAsync(by, send, func(sent core.Sent, err error) {
			defer done()
			if err == nil {
				r.c.server.metrics.sent(begun)
			}
			r.hooks().groupSendFailed(by, send, err)
			answer(wire.SendGroupMsgReply{Result: wire.OK(), MsgTime: sent.Time, MsgSeq: sent.Seq, ReadReceiptCode: sent.ReceiptCode}, err)
		})
	})
}

// sendMsg hands a C2C message on; the answer follows its commit.
func (r *request) sendMsg(answer func(any, error)) {
	var body wire.SendMsgRequest
	if err := wire.Unmarshal(r.body, &body); err != nil {
		answer(nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()})
		return
	}
	send := core.C2CSend{
		From: r.user.ID, To: body.ToAccount, Seq: body.MsgSeq, Random: body.MsgRandom, ClientTime: body.MsgClientTime,
		Body: json.RawMessage(body.MsgBody), Cloud: body.CloudCustomData, NeedReceipt: body.IsNeedReadReceipt == 1,
		OnlineOnly: body.OnlineOnly(), NoUnread: slices.Contains(body.SendMsgControl, wire.ControlNoUnread),
		NoLast: slices.Contains(body.SendMsgControl, wire.ControlNoLastMsg), Extensible: body.SupportMessageExtension == 1,
	}
	by := r.actor()
	var verdict sendVerdict
	r.hand(func() {
		verdict.dropped, verdict.err = r.hooks().beforeC2CSend(r.c.ctx, by, &send, body.ForbidCallbackControl)
	}, func(done func()) {
		if verdict.final() {
			defer done()
			answer(droppedC2CSend(r.core(), send), verdict.err)
			return
		}
		begun := time.Now()
		r.core().SendC2CAsync(by, send, func(sent core.Sent, err error) {
			defer done()
			if err == nil {
				r.c.server.metrics.sent(begun)
			}
			r.hooks().c2cSendFailed(by, send, err)
			answer(wire.SendMsgReply{Result: wire.OK(), MsgTime: sent.Time, MsgKey: wire.MsgKey(sent.Seq, body.MsgRandom, sent.Time)}, err)
		})
	})
}

// sendVerdict is what the app's server says to a send.
type sendVerdict struct {
	dropped bool
	err     error
}

func (v sendVerdict) final() bool { return v.dropped || v.err != nil }

// droppedGroupSend answers a send that the app's server dropped without saying so.
func droppedGroupSend(c *core.Core, id string) wire.SendGroupMsgReply {
	reply := wire.SendGroupMsgReply{Result: wire.OK(), MsgTime: c.Now()}
	if group, err := c.Group(id); err == nil {
		reply.MsgSeq = group.NextSeq - 1
	}
	return reply
}

func droppedC2CSend(c *core.Core, send core.C2CSend) wire.SendMsgReply {
	now := c.Now()
	return wire.SendMsgReply{Result: wire.OK(), MsgTime: now, MsgKey: wire.MsgKey(send.Seq, send.Random, now)}
}

// maxAsking is how many sends of a connection the app's server may be asked about at once.
const maxAsking = 32

// hand starts a send; later requests of the connection wait for it. If the app's server has
// to be asked, sends are asked about side by side, and yet start in their order.
func (r *request) hand(ask func(), start func(done func())) {
	done := func() {}
	if r.ordered {
		r.c.sends.Add(1)
		done = r.c.sends.Done
	}
	switch {
	case r.hooks() == nil:
		start(done)
	case !r.ordered:
		ask()
		start(done)
	default:
		r.c.askInTurn(ask, func() { start(done) })
	}
}

// askInTurn runs ask at once, beside others, and start when the sends before it have
// started. Only the connection's reader calls it.
func (c *connection) askInTurn(ask, start func()) {
	if c.asking == nil {
		c.asking = make(chan struct{}, maxAsking)
	}
	c.asking <- struct{}{}
	before, started := c.lastSend, make(chan struct{})
	c.lastSend = started
	c.later.Go(func() {
		defer func() { <-c.asking }()
		defer close(started)
		ask()
		if before != nil {
			<-before
		}
		start()
	})
}

// maxHistoryRows bounds a page of group history; the Web SDK asks for 21.
const maxHistoryRows = 100

// groupMsgGetRequest asks for a page or, with getBySeqs, for named messages, as the Web SDK
// does to close a gap. An older SDK writes the sequence of a page as text.
type groupMsgGetRequest struct {
	GroupID         string              `json:"GroupId"`
	ReqMsgNumber    int                 `json:"ReqMsgNumber"`
	ReqMsgSeq       wire.Int            `json:"ReqMsgSeq"`
	ReqMsgSeqList   wire.List[wire.Int] `json:"ReqMsgSeqList"`
	GetType         int                 `json:"GetType"`
	WithRecalledMsg int                 `json:"WithRecalledMsg"`
}

const getBySeqs = 3

func (r *request) historyPage(body groupMsgGetRequest) (core.History, error) {
	if body.GetType == getBySeqs || len(body.ReqMsgSeqList) > 0 {
		return r.core().GroupMessages(r.c.ctx, r.actor(), body.GroupID, sequences(body.ReqMsgSeqList))
	}
	from := uint32(min(max(body.ReqMsgSeq, 0), math.MaxUint32))
	return r.core().GroupHistory(r.c.ctx, r.actor(), body.GroupID, from, min(body.ReqMsgNumber, maxHistoryRows))
}

func (r *request) groupMsgGet(body groupMsgGetRequest) (any, error) {
	page, err := r.historyPage(body)
	if err != nil {
		return nil, err
	}
	rows := make([]json.RawMessage, 0, len(page.Messages))
	for _, m := range page.Messages {
		if m.Recalled && body.WithRecalledMsg != 1 {
			continue
		}
		row, err := encoded(m, &page.Group)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	finished := wire.HistoryFinished
	if page.Next > 0 {
		finished = wire.HistoryMore
	}
	head, err := wire.Marshal(struct {
		wire.Result
		GroupID         string `json:"GroupId"`
		IsFinished      int    `json:"IsFinished"`
		NextReqMsgSeq   uint32 `json:"NextReqMsgSeq"`
		InvisibleMsgSeq []int  `json:"InvisibleMsgSeq"`
	}{wire.OK(), page.Group.ID, finished, page.Next, []int{}})
	if err != nil {
		return nil, err
	}
	// The rows are encoded already; joining them by hand spares decoding them again.
	reply := append(head[:len(head)-1], `,"RspMsgList":`...)
	reply = append(reply, joinRows(rows)...)
	return json.RawMessage(append(reply, '}')), nil
}

func (r *request) msgReadReport(body wire.MsgReadReportRequest) (any, error) {
	return nil, r.core().MarkGroupRead(r.c.ctx, r.actor(), body.GroupID, body.MsgReadedSeq)
}

func seqsOf(list []wire.MsgSeq) []uint32 {
	seqs := make([]uint32, len(list))
	for i, entry := range list {
		seqs[i] = entry.MsgSeq
	}
	return seqs
}

func (r *request) groupMsgReceipt(body wire.GroupMsgReceiptRequest) (any, error) {
	return nil, r.core().SendReceipts(r.c.ctx, r.actor(), body.GroupID, seqsOf(body.MsgSeqList))
}

func (r *request) getGroupMsgReceipt(body wire.GetGroupMsgReceiptRequest) (any, error) {
	list, err := r.core().Receipts(r.c.ctx, r.actor(), body.GroupID, seqsOf(body.MsgSeqList))
	if err != nil {
		return nil, err
	}
	reply := wire.GetGroupMsgReceiptReply{Result: wire.OK()}
	for _, receipt := range list {
		reply.GroupMsgReceiptList = append(reply.GroupMsgReceiptList, wire.GroupMsgReceipt{
			MsgSeq: receipt.Seq, Code: receipt.Code, ReadNum: uint32(receipt.Read), UnreadNum: uint32(receipt.Unread),
		})
	}
	return reply, nil
}

func (r *request) groupReceiptDetail(body wire.ReceiptDetailRequest) (any, error) {
	page, err := r.core().ReceiptDetail(r.c.ctx, r.actor(), body.GroupID, body.MsgSeq, body.WantsUnread(), body.Cursor, body.Limit())
	if err != nil {
		return nil, err
	}
	reply := wire.ReceiptDetailReply{
		Result: wire.OK(), MsgSeq: body.MsgSeq, Cursor: page.Cursor, IsFinish: flag(page.Finished), IsFinished: flag(page.Finished),
	}
	for _, user := range page.Users {
		if body.WantsUnread() {
			reply.UnreadList = append(reply.UnreadList, wire.UnreadAccount{Account: user})
		} else {
			reply.ReadList = append(reply.ReadList, wire.ReadAccount{Account: user})
		}
	}
	return reply, nil
}

func (r *request) groupMsgRecall(body wire.GroupMsgRecallRequest) (any, error) {
	results, err := r.core().RecallGroup(r.c.ctx, r.actor(), body.GroupID, seqsOf(body.MsgSeqList), body.Reason)
	if err != nil {
		return nil, err
	}
	reply := wire.GroupMsgRecallReply{Result: wire.OK()}
	for _, result := range results {
		reply.RecallRetList = append(reply.RecallRetList, wire.RecallResult{MsgSeq: result.Seq, RetCode: result.Code})
	}
	return reply, nil
}

func (r *request) modifyGroupMsg(body wire.ModifyGroupMsgRequest) (any, error) {
	edit := core.Edit{Body: json.RawMessage(body.MsgBody), Cloud: body.CloudCustomData, Version: int(body.MsgVersion)}
	m, err := r.core().EditGroup(r.c.ctx, r.actor(), body.GroupID, body.MsgSeq, edit)
	if err != nil {
		return nil, err
	}
	return editReply(m), nil
}

func (r *request) modifyC2CMsg(body wire.ModifyC2CMsgRequest) (any, error) {
	edit := core.Edit{Body: json.RawMessage(body.MsgBody), Cloud: body.CloudCustomData, Version: int(body.MsgVersion)}
	m, err := r.core().EditC2C(r.c.ctx, r.actor(), r.user.ID, body.ToAccount, body.Key(), edit)
	if err != nil {
		return nil, err
	}
	return editReply(m), nil
}

func editReply(m *core.Message) wire.ModifyMsgReply {
	return wire.ModifyMsgReply{Result: wire.OK(), MsgVersion: uint32(m.Version), MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud}
}

func (r *request) getRoamMsg(body wire.GetRoamMsgRequest) (any, error) {
	page, err := r.core().C2CHistory(r.c.ctx, r.actor(), core.C2CQuery{
		Peer: body.PeerAccount, N: body.MaxCnt, Time: body.LastMsgTime, Key: body.MsgKey, Forward: body.GetDirection == 1,
	})
	if err != nil {
		return nil, err
	}
	reply := wire.GetRoamMsgReply{Result: wire.OK(), Complete: flag(page.Complete), LastMsgTime: page.Time, MsgKey: page.Key}
	for _, m := range page.Messages {
		if m.Recalled && body.WithRecalledMsg != 1 {
			continue
		}
		reply.MsgList = append(reply.MsgList, wireC2C(m, false))
	}
	reply.MsgCnt = len(reply.MsgList)
	return reply, nil
}

func (r *request) msgReaded(body wire.MsgReadedRequest) (any, error) {
	for _, item := range body.C2CMsgReaded.Items {
		if err := r.core().MarkC2CRead(r.c.ctx, r.actor(), item.ToAccount, item.LastedMsgTime); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (r *request) c2cReadReceipt(body wire.C2CReadReceiptRequest) (any, error) {
	var keys []string
	for _, info := range body.C2CMsgInfo {
		key := info.MsgKey
		if key == "" {
			key = wire.MsgKey(info.MsgSeq, info.MsgRandom, info.MsgTime)
		}
		keys = append(keys, key)
	}
	return nil, r.core().SendC2CReceipts(r.c.ctx, r.actor(), body.PeerAccount, keys)
}

// peerReadTime answers one 0 an account: clients ask for it besides what conversation rows
// and pushes tell them.
func (*request) peerReadTime(body wire.PeerReadTimeRequest) (any, error) {
	return wire.PeerReadTimeReply{Result: wire.OK(), ReadTime: make(wire.List[int64], len(body.ToAccount))}, nil
}

func (r *request) msgWithdraw(body wire.MsgWithdrawRequest) (any, error) {
	info := body.MsgInfo
	key := info.MsgKey
	if key == "" {
		key = strconv.FormatUint(uint64(info.MsgSeq), 10) + "_" + strconv.FormatUint(uint64(info.MsgRandom), 10) + "_" +
			strconv.FormatInt(max(info.MsgTimeStamp, info.MsgTime), 10)
	}
	return nil, r.core().RecallC2C(r.c.ctx, r.actor(), r.user.ID, info.ToAccount, key, "")
}

// deleteMsg forgets notices and mentions, which clients name by their own sequence.
func (r *request) deleteMsg(body wire.DeleteMsgRequest) (any, error) {
	var keys []core.QueuedKey
	for _, m := range body.DelMsgList {
		keys = append(keys, core.QueuedKey{ClientSeq: m.MsgSeq, Random: m.MsgRandom})
	}
	return nil, r.core().DropQueued(r.c.ctx, r.user.ID, keys)
}
