package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// judge knows who works for the shop, also in groups that were not opened: there it asks who is in them, and takes
// whoever works for the shop in one group for staff in all. Who is not known at all counts as a customer, so that nobody
// is overlooked.
type judge struct {
	self  string
	told  outsiders
	staff map[string]bool
}

func newJudge(v *session.View, rules model.RoleRules, told outsiders) *judge {
	j := &judge{self: v.Self.User, told: told, staff: map[string]bool{}}
	add := func(members map[string]model.Member) {
		for user, member := range members {
			if member.BusinessRole() != model.RoleCustomer {
				j.staff[user] = true
			}
		}
	}
	for _, c := range v.Conversations {
		add(c.Members)
	}
	for _, members := range told {
		add(members)
	}
	for user, role := range rules.Users {
		j.staff[user] = role != model.RoleCustomer
	}
	return j
}

// member returns what is known of a user in a group.
func (j *judge) member(c *session.Conversation, user string) (member model.Member, known bool) {
	if member, known = c.Members[user]; known {
		return member, true
	}
	member, known = j.told[c.ID][user]
	return member, known
}

// customerWaits says whether the newest words in a conversation are a customer's: nobody of the shop has answered.
func (j *judge) customerWaits(c *session.Conversation) bool {
	said := lastSaid(c)
	if said == nil || said.Sender == j.self {
		return false
	}
	if member, known := j.member(c, said.Sender); known {
		return member.BusinessRole() == model.RoleCustomer
	}
	return !j.staff[said.Sender]
}

// unsure says whether nobody knows yet who said the newest words.
func (j *judge) unsure(c *session.Conversation) bool {
	said := lastSaid(c)
	if said == nil || said.Sender == j.self || j.staff[said.Sender] {
		return false
	}
	_, known := j.member(c, said.Sender)
	return !known
}

// lastSaid returns the newest message that somebody wrote, nil if none is known.
func lastSaid(c *session.Conversation) *model.Message {
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if !quiet(c.Messages[i]) {
			return c.Messages[i]
		}
	}
	if c.Last == nil || quiet(c.Last) {
		return nil
	}
	return c.Last
}

// toggleWaiting shows only groups where a customer waits for an answer, or all again.
func (m *Model) toggleWaiting() tea.Cmd {
	if m.list.judge != nil {
		m.list.judge = nil
		m.list.refilter()
		m.flash = flash{text: m.look.words.AllGroups}
		return nil
	}
	m.showWaiting()
	return m.learnWhoWaits()
}

func (m *Model) showWaiting() {
	m.list.judge = newJudge(m.view, m.options.Roles, m.outsiders)
	m.list.refilter()
	m.flash = flash{text: fmt.Sprintf(m.look.words.WaitingF, m.list.waiting)}
}

// mostUnsure is the most groups that are asked who is in them to see who waits.
const mostUnsure = 60

// learnWhoWaits asks who is in the groups whose newest words are nobody knows whose.
func (m *Model) learnWhoWaits() tea.Cmd {
	told, groups := m.outsiders, m.groups
	ids := told.unopened(m.view, mostUnsure, m.list.judge.unsure)
	if groups == nil || len(ids) == 0 {
		return nil
	}
	return launch(m, nil, m.look.words.LookingWho, longAskTimeout,
		func(ctx context.Context) (outsiders, error) {
			all, err := told.with(ctx, groups, ids)
			if len(all) > len(told) {
				err = nil // some are better than none
			}
			return all, err
		},
		func(all outsiders) tea.Cmd {
			m.outsiders = all
			if m.list.judge != nil {
				m.showWaiting()
			}
			return nil
		})
}
