package convert

import (
	"context"
	"slices"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// Adder adds any number of people to groups, batch by batch, by the requests of one adapter.
type Adder struct {
	// Add sends one batch of at most model.AddMembers people.
	Add func(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error)
	// Unknown returns those of the users whom the service does not know.
	Unknown func(ctx context.Context, users []string) ([]string, error)
	// Edit gives a new member the role and the custom fields that the request to add has no place for.
	Edit func(ctx context.Context, groupID, user string, edit model.MemberEdit) error
}

// All adds the members and names every one of them once, in the order in which they were asked for. The error is that of
// the first batch; when a later one fails, those who are left are refused for its reason, because others are in already.
func (a Adder) All(ctx context.Context, groupID string, members []model.NewMember) ([]model.AddResult, error) {
	return a.into(ctx, groupID, newTally(members))
}

func (a Adder) into(ctx context.Context, groupID string, tally *tally) ([]model.AddResult, error) {
	begun := false
	for batch := range slices.Chunk(tally.open(), model.AddMembers) {
		rows, err := a.batch(ctx, groupID, batch)
		if err != nil && !begun {
			return nil, err
		}
		if err != nil {
			tally.refuse(err)
			break
		}
		begun = true
		tally.take(rows)
		a.dress(ctx, groupID, batch, tally)
	}
	return tally.results, nil
}

// batch adds one batch. A service that refuses all of it because of one account that does not exist is asked which one
// that is.
func (a Adder) batch(ctx context.Context, groupID string, batch []model.NewMember) ([]model.AddResult, error) {
	rows, err := a.Add(ctx, groupID, batch)
	if im.CodeOf(err) == wire.CodeGroupNoAccount {
		known, strangers, failed := a.sift(ctx, batch)
		if failed != nil || len(strangers) == 0 {
			return nil, err
		}
		if len(known) == 0 {
			return strangers, nil
		}
		rows, err = a.Add(ctx, groupID, known)
		rows = append(strangers, rows...)
	}
	if err != nil {
		return nil, err
	}
	return a.explain(ctx, rows), nil
}

// sift parts those whom the service knows from those whom it does not.
func (a Adder) sift(ctx context.Context, members []model.NewMember) ([]model.NewMember, []model.AddResult, error) {
	unknown, err := a.Unknown(ctx, usersOf(members))
	if err != nil {
		return nil, nil, err
	}
	var strangers []model.AddResult
	for _, user := range unknown {
		strangers = append(strangers, model.AddResult{User: user, Outcome: model.UnknownUser})
	}
	known := slices.DeleteFunc(slices.Clone(members), func(m model.NewMember) bool { return slices.Contains(unknown, m.User) })
	return known, strangers, nil
}

// explain finds out who of those that were refused without a reason does not exist.
func (a Adder) explain(ctx context.Context, rows []model.AddResult) []model.AddResult {
	var refused []string
	for _, row := range rows {
		if row.Outcome == model.AddRefused {
			refused = append(refused, row.User)
		}
	}
	if len(refused) == 0 {
		return rows
	}
	unknown, err := a.Unknown(ctx, refused)
	if err != nil {
		return rows // the refusals stand, without their reason
	}
	for i := range rows {
		if slices.Contains(unknown, rows[i].User) {
			rows[i].Outcome = model.UnknownUser
		}
	}
	return rows
}

// dress gives those who are in now their role and custom fields. One who is in without them keeps the reason.
func (a Adder) dress(ctx context.Context, groupID string, batch []model.NewMember, tally *tally) {
	for _, member := range batch {
		if !member.Admin && len(member.Custom) == 0 || tally.of(member.User).Outcome != model.Added {
			continue
		}
		edit := model.MemberEdit{Custom: member.Custom}
		if member.Admin {
			role := model.Admin
			edit.Role = &role
		}
		if err := a.Edit(ctx, groupID, member.User, edit); err != nil {
			tally.of(member.User).Reason = err.Error()
		}
	}
}

// tally holds one result for each of the people who were asked for.
type tally struct {
	members []model.NewMember
	results []model.AddResult
	decided []bool
	index   map[string]int
}

// newTally takes everybody once, with what was said first.
func newTally(members []model.NewMember) *tally {
	t := &tally{index: make(map[string]int, len(members))}
	for _, member := range members {
		if _, twice := t.index[member.User]; twice {
			continue
		}
		t.index[member.User] = len(t.members)
		t.members = append(t.members, member)
		t.results = append(t.results, model.AddResult{User: member.User})
	}
	t.decided = make([]bool, len(t.members))
	return t
}

// open returns those whose outcome is not known yet.
func (t *tally) open() []model.NewMember {
	var open []model.NewMember
	for i, member := range t.members {
		if !t.decided[i] {
			open = append(open, member)
		}
	}
	return open
}

// take notes outcomes; those of people who were not asked for are left out.
func (t *tally) take(rows []model.AddResult) {
	for _, row := range rows {
		if i, asked := t.index[row.User]; asked {
			t.results[i], t.decided[i] = row, true
		}
	}
}

// put notes one outcome for all of the users.
func (t *tally) put(outcome model.AddOutcome, users ...string) {
	for _, user := range users {
		t.take([]model.AddResult{{User: user, Outcome: outcome}})
	}
}

// refuse gives everybody who is left the same reason.
func (t *tally) refuse(reason error) {
	for i := range t.results {
		if !t.decided[i] {
			t.results[i].Reason, t.decided[i] = reason.Error(), true
		}
	}
}

func (t *tally) of(user string) *model.AddResult { return &t.results[t.index[user]] }

func usersOf(members []model.NewMember) []string {
	users := make([]string, len(members))
	for i, member := range members {
		users[i] = member.User
	}
	return users
}
