package ui

import (
	"bytes"
	"encoding/json"
	"strings"

	"reddot/model"
	"reddot/ui/text"
)

// unfoldedLines bounds what is shown of one part of an unfolded message.
const unfoldedLines = 200

// unfolds says whether there is more to a message than what is shown of it.
func unfolds(m *model.Message) bool {
	if m == nil || m.Recalled {
		return false
	}
	for _, e := range m.Elements {
		if custom, ok := e.(model.Custom); ok && custom.Data+custom.Extension != "" {
			return true
		}
	}
	return m.CustomData != ""
}

// toggleUnfold shows all of the selected message, or takes that back.
func (p *chat) toggleUnfold() {
	m := p.current()
	if !unfolds(m) {
		return
	}
	if p.unfolded == nil {
		p.unfolded = map[model.Key]bool{}
	}
	p.unfolded[m.Key()] = !p.unfolded[m.Key()]
	p.unfolds++
}

// unfoldedText is what an unfolded message holds, as it came: data and custom data, JSON laid out.
func unfoldedText(m *model.Message) string {
	var parts []string
	add := func(label, content string) {
		if content != "" {
			parts = append(parts, label+" "+laidOut(content, unfoldedLines))
		}
	}
	for _, e := range m.Elements {
		if custom, ok := e.(model.Custom); ok {
			add("Data", custom.Data)
			add("Desc", custom.Description)
			add("Ext", custom.Extension)
		}
	}
	add("CloudCustomData", m.CustomData)
	return strings.Join(parts, "\n")
}

// laidOut returns a text cleaned, laid out if it is JSON, and cut to a number of lines.
func laidOut(content string, most int) string {
	content = text.Limit(content, bodyBytes)
	var pretty bytes.Buffer
	if json.Indent(&pretty, []byte(content), "", "  ") == nil {
		content = text.Limit(pretty.String(), bodyBytes)
	}
	lines := strings.SplitN(text.CleanLines(content), "\n", most+1)
	if len(lines) > most {
		lines[most] = text.Tail
	}
	return strings.Join(lines, "\n")
}

// cardText shows an element by the shop's own template, "" if none fits.
func cardText(k *look, e model.Custom) string {
	card, ok := k.cards.Of(e)
	if !ok {
		return ""
	}
	lines := []string{clean(card.Title)}
	for _, line := range card.Lines {
		lines = append(lines, clean(line))
	}
	return strings.Join(lines, "\n")
}
