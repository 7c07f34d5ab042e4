package core

import (
	"context"
	"math"
)

// MemberChange is a change of a member; nil fields stay.
type MemberChange struct {
	Role     *Role
	Card     *string
	MsgFlag  *string
	MuteTime *int64 // seconds from now; 0 ends it
	Custom   []KV   // an empty value deletes the key
}

// ModifyMember changes a member. Everybody may change the own card, fields and flag; roles
// are the owner's business, muting that of owner and admins.
func (c *Core) ModifyMember(ctx context.Context, by Actor, id, user string, change MemberChange) error {
	if err := change.check(); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		target := g.members[c.uidOf(user)]
		if target == nil {
			return refuse(CodeNoPermission, "%s is not a member of group %s", user, id)
		}
		if err := mayModify(by, m, target, change); err != nil {
			return err
		}
		return t.modifyMember(by, g, target, change)
	})
}

func mayModify(by Actor, m, target *member, change MemberChange) error {
	g := target.group
	if change.Role != nil {
		switch {
		case *change.Role != RoleAdmin && *change.Role != RoleMember:
			return refuse(CodeBadParameter, "role %q cannot be given", *change.Role)
		case target.role == RoleOwner || !g.rules().admins:
			return refuse(CodeNoPermission, "the role of %s in group %s cannot be changed", target.acc.pub.ID, g.info.ID)
		case !by.Admin && m.role != RoleOwner:
			return refuse(CodeNoPermission, "only the owner sets roles in group %s", g.info.ID)
		}
	}
	if change.MuteTime != nil && !g.rules().mute {
		return refuse(CodeNoPermission, "nobody can be muted in a work group")
	}
	if g.info.Type == AVChatRoom && change.MuteTime == nil {
		return refuse(CodeNoPermission, "members of an AVChatRoom can be muted, nothing else")
	}
	if by.Admin || (m == target && change.MuteTime == nil) {
		return nil
	}
	if !m.manages() || (target.role == RoleOwner && m != target) || change.MsgFlag != nil {
		return refuse(CodeNoPermission, "%s may not change %s in group %s", by.User, target.acc.pub.ID, g.info.ID)
	}
	return nil
}

func (t *txn) modifyMember(by Actor, g *group, m *member, change MemberChange) error {
	next := *m
	if next.custom = mergeCustom(m.custom, change.Custom); len(next.custom) > maxMemberCustom {
		return refuse(CodeBadParameter, "a member has at most %d custom fields", maxMemberCustom)
	}
	if change.Role != nil {
		next.role = *change.Role
	}
	if change.Card != nil {
		next.card = *change.Card
	}
	if change.MsgFlag != nil {
		next.flag = *change.MsgFlag
	}
	if change.MuteTime != nil {
		next.muteUntil = 0
		if *change.MuteTime > 0 {
			next.muteUntil = min(t.time+*change.MuteTime, math.MaxUint32) // the largest time on the wire is for ever
		}
	}
	if err := t.saveMember(m, next); err != nil {
		return err
	}
	t.tell(MemberChanged{By: by, Group: g.ref, User: m.acc.pub.ID, Change: change})
	if change.MsgFlag != nil {
		t.noticeTo(m, Notice{Audience: Audience{Except: by.Inst}, Type: NoticeFlag, Operator: m.acc.pub.ID, MsgFlag: next.flag})
	}
	switch {
	case change.Role != nil && next.role != m.role && next.role == RoleAdmin:
		t.noticeTo(m, Notice{Type: NoticeAdminSet, Operator: by.User})
		return t.tip(by, g, tipBody{Op: TipAdminSet, Operator: by.User, Members: []*member{m}, Count: len(g.order)})
	case change.Role != nil && next.role != m.role:
		t.noticeTo(m, Notice{Type: NoticeAdminRemoved, Operator: by.User})
		return t.tip(by, g, tipBody{Op: TipAdminRemoved, Operator: by.User, Members: []*member{m}, Count: len(g.order)})
	case change.MuteTime != nil:
		return t.tip(by, g, tipBody{Op: TipMemberChanged, Operator: by.User, Members: []*member{m}, Count: len(g.order), Mute: change.MuteTime})
	}
	return nil
}

// noticeTo tells one member of a group what concerns nobody else.
func (t *txn) noticeTo(m *member, n Notice) {
	n.To, n.Group, n.Time = []uint32{m.acc.pub.UID}, m.group.ref, t.time
	t.tell(n)
}

// saveMember writes the fields of a member that can change and shows them after the commit.
func (t *txn) saveMember(m *member, next member) error {
	t.apply(func() {
		m.role, m.card, m.flag, m.muteUntil, m.custom = next.role, next.card, next.flag, next.muteUntil, next.custom
		m.hidden, m.pinned, m.changed = next.hidden, next.pinned, t.time
	})
	return t.exec(updateMember, next.role, next.card, next.read, next.flag, next.muteUntil, encodeList(next.custom), next.hidden, next.pinned, m.row)
}
