package convert

import (
	"maps"
	"slices"

	"reddot/im/wire"
	"reddot/model"
)

// joinOption maps who may come in, or be invited, to the model; a name that is not known stands for nothing.
func joinOption(name string) model.JoinOption {
	switch name {
	case wire.JoinFree:
		return model.JoinFree
	case wire.JoinPermission:
		return model.JoinApproval
	case wire.JoinDisabled, wire.InviteDisabled:
		return model.JoinClosed
	}
	return ""
}

// applyOption and inviteOption map back. Being closed has a name of its own for invitations.
func applyOption(option model.JoinOption) string {
	switch option {
	case model.JoinFree:
		return wire.JoinFree
	case model.JoinApproval:
		return wire.JoinPermission
	case model.JoinClosed:
		return wire.JoinDisabled
	}
	return ""
}

func inviteOption(option model.JoinOption) string {
	if option == model.JoinClosed {
		return wire.InviteDisabled
	}
	return applyOption(option)
}

// CreateGroup is the request that makes a group with its first members.
func CreateGroup(group model.NewGroup, owner string, members []model.NewMember) wire.CreateGroupRequest {
	kind, _ := wire.GroupType(string(group.Type))
	request := wire.CreateGroupRequest{
		OwnerAccount: owner, Type: kind, GroupID: group.ID, Name: group.Name, Introduction: group.Introduction,
		Notification: group.Notification, FaceURL: group.FaceURL, MaxMemberCount: uint32(max(group.MaxMembers, 0)),
		ApplyJoinOption: applyOption(group.Join), InviteJoinOption: inviteOption(group.Invite),
	}
	for _, member := range members {
		row := wire.NewMember{MemberAccount: member.User, AppMemberDefinedData: keyValues(member.Custom)}
		if member.Admin {
			row.Role = wire.RoleAdmin
		}
		request.MemberList = append(request.MemberList, row)
	}
	return request
}

// keyValues maps custom fields, in the order of their keys.
func keyValues(custom map[string]string) []wire.KeyValue {
	var fields []wire.KeyValue
	for _, key := range slices.Sorted(maps.Keys(custom)) {
		fields = append(fields, wire.KeyValue{Key: key, Value: custom[key]})
	}
	return fields
}

// AddMembers is the request that adds people. It carries neither roles nor custom fields: the documented request has
// accounts alone (rest-api, section 2.5).
func AddMembers(groupID string, members []model.NewMember) wire.AddGroupMemberRequest {
	request := wire.AddGroupMemberRequest{GroupID: groupID}
	for _, member := range members {
		request.MemberList = append(request.MemberList, wire.NewMember{MemberAccount: member.User})
	}
	return request
}

// AddResults maps what became of people who were to be added.
func AddResults(rows []wire.AddResult) []model.AddResult {
	results := make([]model.AddResult, 0, len(rows))
	for _, row := range rows {
		results = append(results, model.AddResult{User: row.MemberAccount, Outcome: addOutcome(row.Result)})
	}
	return results
}

func addOutcome(result int) model.AddOutcome {
	switch result {
	case wire.AddDone:
		return model.Added
	case wire.AddWasMember:
		return model.AlreadyMember
	case wire.AddWaiting:
		return model.AwaitsConsent
	case wire.AddOverLimit:
		return model.OverGroupLimit
	default:
		return model.AddRefused
	}
}

// EditGroup is the request that changes a group's profile. The mute of all members is set in the spelling of the
// current documents; the long connection has the older one.
func EditGroup(groupID string, edit model.GroupEdit) wire.ModifyGroupInfoRequest {
	request := wire.ModifyGroupInfoRequest{
		GroupID: groupID, Name: edit.Name, Introduction: edit.Introduction, Notification: edit.Notification, FaceURL: edit.FaceURL,
	}
	if edit.MaxMembers != nil {
		most := uint32(max(*edit.MaxMembers, 0))
		request.MaxMemberNum = &most
	}
	if edit.Join != nil {
		option := applyOption(*edit.Join)
		request.ApplyJoinOption = &option
	}
	if edit.Invite != nil {
		option := inviteOption(*edit.Invite)
		request.InviteJoinOption = &option
	}
	if edit.MuteAll != nil {
		on := "Off"
		if *edit.MuteAll {
			on = "On"
		}
		request.MuteAllMember = &on
	}
	return request
}

// EditMember is the request that changes a membership, with the same reserve about the mute.
func EditMember(groupID, user string, edit model.MemberEdit) wire.ModifyMemberInfoRequest {
	request := wire.ModifyMemberInfoRequest{
		GroupID: groupID, MemberAccount: user, NameCard: edit.NameCard, MuteTime: edit.MuteSeconds,
		AppMemberDefinedData: keyValues(edit.Custom),
	}
	if edit.Role != nil {
		role := wire.RoleMember
		if *edit.Role == model.Admin {
			role = wire.RoleAdmin
		}
		request.Role = &role
	}
	return request
}
