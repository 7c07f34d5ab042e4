package emulator

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"reddot/im/emulator/core"
	"reddot/im/emulator/webhook"
	"reddot/im/wire"
)

// Codes of a refusal by the app's server.
const (
	codeGroupCallback = 10016
	codeMsgCallback   = 20006
)

// beforeGroupSend asks about a message for a group, and puts in what the app's server
// replaces. A dropped message is answered as if it had been sent.
func (h *hooks) beforeGroupSend(ctx context.Context, by core.Actor, s *core.GroupSend, control []string) (dropped bool, err error) {
	if h == nil {
		return false, nil
	}
	s.NoCallback = forbids(control, forbidAfterCallback)
	group, err := h.core.Group(s.Group)
	if err != nil || forbids(control, forbidBeforeCallback) {
		return false, nil // the core says what is wrong
	}
	body := hookMessage{
		hookGroup:   hookGroup{Command: "Group.CallbackBeforeSendMsg", GroupID: s.Group, Type: string(group.Type)},
		FromAccount: s.From, OperatorAccount: by.User, Random: s.Random, OnlineOnlyFlag: hookOnlineOnly(s.OnlineOnly, group.Type),
		MsgBody: wire.MsgBody(s.Body), CloudCustomData: s.Cloud, GroupAtInfo: hookMentions(s.Mentions), EventTime: h.eventTime(),
	}
	answer := h.ask(ctx, body.Command, by, body)
	if answer.ErrorCode == answerDrop {
		return true, nil
	}
	replace(answer, &s.Body, &s.Cloud)
	return false, refusal(answer, codeGroupCallback)
}

// replace puts in the body and the data of an answer that has some.
func replace(answer webhook.Answer, body *json.RawMessage, cloud *string) {
	if text := strings.TrimSpace(string(answer.MsgBody)); text != "" && text != "null" && text != "[]" {
		*body = answer.MsgBody
	}
	if answer.CloudCustomData != nil {
		*cloud = *answer.CloudCustomData
	}
}

// groupSendFailed tells of a message that could not be sent into a group that exists.
func (h *hooks) groupSendFailed(by core.Actor, s core.GroupSend, reason error) {
	if h == nil || reason == nil {
		return
	}
	group, err := h.core.Group(s.Group)
	if err != nil {
		return
	}
	trailer := resultOf(reason)
	body := hookMessage{
		hookGroup:   hookGroup{Command: "Group.CallbackSendMsgException", GroupID: s.Group, Type: string(group.Type)},
		FromAccount: s.From, OperatorAccount: by.User, Random: s.Random, OnlineOnlyFlag: hookOnlineOnly(s.OnlineOnly, group.Type),
		MsgBody: wire.MsgBody(s.Body), CloudCustomData: s.Cloud, ErrorCode: trailer.ErrorCode, ErrorInfo: trailer.ErrorInfo,
		EventTime: h.eventTime(),
	}
	h.afterGroup(body.hookGroup, by, body)
}

// beforeC2CSend is beforeGroupSend for a message between two.
func (h *hooks) beforeC2CSend(ctx context.Context, by core.Actor, s *core.C2CSend, control []string) (dropped bool, err error) {
	if h == nil {
		return false, nil
	}
	s.NoCallback = forbids(control, forbidAfterCallback)
	if forbids(control, forbidBeforeCallback) {
		return false, nil
	}
	body := h.c2cSend("C2C.CallbackBeforeSendMsg", *s)
	answer := h.ask(ctx, body.Command, by, body)
	if answer.ErrorCode == answerDrop {
		return true, nil
	}
	replace(answer, &s.Body, &s.Cloud)
	return false, refusal(answer, codeMsgCallback)
}

func (h *hooks) c2cSend(command string, s core.C2CSend) hookC2C {
	now := h.now()
	return hookC2C{
		Command: command, FromAccount: s.From, ToAccount: s.To, MsgSeq: s.Seq, MsgRandom: s.Random, MsgTime: now.Unix(),
		MsgKey: wire.MsgKey(s.Seq, s.Random, now.Unix()), OnlineOnlyFlag: flag(s.OnlineOnly), MsgBody: wire.MsgBody(s.Body),
		CloudCustomData: s.Cloud, EventTime: now.UnixMilli(),
	}
}

// c2cSendFailed tells of a message that could not be sent.
func (h *hooks) c2cSendFailed(by core.Actor, s core.C2CSend, reason error) {
	if h == nil || reason == nil || s.NoCallback {
		return
	}
	trailer, unread := resultOf(reason), -1
	body := h.c2cSend("C2C.CallbackAfterSendMsg", s)
	body.SendMsgResult, body.ErrorInfo, body.UnreadMsgNum = &trailer.ErrorCode, trailer.ErrorInfo, &unread
	h.after(pairKey(s.From, s.To), body.Command, by, body)
}

