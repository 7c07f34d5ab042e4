package emulator

import (
	"encoding/json"
	"errors"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Imports make no webhook and no push (rest-api.md section 2.13).

// maxRESTImports bounds the messages of one import_group_msg.
const maxRESTImports = 100

func (c restCall) importGroup(r struct {
	wire.CreateGroupRequest
	CreateTime int64 `json:"CreateTime"`
},
) (any, error) {
	n, err := c.newGroup(r.CreateGroupRequest)
	if err != nil {
		return nil, err
	}
	kind, _ := core.ParseGroupType(n.Type)
	switch {
	case n.Name == "":
		return nil, restError(wire.CodeGroupParam, "Name is missing")
	case r.CreateTime < 0 || r.CreateTime > c.Core.Now():
		return nil, restError(wire.CodeGroupParam, "CreateTime %d does not lie in the past", r.CreateTime)
	case r.CreateTime == 0:
		r.CreateTime = c.Core.Now()
	}
	if n.ID == "" {
		n.ID = core.GenerateGroupID(kind)
	}
	if err := c.Core.ImportGroups(c.ctx, []core.ImportedGroup{{NewGroup: n, CreateTime: r.CreateTime}}); err != nil {
		return nil, err
	}
	return wire.CreateGroupReply{Result: wire.OK(), GroupID: n.ID}, nil
}

type importMemberRequest struct {
	GroupID    string `json:"GroupId"`
	MemberList []struct {
		MemberAccount string `json:"Member_Account"`
		Role          string `json:"Role"`
		JoinTime      int64  `json:"JoinTime"`
		UnreadMsgNum  int    `json:"UnreadMsgNum"`
	} `json:"MemberList"`
}

func (c restCall) importGroupMember(r importMemberRequest) (any, error) {
	list := make([]core.ImportedMember, len(r.MemberList))
	for i, m := range r.MemberList {
		if m.Role != "" && m.Role != wire.RoleAdmin && m.Role != wire.RoleMember {
			return nil, restError(wire.CodeGroupParam, "Role of %.40q may only be Admin, not %.20q", m.MemberAccount, m.Role)
		}
		if m.JoinTime < 0 || m.JoinTime > c.Core.Now() || m.UnreadMsgNum < 0 {
			return nil, restError(wire.CodeGroupParam, "JoinTime or UnreadMsgNum of %.40q is out of range", m.MemberAccount)
		}
		list[i] = core.ImportedMember{User: m.MemberAccount, Role: core.Role(m.Role), JoinTime: m.JoinTime, Unread: m.UnreadMsgNum}
	}
	results, err := c.Core.ImportMembers(c.ctx, r.GroupID, list)
	if err != nil {
		return nil, err
	}
	reply := wire.AddGroupMemberReply{Result: wire.OK()}
	for _, result := range results {
		reply.MemberList = append(reply.MemberList, wire.AddResult{MemberAccount: result.User, Result: result.Result})
	}
	return reply, nil
}

type importMsgRequest struct {
	GroupID string `json:"GroupId"`
	MsgList []struct {
		FromAccount string       `json:"From_Account"`
		SendTime    int64        `json:"SendTime"`
		Random      uint32       `json:"Random"`
		MsgBody     wire.MsgBody `json:"MsgBody"`
	} `json:"MsgList"`
}

type importMsgReply struct {
	wire.Result
	List wire.List[importMsgResult] `json:"ImportMsgResult"`
}

type importMsgResult struct {
	Result  int    `json:"Result"` // 0, or the code of the refusal
	MsgSeq  uint32 `json:"MsgSeq"`
	MsgTime int64  `json:"MsgTime"`
}

func (c restCall) importGroupMsg(r importMsgRequest) (any, error) {
	if len(r.MsgList) == 0 || len(r.MsgList) > maxRESTImports {
		return nil, restError(wire.CodeGroupParam, "MsgList has 1 to %d entries, this one %d", maxRESTImports, len(r.MsgList))
	}
	list := make([]core.ImportedMessage, len(r.MsgList))
	for i, m := range r.MsgList {
		list[i] = core.ImportedMessage{From: m.FromAccount, Time: m.SendTime, Random: m.Random, Body: json.RawMessage(m.MsgBody)}
	}
	results, err := c.Core.ImportMessages(c.ctx, r.GroupID, list)
	if err != nil {
		return nil, err
	}
	reply := importMsgReply{Result: wire.OK()}
	for _, result := range results {
		reply.List = append(reply.List, importMsgResult{Result: result.Code, MsgSeq: result.Seq, MsgTime: result.Time})
	}
	return reply, nil
}

// Values of SyncFromOldSystem.
const (
	importCounted   = 1 // counts as unread
	importUncounted = 2
)

func (c restCall) importMsg(r struct {
	wire.SendMsgRequest
	SyncFromOldSystem int     `json:"SyncFromOldSystem"`
	MsgRandom         *uint32 `json:"MsgRandom"`
},
) (any, error) {
	if r.FromAccount == "" {
		return nil, restError(wire.CodeC2CFrom, "From_Account is missing")
	}
	if err := c.checkSend(r.SendMsgRequest, r.MsgRandom); err != nil {
		return nil, err
	}
	switch {
	case r.SyncFromOldSystem != importCounted && r.SyncFromOldSystem != importUncounted:
		return nil, restError(wire.CodeC2CJSON, "SyncFromOldSystem is 1 or 2, not %d", r.SyncFromOldSystem)
	case r.MsgTimeStamp <= 0 || r.MsgTimeStamp > c.Core.Now():
		return nil, restError(codeC2CTime, "MsgTimeStamp %d does not lie in the past", r.MsgTimeStamp)
	}
	return restDone(c.Core.ImportC2C(c.ctx, core.ImportedC2C{
		From: r.FromAccount, To: r.ToAccount, Seq: r.MsgSeq, Random: *r.MsgRandom, Time: r.MsgTimeStamp, Body: json.RawMessage(r.MsgBody),
		Cloud: r.CloudCustomData, NoUnread: r.SyncFromOldSystem == importUncounted,
	}))
}

// accountDelete deletes what it can and says of each account how it went.
func (c restCall) accountDelete(r struct {
	DeleteItem wire.List[wire.UserItem] `json:"DeleteItem"`
},
) (any, error) {
	if len(r.DeleteItem) == 0 || len(r.DeleteItem) > maxRESTAccounts {
		return nil, restError(wire.CodeAccountParam, "DeleteItem has 1 to %d entries, this one %d", maxRESTAccounts, len(r.DeleteItem))
	}
	reply := wire.AccountCheckReply{Result: wire.OK()}
	for _, item := range r.DeleteItem {
		result := wire.AccountCheckItem{UserID: item.UserID}
		err := c.deleteAccount(item.UserID)
		var refused *core.Error
		if errors.As(err, &refused) {
			result.ResultCode, result.ResultInfo = refused.Code, refused.Info
		} else if err != nil {
			return nil, err
		}
		reply.ResultItem = append(reply.ResultItem, result)
	}
	return reply, nil
}

func (c restCall) deleteAccount(id string) error {
	if id == c.by.User {
		return &core.Error{Code: wire.CodeAccountParam, Info: "an app admin cannot be deleted"}
	}
	return c.Core.DeleteAccount(c.ctx, c.by, id)
}
