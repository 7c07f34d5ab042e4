package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

func (c restCall) groupNotification(r wire.GroupNotificationRequest) (any, error) {
	switch {
	case r.Content == "":
		return nil, restError(wire.CodeGroupParam, "Content is missing")
	case len(r.Content) > wire.MaxMessage:
		return nil, restError(wire.CodeContentTooLong, "Content has at most %d bytes, this one %d", wire.MaxMessage, len(r.Content))
	case len(r.ToMembersAccount) > wire.MaxSystemMembers:
		return nil, restError(wire.CodeGroupTooMany, "ToMembers_Account has at most %d entries, this one %d", wire.MaxSystemMembers, len(r.ToMembersAccount))
	}
	return restDone(c.Core.Notify(c.ctx, c.by, r.GroupID, r.ToMembersAccount, r.Content))
}

type mutedReply struct {
	wire.Result
	GroupID string             `json:"GroupId"`
	List    wire.List[restRow] `json:"MutedAccountList"`
}

// mutedAccounts lists the members who may not speak now.
func (c restCall) mutedAccounts(r wire.GroupRequest) (any, error) {
	muted, err := c.muted(r.GroupID)
	if err != nil {
		return nil, err
	}
	reply := mutedReply{Result: wire.OK(), GroupID: r.GroupID}
	for _, m := range muted {
		reply.List = append(reply.List, restRow{"Member_Account": m.User, "MutedUntil": m.MuteUntil})
	}
	return reply, nil
}

// shuttedUin is mutedAccounts under its old name, with the field names of that time.
func (c restCall) shuttedUin(r wire.GroupRequest) (any, error) {
	muted, err := c.muted(r.GroupID)
	if err != nil {
		return nil, err
	}
	reply := struct {
		wire.Result
		GroupID string             `json:"GroupId"`
		List    wire.List[restRow] `json:"ShuttedUinList"`
	}{Result: wire.OK(), GroupID: r.GroupID}
	for _, m := range muted {
		reply.List = append(reply.List, restRow{"Member_Account": m.User, "ShuttedUntil": m.MuteUntil})
	}
	return reply, nil
}

func (c restCall) muted(id string) ([]core.Member, error) {
	members, _, err := c.Core.Members(c.by, id, 0, 0)
	if err != nil {
		return nil, err
	}
	now := c.Core.Now()
	var muted []core.Member
	for _, m := range members {
		if m.MuteUntil > now {
			muted = append(muted, m)
		}
	}
	return muted, nil
}
