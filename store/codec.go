package store

import (
	"encoding/json"
	"fmt"

	"reddot/model"
)

// body is the stored form of a message. The names are short because there may be a million of them.
type body struct {
	Sequence      int64     `json:"q,omitempty"`
	Sender        string    `json:"s,omitempty"`
	SenderName    string    `json:"n,omitempty"`
	NameCard      string    `json:"c,omitempty"`
	Random        uint32    `json:"r,omitempty"`
	ClientTime    int64     `json:"ct,omitempty"`
	ServerTime    int64     `json:"st,omitempty"`
	Elements      []element `json:"e,omitempty"`
	CustomData    string    `json:"d,omitempty"`
	NeedReceipt   bool      `json:"nr,omitempty"`
	NoUnread      bool      `json:"nu,omitempty"`
	NoLastMessage bool      `json:"nl,omitempty"`
	OnlineOnly    bool      `json:"oo,omitempty"`
	Recalled      bool      `json:"x,omitempty"`
	Mentions      []string  `json:"m,omitempty"`
	MentionAll    bool      `json:"ma,omitempty"`
	Version       int64     `json:"v,omitempty"`
	State         int       `json:"z,omitempty"`
	Failure       string    `json:"f,omitempty"`
	PeerRead      bool      `json:"pr,omitempty"`
	Partial       bool      `json:"pa,omitempty"`
}

// element holds exactly one of its fields.
type element struct {
	Text     *string         `json:"t,omitempty"`
	Custom   *model.Custom   `json:"custom,omitempty"`
	Face     *model.Face     `json:"face,omitempty"`
	Location *model.Location `json:"location,omitempty"`
	Media    *model.Media    `json:"media,omitempty"`
	Tip      *model.Tip      `json:"tip,omitempty"`
	Notice   *model.Notice   `json:"notice,omitempty"`
	Unknown  *model.Unknown  `json:"unknown,omitempty"`
}

func encode(m *model.Message) ([]byte, error) {
	elements := make([]element, 0, len(m.Elements))
	for _, e := range m.Elements {
		elements = append(elements, packElement(e))
	}
	return json.Marshal(body{
		Sequence: m.Sequence, Sender: m.Sender, SenderName: m.SenderName, NameCard: m.NameCard,
		Random: m.Random, ClientTime: m.ClientTime, ServerTime: m.ServerTime, Elements: elements,
		CustomData: m.CustomData, NeedReceipt: m.NeedReceipt, NoUnread: m.NoUnread, NoLastMessage: m.NoLastMessage,
		OnlineOnly: m.OnlineOnly, Recalled: m.Recalled, Mentions: m.Mentions, MentionAll: m.MentionAll,
		Version: m.Version, State: int(m.State), Failure: m.Failure, PeerRead: m.PeerRead, Partial: m.Partial,
	})
}

func decode(id model.ConversationID, data []byte) (*model.Message, error) {
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("stored message of %s: %w", id, err)
	}
	m := &model.Message{
		Conversation: id, Sequence: b.Sequence, Sender: b.Sender, SenderName: b.SenderName, NameCard: b.NameCard,
		Random: b.Random, ClientTime: b.ClientTime, ServerTime: b.ServerTime,
		CustomData: b.CustomData, NeedReceipt: b.NeedReceipt, NoUnread: b.NoUnread, NoLastMessage: b.NoLastMessage,
		OnlineOnly: b.OnlineOnly, Recalled: b.Recalled, Mentions: b.Mentions, MentionAll: b.MentionAll,
		Version: b.Version, State: model.SendState(b.State), Failure: b.Failure, PeerRead: b.PeerRead, Partial: b.Partial,
	}
	if len(b.Elements) == 0 {
		return m, nil
	}
	m.Elements = make([]model.Element, 0, len(b.Elements))
	for _, e := range b.Elements {
		m.Elements = append(m.Elements, e.unpack())
	}
	return m, nil
}

func packElement(e model.Element) element {
	switch e := e.(type) {
	case model.Text:
		return element{Text: &e.Text}
	case model.Custom:
		return element{Custom: &e}
	case model.Face:
		return element{Face: &e}
	case model.Location:
		return element{Location: &e}
	case model.Media:
		return element{Media: &e}
	case model.Tip:
		return element{Tip: &e}
	case model.Notice:
		return element{Notice: &e}
	case model.Unknown:
		return element{Unknown: &e}
	default:
		return element{Unknown: &model.Unknown{Type: fmt.Sprintf("%T", e)}}
	}
}

func (e element) unpack() model.Element {
	switch {
	case e.Text != nil:
		return model.Text{Text: *e.Text}
	case e.Custom != nil:
		return *e.Custom
	case e.Face != nil:
		return *e.Face
	case e.Location != nil:
		return *e.Location
	case e.Media != nil:
		return *e.Media
	case e.Tip != nil:
		return *e.Tip
	case e.Notice != nil:
		return *e.Notice
	case e.Unknown != nil:
		return *e.Unknown
	default:
		return model.Unknown{}
	}
}
