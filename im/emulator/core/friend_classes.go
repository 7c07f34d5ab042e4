package core

import (
	"context"
	"slices"
)

// A user sorts friends into classes, which Tencent calls groups of friends.

// ClassChange renames a class and moves friends.
type ClassChange struct {
	Name        string
	NewName     string // "" to keep the name
	Add, Remove []string
}

func (r *Relations) addClasses(names []string) {
	for _, name := range names {
		if !slices.Contains(r.Classes, name) {
			r.Classes = append(slices.Clone(r.Classes), name)
		}
	}
}

// AddClasses makes classes and puts friends into all of them.
func (c *Core) AddClasses(ctx context.Context, user string, names, users []string) ([]RelationResult, error) {
	return changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) ([]RelationResult, error) {
		r.mine().addClasses(names)
		if len(r.mine().Classes) > maxClasses {
			return nil, refuse(CodeTooManyClasses, "at most %d groups of friends", maxClasses)
		}
		return r.each(users, func(peer *account) *Error { return r.sort(peer, names, nil) }), nil
	})
}

// DeleteClasses takes classes away; the friends stay.
func (c *Core) DeleteClasses(ctx context.Context, user string, names []string) error {
	_, err := changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) (struct{}, error) {
		mine := r.mine()
		mine.Classes = slices.DeleteFunc(slices.Clone(mine.Classes), func(name string) bool { return slices.Contains(names, name) })
		r.resort(nil, names)
		return struct{}{}, nil
	})
	return err
}

// ChangeClass renames a class or moves friends into and out of it.
func (c *Core) ChangeClass(ctx context.Context, user string, change ClassChange) ([]RelationResult, error) {
	return changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) ([]RelationResult, error) {
		mine := r.mine()
		at := slices.Index(mine.Classes, change.Name)
		if at < 0 {
			return nil, refuse(CodeRelationParameter, "%s has no group of friends %q", user, change.Name)
		}
		name := change.Name
		if change.NewName != "" && change.NewName != name {
			name = change.NewName
			mine.Classes = slices.Clone(mine.Classes)
			mine.Classes[at] = name
			r.resort(map[string]string{change.Name: name}, nil)
		}
		results := r.each(change.Add, func(peer *account) *Error { return r.sort(peer, []string{name}, nil) })
		removed := r.each(change.Remove, func(peer *account) *Error { return r.sort(peer, nil, []string{name}) })
		return append(results, removed...), nil
	})
}

// sort puts a friend into classes and takes the friend out of others.
func (r *relationChange) sort(peer *account, in, out []string) *Error {
	mine := r.mine()
	at := mine.friend(peer.pub.UID)
	if at < 0 {
		return refuse(CodeNotFriends, "%s is no friend of %s", peer.pub.ID, r.acc.pub.ID)
	}
	classes := slices.DeleteFunc(slices.Clone(mine.Friends[at].Classes), func(name string) bool { return slices.Contains(out, name) })
	for _, name := range in {
		if !slices.Contains(classes, name) {
			classes = append(classes, name)
		}
	}
	mine.Friends = slices.Clone(mine.Friends)
	mine.Friends[at].Classes = classes
	return nil
}

// resort renames classes at all friends and takes others away.
func (r *relationChange) resort(renamed map[string]string, gone []string) {
	mine := r.mine()
	mine.Friends = slices.Clone(mine.Friends)
	for i := range mine.Friends {
		var classes []string
		for _, name := range mine.Friends[i].Classes {
			if fresh, ok := renamed[name]; ok {
				name = fresh
			}
			if !slices.Contains(gone, name) {
				classes = append(classes, name)
			}
		}
		mine.Friends[i].Classes = classes
	}
}
