package rest

import (
	"context"
	"fmt"

	"reddot/im"
	"reddot/im/wire"
	"reddot/model"
)

// Attend tells what the user looks at, "" for nothing: polling is faster while somebody looks, and looks for recalls and edits there.
func (c *Client) Attend(conversation model.ConversationID) {
	c.state.attend(conversation)
	c.pace.attend(conversation != "")
}

func (s *state) attend(conversation model.ConversationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attended = conversation
}

// attendedGroup returns the group that the user looks at, "" if it is none of theirs.
func (s *state) attendedGroup() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	groupID := s.attended.Target()
	t := s.groups[groupID]
	if s.attended.Kind() != model.KindGroup || t == nil || t.group.Type == model.AVChatRoom {
		return ""
	}
	return groupID
}

// pollChanges looks through the newest messages of the conversation on screen: a recall and an edit move no sequence and no time, so
// nothing else shows them, but that webhooks tell of recalls.
func (c *Client) pollChanges(ctx context.Context) error {
	page, err := c.attendedPage(ctx)
	if err != nil && !isFinal(err) {
		return err
	}
	if err != nil || page == nil {
		return nil
	}
	for _, m := range page.Messages {
		if !m.Recalled {
			continue
		}
		if m.Conversation.Kind() == model.KindGroup {
			c.tellRecall(m.Conversation.Target(), m.Sequence)
		} else if c.state.firstTime(recallName(m.Conversation.Target(), m.Key())) {
			c.emit(im.MessageChanged{Conversation: m.Conversation, Key: m.Key(), Recalled: true})
		}
	}
	if len(page.Messages) > 0 {
		c.tellEdits(c.findEdits(ctx, page.Messages[0].Conversation, page.Messages))
	}
	return nil
}

// attendedPage returns the newest messages of the conversation on screen, nil if there is none.
func (c *Client) attendedPage(ctx context.Context) (*im.HistoryPage, error) {
	if groupID := c.state.attendedGroup(); groupID != "" {
		return c.groupPage(ctx, c.texts.Doing("查看撤回和修改", "look for recalls and edits in", groupID), groupID, 0, historyPage)
	}
	peer := c.state.attendedPeer()
	if peer == "" {
		return nil, nil
	}
	return c.c2cPage(ctx, c.texts.Doing("查看撤回和修改", "look for recalls and edits in", peer), wire.AdminGetRoamMsgRequest{
		OperatorAccount: c.options.User, PeerAccount: peer, MaxCnt: historyPage, MaxTime: c.now().Add(ahead).Unix(),
	})
}

// attendedPeer returns the other side of the C2C conversation on screen, "" if there is none.
func (s *state) attendedPeer() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.attended.Kind() != model.KindC2C {
		return ""
	}
	return s.attended.Target()
}

// recallName names a recall in C2C, which is told once.
func recallName(peer string, key model.Key) string {
	return fmt.Sprintf("recalled %s %s %d", peer, key.Sender, key.Random)
}
