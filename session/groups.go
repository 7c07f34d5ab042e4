package session

import (
	"context"

	"reddot/model"
)

var _ Groups = (*Session)(nil)

// Groups is what the screen and the commands do to groups. Every method asks the service and returns its answer; the
// pictures follow by themselves. Text limits and rights that are known beforehand are refused before anything is sent.
type Groups interface {
	// CreateGroup makes a group and records it in the registry, also when the answer to the request is lost. The created
	// group's id is there also with an error: repeated with that id, nothing is made twice.
	CreateGroup(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error)
	FindGroups(ctx context.Context, ids []string) ([]model.Group, error)
	SearchGroups(ctx context.Context, words string, limit int) ([]model.Group, error)
	JoinGroup(ctx context.Context, groupID, message string) (model.JoinState, error)
	QuitGroup(ctx context.Context, groupID string) error
	DestroyGroup(ctx context.Context, groupID string) error
	HandOver(ctx context.Context, groupID, newOwner string) error
	EditGroup(ctx context.Context, groupID string, edit model.GroupEdit) error
	AddMembers(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error)
	RemoveMembers(ctx context.Context, groupID string, users []string, reason string) error
	EditMember(ctx context.Context, groupID, user string, edit model.MemberEdit) error
	// MembersOf returns all members of a group, at most 10,000.
	MembersOf(ctx context.Context, groupID string) ([]model.Member, error)
	Applications(ctx context.Context) ([]model.Application, error)
	Decide(ctx context.Context, application model.Application, agree bool, reply string) error
	// UnknownUsers returns those of the users whom the service does not know.
	UnknownUsers(ctx context.Context, users []string) ([]string, error)
	// Registry returns the groups created from here, newest first.
	Registry(ctx context.Context) ([]model.RegisteredGroup, error)
	// DismissNotice takes notices off View.GroupNotices for good; without an id, all of them.
	DismissNotice(ids ...string)
	// MayDo says whether the account may do the action in the group, or why not. A nil group is one that is not known.
	MayDo(group *model.Group, action model.GroupAction) model.Refusal
}
