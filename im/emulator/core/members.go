package core

import (
	"context"
	"slices"
)

// What became of one account that was to be added.
const (
	AddFailed  = 0
	AddDone    = 1
	AddAlready = 2
	AddWaiting = 3
	AddLimit   = 4 // in as many groups as the plan allows
	AddFull    = 5 // the group is; the wire has no number for it
)

// AddResult is the answer for one account.
type AddResult struct {
	User   string
	Result int
}

// AddMembers adds members: any member of a group may, unless the group says otherwise.
// Silence adds without notices and tips.
func (c *Core) AddMembers(ctx context.Context, by Actor, id string, list []NewMember, silence bool) ([]AddResult, error) {
	switch {
	case len(list) == 0:
		return nil, refuse(CodeBadParameter, "MemberList is missing")
	case len(list) > maxNewMembers:
		return nil, refuse(CodeTooManyAccounts, "at most %d members at once", maxNewMembers)
	}
	if err := checkNewMembers(list); err != nil {
		return nil, err
	}
	return perform(ctx, c, true, func(t *txn) ([]AddResult, error) {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return nil, err
		}
		if !g.rules().invite || (!by.Admin && g.info.InviteJoin == DisableInvite) {
			return nil, refuse(CodeNoPermission, "nobody can be invited to group %s", id)
		}
		approved := by.Admin || g.info.InviteJoin != NeedPermission || m.manages()
		return t.addMembers(by, g, list, approved, silence)
	})
}

// addMembers adds who can be added; without approval an admin has to admit them, and where the app
// asks the invited, they decide.
func (t *txn) addMembers(by Actor, g *group, list []NewMember, approved, silence bool) ([]AddResult, error) {
	var results []AddResult
	var added []NewMember
	for _, n := range list {
		acc := t.c.accounts[n.User]
		result := AddDone
		switch {
		case acc == nil:
			result = AddFailed
		case g.members[acc.pub.UID] != nil || slices.ContainsFunc(added, func(m NewMember) bool { return m.User == n.User }):
			result = AddAlready
		case len(g.order)+len(added) >= g.info.MaxMemberNum:
			result = AddFull
		case t.c.joinedEnough(acc, g.info.Type):
			result = AddLimit
		case !approved:
			result = AddWaiting
			if err := t.applyFor(g, acc, t.c.accounts[by.User], ""); err != nil {
				return nil, err
			}
		case t.c.asks && !by.Admin && !silence:
			result = AddWaiting
			if err := t.invite(g, acc, t.c.accounts[by.User]); err != nil {
				return nil, err
			}
		default:
			n.Role = RoleMember // a role is given when a group is made, or later
			added = append(added, n)
		}
		results = append(results, AddResult{User: n.User, Result: result})
	}
	if len(added) == 0 {
		return results, nil
	}
	operator := by.User
	return results, t.join(by, g, added, operator, silence)
}

// joinedEnough says whether the plan lets an account into no further group of the type.
func (c *Core) joinedEnough(acc *account, kind GroupType) bool {
	most := c.plan.MaxJoined
	if most == 0 || kind == AVChatRoom || len(acc.joined) < most {
		return false
	}
	n := 0
	for g := range acc.joined {
		if g.info.Type != AVChatRoom {
			n++
		}
	}
	return n >= most
}

// join makes accounts members, who learn of it by a notice. The operator is who invited
// them, or the one who joins alone.
func (t *txn) join(by Actor, g *group, list []NewMember, operator string, silence bool) error {
	joined, err := t.insertMembers(by, g, list, operator)
	if err != nil || silence {
		return err
	}
	for _, m := range joined {
		notice := Notice{Audience: Audience{To: []uint32{m.acc.pub.UID}, Except: by.Inst}, Group: g.ref, Type: NoticeInvited, Operator: operator, Time: t.time}
		if m.acc.pub.ID == operator {
			// The own devices learn of the group by the notice that an application was accepted.
			notice.Type = NoticeAccepted
		}
		t.tell(notice)
	}
	return t.tipJoined(by, g, joined, operator)
}

func (t *txn) insertMembers(by Actor, g *group, list []NewMember, operator string) ([]*member, error) {
	read := g.last // the tip counts for those who were invited, not for who joined alone
	var joined []*member
	for _, n := range list {
		if n.Role == "" {
			n.Role = RoleMember
		}
		m, err := t.insertMember(g, n, read)
		if err != nil {
			return nil, err
		}
		if err := t.endInvitations(g, m.acc); err != nil {
			return nil, err
		}
		joined = append(joined, m)
	}
	t.apply(func() {
		for _, m := range joined {
			g.attach(m)
		}
		g.refreshMembers()
	})
	event := MembersJoined{By: by, Group: g.ref, Full: len(g.order)+len(joined) >= g.info.MaxMemberNum}
	for _, m := range joined {
		event.Users = append(event.Users, m.acc.pub.ID)
		event.Applied = m.acc.pub.ID == operator
	}
	t.tell(event)
	return joined, nil
}

