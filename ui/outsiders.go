package ui

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"reddot/model"
	"reddot/session"
)

// outsiders are the members of groups that were not opened, as the service told when somebody was looked for, by group
// and user. They are kept: who works for the shop and whom one can choose changes seldom.
type outsiders map[model.ConversationID]map[string]model.Member

// outsideMembers is the largest group whose members are asked for without being opened.
const outsideMembers = 1000

// unopened returns groups whose members are not known yet and that fit, those with the newest messages first.
func (o outsiders) unopened(v *session.View, most int, fits func(*session.Conversation) bool) []model.ConversationID {
	var found []*session.Conversation
	for _, c := range v.Conversations {
		if c.Group == nil || c.Group.Type == model.AVChatRoom || c.Group.Members > outsideMembers || o[c.ID] != nil {
			continue
		}
		if c.Group.Members > len(c.Members) && fits(c) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *session.Conversation) int { return cmp.Compare(lastTime(b), lastTime(a)) })
	ids := make([]model.ConversationID, min(len(found), most))
	for i := range ids {
		ids[i] = found[i].ID
	}
	return ids
}

// with asks for the members of groups and returns them with those known before; an error ends the asking, and what came
// before it counts.
func (o outsiders) with(ctx context.Context, groups session.Groups, ids []model.ConversationID) (outsiders, error) {
	all := maps.Clone(o)
	if all == nil {
		all = outsiders{}
	}
	for _, id := range ids {
		members, err := groups.MembersOf(ctx, id.Target())
		if err != nil {
			return all, err
		}
		all[id] = make(map[string]model.Member, len(members))
		for _, member := range members {
			all[id][member.User] = member
		}
	}
	return all, nil
}
