package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// Note is the self C2C note: a message from a user to themselves that tells their other devices how far a
// conversation was read. It travels as a custom element whose Data is JSON:
//
//	{"type":"reddot.read","v":1,"conv":"GROUP@TGS#1","seq":42,"time":1795397415,"device":"term-9f2c","id":"01J..."}
type Note struct {
	// Conversation is what was read.
	Conversation ConversationID
	// Position is how far: a group's sequence, or the service's seconds in C2C. A note of another client may have 0:
	// everything that was there when it was sent.
	Position int64
	// Time is when it was read by the sender's clock, in seconds. It is for people only; no rule uses it.
	Time int64
	// Device names the sender's device, ID the note: the same note may arrive more than once.
	Device string
	ID     string
}

const (
	noteType    = "reddot.read"
	noteVersion = 1
	// maxNoteBytes bounds what is parsed; a note of ours has under 300 bytes.
	maxNoteBytes = 4096
	// maxNoteField bounds each text in a note, in bytes.
	maxNoteField = 256
	// maxPosition is the greatest integer that every JSON implementation keeps exactly.
	maxPosition = 1<<53 - 1
)

// ErrNotNote is returned for a message that is no sync note at all.
var ErrNotNote = errors.New("not a sync note")

// wireNote is the JSON of a note. Pointers tell a missing field from a zero.
type wireNote struct {
	Type         string `json:"type"`
	Version      int    `json:"v"`
	Conversation string `json:"conv"`
	Position     *int64 `json:"seq"`
	Time         int64  `json:"time"`
	Device       string `json:"device"`
	ID           string `json:"id"`
}

// Element returns the note as a message element, with a line for people in the language.
func (n Note) Element(language Language) Custom {
	// Strings and integers always marshal.
	data, _ := json.Marshal(wireNote{
		Type: noteType, Version: noteVersion, Conversation: string(n.Conversation), Position: &n.Position,
		Time: n.Time, Device: n.Device, ID: n.ID,
	})
	return Custom{Data: string(data), Description: n.Describe(language)}
}

// Describe returns a line that tells a person what the note says.
func (n Note) Describe(language Language) string {
	place := n.Conversation.Target()
	if n.Conversation.Kind() == KindGroup {
		return fmt.Sprintf(language.Pick("已在 %s 读到群 %s 的第 %d 条消息", "Read group %[2]s up to message %[3]d on %[1]s"),
			n.Device, place, n.Position)
	}
	at := time.Unix(n.Position, 0).UTC().Format("2006-01-02 15:04:05 UTC")
	return fmt.Sprintf(language.Pick("已在 %s 读到与 %s 的聊天(至 %s)", "Read the chat with %[2]s up to %[3]s on %[1]s"),
		n.Device, place, at)
}

// ParseNote reads the note in a message's elements. It returns ErrNotNote for anything else than one custom
// element of type "reddot.read", and another error for a damaged note or one of an unknown version. Unknown
// fields are ignored.
func ParseNote(elements []Element) (Note, error) {
	if len(elements) != 1 {
		return Note{}, ErrNotNote
	}
	custom, ok := elements[0].(Custom)
	if !ok {
		return Note{}, ErrNotNote
	}
	if len(custom.Data) > maxNoteBytes {
		return Note{}, ErrNotNote
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal([]byte(custom.Data), &kind); err != nil || kind.Type != noteType {
		return Note{}, ErrNotNote
	}
	return decodeNote(custom.Data)
}

func decodeNote(data string) (Note, error) {
	var wire wireNote
	if err := json.Unmarshal([]byte(data), &wire); err != nil {
		return Note{}, fmt.Errorf("damaged sync note: %w", err)
	}
	if wire.Version != noteVersion {
		return Note{}, fmt.Errorf("sync note of version %d, only %d is understood", wire.Version, noteVersion)
	}
	if wire.Position == nil {
		return Note{}, errors.New("damaged sync note: seq is missing")
	}
	if *wire.Position < 1 || *wire.Position > maxPosition {
		return Note{}, fmt.Errorf("damaged sync note: seq is %d", *wire.Position)
	}
	for name, text := range map[string]string{"conv": wire.Conversation, "device": wire.Device, "id": wire.ID} {
		if text == "" || len(text) > maxNoteField || !utf8.ValidString(text) {
			return Note{}, fmt.Errorf("damaged sync note: %s is missing or longer than %d bytes", name, maxNoteField)
		}
	}
	conversation := ConversationID(wire.Conversation)
	if conversation.Kind() == KindUnknown {
		return Note{}, errors.New("damaged sync note: conv is neither GROUP… nor C2C…")
	}
	return Note{
		Conversation: conversation, Position: *wire.Position, Time: wire.Time, Device: wire.Device, ID: wire.ID,
	}, nil
}