type hookCreate struct {
	Command         string       `json:"CallbackCommand"`
	OperatorAccount string       `json:"Operator_Account"`
	OwnerAccount    string       `json:"Owner_Account"`
	Type            string       `json:"Type"`
	Name            string       `json:"Name"`
	CreatedNum      int          `json:"CreatedNum"` // groups that the owner has made and still has
	MemberList      []hookMember `json:"MemberList"`
	EventTime       string       `json:"EventTime"`
}

// beforeCreate asks about a group that is to be made.
func (h *hooks) beforeCreate(ctx context.Context, by core.Actor, n core.NewGroup) error {
	kind, known := core.ParseGroupType(n.Type)
	if h == nil || !known {
		return nil
	}
	body := hookCreate{
		Command: "Group.CallbackBeforeCreateGroup", OperatorAccount: by.User, OwnerAccount: n.Owner, Type: string(kind), Name: n.Name,
		MemberList: hookMembers(usersOf(n.Members)), EventTime: h.eventTime(),
	}
	for _, group := range h.core.Groups() {
		if n.Owner != "" && group.Owner == n.Owner {
			body.CreatedNum++
		}
	}
	return refusal(h.ask(ctx, body.Command, by, body), codeGroupCallback)
}

func usersOf(members []core.NewMember) []string {
	users := make([]string, len(members))
	for i, m := range members {
		users[i] = m.User
	}
	return users
}

type hookApply struct {
	hookGroup
	RequestorAccount string `json:"Requestor_Account"`
	EventTime        string `json:"EventTime"`
}

// beforeApply asks about somebody who wants to join a group.
func (h *hooks) beforeApply(ctx context.Context, by core.Actor, id string) error {
	if h == nil {
		return nil
	}
	group, err := h.core.Group(id)
	if err != nil {
		return nil // the core says so
	}
	body := hookApply{
		hookGroup:        hookGroup{Command: "Group.CallbackBeforeApplyJoinGroup", GroupID: id, Type: string(group.Type)},
		RequestorAccount: by.User, EventTime: h.eventTime(),
	}
	return refusal(h.ask(ctx, body.Command, by, body), codeGroupCallback)
}

type hookInvite struct {
	hookGroup
	OperatorAccount string       `json:"Operator_Account"`
	Members         []hookMember `json:"DestinationMembers"`
	EventTime       string       `json:"EventTime"`
}

// addMembers adds members whom the app's server does not refuse.
func (h *hooks) addMembers(ctx context.Context, c *core.Core, by core.Actor, id string, list []core.NewMember, silence bool) ([]core.AddResult, error) {
	allowed, refused, err := h.beforeInvite(ctx, by, id, list)
	if err != nil {
		return nil, err
	}
	if len(allowed) == 0 && len(refused) > 0 {
		return refused, nil
	}
	results, err := c.AddMembers(ctx, by, id, allowed, silence)
	results = append(results, refused...)
	place := make(map[string]int, len(list))
	for i, m := range list {
		place[m.User] = i
	}
	slices.SortStableFunc(results, func(a, b core.AddResult) int { return place[a.User] - place[b.User] })
	return withoutRoom(id, results, err)
}

// withoutRoom refuses the whole request where nobody found room, and else those who found none.
func withoutRoom(id string, results []core.AddResult, err error) ([]core.AddResult, error) {
	full := 0
	for i := range results {
		if results[i].Result == core.AddFull {
			results[i].Result = core.AddFailed
			full++
		}
	}
	if err == nil && full > 0 && full == len(results) {
		return nil, restError(wire.CodeGroupFull, "group %s is full", id)
	}
	return results, err
}

// beforeInvite asks about members who are to be added, and returns those who may be.
func (h *hooks) beforeInvite(ctx context.Context, by core.Actor, id string, list []core.NewMember) (allowed []core.NewMember, refused []core.AddResult, err error) {
	if h == nil || len(list) == 0 {
		return list, nil, nil
	}
	group, err := h.core.Group(id)
	if err != nil {
		return list, nil, nil // the core says so
	}
	body := hookInvite{
		hookGroup:       hookGroup{Command: "Group.CallbackBeforeInviteJoinGroup", GroupID: id, Type: string(group.Type)},
		OperatorAccount: by.User, Members: hookMembers(usersOf(list)), EventTime: h.eventTime(),
	}
	answer := h.ask(ctx, body.Command, by, body)
	if err := refusal(answer, codeGroupCallback); err != nil {
		return nil, nil, err
	}
	for _, m := range list {
		if slices.Contains(answer.RefusedMembers, m.User) {
			refused = append(refused, core.AddResult{User: m.User, Result: core.AddFailed})
			continue
		}
		allowed = append(allowed, m)
	}
	return allowed, refused, nil
}
