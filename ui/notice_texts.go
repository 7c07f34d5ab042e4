package ui

import (
	"cmp"
	"fmt"

	"reddot/model"
)

func noticeTime(row *noticeRow) int64 {
	switch {
	case row.notice != nil:
		return row.notice.Time
	case row.application != nil:
		return row.application.Time
	default:
		return 0
	}
}

// groupNoticeText says in one sentence what a row is about.
func groupNoticeText(m *Model, row *noticeRow) string {
	k := m.look
	switch {
	case row.application != nil:
		return decisionText(m, row)
	case row.applied != nil:
		return fmt.Sprintf(k.words.AppliedF, groupName(row.applied))
	}
	n := row.notice
	name := cmp.Or(clean(n.GroupName), clean(n.GroupID))
	who := k.words.Somebody
	if n.Operator != "" {
		who = m.personIn(n.GroupID, n.Operator)
	}
	if said, ok := k.words.GroupNoticeTexts[n.Kind]; ok {
		return fmt.Sprintf(said, name, who)
	}
	return fmt.Sprintf(k.words.GroupNoticeTexts[model.NoticeCustom], name, who)
}

func decisionText(m *Model, row *noticeRow) string {
	k, a := m.look, row.application
	by, who := m.personIn(a.GroupID, a.By), m.personIn(a.GroupID, a.Applicant)
	name := cmp.Or(clean(a.GroupName), clean(a.GroupID))
	switch {
	case row.invited:
		return fmt.Sprintf(k.words.InvitesYouF, by, name)
	case a.Invitation():
		return fmt.Sprintf(k.words.InvitesF, by, who, name)
	default:
		return fmt.Sprintf(k.words.AppliesF, who, name)
	}
}

// personIn is what somebody is called who may be in a group, whom the user talks to, or who is in another group; else
// the id.
func (m *Model) personIn(groupID, user string) string {
	c := m.view.ByID[model.GroupConversation(groupID)]
	if c != nil && c.Members[user].User != "" {
		return userName(user, nil, c)
	}
	if c := m.view.ByID[model.C2CConversation(user)]; c != nil && c.Name != "" {
		return nameOf(c)
	}
	name, looked := m.called[user]
	if !looked {
		name = m.nameAnywhere(user)
		m.called[user] = name
	}
	return name
}

// nameAnywhere looks for somebody in all groups; personIn remembers what it found.
func (m *Model) nameAnywhere(user string) string {
	for _, c := range m.view.Conversations {
		if member, ok := c.Members[user]; ok && member.Name != "" {
			return clean(member.Name)
		}
	}
	for _, members := range m.outsiders {
		if member, ok := members[user]; ok && member.Name != "" {
			return clean(member.Name)
		}
	}
	return clean(user)
}

// noticeDetail is what somebody wrote with it.
func noticeDetail(k *look, row *noticeRow) string {
	switch {
	case row.application != nil && row.application.Message != "":
		return clean(row.application.Message)
	case row.applied != nil:
		return k.words.AwaitsApproval
	case row.notice != nil:
		return clean(row.notice.Text)
	default:
		return ""
	}
}

// settled says that a notice asked for a decision that was taken.
func (m *Model) settled(n *model.GroupNotice) bool {
	return n.Application != nil && (n.Handled || m.decided[n.ID])
}