func (t *txn) tipJoined(by Actor, g *group, joined []*member, operator string) error {
	return t.tipWith(by, g, tipBody{Op: TipJoined, Operator: operator, Members: joined, Count: len(g.order) + len(joined)}, joined)
}

// Quit leaves a group. The owner must hand it over first, except in a work group.
func (c *Core) Quit(ctx context.Context, by Actor, id string) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, Actor{User: by.User})
		if err != nil {
			return err
		}
		if m.role == RoleOwner && g.info.Type != Private {
			return refuse(CodeOwnerCannotLeave, "the owner cannot leave group %s; hand it over first", id)
		}
		t.tell(Notice{Audience: Audience{To: []uint32{m.acc.pub.UID}, Except: by.Inst}, Group: g.ref, Type: NoticeLeft, Operator: by.User, Time: t.time})
		return t.remove(by, g, []*member{m}, tipBody{Op: TipQuit, Operator: by.User}, false)
	})
}

// DeleteMembers removes members; owner, admins and app admins may. Naming somebody who is
// no member is no error. The removed learn the reason.
func (c *Core) DeleteMembers(ctx context.Context, by Actor, id string, users []string, reason string, silence bool) error {
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		if g.info.Type == AVChatRoom {
			return refuse(CodeBadParameter, "members of an AVChatRoom cannot be removed")
		}
		var gone []*member
		for _, user := range users {
			target := g.members[c.uidOf(user)]
			if target == nil || slices.Contains(gone, target) {
				continue
			}
			if err := mayRemove(by, m, target); err != nil {
				return err
			}
			gone = append(gone, target)
		}
		if len(gone) == 0 {
			return nil
		}
		for _, target := range gone {
			t.noticeTo(target, Notice{Type: NoticeRemoved, Operator: by.User, Remark: reason})
		}
		return t.remove(by, g, gone, tipBody{Op: TipRemoved, Operator: by.User}, silence)
	})
}

func mayRemove(by Actor, m, target *member) error {
	switch {
	case target.role == RoleOwner:
		return refuse(CodeNoPermission, "the owner cannot be removed from group %s", target.group.info.ID)
	case by.Admin, m.role == RoleOwner:
		return nil
	case m.role == RoleAdmin && target.role == RoleMember:
		return nil
	}
	return refuse(CodeNoPermission, "%s may not remove %s from group %s", by.User, target.acc.pub.ID, target.group.info.ID)
}

func (t *txn) remove(by Actor, g *group, gone []*member, body tipBody, silence bool) error {
	event := MembersLeft{By: by, Group: g.ref, Quit: body.Op == TipQuit}
	for _, m := range gone {
		if err := t.exec(deleteMember, m.row); err != nil {
			return err
		}
		if len(m.erased) > 0 {
			if err := t.exec(deleteErased, g.messageID(0), g.messageID(g.last), m.acc.pub.UID); err != nil {
				return err
			}
		}
		event.Users = append(event.Users, m.acc.pub.ID)
		if m.role == RoleOwner {
			if err := t.exec(updateOwner, 0, g.num); err != nil {
				return err
			}
		}
	}
	t.tell(event)
	t.apply(func() {
		for _, m := range gone {
			g.detach(m)
			if m.role == RoleOwner {
				g.info.Owner = ""
			}
		}
		g.refreshMembers()
	})
	if silence {
		return nil
	}
	body.Members, body.Count = gone, len(g.order)-len(gone)
	stay := slices.DeleteFunc(slices.Clone(g.uids), func(uid uint32) bool {
		return slices.ContainsFunc(gone, func(m *member) bool { return m.acc.pub.UID == uid })
	})
	return t.tipTo(by, g, body, stay)
}

// handOver makes another member the owner.
func (t *txn) handOver(g *group, to string) error {
	heir := g.members[t.c.uidOf(to)]
	if heir == nil {
		return refuse(CodeBadParameter, "%s is not a member of group %s", to, g.info.ID)
	}
	for _, m := range g.order {
		next := *m
		switch {
		case m == heir:
			next.role = RoleOwner
		case m.role == RoleOwner:
			next.role = RoleMember
		default:
			continue
		}
		if err := t.saveMember(m, next); err != nil {
			return err
		}
	}
	return nil
}

// Member returns one member of a group.
func (c *Core) Member(id, user string) (Member, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, m, err := c.memberOf(id, Actor{User: user})
	if err != nil {
		return Member{}, err
	}
	return m.snapshot(), nil
}

// Members returns the members of a group in the order of joining, and how many there are
// in all. limit 0 means all.
func (c *Core) Members(by Actor, id string, offset, limit int) ([]Member, int, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	g, _, err := c.memberOf(id, by)
	if err != nil {
		return nil, 0, err
	}
	page := g.order[min(max(offset, 0), len(g.order)):]
	if limit > 0 {
		page = page[:min(limit, len(page))]
	}
	list := make([]Member, len(page))
	for i, m := range page {
		list[i] = m.snapshot()
	}
	return list, len(g.order), nil
}
