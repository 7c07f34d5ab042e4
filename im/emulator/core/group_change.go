package core

import (
	"context"
	"maps"
	"slices"
)

// GroupChange is a change of a group's profile; nil fields stay.
type GroupChange struct {
	Name, Introduction, Notification, FaceURL *string
	ApplyJoin, InviteJoin                     *string
	MaxMemberNum                              *int
	MuteAll                                   *bool
	HidesPast                                 *bool   // only where the type keeps history and tells who comes
	Owner                                     *string // hands the group over
	Custom                                    []KV    // an empty value deletes the key
}

// ModifyGroup changes a group's profile; owner, admins and app admins may, and only the
// owner may hand it over.
func (c *Core) ModifyGroup(ctx context.Context, by Actor, id string, change GroupChange) error {
	if err := change.check(); err != nil {
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
	if info.Custom = mergeCustom(info.Custom, change.Custom); len(info.Custom) > maxGroupCustom {
		return refuse(CodeBadParameter, "a group has at most %d custom fields", maxGroupCustom)
	}
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
		info.MaxMemberNum = t.c.withinPlan(info.Type, *change.MaxMemberNum)
	}
	if change.MuteAll != nil {
		info.MuteAll = *change.MuteAll
	}
	if change.HidesPast != nil {
		info.HidesPast = *change.HidesPast
	}
	info.InfoSeq++
	info.LastInfoTime = t.time
	if err := t.showFace(by, text(change.FaceURL)); err != nil {
		return err
	}
	err := t.exec(updateGroup, info.Name, info.Introduction, info.Notification, info.FaceURL, t.c.uidOf(info.Owner), info.InfoSeq,
		info.LastInfoTime, info.MaxMemberNum, info.ApplyJoin, info.InviteJoin, info.MuteAll, encodeList(info.Custom), info.HidesPast, g.num)
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
