package push

import (
	"cmp"
	"slices"

	"reddot/im"
	"reddot/im/convert"
	"reddot/im/wire"
	"reddot/model"
)

// assemble joins conversation rows, groups and counters to a snapshot.
func (c *Client) assemble(result *pulled) *im.Snapshot {
	snapshot := &im.Snapshot{Time: c.now(), Messages: result.messages, Partial: result.partial, Asked: result.asked}
	names := convert.NewInterner()
	groupRows := make(map[string]*wire.SessionItem)
	seen := make(map[string]bool)
	for i := range result.rows {
		row := &result.rows[i]
		switch {
		case row.Type == wire.ConversationGroup && row.GroupSession != nil && row.GroupID != "":
			groupRows[row.GroupID] = row
		case row.Type == wire.ConversationC2C && row.C2CSession != nil && row.C2CSession.ToAccount != "":
			peer := row.C2CSession.ToAccount
			seen[peer] = true
			snapshot.Conversations = append(snapshot.Conversations, c2cConversation(row, result.unread[peer], names))
		}
	}
	for _, group := range result.groups {
		row := groupRows[group.ID]
		delete(groupRows, group.ID)
		if row != nil || !result.partial || c.syncing.groups[group.ID] == nil {
			snapshot.Conversations = append(snapshot.Conversations, groupConversation(group, row, names))
		}
	}
	for _, row := range groupRows {
		// Communities have a list of their own; every other row without membership is a group that was left.
		if row.GroupType == wire.GroupCommunity {
			snapshot.Conversations = append(snapshot.Conversations, groupConversation(communityOf(row), row, names))
		}
	}
	for peer, unread := range result.unread {
		if !seen[peer] && unread > 0 && peer != "" {
			snapshot.Conversations = append(snapshot.Conversations,
				im.Conversation{ID: model.C2CConversation(peer), Unread: unread})
		}
	}
	slices.SortFunc(snapshot.Conversations, func(a, b im.Conversation) int { return cmp.Compare(a.ID, b.ID) })
	c.rememberPeers(snapshot.Conversations)
	return snapshot
}

func (c *Client) rememberPeers(conversations []im.Conversation) {
	for _, conversation := range conversations {
		if conversation.ID.Kind() == model.KindC2C {
			c.peers.add(conversation.ID)
		}
	}
}

// groupConversation joins a group with its row in the conversation list, which is missing for a group without messages.
func groupConversation(group *model.Group, row *wire.SessionItem, names *convert.Interner) im.Conversation {
	conversation := im.Conversation{
		ID: model.GroupConversation(group.ID), Name: group.Name, Group: group,
		Read: group.SelfRead, Next: group.NextSequence, Muted: group.Muted,
	}
	if row == nil {
		if group.Type.KeepsUnread() {
			conversation.Unread = int(max(0, group.NextSequence-1-group.SelfRead))
		}
		return conversation
	}
	conversation.Unread = int(max(0, int64(row.UnreadMsgCount)-int64(row.GroupIgnoredUnreadSeqCount)))
	conversation.Pinned = row.TopFlags == 1
	conversation.Muted = group.Muted || row.MsgRecvOption != 0
	if row.GroupNextMsgSeq != 0 {
		// The count belongs to the row's own positions; the group list may be a moment older or newer.
		conversation.Read, conversation.Next = int64(row.MsgGroupReadedSeq), int64(row.GroupNextMsgSeq)
	}
	if conversation.Name == "" {
		conversation.Name = row.GroupNick
	}
	conversation.Last = lastGroupMessage(row, names)
	return conversation
}

// communityOf is what a row tells of a community.
func communityOf(row *wire.SessionItem) *model.Group {
	return &model.Group{
		ID: row.GroupID, Name: row.GroupNick, Type: model.Community, FaceURL: row.GroupImage, SelfRole: model.Ordinary,
		SelfRead: int64(row.MsgGroupReadedSeq), NextSequence: int64(row.GroupNextMsgSeq),
	}
}

// c2cConversation maps a C2C row. The service tells no read position, only a count: where that is 0, everything up to
// the last message is read.
func c2cConversation(row *wire.SessionItem, unread int, names *convert.Interner) im.Conversation {
	conversation := im.Conversation{
		ID: model.C2CConversation(row.C2CSession.ToAccount), Name: row.C2CNick, Unread: unread,
		Pinned: row.TopFlags == 1, Muted: row.MsgRecvOption != 0,
	}
	if unread == 0 {
		conversation.Read = row.MsgTimeStamp
	}
	conversation.Last = lastC2CMessage(row, names)
	return conversation
}

// lastGroupMessage is the preview of a group. The row does not carry the sender's clock, so its key is incomplete: it
// is shown, but it is not the message of the timeline.
func lastGroupMessage(row *wire.SessionItem, names *convert.Interner) *model.Message {
	message := lastMessage(row, row.GroupID, names)
	if message == nil {
		return nil
	}
	message.Conversation = model.GroupConversation(row.GroupID)
	message.Sender = row.MsgGroupFromAccount
	message.SenderName = row.MsgGroupFromNickName
	message.NameCard = row.MsgGroupFromCardName
	message.Recalled = row.LastMsgFlags == wire.LastGroupMsgRecalled
	return message
}

// lastC2CMessage is the preview of a C2C conversation, with the same reserve as lastGroupMessage.
func lastC2CMessage(row *wire.SessionItem, names *convert.Interner) *model.Message {
	message := lastMessage(row, "", names)
	if message == nil {
		return nil
	}
	message.Conversation = model.C2CConversation(row.C2CSession.ToAccount)
	message.Sender = row.LastFromAccount
	message.Recalled = row.LastMsgFlags == wire.LastC2CMsgRecalled
	return message
}

func lastMessage(row *wire.SessionItem, groupID string, names *convert.Interner) *model.Message {
	if row.LastMsg == nil {
		return nil
	}
	body := row.LastMsg.MsgBody
	if row.LastMsg.GroupTips != nil {
		body = row.LastMsg.GroupTips.MsgBody
	}
	return &model.Message{
		Sequence: int64(row.MsgSeq), Random: row.MsgRandom, ServerTime: row.MsgTimeStamp,
		Elements: convert.ReadBody(body, groupID, names), CustomData: row.LastMsg.CloudCustomData, Partial: true,
	}
}
