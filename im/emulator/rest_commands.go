package emulator

import "reddot/im/wire"

// Commands that no client of ours sends.
const (
	cmdAccountDelete     = "im_open_login_svc.account_delete"
	cmdMutedAccounts     = "group_open_http_svc.get_group_muted_account"
	cmdShuttedUin        = "group_open_http_svc.get_group_shutted_uin" // its old name
	cmdImportGroup       = "group_open_http_svc.import_group"
	cmdImportGroupMember = "group_open_http_svc.import_group_member"
	cmdImportGroupMsg    = "group_open_http_svc.import_group_msg"
	cmdBatchSendMsg      = "openim.batchsendmsg"
	cmdImportMsg         = "openim.importmsg"
)

// restCommands are the commands of the REST front. Whatever is missing here is answered with 60009.
var restCommands = map[string]restCommand{
	wire.CmdAccountImport:      restHandler(restCall.accountImport),
	wire.CmdMultiAccountImport: restHandler(restCall.multiAccountImport),
	wire.CmdAccountCheck:       restHandler(restCall.accountCheck),
	cmdAccountDelete:           restHandler(restCall.accountDelete),
	cmdSetSilence:              restHandler(restCall.setSilence),
	cmdGetSilence:              restHandler(restCall.getSilence),
	wire.CmdKick:               restHandler(restCall.kick),
	wire.CmdPortraitSet:        restHandler(restCall.portraitSet),
	wire.CmdPortraitGet:        restHandler(restCall.portraitGet),

	wire.CmdCreateGroup:         restHandler(restCall.createGroup),
	wire.CmdDestroyGroup:        restHandler(restCall.destroyGroup),
	wire.CmdModifyGroupInfo:     restHandler(restCall.modifyGroupInfo),
	wire.CmdChangeGroupOwner:    restHandler(restCall.changeGroupOwner),
	wire.CmdGroupInfo:           restHandler(restCall.groupInfo),
	wire.CmdJoinedGroupList:     restHandler(restCall.joinedGroupList),
	wire.CmdGroupList:           restHandler(restCall.groupList),
	wire.CmdAddGroupMember:      restHandler(restCall.addGroupMember),
	wire.CmdDeleteGroupMember:   restHandler(restCall.deleteGroupMember),
	wire.CmdModifyMemberInfo:    restHandler(restCall.modifyMemberInfo),
	wire.CmdForbidSendMsg:       restHandler(restCall.forbidSendMsg),
	wire.CmdGroupMemberInfo:     restHandler(restCall.groupMemberInfo),
	wire.CmdSpecifiedMemberInfo: restHandler(restCall.specifiedMemberInfo),
	wire.CmdRoleInGroup:         restHandler(restCall.roleInGroup),
	wire.CmdGroupNotification:   restHandler(restCall.groupNotification),
	cmdMutedAccounts:            restHandler(restCall.mutedAccounts),
	cmdShuttedUin:               restHandler(restCall.shuttedUin),
	cmdImportGroup:              restHandler(restCall.importGroup),
	cmdImportGroupMember:        restHandler(restCall.importGroupMember),
	cmdImportGroupMsg:           restHandler(restCall.importGroupMsg),

	wire.CmdSendGroupMsg:       restCall.sendGroupMsg,
	wire.CmdGroupMsgGetSimple:  restHandler(restCall.groupMsgGetSimple),
	wire.CmdGroupMsgRecall:     restHandler(restCall.groupMsgRecall),
	wire.CmdModifyGroupMsg:     restHandler(restCall.modifyGroupMsg),
	wire.CmdGroupMsgReceipt:    restHandler(restCall.groupMsgReceipt),
	wire.CmdGetGroupMsgReceipt: restHandler(restCall.getGroupMsgReceipt),
	wire.CmdGroupReceiptDetail: restHandler(restCall.groupReceiptDetail),
	wire.CmdSetUnreadMsgNum:    restHandler(restCall.setUnreadMsgNum),
	cmdOnlineMemberNum:         restHandler(restCall.onlineMemberNum),

	cmdGetGroupAttr:    restHandler(restCall.getAttributes),
	cmdSetGroupAttr:    restHandler(restCall.changeAttributes),
	cmdModifyGroupAttr: restHandler(restCall.changeAttributes),
	cmdDeleteGroupAttr: restHandler(restCall.changeAttributes),
	cmdClearGroupAttr:  restHandler(restCall.changeAttributes),
	cmdGetCounter:      restHandler(restCall.getCounters),
	cmdUpdateCounter:   restHandler(restCall.updateCounters),
	cmdDeleteCounter:   restHandler(restCall.deleteCounters),

	cmdDeleteBySender:    restHandler(restCall.deleteBySender),
	cmdClearGroupMsg:     restHandler(restCall.clearGroupMsg),
	cmdBroadcast:         restCall.broadcast,
	cmdSetKeyValues:      restHandler(restCall.setKeyValues),
	cmdGetKeyValues:      restHandler(restCall.getKeyValues),
	cmdGroupSetKeyValues: restHandler(restCall.setKeyValues),
	cmdGroupGetKeyValues: restHandler(restCall.getKeyValues),

	wire.CmdSendMsg:             restCall.sendMsg,
	cmdBatchSendMsg:             restCall.batchSendMsg,
	cmdImportMsg:                restHandler(restCall.importMsg),
	wire.CmdAdminGetRoamMsg:     restHandler(restCall.adminGetRoamMsg),
	wire.CmdAdminMsgWithdraw:    restHandler(restCall.adminMsgWithdraw),
	wire.CmdModifyC2CMsg:        restHandler(restCall.modifyC2CMsg),
	wire.CmdAdminSetMsgRead:     restHandler(restCall.adminSetMsgRead),
	wire.CmdC2CUnreadNum:        restHandler(restCall.c2cUnreadNum),
	wire.CmdC2CReadReceipt:      restHandler(restCall.c2cReadReceipt),
	wire.CmdOnlineStatus:        restHandler(restCall.onlineStatus),
	wire.CmdOnlineStatusOldName: restHandler(restCall.onlineStatus),
	wire.CmdRecentContactList:   restHandler(restCall.recentContactList),
	wire.CmdRecentContactDelete: restHandler(restCall.recentContactDelete),

	cmdCreateFolder: restHandler(restCall.createFolder),
	cmdUpdateFolder: restHandler(restCall.updateFolder),
	cmdDeleteFolder: restHandler(restCall.deleteFolder),
	cmdMarkContact:  restHandler(restCall.markContact),
	cmdGetFolders:   restHandler(restCall.getFolders),
	cmdFindFolders:  restHandler(restCall.findFolders),

	wire.CmdSetFaults: restHandler(restCall.setFaults),
	wire.CmdGetFaults: restHandler(restCall.getFaults),
	cmdReset:          restHandler(restCall.reset),
	cmdAdvanceClock:   restHandler(restCall.advanceClock),
	cmdStats:          restHandler(restCall.stats),
}

// restSuccess is the reply that says nothing else.
var restSuccess = wire.Reply{Result: wire.OK()}

// restDone answers success, or with the refusal.
func restDone(err error) (any, error) { return restSuccess, err }

func (c restCall) setFaults(r wire.SetFaultsRequest) (any, error) {
	return restDone(c.Faults.Set(r.Rules))
}

func (c restCall) getFaults(_ wire.Empty) (any, error) {
	return wire.GetFaultsReply{Result: wire.OK(), Rules: c.Faults.List()}, nil
}
