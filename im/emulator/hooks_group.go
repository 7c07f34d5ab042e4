package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// hookGroup begins every event of a group.
type hookGroup struct {
	Command string `json:"CallbackCommand"`
	GroupID string `json:"GroupId"`
	Type    string `json:"Type,omitempty"`
}

func hookOf(command string, g *core.GroupRef) hookGroup {
	return hookGroup{Command: command, GroupID: g.ID, Type: string(g.Type)}
}

func (h *hooks) afterGroup(head hookGroup, by core.Actor, body any) {
	h.after("group "+head.GroupID, head.Command, by, body)
}

type hookMessage struct {
	hookGroup
	FromAccount     string         `json:"From_Account"`
	OperatorAccount string         `json:"Operator_Account"`
	Random          uint32         `json:"Random"`
	MsgSeq          uint32         `json:"MsgSeq,omitempty"`
	MsgTime         int64          `json:"MsgTime,omitempty"`
	OnlineOnlyFlag  int            `json:"OnlineOnlyFlag"`
	MsgBody         wire.MsgBody   `json:"MsgBody"`
	CloudCustomData string         `json:"CloudCustomData"`
	GroupAtInfo     []wire.Mention `json:"GroupAtInfo,omitempty"`
	ErrorCode       int            `json:"ErrorCode,omitempty"` // of a send that failed
	ErrorInfo       string         `json:"ErrorInfo,omitempty"`
	EventTime       string         `json:"EventTime"`
}

func (h *hooks) groupMessage(e core.GroupMessage) {
	if e.Msg.Tip {
		return
	}
	if !e.NoCallback {
		m := e.Msg
		body := hookMessage{
			hookGroup: hookOf("Group.CallbackAfterSendMsg", e.Group), FromAccount: m.From, OperatorAccount: e.By.User,
			Random: m.Random, MsgSeq: m.Seq, MsgTime: m.Time, OnlineOnlyFlag: hookOnlineOnly(m.OnlineOnly, e.Group.Type),
			MsgBody: wire.MsgBody(m.Body), CloudCustomData: m.Cloud, GroupAtInfo: hookMentions(m.Mentions), EventTime: h.eventTime(),
		}
		h.afterGroup(body.hookGroup, e.By, body)
	}
	if e.Msg.NeedReceipt && !e.By.Admin {
		first := core.Receipt{Seq: e.Msg.Seq, Unread: e.Unread}
		h.receipts(e.By, e.Group, []core.Receipt{first})
	}
}

// hookOnlineOnly is always 0 in an AVChatRoom, which stores nothing.
func hookOnlineOnly(onlineOnly bool, kind core.GroupType) int {
	return flag(onlineOnly && kind != core.AVChatRoom)
}

func hookMentions(list []core.Mention) []wire.Mention {
	var mentions []wire.Mention
	for _, m := range list {
		mentions = append(mentions, wire.Mention{AtAll: flag(m.All), Account: m.User})
	}
	return mentions
}

type hookReceipts struct {
	hookGroup
	List      []hookReceipt `json:"GroupMsgReceiptList"`
	EventTime int64         `json:"EventTime"`
}

type hookReceipt struct {
	MsgSeq    uint32       `json:"MsgSeq"`
	ReadNum   int          `json:"ReadNum"`
	UnreadNum int          `json:"UnreadNum"`
	Readers   []hookMember `json:"ReadReceiptMembers"` // who read it now
}

func (h *hooks) receiptsSent(e core.ReceiptsSent) { h.receipts(e.By, e.Group, e.Items, e.Reader) }

func (h *hooks) receipts(by core.Actor, g *core.GroupRef, items []core.Receipt, readers ...string) {
	body := hookReceipts{hookGroup: hookOf("Group.CallbackAfterReadReceipt", g), EventTime: h.millis()}
	for _, r := range items {
		body.List = append(body.List, hookReceipt{MsgSeq: r.Seq, ReadNum: r.Read, UnreadNum: r.Unread, Readers: hookMembers(readers)})
	}
	h.afterGroup(body.hookGroup, by, body)
}

