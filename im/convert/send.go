package convert

import (
	"errors"
	"fmt"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// Outgoing is what the requests of both adapters that send a message have in common.
type Outgoing struct {
	Body     wire.MsgBody
	Sequence uint32
}

// Prepare encodes a message that is to be sent, and refuses what no service would take. Errors are im.Error of
// im.ClassUsage.
func (t Texts) Prepare(doing string, message im.Outgoing) (Outgoing, error) {
	if message.Conversation.Kind() == model.KindUnknown {
		return Outgoing{}, t.Usage(doing, ErrNoConversation)
	}
	if len(message.Elements) == 0 {
		return Outgoing{}, t.Usage(doing, errors.New("the message is empty"))
	}
	body, err := WriteBody(message.Elements)
	if err != nil {
		return Outgoing{}, t.Usage(doing, err)
	}
	if size := len(body) + len(message.CustomData); size > wire.MaxMessage {
		return Outgoing{}, t.TooLong(doing, size)
	}
	sequence, err := Sequence32(message.Sequence)
	if err != nil {
		return Outgoing{}, t.Usage(doing, err)
	}
	return Outgoing{Body: body, Sequence: sequence}, nil
}

// Mentions lists who is mentioned, everybody first.
func Mentions(m im.Outgoing) []wire.Mention {
	var list []wire.Mention
	if m.MentionAll {
		list = append(list, wire.Mention{AtAll: 1})
	}
	for _, user := range m.Mentions {
		list = append(list, wire.Mention{Account: user})
	}
	return list
}

// Control lists the sender's wishes. A message for those who are online only goes without: it is neither counted nor
// previewed anyway, and the service refuses both together (rest-api, section 3.1).
func Control(m im.Outgoing) []string {
	if m.OnlineOnly {
		return nil
	}
	var list []string
	if m.NoUnread {
		list = append(list, wire.ControlNoUnread)
	}
	if m.NoLastMessage {
		list = append(list, wire.ControlNoLastMsg)
	}
	return list
}

// Number writes a flag as the service does.
func Number(flag bool) int {
	if flag {
		return 1
	}
	return 0
}

// Sequence32 narrows a sequence to what the wire carries.
func Sequence32(sequence int64) (uint32, error) {
	if sequence < 0 || sequence > 1<<32-1 {
		return 0, fmt.Errorf("sequence %d is outside of 0 to 4294967295", sequence)
	}
	return uint32(sequence), nil
}

// Sequences names messages in a request that takes at most limit of them.
func Sequences(sequences []int64, limit int) ([]wire.MsgSeq, error) {
	if len(sequences) > limit {
		return nil, fmt.Errorf("at most %d receipts at once", limit)
	}
	list := make([]wire.MsgSeq, 0, len(sequences))
	for _, sequence := range sequences {
		narrow, err := Sequence32(sequence)
		if err != nil {
			return nil, err
		}
		list = append(list, wire.MsgSeq{MsgSeq: narrow})
	}
	return list, nil
}

// Receipts maps the counts of readers; a message without receipts is left out.
func Receipts(groupID string, rows []wire.GroupMsgReceipt) []model.Receipt {
	receipts := make([]model.Receipt, 0, len(rows))
	for _, row := range rows {
		if row.Code != 0 {
			continue
		}
		receipts = append(receipts, model.Receipt{
			Conversation: model.GroupConversation(groupID), Sequence: int64(row.MsgSeq),
			ReadCount: int(row.ReadNum), UnreadCount: int(row.UnreadNum),
		})
	}
	return receipts
}

// ReceiptMembers maps one page of who has read a message, or who has not.
func ReceiptMembers(answer *wire.ReceiptDetailReply, read bool) *im.ReceiptMembersPage {
	page := &im.ReceiptMembersPage{}
	if !answer.Finished() {
		page.Cursor = answer.Cursor
	}
	if read {
		for _, reader := range answer.ReadList {
			page.Users = append(page.Users, reader.Account)
		}
		return page
	}
	for _, member := range answer.UnreadList {
		page.Users = append(page.Users, member.Account)
	}
	return page
}
