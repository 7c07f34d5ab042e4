package ui

import "reddot/ui/text"

// help is the overlay that lists the key table and the commands. It takes the place of all panes, and gives them back on any closing
// key.
type help struct {
	on     bool
	offset int
}

// keyColumns is the width of the column of keys.
const keyColumns = 19

// lines returns the whole table in a language, one line each.
func (h *help) lines(k *look) []string {
	lines := []string{k.paint(styleTitle, k.words.HelpTitle) + k.paint(styleQuiet, "   "+k.words.HelpClose)}
	for s := range scopeCount {
		lines = append(lines, "", k.paint(styleQuietTitle, k.words.Scopes[s]))
		for _, b := range keyTable {
			if b.scope == s {
				lines = append(lines, k.paint(styleKey, k.PadRight(b.printed, keyColumns))+b.says(k.words))
			}
		}
	}
	lines = append(lines, "", k.paint(styleQuietTitle, k.words.CommandTitle))
	for i := range commandTable {
		c := &commandTable[i]
		lines = append(lines, k.paint(styleKey, k.PadRight("/"+c.name, keyColumns))+c.says(k.words))
	}
	return lines
}

func (b *binding) says(w *words) string {
	if w == english {
		return b.en
	}
	return b.zh
}

// render returns exactly height rows of width columns, in two columns where both fit.
func (h *help) render(k *look, width, height int) []string {
	lines := h.lines(k)
	columns := 1
	if width >= 116 {
		columns = 2
	}
	per := (len(lines) + columns - 1) / columns
	h.offset = max(0, min(h.offset, per-height))
	rows := make([]string, height)
	for y := range rows {
		row := ""
		for column := range columns {
			at := column*per + h.offset + y
			if at < min(len(lines), (column+1)*per) {
				row += k.Fit("  "+lines[at], width/columns)
			} else {
				row += text.Spaces(width / columns)
			}
		}
		rows[y] = k.Fit(row, width)
	}
	return rows
}
