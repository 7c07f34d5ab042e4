package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxCardBytes bounds the data that is taken apart for a card; the service takes no longer message.
const maxCardBytes = 64 << 10

// CardTemplate says how a custom element of a known form is shown: field paths instead of code. A path names fields
// with dots; a number in it picks from a list: "items.0.name".
type CardTemplate struct {
	// Where lists fields of the element's data that must have these values.
	Where map[string]string
	// Title and Lines hold placeholders such as {name}. A line of whose fields none is there is left out.
	Title string
	Lines []string
}

// Card is a custom element made readable. Its texts come from others: clean them before showing them.
type Card struct {
	Title string
	Lines []string
}

// Cards are all templates; the first that fits counts.
type Cards []CardTemplate

var cardField = regexp.MustCompile(`\{[^{}\s]+\}`)

// Check says what is wrong with a template, nil if nothing is.
func (t CardTemplate) Check() error {
	if len(t.Where) == 0 {
		return fmt.Errorf("a card needs where: the fields that tell its messages from others")
	}
	if t.Title == "" {
		return fmt.Errorf("a card needs a title")
	}
	return nil
}

// Of returns the card for a custom element; false if no template fits.
func (c Cards) Of(element Custom) (Card, bool) {
	if len(c) == 0 || len(element.Data) > maxCardBytes {
		return Card{}, false
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(element.Data)))
	decoder.UseNumber()
	var data map[string]any
	if decoder.Decode(&data) != nil {
		return Card{}, false
	}
	for _, template := range c {
		if template.fits(data) {
			return template.fill(data), true
		}
	}
	return Card{}, false
}

func (t CardTemplate) fits(data map[string]any) bool {
	for path, want := range t.Where {
		if got, ok := valueAt(data, path); !ok || got != want {
			return false
		}
	}
	return len(t.Where) > 0
}

func (t CardTemplate) fill(data map[string]any) Card {
	title, _ := fillLine(t.Title, data)
	card := Card{Title: title}
	for _, line := range t.Lines {
		if filled, ok := fillLine(line, data); ok {
			card.Lines = append(card.Lines, filled)
		}
	}
	return card
}

// fillLine puts values into a line; false if it asks for some and none is there.
func fillLine(line string, data map[string]any) (string, bool) {
	asked, found := 0, 0
	filled := cardField.ReplaceAllStringFunc(line, func(field string) string {
		asked++
		value, ok := valueAt(data, field[1:len(field)-1])
		if ok && value != "" {
			found++
		}
		return value
	})
	return strings.TrimSpace(filled), asked == 0 || found > 0
}

// valueAt returns the text, number or truth value at a path.
func valueAt(value any, path string) (string, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch inside := value.(type) {
		case map[string]any:
			value = inside[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(inside) {
				return "", false
			}
			value = inside[i]
		default:
			return "", false
		}
	}
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	default:
		return "", false
	}
}
