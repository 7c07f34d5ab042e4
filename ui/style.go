package ui

import (
	"fmt"
	"strconv"
)

// styleName names a style; every colour of the screen comes from styleTable by one of these names.
type styleName int

const (
	styleText styleName = iota
	styleTitle
	styleQuietTitle
	styleTime
	styleQuiet
	styleLine
	styleDot
	styleMention
	styleMuted
	styleOpen
	styleCursor
	styleAnchor
	styleAssistant
	styleGuide
	styleCustomer
	styleMine
	styleState
	styleDivider
	styleDay
	styleTip
	styleCard
	styleDraft
	styleOnline
	styleError
	styleKey
	styleCount
)

// pen is what a style looks like in one theme. Colours are "#rrggbb", "" for the terminal's own.
type pen struct {
	foreground, background string
	bold, faint, reverse   bool
	underline              bool
}

// styleTable is the look of the screen: light and dark backgrounds, and terminals without colour. Red means that
// somebody waits and nothing else; errors are amber words with a mark.
var styleTable = [styleCount]struct {
	name               string
	light, dark, plain pen
}{
	styleText:       {"text", pen{}, pen{}, pen{}},
	styleTitle:      {"title", pen{bold: true}, pen{bold: true}, pen{bold: true}},
	styleQuietTitle: {"title.quiet", pen{foreground: "#5a6068"}, pen{foreground: "#a3aab3"}, pen{}},
	styleTime:       {"time", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleQuiet:      {"quiet", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleLine:       {"line", pen{foreground: "#b8bec6"}, pen{foreground: "#4a515a"}, pen{faint: true}},
	styleDot:        {"dot", pen{foreground: "#b91c1c", bold: true}, pen{foreground: "#ff7373", bold: true}, pen{bold: true}},
	styleMention:    {"mention", pen{foreground: "#b91c1c", bold: true, underline: true}, pen{foreground: "#ff7373", bold: true, underline: true}, pen{bold: true, underline: true}},
	styleMuted:      {"muted", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleOpen:       {"open", pen{foreground: "#b91c1c"}, pen{foreground: "#ff7373"}, pen{bold: true}},
	styleCursor:     {"cursor", pen{foreground: "#1f2328", background: "#e6eaef"}, pen{foreground: "#f0f3f6", background: "#262b31"}, pen{reverse: true}},
	styleAnchor:     {"name.anchor", pen{foreground: "#8f3e00"}, pen{foreground: "#ffab70"}, pen{bold: true}},
	styleAssistant:  {"name.assistant", pen{foreground: "#0550ae"}, pen{foreground: "#79b8ff"}, pen{bold: true}},
	styleGuide:      {"name.guide", pen{foreground: "#0f5a2a"}, pen{foreground: "#7ee787"}, pen{bold: true}},
	styleCustomer:   {"name.customer", pen{bold: true}, pen{bold: true}, pen{bold: true}},
	styleMine:       {"mine", pen{}, pen{}, pen{}},
	styleState:      {"state", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleDivider:    {"divider", pen{foreground: "#b91c1c"}, pen{foreground: "#ff7373"}, pen{bold: true}},
	styleDay:        {"day", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleTip:        {"tip", pen{foreground: "#5f656d"}, pen{foreground: "#9aa1aa"}, pen{faint: true}},
	styleCard:       {"card", pen{foreground: "#5b3a9e"}, pen{foreground: "#d2b3ff"}, pen{underline: true}},
	styleDraft:      {"draft", pen{foreground: "#5b3a9e"}, pen{foreground: "#d2b3ff"}, pen{}},
	styleOnline:     {"online", pen{foreground: "#0f5a2a"}, pen{foreground: "#7ee787"}, pen{}},
	styleError:      {"error", pen{foreground: "#7a4a00"}, pen{foreground: "#ffcf66"}, pen{bold: true}},
	styleKey:        {"key", pen{bold: true}, pen{bold: true}, pen{bold: true}},
}

// Theme chooses a column of the style table.
type Theme string

// The themes. ThemeAuto follows the terminal's background as soon as it is known, and is dark until then.
const (
	ThemeAuto  Theme = "auto"
	ThemeDark  Theme = "dark"
	ThemeLight Theme = "light"
	ThemePlain Theme = "none"
)

// palette holds for each style the escape sequence that begins it, "" for plain text.
type palette [styleCount]string

func newPalette(theme Theme) *palette {
	var p palette
	for name, entry := range styleTable {
		look := entry.dark
		switch theme {
		case ThemeLight:
			look = entry.light
		case ThemePlain:
			look = entry.plain
		}
		p[name] = look.sequence()
	}
	return &p
}

func (p pen) sequence() string {
	codes := ""
	add := func(set bool, code string) {
		if set {
			codes += ";" + code
		}
	}
	add(p.bold, "1")
	add(p.faint, "2")
	add(p.underline, "4")
	add(p.reverse, "7")
	add(p.foreground != "", "38;2;"+rgb(p.foreground))
	add(p.background != "", "48;2;"+rgb(p.background))
	if codes == "" {
		return ""
	}
	return "\x1b[" + codes[1:] + "m"
}

// rgb turns "#rrggbb" into "r;g;b".
func rgb(hex string) string {
	if len(hex) != 7 {
		return ""
	}
	value, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d;%d;%d", value>>16, value>>8&0xff, value&0xff)
}

const resetStyle = "\x1b[m"

// paint returns s in a style, closed at its end.
func (p *palette) paint(name styleName, s string) string {
	if p[name] == "" || s == "" {
		return s
	}
	return p[name] + s + resetStyle
}

// over returns s in a style on top of another one, which gives what the first leaves open.
func (p *palette) over(under, name styleName, s string) string {
	if p[under] == "" {
		return p.paint(name, s)
	}
	if s == "" {
		return s
	}
	return p[under] + p[name] + s + resetStyle
}
