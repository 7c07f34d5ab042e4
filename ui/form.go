package ui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/ui/text"
)

// fieldKind is how a field is filled in. The zero value is a text.
type fieldKind int

const (
	// fieldNumber is a text of digits, empty for none.
	fieldNumber fieldKind = iota + 1
	fieldChoice
	fieldToggle
	// fieldUsers is user ids with blanks between them, each with custom fields behind a colon if it needs them.
	fieldUsers
)

// field is one line of a form.
type field struct {
	name  string // what the code calls it
	label string
	help  string // shown while the field has the focus
	kind  fieldKind
	// limit is the most bytes of a text, 0 for none; required refuses an empty one; rows is the most rows it is shown in.
	limit    int
	required bool
	rows     int
	// check says what is wrong with the value, "" if nothing is.
	check func(value string) string
	// hidden leaves the field out, as it means nothing for what was chosen elsewhere.
	hidden func() bool
	// chosen is told of a new choice.
	chosen func(value string)

	input   input
	options []option
	choice  int
	on      bool
	problem string
	initial string
	height  int // the rows of the value when it was drawn last
}

// option is one value of a choice, with a line about it.
type option struct{ value, label, note string }

// value returns what is filled in, as text.
func (f *field) value() string {
	switch f.kind {
	case fieldChoice:
		if f.choice < len(f.options) {
			return f.options[f.choice].value
		}
		return ""
	case fieldToggle:
		return strconv.FormatBool(f.on)
	default:
		return strings.TrimSpace(f.input.text)
	}
}

// fill sets the value of a field that is about to be shown.
func (f *field) fill(value string) *field {
	switch f.kind {
	case fieldChoice:
		for i, o := range f.options {
			if o.value == value {
				f.choice = i
			}
		}
	case fieldToggle:
		f.on = value == "true"
	default:
		f.input.set(text.CleanLines(value))
	}
	f.initial = f.value()
	return f
}

func (f *field) changed() bool { return f.value() != f.initial }

func (f *field) shown() bool { return f.hidden == nil || !f.hidden() }

// form asks for several values and hands them over together.
type form struct {
	board
	heading string
	fields  []*field
	at      int // the field with the focus; len(fields) is the button
	top     int // the first row shown
	button  string
	// submit gets the form when every field is right.
	submit func(m *Model, f *form) tea.Cmd
	// offer completes the names of people.
	offer offer
	// spots are what stood on each row when the form was drawn last.
	spots []spot
}

// newForm returns a form with the focus on its first field that is shown.
func newForm(heading, button string, submit func(*Model, *form) tea.Cmd, fields ...*field) *form {
	for _, f := range fields {
		f.initial = f.value()
	}
	return &form{heading: heading, button: button, submit: submit, fields: fields}
}

// field returns the field of a name.
func (f *form) field(name string) *field {
	for _, one := range f.fields {
		if one.name == name {
			return one
		}
	}
	return &field{}
}

func (f *form) title(*Model) string { return f.heading }

func (f *form) scope() scope { return scopeForm }

func (f *form) hint(m *Model) string {
	w := m.look.words
	focused := f.focused()
	switch {
	case f.offer.on:
		return w.CompletionHint
	case focused == nil:
		return w.ButtonHint
	case focused.kind == fieldChoice:
		return w.ChoiceHint
	case focused.kind == fieldToggle:
		return w.ToggleHint
	case focused.rows > 1:
		return w.TextHint
	default:
		return w.FormHint
	}
}

func (f *form) unsaved() bool {
	for _, one := range f.fields {
		if one.changed() {
			return true
		}
	}
	return false
}

// focused returns the field with the focus, nil for the button.
func (f *form) focused() *field {
	if f.at < len(f.fields) {
		return f.fields[f.at]
	}
	return nil
}

// move puts the focus on the next or the previous field that is shown.
func (f *form) move(delta int) {
	f.offer.on = false
	for at := f.at + delta; at >= 0 && at <= len(f.fields); at += delta {
		if at == len(f.fields) || f.fields[at].shown() {
			f.at = at
			return
		}
	}
}

func (f *form) insert(_ *Model, s string) {
	focused := f.focused()
	if focused == nil || focused.kind == fieldChoice || focused.kind == fieldToggle {
		return
	}
	if focused.rows <= 1 {
		s = oneLine(s)
	}
	focused.input.insert(s)
	focused.problem = ""
}

