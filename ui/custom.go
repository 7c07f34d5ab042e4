package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// Snippet is a custom message that the configuration holds ready.
type Snippet struct {
	Name, Data, Description, Extension, CloudCustomData string
}

// openCustom edits a custom message. JSON is checked before it is sent.
func (m *Model) openCustom(data string) tea.Cmd {
	w, c := m.look.words, m.conversation()
	if c == nil {
		m.flash = flash{text: w.NoGroupHere}
		return nil
	}
	to := c.ID
	checked := func(value string) string { return wrongJSON(m.look, value) }
	fields := []*field{
		{name: "data", label: "Data", limit: textBytes, rows: 8, required: true, check: checked, help: w.DataHelp},
		{name: "desc", label: "Desc", rows: 1, help: w.DescHelp},
		{name: "ext", label: "Ext", rows: 1},
		{name: "cloud", label: "CloudCustom", rows: 3, check: checked, help: w.CloudHelp},
	}
	f := newForm(fmt.Sprintf(w.CustomTitleF, nameOf(c)), w.SendButton, func(m *Model, f *form) tea.Cmd {
		return m.sendCustom(f, to)
	}, m.withSnippets(fields)...)
	if !m.startFrom(f, data) {
		f.field("data").input.set(data)
	}
	m.openPanel(f)
	return nil
}

// withSnippets puts the choice of a snippet before the fields, if the configuration has any.
func (m *Model) withSnippets(fields []*field) []*field {
	if len(m.options.Snippets) == 0 {
		return fields
	}
	choice := &field{name: "snippet", label: m.look.words.SnippetLabel, kind: fieldChoice, options: []option{{"", "-", ""}}}
	for _, s := range m.options.Snippets {
		choice.options = append(choice.options, option{s.Name, clean(s.Name), clean(s.Description)})
	}
	choice.chosen = func(value string) {
		for _, s := range m.options.Snippets {
			if s.Name == value {
				for i, said := range []string{s.Data, s.Description, s.Extension, s.CloudCustomData} {
					fields[i].input.set(said)
				}
			}
		}
	}
	return append([]*field{choice}, fields...)
}

// startFrom fills the form with the snippet of a name, if there is one.
func (m *Model) startFrom(f *form, name string) bool {
	i := slices.IndexFunc(m.options.Snippets, func(s Snippet) bool { return s.Name == name })
	if name == "" || i < 0 {
		return false
	}
	choice := f.field("snippet").fill(name)
	choice.chosen(name)
	return true
}

// wrongJSON says where a text stops being JSON, "" if it is JSON or empty.
func wrongJSON(k *look, value string) string {
	if value == "" {
		return ""
	}
	offset := 1
	var parsed json.RawMessage
	err := json.Unmarshal([]byte(value), &parsed)
	if err == nil {
		return ""
	}
	if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
		offset = int(syntax.Offset)
	}
	line, column := placeOf(value, offset)
	return fmt.Sprintf(k.words.NoJSONF, line, column)
}

// placeOf returns the line and the character that stand before an offset, from 1.
func placeOf(s string, offset int) (line, column int) {
	line = 1
	for i, r := range s {
		if i >= offset-1 {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 0
		}
	}
	return line, column + 1
}

func (m *Model) sendCustom(f *form, to model.ConversationID) tea.Cmd {
	api := m.session
	draft := session.Draft{
		Elements: []model.Element{model.Custom{
			Data: f.field("data").value(), Description: f.field("desc").value(), Extension: f.field("ext").value(),
		}},
		CustomData: f.field("cloud").value(),
	}
	return launch(m, f, m.look.words.SendingFirst, askTimeout,
		func(ctx context.Context) (model.Key, error) { return api.Send(ctx, to, draft) },
		func(model.Key) tea.Cmd {
			m.closePanel(f)
			m.chat.toEnd()
			return nil
		})
}
