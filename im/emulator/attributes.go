package emulator

import (
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Attributes and counters on the long connection, as the Web SDK was seen to use them
// (docs/server.md).

// seenItem is an attribute with the number of the change that gave it its value.
type seenItem struct {
	attributeItem
	Seq uint32 `json:"seq"`
}

type changeAttributesRequest struct {
	GroupID     string     `json:"GroupId"`
	GroupAttr   []seenItem `json:"GroupAttr"`
	AttrMainSeq uint32     `json:"AttrMainSeq"`
	AttrControl []string   `json:"AttrControl"`
}

// raceConflict in AttrControl asks to refuse a change of what somebody else has changed.
const raceConflict = "RaceConflict"

type attributesReply struct {
	wire.Result
	AttrMainSeq  uint32              `json:"AttrMainSeq"`
	GroupAttrAry wire.List[seenItem] `json:"GroupAttrAry"`
}

// changedReply answers a change. Its list has another name than that of all attributes, and no values: the Web SDK and
// lite-chat read it so.
type changedReply struct {
	wire.Result
	AttrMainSeq uint32                 `json:"AttrMainSeq"`
	GroupAttr   wire.List[changedItem] `json:"GroupAttr"`
}

type changedItem struct {
	Key string `json:"Key"`
	Seq uint32 `json:"seq"`
}

func (r *request) changeAttributes(body changeAttributesRequest) (any, error) {
	op := attributeOps[r.head.ServCmd]
	var items []core.KV
	seen := &core.SeenAttributes{Seq: body.AttrMainSeq, Keys: map[string]uint32{}}
	for _, item := range body.GroupAttr {
		items = append(items, core.KV(item.attributeItem))
		seen.Keys[item.Key] = item.Seq
	}
	if op == core.AttributesClear {
		items = nil
	}
	if !slices.Contains(body.AttrControl, raceConflict) {
		seen = nil
	}
	changed, seq, err := r.core().ChangeAttributes(r.c.ctx, r.actor(), body.GroupID, op, items, seen)
	reply := changedReply{Result: wire.OK(), AttrMainSeq: seq}
	for _, a := range changed {
		reply.GroupAttr = append(reply.GroupAttr, changedItem{a.Key, a.Seq})
	}
	return reply, err
}

func (r *request) getAttributes(body wire.GroupRequest) (any, error) {
	list, seq, err := r.core().Attributes(r.c.ctx, r.actor(), body.GroupID)
	reply := attributesReply{Result: wire.OK(), AttrMainSeq: seq}
	for _, a := range list {
		reply.GroupAttrAry = append(reply.GroupAttrAry, seenItem{attributeItem{a.Key, a.Value}, a.Seq})
	}
	return reply, err
}

type updateCountersRequest struct {
	GroupID      string        `json:"GroupId"`
	GroupCounter []counterItem `json:"GroupCounter"`
	Mode         string        `json:"Mode"`
}

func (r *request) updateCounters(body updateCountersRequest) (any, error) {
	changes := make([]core.Counter, len(body.GroupCounter))
	for i, item := range body.GroupCounter {
		changes[i] = core.Counter(item)
	}
	list, err := r.core().UpdateCounters(r.c.ctx, r.actor(), body.GroupID, core.CounterMode(body.Mode), changes)
	return counterReplyOf(list), err
}

func (r *request) getCounters(body counterKeysRequest) (any, error) {
	list, err := r.core().Counters(r.c.ctx, r.actor(), body.GroupID, body.GroupCounterKeys)
	return counterReplyOf(list), err
}

// What happened to attributes and counters, by its number in pushes.
var attributeChanges = map[core.AttributeOp]int{
	core.AttributesSet: 1, core.AttributesModify: 2, core.AttributesClear: 3, core.AttributesDelete: 4,
}

const (
	countersChanged = 0
	countersDeleted = 1
)

type attributesNotice struct {
	OpType          int `json:"OpType"`
	MsgGroupNewInfo struct {
		GroupAttrOption attributesOption `json:"GroupAttrOption"`
	} `json:"MsgGroupNewInfo"`
}

type attributesOption struct {
	GroupAttrSeq           uint32             `json:"GroupAttrSeq"`
	OperationType          int                `json:"OpType"`
	PushChangedAttrValFlag int                `json:"PushChangedAttrValFlag"` // 1: what changed is here
	GroupAttrInfo          []attributeChanged `json:"GroupAttrInfo"`
}

type attributeChanged struct {
	Key       string `json:"Key"`
	Val       string `json:"Val"`
	SubKeySeq uint32 `json:"SubKeySeq"`
}

func attributesNoticeOf(e core.AttributesChanged) attributesNotice {
	notice := attributesNotice{OpType: core.TipGroupChanged}
	option := &notice.MsgGroupNewInfo.GroupAttrOption
	*option = attributesOption{GroupAttrSeq: e.Seq, OperationType: attributeChanges[e.Op], PushChangedAttrValFlag: 1, GroupAttrInfo: []attributeChanged{}}
	for _, a := range e.Items {
		option.GroupAttrInfo = append(option.GroupAttrInfo, attributeChanged{a.Key, a.Value, a.Seq})
	}
	return notice
}

type countersNotice struct {
	OpType           int                   `json:"OpType"`
	GroupCounterInfo []countersNoticeEntry `json:"GroupCounterInfo"`
}

type countersNoticeEntry struct {
	Type         int           `json:"Type"`
	GroupCounter []counterItem `json:"GroupCounter"`
}

func countersNoticeOf(e core.CountersChanged) countersNotice {
	entry := countersNoticeEntry{Type: countersChanged, GroupCounter: []counterItem{}}
	if e.Deleted {
		entry.Type = countersDeleted
	}
	for _, n := range e.Items {
		entry.GroupCounter = append(entry.GroupCounter, counterItem(n))
	}
	return countersNotice{OpType: core.TipGroupChanged, GroupCounterInfo: []countersNoticeEntry{entry}}
}

// pushGroupNotice tells the members of a group what is no message: as an online tip, and in a
// live room through its feed.
func (s *Server) pushGroupNotice(to core.Audience, by core.Actor, g *core.GroupRef, content any) {
	body, err := wire.Marshal(content)
	if err != nil {
		s.log.Error("Cannot encode a notice", "group", g.ID, "error", err)
		return
	}
	tip := s.newTip(g, by.User)
	tip.MsgBody = wire.MsgBody(body)
	event, err := wire.Marshal(wire.Event{Event: wire.EventOnlineTip, GroupTips: []wire.GroupTip{tip}})
	if err != nil {
		s.log.Error("Cannot encode a notice", "group", g.ID, "error", err)
		return
	}
	s.pushToGroup(to, g, push{event: event})
	if g.Type == core.AVChatRoom {
		s.feedItem(g.ID, liveTip{Event: wire.EventOnlineTip, GroupTip: tip})
	}
}
