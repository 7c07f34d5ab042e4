package config

import (
	"fmt"
	"maps"
	"slices"

	"reddot/model"
)

// Roles say how the shop marks its people: 主播, 助手, 导购, 用户.
type Roles struct {
	// Field is the member custom field that holds the role.
	Field string `toml:"field"`
	// Values maps the shop's own words in the field to "anchor", "assistant", "guide" or "customer".
	Values map[string]string `toml:"values"`
	// The lists name users whose role is the same in every group.
	Anchors    []string `toml:"anchors"`
	Assistants []string `toml:"assistants"`
	Guides     []string `toml:"guides"`
}

// Rules returns the settings as a session takes them; they were checked when the file was read.
func (r Roles) Rules() model.RoleRules {
	rules := model.RoleRules{Field: r.Field, Values: map[string]model.Role{}, Users: map[string]model.Role{}}
	for value, name := range r.Values {
		rules.Values[value], _ = model.RoleNamed(name)
	}
	for role, users := range r.lists() {
		for _, user := range users {
			rules.Users[user] = role
		}
	}
	return rules
}

func (r Roles) lists() map[model.Role][]string {
	return map[model.Role][]string{model.RoleAnchor: r.Anchors, model.RoleAssistant: r.Assistants, model.RoleGuide: r.Guides}
}

func (r Roles) check() []*Error {
	problems := []*Error{r.checkField()}
	for _, value := range slices.Sorted(maps.Keys(r.Values)) {
		problems = append(problems, oneOf("roles.values."+value, r.Values[value], "anchor", "assistant", "guide", "customer"))
	}
	seen := map[string]bool{}
	for _, user := range slices.Concat(r.Anchors, r.Assistants, r.Guides) {
		if seen[user] {
			problems = append(problems, &Error{
				Key:    "roles",
				Reason: Text{fmt.Sprintf("%q 出现在两个名单里", user), fmt.Sprintf("%q is in two lists", user)},
				Remedy: Text{"只留一处", "keep it in one"},
			})
		}
		seen[user] = true
	}
	return problems
}

func (r Roles) checkField() *Error {
	if r.Field != "" {
		return nil
	}
	return &Error{
		Key: "roles.field", Reason: Text{"不能为空", "it must not be empty"},
		Remedy: Text{`默认是 "role"`, `the default is "role"`},
	}
}
