package ui

import (
	"fmt"
	"strings"

	"reddot/ui/text"
)

const (
	// labelColumns is the width of the column of labels, the margin included.
	labelColumns = 14
	// counterColumns is what a counter of bytes takes behind a field.
	counterColumns = 12
)

// draw lays out all fields, which are few, and shows those around the one with the focus.
func (f *form) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	var rows []string
	var spots []spot
	var at *place
	first, last := 0, 0
	for i, one := range f.fields {
		if !one.shown() {
			continue
		}
		if i == f.at {
			first = len(rows)
		}
		lines, caret := f.drawField(k, one, i == f.at, width)
		if caret != nil {
			at = &place{caret.x, len(rows) + caret.y}
		}
		rows = append(rows, lines...)
		for row := range lines {
			spots = append(spots, spot{i, row})
		}
		if i == f.at {
			last = len(rows)
		}
	}
	rows, spots = append(rows, ""), append(spots, spot{-1, 0}, spot{len(f.fields), 0})
	if f.at == len(f.fields) {
		first, last = len(rows), len(rows)+1
	}
	rows = append(rows, f.drawButton(k))
	f.top = max(min(f.top, first, len(rows)-height), last-height, 0)
	f.top = min(f.top, first)
	if at != nil {
		at.y -= f.top
		if at.y >= height {
			at = nil
		}
	}
	end := min(len(rows), f.top+height)
	f.spots = spots[f.top:end]
	return rows[f.top:end], at
}

func (f *form) drawButton(k *look) string {
	focused, style := f.at == len(f.fields), styleQuiet
	if focused {
		style = styleKey
	}
	return text.Spaces(labelColumns) + k.cursorMark(focused) + k.paint(style, "[ "+f.button+" ]") + k.paint(styleQuiet, "  Ctrl+S")
}

// drawField returns the rows of a field, and where the caret stands in them if the field has the focus.
func (f *form) drawField(k *look, one *field, focused bool, width int) (rows []string, at *place) {
	style := styleQuiet
	if focused {
		style = styleKey
	}
	label := "  " + k.Fit(k.paint(style, one.label), labelColumns-3) + " " + k.cursorMark(focused)
	room := max(8, width-valueColumn-2)
	under := func(style styleName, s string) {
		for _, line := range k.Wrap(s, room) {
			rows = append(rows, text.Spaces(valueColumn)+k.paint(style, line))
		}
	}
	switch one.kind {
	case fieldChoice, fieldToggle:
		rows = append(rows, label+drawChoice(k, one, focused))
	default:
		rows, at = drawText(k, one, label, focused, room)
	}
	one.height = len(rows)
	if focused && f.offer.on {
		rows = append(rows, f.offer.render(k, valueColumn, room)...)
	}
	if one.kind == fieldUsers {
		if named := f.offer.names(k, one.input.text); named != "" {
			rows = append(rows, text.Spaces(valueColumn)+k.paint(styleQuiet, k.Truncate(named, room)))
		}
	}
	if one.kind == fieldChoice && one.choice < len(one.options) && one.options[one.choice].note != "" {
		under(styleQuiet, one.options[one.choice].note)
	}
	if one.problem != "" {
		under(styleError, "! "+one.problem)
	}
	if focused && one.help != "" && !f.offer.on {
		under(styleQuiet, one.help)
	}
	return rows, at
}

// valueColumn is where the values of fields begin.
const valueColumn = labelColumns + 2

// drawChoice is the value of a field that has few, with arrows while it can be changed.
func drawChoice(k *look, one *field, focused bool) string {
	value := k.words.No
	if one.on {
		value = k.words.Yes
	}
	if one.kind == fieldChoice {
		value = ""
		if one.choice < len(one.options) {
			value = one.options[one.choice].label
		}
	}
	if !focused {
		return value
	}
	return k.paint(styleKey, "< "+value+" >")
}

// drawText is the value of a field that is typed into, with a counter of bytes behind its first row.
func drawText(k *look, one *field, label string, focused bool, room int) (rows []string, at *place) {
	counter := ""
	if one.limit > 0 {
		counter = fmt.Sprintf("%d/%d", len(one.value()), one.limit)
		style := styleQuiet
		if len(one.value()) > one.limit {
			style = styleError
		}
		counter = k.paint(style, k.PadLeft(counter+" "+k.words.Bytes, counterColumns))
	}
	columns := max(4, room-k.Width(counter)-1)
	height := one.input.height(k, columns, max(1, one.rows))
	lines, x, y := one.input.render(k, columns, height)
	for i, line := range lines {
		row := text.Spaces(valueColumn)
		if i == 0 {
			row = label
		}
		if !focused {
			line = strings.TrimRight(line, " ")
		}
		row += k.Fit(line, columns)
		if i == 0 {
			row += counter
		}
		rows = append(rows, row)
	}
	if focused {
		at = &place{valueColumn + x, y}
	}
	return rows, at
}
