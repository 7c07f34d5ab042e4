package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/session"
)

// The longest that the screen waits for an answer: to one request, and to many that belong together.
const (
	askTimeout     = 20 * time.Second
	longAskTimeout = 90 * time.Second
)

// questions are the calls to the service that are under way.
type questions struct {
	next    int
	waiting map[int]question
}

type question struct {
	about panel // shows how it went, nil for the status line
	doing string
}

// answerMsg brings what a call returned; done is nil if it failed.
type answerMsg struct {
	id   int
	err  error
	done func() tea.Cmd
}

// ask is launch for what is done to groups.
func ask[T any](
	m *Model, about panel, doing string, limit time.Duration,
	call func(context.Context, session.Groups) (T, error), done func(T) tea.Cmd,
) tea.Cmd {
	groups := m.groups
	if groups == nil {
		m.tellFailure(about, m.look.words.GroupsNotHere)
		return nil
	}
	return launch(m, about, doing, limit, func(ctx context.Context) (T, error) { return call(ctx, groups) }, done)
}

// launch makes a call beside the screen, with a deadline. Done gets the answer in Update; a failure is told by the panel,
// or in the status line once that is closed.
func launch[T any](
	m *Model, about panel, doing string, limit time.Duration, call func(context.Context) (T, error), done func(T) tea.Cmd,
) tea.Cmd {
	if m.questions.waiting == nil {
		m.questions.waiting = map[int]question{}
	}
	m.questions.next++
	id := m.questions.next
	m.questions.waiting[id] = question{about, doing}
	if about != nil {
		b := about.common()
		b.busy, b.said, b.failed = doing, "", false
	} else {
		m.flash = flash{text: doing}
	}
	ctx := m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		result, err := call(ctx)
		if err != nil {
			return answerMsg{id: id, err: err}
		}
		return answerMsg{id: id, done: func() tea.Cmd { return done(result) }}
	}
}

// act is ask for calls that answer nothing but success.
func act(
	m *Model, about panel, doing string, call func(context.Context, session.Groups) error, done func() tea.Cmd,
) tea.Cmd {
	return ask(m, about, doing, askTimeout,
		func(ctx context.Context, groups session.Groups) (struct{}, error) {
			return struct{}{}, call(ctx, groups)
		},
		func(struct{}) tea.Cmd { return done() })
}

// answered takes the answer to a question.
func (m *Model) answered(msg answerMsg) tea.Cmd {
	q, known := m.questions.waiting[msg.id]
	if !known {
		return nil
	}
	delete(m.questions.waiting, msg.id)
	if q.about != nil {
		q.about.common().busy = m.questions.other(q.about)
	} else if m.flash.text == q.doing {
		m.flash = flash{}
	}
	if msg.err != nil {
		m.tellFailure(q.about, fmt.Sprintf(m.look.words.NotDoneF, q.doing, troubleText(m.look, msg.err)))
		return nil
	}
	return msg.done()
}

// other is what else a panel waits for, "" if nothing.
func (q *questions) other(about panel) string {
	for _, one := range q.waiting {
		if one.about == about {
			return one.doing
		}
	}
	return ""
}

// tellFailure shows why something was not done, where the user looks.
func (m *Model) tellFailure(about panel, s string) {
	if about != nil && m.shows(about) {
		about.common().fail(s)
		return
	}
	m.flash = flash{s, true}
}

// tellDone shows that something was done, where the user looks.
func (m *Model) tellDone(about panel, s string) {
	if about != nil && m.shows(about) {
		about.common().tell(s)
		return
	}
	m.flash = flash{text: s}
}

// troubleText says why a call failed, with the service's code, and what to do.
func troubleText(k *look, err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return k.words.NoAnswer
	}
	trouble := session.Explain(err)
	parts := []string{clean(trouble.Cause)}
	if trouble.Code != 0 {
		parts[0] += fmt.Sprintf(" (%d)", trouble.Code)
	}
	if trouble.Remedy != "" {
		parts = append(parts, clean(trouble.Remedy))
	}
	return strings.Join(parts, k.words.Clause)
}
