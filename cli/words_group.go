package cli

import "reddot/model"

// groupWords are what the commands about groups say.
type groupWords struct {
	groupShort, groupCreateShort, groupListShort, groupListLong     string
	groupInfoShort, groupInfoLong, groupSearchShort, groupJoinShort string
	groupInviteShort, groupInviteLong, groupRemoveShort             string
	groupRoleShort, groupRoleLong, groupMuteShort, groupCardShort   string
	groupEditShort, groupHandOverShort, groupQuitShort              string
	groupDestroyShort, groupApplicationsShort                       string
	groupApproveShort, groupRefuseShort                             string

	flagGroupType, flagGroupName, flagGroupIntro, flagGroupNotice string
	flagGroupFace, flagGroupMax, flagGroupMember, flagGroupID     string
	flagGroupJoin, flagGroupInvite, flagMustBeMember              string
	flagSearchLimit, flagJoinMessage, flagRegistry, flagCSV       string
	flagRetryReports                                              string
	flagUsersStdin, flagReason, flagYes, flagMuteFor              string
	flagMuteAll, flagMuteOff, flagCardOf, flagReply               string
	sendLong, flagSendStdin                                       string
	flagSince, flagNoFollow, flagEvents, flagFrom                 string
	flagContains, flagRole                                        string

	answerYes, typeToConfirmF, notDone              string
	askRemoveF, askHandOverF, askQuitF              string
	askDestroyF, removedF, notMembersF, handedOverF string
	handOverFirstF                                  string
	joined, awaitsApproval, muted, unmuted          string
	edited, quit, destroyed, approved, refused      string
	registryPending, registryDelivered, notIn       string
	labelName, labelID, labelType, labelYou         string
	labelOwner, labelMembers, labelJoin             string
	labelIntro, labelNotice, labelLink              string

	outcomes     map[model.AddOutcome]string
	serviceRoles map[model.ServiceRole]string
	joinOptions  map[model.JoinOption]string
}

