package readsync

import (
	"context"

	"reddot/im"
	"reddot/model"
)

// Report says what became of a reading.
type Report struct {
	Conversation model.ConversationID
	Position     int64
	// MarkRead and Note say whether they were accepted, here or because another device did them; Receipts is
	// how many receipts the service took.
	MarkRead bool
	Note     bool
	Receipts int
	// Unsupported names what the adapter can't do, Refused what the service refused for good, and why.
	Unsupported []string
	Refused     map[Action]error
}

// Await returns once everything that the adapter can do for the conversation is accepted or refused. If the
// context ends earlier, or a person must act first, the error says why and the report what is accepted.
func (e *Engine) Await(ctx context.Context, id model.ConversationID) (Report, error) {
	for {
		e.mu.Lock()
		c := e.conversation(id)
		report, settled, failure := e.report(c), e.settled(c), c.failure()
		changed := c.changed
		e.mu.Unlock()
		if settled {
			return report, nil
		}
		if failure != nil && im.ClassOf(failure) == im.ClassPermission {
			return report, failure
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return report, cause(failure, ctx.Err())
		case <-e.ctx.Done():
			return report, cause(failure, e.ctx.Err())
		}
	}
}

func cause(failure, otherwise error) error {
	if failure != nil {
		return failure
	}
	return otherwise
}

func (e *Engine) report(c *conversation) Report {
	report := Report{Conversation: c.Conversation, Position: c.Position(), Receipts: c.due.sent, Refused: map[Action]error{}}
	accepted := func(action Action) bool {
		l := &c.lanes[action]
		if l.refused >= c.Intent && l.refused > 0 {
			report.Refused[action] = l.failure
			return false
		}
		if !e.supported(action, c.Conversation) {
			report.Unsupported = append(report.Unsupported, action.String())
			return false
		}
		return *c.done(action) >= c.Intent
	}
	report.MarkRead = accepted(MarkRead)
	accepted(Receipts)
	report.Note = accepted(Note)
	return report
}

// failure returns why an action is not settled, nil if none failed.
func (c *conversation) failure() error {
	for action := range actions {
		if l := &c.lanes[action]; l.failure != nil && *c.done(action) < c.Intent {
			return l.failure
		}
	}
	return nil
}
