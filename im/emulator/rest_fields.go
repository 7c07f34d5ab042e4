package emulator

import (
	"slices"

	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// restRow is a row of a reply that has only those fields that were asked for.
type restRow map[string]any

// The names that filters know. Old names are answered with the new ones.
var (
	restGroupFields = []string{
		"Type", "Name", "Introduction", "Notification", "FaceUrl", "CreateTime", "Owner_Account", "InfoSeq", "LastInfoTime",
		"LastMsgTime", "NextMsgSeq", "MemberNum", "MaxMemberNum", "ApplyJoinOption", "InviteJoinOption", "MuteAllMember",
	}
	restMemberFields = []string{"Role", "JoinTime", "MsgSeq", "MsgFlag", "LastSendMsgTime", "MuteUntil", "NameCard"}
)

func restGroupRow(g core.Group, names []string) restRow {
	row := restRow{"GroupId": g.ID}
	for _, name := range names {
		row.addGroup(g, name)
	}
	return row
}

func (f restRow) addGroup(g core.Group, name string) {
	switch name {
	case "Type":
		f[name] = g.Type
	case "Name":
		f[name] = g.Name
	case "Introduction":
		f[name] = g.Introduction
	case "Notification":
		f[name] = g.Notification
	case "FaceUrl":
		f[name] = g.FaceURL
	case "CreateTime":
		f[name] = g.CreateTime
	case "Owner_Account":
		f[name] = g.Owner
	case "InfoSeq":
		f[name] = g.InfoSeq
	case "LastInfoTime":
		f[name] = g.LastInfoTime
	case "LastMsgTime":
		f[name] = g.LastMsgTime
	case "NextMsgSeq":
		f[name] = g.NextSeq
	case "MemberNum":
		f[name] = g.MemberNum
	case "MaxMemberNum":
		f[name] = g.MaxMemberNum
	case "ApplyJoinOption":
		f[name] = g.ApplyJoin
	case "InviteJoinOption":
		f[name] = g.InviteJoin
	case "MuteAllMember", "ShutUpAllMember":
		f["MuteAllMember"] = restOnOff(g.MuteAll)
	}
}

func restOnOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}

func (f restRow) addMember(m core.Member, names []string) {
	for _, name := range names {
		switch name {
		case "Role":
			f[name] = m.Role
		case "JoinTime":
			f[name] = m.JoinTime
		case "MsgSeq":
			f[name] = m.Read
		case "MsgFlag":
			f[name] = m.MsgFlag
		case "LastSendMsgTime":
			f[name] = 0 // not kept; the service, too, gives 0 for who never spoke
		case "MuteUntil", "ShutUpUntil":
			f["MuteUntil"] = m.MuteUntil
		case "NameCard":
			f[name] = m.Card
		}
	}
}

// restMemberRows has the asked-for fields and custom keys of members; all asks for every custom key.
func restMemberRows(members []core.Member, names, custom []string, all bool) wire.List[restRow] {
	rows := make(wire.List[restRow], len(members))
	for i, m := range members {
		row := restRow{"Member_Account": m.User}
		row.addMember(m, names)
		if picked := restPick(m.Custom, custom, all); picked != nil {
			row["AppMemberDefinedData"] = picked
		}
		rows[i] = row
	}
	return rows
}

// restPick takes the custom fields with the asked-for keys, or all of them.
func restPick(custom []core.KV, keys []string, all bool) []wire.KeyValue {
	var picked []wire.KeyValue
	for _, field := range custom {
		if all || slices.Contains(keys, field.Key) {
			picked = append(picked, wire.KeyValue(field))
		}
	}
	return picked
}