var groupChinese = groupWords{
	groupShort:       "建群、邀请、加入、资料、角色、退出、解散",
	groupCreateShort: "建一个群，打印群 ID，并逐个说明成员结果",
	groupListShort:   "列出群组；加 --registry 列出从这里建的群",
	groupListLong: "列出群组与未读数，同 reddot groups。\n" +
		"--registry 列出从这里建的群和是否已报给你的后台（docs/registry.md）；可用 --json 或 --csv 导出。",
	groupInfoShort: "查看群资料：是否存在，我在不在里面",
	groupInfoLong: "查看群资料。群存在时退出码为 0，不存在为 1；加 --member 时，不在群里也为 1。\n" +
		"GROUP 可以是群 ID，也可以是链接。",
	groupSearchShort:       "按名字找公开的群",
	groupJoinShort:         "加入一个群，或提交申请",
	groupInviteShort:       "邀请成员，逐个说明结果",
	groupInviteLong:        "邀请成员，逐个说明结果；有人没加上时退出码为 1。USER 后可带群成员自定义字段。",
	groupRemoveShort:       "移出成员",
	groupRoleShort:         "设管理员，或标记主播、助手、导购、用户",
	groupRoleLong:          "ROLE 为 admin 或 member 时改服务端的角色；为 anchor、assistant、guide、customer（主播、助手、导购、用户）时\n只写群成员自定义字段：这是店铺自己的标记，服务端不据此限制什么。",
	groupMuteShort:         "禁言成员，或全员禁言",
	groupCardShort:         "改群名片",
	groupEditShort:         "改群资料",
	groupHandOverShort:     "把群主转让给一个成员",
	groupQuitShort:         "退出一个群",
	groupDestroyShort:      "解散一个群",
	groupApplicationsShort: "列出等你处理的加群申请和邀请",
	groupApproveShort:      "同意加群申请或邀请",
	groupRefuseShort:       "拒绝加群申请或邀请",

	flagGroupType:    "类型: work、public、meeting、avchatroom 或 community",
	flagGroupName:    "群名，最多 30 字节（一个汉字 3 字节）",
	flagGroupIntro:   "简介，最多 240 字节",
	flagGroupNotice:  "公告，最多 300 字节",
	flagGroupFace:    "头像地址，最多 100 字节",
	flagGroupMax:     "最多多少人；不填按套餐",
	flagGroupMember:  "成员 ID，可带自定义字段 ID:key=value,...；可重复",
	flagGroupID:      "自定的群 ID；不填由服务端定",
	flagGroupJoin:    "申请加群: free、approval 或 closed",
	flagGroupInvite:  "邀请加群: free、approval 或 closed",
	flagMustBeMember: "不在群里时退出码为 1",
	flagSearchLimit:  "最多几个群",
	flagJoinMessage:  "申请时说的话",
	flagRegistry:     "列出从这里建的群",
	flagCSV:          "输出 CSV",
	flagRetryReports: "先把后台还没收下的群再报一次",
	flagUsersStdin:   "从标准输入读用户，每行一个",
	flagReason:       "告诉对方的原因",
	flagYes:          "不再询问",
	flagMuteFor:      "禁言多久",
	flagMuteAll:      "全员（群主和管理员除外）",
	flagMuteOff:      "解除禁言",
	flagCardOf:       "改谁的名片；不填为自己",
	flagReply:        "回复申请人的话",
	sendLong: "向群或用户发送一条消息；没有 TEXT 时从标准输入读。\n" +
		"--stdin 每行发一条，写成 JSON：to、text（或 data、description、extension）、cloudCustomData、random、mentions、\n" +
		"mentionAll、noReceipt。某行失败不影响其余各行，最后退出码为 1。相同的 random 重试不会发出第二条。",
	flagSendStdin: "从标准输入批量发送，每行一个 JSON 对象",
	flagSince:     "先打印此后的消息: 10m、08:30、2026-11-23 或 2026-11-23T08:30",
	flagNoFollow:  "打印完 --since 的消息就结束",
	flagEvents:    "只要这些事件，用逗号隔开: message、receipt、note、read、group、group_notice、connection",
	flagFrom:      "只要这个用户发的消息",
	flagContains:  "只要含有这段文字的消息",
	flagRole:      "只要这种角色发的消息: anchor、assistant、guide 或 customer",

	answerYes:      "确认要做，就加上 --yes",
	typeToConfirmF: "输入“%s”确认：",
	notDone:        "没有做任何改动",
	askRemoveF:     "把 %s 移出群 %s？",
	askHandOverF:   "把群 %s 的群主转让给 %s？",
	askQuitF:       "退出群 %s？",
	askDestroyF:    "解散群“%s”（%d 人）？无法撤销。",
	removedF:       "已移出 %s", notMembersF: "不是群成员：%s", handedOverF: "群主现在是 %s",
	handOverFirstF: "先转让：reddot group handover %s USER",
	joined:         "已加入", awaitsApproval: "已申请，等管理员处理",
	muted: "已禁言", unmuted: "已解除禁言",
	edited: "已修改", quit: "已退出", destroyed: "已解散", approved: "已同意", refused: "已拒绝",
	registryPending: "等待服务端确认", registryDelivered: "已报后台", notIn: "不在群里",
	labelName: "群名", labelID: "群 ID", labelType: "类型", labelYou: "我", labelOwner: "群主", labelMembers: "人数",
	labelJoin: "加群", labelIntro: "简介", labelNotice: "公告", labelLink: "链接",

	outcomes: map[model.AddOutcome]string{
		model.AddRefused: "没有加上", model.Added: "已加入", model.AlreadyMember: "早已在群里", model.AwaitsConsent: "等待同意",
		model.OverGroupLimit: "加入的群数已满", model.UnknownUser: "没有这个用户",
	},
	serviceRoles: map[model.ServiceRole]string{model.Owner: "群主", model.Admin: "管理员", model.Ordinary: "成员"},
	joinOptions:  map[model.JoinOption]string{model.JoinFree: "自由加入", model.JoinApproval: "需要审批", model.JoinClosed: "禁止加群"},
}

