package model

import "slices"

// The most bytes of a group's fields, in UTF-8: a Chinese character takes three (rest-api, sections 2.1 and 8.2).
const (
	GroupIDBytes           = 48
	GroupNameBytes         = 30
	GroupIntroductionBytes = 240
	GroupNotificationBytes = 300
	GroupFaceURLBytes      = 100
	NameCardBytes          = 50
	UserIDBytes            = 32
)

// The most people in one request (rest-api, sections 2.1, 2.5 and 2.6; where sources disagree, the lower one).
const (
	CreateMembers = 100
	AddMembers    = 100
	RemoveMembers = 100
)

// GroupAction is something that a user may want to do to a group.
type GroupAction int

// The actions.
const (
	ActInvite GroupAction = iota + 1
	ActRemove
	ActSetAdmin
	ActMute
	ActMuteAll
	ActEditGroup
	ActEditMember
	ActHandOver
	ActQuit
	ActDestroy
	ActApprove
)

// Refusal says why an action is not open to somebody; Allowed when it is.
type Refusal int

// The refusals.
const (
	Allowed Refusal = iota
	// NotForType: groups of this type do not know the action for anybody.
	NotForType
	// OwnerOnly and AdminsOnly: somebody else in the group could.
	OwnerOnly
	AdminsOnly
	// OwnerMustHandOver: an owner cannot leave.
	OwnerMustHandOver
	// NotInGroup: only members could.
	NotInGroup
	// AppAdminOnly: only the app's administrator could, over REST.
	AppAdminOnly
)

// Allows says whether somebody of the role may do the action in a group of the type. An app administrator
// (REST) may do whatever the type knows, but takes no owner out of a group either. The service has the last word; this is so that a screen can explain
// before it asks (rest-api, section 2.0; push-protocol, section 6.5).
func (t GroupType) Allows(action GroupAction, role ServiceRole, appAdmin bool) Refusal {
	if refusal := t.knows(action); refusal != Allowed {
		return refusal
	}
	if appAdmin && (action != ActQuit || role != Owner) {
		return Allowed
	}
	if role == NotMember || role == "" {
		return NotInGroup
	}
	switch action {
	case ActQuit:
		return t.allowsQuit(role)
	case ActDestroy:
		return t.allowsDestroy(role)
	case ActInvite, ActEditGroup:
		if t == Work {
			return Allowed // everybody in a Work group may invite and change its profile
		}
		if action == ActInvite {
			return Allowed // whether an invitation needs a decision is the group's own setting
		}
		return adminsOnly(role)
	case ActHandOver, ActSetAdmin:
		return ownerOnly(role)
	case ActRemove:
		if t == Work {
			return ownerOnly(role)
		}
		return adminsOnly(role)
	default:
		return adminsOnly(role)
	}
}

// knows says whether groups of the type have the action at all.
func (t GroupType) knows(action GroupAction) Refusal {
	var unknown []GroupAction
	switch t {
	case AVChatRoom:
		unknown = []GroupAction{ActInvite, ActRemove, ActHandOver, ActApprove, ActSetAdmin, ActEditMember}
	case Work:
		unknown = []GroupAction{ActSetAdmin, ActMute, ActMuteAll, ActApprove}
	case Meeting:
		unknown = []GroupAction{ActApprove}
	}
	if slices.Contains(unknown, action) {
		return NotForType
	}
	return Allowed
}

// allowsQuit: an owner hands over first; only in a Work group may the owner leave, which then has none.
func (t GroupType) allowsQuit(role ServiceRole) Refusal {
	if role == Owner && t != Work {
		return OwnerMustHandOver
	}
	return Allowed
}

// allowsDestroy: a Work group has no owner's right to dissolve it.
func (t GroupType) allowsDestroy(role ServiceRole) Refusal {
	if t == Work {
		return AppAdminOnly
	}
	return ownerOnly(role)
}

func ownerOnly(role ServiceRole) Refusal {
	if role == Owner {
		return Allowed
	}
	return OwnerOnly
}

func adminsOnly(role ServiceRole) Refusal {
	if role == Owner || role == Admin {
		return Allowed
	}
	return AdminsOnly
}
