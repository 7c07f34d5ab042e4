package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// onlineMemberNum counts the viewers of a live room.
func (c restCall) onlineMemberNum(r wire.GroupRequest) (any, error) {
	group, err := c.Core.Group(r.GroupID)
	switch {
	case err != nil:
		return nil, err
	case group.Type != core.AVChatRoom:
		return nil, restError(wire.CodeGroupPermission, "only an AVChatRoom counts who is there; %s is of type %s", r.GroupID, group.Type)
	case c.Watching == nil:
		return nil, c.unknown()
	}
	n, err := c.Watching(c.by, r.GroupID)
	return struct {
		wire.Result
		OnlineMemberNum int `json:"OnlineMemberNum"`
	}{wire.OK(), n}, err
}
