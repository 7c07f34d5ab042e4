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
	maxNewMembers        = 300
)

// group finds a group for the writer goroutine or under the lock.
func (c *Core) group(id string) (*group, error) {
	g, known := c.groups[id]
	if !known {
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
	kind, known := ParseGroupType(n.Type)
	switch {
	case !known:
		return Group{}, refuse(CodeBadParameter, "group type %q is unknown", n.Type)
	case n.Name == "":
		return Group{}, refuse(CodeBadParameter, "Name is missing")
	case len(n.Members) > maxNewMembers:
		return Group{}, refuse(CodeTooManyAccounts, "at most %d members at once", maxNewMembers)
	case kind == AVChatRoom && len(n.Members) > 0:
		return Group{}, refuse(CodeNoPermission, "members of an AVChatRoom join by themselves")
	}
	if err := checkTexts(n.Name, n.Introduction, n.Notification, n.FaceURL); err != nil {
		return Group{}, err
	}
	if err := checkGroupID(n.ID, kind); err != nil {
		return Group{}, err
	}
	return perform(ctx, c, true, func(t *txn) (Group, error) { return t.createGroup(by, n, kind) })
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
	members, err := c.founders(n)
	if err != nil {
		return Group{}, err
	}
	g, err := t.insertGroup(n, kind, members)
	if err != nil {
		return Group{}, err
	}
	t.apply(func() { c.addGroup(g) })
	t.tellFounders(by, g, members)
	return g.snapshot(), nil
}

// founders lists the first members: the owner and those named, once each.
func (c *Core) founders(n NewGroup) ([]NewMember, error) {
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
		if c.accounts[m.User] == nil {
			return nil, refuse(CodeNoAccount, "account %s does not exist", m.User)
		}
		if m.Role == "" {
			m.Role = RoleMember
		}
		members = append(members, m)
	}
	return members, nil
}

