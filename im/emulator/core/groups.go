package core

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"maps"
	"slices"
	"strings"
)

// Limits in bytes and in numbers (rest-api.md section 2.0).
const (
	maxGroupName         = 30
	maxGroupIntroduction = 240
	maxGroupNotification = 300
	maxGroupFace         = 100
	maxNameCard          = 50
	maxGroupID           = 48
	maxGroupCustom       = 10 // fields
	maxMemberCustom      = 5  // fields
	maxNewMembers        = 300
)

// group finds a group for the writer goroutine or under the lock.
func (c *Core) group(id string) (*group, error) {
	g, known := c.groups[id]
	switch {
	case id == "":
		return nil, refuse(CodeBadParameter, "GroupId is missing")
	case !known:
		return nil, refuse(CodeNoGroup, "group %s does not exist", id)
	}
	return g, nil
}

// memberOf finds a group and the actor's place in it; an app admin needs none.
func (c *Core) memberOf(id string, by Actor) (*group, *member, error) {
	g, err := c.group(id)
	if err != nil {
		return nil, nil, err
	}
	if acc := c.accounts[by.User]; acc != nil {
		if m := g.members[acc.pub.UID]; m != nil {
			return g, m, nil
		}
	}
	if by.Admin {
		return g, nil, nil
	}
	return nil, nil, refuse(CodeNoPermission, "%s is not a member of group %s", by.User, id)
}

// CreateGroup makes a group. Nobody in it has anything unread.
func (c *Core) CreateGroup(ctx context.Context, by Actor, n NewGroup) (Group, error) {
	kind, err := n.Check()
	if err != nil {
		return Group{}, err
	}
	return perform(ctx, c, true, func(t *txn) (Group, error) { return t.createGroup(by, n, kind) })
}

// Check says what is wrong with the group by itself, whoever wants it and whatever else
// there is, and which type it has.
func (n NewGroup) Check() (GroupType, error) {
	kind, known := ParseGroupType(n.Type)
	switch {
	case !known:
		return kind, refuse(CodeBadParameter, "group type %q is unknown", n.Type)
	case n.Name == "":
		return kind, refuse(CodeBadParameter, "Name is missing")
	case len(n.Members) > maxNewMembers:
		return kind, refuse(CodeTooManyAccounts, "at most %d members at once", maxNewMembers)
	case kind == AVChatRoom && len(n.Members) > 0:
		return kind, refuse(CodeNoPermission, "members of an AVChatRoom join by themselves")
	}
	if err := n.checkFields(); err != nil {
		return kind, err
	}
	return kind, checkGroupID(n.ID, kind)
}

func checkTexts(name, introduction, notification, face string) error {
	for _, text := range []struct {
		field, value string
		limit        int
	}{
		{"Name", name, maxGroupName},
		{"Introduction", introduction, maxGroupIntroduction},
		{"Notification", notification, maxGroupNotification},
		{"FaceUrl", face, maxGroupFace},
	} {
		if len(text.value) > text.limit {
			return refuse(CodeBadParameter, "%s has %d bytes, the limit is %d", text.field, len(text.value), text.limit)
		}
	}
	return nil
}

