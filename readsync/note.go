package readsync

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"

	"reddot/im"
	"reddot/model"
)

// Decision is what a message to oneself means for this device.
type Decision struct {
	// Note is what it says; zero if it is no note, or a damaged one.
	Note model.Note
	// Conversation is read up to Position, by what is known now; Moved is set if that is further than before.
	Conversation model.ConversationID
	Position     int64
	Moved        bool
	// Need is what must be fetched to tell more; Revisit afterwards.
	Need model.Range
	// SentAt is the service's time of the note, in seconds.
	SentAt int64
	// Ignored says why nothing follows: model.ErrNotNote, one of the other reasons of model.NoteFormat.Claim, or what
	// is damaged. With model.ErrNoteRefresh the caller is to look at the service's list again. It is nil for a note that was
	// taken in, also if the conversation was read that far already.
	Ignored error
}

// noteLog knows which notes were handled. It is guarded by Engine.mu.
type noteLog struct {
	seen   map[string]struct{}
	order  []string
	fresh  []string
	cursor int64
	moved  bool
	// current is set while no note can have been missed; gap counts how often that ended.
	current bool
	gap     int
}

func newNoteLog(state State) noteLog {
	n := noteLog{seen: map[string]struct{}{}, cursor: state.Cursor}
	for _, id := range state.Seen {
		n.add(id)
	}
	return n
}

func (n *noteLog) has(id string) bool {
	_, seen := n.seen[id]
	return seen
}

func (n *noteLog) add(id string) {
	n.seen[id] = struct{}{}
	n.order = append(n.order, id)
	if extra := len(n.order) - 2*SeenNotes; extra > 0 {
		for _, old := range n.order[:len(n.order)-SeenNotes] {
			delete(n.seen, old)
		}
		n.order = slices.Clone(n.order[len(n.order)-SeenNotes:])
	}
}

// handled notes that everything up to a moment is handled, unless something older may have been missed.
func (n *noteLog) handled(at int64) {
	if n.current && at > n.cursor {
		n.cursor, n.moved = at, true
	}
}

func (n *noteLog) miss() {
	n.current = false
	n.gap++
}

// take returns what is to be saved, and whether there is anything.
func (n *noteLog) take() (Change, bool) {
	change, changed := Change{Seen: n.fresh, Cursor: n.cursor}, n.moved || len(n.fresh) > 0
	n.fresh, n.moved = nil, false
	return change, changed
}

// putBack returns what could not be saved.
func (n *noteLog) putBack(change Change) {
	n.fresh, n.moved = slices.Concat(change.Seen, n.fresh), true
}

// HandleNote takes in a message of the user to themselves and says what it means. Whatever the order in
// which notes come, and however often, the outcome is the same.
func (e *Engine) HandleNote(message *model.Message) Decision {
	e.mu.Lock()
	note, claim, err := e.options.Format.Claim(message, e.self, e.options.Device, e.notes.has)
	if err != nil {
		defer e.mu.Unlock()
		if !errors.Is(err, model.ErrNoteForeign) {
			e.notes.handled(message.ServerTime)
		}
		return Decision{Note: note, SentAt: message.ServerTime, Ignored: err}
	}
	e.notes.add(note.ID)
	e.notes.fresh = append(e.notes.fresh, note.ID)
	e.notes.handled(message.ServerTime)
	c := e.conversation(note.Conversation)
	if claims := model.AddClaim(c.Claims, claim); len(claims) <= maxClaims {
		c.Claims = claims
	} else {
		c.Claims = claims[1:]
	}
	e.touch(c)
	e.mu.Unlock()

	decision := e.resolve(c)
	decision.Note, decision.SentAt = note, message.ServerTime
	return decision
}

// Revisit says what open claims mean after more has become known of a conversation. It is cheap where
// there are none.
func (e *Engine) Revisit(id model.ConversationID) Decision {
	e.mu.Lock()
	c := e.conversations[id]
	open := c != nil && len(c.Claims) > 0
	e.mu.Unlock()
	if !open {
		return Decision{Conversation: id}
	}
	return e.resolve(c)
}

