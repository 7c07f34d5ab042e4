package session

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/oklog/ulid/v2"

	"reddot/im"
	"reddot/model"
	"reddot/readsync"
)

// reads drives read sync.
type reads struct {
	engine *readsync.Engine
	// catching is set while the notes that were missed are being pulled, caught once they were in this session.
	catching bool
	caught   bool
	cancel   context.CancelFunc
}

// startReads takes up read sync where the journal left it.
func (s *Session) startReads(ctx context.Context) {
	kept := journal{s.options.Journal}
	state, err := kept.LoadReads(ctx)
	if err != nil {
		s.storeFailed(err)
	}
	s.reads.cancel = func() {}
	s.reads.engine = readsync.New(readsync.Options{
		Client: s.client, Journal: kept, State: state, Device: s.options.Device,
		Conversations: conversations{s}, Format: s.options.NoteFormat, Language: s.options.Language, Logger: s.log,
		OnRecord: func(record readsync.Record) { s.inbox.put(func() { s.recorded(record) }) },
	})
}

// conversations shows the live state to the engine, which asks only on the session's goroutine.
type conversations struct{ *Session }

func (s conversations) Resolve(id model.ConversationID, claim model.Claim) model.Resolution {
	c := s.chats[id]
	if c == nil {
		return model.Resolution{Open: true}
	}
	return c.timeline.Resolve(claim, c.unread.Read())
}

func (s conversations) Held(id model.ConversationID, from, to int64) ([]*model.Message, []model.Range) {
	c := s.chats[id]
	if c == nil {
		return nil, []model.Range{{From: from, To: to}}
	}
	return c.timeline.Held(from, to)
}

func (s conversations) HasReceipts(id model.ConversationID) bool {
	c := s.chats[id]
	return c != nil && s.noReceipts(c) == ReceiptsOK
}

// read says that the user has read a conversation up to the position.
func (s *Session) read(c *chat, position int64) {
	if position <= c.unread.Read() {
		return
	}
	s.reads.engine.Intend(c.id, position)
	s.moveRead(c, position)
}

// moveRead moves the read position and fetches what the badge then lacks.
func (s *Session) moveRead(c *chat, position int64) {
	if c.unread.MoveTo(position) {
		s.touch(c)
		s.advance(c)
	}
}

// readMoved is told by the service that another device has read.
func (s *Session) readMoved(e im.ReadMoved) {
	c := s.chats[e.Conversation]
	if c == nil {
		return
	}
	position := e.Position
	if position == 0 {
		position = c.timeline.Newest()
	}
	s.reads.engine.ServiceRead(c.id, position)
	s.moveRead(c, position)
	s.record(SyncRecord{Direction: SyncReceived, Kind: SyncService, Conversation: c.id, Position: position})
	s.followers.tell(s.nowFact(FactRead, c.id, position))
}

// startReading sets where a device that never saw a conversation starts reading it. What was there before is
// told to nobody.
func (s *Session) startReading(c *chat, row *im.Conversation) {
	if row.Group == nil || row.Group.Type.KeepsUnread() || c.unread.Read() > 0 {
		return
	}
	start := model.StartPosition(row.Group.Type, row.Read, row.Next)
	s.reads.engine.ServiceRead(c.id, start)
	s.moveRead(c, start)
}

// applyServiceRead takes over the service's count and read position, where it keeps them.
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
	s.reads.engine.ServiceRead(c.id, row.Read)
	if c.uncounted = row.Uncounted; c.uncounted {
		c.unread.MoveTo(row.Read)
		return
	}
	c.unread.Service(report)
}

// receivedOwn takes in messages of the user to themselves: notes of other devices.
func (s *Session) receivedOwn(messages []*model.Message) {
	for _, message := range messages {
		decision := s.reads.engine.HandleNote(message)
		if errors.Is(decision.Ignored, model.ErrNoteRefresh) {
			s.sync()
		}
		s.decided(decision, true)
	}
}

// decided takes over what a note means here. A note that was missed before the session began is no news.
func (s *Session) decided(d readsync.Decision, news bool) {
	if d.Ignored != nil {
		s.recordIgnored(d)
		return
	}
	s.follow(d)
	if !news && !d.Moved {
		return
	}
	delay, position := s.ageOf(d), cmp.Or(d.Note.Position, d.Position)
	s.record(SyncRecord{
		Direction: SyncReceived, Kind: SyncNote, Conversation: d.Note.Conversation, Position: position,
		Device: d.Note.Device, Delay: delay,
	})
	if !news {
		return
	}
	fact := s.nowFact(FactNote, d.Note.Conversation, position)
	fact.From, fact.Device, fact.Delay = s.me.User, d.Note.Device, delay
	s.followers.tell(fact)
}

// follow moves the read position as decided, and fetches what must be known to decide more.
func (s *Session) follow(d readsync.Decision) {
	c := s.chats[d.Conversation]
	if c == nil {
		return
	}
	s.setNeed(c, d.Need)
	if d.Moved {
		s.moveRead(c, d.Position)
		return
	}
	s.advance(c)
}

