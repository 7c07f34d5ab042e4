package convert

import (
	"context"
	"time"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// creationSlack is how far the service's clock may be from what we take it for.
const creationSlack = 5 * time.Second

// Creator makes groups by the requests of one adapter, whatever the number of members.
type Creator struct {
	Adder
	// Self is who will own the groups.
	Self string
	// Create sends one request with at most model.CreateMembers people.
	Create func(ctx context.Context, group model.NewGroup, members []model.NewMember) (Creation, error)
	// Find returns the profile of a group.
	Find func(ctx context.Context, groupID string) (*model.Group, error)
	// Now is the service's clock.
	Now func() time.Time
}

// Creation is what one request to create a group led to.
type Creation struct {
	ID string
	// Over are those who are in too many groups to come in.
	Over []string
	// Repeated is set, also with an error, if the request went out more than once, so that an answer may have been lost.
	Repeated bool
}

// Make creates the group with its first members and adds the others. Once the group is there, a failure to add somebody
// is that person's result and no error.
func (c Creator) Make(ctx context.Context, group model.NewGroup) (model.CreatedGroup, error) {
	tally := newTally(group.Members)
	tally.put(model.AlreadyMember, c.Self)
	began := c.Now()
	first := tally.founders()
	creation, err := c.Create(ctx, group, first)
	if im.CodeOf(err) == wire.CodeGroupNoAccount {
		known, strangers, failed := c.sift(ctx, first)
		if failed != nil || len(strangers) == 0 {
			return model.CreatedGroup{}, err
		}
		tally.take(strangers)
		first = known
		creation, err = c.Create(ctx, group, first)
	}
	switch {
	case err == nil:
		tally.put(model.Added, usersOf(first)...)
		tally.put(model.OverGroupLimit, creation.Over...)
	case im.CodeOf(err) == wire.CodeGroupIDOwn && creation.Repeated && c.madeSince(ctx, group.ID, began):
		return model.CreatedGroup{ID: group.ID, Members: c.recover(ctx, group.ID, tally)}, nil
	default:
		return model.CreatedGroup{}, err
	}
	return model.CreatedGroup{ID: creation.ID, Members: c.rest(ctx, creation.ID, tally)}, nil
}

// madeSince says whether a group whose id is in use, and whose owner is the user, is the one that was just asked for: the
// answer to an earlier try was lost, and a repetition met its own work.
func (c Creator) madeSince(ctx context.Context, id string, began time.Time) bool {
	if id == "" {
		return false
	}
	group, err := c.Find(ctx, id)
	return err == nil && group != nil && group.Owner == c.Self && group.CreatedAt >= began.Add(-creationSlack).Unix()
}

// rest adds those whom the creation had no room for.
func (c Creator) rest(ctx context.Context, id string, tally *tally) []model.AddResult {
	if _, err := c.into(ctx, id, tally); err != nil {
		tally.refuse(err)
	}
	return tally.results
}

// recover asks for everybody again: whoever came in by the lost try is a member already.
func (c Creator) recover(ctx context.Context, id string, tally *tally) []model.AddResult {
	results := c.rest(ctx, id, tally)
	for i := range results {
		if results[i].Outcome == model.AlreadyMember && results[i].User != c.Self {
			results[i].Outcome = model.Added
		}
	}
	return results
}

// founders returns who comes in with the creation: administrators first, because only the creation can name them.
func (t *tally) founders() []model.NewMember {
	var admins, others []model.NewMember
	for _, member := range t.open() {
		if member.Admin {
			admins = append(admins, member)
		} else {
			others = append(others, member)
		}
	}
	first := append(admins, others...)
	return first[:min(len(first), model.CreateMembers)]
}
