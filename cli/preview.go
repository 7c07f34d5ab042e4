package cli

import (
	"strings"

	"reddot/model"
)

// plain is a message as one text: what was written, and a word in brackets for what was not.
func (a *app) plain(message *model.Message) string {
	if message.Recalled {
		return a.words.recalled
	}
	parts := make([]string, 0, len(message.Elements))
	for _, element := range message.Elements {
		parts = append(parts, a.plainElement(element))
	}
	return strings.Join(parts, " ")
}

func (a *app) plainElement(element model.Element) string {
	switch e := element.(type) {
	case model.Text:
		return e.Text
	case model.Custom:
		if e.Description != "" {
			return e.Description
		}
		return e.Data
	case model.Face:
		return a.words.face
	case model.Location:
		return a.words.location + e.Description
	case model.Media:
		return a.words.media[e.Kind] + e.Name
	case model.Tip:
		return a.words.tip
	case model.Notice:
		return e.Text
	case model.Unknown:
		return "[" + e.Type + "]"
	default:
		return ""
	}
}
