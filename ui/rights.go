package ui

import (
	"fmt"

	"reddot/model"
)

// refusal says why the user may not do something to a group and who could, "" if they may.
func (m *Model) refusal(group *model.Group, action model.GroupAction) string {
	if m.groups == nil {
		return m.look.words.GroupsNotHere
	}
	return refusalText(m.look, m.groups.MayDo(group, action), group, m.ownerName(group))
}

func refusalText(k *look, refusal model.Refusal, group *model.Group, owner string) string {
	switch refusal {
	case model.Allowed:
		return ""
	case model.NotForType:
		return fmt.Sprintf(k.words.NotForTypeF, k.words.GroupTypes[group.Type])
	case model.OwnerOnly:
		return fmt.Sprintf(k.words.OwnerOnlyF, bracketed(owner))
	case model.AdminsOnly:
		return fmt.Sprintf(k.words.AdminsOnlyF, bracketed(owner))
	case model.OwnerMustHandOver:
		return k.words.OwnerMustHandOver
	case model.NotInGroup:
		return k.words.NotInGroup
	default:
		return k.words.AppAdminOnly
	}
}

// bracketed is a name behind what it explains, "" for none.
func bracketed(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// ownerName is what the owner of a group is called, "" if nobody knows.
func (m *Model) ownerName(group *model.Group) string {
	switch {
	case group.Owner == "":
		return ""
	case group.Owner == m.look.self:
		return m.look.words.You
	}
	if c := m.view.ByID[model.GroupConversation(group.ID)]; c != nil {
		return userName(group.Owner, nil, c)
	}
	return clean(group.Owner)
}
