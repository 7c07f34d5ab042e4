package push

import (
	"reddot/im/wire"
	"reddot/model"
)

// row is one item of a message array: a pushed message, a tip, or a line of history. A group's row and a C2C row share it,
// because their fields differ by name and never contradict each other.
type row struct {
	message model.Message
	groupID string
	from    string
	to      string
	// place is the IsPlaceMsg of group history: a message, or what is left of one.
	place int64
	// synced marks the copy of an own C2C message from another device; from and to are swapped in it.
	synced bool
	// flags are the MsgFlagBits of C2C history.
	flags int64
	// body is the MsgBody as it was sent: an array of elements, or the object of a tip or notice.
	body  []byte
	group groupInfo
}

// groupInfo is the GroupInfo of a row.
type groupInfo struct {
	id, nick, nameCard string
}

// readRow reads one item of a message array. Its body aliases the document.
func readRow(s *scanner) row {
	var r row
	m := &r.message
	for key := range s.object() {
		switch key {
		case "From_Account":
			r.from = s.name()
		case "To_Account":
			r.to = s.name()
		case "ToGroupId", "GroupId":
			r.groupID = s.name()
		case "MsgSeq":
			m.Sequence = s.number()
		case "MsgRandom":
			m.Random = uint32(s.number())
		case "MsgTimeStamp":
			m.ServerTime = s.number()
		case "MsgClientTime":
			m.ClientTime = s.number()
		case "MsgVersion":
			m.Version = s.number()
		case "NeedReadReceipt", "IsNeedReadReceipt":
			m.NeedReceipt = s.flag()
		case "CloudCustomData":
			m.CustomData = s.text()
		case "OnlineOnlyFlag":
			m.OnlineOnly = s.flag()
		case "IsPeerRead":
			m.PeerRead = s.flag()
		case "IsSyncMsg":
			r.synced = s.flag()
		case "IsPlaceMsg":
			r.place = s.number()
		case "MsgFlagBits":
			r.flags = s.number()
		case "From_AccountNick":
			m.SenderName = s.name()
		case "GroupAtInfo":
			readMentions(s, m)
		case "SendMsgControl":
			readControl(s, m)
		case "GroupInfo":
			r.group = readGroupInfo(s)
		case "MsgBody":
			r.body = s.raw()
		default:
			s.skip()
		}
	}
	return r
}

func readGroupInfo(s *scanner) groupInfo {
	var info groupInfo
	for key := range s.object() {
		switch key {
		case "GroupId":
			info.id = s.name()
		case "From_AccountNick":
			info.nick = s.name()
		case "MsgFrom_AccountExtraInfo":
			for extra := range s.object() {
				if extra != "NameCard" {
					s.skip()
					continue
				}
				info.nameCard = s.name()
			}
		default:
			s.skip()
		}
	}
	return info
}

// readMentions reads the list of who is mentioned, in the form in which it was sent (push-protocol, section 6.6).
func readMentions(s *scanner, m *model.Message) {
	for range s.array() {
		all, user := false, ""
		for key := range s.object() {
			switch key {
			case "GroupAtAllFlag":
				all = s.flag()
			case "GroupAt_Account":
				user = s.name()
			default:
				s.skip()
			}
		}
		switch {
		case all:
			m.MentionAll = true
		case user != "":
			m.Mentions = append(m.Mentions, user)
		}
	}
}

// readControl reads SendMsgControl: an object of flags in pushes, a list of names in requests.
func readControl(s *scanner, m *model.Message) {
	if s.peek() == '[' {
		for range s.array() {
			setControl(m, s.name(), true)
		}
		return
	}
	for key := range s.object() {
		setControl(m, key, s.flag())
	}
}

func setControl(m *model.Message, name string, value bool) {
	switch name {
	case wire.ControlNoUnread:
		m.NoUnread = value
	case wire.ControlNoLastMsg:
		m.NoLastMessage = value
	}
}

// groupMessage makes the message of a group's row, nil if the row names no group.
func (r *row) groupMessage(names *interner) *model.Message {
	groupID := r.groupID
	if groupID == "" {
		groupID = r.group.id
	}
	if groupID == "" {
		return nil
	}
	m := r.message
	m.Conversation = names.group(groupID)
	m.Sender = r.from
	m.NameCard = r.group.nameCard
	if r.group.nick != "" {
		m.SenderName = r.group.nick
	}
	m.Recalled = r.place == wire.PlaceRecalled
	m.Elements = readBody(r.body, groupID, names)
	nameOperator(&m)
	return &m
}

// c2cMessage makes the message of a C2C row as the user self sees it, nil if the row names nobody.
//
// The service swaps sender and receiver in the copy for the sender's other devices (push-protocol, section 8.2).
func (r *row) c2cMessage(self string, names *interner) *model.Message {
	from, to := r.from, r.to
	if r.synced {
		from, to = to, from
	}
	if from == "" || to == "" {
		return nil
	}
	m := r.message
	m.Sender = from
	m.Conversation = model.C2CConversation(peerOf(self, from, to))
	m.Recalled = r.flags&wire.FlagRecalled != 0
	m.Elements = readBody(r.body, "", names)
	return &m
}

// peerOf returns the other side of a C2C message, self in a message to oneself.
func peerOf(self, from, to string) string {
	if from == self {
		return to
	}
	return from
}