func (f *form) key(m *Model, does action, key tea.KeyPressMsg) (tea.Cmd, bool) {
	focused := f.focused()
	if f.offer.on && f.offer.key(does, focused) {
		return nil, true
	}
	switch does {
	case actionSubmit:
		return f.trySubmit(m), true
	case actionSend:
		if focused == nil {
			return f.trySubmit(m), true
		}
		f.move(1)
		return nil, true
	case actionNextPane:
		f.move(1)
		return nil, true
	case actionPreviousPane:
		f.move(-1)
		return nil, true
	case actionBack, actionHelp, actionSwitch, actionReconnect:
		return nil, false
	}
	if focused == nil {
		f.moveByArrow(does)
		return nil, true
	}
	edits := focused.input.edits
	f.edit(m, focused, does, key)
	if focused.input.edits != edits {
		focused.problem = ""
		if focused.kind == fieldUsers {
			f.offer.complete(focused)
		}
	}
	return nil, true
}

func (f *form) moveByArrow(does action) {
	switch does {
	case actionUp:
		f.move(-1)
	case actionDown:
		f.move(1)
	}
}

// edit gives a key to the field with the focus.
func (f *form) edit(m *Model, focused *field, does action, key tea.KeyPressMsg) {
	switch focused.kind {
	case fieldChoice, fieldToggle:
		f.choose(focused, does, typed(key))
		return
	}
	switch does {
	case actionUp:
		if !focused.input.vertical(m.look, -1) {
			f.move(-1)
		}
	case actionDown:
		if !focused.input.vertical(m.look, 1) {
			f.move(1)
		}
	case actionNewLine:
		if focused.rows > 1 {
			focused.input.edit(does)
		}
	case noAction:
		focused.input.insert(typed(key))
	default:
		focused.input.edit(does)
	}
}

// choose moves among the values of a field that has few.
func (f *form) choose(focused *field, does action, typed string) {
	delta := 0
	switch {
	case does == actionUp || does == actionDown:
		f.moveByArrow(does)
		return
	case does == actionLeft:
		delta = -1
	case does == actionRight || typed == " ":
		delta = 1
	default:
		return
	}
	focused.problem = ""
	if focused.kind == fieldToggle {
		focused.on = !focused.on
		return
	}
	if n := len(focused.options); n > 0 {
		focused.choice = (focused.choice + delta + n) % n
		if focused.chosen != nil {
			focused.chosen(focused.value())
		}
	}
}

// trySubmit hands the form over if every field is right, else goes to the first that is not.
func (f *form) trySubmit(m *Model) tea.Cmd {
	if f.busy != "" {
		return nil
	}
	f.offer.on = false
	wrong := -1
	for i, one := range f.fields {
		one.problem = ""
		if !one.shown() {
			continue
		}
		one.problem = one.validate(m.look)
		if one.problem != "" && wrong < 0 {
			wrong = i
		}
	}
	if wrong >= 0 {
		f.at = wrong
		return nil
	}
	return f.submit(m, f)
}

// validate says what is wrong with a field, "" if nothing is.
func (f *field) validate(k *look) string {
	value := f.value()
	switch {
	case f.required && value == "":
		return k.words.FieldRequired
	case f.limit > 0 && len(value) > f.limit:
		return k.words.tooManyBytes(len(value), f.limit)
	case f.kind == fieldNumber && value != "":
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			return k.words.FieldNumber
		}
	case f.kind == fieldUsers:
		for _, member := range membersOf(value) {
			if len(member.User) > model.UserIDBytes {
				return k.words.tooManyBytes(len(member.User), model.UserIDBytes) + " " + clean(member.User)
			}
		}
	}
	if f.check != nil {
		return f.check(value)
	}
	return ""
}

// number returns the value of a field of digits, 0 if it is empty.
func (f *field) number() int {
	n, _ := strconv.Atoi(f.value())
	return n
}

// membersOf reads user ids with blanks or commas between them; custom fields follow an id behind a colon:
// "li:role=guide,shop=2".
func membersOf(s string) []model.NewMember {
	var members []model.NewMember
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\t;、，；　", r) }) {
		user, custom, _ := strings.Cut(word, ":")
		member := model.NewMember{User: strings.Trim(user, ",@＠")}
		for _, pair := range strings.Split(custom, ",") {
			if key, value, ok := strings.Cut(pair, "="); ok && key != "" {
				if member.Custom == nil {
					member.Custom = map[string]string{}
				}
				member.Custom[key] = value
			}
		}
		if member.User != "" && !seen[member.User] {
			seen[member.User] = true
			members = append(members, member)
		}
	}
	return members
}
