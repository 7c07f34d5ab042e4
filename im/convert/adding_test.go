package convert

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"reddot/im"
	"reddot/model"
)

// oddService answers requests to add people in every way that a service might, and keeps the truth of who is in. Of the many
// decisions rapid draws only the seed.
type oddService struct {
	t       *rapid.T
	chance  *rand.Rand
	in      map[string]bool
	unknown map[string]bool
}

func newOddService(t *rapid.T) *oddService {
	chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	return &oddService{t: t, chance: chance, in: map[string]bool{}, unknown: map[string]bool{}}
}

func (s *oddService) oneIn(n int) bool { return s.chance.IntN(n) == 0 }

func (s *oddService) hasStranger(members []model.NewMember) bool {
	return slices.ContainsFunc(members, func(m model.NewMember) bool { return s.unknown[m.User] })
}

func (s *oddService) add(_ context.Context, _ string, members []model.NewMember) ([]model.AddResult, error) {
	require.NotEmpty(s.t, members)
	require.LessOrEqual(s.t, len(members), model.AddMembers)
	switch {
	case s.oneIn(10):
		return nil, &im.Error{Doing: "add", Code: 10014, Class: im.ClassRefused}
	case s.hasStranger(members) && s.oneIn(2):
		return nil, &im.Error{Doing: "add", Code: 10019, Class: im.ClassRefused}
	}
	outcomes := []model.AddOutcome{model.Added, model.AlreadyMember, model.AwaitsConsent, model.OverGroupLimit}
	rows := []model.AddResult{{User: "nobody asked for me", Outcome: model.Added}}
	for _, m := range members {
		if s.oneIn(20) {
			continue // the service says nothing of them
		}
		outcome := outcomes[s.chance.IntN(len(outcomes))]
		if s.unknown[m.User] {
			outcome = model.AddRefused
		}
		s.in[m.User] = outcome == model.Added
		rows = append(rows, model.AddResult{User: m.User, Outcome: outcome})
	}
	return rows, nil
}

func (s *oddService) unknowns(_ context.Context, users []string) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(users), func(user string) bool { return !s.unknown[user] }), nil
}

func (s *oddService) edit(_ context.Context, _, user string, _ model.MemberEdit) error {
	require.True(s.t, s.in[user], "only who is in has a role and fields")
	return nil
}

// people asks for some, a few of them twice, a few unknown.
func (s *oddService) people() []model.NewMember {
	members := make([]model.NewMember, rapid.IntRange(0, 350).Draw(s.t, "people"))
	for i := range members {
		members[i] = model.NewMember{User: fmt.Sprintf("u%d", s.chance.IntN(400)), Admin: s.oneIn(50)}
	}
	for range rapid.IntRange(0, 5).Draw(s.t, "strangers") {
		s.unknown[fmt.Sprintf("u%d", s.chance.IntN(400))] = true
	}
	return members
}

// requireEverybody: the results name every asked-for person once, in order, and say the truth about who is in.
func requireEverybody(t *rapid.T, s *oddService, members []model.NewMember, results []model.AddResult) {
	var want, got []string
	for _, m := range members {
		if !slices.Contains(want, m.User) {
			want = append(want, m.User)
		}
	}
	for _, result := range results {
		got = append(got, result.User)
		require.Equal(t, s.in[result.User], result.Outcome == model.Added, "%+v", result)
		if result.Outcome == model.UnknownUser {
			require.True(t, s.unknown[result.User])
		}
	}
	require.Equal(t, want, got)
}

func TestEverybodyWhoIsAskedForHasOneResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newOddService(t)
		members := s.people()
		results, err := Adder{Add: s.add, Unknown: s.unknowns, Edit: s.edit}.All(t.Context(), "g", members)
		if err != nil {
			require.Empty(t, s.in, "a failure has added nobody")
			return
		}
		requireEverybody(t, s, members, results)
	})
}

func TestEverybodyWhoIsAskedForAtCreationHasOneResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newOddService(t)
		members := s.people()
		tries := 0
		creator := Creator{
			Adder: Adder{Add: s.add, Unknown: s.unknowns, Edit: s.edit}, Self: "owner", Now: time.Now,
			Create: func(_ context.Context, group model.NewGroup, first []model.NewMember) (Creation, error) {
				tries++
				require.LessOrEqual(t, len(first), model.CreateMembers)
				var over []string
				if s.hasStranger(first) {
					return Creation{}, &im.Error{Doing: "create", Code: 10019, Class: im.ClassRefused}
				}
				for _, m := range first {
					if s.oneIn(10) {
						over = append(over, m.User)
					} else {
						s.in[m.User] = true
					}
				}
				return Creation{ID: "g", Over: over}, nil
			},
		}
		created, err := creator.Make(t.Context(), model.NewGroup{Members: members})
		require.NoError(t, err)
		require.LessOrEqual(t, tries, 2)
		require.Equal(t, "g", created.ID)
		requireEverybody(t, s, members, created.Members)
	})
}
