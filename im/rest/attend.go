package rest

import (
	"context"

	"reddot/model"
)

// Attend tells what the user looks at, "" for nothing: polling is faster while somebody looks, and looks for recalls there.
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

// pollRecalls looks through the newest messages of the group on screen: a recall moves no sequence, so no sweep shows it. Where
// webhooks come, they tell of recalls.
func (c *Client) pollRecalls(ctx context.Context) error {
	groupID := c.state.attendedGroup()
	if groupID == "" || c.pace.isLive() {
		return nil
	}
	doing := c.texts.Doing("查看撤回", "look for recalls in", groupID)
	page, err := c.groupPage(ctx, doing, groupID, 0, historyPage)
	if isFinal(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, message := range page.Messages {
		if message.Recalled {
			c.tellRecall(groupID, message.Sequence)
		}
	}
	return nil
}
