package emulator

import (
	"encoding/json"
	"errors"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// request is one command of a logged-in user.
type request struct {
	c           *connection
	head        wire.RequestHead
	body        json.RawMessage
	user        core.Account
	communities bool  // it came as a command of communities
	ordered     bool  // it takes its place among the connection's other requests
	place       *slot // kept for the reply, nil where its place among the pushes does not matter
}

// actor is who acts: the login, whatever the request says.
func (r *request) actor() core.Actor {
	inst := r.c.inst.Load()
	if inst == 0 {
		inst = r.head.StatusInstID // a request resent before the new login
	}
	return core.Actor{User: r.user.ID, Inst: inst, Platform: optPlatform(r.c.platform), IP: r.c.ip}
}

func (r *request) core() *core.Core { return r.c.server.core }

func (r *request) hooks() *hooks { return r.c.server.hooks }

// command answers a request; the error becomes the reply's code.
type command func(*request) (any, error)

// on makes a command of a function that takes the decoded body.
func on[T any](run func(*request, T) (any, error)) command {
	return func(r *request) (any, error) {
		var body T
		if err := wire.Unmarshal(r.body, &body); err != nil {
			return nil, &wire.Error{Code: wire.CodeJSON, Info: err.Error()}
		}
		return run(r, body)
	}
}

// commands are those of the long connection, except login, logout, heartbeat and the
// acknowledgement of pushes, which need no user, and the sends, which do not wait.
var commands = map[string]command{
	wire.CmdPortraitGetAll:      on((*request).portraitGetAll),
	wire.CmdPortraitSet:         on((*request).portraitSet),
	wire.CmdPageGet:             on((*request).pageGet),
	wire.CmdPin:                 on((*request).pin),
	wire.CmdBatchDelete:         on((*request).batchDelete),
	wire.CmdReadAll:             on((*request).readAll),
	wire.CmdGetMsg:              on((*request).getMsg),
	wire.CmdGetRoamMsg:          on((*request).getRoamMsg),
	wire.CmdMsgReaded:           on((*request).msgReaded),
	wire.CmdC2CReadReceipt:      on((*request).c2cReadReceipt),
	wire.CmdPeerReadTime:        on((*request).peerReadTime),
	wire.CmdMsgWithdraw:         on((*request).msgWithdraw),
	wire.CmdModifyC2CMsg:        on((*request).modifyC2CMsg),
	wire.CmdDeleteMsg:           on((*request).deleteMsg),
	wire.CmdJoinedGroupList:     on((*request).joinedGroupList),
	wire.CmdSelfMemberInfo:      on((*request).selfMemberInfo),
	wire.CmdPublicInfo:          on((*request).publicInfo),
	wire.CmdGroupMemberInfo:     on((*request).memberInfo),
	wire.CmdSpecifiedMemberInfo: on((*request).specifiedMemberInfo),
	wire.CmdCreateGroup:         on((*request).createGroup),
	wire.CmdDestroyGroup:        on((*request).destroyGroup),
	wire.CmdAddGroupMember:      on((*request).addGroupMember),
	wire.CmdDeleteGroupMember:   on((*request).deleteGroupMember),
	wire.CmdApplyJoinGroup:      on((*request).applyJoinGroup),
	wire.CmdHandleApplyJoin:     on((*request).handleApplyJoin),
	wire.CmdHandleInvite:        on((*request).handleInvite),
	wire.CmdGetPendency:         on((*request).getPendency),
	wire.CmdGroupSearch:         on((*request).searchGroups),
	wire.CmdQuitGroup:           on((*request).quitGroup),
	wire.CmdModifyGroupInfo:     on((*request).modifyGroupInfo),
	wire.CmdModifyMemberInfo:    on((*request).modifyMemberInfo),
	wire.CmdChangeGroupOwner:    on((*request).changeGroupOwner),
	wire.CmdGroupMsgGet:         on((*request).groupMsgGet),
	wire.CmdMsgReadReport:       on((*request).msgReadReport),
	wire.CmdGroupMsgReceipt:     on((*request).groupMsgReceipt),
	wire.CmdGetGroupMsgReceipt:  on((*request).getGroupMsgReceipt),
	wire.CmdGroupReceiptDetail:  on((*request).groupReceiptDetail),
	wire.CmdGroupMsgRecall:      on((*request).groupMsgRecall),
	wire.CmdModifyGroupMsg:      on((*request).modifyGroupMsg),
	cmdGroupNotify:              on((*request).groupNotify),
	cmdLiveMembers:              on((*request).liveMembers),
	cmdBanMember:                on((*request).banMember),
	cmdOnlineMemberNum:          on((*request).onlineMemberNum),
	cmdUploadURL:                on((*request).uploadURL),
	cmdSimpleUploadURL:          on((*request).simpleUploadURL),
	cmdImageInfo:                on((*request).imageInfo),
	cmdSetStatus:                on((*request).setStatus),
	cmdGetStatus:                on((*request).getStatus),
	cmdSubscribeStatus:          on((*request).subscribeStatus),
	cmdUnsubscribeStatus:        on((*request).unsubscribeStatus),
	cmdSaveRelay:                on((*request).saveRelay),
	cmdGetRelay:                 on((*request).getRelay),
	wire.CmdHandleOwnInvite:     on((*request).handleInvitation),
	cmdSetC2CFlag:               on((*request).setC2CFlag),
	cmdGetC2CFlag:               on((*request).getC2CFlags),
	cmdSetGroupAttr:             on((*request).changeAttributes),
	cmdModifyGroupAttr:          on((*request).changeAttributes),
	cmdDeleteGroupAttr:          on((*request).changeAttributes),
	cmdClearGroupAttr:           on((*request).changeAttributes),
	cmdGetGroupAttr:             on((*request).getAttributes),
	cmdGetCounter:               on((*request).getCounters),
	cmdUpdateCounter:            on((*request).updateCounters),
	cmdEraseGroup:               on((*request).eraseGroup),
	cmdEraseC2C:                 on((*request).eraseC2C),
	cmdClear:                    on((*request).clearHistory),
}

// dispatch answers one request.
func (c *connection) dispatch(r wire.Request, ordered bool) {
	head := headOf(r)
	switch r.Head.ServCmd {
	case wire.CmdAlive:
		c.reply(head, wire.Reply{Result: wire.OK()})
		return
	case wire.CmdLogin:
		c.answer(head)(c.logIn(r))
		return
	case wire.CmdLogout:
		c.leave(stateLogout)
		c.reply(head, wire.Reply{Result: wire.OK()})
		return
	case wire.CmdPushAck:
		c.acknowledged(r)
		return
	case cmdApplyNoAuth:
		c.answer(head)(c.applyNoAuth(r.Body))
		return
	case cmdLivePollNoAuth:
		c.livePoll(head, r.Body, "")
		return
	}
	if strings.HasPrefix(r.Head.ServCmd, telemetry) {
		c.reply(head, wire.Reply{Result: wire.OK()}) // clients report before they log in, too
		return
	}
	l, err := c.authenticate(r.Head)
	if err != nil {
		c.answer(head)(nil, err)
		return
	}
	c.run(&request{c: c, head: r.Head, body: r.Body, user: l.account, ordered: ordered})
}

const telemetry = "imopenstat."

// communities is the service that has the commands of groups once more, for communities.
const communities = "million_group_open_http_svc."

func (c *connection) run(r *request) {
	head := wire.Head{ServCmd: r.head.ServCmd, Seq: r.head.Seq}
	if name, is := strings.CutPrefix(r.head.ServCmd, communities); is {
		r.head.ServCmd, r.communities = "group_open_http_svc."+name, true
	}
	switch r.head.ServCmd {
	case wire.CmdSendGroupMsg:
		r.sendGroupMsg(c.answer(head))
		return
	case wire.CmdSendMsg:
		r.sendMsg(c.answer(head))
		return
	case cmdLivePoll:
		c.livePoll(head, r.body, r.user.ID)
		return
	}
	run, known := commandOf(r.head.ServCmd)
	switch {
	case known:
	case isAside(r.head.ServCmd):
		c.reply(head, wire.Reply{Result: wire.OK()})
		return
	default:
		c.reply(head, wire.Reply{Result: wire.Fail(wire.CodeUnknown, "command "+head.ServCmd+" is unknown")})
		return
	}
	if r.ordered {
		c.sends.Wait() // so that what comes after a send sees it
	}
	body, err := run(r)
	c.replyAt(r.place, head, replyBody(body, err))
}

// keepPlace keeps the place of the reply among the pushes.
func (r *request) keepPlace() { r.place = r.c.out.reserve() }

func commandOf(servCmd string) (command, bool) {
	if relations, is := relationCommands[servCmd]; is {
		return relations.ofUser, true
	}
	if run, is := sharedCommands[servCmd]; is {
		return shared(run), true
	}
	run, known := commands[servCmd]
	return run, known
}

// isAside tells whether a bare success is all that clients need: the side commands, and what chat UIs ask of every group they
// open, as nothing is ever pinned here.
func isAside(servCmd string) bool {
	if servCmd == "group_open_http_svc.get_pinned_messages" {
		return true
	}
	return wire.IsSideCommand(servCmd) && !isAskedFor(servCmd)
}

// isAskedFor tells whether only a user's wish leads to a command of a service that is aside otherwise: a success without
// effect would not be true.
func isAskedFor(servCmd string) bool {
	return servCmd == "im_msg_db_logic.ws_set_do_not_disturb" || strings.HasPrefix(servCmd, "sns.") || strings.HasPrefix(servCmd, communities)
}

// answer makes the function that replies to a request.
func (c *connection) answer(head wire.Head) func(any, error) {
	return func(body any, err error) { c.reply(head, replyBody(body, err)) }
}

func replyBody(body any, err error) any {
	switch {
	case err != nil:
		return wire.Reply{Result: resultOf(err)}
	case body == nil:
		return wire.Reply{Result: wire.OK()}
	}
	return body
}

// resultOf is the trailer that tells of an error.
func resultOf(err error) wire.Result {
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		return wire.Fail(refusal.Code, refusal.Info)
	}
	rule := core.AsError(err)
	return wire.Fail(rule.Code, rule.Info)
}

// looseHead finds command and sequence in a frame whose other parts may be broken.
func looseHead(frame []byte) (wire.Head, bool) {
	var loose struct {
		Head struct {
			ServCmd string      `json:"servcmd"`
			Seq     json.Number `json:"seq"`
		} `json:"head"`
	}
	// An error of type in one field leaves the others decoded.
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(frame, &loose); err != nil && !errors.As(err, &wrongType) {
		return wire.Head{}, false
	}
	seq, err := loose.Head.Seq.Int64()
	if err != nil || loose.Head.ServCmd == "" || len(loose.Head.ServCmd) > 100 {
		return wire.Head{}, false
	}
	return wire.Head{ServCmd: loose.Head.ServCmd, Seq: uint32(seq)}, true
}
