package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/model"
)

func template(t require.TestingT, text string) model.NoteTemplate {
	parsed, err := model.ParseNoteTemplate(text)
	require.NoError(t, err)
	return parsed
}

func TestForeignNotesAreUnderstood(t *testing.T) {
	format := model.NoteFormat{
		Template: template(t, "已读 {group} 到 {seq}"),
		Accept: []model.ForeignNote{
			{Group: "data.groupID", Sequence: "data.seq", Where: map[string]string{"type": "clearDot"}},
			{Group: "readGroup"},
			{Text: "refresh"},
		},
	}
	custom := func(data string) model.Element { return model.Custom{Data: data} }
	tests := map[string]struct {
		element  model.Element
		want     model.ConversationID
		position int64
		err      error
	}{
		"group and sequence":              {custom(`{"type":"clearDot","data":{"groupID":"@TGS#1","seq":42}}`), "GROUP@TGS#1", 42, nil},
		"a sequence in quotes":            {custom(`{"type":"clearDot","data":{"groupID":"@TGS#1","seq":"42"}}`), "GROUP@TGS#1", 42, nil},
		"no sequence means everything":    {custom(`{"type":"clearDot","data":{"groupID":"@TGS#1"}}`), "GROUP@TGS#1", 0, nil},
		"a sequence that is none":         {custom(`{"type":"clearDot","data":{"groupID":"@TGS#1","seq":-3}}`), "GROUP@TGS#1", 0, nil},
		"a sequence beyond all integers":  {custom(`{"type":"clearDot","data":{"groupID":"@TGS#1","seq":1e300}}`), "GROUP@TGS#1", 0, nil},
		"a whole conversation id":         {custom(`{"readGroup":"C2Cli"}`), "C2Cli", 0, nil},
		"JSON in a text":                  {model.Text{Text: ` {"readGroup":"shop"} `}, "GROUPshop", 0, nil},
		"our template":                    {model.Text{Text: "已读 @TGS#1 到 7"}, "GROUP@TGS#1", 7, nil},
		"the text that asks for a look":   {model.Text{Text: "refresh"}, "", 0, model.ErrNoteRefresh},
		"another type":                    {custom(`{"type":"share","data":{"groupID":"@TGS#1"}}`), "", 0, model.ErrNotNote},
		"a field of another kind":         {custom(`{"readGroup":{"id":"shop"}}`), "", 0, model.ErrNotNote},
		"an empty group":                  {custom(`{"readGroup":""}`), "", 0, model.ErrNotNote},
		"a group id longer than any is":   {custom(`{"readGroup":"` + strings.Repeat("x", 300) + `"}`), "", 0, model.ErrNotNote},
		"damaged JSON":                    {custom(`{"readGroup":"shop"`), "", 0, model.ErrNotNote},
		"an ordinary word":                {model.Text{Text: "refresh!"}, "", 0, model.ErrNotNote},
		"a text that is far too long":     {model.Text{Text: "已读 @TGS#1 到 7" + strings.Repeat(" ", 5000) + "x"}, "", 0, model.ErrNotNote},
		"another element":                 {model.Face{}, "", 0, model.ErrNotNote},
		"our own form is understood also": {model.Note{Conversation: "GROUPshop", Position: 3, Device: "web", ID: "1"}.Element(model.Chinese), "GROUPshop", 3, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			note, err := format.Parse(&model.Message{Random: 5, Elements: []model.Element{test.element}})
			require.ErrorIs(t, err, test.err)
			require.Equal(t, test.want, note.Conversation)
			require.Equal(t, test.position, note.Position)
		})
	}
}

