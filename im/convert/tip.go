package convert

import (
	"slices"

	"reddot/im/wire"
	"reddot/model"
)

// What the OpType of a tip says (push-protocol, section 8.4). 8, a topic that changed, is not told apart.
var tipKinds = map[int64]model.TipKind{
	1: model.TipJoined,
	2: model.TipLeft,
	3: model.TipRemoved,
	4: model.TipAdminSet,
	5: model.TipAdminUnset,
	6: model.TipProfileChanged,
	7: model.TipMemberChanged,
}

// profileFields maps the fields of MsgGroupNewInfo to the names that model.Tip uses.
var profileFields = map[string]string{
	"GroupName":         "name",
	"GroupNotification": "notification",
	"GroupIntroduction": "introduction",
	"Owner_Account":     "owner",
}

// readTipOrNotice maps a body that is an object: a tip has an OpType, a notice a ReportType. Nil for anything else.
func readTipOrNotice(s *Scanner, groupID string) model.Element {
	tip := model.Tip{Names: make(map[string]string)}
	notice := model.Notice{GroupID: groupID}
	isTip := false
	for key := range s.Object() {
		switch key {
		case "OpType":
			isTip = true
			if kind := tipKinds[s.Number()]; tip.Kind == model.TipUnknown { // unless the members told already
				tip.Kind = kind
			}
		case "ReportType":
			notice.Type = int(s.Number())
		case "Operator_Account":
			tip.Operator = s.Name()
			notice.Operator = tip.Operator
		case "RemarkInfo":
			notice.Text = s.Text()
		case "MemberNum":
			tip.Members = int(s.Number())
		case "List_Account":
			for range s.Array() {
				addTipUser(&tip, s.Name())
			}
		case "MsgMemberExtraInfo", "MsgMemberInfo":
			readTipMembers(s, &tip)
		case "MsgGroupNewInfo":
			tip.Changed = readProfileChange(s)
		default:
			s.Skip()
		}
	}
	switch {
	case s.err != nil:
		return nil
	case isTip:
		return tip
	case notice.Type != 0:
		return notice
	}
	return nil
}

// systemTip maps a system message whose body is an array with a tip for its one element, as REST has it; nil for all others.
func systemTip(r *Row, groupID string, names *Interner) model.Element {
	if !r.system {
		return nil
	}
	for _, element := range wire.MsgBody(r.body).Elements() {
		if element.MsgType == wire.ElemTip {
			return readTipOrNotice(NewScanner(element.MsgContent, names), groupID)
		}
	}
	return nil
}

// readTipMembers reads the members that a tip is about. Of a change of member info (OpType 7) they are the only place
// where the users stand.
func readTipMembers(s *Scanner, tip *model.Tip) {
	for range s.Array() {
		user, nick := "", ""
		for key := range s.Object() {
			switch key {
			case "User_Account":
				user = s.Name()
			case "NickName":
				nick = s.Name()
			case "ShutupTime": // seconds, 0 ends it
				tip.Kind = model.TipUnmuted
				if s.Number() > 0 {
					tip.Kind = model.TipMuted
				}
			default:
				s.Skip()
			}
		}
		addTipUser(tip, user)
		if user != "" && nick != "" {
			tip.Names[user] = nick
		}
	}
}

func addTipUser(tip *model.Tip, user string) {
	if user != "" && !slices.Contains(tip.Users, user) {
		tip.Users = append(tip.Users, user)
	}
}

// readProfileChange reads the changed fields of a group's profile; fields that no screen shows are left out.
func readProfileChange(s *Scanner) map[string]string {
	changed := make(map[string]string)
	for key := range s.Object() {
		field, known := profileFields[key]
		if !known {
			s.Skip()
			continue
		}
		changed[field] = s.Text()
	}
	return changed
}

// attributeTip gives a tip in history the sender that its push had: the operator, so that an own tip counts as own.
// The service's history names the system account instead, as the official SDK wants it.
func attributeTip(m *model.Message) {
	if m.Sender != wire.SystemAccount || len(m.Elements) != 1 {
		return
	}
	if tip, ok := m.Elements[0].(model.Tip); ok && tip.Operator != "" {
		m.Sender = tip.Operator
	}
}

// nameOperator adds the sender's nick name to the names of a tip: the operator's stands in the row, not in the body.
func nameOperator(m *model.Message) {
	if len(m.Elements) != 1 || m.SenderName == "" {
		return
	}
	tip, ok := m.Elements[0].(model.Tip)
	if !ok || tip.Operator != m.Sender || tip.Names[tip.Operator] != "" {
		return
	}
	tip.Names[tip.Operator] = m.SenderName
}
