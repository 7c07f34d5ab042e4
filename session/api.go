// Package session owns the live state of one logged-in account. One goroutine applies the events of the
// adapter, saves, drives readsync and publishes immutable pictures.
//
// Invariants:
//   - Only the session's goroutine touches live state; View hands out pictures that never change.
//   - An outgoing message is in the store, with its random number, before it is shown or sent.
//   - An intent to read is in the store before anything acts on it.
//   - Nothing here waits for the screen: pictures replace each other, facts are queued without loss.
//   - Reading is decided by what is being viewed (Viewing), never by the cursor in a list.
//   - A group is in the registry before its creation is asked for, so one whose answer was lost is not made twice.
//   - What is done to groups (Groups) waits for the service in the caller's goroutine, and returns when a picture shows it.
package session

import (
	"context"

	"reddot/model"
)

// Viewing says what the user is looking at. The zero value means nothing is read.
type Viewing struct {
	// Conversation is the open conversation, "" for none.
	Conversation model.ConversationID
	// AtBottom is set while the newest message is on screen.
	AtBottom bool
	// Focused is set while the terminal has the focus.
	Focused bool
	// Readers is the sequence of the own message whose readers are on screen, 0 for none.
	Readers int64
}

// Draft is what a user wants to send: text or other elements, with its options.
type Draft struct {
	Elements   []model.Element
	CustomData string
	// Mentions lists user ids.
	Mentions   []string
	MentionAll bool
	// NoReceipt asks for no receipts where the conversation has them.
	NoReceipt bool
	// Random identifies the message across retries; 0 lets the session choose.
	Random uint32
}

// API is what the screen and the commands use of a session; *Session implements it. Except for
// Send, ReadAndWait and MembersOf, methods return at once and their effect shows in a later View.
type API interface {
	// View returns the newest picture. It never blocks and never returns nil.
	View() *View
	// Changed receives a value after the picture has changed; several changes may fold into one value.
	Changed() <-chan struct{}
	// Follow returns every fact from now on, in order, until the context ends.
	Follow(ctx context.Context) <-chan Fact

	// Look tells what the user is looking at; opening a conversation loads and reads it.
	Look(Viewing)
	// Send stores the message and returns its key; it goes out as soon as it can. The error is about
	// what can be known at once: too long, no such conversation, store not writable.
	Send(ctx context.Context, conversation model.ConversationID, draft Draft) (model.Key, error)
	// Retry sends a failed message again; Discard drops it for good.
	Retry(key model.Key)
	Discard(key model.Key)
	// LoadOlder fetches the page before the loaded messages.
	LoadOlder(conversation model.ConversationID)
	// SaveDraft keeps the unsent text of a conversation.
	SaveDraft(conversation model.ConversationID, text string)
	// ReconnectNow cuts a waiting reconnect short.
	ReconnectNow()
}

// ReadReport says what became of an explicit read.
type ReadReport struct {
	Conversation model.ConversationID
	Position     int64
	// MarkRead, Receipts and Note say what was accepted; Unsupported names what the adapter cannot do:
	// "mark_read", "receipts", "note".
	MarkRead    bool
	Receipts    int
	Note        bool
	Unsupported []string
}
