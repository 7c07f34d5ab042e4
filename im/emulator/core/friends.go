package core

import (
	"context"
	"encoding/json"
	"slices"
)

// NewFriend is somebody to add to a list of friends. Times are 0 for now.
type NewFriend struct {
	User, Remark, Source, Wording string
	Classes                       []string // made where they do not exist
	Time, RemarkTime              int64
	Custom                        []ProfileItem
}

// FriendChange changes what a user noted about a friend; nil fields stay.
type FriendChange struct {
	User    string
	Remark  *string
	Classes *[]string
	Custom  []ProfileItem
}

// Adding says how friends are added.
type Adding struct {
	Both   bool // also to their lists
	Force  bool // without asking them
	Import bool // as Force, and without telling the app's server
}

// AddFriends adds to a user's list of friends, and with both the user to theirs. Without force, who confirms friends gets a
// request, and who admits nobody refuses.
func (c *Core) AddFriends(ctx context.Context, by Actor, user string, list []NewFriend, how Adding) ([]RelationResult, error) {
	return changeRelations(ctx, c, by, user, func(r *relationChange) ([]RelationResult, error) {
		force := how.Force || how.Import
		r.act.Force, r.quiet = how.Force, how.Import
		if !force && r.acc.pub.choice("Tag_Profile_IM_AdminForbidType") == "AdminForbid_Type_SendOut" {
			return nil, refuse(CodeMayNotAdd, "%s may not ask to become friends", user)
		}
		var results []RelationResult
		for _, entry := range list {
			results = append(results, r.each([]string{entry.User}, func(peer *account) *Error { return r.add(peer, entry, how.Both, force) })...)
		}
		return results, nil
	})
}

func (r *relationChange) add(peer *account, entry NewFriend, both, force bool) *Error {
	mine, theirs := r.mine(), r.of(peer)
	me := r.acc.pub
	switch {
	case peer == r.acc:
		return refuse(CodeRelationParameter, "nobody is their own friend")
	case !force && mine.blocks(peer.pub.UID):
		return refuse(CodeBlockedThem, "%s has blocked %s", me.ID, entry.User)
	case !force && theirs.blocks(me.UID):
		return refuse(CodeBlockedByThem, "%s has blocked %s", entry.User, me.ID)
	case mine.friend(peer.pub.UID) >= 0 && (!both || theirs.friend(me.UID) >= 0):
		return nil
	case len(mine.Friends) >= maxFriends:
		return refuse(CodeTooManyFriends, "%s has %d friends already", me.ID, maxFriends)
	case both && len(theirs.Friends) >= maxFriends:
		return refuse(CodePeerFull, "%s has %d friends already", entry.User, maxFriends)
	}
	if !force {
		switch peer.pub.choice("Tag_Profile_IM_AllowType") {
		case "AllowType_Type_DenyAny":
			return refuse(CodeAddsNobody, "%s admits nobody as a friend", entry.User)
		case "AllowType_Type_NeedConfirm":
			return r.ask(peer, entry)
		}
	}
	r.befriend(r.acc, peer, entry)
	if both {
		r.befriend(peer, r.acc, NewFriend{Source: entry.Source, Wording: entry.Wording})
	}
	return nil
}

// choice is a profile field whose value is one of several words.
func (a Account) choice(tag string) string {
	at := slices.IndexFunc(a.Profile, func(item ProfileItem) bool { return item.Tag == tag })
	if at < 0 {
		return ""
	}
	var word string
	_ = json.Unmarshal(a.Profile[at].Value, &word) // another type is no such word
	return word
}

// befriend puts somebody into a list of friends. What was asked between the two is settled.
func (r *relationChange) befriend(acc, peer *account, entry NewFriend) {
	side := r.of(acc)
	side.dropRequest(peer.pub.UID, true)
	side.dropRequest(peer.pub.UID, false)
	if side.friend(peer.pub.UID) >= 0 {
		return
	}
	friend := Friend{
		UID: peer.pub.UID, Remark: entry.Remark, RemarkTime: entry.RemarkTime, Classes: entry.Classes, Source: entry.Source,
		Wording: entry.Wording, Time: entry.Time, Custom: entry.Custom,
	}
	if friend.Time == 0 {
		friend.Time = r.time
	}
	if friend.Remark != "" && friend.RemarkTime == 0 {
		friend.RemarkTime = r.time
	}
	side.Friends = append(slices.Clone(side.Friends), friend)
	side.addClasses(entry.Classes)
	news := r.news(acc)
	news.Added = append(news.Added, peer.pub.ID)
}

// UpdateFriends changes what a user noted about friends.
func (c *Core) UpdateFriends(ctx context.Context, user string, list []FriendChange) ([]RelationResult, error) {
	return changeRelations(ctx, c, Actor{User: user}, user, func(r *relationChange) ([]RelationResult, error) {
		var results []RelationResult
		for _, change := range list {
			results = append(results, r.each([]string{change.User}, func(peer *account) *Error { return r.update(peer, change) })...)
		}
		return results, nil
	})
}

func (r *relationChange) update(peer *account, change FriendChange) *Error {
	mine := r.mine()
	at := mine.friend(peer.pub.UID)
	if at < 0 {
		return refuse(CodeNotFriends, "%s is no friend of %s", change.User, r.acc.pub.ID)
	}
	friend := mine.Friends[at]
	if change.Remark != nil {
		friend.Remark, friend.RemarkTime = *change.Remark, r.time
	}
	if change.Classes != nil {
		friend.Classes = *change.Classes
		mine.addClasses(friend.Classes)
	}
	for _, item := range change.Custom {
		friend.Custom = slices.DeleteFunc(slices.Clone(friend.Custom), func(old ProfileItem) bool { return old.Tag == item.Tag })
		friend.Custom = append(friend.Custom, item)
	}
	mine.Friends = slices.Clone(mine.Friends)
	mine.Friends[at] = friend
	friend.User = peer.pub.ID
	news := r.news(r.acc)
	news.Updated = append(news.Updated, friend)
	return nil
}

// DeleteFriends ends friendships, with both also in the other's list.
func (c *Core) DeleteFriends(ctx context.Context, by Actor, user string, users []string, both bool) ([]RelationResult, error) {
	return changeRelations(ctx, c, by, user, func(r *relationChange) ([]RelationResult, error) {
		return r.each(users, func(peer *account) *Error {
			if r.mine().friend(peer.pub.UID) < 0 {
				return refuse(CodeNotFriends, "%s is no friend of %s", peer.pub.ID, user)
			}
			r.unfriend(r.acc, peer)
			if both {
				r.unfriend(peer, r.acc)
			}
			return nil
		}), nil
	})
}

// DeleteAllFriends empties a user's list of friends.
func (c *Core) DeleteAllFriends(ctx context.Context, by Actor, user string, both bool) error {
	relations, err := c.Relations(user)
	if err != nil {
		return err
	}
	users := make([]string, len(relations.Friends))
	for i, friend := range relations.Friends {
		users[i] = friend.User
	}
	_, err = c.DeleteFriends(ctx, by, user, users, both)
	return err
}

func (r *relationChange) unfriend(acc, peer *account) {
	side := r.of(acc)
	at := side.friend(peer.pub.UID)
	if at < 0 {
		return
	}
	side.Friends = slices.Delete(slices.Clone(side.Friends), at, at+1)
	news := r.news(acc)
	news.Deleted = append(news.Deleted, peer.pub.ID)
}
