package model

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// NoteTemplate is the text of a note for clients that have a format of their own. It holds placeholders: {group} or
// {conv} for what was read, and {seq}, {time}, {device} and {id} as in Note. A template that begins with "{" and a quote
// is taken for JSON, where values are escaped. The zero value is no template.
type NoteTemplate struct {
	text    string
	pattern *regexp.Regexp
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// placeholders maps each placeholder to what it looks like in a note.
var placeholders = map[string]string{
	"{group}": `(?P<group>.{1,256}?)`, "{conv}": `(?P<conv>.{1,256}?)`, "{device}": `(?P<device>.{1,256}?)`,
	"{id}": `(?P<id>.{1,256}?)`, "{seq}": `(?P<seq>[0-9]{1,16})`, "{time}": `(?P<time>[0-9]{1,16})`,
}

// TemplateError says what is wrong with a template, in both languages.
type TemplateError struct{ Chinese, English string }

// Error says it in English.
func (e *TemplateError) Error() string { return e.English }

func templateError(chinese, english string, values ...any) error {
	return &TemplateError{fmt.Sprintf(chinese, values...), fmt.Sprintf(english, values...)}
}

// ParseNoteTemplate reads a template; what is wrong with one is a TemplateError. It must say what was read, and be such that other devices can read it back:
// something stands between any two placeholders, and none is used twice.
func ParseNoteTemplate(text string) (NoteTemplate, error) {
	if len(text) > maxNoteBytes/2 {
		return NoteTemplate{}, templateError("模板超过 %d 字节", "the template has more than %d bytes", maxNoteBytes/2)
	}
	pattern, end, seen := strings.Builder{}, -1, map[string]bool{}
	pattern.WriteString(`(?s)\A`)
	for _, at := range placeholder.FindAllStringIndex(text, -1) {
		name := text[at[0]:at[1]]
		switch expression, known := placeholders[name]; {
		case !known:
			return NoteTemplate{}, templateError("没有 %s 这个占位符", "there is no placeholder %s", name)
		case seen[name]:
			return NoteTemplate{}, templateError("%s 在模板里出现了两次", "%s stands twice in the template", name)
		case at[0] == end:
			return NoteTemplate{}, templateError("%s 和它前面的占位符要隔开", "something must stand before %s to keep it apart", name)
		default:
			seen[name] = true
			pattern.WriteString(regexp.QuoteMeta(text[max(end, 0):at[0]]) + expression)
			end = at[1]
		}
	}
	if seen["{group}"] == seen["{conv}"] {
		return NoteTemplate{}, templateError("模板要用 {group} 或 {conv} 写明读的是哪个会话", "the template must say what was read: with {group}, or with {conv}")
	}
	pattern.WriteString(regexp.QuoteMeta(text[end:]) + `\z`)
	compiled, err := regexp.Compile(pattern.String())
	if err != nil {
		return NoteTemplate{}, templateError("模板里有不是 UTF-8 的字节", "the template holds bytes that are no UTF-8")
	}
	return NoteTemplate{text: text, pattern: compiled}, nil
}

// IsZero says whether there is no template.
func (t NoteTemplate) IsZero() bool { return t.text == "" }

// Write returns the note's text; false for a note that the template has no words for: {group} cannot name a C2C
// conversation.
func (t NoteTemplate) Write(n Note) (string, bool) {
	if t.IsZero() || strings.Contains(t.text, "{group}") && n.Conversation.Kind() != KindGroup {
		return "", false
	}
	escape := func(s string) string { return s }
	if strings.HasPrefix(strings.TrimSpace(t.text), `{"`) {
		escape = escapeJSON
	}
	return strings.NewReplacer(
		"{group}", escape(n.Conversation.Target()), "{conv}", escape(string(n.Conversation)),
		"{seq}", strconv.FormatInt(n.Position, 10), "{time}", strconv.FormatInt(n.Time, 10),
		"{device}", escape(n.Device), "{id}", escape(n.ID),
	).Replace(t.text), true
}

func escapeJSON(s string) string {
	quoted, _ := json.Marshal(s) // a string always marshals
	return string(quoted[1 : len(quoted)-1])
}

// Read reads back what Write wrote, on this device or another one with the same template. What the template does not
// carry is empty; a position of 0 means everything that was there.
func (t NoteTemplate) Read(text string) (Note, bool) {
	if t.IsZero() || len(text) > maxNoteBytes {
		return Note{}, false
	}
	found := t.pattern.FindStringSubmatch(text)
	if found == nil {
		return Note{}, false
	}
	field := func(name string) string {
		if at := t.pattern.SubexpIndex(name); at >= 0 {
			return found[at]
		}
		return ""
	}
	note := Note{
		Conversation: ConversationID(field("conv")), Position: number(field("seq")), Time: number(field("time")),
		Device: field("device"), ID: field("id"),
	}
	if group := field("group"); group != "" {
		note.Conversation = GroupConversation(group)
	}
	return note, note.Conversation.Kind() != KindUnknown
}

// number reads digits; what does not fit is 0, which claims nothing by itself.
func number(digits string) int64 {
	value, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || value < 0 || value > maxPosition {
		return 0
	}
	return value
}
