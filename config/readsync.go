package config

import (
	"errors"
	"fmt"

	"reddot/model"
)

// ReadSync says what the notes look like that tell the user's other devices what was read, for people whose web
// page or mini-program has a note of its own (docs/read-sync.md).
type ReadSync struct {
	// Send is "custom" for a custom element or "text" for a text message.
	Send string `toml:"send"`
	// Template is what is sent, with placeholders; "" is reddot's own note.
	Template string        `toml:"template"`
	Accept   []ForeignNote `toml:"accept"`
}

// ForeignNote is a form of note that is understood besides reddot's own.
type ForeignNote struct {
	// Group and Sequence are paths of JSON fields, Where the values that others must have.
	Group    string            `toml:"group"`
	Sequence string            `toml:"sequence"`
	Where    map[string]string `toml:"where"`
	// Text is a message that means "ask the service again".
	Text string `toml:"text"`
}

// Format returns the settings as read sync takes them; they were checked when the file was read.
func (r ReadSync) Format() model.NoteFormat {
	format := model.NoteFormat{AsCustom: r.Send == "custom"}
	if template, err := model.ParseNoteTemplate(r.Template); err == nil {
		format.Template = template
	}
	for _, form := range r.Accept {
		format.Accept = append(format.Accept, model.ForeignNote(form))
	}
	return format
}

func (r ReadSync) check() []*Error {
	problems := []*Error{oneOf("readsync.send", r.Send, "custom", "text"), r.checkTemplate()}
	for i, form := range r.Accept {
		if (form.Group == "") == (form.Text == "") {
			problems = append(problems, &Error{
				Key:    "readsync.accept",
				Reason: Text{fmt.Sprintf("第 %d 项要么写 group，要么写 text", i+1), fmt.Sprintf("entry %d must have either group or text", i+1)},
				Remedy: Text{
					"group 是指明群的 JSON 字段，text 是表示“再问一次服务器”的文字",
					"group is the JSON field that names the group, text a message that means \"ask the service again\"",
				},
			})
		}
	}
	return problems
}

func (r ReadSync) checkTemplate() *Error {
	remedy := Text{
		"模板里要有 {group} 或 {conv}，可以有 {seq}、{time}、{device}、{id}，每个最多一次，两个之间要隔开",
		"a template holds {group} or {conv}, and may hold {seq}, {time}, {device}, {id}, each once, with something between them",
	}
	if r.Template == "" {
		if r.Send != "text" {
			return nil
		}
		return &Error{Key: "readsync.send", Reason: Text{`"text" 需要 template`, `"text" needs a template`}, Remedy: remedy}
	}
	_, err := model.ParseNoteTemplate(r.Template)
	if wrong := new(model.TemplateError); errors.As(err, &wrong) {
		return &Error{Key: "readsync.template", Reason: Text{wrong.Chinese, wrong.English}, Remedy: remedy}
	}
	return nil
}