// setNeed keeps what must be fetched to tell what a note means.
func (s *Session) setNeed(c *chat, need model.Range) {
	changed := c.need.Empty() != need.Empty()
	c.need = need
	if changed {
		s.limitWindow(c)
	}
}

// settleClaims asks again what notes mean, after more has become known of a conversation.
func (s *Session) settleClaims(c *chat) {
	d := s.reads.engine.Revisit(c.id)
	s.setNeed(c, d.Need)
	if d.Moved {
		s.moveRead(c, d.Position)
	}
}

// ageOf returns how long a note travelled. The service dates it in whole seconds; a note of ours carries its
// moment in its id, which is used for display where both agree.
func (s *Session) ageOf(d readsync.Decision) time.Duration {
	const agree = 1500 * time.Millisecond
	dated := time.Unix(d.SentAt, 0)
	if id, err := ulid.ParseStrict(d.Note.ID); err == nil {
		sent := ulid.Time(id.Time())
		if apart := sent.Sub(dated); apart > -agree && apart < agree {
			return max(0, time.Since(sent))
		}
	}
	return max(0, s.now().Sub(dated))
}

// neededRange returns the newest range that must be fetched for a badge or a note.
func (s *Session) neededRange(c *chat) model.Range {
	if pending := c.unread.Badge().Pending; !pending.Empty() && !c.uncounted {
		return pending
	}
	return c.need
}

// catchUp pulls the notes that were missed while the connection was lost, or before the start.
func (s *Session) catchUp() {
	s.reads.cancel()
	ctx, cancel := context.WithCancel(s.ctx)
	s.reads.cancel, s.reads.catching = cancel, true
	s.spawn(func(context.Context) func() {
		caught, err := s.reads.engine.CatchUp(ctx)
		if ctx.Err() != nil {
			return nil
		}
		return func() { s.caughtUp(caught, err) }
	})
}

func (s *Session) caughtUp(caught *readsync.Caught, err error) {
	s.reads.catching = false
	if err != nil {
		s.log.Warn("Pull missed notes", "error", err)
		s.notice(NoticeReadSyncFailing, NoticeWarning, reasonOf(err))
		return
	}
	for _, decision := range s.reads.engine.HandleCaught(caught) {
		s.decided(decision, s.reads.caught)
	}
	s.reads.caught = true
}

// stopCatchingUp ends what the next connection begins anew.
func (s *Session) stopCatchingUp() {
	s.reads.cancel()
	s.reads.catching = false
}

// recorded is told what became of a call of read sync.
func (s *Session) recorded(r readsync.Record) {
	if r.Err != nil {
		s.recordFailed(r)
		if class := im.ClassOf(r.Err); class != im.ClassTemporary && class != im.ClassUnreachable {
			s.notice(NoticeReadSyncFailing, NoticeWarning, reasonOf(r.Err))
		}
		return
	}
	s.notice(NoticeReadSyncFailing, NoticeWarning, "")
	record := SyncRecord{Direction: SyncSent, Kind: SyncNote, Conversation: r.Conversation, Position: r.Position, Device: s.me.Device, Delay: r.Delay}
	fact := s.nowFact(FactNote, r.Conversation, r.Position)
	fact.From, fact.Device, fact.Sent, fact.Delay = s.me.User, s.me.Device, true, r.Delay
	switch r.Action {
	case readsync.Note:
	case readsync.MarkRead:
		record.Kind, fact.Kind = SyncService, FactRead
	default:
		return
	}
	s.record(record)
	s.followers.tell(fact)
}

// ReadAndWait reads a conversation up to its newest message, and returns once everything of mark-read, receipts and
// note that the adapter can do is accepted.
func (s *Session) ReadAndWait(ctx context.Context, id model.ConversationID) (ReadReport, error) {
	found := make(chan bool, 1)
	s.inbox.put(func() {
		c := s.chats[id]
		if c != nil {
			s.read(c, c.timeline.Newest())
		}
		found <- c != nil
	})
	select {
	case known := <-found:
		if !known {
			return ReadReport{}, &im.Error{
				Doing: s.options.Language.Pick("标为已读", "read") + " " + string(id), Class: im.ClassUsage,
				Cause: s.options.Language.Pick("没有这个会话", "no such conversation"),
			}
		}
	case <-s.ended:
		return ReadReport{}, ErrEnded
	case <-ctx.Done():
		return ReadReport{}, ctx.Err()
	}
	report, err := s.reads.engine.Await(ctx, id)
	for _, refusal := range report.Refused {
		if err == nil {
			err = refusal
		}
	}
	return ReadReport{
		Conversation: report.Conversation, Position: report.Position, MarkRead: report.MarkRead,
		Receipts: report.Receipts, Note: report.Note, Unsupported: report.Unsupported,
	}, err
}