type hookRecalled struct {
	Command         string        `json:"CallbackCommand"`
	OperatorAccount string        `json:"Operator_Account"`
	Type            string        `json:"Type"`
	GroupID         string        `json:"GroupId"`
	MsgSeqList      []wire.MsgSeq `json:"MsgSeqList"`
	EventTime       string        `json:"EventTime"`
}

func (h *hooks) recalled(e core.MessagesRecalled) {
	head := hookOf("Group.CallbackAfterRecallMsg", e.Group)
	body := hookRecalled{Command: head.Command, OperatorAccount: e.By.User, Type: head.Type, GroupID: head.GroupID, EventTime: h.eventTime()}
	for _, seq := range e.Seqs {
		body.MsgSeqList = append(body.MsgSeqList, wire.MsgSeq{MsgSeq: seq})
	}
	h.afterGroup(head, e.By, body)
}

type hookGroupMade struct {
	Command         string          `json:"CallbackCommand"`
	GroupID         string          `json:"GroupId"`
	OperatorAccount string          `json:"Operator_Account"`
	OwnerAccount    string          `json:"Owner_Account"`
	Type            string          `json:"Type"`
	Name            string          `json:"Name"`
	MemberList      []hookMember    `json:"MemberList"`
	Custom          []wire.KeyValue `json:"UserDefinedDataList,omitempty"`
	EventTime       string          `json:"EventTime"`
}

func (h *hooks) groupCreated(e core.GroupCreated) {
	body := hookGroupMade{
		Command: "Group.CallbackAfterCreateGroup", GroupID: e.Group.ID, OperatorAccount: e.By.User, OwnerAccount: e.Group.Owner,
		Type: string(e.Group.Type), Name: e.Group.Name, MemberList: hookMembers(e.Members), Custom: hookCustom(e.Group.Custom),
		EventTime: h.eventTime(),
	}
	h.after("group "+e.Group.ID, body.Command, e.By, body)
}

func hookCustom(list []core.KV) []wire.KeyValue {
	var custom []wire.KeyValue
	for _, field := range list {
		custom = append(custom, wire.KeyValue(field))
	}
	return custom
}

type hookDestroyed struct {
	hookGroup
	OwnerAccount string       `json:"Owner_Account"`
	Name         string       `json:"Name"`
	MemberList   []hookMember `json:"MemberList,omitempty"` // not of communities
	EventTime    string       `json:"EventTime"`
}

func (h *hooks) groupDestroyed(e core.GroupDestroyed) {
	body := hookDestroyed{
		hookGroup:    hookGroup{Command: "Group.CallbackAfterGroupDestroyed", GroupID: e.Group.ID, Type: string(e.Group.Type)},
		OwnerAccount: e.Group.Owner, Name: e.Group.Name, EventTime: h.eventTime(),
	}
	if e.Group.Type != core.Community {
		body.MemberList = hookMembers(e.Members)
	}
	h.afterGroup(body.hookGroup, e.By, body)
}

type hookJoined struct {
	hookGroup
	JoinType        string       `json:"JoinType"`
	OperatorAccount string       `json:"Operator_Account"`
	NewMemberList   []hookMember `json:"NewMemberList"`
	EventTime       string       `json:"EventTime"`
}

type hookFull struct {
	hookGroup
	EventTime string `json:"EventTime"`
}

func (h *hooks) membersJoined(e core.MembersJoined) {
	body := hookJoined{
		hookGroup: hookOf("Group.CallbackAfterNewMemberJoin", e.Group), JoinType: "Invited", OperatorAccount: e.By.User,
		NewMemberList: hookMembers(e.Users), EventTime: h.eventTime(),
	}
	if e.Applied {
		body.JoinType = "Apply"
	}
	h.afterGroup(body.hookGroup, e.By, body)
	h.roomState(e.By, e.Group, e.Users, causeJoin)
	if e.Full {
		full := hookFull{hookGroup: hookGroup{Command: "Group.CallbackAfterGroupFull", GroupID: e.Group.ID}, EventTime: h.eventTime()}
		h.afterGroup(full.hookGroup, e.By, full)
	}
}

