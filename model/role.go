package model

import (
	"maps"
	"slices"
	"strings"
)

// Role is a business role of a shop: who somebody is to the customers.
type Role int

// The business roles, in the order in which they are shown. RoleUnset is nobody's.
const (
	RoleUnset Role = iota
	RoleCustomer
	RoleGuide
	RoleAssistant
	RoleAnchor
)

// String returns our own word for a role, which RoleNamed reads; "" for RoleUnset.
func (r Role) String() string {
	switch r {
	case RoleAnchor:
		return "anchor"
	case RoleAssistant:
		return "assistant"
	case RoleGuide:
		return "guide"
	case RoleCustomer:
		return "customer"
	default:
		return ""
	}
}

// RoleField is the member custom field that carries the business role, unless RoleRules name another one.
const RoleField = "role"

// RoleRules say how a shop marks its people. The zero value reads RoleField and knows nobody by name.
type RoleRules struct {
	// Field is the member custom field, "" for RoleField.
	Field string
	// Values are the shop's own words in the field, besides those that are always understood.
	Values map[string]Role
	// Users are people whose role does not depend on the group.
	Users map[string]Role
}

// roleValues are understood in the field of every shop.
var roleValues = map[string]Role{
	"anchor": RoleAnchor, "主播": RoleAnchor,
	"assistant": RoleAssistant, "助手": RoleAssistant,
	"guide": RoleGuide, "导购": RoleGuide,
	"customer": RoleCustomer, "用户": RoleCustomer, "顾客": RoleCustomer,
}

// FieldName returns the member custom field that is read.
func (r RoleRules) FieldName() string {
	if r.Field == "" {
		return RoleField
	}
	return r.Field
}

// Of returns somebody's role in one group: by name, else by the custom field, else the owner is the anchor, an
// admin an assistant, everybody else a customer.
func (r RoleRules) Of(user string, service ServiceRole, custom map[string]string) Role {
	if role, ok := r.Users[user]; ok {
		return role
	}
	value := custom[r.FieldName()]
	if role, ok := r.Values[value]; ok {
		return role
	}
	if role, ok := roleValues[value]; ok {
		return role
	}
	switch service {
	case Owner:
		return RoleAnchor
	case Admin:
		return RoleAssistant
	default:
		return RoleCustomer
	}
}

// serviceRoles are the words for the roles that a member can be given on the service.
var serviceRoles = map[string]ServiceRole{
	"admin": Admin, "管理员": Admin,
	"member": Ordinary, "成员": Ordinary, "普通成员": Ordinary,
}

// ServiceRoleNamed returns the role that a word means on the service, if it is one that can be given: admin, 管理员 and so on.
func ServiceRoleNamed(word string) (ServiceRole, bool) {
	role, ok := serviceRoles[strings.ToLower(word)]
	return role, ok
}

// RoleNamed returns the role that a word means in every shop: anchor, 主播 and so on.
func RoleNamed(word string) (Role, bool) {
	role, ok := roleValues[strings.ToLower(word)]
	return role, ok
}

// Word returns what to write into the custom field for a role: the shop's own word if it has one, else ours.
func (r RoleRules) Word(role Role) string {
	words := slices.Sorted(maps.Keys(r.Values))
	if i := slices.IndexFunc(words, func(word string) bool { return r.Values[word] == role }); i >= 0 {
		return words[i]
	}
	return role.String()
}

// Judge notes the role of each member.
func (r RoleRules) Judge(members []Member) {
	for i := range members {
		members[i].Business = r.Of(members[i].User, members[i].Role, members[i].Custom)
	}
}

// BusinessRole returns the member's role in the shop, by the shop's own rules if they were applied.
func (m Member) BusinessRole() Role {
	if m.Business != RoleUnset {
		return m.Business
	}
	return RoleRules{}.Of(m.User, m.Role, m.Custom)
}