func (t *txn) insertGroup(n NewGroup, kind GroupType, members []NewMember) (*group, error) {
	c, rules, now := t.c, rulesOf[kind], t.time
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
	if err := t.exec(insertGroup, g.num, i.ID, i.Type, i.Name, i.Introduction, i.Notification, i.FaceURL, c.uidOf(i.Owner),
		i.CreateTime, i.InfoSeq, i.LastInfoTime, i.MaxMemberNum, i.ApplyJoin, i.InviteJoin, i.MuteAll, encodeList(i.Custom),
		g.last, g.first, g.lastTime, g.previewSeq); err != nil {
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
		row: t.c.lastMember, acc: t.c.accounts[n.User], group: g, role: n.Role, card: n.Card, joined: t.time, read: read,
		flag: AcceptAndNotify, custom: n.Custom, changed: t.time,
	}
	return m, t.exec(insertMember, m.row, g.num, m.acc.pub.UID, m.role, m.card, m.joined, m.read, m.flag, m.muteUntil,
		encodeList(m.custom), m.hidden, m.pinned)
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

// DestroyGroup dissolves a group; its owner or an app admin may.
func (c *Core) DestroyGroup(ctx context.Context, by Actor, id string) error {
	err := c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		if !by.Admin && m.role != RoleOwner {
			return refuse(CodeNoPermission, "only the owner may dissolve group %s", id)
		}
		for _, step := range []error{
			t.exec(deleteGroup, g.num),
			t.exec(deleteMembers, g.num),
			t.exec(clearApplications, g.num),
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

// GroupChange is a change of a group's profile; nil fields stay.
type GroupChange struct {
	Name, Introduction, Notification, FaceURL *string
	ApplyJoin, InviteJoin                     *string
	MaxMemberNum                              *int
	MuteAll                                   *bool
	Owner                                     *string // hands the group over
	Custom                                    []KV    // an empty value deletes the key
}

// ModifyGroup changes a group's profile; owner, admins and app admins may, and only the
// owner may hand it over.
func (c *Core) ModifyGroup(ctx context.Context, by Actor, id string, change GroupChange) error {
	if err := checkTexts(text(change.Name), text(change.Introduction), text(change.Notification), text(change.FaceURL)); err != nil {
		return err
	}
	return c.change(ctx, func(t *txn) error {
		g, m, err := c.memberOf(id, by)
		if err != nil {
			return err
		}
		if err := mayModifyGroup(by, g, m, change); err != nil {
			return err
		}
		if !g.rules().choice {
			change.ApplyJoin = nil
		}
		if change.Owner != nil {
			if err := t.handOver(g, *change.Owner); err != nil {
				return err
			}
		}
		return t.modifyGroup(by, g, change)
	})
}

func mayModifyGroup(by Actor, g *group, m *member, change GroupChange) error {
	id := g.info.ID
	switch {
	case !by.Admin && g.info.Type != Private && !m.manages():
		return refuse(CodeNoPermission, "%s may not change group %s", by.User, id)
	case change.Owner != nil && g.info.Type == AVChatRoom:
		return refuse(CodeNoPermission, "an AVChatRoom cannot be handed over")
	case change.Owner != nil && !by.Admin && m.role != RoleOwner:
		return refuse(CodeNoPermission, "only the owner may hand over group %s", id)
	case change.MuteAll != nil && !g.rules().mute:
		return refuse(CodeNoPermission, "a work group cannot be muted")
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (t *txn) modifyGroup(by Actor, g *group, change GroupChange) error {
	info := g.info
	info.Custom = mergeCustom(info.Custom, change.Custom)
	for _, field := range []struct{ from, to *string }{
		{change.Name, &info.Name},
		{change.Introduction, &info.Introduction},
		{change.Notification, &info.Notification},
		{change.FaceURL, &info.FaceURL},
		{change.ApplyJoin, &info.ApplyJoin},
		{change.InviteJoin, &info.InviteJoin},
		{change.Owner, &info.Owner},
	} {
		if field.from != nil {
			*field.to = *field.from
		}
	}
	if change.MaxMemberNum != nil {
		info.MaxMemberNum = *change.MaxMemberNum
	}
	if change.MuteAll != nil {
		info.MuteAll = *change.MuteAll
	}
	info.InfoSeq++
	info.LastInfoTime = t.time
	err := t.exec(updateGroup, info.Name, info.Introduction, info.Notification, info.FaceURL, t.c.uidOf(info.Owner), info.InfoSeq,
		info.LastInfoTime, info.MaxMemberNum, info.ApplyJoin, info.InviteJoin, info.MuteAll, encodeList(info.Custom), g.num)
	if err != nil {
		return err
	}
	t.tell(GroupChanged{By: by, Group: g.ref, Change: change, OldOwner: g.info.Owner})
	t.apply(func() {
		g.info, g.changed = info, t.time
		g.refreshRef()
	})
	fields := changedFields(change)
	if len(fields) == 0 {
		return nil // a tip that names no change makes the Web SDK throw
	}
	return t.tip(by, g, tipBody{Op: TipGroupChanged, Count: len(g.order), Changes: fields})
}

func changedFields(change GroupChange) map[string]any {
	fields := map[string]any{}
	for name, value := range map[string]*string{
		"GroupName": change.Name, "GroupIntroduction": change.Introduction, "GroupNotification": change.Notification,
		"GroupFaceUrl": change.FaceURL, "Owner_Account": change.Owner,
		"GroupApplyJoinOption": change.ApplyJoin, "InviteJoinOption": change.InviteJoin,
	} {
		if value != nil {
			fields[name] = *value
		}
	}
	if change.MuteAll != nil {
		fields["ShutupAll"] = 0
		if *change.MuteAll {
			fields["ShutupAll"] = 1
		}
	}
	return fields
}

// mergeCustom sets and deletes custom fields; the old list stays as it is.
func mergeCustom(old, changes []KV) []KV {
	if len(changes) == 0 {
		return old
	}
	values := map[string]string{}
	for _, list := range [][]KV{old, changes} {
		for _, kv := range list {
			values[kv.Key] = kv.Value
		}
	}
	var merged []KV
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if values[key] != "" {
			merged = append(merged, KV{Key: key, Value: values[key]})
		}
	}
	return merged
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
