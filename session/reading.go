package session

import (
	"context"

	"reddot/im"
	"reddot/model"
)

type reads struct{}

func (s *Session) startReads()                     {}
func (s *Session) catchUp()                        {}
func (s *Session) readsSettled() bool              { return true }
func (s *Session) receivedOwn([]*model.Message)    {}
func (s *Session) settleClaims(*chat)              {}
func (s *Session) neededRange(c *chat) model.Range { return c.unread.Badge().Pending }

// read says that the user has read a conversation up to the position.
func (s *Session) read(c *chat, position int64) {
	c.unread.MoveTo(position)
	s.touch(c)
	s.spawn(func(ctx context.Context) func() {
		_ = s.client.MarkRead(ctx, c.id, position)
		return nil
	})
}

func (s *Session) readMoved(e im.ReadMoved) {
	c := s.chats[e.Conversation]
	if c == nil {
		return
	}
	position := e.Position
	if position == 0 {
		position = c.timeline.Newest()
	}
	if c.unread.MoveTo(position) {
		s.touch(c)
	}
	s.followers.tell(s.nowFact(FactRead, c.id, position))
}

func (s *Session) applyServiceRead(c *chat, row *im.Conversation) {
	if row.Group != nil && !row.Group.Type.KeepsUnread() {
		return
	}
	report := model.ServiceUnread{Read: row.Read, Next: row.Next, Count: row.Unread}
	if row.Last != nil {
		report.Last = row.Last.Key()
		if row.Group == nil {
			report.Next = row.Last.ServerTime + 1
		}
	}
	c.unread.Service(report)
}

// ReadAndWait reads a conversation up to its newest message and returns once everything that the adapter can do is accepted.
func (s *Session) ReadAndWait(ctx context.Context, id model.ConversationID) (ReadReport, error) {
	return ReadReport{}, im.ErrUnsupported
}
