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
// somebody waits and nothing else; errors are amber words with a mark. Nearly all colours are of the fixed part of the
// 256 colours, so that they are the same on terminals without true colour.
var styleTable = [styleCount]struct {
	name               string
	light, dark, plain pen
}{
	styleText:       {"text", pen{}, pen{}, pen{}},
	styleTitle:      {"title", pen{bold: true}, pen{bold: true}, pen{bold: true}},
	styleQuietTitle: {"title.quiet", pen{foreground: "#585858"}, pen{foreground: "#b2b2b2"}, pen{}},
	styleTime:       {"time", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleQuiet:      {"quiet", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleLine:       {"line", pen{foreground: "#bcbcbc"}, pen{foreground: "#4e4e4e"}, pen{faint: true}},
	styleDot:        {"dot", pen{foreground: "#af0000", bold: true}, pen{foreground: "#ff5f5f", bold: true}, pen{bold: true}},
	styleMention:    {"mention", pen{foreground: "#af0000", bold: true, underline: true}, pen{foreground: "#ff5f5f", bold: true, underline: true}, pen{bold: true, underline: true}},
	styleMuted:      {"muted", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleOpen:       {"open", pen{foreground: "#af0000"}, pen{foreground: "#ff5f5f"}, pen{bold: true}},
	styleCursor:     {"cursor", pen{foreground: "#1c1c1c", background: "#e4e4e4"}, pen{foreground: "#eeeeee", background: "#262626"}, pen{reverse: true}},
	styleAnchor:     {"name.anchor", pen{foreground: "#8f3e00"}, pen{foreground: "#ffaf5f"}, pen{bold: true}},
	styleAssistant:  {"name.assistant", pen{foreground: "#005faf"}, pen{foreground: "#5fafff"}, pen{bold: true}},
	styleGuide:      {"name.guide", pen{foreground: "#005f00"}, pen{foreground: "#87d787"}, pen{bold: true}},
	styleCustomer:   {"name.customer", pen{bold: true}, pen{bold: true}, pen{bold: true}},
	styleMine:       {"mine", pen{}, pen{}, pen{}},
	styleState:      {"state", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleDivider:    {"divider", pen{foreground: "#af0000"}, pen{foreground: "#ff5f5f"}, pen{bold: true}},
	styleDay:        {"day", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleTip:        {"tip", pen{foreground: "#626262"}, pen{foreground: "#a8a8a8"}, pen{faint: true}},
	styleCard:       {"card", pen{foreground: "#5f00af"}, pen{foreground: "#d7afff"}, pen{underline: true}},
	styleDraft:      {"draft", pen{foreground: "#5f00af"}, pen{foreground: "#d7afff"}, pen{}},
	styleOnline:     {"online", pen{foreground: "#005f00"}, pen{foreground: "#87d787"}, pen{}},
	styleError:      {"error", pen{foreground: "#7a4a00"}, pen{foreground: "#ffd75f"}, pen{bold: true}},
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
