package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// pushRelations tells all connections of a user, the one that asked too: the Web SDK changes its list of friends only by
// the push.
func (s *Server) pushRelations(e core.RelationsChanged) {
	event := wire.Event{Event: wire.EventFriends}
	for _, change := range []struct {
		mod   wire.FriendListMod
		users []string
	}{
		{wire.FriendListMod{PushType: wire.FriendsAdded, FriendAdd: e.Added}, e.Added},
		{wire.FriendListMod{PushType: wire.FriendsDeleted, FriendDel: e.Deleted}, e.Deleted},
		{wire.FriendListMod{PushType: wire.RequestsAnswered, RequestDel: e.Answered}, e.Answered},
		{wire.FriendListMod{PushType: wire.BlockListAdded, BlackListAdd: e.Blocked}, e.Blocked},
		{wire.FriendListMod{PushType: wire.BlockListDeleted, BlackListDel: e.Unblocked}, e.Unblocked},
	} {
		if len(change.users) > 0 {
			event.FriendListMod = append(event.FriendListMod, change.mod)
		}
	}
	for _, request := range e.Requests {
		event.FriendListMod = append(event.FriendListMod, s.requestAdded(e.User, request))
	}
	if len(e.Updated) > 0 {
		event.FriendListMod = append(event.FriendListMod, friendsUpdated(e.Updated))
	}
	if e.Seen > 0 {
		event.FriendListMod = append(event.FriendListMod, wire.FriendListMod{PushType: wire.RequestsSeen, ReportTime: e.Seen})
	}
	s.tell(e.Audience, event)
}

func friendsUpdated(friends []core.Friend) wire.FriendListMod {
	mod := wire.FriendListMod{PushType: wire.FriendsUpdated}
	for _, friend := range friends {
		update := wire.FriendUpdate{Account: friend.User}
		for _, field := range notes(friend) {
			update.Items = append(update.Items, wire.FriendField(field))
		}
		mod.Updated = append(mod.Updated, update)
	}
	return mod
}

func (s *Server) requestAdded(user string, request core.FriendRequest) wire.FriendListMod {
	item := relationCall{Core: s.core}.pendency(request)
	mod := wire.FriendListMod{PushType: wire.RequestAdded, FromAccount: request.User, RequestAdd: []wire.FriendPendency{{
		Account: request.User, Nick: item.Nick, Image: item.Image, AddTime: item.AddTime, AddSource: item.AddSource,
		AddWording: item.AddWording, Type: item.PendencyType,
	}}}
	if request.Sent {
		mod.FromAccount = user
	}
	return mod
}
