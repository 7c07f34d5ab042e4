package session

import (
	"context"
	"errors"
	"time"

	"reddot/im"
	"reddot/model"
)

const (
	// sendTimeout bounds one try.
	sendTimeout = 30 * time.Second
	// rememberedFor is how long a repeated send is surely recognised by the service (5 minutes), less the time
	// that a try may take. An older message is looked for in the history before it is sent again.
	rememberedFor = 4 * time.Minute
	// searchPages bounds that look.
	searchPages = 50
	// clockSlack is how far the clock that dated a message may have been off.
	clockSlack = 10 * time.Minute
)

// lookBack returns since when the history must be searched for a message before it is sent, the zero time if the service
// surely recognises a repetition. A message that seems to come from the future was dated by a clock that was ahead: nobody
// knows when it was tried.
func (s *Session) lookBack(message *model.Message) time.Time {
	written := time.Unix(message.ClientTime, 0)
	switch age := s.now().Sub(written); {
	case age.Abs() <= rememberedFor:
		return time.Time{}
	case age < 0:
		return time.Unix(0, 0)
	default:
		return written.Add(-clockSlack)
	}
}

// deliver brings a message to the service and moves it from the outbox to the history. A message that the
// service may have forgotten is looked for first, so that it is not there twice.
func (s *Session) deliver(ctx context.Context, message *model.Message, since time.Time) (*model.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if !since.IsZero() {
		found, err := s.findSent(ctx, message, since.Unix())
		if err != nil {
			return nil, err
		}
		if found != nil {
			s.keepDelivered(ctx, found)
			return found, nil
		}
	}
	result, err := s.client.Send(ctx, im.Outgoing{
		Conversation: message.Conversation, Random: message.Random, ClientTime: message.ClientTime, Sequence: message.Sequence,
		Elements: message.Elements, CustomData: message.CustomData, NeedReceipt: message.NeedReceipt,
		NoUnread: message.NoUnread, NoLastMessage: message.NoLastMessage, OnlineOnly: message.OnlineOnly,
		Mentions: message.Mentions, MentionAll: message.MentionAll,
	})
	if err != nil {
		return nil, err
	}
	sent := *message
	sent.State, sent.Failure, sent.ServerTime = model.Sent, "", result.ServerTime
	if result.Sequence != 0 {
		sent.Sequence = result.Sequence
	}
	s.keepDelivered(ctx, &sent)
	return &sent, nil
}

// keepDelivered is not stopped by the end of the session: what was sent is to be known as sent. A failure
// only means that the message is recognised by the service later.
func (s *Session) keepDelivered(ctx context.Context, sent *model.Message) {
	if err := s.store.Delivered(context.WithoutCancel(ctx), sent); err != nil {
		s.storeFailed(err)
	}
}

// findSent looks for the message in the service's history, back to a moment in the service's seconds.
func (s *Session) findSent(ctx context.Context, message *model.Message, since int64) (*model.Message, error) {
	request := im.HistoryRequest{Conversation: message.Conversation, Limit: s.pageSize()}
	for range searchPages {
		page, err := s.client.History(ctx, request)
		if errors.Is(err, im.ErrUnsupported) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, m := range page.Messages {
			if isCopy(m, message) {
				found := *m
				found.ClientTime, found.NeedReceipt = message.ClientTime, m.NeedReceipt || message.NeedReceipt
				return &found, nil
			}
		}
		if page.Complete || len(page.Messages) == 0 || page.Messages[0].ServerTime < since {
			return nil, nil
		}
		request.Before, request.Cursor = page.Next, page.Cursor
	}
	return nil, nil
}

// isCopy says whether a message of the history is the service's copy of an own one. Some interfaces leave out the sender's
// clock; sender and random number then tell.
func isCopy(m, own *model.Message) bool {
	if m.ClientTime == 0 {
		return m.Sender == own.Sender && m.Random == own.Random && own.Random != 0
	}
	return m.Key() == own.Key()
}