var groupEnglish = groupWords{
	groupShort:       "Create groups, invite, join, look up, set roles, leave, destroy",
	groupCreateShort: "Create a group; print its id and what became of each member",
	groupListShort:   "List groups; --registry lists those created from here",
	groupListLong: "List groups and unread counts, as reddot groups does.\n" +
		"--registry lists the groups created from here and whether your backend has them (docs/registry.md); export with --json or --csv.",
	groupInfoShort: "Look up a group: does it exist, am I in it",
	groupInfoLong: "Look up a group. The exit code is 0 if it exists and 1 if not; with --member also 1 if you are not in it.\n" +
		"GROUP is a group id or a link.",
	groupSearchShort:       "Find public groups by name",
	groupJoinShort:         "Join a group, or apply to",
	groupInviteShort:       "Invite members; say what became of each",
	groupInviteLong:        "Invite members and say what became of each; the exit code is 1 if somebody was not added. Custom fields may follow USER.",
	groupRemoveShort:       "Remove members",
	groupRoleShort:         "Make somebody an admin, or mark an anchor, assistant, guide or customer",
	groupRoleLong:          "With admin or member as ROLE the role of the service changes. anchor, assistant, guide and customer only write the member's\ncustom field: the shop's own mark, which the service does not enforce.",
	groupMuteShort:         "Mute members, or everybody",
	groupCardShort:         "Change a name card",
	groupEditShort:         "Change a group's profile",
	groupHandOverShort:     "Make another member the owner",
	groupQuitShort:         "Leave a group",
	groupDestroyShort:      "Destroy a group",
	groupApplicationsShort: "List the applications and invitations that wait for you",
	groupApproveShort:      "Agree to an application or an invitation",
	groupRefuseShort:       "Refuse an application or an invitation",

	flagGroupType:    "type: work, public, meeting, avchatroom or community",
	flagGroupName:    "name, at most 30 bytes (3 a Chinese character)",
	flagGroupIntro:   "introduction, at most 240 bytes",
	flagGroupNotice:  "announcement, at most 300 bytes",
	flagGroupFace:    "address of a picture, at most 100 bytes",
	flagGroupMax:     "most members; by the plan if not given",
	flagGroupMember:  "member id, with custom fields ID:key=value,...; can be repeated",
	flagGroupID:      "an id of your own; the service chooses one if not given",
	flagGroupJoin:    "asking to join: free, approval or closed",
	flagGroupInvite:  "being invited: free, approval or closed",
	flagMustBeMember: "exit with 1 if you are not in the group",
	flagSearchLimit:  "the most groups",
	flagJoinMessage:  "what to say with an application",
	flagRegistry:     "list the groups created from here",
	flagCSV:          "print CSV",
	flagRetryReports: "first report again what the backend has not taken",
	flagUsersStdin:   "read users from stdin, one a line",
	flagReason:       "reason to tell them",
	flagYes:          "do not ask",
	flagMuteFor:      "for how long",
	flagMuteAll:      "everybody but owner and admins",
	flagMuteOff:      "let them speak again",
	flagCardOf:       "whose name card; your own if not given",
	flagReply:        "what to answer the applicant",
	sendLong: "Send one message to a group or user; without TEXT it is read from stdin.\n" +
		"--stdin sends one message a line, as JSON: to, text (or data, description, extension), cloudCustomData, random, mentions,\n" +
		"mentionAll, noReceipt. A line that fails does not stop the others; the exit code is 1 then. The same random sends no second one.",
	flagSendStdin: "send a batch from stdin, one JSON object a line",
	flagSince:     "first print the messages since then: 10m, 08:30, 2026-11-23 or 2026-11-23T08:30",
	flagNoFollow:  "end after the messages of --since",
	flagEvents:    "only these events, with commas: message, receipt, note, read, group, group_notice, connection",
	flagFrom:      "only messages of this user",
	flagContains:  "only messages that contain this text",
	flagRole:      "only messages of people of this role: anchor, assistant, guide or customer",

	answerYes:      "add --yes if you mean it",
	typeToConfirmF: "type \"%s\" to confirm:",
	notDone:        "nothing was changed",
	askRemoveF:     "Remove %s from %s?",
	askHandOverF:   "Make the owner of %s: %s?",
	askQuitF:       "Leave %s?",
	askDestroyF:    "Destroy \"%s\" (%d members)? This cannot be undone.",
	removedF:       "removed %s", notMembersF: "not members of the group: %s", handedOverF: "the owner is now %s",
	handOverFirstF: "hand it over first: reddot group handover %s USER",
	joined:         "joined", awaitsApproval: "applied; an admin decides",
	muted: "muted", unmuted: "may speak again",
	edited: "changed", quit: "left", destroyed: "destroyed", approved: "approved", refused: "refused",
	registryPending: "not yet confirmed", registryDelivered: "the backend has it", notIn: "not a member",
	labelName: "name", labelID: "id", labelType: "type", labelYou: "you", labelOwner: "owner", labelMembers: "members",
	labelJoin: "joining", labelIntro: "intro", labelNotice: "notice", labelLink: "link",

	outcomes: map[model.AddOutcome]string{
		model.AddRefused: "not added", model.Added: "added", model.AlreadyMember: "was a member already", model.AwaitsConsent: "awaits consent",
		model.OverGroupLimit: "is in too many groups", model.UnknownUser: "no such user",
	},
	serviceRoles: map[model.ServiceRole]string{model.Owner: "owner", model.Admin: "admin", model.Ordinary: "member"},
	joinOptions:  map[model.JoinOption]string{model.JoinFree: "free", model.JoinApproval: "by approval", model.JoinClosed: "closed"},
}
