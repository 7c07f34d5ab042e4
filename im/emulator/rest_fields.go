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
	case "HistoryMsgBeforeJoin": // only where it is asked for by name
		f[name] = restOnOff(!g.HidesPast)
	}
}

func restOnOff(on bool) string {
	if on {
		return "On"
	}
	return "Off"
}

// addMember adds fields of a member who last sent a message at a time, 0 for never.
func (f restRow) addMember(m core.Member, names []string, sent int64) {
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
			f[name] = sent
		case "MuteUntil", "ShutUpUntil":
			f["MuteUntil"] = m.MuteUntil
		case "NameCard":
			f[name] = m.Card
		}
	}
}

// restFields are the fields and the custom keys that are asked for; allCustom asks for every
// custom key.
type restFields struct {
	names, custom []string
	allCustom     bool
}

// restLastSent is the one field of a member that has to be looked up in the history.
const restLastSent = "LastSendMsgTime"

// restOnline is the one field of a member that is not stored; it is answered only where it is
// asked for by name.
const restOnline = "OnlineStatus"

// memberRows has the asked-for fields of members of a group.
func (c restCall) memberRows(group string, members []core.Member, fields restFields) (wire.List[restRow], error) {
	sent, err := c.lastSent(group, fields.names)
	if err != nil {
		return nil, err
	}
	rows := make(wire.List[restRow], len(members))
	for i, m := range members {
		row := restRow{"Member_Account": m.User}
		row.addMember(m, fields.names, sent[m.User])
		if slices.Contains(fields.names, restOnline) {
			row[restOnline] = restStatus(m.User, c.Online(m.User), false).Status
		}
		if picked := restPick(m.Custom, fields.custom, fields.allCustom); picked != nil {
			row["AppMemberDefinedData"] = picked
		}
		rows[i] = row
	}
	return rows, nil
}

// lastSent is when members last sent a message, if that is asked for.
func (c restCall) lastSent(group string, names []string) (map[string]int64, error) {
	if !slices.Contains(names, restLastSent) {
		return nil, nil
	}
	return c.Core.LastSent(group)
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