type hookLeft struct {
	hookGroup
	ExitType        string       `json:"ExitType"`
	OperatorAccount string       `json:"Operator_Account"`
	ExitMemberList  []hookMember `json:"ExitMemberList"`
	EventTime       string       `json:"EventTime"`
}

func (h *hooks) membersLeft(e core.MembersLeft) {
	body := hookLeft{
		hookGroup: hookOf("Group.CallbackAfterMemberExit", e.Group), ExitType: "Kicked", OperatorAccount: e.By.User,
		ExitMemberList: hookMembers(e.Users), EventTime: h.eventTime(),
	}
	if e.Quit {
		body.ExitType = "Quit"
	}
	h.afterGroup(body.hookGroup, e.By, body)
	h.roomState(e.By, e.Group, e.Users, causeQuit)
}

type hookMemberChanged struct {
	hookGroup
	OperatorAccount string          `json:"Operator_Account"`
	MemberAccount   string          `json:"Member_Account"`
	Role            *core.Role      `json:"Role,omitempty"`
	NameCard        *string         `json:"NameCard,omitempty"`
	MuteTime        *int64          `json:"MuteTime,omitempty"`
	MsgFlag         *string         `json:"MsgFlag,omitempty"`
	Custom          []wire.KeyValue `json:"AppMemberDefinedData,omitempty"`
	EventTime       string          `json:"EventTime"`
}

func (h *hooks) memberChanged(e core.MemberChanged) {
	body := hookMemberChanged{
		hookGroup: hookOf("Group.CallbackAfterMemberFieldChanged", e.Group), OperatorAccount: e.By.User, MemberAccount: e.User,
		Role: e.Change.Role, NameCard: e.Change.Card, MuteTime: e.Change.MuteTime, MsgFlag: e.Change.MsgFlag,
		Custom: hookCustom(e.Change.Custom), EventTime: h.eventTime(),
	}
	h.afterGroup(body.hookGroup, e.By, body)
}

type hookGroupChanged struct {
	hookGroup
	OperatorAccount string          `json:"Operator_Account"`
	Name            *string         `json:"Name,omitempty"`
	Introduction    *string         `json:"Introduction,omitempty"`
	Notification    *string         `json:"Notification,omitempty"`
	FaceURL         *string         `json:"FaceUrl,omitempty"`
	ApplyJoin       *string         `json:"ApplyJoinOption,omitempty"`
	InviteJoin      *string         `json:"InviteJoinOption,omitempty"`
	MaxMemberNum    *int            `json:"MaxMemberNum,omitempty"`
	MuteAll         string          `json:"MuteAllMember,omitempty"`
	Custom          []wire.KeyValue `json:"UserDefinedDataList,omitempty"`
	EventTime       string          `json:"EventTime"`
}

type hookOwnerChanged struct {
	hookGroup
	OperatorAccount string `json:"Operator_Account"`
	OldOwner        string `json:"OldOwner_Account"`
	NewOwner        string `json:"NewOwner_Account"`
	EventTime       string `json:"EventTime"`
}

// groupChanged tells of the changed fields alone, and of a new owner by a command of its own.
func (h *hooks) groupChanged(e core.GroupChanged) {
	change := e.Change
	if change.Owner != nil {
		body := hookOwnerChanged{
			hookGroup: hookOf("Group.CallbackAfterChangeGroupOwner", e.Group), OperatorAccount: e.By.User,
			OldOwner: e.OldOwner, NewOwner: *change.Owner, EventTime: h.eventTime(),
		}
		h.afterGroup(body.hookGroup, e.By, body)
		return
	}
	body := hookGroupChanged{
		hookGroup: hookOf("Group.CallbackAfterGroupInfoChanged", e.Group), OperatorAccount: e.By.User, Name: change.Name,
		Introduction: change.Introduction, Notification: change.Notification, FaceURL: change.FaceURL, ApplyJoin: change.ApplyJoin,
		InviteJoin: change.InviteJoin, MaxMemberNum: change.MaxMemberNum, Custom: hookCustom(change.Custom), EventTime: h.eventTime(),
	}
	if change.MuteAll != nil {
		body.MuteAll = restOnOff(*change.MuteAll)
	}
	h.afterGroup(body.hookGroup, e.By, body)
}
