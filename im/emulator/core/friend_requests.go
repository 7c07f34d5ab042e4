package core

import (
	"context"
	"slices"
)

// FriendAnswer answers a request: Accept lets the asker have me as a friend, Mutual me the asker, too.
type FriendAnswer struct {
	User           string
	Accept, Mutual bool
	Remark, Class  string // of the asker, when mutual
}

// ask leaves a request with both sides; asking again replaces it.
func (r *relationChange) ask(peer *account, entry NewFriend) *Error {
	me := r.acc.pub
	request := FriendRequest{Source: entry.Source, Wording: entry.Wording, Time: r.time}
	received := request
	received.UID, received.User = me.UID, me.ID
	sent := request
	sent.UID, sent.User, sent.Sent, sent.Remark = peer.pub.UID, peer.pub.ID, true, entry.Remark
	if len(entry.Classes) > 0 {
		sent.Class = entry.Classes[0]
	}
	for acc, request := range map[*account]FriendRequest{r.acc: sent, peer: received} {
		side := r.of(acc)
		side.dropRequest(request.UID, request.Sent)
		side.Requests = append(slices.Clone(side.Requests), request)
		if surplus := len(side.Requests) - maxRequests; surplus > 0 {
			side.Requests = side.Requests[surplus:]
		}
		news := r.news(acc)
		news.Requests = append(news.Requests, request)
	}
	return refuse(CodeAddPending, "%s has to confirm", entry.User)
}

// AnswerFriends decides requests that a user got.
func (c *Core) AnswerFriends(ctx context.Context, by Actor, user string, answers []FriendAnswer) ([]RelationResult, error) {
	return changeRelations(ctx, c, by, user, func(r *relationChange) ([]RelationResult, error) {
		r.act.Answer = true
		var results []RelationResult
		for _, answer := range answers {
			results = append(results, r.each([]string{answer.User}, func(peer *account) *Error { return r.answer(peer, answer) })...)
		}
		return results, nil
	})
}

func (r *relationChange) answer(peer *account, answer FriendAnswer) *Error {
	received, asked := r.mine().dropRequest(peer.pub.UID, false)
	if !asked {
		return refuse(CodeNotRequested, "%s has not asked %s", answer.User, r.acc.pub.ID)
	}
	sent, _ := r.of(peer).dropRequest(r.acc.pub.UID, true)
	for acc, other := range map[*account]*account{r.acc: peer, peer: r.acc} {
		news := r.news(acc)
		news.Answered = append(news.Answered, other.pub.ID)
	}
	if !answer.Accept {
		return nil
	}
	r.befriend(peer, r.acc, NewFriend{Remark: sent.Remark, Classes: class(sent.Class), Source: received.Source, Wording: received.Wording})
	if answer.Mutual {
		r.befriend(r.acc, peer, NewFriend{Remark: answer.Remark, Classes: class(answer.Class), Source: received.Source, Wording: received.Wording})
	}
	return nil
}

func class(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// DropRequests takes requests away from the user's own list, those that were sent or those that came.
func (c *Core) DropRequests(ctx context.Context, user string, users []string, sent bool) ([]RelationResult, error) {
	return changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) ([]RelationResult, error) {
		return r.each(users, func(peer *account) *Error {
			if _, held := r.mine().dropRequest(peer.pub.UID, sent); !held {
				return refuse(CodeNotRequested, "there is no such request with %s", peer.pub.ID)
			}
			news := r.news(r.acc)
			news.Answered = append(news.Answered, peer.pub.ID)
			return nil
		}), nil
	})
}

// SeeRequests notes that a user has seen the requests until a time, in Unix seconds.
func (c *Core) SeeRequests(ctx context.Context, user string, until int64) error {
	_, err := changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) (struct{}, error) {
		until = min(until, r.time)
		if until > r.mine().Seen {
			r.mine().Seen = until
			r.news(r.acc).Seen = until
		}
		return struct{}{}, nil
	})
	return err
}
