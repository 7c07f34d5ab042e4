package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrNoteRefresh is returned for a note that names no conversation: its sender asks for a look at the service's own
// list.
var ErrNoteRefresh = errors.New("note that asks to look at the service's list again")

// NoteFormat says what notes look like besides our own form, for people whose web page or mini-program already has a
// note of its own. The zero value knows our own form only.
type NoteFormat struct {
	// Template replaces our own form in what is sent, as a text or, with AsCustom, as the data of a custom element. A
	// reading that it has no words for is told in our own form.
	Template NoteTemplate
	AsCustom bool
	// Accept lists the notes of other clients that are understood; the first that fits counts.
	Accept []ForeignNote
}

// ForeignNote is a form of note that another client sends: JSON whose Group field names what was read, or a fixed Text
// that means "ask the service again". Fields are paths with dots.
type ForeignNote struct {
	// Group names the field with the group's id, or with a whole conversation id (GROUP…, C2C…).
	Group string
	// Sequence names the field with the newest sequence that was read, "" for everything that was there.
	Sequence string
	// Where lists fields that must have these values, so that other messages to oneself are not taken for notes.
	Where map[string]string
	Text  string
}

// Elements returns the note as it is sent.
func (f NoteFormat) Elements(n Note, language Language) []Element {
	text, ok := f.Template.Write(n)
	switch {
	case !ok:
		return []Element{n.Element(language)}
	case f.AsCustom:
		return []Element{Custom{Data: text, Description: n.Describe(language)}}
	default:
		return []Element{Text{Text: text}}
	}
}

// Parse reads the note in a message, in our own form or one that is accepted. The errors are those of ParseNote, and
// ErrNoteRefresh. A foreign note without an identity is known by its message's random number.
func (f NoteFormat) Parse(message *Message) (Note, error) {
	note, err := ParseNote(message.Elements)
	if !errors.Is(err, ErrNotNote) || len(message.Elements) != 1 {
		return note, err
	}
	content := contentOf(message.Elements[0])
	if content == "" || len(content) > maxNoteBytes {
		return Note{}, ErrNotNote
	}
	if note, ok := f.Template.Read(content); ok {
		return identified(note, message), nil
	}
	for _, form := range f.Accept {
		note, err := form.read(content)
		if !errors.Is(err, ErrNotNote) {
			return identified(note, message), err
		}
	}
	return Note{}, ErrNotNote
}

// contentOf returns what a foreign note can be in: a text, or the data of a custom element.
func contentOf(element Element) string {
	switch e := element.(type) {
	case Text:
		return strings.TrimSpace(e.Text)
	case Custom:
		return strings.TrimSpace(e.Data)
	default:
		return ""
	}
}

func identified(note Note, message *Message) Note {
	if note.ID == "" {
		note.ID = ForeignNoteID(message.Random)
	}
	return note
}

// ForeignNoteID is what a note without an identity of its own is known by.
func ForeignNoteID(random uint32) string { return fmt.Sprintf("random-%d", random) }

func (f ForeignNote) read(content string) (Note, error) {
	if f.Text != "" {
		if content == f.Text {
			return Note{}, ErrNoteRefresh
		}
		return Note{}, ErrNotNote
	}
	if f.Group == "" || !strings.HasPrefix(content, "{") {
		return Note{}, ErrNotNote
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader([]byte(content)))
	decoder.UseNumber()
	if decoder.Decode(&fields) != nil {
		return Note{}, ErrNotNote
	}
	for path, want := range f.Where {
		if got, ok := valueAt(fields, path); !ok || got != want {
			return Note{}, ErrNotNote
		}
	}
	target, ok := valueAt(fields, f.Group)
	if !ok || target == "" || len(target) > maxNoteField {
		return Note{}, ErrNotNote
	}
	note := Note{Conversation: ConversationID(target)}
	if note.Conversation.Kind() == KindUnknown {
		note.Conversation = GroupConversation(target)
	}
	if sequence, ok := valueAt(fields, f.Sequence); ok && note.Conversation.Kind() == KindGroup {
		note.Position = number(sequence)
	}
	return note, nil
}
