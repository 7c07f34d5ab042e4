package ui

import tea "charm.land/bubbletea/v2"

// spot is a row of a field: the field's index, len(fields) for the button, -1 for neither.
type spot struct{ field, row int }

// click goes to what is under the mouse: it puts the caret into a text, takes the next value of a choice, chooses somebody
// who is offered, or presses the button.
func (f *form) click(m *Model, at place) tea.Cmd {
	if at.y < 0 || at.y >= len(f.spots) || f.spots[at.y].field < 0 {
		return nil
	}
	hit := f.spots[at.y]
	had := f.at == hit.field
	if hit.field == len(f.fields) {
		f.at, f.offer.on = hit.field, false
		return f.trySubmit(m)
	}
	one := f.fields[hit.field]
	if had && f.offer.on && f.offer.click(hit.row-one.height, one) {
		return nil
	}
	f.at, f.offer.on = hit.field, false
	if hit.row < one.height {
		f.clickValue(m, one, place{at.x - valueColumn, hit.row}, had)
	}
	return nil
}

// clickValue changes the value of a field under the mouse. A choice that had not the focus only gets it: its arrows were not
// there to be clicked.
func (f *form) clickValue(m *Model, one *field, at place, had bool) {
	does := actionRight
	switch {
	case at.x < 0:
		return
	case one.kind == fieldChoice && !had:
		return
	case one.kind == fieldChoice && at.x < len("< "):
		does = actionLeft
	case one.kind != fieldChoice && one.kind != fieldToggle:
		one.input.click(m.look, at.x, at.y)
		return
	}
	f.choose(one, does, "")
}

// click chooses the person on a row of the list; false means that there is none.
func (o *offer) click(row int, one *field) bool {
	i := o.pages.top + row
	if row < 0 || row >= offerRows || i >= len(o.found) {
		return false
	}
	o.pages.cursor = i
	return o.key(actionSend, one)
}
