package core

import (
	"context"
	"slices"
)

// Block puts users on a block list. Friendships with them end on both sides.
func (c *Core) Block(ctx context.Context, by Actor, user string, users []string) ([]RelationResult, error) {
	return changeRelations(ctx, c, by, user, func(r *relationChange) ([]RelationResult, error) {
		return r.each(users, func(peer *account) *Error {
			mine := r.mine()
			switch {
			case peer == r.acc:
				return refuse(CodeRelationParameter, "nobody blocks themselves")
			case mine.blocks(peer.pub.UID):
				return nil
			case len(mine.Blocked) >= maxBlocked:
				return refuse(CodeTooManyFriends, "%s has blocked %d users already", user, maxBlocked)
			}
			mine.Blocked = append(slices.Clone(mine.Blocked), Blocked{UID: peer.pub.UID, Time: r.time})
			news := r.news(r.acc)
			news.Blocked = append(news.Blocked, peer.pub.ID)
			r.unfriend(r.acc, peer)
			r.unfriend(peer, r.acc)
			return nil
		}), nil
	})
}

// Unblock takes users off a block list. Who is not on it stays so.
func (c *Core) Unblock(ctx context.Context, by Actor, user string, users []string) ([]RelationResult, error) {
	return changeRelations(ctx, c, by, user, func(r *relationChange) ([]RelationResult, error) {
		return r.each(users, func(peer *account) *Error {
			mine := r.mine()
			if !mine.blocks(peer.pub.UID) {
				return nil
			}
			mine.Blocked = slices.DeleteFunc(slices.Clone(mine.Blocked), func(b Blocked) bool { return b.UID == peer.pub.UID })
			news := r.news(r.acc)
			news.Unblocked = append(news.Unblocked, peer.pub.ID)
			return nil
		}), nil
	})
}
