package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sahilm/fuzzy"

	"reddot/model"
	"reddot/session"
	"reddot/ui/pinyin"
	"reddot/ui/text"
)

// switcher finds a group by a few letters of its name or of its pinyin initials. It stands in the place of the list.
type switcher struct {
	on     bool
	query  input
	cursor int
	offset int
	// found are the groups that match, the best first.
	found []*session.Conversation

	// all are the groups as they were at the start, in the list's order, with their names and initials in lower case.
	all             []*session.Conversation
	names, initials []string
	// known caches the initials of each name that was ever looked at.
	known map[string]string
}

// start shows all groups in the list's order.
func (s *switcher) start(l *list) {
	s.on = true
	s.query = input{}
	s.all = l.everything()
	s.names, s.initials = make([]string, len(s.all)), make([]string, len(s.all))
	for i, c := range s.all {
		s.names[i] = strings.ToLower(nameOf(c))
		s.initials[i] = s.initialsOf(s.names[i])
	}
	s.search(l)
}

// search finds the groups for the query.
func (s *switcher) search(l *list) {
	s.cursor, s.offset = 0, 0
	s.found = s.rank()
	s.refresh(l.view)
}

// refresh takes newer pictures of the groups found.
func (s *switcher) refresh(v *session.View) {
	fresh := make([]*session.Conversation, 0, len(s.found))
	for _, c := range s.found {
		if newer := v.ByID[c.ID]; newer != nil {
			fresh = append(fresh, newer)
		}
	}
	s.found = fresh
	s.cursor = max(0, min(s.cursor, len(fresh)-1))
}

// Whoever types a name as it is written means it; fuzzy scores are far below these.
const (
	scoreContains = 10_000
	scorePrefix   = 20_000
	scoreEqual    = 40_000
)

func (s *switcher) rank() []*session.Conversation {
	query := strings.ToLower(strings.TrimSpace(s.query.text))
	if query == "" {
		return s.all
	}
	scores := map[int]int{}
	for _, texts := range [][]string{s.names, s.initials} {
		for _, match := range fuzzy.FindNoSort(query, texts) {
			score := match.Score + written(texts[match.Index], query)
			if best, ok := scores[match.Index]; !ok || score > best {
				scores[match.Index] = score
			}
		}
	}
	var found []int
	for i, c := range s.all {
		_, matches := scores[i]
		if !matches && strings.Contains(strings.ToLower(c.ID.Target()), query) {
			scores[i], matches = -scoreContains, true
		}
		if matches {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	matching := make([]*session.Conversation, len(found))
	for at, i := range found {
		matching[at] = s.all[i]
	}
	return matching
}

// written scores how literally a name holds the query.
func written(name, query string) int {
	switch {
	case name == query:
		return scoreEqual
	case strings.HasPrefix(name, query):
		return scorePrefix
	case strings.Contains(name, query):
		return scoreContains
	default:
		return 0
	}
}

func (s *switcher) initialsOf(name string) string {
	if found, ok := s.known[name]; ok {
		return found
	}
	if s.known == nil {
		s.known = map[string]string{}
	}
	letters := pinyin.Initials(name)
	s.known[name] = letters
	return letters
}

// move chooses another of the groups found.
func (s *switcher) move(delta int) {
	s.cursor = max(0, min(s.cursor+delta, len(s.found)-1))
}

// chosen returns the group under the cursor, "" if none matches.
func (s *switcher) chosen() model.ConversationID {
	if s.cursor >= len(s.found) {
		return ""
	}
	return s.found[s.cursor].ID
}

// title returns the line of the query and the column of its caret.
func (s *switcher) title(k *look, width int) (row string, caret int) {
	label := " " + k.words.Switch + " " + k.glyphs.prompt + " "
	room := max(2, width-k.Width(label)-2)
	before := k.TruncateLeft(s.query.text[:s.query.caret], room)
	caret = k.Width(label) + k.Width(before)
	return k.Fit(k.paint(styleTitle, label)+before+k.Normalize(s.query.text[s.query.caret:]), width), caret
}

// render returns the whole pane, the query above the groups found, and the column of the query's caret.
func (s *switcher) render(k *look, l *list, width, height, blank int, today date) (rows []string, caret int) {
	title, caret := s.title(k, width)
	rows = append(make([]string, 0, height), title)
	for range blank {
		rows = append(rows, text.Spaces(width))
	}
	if len(s.found) == 0 {
		nothing := fmt.Sprintf(k.words.NothingF, text.Clean(s.query.text))
		return append(rows, k.paragraph(nothing, width, height-len(rows))...), caret
	}
	spacing := listSpacing(height - len(rows))
	visible := max(1, (height-len(rows))/spacing)
	s.offset = min(max(s.offset, s.cursor-visible+1), s.cursor)
	for i := s.offset; i < len(s.found) && len(rows)+spacing <= height; i++ {
		group := l.row(k, s.found[i], width, i == s.cursor, today)
		rows = append(rows, group.lines[:spacing]...)
	}
	for len(rows) < height {
		rows = append(rows, text.Spaces(width))
	}
	return rows, caret
}

// at returns the group drawn on a row, "" if none.
func (s *switcher) at(row, height int) model.ConversationID {
	i := s.offset + row/listSpacing(height)
	if row < 0 || row >= height || i >= len(s.found) {
		return ""
	}
	return s.found[i].ID
}
