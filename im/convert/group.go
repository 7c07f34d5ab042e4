package convert

import (
	"reddot/im/wire"
	"reddot/model"
)

// Group maps a group of a list or profile.
func Group(g *wire.Group) *model.Group {
	group := &model.Group{
		ID:           g.GroupID,
		Name:         g.Name,
		Type:         model.GroupType(wire.GroupTypeDisplay(g.Type)),
		Owner:        g.OwnerAccount,
		Introduction: g.Introduction,
		Notification: g.Notification,
		FaceURL:      g.FaceURL,
		Members:      int(g.MemberNum),
		MaxMembers:   int(g.MaxMemberNum),
		CreatedAt:    g.CreateTime,
		NextSequence: int64(g.NextMsgSeq),
		SelfRole:     model.Ordinary,
		Join:         joinOption(g.ApplyJoinOption),
		Invite:       joinOption(g.InviteJoinOption),
		AllMuted:     g.AllMuted(),
	}
	if self := g.SelfInfo; self != nil {
		group.SelfRole = role(self.Role)
		group.SelfRead = int64(self.MsgSeq)
		group.SelfNameCard = self.NameCard
		group.SelfCustom = customFields(self.AppMemberDefinedData)
		group.Muted = self.MsgFlag != "" && self.MsgFlag != wire.FlagNotify
	}
	return group
}

// Member maps a member; the nick name comes from elsewhere.
func Member(m *wire.Member, name string) model.Member {
	return model.Member{
		User:       m.MemberAccount,
		Name:       name,
		NameCard:   m.NameCard,
		Role:       role(m.Role),
		JoinedAt:   m.JoinTime,
		MutedUntil: m.MutedUntil(),
		Read:       int64(m.MsgSeq),
		Custom:     customFields(m.AppMemberDefinedData),
	}
}

func role(role string) model.ServiceRole {
	switch role {
	case wire.RoleOwner:
		return model.Owner
	case wire.RoleAdmin:
		return model.Admin
	case wire.RoleNotMember:
		return model.NotMember
	default:
		return model.Ordinary
	}
}

// customFields maps the member custom fields, which carry the business role. That the long connection returns them as
// REST does is unverified: no frame of the real service was seen (push-protocol, section 12). Without them the business role
// follows from the service role.
func customFields(fields []wire.KeyValue) map[string]string {
	if len(fields) == 0 {
		return nil
	}
	custom := make(map[string]string, len(fields))
	for _, field := range fields {
		custom[field.Key] = field.Value
	}
	return custom
}
