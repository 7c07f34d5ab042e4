package emulator

import (
	"maps"
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Commands about being told of messages between two, as the Web SDK was seen to send them.
const (
	cmdSetC2CFlag = "openim.set_c2c_peer_mute_notifications"
	cmdGetC2CFlag = "openim.get_c2c_peer_mute_notifications"
)

type setC2CFlagRequest struct {
	PeerAccount       wire.List[string] `json:"Peer_Account"`
	MuteNotifications int               `json:"Mute_Notifications"` // as recvOption numbers them
}

func (r *request) setC2CFlag(body setC2CFlagRequest) (any, error) {
	for _, option := range []string{core.AcceptAndNotify, core.Discard, core.AcceptNotNotify} {
		if recvOption(option) == body.MuteNotifications {
			return nil, r.core().SetC2CFlag(r.c.ctx, r.actor(), body.PeerAccount, option)
		}
	}
	return nil, &wire.Error{Code: wire.CodeMsgRequest, Info: "Mute_Notifications is 0, 1 or 2"}
}

type c2cFlagsReply struct {
	wire.Result
	MuteNotificationsList wire.List[c2cFlag] `json:"MuteNotificationsList"`
}

type c2cFlag struct {
	ToAccount         string `json:"To_Account"`
	MuteNotifications int    `json:"MuteNotifications"`
}

// getC2CFlags answers for the peers that are named; the Web SDK 2.27.6 names none and wants
// all settings that there are.
func (r *request) getC2CFlags(body setC2CFlagRequest) (any, error) {
	flags := r.core().C2CFlags(r.user.ID)
	if len(body.PeerAccount) == 0 {
		body.PeerAccount = slices.Sorted(maps.Keys(flags))
	}
	reply := c2cFlagsReply{Result: wire.OK()}
	for _, peer := range body.PeerAccount {
		reply.MuteNotificationsList = append(reply.MuteNotificationsList, c2cFlag{peer, recvOption(flags[peer])})
	}
	return reply, nil
}

// pushC2CFlag tells the user's other devices, with an event that wire.C2CNotify does not have.
func (s *Server) pushC2CFlag(e core.C2CFlagChanged) {
	type sync struct {
		ToAccount         []string `json:"To_Account"` // @tencentcloud/lite-chat takes nothing else
		MuteNotifications int      `json:"MuteNotifications"`
	}
	type notify struct {
		MuteNotificationsSync sync `json:"MuteNotificationsSync"`
	}
	text, err := wire.Marshal(struct {
		Event             int      `json:"Event"`
		C2CNotifyMsgArray []notify `json:"C2cNotifyMsgArray"`
	}{wire.EventC2CNotify, []notify{{sync{[]string{e.Peer}, recvOption(e.Flag)}}}})
	if err != nil {
		s.log.Error("Cannot encode a notification setting", "error", err)
		return
	}
	s.pushTo(e.Audience, push{event: text})
}
