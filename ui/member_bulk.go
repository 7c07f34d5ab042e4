package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"reddot/session"
)

// undo takes back what was done last to members; run is nil if nothing can be.
type undo struct {
	what string
	run  func(ctx context.Context, groups session.Groups) error
}

// deed is something done to several members: how it is said, to one of them, and back.
type deed struct {
	doing, done string
	to          func(ctx context.Context, groups session.Groups, row memberRow) error
	// back is nil where there is no way back.
	back func(ctx context.Context, groups session.Groups, row memberRow) error
}

// doTo does something to each of several members, after asking if there are several.
func (m *Model) doTo(p *memberList, rows []memberRow, what string, d deed) tea.Cmd {
	if len(rows) == 0 {
		p.tell(m.look.words.NothingToDo)
		return nil
	}
	if len(rows) == 1 {
		return m.doNow(p, rows, d)
	}
	m.confirm(fmt.Sprintf(m.look.words.BulkTitleF, what, len(rows)), []string{allNamesOf(m.look, rows)}, what, false,
		func() tea.Cmd { return m.doNow(p, rows, d) })
	return nil
}

// outcome is what became of doing something to several members.
type outcome struct {
	done   []memberRow
	failed []memberRow
	err    error // the first refusal
}

// stepRows is for how many members something is done before the screen says how far it is.
const stepRows = 20

func (m *Model) doNow(p *memberList, rows []memberRow, d deed) tea.Cmd {
	return m.doStep(p, rows, d, outcome{})
}

// doStep does something to the next members, and goes on until all had their turn.
func (m *Model) doStep(p *memberList, rows []memberRow, d deed, o outcome) tea.Cmd {
	doing, had := d.doing, len(o.done)+len(o.failed)
	if all := had + len(rows); all > stepRows {
		doing = fmt.Sprintf("%s %d/%d", d.doing, had, all)
	}
	step, rest := rows[:min(len(rows), stepRows)], rows[min(len(rows), stepRows):]
	return ask(m, p, doing, longAskTimeout,
		func(ctx context.Context, groups session.Groups) (outcome, error) {
			return o.do(ctx, groups, step, d), nil
		},
		func(o outcome) tea.Cmd {
			if len(rest) > 0 {
				return m.doStep(p, rest, d, o)
			}
			return m.didAll(p, d, o)
		})
}

// do adds what becomes of doing something to each of several members.
func (o outcome) do(ctx context.Context, groups session.Groups, rows []memberRow, d deed) outcome {
	for _, row := range rows {
		err := d.to(ctx, groups, row)
		if err == nil {
			o.done = append(o.done, row)
			continue
		}
		o.failed = append(o.failed, row)
		if o.err == nil {
			o.err = err
		}
	}
	return o
}

// didAll tells what became of it, and how it is undone.
func (m *Model) didAll(p *memberList, d deed, o outcome) tea.Cmd {
	p.undo = undo{}
	if d.back != nil && len(o.done) > 0 {
		p.undo = undo{d.done, func(ctx context.Context, groups session.Groups) error {
			for _, row := range o.done {
				if err := d.back(ctx, groups, row); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	clear(p.marked)
	cmd := p.load(m)
	m.tellOutcome(p, d.done, o)
	return cmd
}

func (m *Model) tellOutcome(p *memberList, done string, o outcome) {
	k := m.look
	said := ""
	if len(o.done) > 0 {
		said = fmt.Sprintf(k.words.DoneToF, done, namesOf(k, o.done))
	}
	if o.err == nil {
		m.tellDone(p, said)
		return
	}
	refused := fmt.Sprintf(k.words.NotDoneToF, namesOf(k, o.failed), troubleText(k, o.err))
	if said != "" {
		refused = said + k.words.Clause + refused
	}
	m.tellFailure(p, refused)
}

// undoLast takes back what was done last.
func (m *Model) undoLast(p *memberList) tea.Cmd {
	last := p.undo
	return act(m, p, fmt.Sprintf(m.look.words.UndoingF, last.what),
		func(ctx context.Context, groups session.Groups) error { return last.run(ctx, groups) },
		func() tea.Cmd {
			p.undo = undo{}
			cmd := p.load(m)
			m.tellDone(p, fmt.Sprintf(m.look.words.UndoneF, last.what))
			return cmd
		})
}

// namesAsked is the most names in a question whether something is to be done to them.
const namesAsked = 60

// namesOf names members in a sentence, allNamesOf in a question.
func namesOf(k *look, rows []memberRow) string    { return listNames(k, rows, namesShown) }
func allNamesOf(k *look, rows []memberRow) string { return listNames(k, rows, namesAsked) }

func listNames(k *look, rows []memberRow, most int) string {
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = row.name
	}
	return k.words.list(names, most)
}
