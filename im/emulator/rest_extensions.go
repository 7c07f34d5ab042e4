package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Extensions of messages (documents 51194 to 51197 of the international site).
const (
	cmdSetKeyValues      = "openim_msg_ext_http_svc.set_key_values"
	cmdGetKeyValues      = "openim_msg_ext_http_svc.get_key_values"
	cmdGroupSetKeyValues = "openim_msg_ext_http_svc.group_set_key_values"
	cmdGroupGetKeyValues = "openim_msg_ext_http_svc.group_get_key_values"
)

// extensionRequest names a message of a group by GroupId and MsgSeq, one of two by their
// accounts and MsgKey.
type extensionRequest struct {
	GroupID       string          `json:"GroupId"`
	MsgSeq        uint32          `json:"MsgSeq"`
	FromAccount   string          `json:"From_Account"`
	ToAccount     string          `json:"To_Account"`
	MsgKey        string          `json:"MsgKey"`
	OperateType   int             `json:"OperateType"`
	ExtensionList []extensionItem `json:"ExtensionList"`
	StartSeq      uint32          `json:"StartSeq"`
}

type extensionItem struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
	Seq   uint32 `json:"Seq"`
}

type extensionResult struct {
	ErrorCode int           `json:"ErrorCode"`
	Extension extensionItem `json:"Extension"`
}

// message looks whether the request names one.
func (c restCall) message(r extensionRequest) (core.MessageID, error) {
	var none core.MessageID
	if c.command == cmdGroupSetKeyValues || c.command == cmdGroupGetKeyValues {
		if r.GroupID == "" || r.MsgSeq == 0 {
			return none, restError(wire.CodeGroupParam, "GroupId or MsgSeq is missing")
		}
		return core.MessageID{Group: r.GroupID, Seq: r.MsgSeq}, nil
	}
	if r.FromAccount == "" {
		r.FromAccount = c.by.User
	}
	if r.ToAccount == "" || r.MsgKey == "" {
		return none, restError(wire.CodeGroupParam, "To_Account or MsgKey is missing")
	}
	for _, user := range []string{r.FromAccount, r.ToAccount} {
		if _, known := c.Core.Account(user); !known {
			return none, restError(wire.CodeGroupParam, "account %.40q does not exist", user)
		}
	}
	return core.MessageID{From: r.FromAccount, To: r.ToAccount, Key: r.MsgKey}, nil
}

func (c restCall) setKeyValues(r extensionRequest) (any, error) {
	id, err := c.message(r)
	if err != nil {
		return nil, err
	}
	list := make([]core.Extension, len(r.ExtensionList))
	for i, item := range r.ExtensionList {
		list[i] = core.Extension(item)
	}
	results, err := c.Core.ChangeExtensions(c.ctx, c.by, id, core.ExtensionOp(r.OperateType), list)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.Result
		ExtensionList wire.List[extensionResult] `json:"ExtensionList"`
	}{Result: wire.OK()}
	for _, result := range results {
		reply.ExtensionList = append(reply.ExtensionList, extensionResult{ErrorCode: result.Code, Extension: extensionItem(result.Extension)})
	}
	return reply, nil
}

func (c restCall) getKeyValues(r extensionRequest) (any, error) {
	id, err := c.message(r)
	if err != nil {
		return nil, err
	}
	page, err := c.Core.Extensions(c.ctx, c.by, id, r.StartSeq)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.Result
		CompleteFlag  int                      `json:"CompleteFlag"`
		LatestSeq     uint32                   `json:"LatestSeq"`
		ClearSeq      uint32                   `json:"ClearSeq"`
		ExtensionList wire.List[extensionItem] `json:"ExtensionList"`
	}{Result: wire.OK(), CompleteFlag: flag(page.Complete), LatestSeq: page.Latest, ClearSeq: page.Cleared}
	for _, e := range page.List {
		reply.ExtensionList = append(reply.ExtensionList, extensionItem(e))
	}
	return reply, nil
}
