package convert

import (
	"reddot/im/wire"
	"reddot/model"
)

// Row is one item of a message array: a pushed message, a tip, or a line of history. A group's row and a C2C row share it,
// because their fields differ by name and never contradict each other.
type Row struct {
	Message model.Message
	GroupID string
	from    string
	to      string
	// Place is the IsPlaceMsg of group history: a message, or what is left of one.
	Place int64
	// synced marks the copy of an own C2C message from another device; from and to are swapped in it.
	synced bool
	// system marks what the service itself said, so that nobody can send what looks like a tip.
	system bool
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

// ReadRow reads one item of a message array. Its body aliases the document.
func ReadRow(s *Scanner) Row {
	var r Row
	m := &r.Message
	for key := range s.Object() {
		switch key {
		case "From_Account":
			r.from = s.Name()
		case "To_Account":
			r.to = s.Name()
		case "ToGroupId", "GroupId":
			r.GroupID = s.Name()
		case "MsgSeq":
			m.Sequence = sequence(s.Number())
		case "MsgRandom":
			m.Random = uint32(s.Number())
		case "MsgTimeStamp":
			m.ServerTime = Seconds(s.Number())
		case "MsgClientTime":
			m.ClientTime = Seconds(s.Number())
		case "MsgVersion":
			m.Version = s.Number()
		case "NeedReadReceipt", "IsNeedReadReceipt":
			m.NeedReceipt = s.Flag()
		case "CloudCustomData":
			m.CustomData = s.Text()
		case "OnlineOnlyFlag":
			m.OnlineOnly = s.Flag()
		case "IsPeerRead":
			m.PeerRead = s.Flag()
		case "IsSyncMsg":
			r.synced = s.Flag()
		case "IsPlaceMsg":
			r.Place = s.Number()
		case "IsSystemMsg":
			r.system = s.Flag()
		case "MsgFlagBits":
			r.flags = s.Number()
		case "From_AccountNick":
			m.SenderName = s.Name()
		case "GroupAtInfo":
			readMentions(s, m)
		case "SendMsgControl":
			readControl(s, m)
		case "GroupInfo":
			r.group = readGroupInfo(s)
		case "MsgBody":
			r.body = s.Raw()
		default:
			s.Skip()
		}
	}
	return r
}

// sequence is a number that the wire can carry, 0 of any other: a position out of reach would leave everything before it unseen.
func sequence(number int64) int64 {
	if narrow, err := Sequence32(number); err == nil {
		return int64(narrow)
	}
	return 0
}

func readGroupInfo(s *Scanner) groupInfo {
	var info groupInfo
	for key := range s.Object() {
		switch key {
		case "GroupId":
			info.id = s.Name()
		case "From_AccountNick":
			info.nick = s.Name()
		case "MsgFrom_AccountExtraInfo":
			for extra := range s.Object() {
				if extra != "NameCard" {
					s.Skip()
					continue
				}
				info.nameCard = s.Name()
			}
		default:
			s.Skip()
		}
	}
	return info
}

// readMentions reads the list of who is mentioned, in the form in which it was sent (push-protocol, section 6.6).
func readMentions(s *Scanner, m *model.Message) {
	for range s.Array() {
		all, user := false, ""
		for key := range s.Object() {
			switch key {
			case "GroupAtAllFlag":
				all = s.Flag()
			case "GroupAt_Account":
				user = s.Name()
			default:
				s.Skip()
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
func readControl(s *Scanner, m *model.Message) {
	if s.Peek() == '[' {
		for range s.Array() {
			setControl(m, s.Name(), true)
		}
		return
	}
	for key := range s.Object() {
		setControl(m, key, s.Flag())
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

// GroupMessage makes the message of a group's row, nil if the row names no group.
func (r *Row) GroupMessage(names *Interner) *model.Message {
	groupID := r.GroupID
	if groupID == "" {
		groupID = r.group.id
	}
	if groupID == "" {
		return nil
	}
	m := r.Message
	m.Conversation = names.Group(groupID)
	m.Sender = r.from
	m.NameCard = r.group.nameCard
	if r.group.nick != "" {
		m.SenderName = r.group.nick
	}
	m.Recalled = r.Place == wire.PlaceRecalled
	m.Elements = ReadBody(r.body, groupID, names)
	if tip := systemTip(r, groupID, names); tip != nil {
		m.Elements = []model.Element{tip}
	}
	attributeTip(&m)
	nameOperator(&m)
	return &m
}

// C2CMessage makes the message of a C2C row as the user self sees it, nil if the row names nobody.
//
// The service swaps sender and receiver in the copy for the sender's other devices (push-protocol, section 8.2).
func (r *Row) C2CMessage(self string, names *Interner) *model.Message {
	from, to := r.from, r.to
	if r.synced {
		from, to = to, from
	}
	if from == "" || to == "" {
		return nil
	}
	m := r.Message
	m.Sender = from
	m.Conversation = model.C2CConversation(PeerOf(self, from, to))
	m.Recalled = r.flags&wire.FlagRecalled != 0
	m.Elements = ReadBody(r.body, "", names)
	return &m
}

// PeerOf returns the other side of a C2C message, self in a message to oneself.
func PeerOf(self, from, to string) string {
	if from == self {
		return to
	}
	return from
}

// maxBetween bounds how many sequences between two messages of one page are believed to be gone.
const maxBetween = 10_000

// Between lists the sequences that a page skips: the service returns every message of its range, so they are gone.
func Between(messages []*model.Message) []int64 {
	var missing []int64
	for i := 1; i < len(messages); i++ {
		from, to := messages[i-1].Sequence, messages[i].Sequence
		for sequence := from + 1; sequence < to && len(missing) < maxBetween; sequence++ {
			missing = append(missing, sequence)
		}
	}
	return missing
}
