package emulator

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Limits of C2C calls (rest-api.md section 4).
const (
	maxRESTRoamBytes   = 13 << 10 // a page of history
	maxRESTUnreadPeers = 10
	maxRESTLifeTime    = 7 * 24 * 3600 // seconds
	maxRESTStatus      = 500
)

// Values of SyncOtherMachine. Without one a message stands in the sender's history, but
// does not come to the sender's devices by itself.
const (
	restSyncToDevices = 1
	restSyncToNobody  = 2 // not in the sender's history either
)

// Codes of C2C requests alone.
const (
	codeC2CTime         = 90006
	codeC2CTooManyPeers = 90018
	codeC2CLifeTime     = 90026
	codeC2CPushInfo     = 90043
	codeC2CBatchTooLong = 90055
)

func (c restCall) sendMsg(body []byte) (any, error) {
	if len(body) > wire.MaxMessage {
		return nil, restError(wire.CodeC2CTooLong, "a message has at most %d bytes, this one %d", wire.MaxMessage, len(body))
	}
	var r struct {
		wire.SendMsgRequest
		MsgRandom *uint32 `json:"MsgRandom"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, restDecodeError(c.command, err)
	}
	reply, err := c.sendOne(r.SendMsgRequest, r.MsgRandom)
	if err != nil {
		return nil, err
	}
	return reply, nil
}

// sendOne sends a message to one user. Its errors are a *wire.Error, if the request is
// wrong or the app's server refuses it, or come from the core.
func (c restCall) sendOne(r wire.SendMsgRequest, random *uint32) (wire.SendMsgReply, error) {
	if r.FromAccount == "" {
		r.FromAccount = c.by.User
	}
	if r.MsgSeq == 0 {
		r.MsgSeq = rand.Uint32()
	}
	if err := c.checkSend(r, random); err != nil {
		return wire.SendMsgReply{}, err
	}
	send := core.C2CSend{
		From: r.FromAccount, To: r.ToAccount, Seq: r.MsgSeq, Random: *random, ClientTime: r.MsgClientTime,
		Body: json.RawMessage(r.MsgBody), Cloud: r.CloudCustomData, NeedReceipt: r.IsNeedReadReceipt == 1,
		OnlineOnly: r.OnlineOnly(), NoSync: r.SyncOtherMachine == restSyncToNobody, NoSyncPush: r.SyncOtherMachine != restSyncToDevices,
		NoUnread: slices.Contains(r.SendMsgControl, wire.ControlNoUnread),
		NoLast:   slices.Contains(r.SendMsgControl, wire.ControlNoLastMsg), Extensible: r.SupportMessageExtension == 1,
	}
	dropped, err := c.Hooks.beforeC2CSend(c.ctx, c.by, &send, r.ForbidCallbackControl)
	if dropped || err != nil {
		return droppedC2CSend(c.Core, send), err
	}
	start := time.Now()
	sent, err := c.Core.SendC2C(c.ctx, c.by, send)
	if err != nil {
		c.Hooks.c2cSendFailed(c.by, send, err)
		return wire.SendMsgReply{}, err
	}
	c.Metrics.sent(start)
	return wire.SendMsgReply{Result: wire.OK(), MsgTime: sent.Time, MsgKey: wire.MsgKey(sent.Seq, *random, sent.Time)}, nil
}

func (c restCall) checkSend(r wire.SendMsgRequest, random *uint32) error {
	switch {
	case r.ToAccount == "":
		return restError(wire.CodeC2CTo, "To_Account is missing")
	case random == nil:
		return restError(wire.CodeC2CRandom, "MsgRandom is missing")
	case !r.MsgBody.IsArray():
		return restError(wire.CodeC2CNotArray, "MsgBody is not an array")
	case r.MsgLifeTime != nil && (*r.MsgLifeTime < 0 || *r.MsgLifeTime > maxRESTLifeTime):
		return restError(codeC2CLifeTime, "MsgLifeTime %d is not between 0 and %d seconds", *r.MsgLifeTime, maxRESTLifeTime)
	case len(r.OfflinePushInfo) > 0 && r.OfflinePushInfo[0] != '{' && string(r.OfflinePushInfo) != "null":
		return restError(codeC2CPushInfo, "OfflinePushInfo is not an object")
	}
	if _, known := c.Core.Account(r.FromAccount); !known {
		return restError(wire.CodeC2CFrom, "From_Account %.40q does not exist", r.FromAccount)
	}
	if _, known := c.Core.Account(r.ToAccount); !known {
		return restError(wire.CodeC2CNoAccount, "To_Account %.40q is not registered", r.ToAccount)
	}
	return nil
}

func (c restCall) adminGetRoamMsg(r wire.AdminGetRoamMsgRequest) (any, error) {
	if err := c.checkPair(r.Operator(), r.Peer()); err != nil {
		return nil, err
	}
	if r.MaxCnt < 1 || r.MaxTime < 1 {
		return nil, restError(wire.CodeC2CJSON, "MaxCnt %d and MaxTime %d must be more than 0", r.MaxCnt, r.MaxTime)
	}
	history, err := c.Core.C2CHistory(c.ctx, c.as(r.Operator()), core.C2CQuery{
		Peer: r.Peer(), N: r.MaxCnt, Key: r.LastMsgKey, MinTime: r.MinTime, MaxTime: r.MaxTime,
	})
	if err != nil {
		return nil, err
	}
	reply := wire.AdminGetRoamMsgReply{Result: wire.OK(), LastMsgTime: history.Time, LastMsgKey: history.Key}
	if history.Complete {
		reply.Complete = 1
	}
	messages := restNewestWithin(history.Messages, maxRESTRoamBytes)
	if len(messages) < len(history.Messages) {
		reply.Complete, reply.LastMsgTime, reply.LastMsgKey = 0, messages[0].Time, messages[0].MsgKey()
	}
	for _, m := range messages {
		reply.MsgList = append(reply.MsgList, restC2CMessage(m))
	}
	reply.MsgCnt = len(messages)
	return reply, nil
}

// restNewestWithin keeps the newest messages, at least one, whose bodies fit into a page.
func restNewestWithin(list []*core.Message, limit int) []*core.Message {
	size := 0
	for i := len(list) - 1; i >= 0; i-- {
		size += len(list[i].Body) + len(list[i].Cloud)
		if size > limit && i < len(list)-1 {
			return list[i+1:]
		}
	}
	return list
}

func restC2CMessage(m *core.Message) wire.C2CMessage {
	row := wire.C2CMessage{
		FromAccount: m.From, ToAccount: m.To, MsgSeq: m.Seq, ClientSeq: m.ClientSeq, MsgRandom: m.Random, MsgTimeStamp: m.Time,
		MsgClientTime: m.ClientTime, TinyID: m.TinyID, MsgKey: m.MsgKey(), MsgBody: wire.MsgBody(m.Body),
		CloudCustomData: m.Cloud, MsgVersion: uint32(m.Version),
	}
	if m.NeedReceipt {
		row.IsNeedReadReceipt = 1
	}
	if m.PeerRead {
		row.IsPeerRead = 1
	}
	if m.Recalled {
		row.MsgFlagBits = wire.FlagRecalled
	}
	return row
}

// checkPair looks whether both sides of a conversation exist.
func (c restCall) checkPair(user, peer string) error {
	if _, known := c.Core.Account(user); !known {
		return restError(wire.CodeC2CFrom, "account %.40q does not exist", user)
	}
	if _, known := c.Core.Account(peer); !known {
		return restError(wire.CodeC2CTo, "account %.40q does not exist", peer)
	}
	return nil
}

func (c restCall) adminMsgWithdraw(r wire.AdminMsgWithdrawRequest) (any, error) {
	if err := c.checkPair(r.FromAccount, r.ToAccount); err != nil {
		return nil, err
	}
	return restDone(c.Core.RecallC2C(c.ctx, c.by, r.FromAccount, r.ToAccount, r.MsgKey, ""))
}

func (c restCall) modifyC2CMsg(r wire.ModifyC2CMsgRequest) (any, error) {
	if err := c.checkPair(r.FromAccount, r.ToAccount); err != nil {
		return nil, err
	}
	if err := checkRESTNewBody(r.MsgBody); err != nil {
		return nil, err
	}
	_, err := c.Core.EditC2C(c.ctx, c.by, r.FromAccount, r.ToAccount, r.MsgKey,
		core.Edit{Body: json.RawMessage(r.MsgBody), Cloud: r.CloudCustomData, Version: restAnyVersion})
	return restDone(err)
}

// checkRESTNewBody looks at the body of an edit, which may be missing.
func checkRESTNewBody(body wire.MsgBody) error {
	if body != nil && !body.IsArray() {
		return restError(wire.CodeC2CNotArray, "MsgBody is not an array")
	}
	return nil
}

func (c restCall) adminSetMsgRead(r wire.AdminSetMsgReadRequest) (any, error) {
	if err := c.checkPair(r.ReportAccount, r.PeerAccount); err != nil {
		return nil, err
	}
	return restDone(c.Core.MarkC2CRead(c.ctx, c.as(r.ReportAccount), r.PeerAccount, int64(r.MsgReadTime)))
}

func (c restCall) c2cUnreadNum(r wire.C2CUnreadNumRequest) (any, error) {
	if len(r.PeerAccount) > maxRESTUnreadPeers {
		return nil, restError(codeC2CTooManyPeers, "Peer_Account has at most %d entries, this one %d", maxRESTUnreadPeers, len(r.PeerAccount))
	}
	if r.ToAccount == "" {
		return nil, restError(wire.CodeC2CTo, "To_Account is missing")
	}
	counts, err := c.Core.C2CUnread(c.ctx, r.ToAccount)
	if err != nil {
		return nil, err
	}
	reply := wire.C2CUnreadNumReply{Result: wire.OK()}
	if len(r.PeerAccount) == 0 {
		var sum uint32
		for _, n := range counts {
			sum += uint32(n)
		}
		reply.AllC2CUnreadMsgNum = &sum
		return reply, nil
	}
	for _, peer := range r.PeerAccount {
		if _, known := c.Core.Account(peer); !known {
			reply.ErrorList = append(reply.ErrorList, wire.AccountError{PeerAccount: peer, ErrorCode: wire.CodeNoAccount})
			continue
		}
		reply.C2CUnreadMsgNumList = append(reply.C2CUnreadMsgNumList, wire.PeerUnread{PeerAccount: peer, C2CUnreadMsgNum: uint32(counts[peer])})
	}
	return reply, nil
}

// c2cReadReceipt says for the operator that messages of the peer were read.
func (c restCall) c2cReadReceipt(r wire.C2CReadReceiptRequest) (any, error) {
	if err := c.checkPair(r.OperatorAccount, r.PeerAccount); err != nil {
		return nil, err
	}
	if len(r.C2CMsgInfo) == 0 {
		return nil, restError(wire.CodeMsgRequest, "C2CMsgInfo is missing")
	}
	keys := make([]string, len(r.C2CMsgInfo))
	for i, info := range r.C2CMsgInfo {
		if info.FromAccount != r.PeerAccount || info.ToAccount != r.OperatorAccount {
			return nil, restError(wire.CodeMsgRequest, "message %.60q is not from Peer_Account to Operator_Account", info.MsgKey)
		}
		keys[i] = info.MsgKey
	}
	return restDone(c.Core.SendC2CReceipts(c.ctx, c.as(r.OperatorAccount), r.PeerAccount, keys))
}

func (c restCall) onlineStatus(r wire.OnlineStatusRequest) (any, error) {
	switch {
	case len(r.ToAccount) == 0:
		return nil, restError(wire.CodeC2CTo, "To_Account is missing")
	case len(r.ToAccount) > maxRESTStatus:
		return nil, restError(wire.CodeC2CTooMany, "To_Account has at most %d entries, this one %d", maxRESTStatus, len(r.ToAccount))
	}
	reply := wire.OnlineStatusReply{Result: wire.OK()}
	for _, id := range r.ToAccount {
		if _, known := c.Core.Account(id); !known {
			reply.ErrorList = append(reply.ErrorList, wire.AccountError{ToAccount: id, ErrorCode: wire.CodeNoAccount})
			continue
		}
		status := restStatus(id, c.Online(id), r.IsNeedDetail == 1)
		if c.command == wire.CmdOnlineStatusOldName {
			status.State = status.Status // as the field was called then
		}
		reply.QueryResult = append(reply.QueryResult, status)
	}
	if len(reply.QueryResult) == 0 {
		reply.Result = wire.Fail(wire.CodeNoAccount, "none of the accounts exists")
	}
	return reply, nil
}

func restStatus(id string, platforms []string, detail bool) wire.OnlineStatus {
	status := wire.OnlineStatus{ToAccount: id, Status: wire.StatusOffline}
	if len(platforms) > 0 {
		status.Status = wire.StatusOnline
	}
	if detail {
		for _, platform := range platforms {
			status.Detail = append(status.Detail, wire.PlatformStatus{Platform: platform, Status: wire.StatusOnline})
		}
	}
	return status
}

// restWithEmpty is the bit of AssistFlags that wants conversations without a message, too.
const restWithEmpty = 1 << 1

func (c restCall) recentContactList(r wire.RecentContactListRequest) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	rows, now, err := c.Core.Conversations(c.ctx, r.FromAccount, 0)
	if err != nil {
		return nil, err
	}
	reply := wire.RecentContactListReply{DisplayResult: wire.DisplayResult{Result: wire.OK()}, CompleteFlag: 1, TimeStamp: now}
	for _, row := range rows {
		if row.Last == nil && r.AssistFlags&restWithEmpty == 0 {
			continue
		}
		item := wire.RecentContactRow{Type: wire.ConversationC2C, ToAccount: row.Peer.ID, MsgTime: row.Time}
		if row.Group != nil {
			item = wire.RecentContactRow{Type: wire.ConversationGroup, GroupID: row.Group.Group.ID, MsgTime: row.Time}
		}
		if row.Pinned {
			item.TopFlag = 1
		}
		reply.SessionItem = append(reply.SessionItem, item)
	}
	return reply, nil
}

// checkContactOwner looks whether somebody exists whose conversations these are.
func (c restCall) checkContactOwner(user string) error {
	if user == "" {
		return restError(wire.CodeContactParam, "From_Account is missing")
	}
	if _, known := c.Core.Account(user); !known {
		return restError(wire.CodeContactNoAccount, "From_Account %.40q does not exist", user)
	}
	return nil
}

func (c restCall) recentContactDelete(r wire.RecentContactDeleteRequest) (any, error) {
	if err := c.checkContactOwner(r.FromAccount); err != nil {
		return nil, err
	}
	var id core.ConversationID
	_, notNamed := c.Core.Group(r.ToAccount) // github.com/dobyte/tencent-im names the group there
	switch {
	case r.Type == wire.ConversationC2C && r.ToAccount != "":
		id.Peer = r.ToAccount
	case r.Type == wire.ConversationGroup && r.ToGroupID != "":
		id.Group = r.ToGroupID
	case r.Type == wire.ConversationGroup && notNamed == nil:
		id.Group = r.ToAccount
	default:
		return nil, restError(wire.CodeContactParam, "give Type 1 with To_Account, or Type 2 with ToGroupid")
	}
	if _, known := c.Core.Account(id.Peer); id.Peer != "" && !known {
		return nil, restError(wire.CodeContactNoAccount, "To_Account %.40q does not exist", id.Peer)
	}
	if err := c.Core.DeleteConversations(c.ctx, c.as(r.FromAccount), []core.ConversationID{id}, r.ClearRamble == 1); err != nil {
		return nil, err
	}
	return wire.DisplayResult{Result: wire.OK()}, nil
}
