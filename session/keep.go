package session

import (
	"context"
	"encoding/json"
	"time"

	"reddot/model"
)

// keepEvery is how long changes of what is known of conversations are gathered before they are written.
// All of it can be asked for again; it only makes the next start fast, and possible offline.
const keepEvery = time.Second

// kept is what the store holds of a conversation besides its messages, so that the list can be shown
// before the service answers.
type kept struct {
	Name  string       `json:"name"`
	Group *model.Group `json:"group,omitempty"`
	Read  int64        `json:"read"`
	// Unread is the count of the pair (Read, Newest), -1 while it was not certain.
	Unread   int     `json:"unread"`
	Newest   int64   `json:"newest"`
	Pinned   bool    `json:"pinned,omitempty"`
	Muted    bool    `json:"muted,omitempty"`
	Mentions []int64 `json:"mentions,omitempty"`
	// Joined is the position up to which the stored messages of a C2C conversation have no hole.
	Joined int64 `json:"joined,omitempty"`
}

// load shows what the store knows: conversations, drafts, unsent messages.
func (s *Session) load() {
	if err := s.loadAll(s.ctx); err != nil {
		s.storeFailed(err)
	}
}

func (s *Session) loadAll(ctx context.Context) error {
	if err := s.store.LoadConversations(ctx, s.restore); err != nil {
		return err
	}
	drafts, err := s.store.Drafts(ctx)
	if err != nil {
		return err
	}
	for id, text := range drafts {
		s.chatOf(id).draft = text
	}
	unsent, err := s.store.Outgoing(ctx)
	if err != nil {
		return err
	}
	for _, m := range unsent {
		s.enqueue(m)
	}
	return s.loadNotices(ctx)
}

func (s *Session) restore(id model.ConversationID, state []byte, last *model.Message) error {
	var k kept
	if err := json.Unmarshal(state, &k); err != nil {
		s.log.Warn("Local store: a conversation cannot be read and is asked for again", "conversation", id, "error", err)
		return nil
	}
	c := s.chatOf(id)
	if k.Group != nil {
		c.setGroup(k.Group, 0)
	}
	c.name, c.pinned, c.muted = k.Name, k.Pinned, k.Muted
	c.history.boundary = k.Joined
	c.announce(k.Newest)
	c.unread.MoveTo(k.Read)
	c.mention(k.Mentions...)
	if k.Unread >= 0 {
		report := model.ServiceUnread{Read: k.Read, Next: k.Newest + 1, Count: k.Unread}
		if last != nil {
			report.Last = last.Key()
		}
		c.unread.Service(report)
	}
	if last != nil {
		c.add([]*model.Message{last})
	}
	return nil
}

// announce says that a group has messages up to the position, held or not.
func (c *chat) announce(newest int64) {
	if c.group == nil {
		return
	}
	c.timeline.Announce(newest)
	c.unread.Announce(newest)
}

// keepLater says that what is known of a conversation changed.
func (s *Session) keepLater(c *chat) {
	if s.chats[c.id] != c {
		return
	}
	if len(s.unsaved) == 0 {
		s.save.Reset(keepEvery)
	}
	s.unsaved[c] = struct{}{}
}

// keepUnsaved hands everything that changed to the saver.
func (s *Session) keepUnsaved() {
	for c := range s.unsaved {
		if c.uncounted {
			continue // the count that is kept stands
		}
		s.saver.keepConversation(c.id, c.state(), c.last)
	}
	clear(s.unsaved)
}

func (c *chat) state() []byte {
	badge := c.unread.Badge()
	if !badge.Pending.Empty() {
		badge.Count = -1
	}
	joined := c.history.boundary
	if c.history.joined {
		joined = c.timeline.Newest()
	}
	// Names and numbers always marshal.
	data, _ := json.Marshal(kept{
		Name: c.name, Group: c.group, Read: c.unread.Read(), Unread: badge.Count, Newest: c.timeline.Newest(),
		Pinned: c.pinned, Muted: c.muted, Mentions: c.mentions, Joined: joined,
	})
	return data
}
