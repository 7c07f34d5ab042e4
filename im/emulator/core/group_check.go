package core

import "slices"

// Limits of custom fields (rest-api.md section 2.0).
const (
	maxGroupCustomValue  = 512 // bytes
	maxMemberCustomValue = 64  // bytes
	maxCustomKey         = 16  // bytes
)

// checkFields looks at what both making and importing a group bring along.
func (n NewGroup) checkFields() error {
	if err := checkTexts(n.Name, n.Introduction, n.Notification, n.FaceURL); err != nil {
		return err
	}
	if err := checkJoining(n.ApplyJoin, n.InviteJoin); err != nil {
		return err
	}
	if err := checkCustom(n.Custom, maxGroupCustom, maxGroupCustomValue); err != nil {
		return err
	}
	return checkNewMembers(n.Members)
}

func checkNewMembers(list []NewMember) error {
	for _, m := range list {
		if m.Role != "" && m.Role != RoleAdmin && m.Role != RoleMember {
			return refuse(CodeBadParameter, "Role of %.40q may only be Admin, not %.20q", m.User, m.Role)
		}
		if err := checkCustom(m.Custom, maxMemberCustom, maxMemberCustomValue); err != nil {
			return err
		}
	}
	return nil
}

func checkCustom(list []KV, keys, value int) error {
	if len(list) > keys {
		return refuse(CodeBadParameter, "at most %d custom fields, %d were given", keys, len(list))
	}
	for _, field := range list {
		if field.Key == "" || len(field.Key) > maxCustomKey || len(field.Value) > value {
			return refuse(CodeBadParameter, "custom field %.40q: a key has 1 to %d bytes, a value at most %d", field.Key, maxCustomKey, value)
		}
	}
	return nil
}

// checkJoining looks at who may join and who may invite; "" is the type's own.
func checkJoining(apply, invite string) error {
	if !slices.Contains([]string{"", FreeAccess, NeedPermission, DisableApply}, apply) {
		return refuse(CodeBadParameter, "ApplyJoinOption %.40q is unknown", apply)
	}
	if !slices.Contains([]string{"", FreeAccess, NeedPermission, DisableInvite}, invite) {
		return refuse(CodeBadParameter, "InviteJoinOption %.40q is unknown", invite)
	}
	return nil
}

func (c GroupChange) check() error {
	if err := checkTexts(text(c.Name), text(c.Introduction), text(c.Notification), text(c.FaceURL)); err != nil {
		return err
	}
	if c.Name != nil && *c.Name == "" {
		return refuse(CodeBadParameter, "Name must not be empty")
	}
	if c.MaxMemberNum != nil && *c.MaxMemberNum <= 0 {
		return refuse(CodeBadParameter, "MaxMemberNum must be positive")
	}
	if err := checkJoining(text(c.ApplyJoin), text(c.InviteJoin)); err != nil {
		return err
	}
	return checkCustom(c.Custom, maxGroupCustom, maxGroupCustomValue)
}

// muteForever is the number of seconds that stands for no end.
const muteForever = 4294967295

func (c MemberChange) check() error {
	switch {
	case c.Card != nil && len(*c.Card) > maxNameCard:
		return refuse(CodeBadParameter, "a name card has at most %d bytes", maxNameCard)
	case c.MuteTime != nil && (*c.MuteTime < 0 || *c.MuteTime > muteForever):
		return refuse(CodeBadParameter, "MuteTime %d is not between 0 and %d seconds", *c.MuteTime, int64(muteForever))
	case c.MsgFlag != nil && !slices.Contains([]string{AcceptAndNotify, AcceptNotNotify, Discard}, *c.MsgFlag):
		return refuse(CodeBadParameter, "MsgFlag %.40q is unknown", *c.MsgFlag)
	}
	return checkCustom(c.Custom, maxMemberCustom, maxMemberCustomValue)
}
