package im

import (
	"context"

	"reddot/model"
)

// Groups is what can be done to groups and their members. Refusals are *Error with the service's code. What the
// adapter cannot do returns ErrUnsupported inside an *Error whose Cause says why; Capabilities says it beforehand.
type Groups interface {
	// CreateGroup makes a group with the logged-in user as owner and adds the members, also those beyond what one
	// request takes. The results name every asked-for member once.
	CreateGroup(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error)
	// FindGroups returns what anybody may know of the groups; unknown ones are missing. SelfRole is NotMember for
	// groups that the user is not in.
	FindGroups(ctx context.Context, ids []string) ([]model.Group, error)
	// SearchGroups returns groups that can be found by a part of their name, at most limit.
	SearchGroups(ctx context.Context, words string, limit int) ([]model.Group, error)
	// JoinGroup asks to join, with a text for those who decide. Being a member already is Joined.
	JoinGroup(ctx context.Context, groupID, message string) (model.JoinState, error)
	QuitGroup(ctx context.Context, groupID string) error
	DestroyGroup(ctx context.Context, groupID string) error
	// HandOver makes another member the owner.
	HandOver(ctx context.Context, groupID, newOwner string) error
	EditGroup(ctx context.Context, groupID string, edit model.GroupEdit) error
	// AddMembers invites people; the results name every one of them once.
	AddMembers(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error)
	RemoveMembers(ctx context.Context, groupID string, users []string, reason string) error
	// EditMember changes the membership of a user, the own one included.
	EditMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error
	// MembersNamed returns the given users' membership; those who are not members are missing.
	MembersNamed(ctx context.Context, groupID string, users []string) ([]model.Member, error)
	// UnknownUsers returns those of the users whom the service does not know.
	UnknownUsers(ctx context.Context, users []string) ([]string, error)
	// Applications returns what waits for this user's decision, oldest first.
	Applications(ctx context.Context) ([]model.Application, error)
	// Decide agrees to an application or refuses it, with a text for the applicant.
	Decide(ctx context.Context, application model.Application, agree bool, reply string) error
}