// resolve judges the open claims of a conversation by what is known of it.
func (e *Engine) resolve(c *conversation) Decision {
	e.mu.Lock()
	claims, before := c.Claims, c.Position()
	e.mu.Unlock()

	decision := Decision{Conversation: c.Conversation, Position: before}
	var open []model.Claim
	for _, claim := range claims {
		if claim.Position <= before {
			continue
		}
		resolution := e.options.Conversations.Resolve(c.Conversation, claim)
		decision.Position = max(decision.Position, resolution.Position)
		if resolution.Open {
			open = append(open, claim)
		}
		if resolution.Need.To > decision.Need.To {
			decision.Need = resolution.Need
		}
	}
	open = slices.DeleteFunc(open, func(claim model.Claim) bool { return claim.Position <= decision.Position })
	if len(open) == 0 {
		decision.Need = model.Range{}
	}

	e.mu.Lock()
	defer e.mu.Unlock()
	if len(open) != len(c.Claims) {
		c.Claims = open
		e.touch(c)
	}
	if decision.Moved = decision.Position > before; decision.Moved {
		e.acceptElsewhere(c, decision.Position)
	}
	return decision
}

// Caught is what CatchUp found.
type Caught struct {
	messages []*model.Message
	gap      int
}

// A push may be lost on a connection that lives, and the next note moves the cursor past it. So catching up looks a little
// further back, as far as it takes until the service's list is looked at anyhow; a note that is seen again changes nothing.
const (
	lookBack      = 10 * time.Minute
	lookBackNotes = 100
)

// CatchUp pulls the notes that were missed: back to a little before where notes were handled last, on a new device to the
// end of the conversation with oneself or SeenNotes notes. It waits for the network and retries until the
// context ends; any goroutine may call it. Hand the result to HandleCaught.
func (e *Engine) CatchUp(ctx context.Context) (*Caught, error) {
	e.mu.Lock()
	cursor, caught := e.notes.cursor, &Caught{gap: e.notes.gap}
	e.mu.Unlock()
	can := e.client.Capabilities()
	if !can.History || !can.SelfNotes {
		return caught, nil
	}
	request := im.HistoryRequest{Conversation: model.C2CConversation(e.self), Limit: can.HistoryPage}
	for notes, known := 0, 0; notes < SeenNotes; {
		page, err := e.retryPage(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, message := range slices.Backward(page.Messages) {
			if message.ServerTime < cursor {
				known++
			}
			if message.ServerTime < cursor-int64(lookBack.Seconds()) || known > lookBackNotes {
				return caught, nil
			}
			caught.messages = append(caught.messages, message)
			if _, err := e.options.Format.Parse(message); !errors.Is(err, model.ErrNotNote) {
				notes++
			}
		}
		if page.Complete || len(page.Messages) == 0 || page.Cursor == request.Cursor {
			break
		}
		request.Cursor = page.Cursor
	}
	return caught, nil
}

func (e *Engine) retryPage(ctx context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	retries := backoff.NewExponentialBackOff()
	retries.InitialInterval, retries.MaxInterval = firstRetry, lastRetry
	return backoff.Retry(ctx, func() (*im.HistoryPage, error) {
		page, err := e.client.History(ctx, request)
		if err != nil && im.ClassOf(err) != im.ClassTemporary && im.ClassOf(err) != im.ClassUnreachable {
			return nil, backoff.Permanent(err)
		}
		return page, err
	}, backoff.WithBackOff(retries), backoff.WithMaxElapsedTime(24*time.Hour))
}

// HandleCaught takes in what CatchUp found and returns the decisions about what was new, oldest first.
func (e *Engine) HandleCaught(caught *Caught) []Decision {
	var decisions []Decision
	newest := int64(0)
	// The newest note of a conversation makes the older ones needless.
	for _, message := range caught.messages {
		newest = max(newest, message.ServerTime)
		if decision := e.HandleNote(message); decision.Ignored == nil {
			decisions = append(decisions, decision)
		}
	}
	slices.Reverse(decisions)
	e.mu.Lock()
	defer e.mu.Unlock()
	if caught.gap == e.notes.gap {
		e.notes.current = true
		e.notes.handled(newest)
		signal(e.saveSoon)
	}
	return decisions
}
