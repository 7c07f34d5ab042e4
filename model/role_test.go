package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/model"
)

func TestWhoIsWhoInTheShop(t *testing.T) {
	rules := model.RoleRules{
		Field:  "job",
		Values: map[string]model.Role{"host": model.RoleAnchor, "导购": model.RoleAssistant},
		Users:  map[string]model.Role{"li": model.RoleGuide},
	}
	job := func(value string) map[string]string { return map[string]string{"job": value, "role": "anchor"} }
	tests := map[string]struct {
		rules   model.RoleRules
		user    string
		service model.ServiceRole
		custom  map[string]string
		want    model.Role
	}{
		"the custom field decides":              {model.RoleRules{}, "a", model.Owner, map[string]string{"role": "导购"}, model.RoleGuide},
		"an owner is the anchor":                {model.RoleRules{}, "a", model.Owner, nil, model.RoleAnchor},
		"an admin assists, whatever is written": {model.RoleRules{}, "a", model.Admin, map[string]string{"role": "nonsense"}, model.RoleAssistant},
		"everybody else buys":                   {model.RoleRules{}, "a", model.Ordinary, nil, model.RoleCustomer},
		"the shop's own field and word":         {rules, "a", model.Ordinary, job("host"), model.RoleAnchor},
		"the shop's word goes before ours":      {rules, "a", model.Ordinary, job("导购"), model.RoleAssistant},
		"our words hold in the shop's field":    {rules, "a", model.Ordinary, job("guide"), model.RoleGuide},
		"the usual field is not the shop's":     {rules, "a", model.Ordinary, job(""), model.RoleCustomer},
		"a name goes before everything":         {rules, "li", model.Owner, job("host"), model.RoleGuide},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, test.rules.Of(test.user, test.service, test.custom))
			members := []model.Member{{User: test.user, Role: test.service, Custom: test.custom}}
			test.rules.Judge(members)
			require.Equal(t, test.want, members[0].BusinessRole())
		})
	}
	require.Equal(t, "host", rules.Word(model.RoleAnchor), "the shop's own word is written")
	require.Equal(t, "guide", rules.Word(model.RoleGuide))
	require.Equal(t, model.RoleAnchor, model.Member{User: "a", Role: model.Owner}.BusinessRole(), "without the shop's rules the usual ones hold")
}

func TestWordsForRoles(t *testing.T) {
	for word, want := range map[string]model.ServiceRole{"Admin": model.Admin, "管理员": model.Admin, "member": model.Ordinary, "普通成员": model.Ordinary} {
		role, ok := model.ServiceRoleNamed(word)
		require.True(t, ok, word)
		require.Equal(t, want, role, word)
	}
	_, ok := model.ServiceRoleNamed("owner")
	require.False(t, ok, "an owner is made by handing over")
	for _, want := range []model.Role{model.RoleCustomer, model.RoleGuide, model.RoleAssistant, model.RoleAnchor} {
		role, ok := model.RoleNamed(strings.ToUpper(want.String()))
		require.True(t, ok, want)
		require.Equal(t, want, role)
	}
}
