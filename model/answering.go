package model

import (
	"cmp"
	"encoding/json"
	"errors"
	"time"
)

// Answering is a word among colleagues: somebody is writing an answer in a group. It goes, as an online-only C2C message
// with one custom element, to each colleague and to the user's own other devices, never into the group, so that
// customers see nothing of it. Data is JSON:
//
//	{"type":"reddot.answering","v":1,"conv":"GROUP@TGS#1","device":"term-9f2c","since":1795397415,"on":true}
//
// It ends with the answer, with an empty input ("on":false), or by itself after AnsweringLife.
type Answering struct {
	Conversation ConversationID
	User         string
	Device       string
	// Since is when the writing began, in seconds, by the sender's idea of the service's clock; it decides who goes first.
	Since int64
}

// AnsweringLife is how long a word holds; whoever goes on writing repeats it in time.
const AnsweringLife = time.Minute

// ErrNotAnswering is returned for a message that is no such word.
var ErrNotAnswering = errors.New("no word about answering")

const answeringType = "reddot.answering"

type wireAnswering struct {
	Type         string `json:"type"`
	Version      int    `json:"v"`
	Conversation string `json:"conv"`
	Device       string `json:"device"`
	Since        int64  `json:"since"`
	On           bool   `json:"on"`
}

// Element returns the word as a message element; on is false to take it back.
func (a Answering) Element(on bool, language Language) Custom {
	// Strings and booleans always marshal.
	data, _ := json.Marshal(wireAnswering{
		Type: answeringType, Version: 1, Conversation: string(a.Conversation), Device: a.Device, Since: a.Since, On: on,
	})
	return Custom{Data: string(data), Description: language.Pick("正在回复", "is answering")}
}

// ParseAnswering reads the word in a message; the message's sender is whose it is. It returns
// ErrNotAnswering for any other message, damaged ones included.
func ParseAnswering(message *Message) (a Answering, on bool, err error) {
	if len(message.Elements) != 1 {
		return Answering{}, false, ErrNotAnswering
	}
	custom, ok := message.Elements[0].(Custom)
	if !ok || len(custom.Data) > maxNoteBytes {
		return Answering{}, false, ErrNotAnswering
	}
	var wire wireAnswering
	if json.Unmarshal([]byte(custom.Data), &wire) != nil || wire.Type != answeringType {
		return Answering{}, false, ErrNotAnswering
	}
	conversation := ConversationID(wire.Conversation)
	if wire.Version != 1 || conversation.Kind() != KindGroup || len(wire.Conversation) > maxNoteField || len(wire.Device) > maxNoteField {
		return Answering{}, false, ErrNotAnswering
	}
	return Answering{Conversation: conversation, User: message.Sender, Device: wire.Device, Since: wire.Since}, wire.On, nil
}

// Precedes says whether the answer of a goes before that of b, the same on every device: who began earlier, and
// within the same second whose names sort first.
func (a Answering) Precedes(b Answering) bool {
	return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.User, b.User), cmp.Compare(a.Device, b.Device)) < 0
}
