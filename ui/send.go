package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
	"reddot/ui/text"
)

// textBytes is the most that the service takes in one message. The session refuses more too; here it is said in the
// user's words, and before the text has left the input.
const textBytes = 12 << 10

// draftDelay is how long typing goes on before it is saved: what is lost if the process is killed.
const draftDelay = time.Second

// outbox holds the texts that were handed to the session and not yet taken.
type outbox struct {
	pending []pending
	next    int
}

type pending struct {
	id           int
	conversation model.ConversationID
	text         string
}

// drafts remembers what was typed into the inputs of conversations that are not open, and what the session was told of
// each, because a picture may be older than both.
type drafts struct {
	typed, saved map[model.ConversationID]string
	due          bool // a draftMsg is under way
	loaded       int  // the input's edits when the open conversation's draft had been put into it
}

func newDrafts() drafts {
	return drafts{typed: map[model.ConversationID]string{}, saved: map[model.ConversationID]string{}}
}

// leaving is how far the user is on the way out.
type leaving struct {
	asked bool // Ctrl+C was pressed once
	now   bool // quit as soon as nothing is being sent
}

// sentMsg says what became of handing a text to the session; draftMsg that it is time to save the draft.
type (
	sentMsg struct {
		id  int
		err error
	}
	draftMsg struct{}
)

// send hands the input to the session.
func (m *Model) send() tea.Cmd {
	c := m.conversation()
	if c == nil || strings.TrimSpace(m.input.text) == "" {
		return nil
	}
	said := strings.TrimRight(m.input.text, " \n")
	if cmd, handled := m.runCommand(said); handled {
		return cmd
	}
	if escaped(said) {
		said = strings.TrimPrefix(strings.TrimPrefix(said, "/"), "／")
	}
	if len(said) > textBytes {
		m.flash = flash{fmt.Sprintf(m.look.words.TooLongF, float64(len(said))/(1<<10), textBytes>>10), true}
		return nil
	}
	if m.yields(c) {
		return nil
	}
	m.outbox.next++
	handed := pending{id: m.outbox.next, conversation: c.ID, text: said}
	m.outbox.pending = append(m.outbox.pending, handed)
	m.input.set("")
	m.chat.toEnd()
	m.flash = flash{}
	draft := session.Draft{Elements: []model.Element{model.Text{Text: said}}}
	draft.Mentions, draft.MentionAll = m.mentions(said, c), callsAll(said, c)
	ctx, api := m.ctx, m.session
	return func() tea.Msg {
		_, err := api.Send(ctx, handed.conversation, draft)
		return sentMsg{handed.id, err}
	}
}

// sent takes a text off the outbox, or puts it back into the input if it was refused.
func (m *Model) sent(msg sentMsg) tea.Cmd {
	i := slices.IndexFunc(m.outbox.pending, func(p pending) bool { return p.id == msg.id })
	if i < 0 {
		return nil
	}
	back := m.outbox.pending[i]
	m.outbox.pending = slices.Delete(m.outbox.pending, i, i+1)
	if msg.err != nil {
		m.refused(back, msg.err)
	}
	m.keepDraft(back.conversation)
	if m.leaving.now && len(m.outbox.pending) == 0 {
		return m.quit()
	}
	return nil
}

func (m *Model) refused(back pending, err error) {
	m.flash = flash{strings.Replace(m.look.words.NotSentF, "%s", clean(err.Error()), 1), true}
	if back.conversation == m.open {
		m.input.set(joinTexts(back.text, m.input.text))
		return
	}
	m.drafts.typed[back.conversation] = joinTexts(back.text, m.drafts.typed[back.conversation])
}

// joinTexts puts a text that came back before what was typed meanwhile.
func joinTexts(back, typed string) string {
	if typed == "" {
		return back
	}
	return back + "\n" + typed
}

// draftSoon saves the draft after a moment; typing on does not put it off.
func (m *Model) draftSoon() tea.Cmd {
	if m.drafts.due || m.open == "" {
		return nil
	}
	m.drafts.due = true
	ctx := m.ctx
	return func() tea.Msg {
		return after(ctx, draftDelay, func(time.Time) tea.Msg { return draftMsg{} })
	}
}

// saveDraft keeps what is not sent in the open conversation.
func (m *Model) saveDraft() {
	if m.open != "" {
		m.drafts.typed[m.open] = m.input.text
		m.keepDraft(m.open)
	}
}

// keepDraft tells the session what is not sent in a conversation, if that has changed: the texts that it has not taken
// yet, and what is being typed.
func (m *Model) keepDraft(id model.ConversationID) {
	unsent := m.drafts.typed[id]
	if id == m.open {
		unsent = m.input.text
	}
	for _, p := range slices.Backward(m.outbox.pending) {
		if p.conversation == id {
			unsent = joinTexts(p.text, unsent)
		}
	}
	if unsent != m.drafts.saved[id] {
		m.drafts.saved[id] = unsent
		m.session.SaveDraft(id, unsent)
	}
}

// loadDraft puts a conversation's draft into the input.
func (m *Model) loadDraft(c *session.Conversation) {
	draft, known := m.drafts.typed[c.ID]
	if !known {
		draft = c.Draft
		m.drafts.saved[c.ID] = draft
	}
	m.input.set(text.CleanLines(draft))
	m.drafts.loaded = m.input.edits
}

// adoptDraft takes a draft that a newer picture brings, from the store after a start, while nothing was typed yet.
func (m *Model) adoptDraft(c *session.Conversation) {
	if m.input.edits == m.drafts.loaded && c.Draft != "" && m.drafts.saved[c.ID] == "" {
		delete(m.drafts.typed, c.ID)
		m.loadDraft(c)
	}
}

// quit saves the draft and ends the program, after what is being handed over has arrived.
func (m *Model) quit() tea.Cmd {
	m.saveDraft()
	if len(m.outbox.pending) > 0 && !m.leaving.now {
		m.leaving.now = true
		return nil
	}
	return tea.Quit
}
