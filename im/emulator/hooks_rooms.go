package emulator

import "reddot/im/emulator/core"

// Why somebody counts as here or gone in a live room (document 48734 of the international
// site). The cloud looks for interruptions every 20 seconds, here they are told at once.
const (
	causeJoin        = "Join"
	causeQuit        = "Quit"
	causeInterrupted = "HeartbeatInterrupt"
	causeRecovered   = "HeartbeatRecover"
)

// roomEvents are the types of the events by their cause.
var roomEvents = map[string]string{
	causeJoin: "Online", causeRecovered: "Online", causeQuit: "Offline", causeInterrupted: "Offline",
}

type hookRoomState struct {
	hookGroup
	EventType  string       `json:"EventType"`
	EventCause string       `json:"EventCause"`
	MemberList []hookMember `json:"MemberList"`
	EventTime  string       `json:"EventTime"`
}

// roomState tells that members of a live room came or went. Other groups have no such event.
func (h *hooks) roomState(by core.Actor, g *core.GroupRef, users []string, cause string) {
	if g.Type != core.AVChatRoom {
		return
	}
	body := hookRoomState{
		hookGroup: hookGroup{Command: "Group.CallbackOnMemberStateChange", GroupID: g.ID},
		EventType: roomEvents[cause], EventCause: cause, MemberList: hookMembers(users), EventTime: h.eventTime(),
	}
	h.afterGroup(body.hookGroup, by, body)
}

// roomsState tells the same of one user in all live rooms that the user is in.
func (h *hooks) roomsState(by core.Actor, cause string) {
	if h == nil {
		return
	}
	for _, g := range h.core.LiveRooms(by.User) {
		h.roomState(by, g, []string{by.User}, cause)
	}
}