func checkGroupID(id string, kind GroupType) error {
	switch {
	case id == "":
		return nil
	case len(id) > maxGroupID || strings.ContainsFunc(id, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		return refuse(CodeBadGroupID, "GroupId %q must be printable ASCII of at most %d bytes", id, maxGroupID)
	case kind == Community && !strings.HasPrefix(id, "@TGS#_"):
		return refuse(CodeBadGroupID, "the GroupId of a community begins with @TGS#_")
	case kind != Community && strings.HasPrefix(id, "@TGS#_"):
		return refuse(CodeBadGroupID, "only the GroupId of a community may begin with @TGS#_")
	}
	return nil
}

// GenerateGroupID makes an id as the service gives out.
func GenerateGroupID(kind GroupType) string {
	prefix := "@TGS#"
	if kind == Community {
		prefix = "@TGS#_"
	}
	random := make([]byte, 10)
	_, _ = rand.Read(random) // never fails
	return prefix + base32.StdEncoding.EncodeToString(random)[:14]
}

func (t *txn) createGroup(by Actor, n NewGroup, kind GroupType) (Group, error) {
	c := t.c
	if n.ID == "" {
		n.ID = GenerateGroupID(kind)
	}
	if old, taken := c.groups[n.ID]; taken {
		if n.Owner != "" && old.info.Owner == n.Owner {
			return Group{}, refuse(CodeGroupIDInUse, "group %s exists and belongs to %s", n.ID, n.Owner)
		}
		return Group{}, refuse(CodeGroupIDTaken, "group %s exists", n.ID)
	}
	members, err := c.founders(n, kind)
	if err != nil {
		return Group{}, err
	}
	g, err := t.insertGroup(by, n, kind, members)
	if err != nil {
		return Group{}, err
	}
	t.apply(func() { c.addGroup(g) })
	t.tellFounders(by, g, members)
	return g.snapshot(), nil
}

// founders lists the first members: the owner and those named, once each, whom the plan lets in.
func (c *Core) founders(n NewGroup, kind GroupType) ([]NewMember, error) {
	list := n.Members
	if n.Owner != "" {
		owner := NewMember{User: n.Owner}
		if at := slices.IndexFunc(list, func(m NewMember) bool { return m.User == n.Owner }); at >= 0 {
			owner = list[at]
		}
		owner.Role = RoleOwner
		list = append([]NewMember{owner}, list...)
	}
	seen := map[string]bool{}
	var members []NewMember
	for _, m := range list {
		if seen[m.User] {
			continue
		}
		seen[m.User] = true
		acc := c.accounts[m.User]
		switch {
		case acc == nil:
			return nil, refuse(CodeNoAccount, "account %s does not exist", m.User)
		case c.joinedEnough(acc, kind) && m.User == n.Owner:
			return nil, refuse(CodeJoinedQuota, "%s is in as many groups as this edition allows", m.User)
		case c.joinedEnough(acc, kind):
			continue // the group is made without them
		}
		if m.Role == "" {
			m.Role = RoleMember
		}
		members = append(members, m)
	}
	return members, nil
}

func (t *txn) insertGroup(by Actor, n NewGroup, kind GroupType, members []NewMember) (*group, error) {
	c, rules, now := t.c, rulesOf[kind], t.time
	if most := c.plan.MaxGroups; most > 0 && len(c.groups) >= most {
		return nil, refuse(CodeGroupQuota, "this edition has at most %d groups", most)
	}
	c.lastGroup++ // a number that a failed commit leaves unused does no harm
	g := &group{
		num: c.lastGroup, members: map[uint32]*member{}, first: 1, lastTime: now, changed: now,
		info: Group{
			ID: n.ID, Type: kind, Name: n.Name, Introduction: n.Introduction, Notification: n.Notification,
			FaceURL: n.FaceURL, Owner: n.Owner, CreateTime: now, InfoSeq: 1, LastInfoTime: now,
			MaxMemberNum: rules.max, ApplyJoin: rules.apply, InviteJoin: FreeAccess, Custom: n.Custom,
		},
	}
	if n.MaxMemberNum > 0 {
		g.info.MaxMemberNum = n.MaxMemberNum
	}
	g.info.MaxMemberNum = c.withinPlan(kind, g.info.MaxMemberNum)
	if n.ApplyJoin != "" && rules.choice {
		g.info.ApplyJoin = n.ApplyJoin
	}
	if n.InviteJoin != "" {
		g.info.InviteJoin = n.InviteJoin
	}
	if len(members) > g.info.MaxMemberNum {
		return nil, refuse(CodeGroupFull, "group %s would have more than %d members", n.ID, g.info.MaxMemberNum)
	}
	g.refreshRef()
	i := &g.info
	if err := t.showFace(by, i.FaceURL); err != nil {
		return nil, err
	}
	if err := t.exec(insertGroup, g.num, i.ID, i.Type, i.Name, i.Introduction, i.Notification, i.FaceURL, c.uidOf(i.Owner),
		i.CreateTime, i.InfoSeq, i.LastInfoTime, i.MaxMemberNum, i.ApplyJoin, i.InviteJoin, i.MuteAll, encodeList(i.Custom),
		g.last, g.first, g.lastTime, g.previewSeq, i.HidesPast, g.cleared); err != nil {
		return nil, err
	}
	for _, n := range members {
		m, err := t.insertMember(g, n, g.last)
		if err != nil {
			return nil, err
		}
		g.members[m.acc.pub.UID] = m
		g.order = append(g.order, m)
	}
	g.refreshMembers()
	return g, nil
}

// withinPlan cuts a number of members down to what the edition allows.
func (c *Core) withinPlan(kind GroupType, most int) int {
	if c.plan.MaxMembers == 0 || kind == AVChatRoom || kind == Community {
		return most
	}
	return min(most, c.plan.MaxMembers)
}

// insertMember writes a member who has read up to read. It is not yet visible.
func (t *txn) insertMember(g *group, n NewMember, read uint32) (*member, error) {
	if len(n.Card) > maxNameCard {
		return nil, refuse(CodeBadParameter, "the name card of %s has more than %d bytes", n.User, maxNameCard)
	}
	if n.Role == RoleAdmin && !g.rules().admins {
		return nil, refuse(CodeNoPermission, "a group of type %s has no admins", g.info.Type)
	}
	t.c.lastMember++
	m := &member{
		row: t.c.lastMember, acc: t.c.accounts[n.User], group: g, role: n.Role, card: n.Card, joined: t.time, read: read, since: read,
		flag: AcceptAndNotify, custom: n.Custom, changed: t.time,
	}
	return m, t.exec(insertMember, m.row, g.num, m.acc.pub.UID, m.role, m.card, m.joined, m.read, m.flag, m.muteUntil,
		encodeList(m.custom), m.hidden, m.pinned, m.since)
}

func (c *Core) addGroup(g *group) {
	c.groups[g.info.ID] = g
	for _, m := range g.order {
		m.acc.joined[g] = m
	}
}

// tellFounders invites everybody but the founder, and tells the founder's other devices.
func (t *txn) tellFounders(by Actor, g *group, members []NewMember) {
	founder := by.User
	if by.Admin && g.info.Owner != "" {
		founder = g.info.Owner
	}
	for _, m := range members {
		uid := t.c.accounts[m.User].pub.UID
		notice := Notice{Audience: Audience{To: []uint32{uid}, Except: by.Inst}, Group: g.ref, Type: NoticeInvited, Operator: founder, Time: t.time}
		if m.User == founder {
			notice.Type = NoticeCreated
		}
		t.tell(notice)
	}
	event := GroupCreated{By: by, Group: g.snapshot()}
	for _, m := range members {
		if m.Role != RoleOwner {
			event.Members = append(event.Members, m.User)
		}
	}
	t.tell(event)
}

func (c *Core) uidOf(id string) uint32 {
	if acc := c.accounts[id]; acc != nil {
		return acc.pub.UID
	}
	return 0
}

// DestroyGroup dissolves a group; its owner or an app admin may. A work group is the app admin's alone to dissolve.
func (c *Core) DestroyGroup(ctx context.Context, by Actor, id string) error {
	err := c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		switch {
		case by.Admin:
		case g.info.Type == Private:
			return refuse(CodeNoPermission, "group %s is a work group, which only an app admin dissolves", id)
		case m.role != RoleOwner:
			return refuse(CodeNoPermission, "only the owner may dissolve group %s", id)
		}
		for _, step := range []error{
			t.exec(deleteGroup, g.num),
			t.exec(deleteMembers, g.num),
			t.exec(clearApplications, g.num),
			t.write(`DELETE FROM invitation WHERE grp = ?`, g.num),
			t.exec(deleteMedia, fileGroup, g.num),
			t.write(`DELETE FROM attribute WHERE grp = ?`, g.num),
			t.write(`DELETE FROM counter WHERE grp = ?`, g.num),
			t.write(`DELETE FROM banned WHERE grp = ?`, g.num),
			t.exec(insertPurge, g.messageID(0), g.messageID(g.last)),
		} {
			if step != nil {
				return step
			}
		}
		t.tell(Notice{Audience: Audience{To: g.uids, Except: by.Inst}, Group: g.ref, Type: NoticeDissolved, Operator: by.User, Time: t.time})
		event := GroupDestroyed{By: by, Group: g.snapshot()}
		for _, m := range g.order {
			event.Members = append(event.Members, m.acc.pub.ID)
		}
		t.tell(event)
		t.apply(func() {
			delete(c.groups, id)
			for _, m := range g.order {
				delete(m.acc.joined, g)
			}
		})
		return nil
	})
	if err != nil {
		return err
	}
	c.resumePurge()
	return nil
}

// Group returns a group's profile.
func (c *Core) Group(id string) (Group, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	g, err := c.group(id)
	if err != nil {
		return Group{}, err
	}
	return g.snapshot(), nil
}

// Groups returns the profiles of all groups, by time of creation.
func (c *Core) Groups() []Group {
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := slices.SortedFunc(maps.Values(c.groups), func(x, y *group) int { return int(x.num - y.num) })
	snapshots := make([]Group, len(list))
	for i, g := range list {
		snapshots[i] = g.snapshot()
	}
	return snapshots
}
