package config

import (
	"encoding/json"
	"fmt"

	"reddot/model"
)

// Custom is for the application's own messages: how incoming ones are shown, and what the editor of /custom starts
// from.
type Custom struct {
	Cards    []Card    `toml:"cards"`
	Snippets []Snippet `toml:"snippets"`
}

// Card shows a custom element by field paths: a product, an order.
type Card struct {
	// Where holds the fields of the element's JSON that must have these values.
	Where map[string]string `toml:"where"`
	Title string            `toml:"title"`
	Lines []string          `toml:"lines"`
}

// Snippet is a custom message to start from.
type Snippet struct {
	Name string `toml:"name"`
	// Data is JSON. Description is what clients show that do not know the data.
	Data            string `toml:"data"`
	Description     string `toml:"description"`
	Extension       string `toml:"extension"`
	CloudCustomData string `toml:"cloud_custom_data"`
}

// Templates returns the cards as the screen takes them; they were checked when the file was read.
func (c Custom) Templates() model.Cards {
	cards := make(model.Cards, len(c.Cards))
	for i, card := range c.Cards {
		cards[i] = model.CardTemplate(card)
	}
	return cards
}

func (c Custom) check() []*Error {
	var problems []*Error
	for i, card := range c.Cards {
		if err := model.CardTemplate(card).Check(); err != nil {
			problems = append(problems, &Error{
				Key:    "custom.cards",
				Reason: Text{fmt.Sprintf("第 %d 张卡片要有 where 和 title", i+1), fmt.Sprintf("card %d: %v", i+1, err)},
				Remedy: Text{`如 where = { type = "product" }、title = "商品 {name}"`, `such as where = { type = "product" }, title = "Product {name}"`},
			})
		}
	}
	seen := map[string]bool{}
	for i, snippet := range c.Snippets {
		problems = append(problems, snippet.check(i+1, seen[snippet.Name]))
		seen[snippet.Name] = true
	}
	return problems
}

func (s Snippet) check(number int, again bool) *Error {
	problem := &Error{Key: "custom.snippets"}
	switch {
	case s.Name == "" || again:
		problem.Reason = Text{fmt.Sprintf("第 %d 个片段要有自己的 name", number), fmt.Sprintf("snippet %d needs a name of its own", number)}
		problem.Remedy = Text{"用 /custom 名字 取用", "it is taken by /custom NAME"}
	case !json.Valid([]byte(s.Data)):
		problem.Reason = Text{fmt.Sprintf("%q 的 data 不是 JSON", s.Name), fmt.Sprintf("the data of %q is no JSON", s.Name)}
		problem.Remedy = Text{`如 data = '{"type":"product","name":""}'`, `such as data = '{"type":"product","name":""}'`}
	default:
		return nil
	}
	return problem
}
