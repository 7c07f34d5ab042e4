package push

import (
	"reddot/im/wire"
	"reddot/model"
)

// groupFilter asks for the fields that convert.Group maps.
func groupFilter() *wire.ResponseFilter {
	return &wire.ResponseFilter{
		GroupBaseInfoFilter: []string{
			"Type", "Name", "Introduction", "Notification", "FaceUrl", "Owner_Account", "CreateTime", "InfoSeq",
			"LastInfoTime", "LastMsgTime", "MemberNum", "MaxMemberNum", "ApplyJoinOption", "NextMsgSeq",
			"ShutUpAllMember", "InviteJoinOption",
		},
		SelfInfoFilter:              []string{"Role", "JoinTime", "MsgFlag", "MsgSeq", "NameCard"},
		AppDefinedDataFilterMembers: []string{model.RoleField},
	}
}

// memberFilter asks for the fields that convert.Member maps.
func memberFilter() []string {
	return []string{"Role", "JoinTime", "NameCard", "MsgFlag", "ShutUpUntil"}
}
