package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/session"
)

// undo takes back what was done last to members; back is nil if nothing can be.
type undo struct {
	what string
	rows []memberRow
	back doer
	step int
}

// doer does something to several members and returns those to whom it was not done, and why.
type doer func(ctx context.Context, groups session.Groups, rows []memberRow) (refused []memberRow, err error)

// each does something to one member after the other; a refusal stops nothing.
func each(one func(ctx context.Context, groups session.Groups, row memberRow) error) doer {
	return func(ctx context.Context, groups session.Groups, rows []memberRow) (refused []memberRow, first error) {
		for _, row := range rows {
			if err := one(ctx, groups, row); err != nil {
				refused = append(refused, row)
				first = cmp.Or(first, err)
			}
		}
		return refused, first
	}
}

// together does something to all members in one request.
func together(all func(ctx context.Context, groups session.Groups, rows []memberRow) error) doer {
	return func(ctx context.Context, groups session.Groups, rows []memberRow) ([]memberRow, error) {
		if err := all(ctx, groups, rows); err != nil {
			return rows, err
		}
		return nil, nil
	}
}

// deed is something done to several members: how it is said while it goes on and afterwards, to them, and back.
type deed struct {
	doing, done string
	to          doer
	// back is nil where there is no way back; undoes is what it takes back, done if empty.
	back   doer
	undoes string
	// step is for how many members it is done before the screen says how far it is, stepRows if 0.
	step int
}

const stepRows = 20

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
	done    []memberRow
	refused []memberRow
	left    []memberRow // whose turn did not come, as the user stopped it
	err     error       // the first refusal
}

func (o outcome) add(rows, refused []memberRow, err error) outcome {
	for _, row := range rows {
		if !slices.ContainsFunc(refused, func(r memberRow) bool { return r.User == row.User }) {
			o.done = append(o.done, row)
		}
	}
	o.refused = append(o.refused, refused...)
	o.err = cmp.Or(o.err, err)
	return o
}

func (m *Model) doNow(p *memberList, rows []memberRow, d deed) tea.Cmd {
	return m.doStep(p, rows, d, outcome{}, func(o outcome) {
		p.undo = undo{}
		if d.back != nil && len(o.done) > 0 {
			p.undo = undo{cmp.Or(d.undoes, d.done), o.done, d.back, d.step}
		}
	})
}

// doStep does something to the next members, and goes on until all had their turn or the user stops it. Then ended is told before the list is
// shown anew.
func (m *Model) doStep(p *memberList, rows []memberRow, d deed, o outcome, ended func(outcome)) tea.Cmd {
	size := cmp.Or(d.step, stepRows)
	doing, had := d.doing, len(o.done)+len(o.refused)
	if all := had + len(rows); all > size {
		doing = fmt.Sprintf("%s %d/%d", d.doing, had, all)
	}
	step, rest := rows[:min(len(rows), size)], rows[min(len(rows), size):]
	p.left = len(rest)
	return ask(m, p, doing, longAskTimeout,
		func(ctx context.Context, groups session.Groups) (outcome, error) {
			refused, err := d.to(ctx, groups, step)
			return o.add(step, refused, err), nil
		},
		func(o outcome) tea.Cmd {
			if len(rest) > 0 && !p.stop {
				return m.doStep(p, rest, d, o, ended)
			}
			o.left, p.left, p.stop = rest, 0, false
			ended(o)
			p.markOnly(rest)
			cmd := p.load(m)
			m.tellOutcome(p, d.done, o)
			return cmd
		})
}

// markOnly marks these members and nobody else.
func (p *memberList) markOnly(rows []memberRow) {
	clear(p.marked)
	for _, row := range rows {
		p.marked[row.User] = true
	}
}

func (m *Model) tellOutcome(p *memberList, done string, o outcome) {
	k := m.look
	said := ""
	if len(o.done) > 0 {
		said = fmt.Sprintf(k.words.DoneToF, done, namesOf(k, o.done))
	}
	if len(o.left) > 0 {
		said = strings.TrimPrefix(said+k.words.Clause+fmt.Sprintf(k.words.StoppedF, len(o.left)), k.words.Clause)
	}
	if o.err == nil {
		m.tellDone(p, said)
		return
	}
	refused := fmt.Sprintf(k.words.NotDoneToF, namesOf(k, o.refused), troubleText(k, o.err))
	if said != "" {
		refused = said + k.words.Clause + refused
	}
	m.tellFailure(p, refused)
}

// undoLast takes back what was done last. It can be tried again for those whom it was refused for or whose turn did not come.
func (m *Model) undoLast(p *memberList) tea.Cmd {
	last, w := p.undo, m.look.words
	d := deed{doing: fmt.Sprintf(w.UndoingF, last.what), done: fmt.Sprintf(w.UndoneF, last.what), to: last.back, step: last.step}
	return m.doStep(p, last.rows, d, outcome{}, func(o outcome) {
		p.undo = undo{}
		if again := slices.Concat(o.refused, o.left); len(again) > 0 {
			p.undo = undo{last.what, again, last.back, last.step}
		}
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
