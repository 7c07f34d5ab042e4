package session

import (
	"reddot/im"
	"reddot/model"
)

// mostNames bounds how many new names are remembered for answers that are still under way.
const mostNames = 1000

// names are the names that the service told by itself: an answer to a question that left before has the old ones. It belongs to
// the session's goroutine.
type names map[string]newName

type newName struct {
	name string
	at   im.Moment
}

func (n names) add(profile model.Profile) {
	if len(n) >= mostNames {
		clear(n)
	}
	n[profile.User] = newName{profile.Name, im.Now()}
}

// of returns the name of a user for whom an answer to a question that left at the moment asked has this one.
func (n names) of(user, name string, asked im.Moment) string {
	if told, ok := n[user]; ok && told.at > asked {
		return told.name
	}
	return name
}

// rename sets the names of members in such an answer.
func (n names) rename(members []model.Member, asked im.Moment) {
	for i := range members {
		members[i].Name = n.of(members[i].User, members[i].Name, asked)
	}
}
