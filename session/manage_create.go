package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"reddot/im"
	"reddot/model"
)

// Registry keeps the groups that were created from here. Every write is durable when it returns.
type Registry interface {
	// RegisterGroup keeps a group before its creation is asked for. A group that is there already is left alone and returned.
	RegisterGroup(ctx context.Context, group model.RegisteredGroup) (before *model.RegisteredGroup, err error)
	// ConfirmGroup says that the group exists, and what became of its members.
	ConfirmGroup(ctx context.Context, group model.RegisteredGroup) error
	// WithdrawGroup forgets a group whose creation was refused.
	WithdrawGroup(ctx context.Context, id string) error
	// RegisteredGroups returns all groups, newest first.
	RegisteredGroups(ctx context.Context) ([]model.RegisteredGroup, error)
}

// doubtful is how old a creation without an answer must be before it is taken for lost: older than any request.
const doubtful = 2 * manageTimeout

// CreateGroup makes a group. It is in the registry before the request leaves, and in the list when the answer is there.
// Where no id is chosen the session chooses one, so that a creation whose answer was lost is found again and can be
// repeated: CreatedGroup names it also with an error.
func (s *Session) CreateGroup(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	doing := s.doing("创建群", "create the group", group.Name)
	if err := s.checkNewGroup(doing, group); err != nil {
		return model.CreatedGroup{}, err
	}
	if group.ID == "" {
		group.ID = newGroupID(group.Type)
	}
	row := s.rowOf(group)
	before, err := s.register(ctx, row)
	if err != nil {
		return model.CreatedGroup{}, fmt.Errorf("%s: %w", doing, err)
	}
	ctx, cancel := context.WithTimeout(ctx, manageTimeout)
	defer cancel()
	created, err := s.client.CreateGroup(ctx, group)
	if err != nil && before != nil && before.Pending && s.isOwn(ctx, group.ID) {
		// The earlier try, whose answer was lost, had made it.
		created, err = s.adopt(ctx, group)
	}
	if err != nil {
		return model.CreatedGroup{ID: group.ID}, s.settleFailed(ctx, group.ID, before, err)
	}
	row.Members, row.Pending = created.Members, false
	s.confirm(ctx, row)
	s.showGroup(ctx, created.ID)
	return created, nil
}

// newGroupID makes an id that nobody else has, in the form that the service wants of the type.
func newGroupID(kind model.GroupType) string {
	id := "reddot-" + strings.ToLower(rand.Text()[:16])
	if kind == model.Community {
		return model.CommunityIDPrefix + id
	}
	return id
}

func (s *Session) rowOf(group model.NewGroup) model.RegisteredGroup {
	row := model.RegisteredGroup{
		ID: group.ID, Name: group.Name, Type: group.Type, Owner: s.client.Self(), CreatedAt: time.Now().Unix(), Pending: true,
	}
	for _, member := range group.Members {
		row.Members = append(row.Members, model.AddResult{User: member.User})
	}
	return row
}

// isOwn says whether a group exists and belongs to the account.
func (s *Session) isOwn(ctx context.Context, id string) bool {
	groups, err := s.client.FindGroups(ctx, []string{id})
	return err == nil && len(groups) == 1 && groups[0].Owner == s.client.Self()
}

// adopt takes over a group that an earlier try has made, and brings in whoever is missing.
func (s *Session) adopt(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	created := model.CreatedGroup{ID: group.ID}
	if len(group.Members) == 0 {
		return created, nil
	}
	var err error
	created.Members, err = s.client.AddMembers(ctx, group.ID, group.Members)
	for i := range created.Members {
		if m := &created.Members[i]; m.Outcome == model.AlreadyMember && m.User != s.client.Self() {
			m.Outcome = model.Added
		}
	}
	return created, err
}

func (s *Session) register(ctx context.Context, row model.RegisteredGroup) (*model.RegisteredGroup, error) {
	if s.options.Registry == nil {
		return nil, nil
	}
	return s.options.Registry.RegisterGroup(ctx, row)
}

// settleFailed forgets a group that the service refused to make. Without an answer it stays, in doubt, and the error says how
// to ask again.
func (s *Session) settleFailed(ctx context.Context, id string, before *model.RegisteredGroup, err error) error {
	var coded *im.Error
	if !errors.As(err, &coded) {
		return err
	}
	if coded.Code == 0 || coded.Class == im.ClassTemporary {
		doubtful := *coded
		doubtful.Remedy = s.options.Language.Pick("用群 ID "+id+" 再试一次，不会重复创建", "try again with the group id "+id+"; nothing is made twice")
		return &doubtful
	}
	if s.options.Registry == nil || before != nil && !before.Pending {
		return err
	}
	if failed := s.options.Registry.WithdrawGroup(context.WithoutCancel(ctx), id); failed != nil {
		s.storeFailed(failed)
	}
	return err
}

// confirm is not stopped by the end of the caller: what was created is to be known.
func (s *Session) confirm(ctx context.Context, row model.RegisteredGroup) {
	if s.options.Registry == nil {
		return
	}
	if err := s.options.Registry.ConfirmGroup(context.WithoutCancel(ctx), row); err != nil {
		s.storeFailed(err)
		return
	}
	if s.options.Registered != nil {
		s.options.Registered()
	}
}

// Registry returns the groups that were created from here, newest first.
func (s *Session) Registry(ctx context.Context) ([]model.RegisteredGroup, error) {
	if s.options.Registry == nil {
		return nil, nil
	}
	return s.options.Registry.RegisteredGroups(ctx)
}

// settleRegistry asks the service about creations whose answer was lost, by a crash or with the connection.
func (s *Session) settleRegistry() {
	if s.options.Registry == nil {
		return
	}
	s.spawnQuiet(func(ctx context.Context) func() {
		if err := s.settlePending(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("Ask the service about groups in doubt", "error", err)
		}
		return nil
	})
}

func (s *Session) settlePending(ctx context.Context) error {
	rows, err := s.options.Registry.RegisteredGroups(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !row.Pending || time.Since(time.Unix(row.CreatedAt, 0)) < doubtful {
			continue
		}
		groups, err := s.client.FindGroups(ctx, []string{row.ID})
		if err != nil {
			return err
		}
		if len(groups) == 1 && groups[0].Owner == row.Owner {
			row.Pending = false
			row.Members = s.whoIsIn(ctx, row)
			s.confirm(ctx, row)
		} else if err := s.options.Registry.WithdrawGroup(ctx, row.ID); err != nil {
			return err
		}
	}
	return nil
}

// whoIsIn finds out what became of the members of a group whose creation was not answered.
func (s *Session) whoIsIn(ctx context.Context, row model.RegisteredGroup) []model.AddResult {
	users := make([]string, len(row.Members))
	for i, member := range row.Members {
		users[i] = member.User
	}
	if len(users) == 0 {
		return nil
	}
	present, err := s.client.MembersNamed(ctx, row.ID, users)
	if err != nil {
		return row.Members
	}
	in := make(map[string]bool, len(present))
	for _, member := range present {
		in[member.User] = true
	}
	for i := range row.Members {
		if in[row.Members[i].User] {
			row.Members[i].Outcome = model.Added
		}
	}
	return row.Members
}
