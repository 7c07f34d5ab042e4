package wire

import "strings"

// Commands of the long connection, as head.servcmd names them.
const (
	CmdLogin           = "im_open_status.wslogin"
	CmdLogout          = "im_open_status.wslogout"
	CmdHello           = "im_open_status.wshello"
	CmdForceOffline    = "im_open_status.stat_forceoffline" // push
	CmdAlive           = "heartbeat.alive"
	CmdPush            = "im_open_push.msg_push" // push
	CmdPushAck         = "openim.ws_msg_push_ack"
	CmdGetMsg          = "openim.getmsg"
	CmdGetRoamMsg      = "openim.getroammsg"
	CmdMsgReaded       = "openim.msgreaded"
	CmdPeerReadTime    = "openim.get_peer_read_time"
	CmdMsgWithdraw     = "openim.msgwithdraw"
	CmdReadAll         = "openim.read_all_unread_msg"
	CmdDeleteMsg       = "openim.deletemsg"
	CmdPageGet         = "recentcontact.page_get"
	CmdPin             = "recentcontact.top"
	CmdBatchDelete     = "recentcontact.batch_delete"
	CmdPortraitGetAll  = "profile.portrait_get_all"
	CmdSelfMemberInfo  = "group_open_http_svc.get_group_self_member_info"
	CmdPublicInfo      = "group_open_http_svc.get_group_public_info"
	CmdGroupMsgGet     = "group_open_http_svc.group_msg_get"
	CmdMsgReadReport   = "group_open_http_svc.msg_read_report"
	CmdApplyJoinGroup  = "group_open_http_svc.apply_join_group"
	CmdHandleApplyJoin = "group_open_http_svc.handle_apply_join_group"
	CmdQuitGroup       = "group_open_http_svc.quit_group"
	CmdHandleInvite    = "group_open_http_svc.handle_invite_join_permission_group"
	CmdHandleOwnInvite = "group_open_http_svc.handle_invite_join_group"
	CmdGetPendency     = "group_open_http_svc.get_pendency"
	CmdGroupSearch     = "group_search.query"
)

// Commands that both the long connection and REST know.
const (
	CmdSendMsg             = "openim.sendmsg"
	CmdC2CReadReceipt      = "openim.c2c_msg_read_receipt"
	CmdModifyGroupMsg      = "openim.modify_group_msg"
	CmdModifyC2CMsg        = "openim.modify_c2c_msg"
	CmdPortraitSet         = "profile.portrait_set"
	CmdJoinedGroupList     = "group_open_http_svc.get_joined_group_list"
	CmdGroupMemberInfo     = "group_open_http_svc.get_group_member_info"
	CmdSpecifiedMemberInfo = "group_open_http_svc.get_specified_group_member_info"
	CmdCreateGroup         = "group_open_http_svc.create_group"
	CmdDestroyGroup        = "group_open_http_svc.destroy_group"
	CmdAddGroupMember      = "group_open_http_svc.add_group_member"
	CmdDeleteGroupMember   = "group_open_http_svc.delete_group_member"
	CmdModifyGroupInfo     = "group_open_http_svc.modify_group_base_info"
	CmdModifyMemberInfo    = "group_open_http_svc.modify_group_member_info"
	CmdChangeGroupOwner    = "group_open_http_svc.change_group_owner"
	CmdSendGroupMsg        = "group_open_http_svc.send_group_msg"
	CmdGroupMsgRecall      = "group_open_http_svc.group_msg_recall"
	CmdGroupMsgReceipt     = "group_open_http_svc.group_msg_receipt"
	CmdGetGroupMsgReceipt  = "group_open_http_svc.get_group_msg_receipt"
	CmdGroupReceiptDetail  = "group_open_http_svc.get_group_msg_receipt_detail"
	CmdForbidSendMsg       = "group_open_http_svc.forbid_send_msg"
)

// Commands of REST alone.
const (
	CmdAccountImport       = "im_open_login_svc.account_import"
	CmdMultiAccountImport  = "im_open_login_svc.multiaccount_import"
	CmdAccountCheck        = "im_open_login_svc.account_check"
	CmdKick                = "im_open_login_svc.kick"
	CmdPortraitGet         = "profile.portrait_get"
	CmdGroupInfo           = "group_open_http_svc.get_group_info"
	CmdRoleInGroup         = "group_open_http_svc.get_role_in_group"
	CmdGroupList           = "group_open_http_svc.get_appid_group_list"
	CmdGroupNotification   = "group_open_http_svc.send_group_system_notification"
	CmdGroupMsgGetSimple   = "group_open_http_svc.group_msg_get_simple"
	CmdSetUnreadMsgNum     = "group_open_http_svc.set_unread_msg_num"
	CmdAdminGetRoamMsg     = "openim.admin_getroammsg"
	CmdAdminMsgWithdraw    = "openim.admin_msgwithdraw"
	CmdAdminSetMsgRead     = "openim.admin_set_msg_read"
	CmdC2CUnreadNum        = "openim.get_c2c_unread_msg_num"
	CmdOnlineStatus        = "openim.query_online_status"
	CmdOnlineStatusOldName = "openim.querystate"
	CmdRecentContactList   = "recentcontact.get_list"
	CmdRecentContactDelete = "recentcontact.delete"
)

// Commands of the embedded server alone.
const (
	CmdSetFaults = "emulator.set_faults"
	CmdGetFaults = "emulator.get_faults"
)

// sideCommands are services and commands that every client sends and that no stand-in has to answer with substance.
var sideCommands = []string{
	"sns.", "im_sdk_config_mgr.", "im_msg_audit_mgr.", "imopenstat.", "million_group_open_http_svc.", "im_msg_db_logic.",
	"recentcontact.get_contact_group", "recentcontact.search_contact_group", "openim.authkey",
	"openim.get_c2c_peer_mute_notifications", "group_open_http_svc.batch_get_group_notify", CmdHello,
}

// IsSideCommand tells whether a client works on when the command is answered with a bare success.
func IsSideCommand(servCmd string) bool {
	for _, side := range sideCommands {
		if servCmd == side || strings.HasSuffix(side, ".") && strings.HasPrefix(servCmd, side) {
			return true
		}
	}
	return false
}

// withoutChecksum names the commands whose head carries cs 0 although they have a body.
func withoutChecksum(servCmd string) bool {
	switch servCmd {
	case CmdAlive, CmdLogin, CmdLogout, CmdPushAck:
		return true
	}
	return false
}
