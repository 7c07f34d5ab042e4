package push

import (
	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// decoder turns pushed frames into events. Messages, which come in floods, are read in one pass; everything else is
// rare and goes through the structs of wire. Only the goroutine that reads the connection uses it.
type decoder struct {
	self  string
	names *convert.Interner
	peers *peerSet
	batch batch
}

func newDecoder(self string, peers *peerSet) *decoder {
	return &decoder{
		self: self, names: convert.NewInterner(), peers: peers,
		batch: batch{index: make(map[model.ConversationID]int)},
	}
}

// push is what one pushed frame says.
type push struct {
	events  []im.Event
	needAck bool
	session string
	// kicked is set when the push ends this login.
	kicked *kickedError
}

// push decodes the body of a push. A frame that is no JSON has no events at all; an odd event in it costs that event.
func (d *decoder) push(body []byte) (push, error) {
	var p push
	s := convert.NewScanner(body, d.names)
	for key := range s.Object() {
		switch key {
		case "EventArray":
			for range s.Array() {
				d.event(s, &p)
			}
		case "NeedAck":
			p.needAck = s.Flag()
		case "SessionData":
			p.session = s.Text()
		default:
			s.Skip()
		}
	}
	if s.Err() != nil {
		d.batch.reset()
		return push{}, s.Err()
	}
	d.batch.flush(&p)
	return p, nil
}

// event decodes one event. The service names it by the array that is there, not by its number (push-protocol,
// section 8).
func (d *decoder) event(s *convert.Scanner, p *push) {
	var rest wire.Event
	var tips []byte
	for key := range s.Object() {
		switch key {
		case "GroupMsgArray":
			for range s.Array() {
				row := convert.ReadRow(s)
				d.batch.add(row.GroupMessage(d.names))
			}
		case "C2cMsgArray":
			for range s.Array() {
				row := convert.ReadRow(s)
				d.batch.add(d.c2cMessage(&row))
			}
		case "GroupTips":
			tips = s.Raw()
		case "Event":
			rest.Event = int(s.Number())
		default:
			decodeField(key, s.Raw(), &rest)
		}
	}
	if s.Err() != nil {
		return
	}
	if len(tips) > 0 {
		items := convert.NewScanner(tips, d.names)
		for range items.Array() {
			d.tip(items.Raw(), rest.Event, p)
		}
	}
	d.rest(&rest, p)
}

// decodeField decodes one of the rare fields into its place; what does not decode is left out.
func decodeField(key string, raw []byte, event *wire.Event) {
	var place any
	switch key {
	case "C2cNotifyMsgArray":
		place = &event.C2CNotifyMsgArray
	case "C2cMsgInfo":
		place = &event.C2CMsgInfo
	case "GroupReadInfoArray":
		place = &event.GroupReadInfoArray
	case "ProfileDataMod":
		place = &event.ProfileDataMod
	case "GroupMsgModNotifys":
		place = &event.GroupMsgModNotifys
	case "C2cMsgModNotifys":
		place = &event.C2CMsgModNotifys
	case "User_Account":
		place = &event.UserAccount
	case "C2CReadAllMsg":
		place = &event.C2CReadAllMsg
	default:
		return
	}
	_ = convert.Lenient(raw, place)
}

// c2cMessage maps a C2C row and remembers with whom it was exchanged.
func (d *decoder) c2cMessage(r *convert.Row) *model.Message {
	message := r.C2CMessage(d.self, d.names)
	if message != nil {
		d.peers.add(message.Conversation)
	}
	return message
}

// batch collects messages until another event comes, one im.MessagesReceived for each conversation.
type batch struct {
	groups []im.MessagesReceived
	index  map[model.ConversationID]int
}

func (b *batch) add(message *model.Message) {
	if message == nil {
		return
	}
	at, known := b.index[message.Conversation]
	if !known {
		at = len(b.groups)
		b.index[message.Conversation] = at
		b.groups = append(b.groups, im.MessagesReceived{Conversation: message.Conversation})
	}
	b.groups[at].Messages = append(b.groups[at].Messages, message)
}

// flush queues what was collected.
func (b *batch) flush(p *push) {
	for _, received := range b.groups {
		p.events = append(p.events, received)
	}
	b.reset()
}

func (b *batch) reset() {
	clear(b.groups)
	b.groups = b.groups[:0]
	clear(b.index)
}

// tell queues an event behind the messages that came before it.
func (d *decoder) tell(p *push, event im.Event) {
	d.batch.flush(p)
	p.events = append(p.events, event)
}
