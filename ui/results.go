package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
)

// results lists what became of each person who was to be added to a group, those with a problem first.
type results struct {
	board
	heading string
	list    []model.AddResult
	names   *directory
	pages   pages
}

// showResults tells in one sentence when everybody was added, else it lists what became of each.
func (m *Model) showResults(said string, list []model.AddResult) {
	if !slices.ContainsFunc(list, func(r model.AddResult) bool { return r.Outcome != model.Added }) {
		if len(list) > 0 {
			said += m.look.words.Clause + fmt.Sprintf(m.look.words.AllAddedF, len(list))
		}
		m.flash = flash{text: said}
		return
	}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b model.AddResult) int { return outcomeRank(a.Outcome) - outcomeRank(b.Outcome) })
	m.openPanel(&results{heading: said, list: sorted, names: newDirectory(m.view, nil)})
}

// outcomes are all outcomes, in the order in which they matter to whoever asked.
var outcomes = []model.AddOutcome{
	model.AddRefused, model.UnknownUser, model.OverGroupLimit, model.AwaitsConsent, model.AlreadyMember, model.Added,
}

func outcomeRank(o model.AddOutcome) int { return slices.Index(outcomes, o) }

func (r *results) title(*Model) string { return r.heading }

func (r *results) hint(m *Model) string { return m.look.words.ResultsHint }

func (r *results) scope() scope { return scopePanel }

func (r *results) unsaved() bool { return false }

func (r *results) insert(*Model, string) {}

func (r *results) key(m *Model, does action, _ tea.KeyPressMsg) (tea.Cmd, bool) {
	if does == actionOpen {
		m.closePanel(r)
		return nil, true
	}
	return nil, r.pages.move(does, len(r.list))
}

func (r *results) lines() (*pages, int) { return &r.pages, len(r.list) }

func (r *results) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	rows := []string{"  " + r.summary(k), ""}
	r.pages.fit(len(r.list), len(rows), height-len(rows))
	for i := r.pages.top; i < len(r.list) && len(rows) < height; i++ {
		rows = append(rows, r.line(k, i, width))
	}
	return rows, nil
}

// summary counts the outcomes.
func (r *results) summary(k *look) string {
	counts := map[model.AddOutcome]int{}
	for _, one := range r.list {
		counts[one.Outcome]++
	}
	var parts []string
	for _, o := range slices.Backward(outcomes) {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", k.words.Outcomes[o], counts[o]))
		}
	}
	return strings.Join(parts, k.glyphs.separator)
}

func resultText(k *look, one model.AddResult) string {
	if reason := clean(one.Reason); reason != "" {
		return k.words.Outcomes[one.Outcome] + ": " + reason
	}
	return k.words.Outcomes[one.Outcome]
}

func (r *results) line(k *look, i, width int) string {
	one := r.list[i]
	style, sign := styleError, k.glyphs.failed
	switch one.Outcome {
	case model.Added:
		style, sign = styleOnline, k.glyphs.sent
	case model.AwaitsConsent, model.AlreadyMember:
		style, sign = styleQuiet, k.glyphs.bullet
	}
	name := clean(one.User)
	if at, known := r.names.byID[one.User]; known {
		name = r.names.people[at].name + "  " + k.paint(styleQuiet, name)
	}
	said := resultText(k, one)
	mark := k.cursorMark(i == r.pages.cursor)
	room := max(8, width/2-6)
	return "  " + mark + k.paint(style, sign) + " " + k.Fit(name, room) + " " + k.Truncate(said, max(4, width-room-8))
}
