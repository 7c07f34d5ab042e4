package push

import (
	"reddot/im/wire"
)

// groupFilter asks for the fields that convert.Group maps.
func (c *Client) groupFilter() *wire.ResponseFilter {
	return &wire.ResponseFilter{
		GroupBaseInfoFilter: []string{
			"Type", "Name", "Introduction", "Notification", "FaceUrl", "Owner_Account", "CreateTime", "InfoSeq",
			"LastInfoTime", "LastMsgTime", "MemberNum", "MaxMemberNum", "ApplyJoinOption", "NextMsgSeq",
			"ShutUpAllMember", "InviteJoinOption",
		},
		SelfInfoFilter:              []string{"Role", "JoinTime", "MsgFlag", "MsgSeq", "NameCard"},
		AppDefinedDataFilterMembers: []string{c.options.RoleField},
	}
}

// memberFilter asks for the fields that convert.Member maps. That a member's read position (MsgSeq) is told on the long
// connection, as it is over REST, is unconfirmed.
func memberFilter() []string {
	return []string{"Role", "JoinTime", "NameCard", "MsgFlag", "ShutUpUntil", "MsgSeq"}
}