func TestForeignNoteWithoutASequenceClaimsWhatWasThereByThen(t *testing.T) {
	format := model.NoteFormat{Accept: []model.ForeignNote{{Group: "g"}}}
	message := &model.Message{
		Conversation: model.C2CConversation(self), Sender: self, Random: 9, ServerTime: 100,
		Elements: []model.Element{model.Custom{Data: `{"g":"shop"}`}},
	}
	seen := map[string]bool{}
	note, claim, err := format.Claim(message, self, "term", func(id string) bool { return seen[id] })
	require.NoError(t, err)
	require.Equal(t, model.Claim{Position: 1<<53 - 1, Time: 100}, claim)
	seen[note.ID] = true
	_, _, err = format.Claim(message, self, "term", func(id string) bool { return seen[id] })
	require.ErrorIs(t, err, model.ErrNoteDuplicate, "its message's random number is its identity")
	message.Sender = "li"
	_, _, err = format.Claim(message, self, "term", func(string) bool { return false })
	require.ErrorIs(t, err, model.ErrNoteForeign)
}

func TestRefreshTextOfSomebodyElseMeansNothing(t *testing.T) {
	format := model.NoteFormat{Accept: []model.ForeignNote{{Text: "refresh"}}}
	message := &model.Message{
		Conversation: "C2Cli", Sender: "li", ServerTime: 100, Elements: []model.Element{model.Text{Text: "refresh"}},
	}
	_, _, err := format.Claim(message, self, "term", func(string) bool { return false })
	require.ErrorIs(t, err, model.ErrNoteForeign)
}

func TestTemplatesThatCannotWorkAreRefused(t *testing.T) {
	for text, why := range map[string]string{
		"read":                                "must say what was read",
		"{group} and {conv}":                  "must say what was read",
		"{group}{seq}":                        "keep it apart",
		"{group} {group}":                     "twice",
		"{group} at {position}":               "no placeholder {position}",
		"{group} \xff":                        "UTF-8",
		strings.Repeat("x", 5000) + "{group}": "bytes",
	} {
		_, err := model.ParseNoteTemplate(text)
		require.ErrorContains(t, err, why, text)
		wrong := new(model.TemplateError)
		require.ErrorAs(t, err, &wrong)
		require.NotEqual(t, wrong.English, wrong.Chinese)
	}
}

func TestTemplateWithGroupHasNoWordsForC2C(t *testing.T) {
	note := model.Note{Conversation: "C2Cli", Position: 1, Device: "term", ID: "1"}
	format := model.NoteFormat{Template: template(t, "read {group} {seq}")}
	require.Equal(t, []model.Element{note.Element(model.English)}, format.Elements(note, model.English), "our own form stands in")
	format.Template = template(t, "read {conv} {seq}")
	require.Equal(t, []model.Element{model.Text{Text: "read C2Cli 1"}}, format.Elements(note, model.English))
}

func TestWhatATemplateWritesIsReadBack(t *testing.T) {
	templates := []string{
		"read {group} up to {seq} on {device}", "{conv}|{seq}|{time}|{device}|{id}", `{"readGroup":"{group}","upTo":{seq},"by":"{device}"}`,
		"(已读){group}#{seq}",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(templates).Draw(t, "template")
		parsed := template(t, text)
		note := model.Note{
			Conversation: model.GroupConversation(rapid.StringMatching(`@TGS#[A-Za-z0-9_]{1,30}`).Draw(t, "group")),
			Position:     rapid.Int64Range(1, 1<<53-1).Draw(t, "seq"), Time: rapid.Int64Range(1, 1<<40).Draw(t, "time"),
			Device: rapid.StringMatching(`[a-z][a-z0-9-]{0,20}`).Draw(t, "device"), ID: rapid.StringMatching(`[0-9A-Z]{26}`).Draw(t, "id"),
		}
		written, ok := parsed.Write(note)
		require.True(t, ok)
		back, ok := parsed.Read(written)
		require.True(t, ok, written)
		require.Equal(t, note.Conversation, back.Conversation)
		require.Equal(t, note.Position, back.Position)
		if strings.Contains(text, "{device}") {
			require.Equal(t, note.Device, back.Device)
		}
	})
}
