package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/model"
	"reddot/session"
)

// noticeList shows what the service told of groups: what waits for the user's decision first, what the user applied
// for, then what is only to be known, the newest first.
type noticeList struct {
	board
	applications []model.Application // what the service lists as waiting
	rows         []noticeRow
	seen         []model.GroupNotice // what rows were made of
	waiting      int                 // and of how many groups that had not answered
	pages        pages
}

// noticeRow is a decision to take, a group that has not answered yet, or a notice.
type noticeRow struct {
	application *model.Application
	invited     bool // it is the user who is invited
	applied     *model.Group
	notice      *model.GroupNotice
}

func (m *Model) openNotices() tea.Cmd {
	clear(m.called) // somebody may be known better by now
	p := &noticeList{}
	p.list(m)
	m.openPanel(p)
	return p.load(m)
}

// see asks again what waits after the connection was away.
func (p *noticeList) see(m *Model, back bool) tea.Cmd {
	if !back || p.busy != "" {
		return nil
	}
	return p.load(m)
}

func (p *noticeList) load(m *Model) tea.Cmd {
	if m.groups == nil {
		return nil
	}
	return ask(m, p, m.look.words.LoadingNotices, askTimeout,
		func(ctx context.Context, groups session.Groups) ([]model.Application, error) {
			return groups.Applications(ctx)
		},
		func(list []model.Application) tea.Cmd {
			p.applications = list
			p.list(m)
			return nil
		})
}

// list makes the rows anew from what waits and what was told.
func (p *noticeList) list(m *Model) {
	p.seen, p.waiting = m.view.GroupNotices, len(m.applied)
	var decide, known []noticeRow
	asked := map[[2]string]bool{}
	for i := range p.applications {
		a := &p.applications[i]
		if handled(p.seen, a) {
			continue
		}
		asked[[2]string{a.GroupID, a.Applicant}] = true
		decide = append(decide, noticeRow{application: a})
	}
	for i := range slices.Backward(p.seen) {
		n := &p.seen[i]
		switch {
		case n.Application == nil || n.Handled || m.decided[n.ID]:
			known = append(known, noticeRow{notice: n})
		case !asked[[2]string{n.GroupID, n.Application.Applicant}]:
			decide = append(decide, noticeRow{application: n.Application, notice: n, invited: n.Kind == model.NoticeInvitation})
		}
	}
	slices.SortStableFunc(known, func(a, b noticeRow) int { return cmp.Compare(b.notice.Time, a.notice.Time) })
	p.rows = decide
	for i := range m.applied {
		p.rows = append(p.rows, noticeRow{applied: &m.applied[i].Group})
	}
	p.rows = append(p.rows, known...)
	p.pages.cursor = max(0, min(p.pages.cursor, len(p.rows)-1))
}

// handled says whether a notice tells that an application was decided since the service listed it.
func handled(notices []model.GroupNotice, a *model.Application) bool {
	return slices.ContainsFunc(notices, func(n model.GroupNotice) bool {
		return n.Handled && n.Application != nil && n.Application.Same(*a)
	})
}

// told says whether rows are made of the newest notices. The session makes others of them with every change.
func (p *noticeList) told(m *Model) bool {
	now := m.view.GroupNotices
	return len(p.seen) == len(now) && (len(now) == 0 || &p.seen[0] == &now[0]) && p.waiting == len(m.applied)
}

// toDecide counts what waits for the user: invitations, and the applications that the service lists or, where it lists
// none, was heard to tell of.
func (m *Model) toDecide() int {
	invitations, told := 0, 0
	for i := range m.view.GroupNotices {
		notice := &m.view.GroupNotices[i]
		switch {
		case notice.Application == nil || m.settled(notice):
		case notice.Kind == model.NoticeInvitation:
			invitations++
		default:
			told++
		}
	}
	return invitations + max(told, m.view.Applications)
}

// announceNotices tells of a request that has just come, with the key that shows it; nothing more pressing gives way.
func (m *Model) announceNotices() {
	notices := m.view.GroupNotices
	if m.view.Connection.Phase != session.Online {
		return
	}
	began := m.heard == nil
	if began {
		m.heard = map[string]bool{}
	}
	var request *model.GroupNotice
	for i := range slices.Backward(notices) {
		n := &notices[i]
		if m.heard[n.ID] {
			break // older ones are known too
		}
		m.heard[n.ID] = true
		if request == nil && n.Application != nil && !m.settled(n) {
			request = n
		}
	}
	if began || request == nil || m.flash.text != "" || m.panel() != nil {
		return
	}
	row := noticeRow{application: request.Application, notice: request, invited: request.Kind == model.NoticeInvitation}
	m.flash = flash{text: decisionText(m, &row) + m.look.glyphs.separator + m.look.words.NoticeKey}
}

func (p *noticeList) title(m *Model) string { return m.look.words.NoticesTitle }

func (p *noticeList) scope() scope { return scopeNotices }

func (p *noticeList) unsaved() bool { return false }

func (p *noticeList) insert(*Model, string) {}

func (p *noticeList) hint(m *Model) string {
	if row := p.current(); row != nil && row.application != nil {
		return m.look.words.DecideHint
	}
	return m.look.words.NoticeHint
}

func (p *noticeList) current() *noticeRow {
	if p.pages.cursor < len(p.rows) {
		return &p.rows[p.pages.cursor]
	}
	return nil
}

func (p *noticeList) key(m *Model, does action, _ tea.KeyPressMsg) (tea.Cmd, bool) {
	row := p.current()
	switch does {
	case actionAgree, actionRefuse:
		if row != nil && row.application != nil && p.busy == "" {
			m.openDecision(p, *row, does == actionAgree)
		}
	case actionDismiss:
		if row != nil && row.application == nil && row.notice != nil {
			m.dismissNotices(p, row.notice.ID)
		}
	case actionDismissAll:
		m.dismissNotices(p, p.dismissable()...)
	case actionOpen:
		if row != nil {
			m.openNotice(p, *row)
		}
	default:
		return nil, p.pages.move(does, len(p.rows))
	}
	return nil, true
}

// dismissable returns the notices that ask for nothing.
func (p *noticeList) dismissable() []string {
	var ids []string
	for _, row := range p.rows {
		if row.application == nil && row.notice != nil {
			ids = append(ids, row.notice.ID)
		}
	}
	return ids
}

func (m *Model) dismissNotices(p *noticeList, ids ...string) {
	if len(ids) == 0 || m.groups == nil {
		return
	}
	m.groups.DismissNotice(ids...)
	p.rows = slices.DeleteFunc(p.rows, func(row noticeRow) bool {
		return row.application == nil && row.notice != nil && slices.Contains(ids, row.notice.ID)
	})
}

// openNotice asks for a decision, or opens the group that a notice is about.
func (m *Model) openNotice(p *noticeList, row noticeRow) {
	w := m.look.words
	if row.application != nil {
		m.openPanel(&menu{heading: groupNoticeText(m, &row), items: []menuItem{
			{letter: "a", label: agreeWord(w, row), run: func() tea.Cmd { m.openDecision(p, row, true); return nil }},
			{letter: "d", label: refuseWord(w, row), run: func() tea.Cmd { m.openDecision(p, row, false); return nil }},
			{label: w.Cancel, run: func() tea.Cmd { return nil }},
		}})
		return
	}
	id := ""
	if row.notice != nil {
		id = row.notice.GroupID
	}
	if m.view.ByID[model.GroupConversation(id)] != nil {
		m.panels = nil
		m.openConversation(model.GroupConversation(id), false)
	}
}

func agreeWord(w *words, row noticeRow) string {
	if row.invited {
		return w.Accept
	}
	return w.Agree
}

func refuseWord(w *words, row noticeRow) string {
	if row.invited {
		return w.Decline
	}
	return w.Refuse
}

// openDecision asks for a text to go with a decision, and takes it.
func (m *Model) openDecision(p *noticeList, row noticeRow, agree bool) {
	w := m.look.words
	button := agreeWord(w, row)
	if !agree {
		button = refuseWord(w, row)
	}
	f := newForm(decisionText(m, &row), button, func(m *Model, f *form) tea.Cmd {
		reply := f.field("reply").value()
		return act(m, f, w.Deciding,
			func(ctx context.Context, groups session.Groups) error {
				return groups.Decide(ctx, *row.application, agree, reply)
			},
			func() tea.Cmd {
				m.closePanel(f)
				m.wasDecided(p, row)
				m.tellDone(p, fmt.Sprintf(w.DecidedF, button, decisionText(m, &row)))
				return nil
			})
	}, &field{name: "reply", label: w.ReplyLabel, limit: model.GroupNotificationBytes, rows: 2})
	f.at = 1
	m.openPanel(f)
}

// wasDecided takes a decision off the list at once; the service's word that it is handled follows.
func (m *Model) wasDecided(p *noticeList, row noticeRow) {
	if row.notice != nil {
		m.decided[row.notice.ID] = true
	}
	for _, n := range m.view.GroupNotices {
		if n.Application != nil && n.GroupID == row.application.GroupID && n.Application.Applicant == row.application.Applicant {
			m.decided[n.ID] = true
		}
	}
	p.applications = slices.DeleteFunc(slices.Clone(p.applications), func(a model.Application) bool {
		return a.GroupID == row.application.GroupID && a.Applicant == row.application.Applicant
	})
	p.list(m)
	if row := p.current(); row != nil && row.application == nil {
		p.pages.cursor = 0 // what still waits is first
	}
}

func (p *noticeList) draw(m *Model, width, height int) ([]string, *place) {
	k := m.look
	if !p.told(m) {
		p.list(m)
	}
	if len(p.rows) == 0 && p.busy == "" {
		return k.paragraph(k.words.NoNotices, width, height), nil
	}
	p.pages.fit(len(p.rows), 0, height/2)
	p.pages.rows = p.pages.rows[:0]
	var rows []string
	for i := p.pages.top; i < len(p.rows) && len(rows)+2 <= height; i++ {
		mark := k.cursorMark(i == p.pages.cursor)
		when := ""
		if at := noticeTime(&p.rows[i]); at > 0 {
			when = k.paint(styleTime, k.shortTime(time.Unix(at, 0), m.today())) + "  "
		}
		said := groupNoticeText(m, &p.rows[i])
		if p.rows[i].application != nil {
			said = k.paint(styleDot, k.glyphs.dot+" ") + said
		} else {
			said = k.paint(styleQuiet, "  "+said)
		}
		rows = append(rows, k.spread("  "+mark+said, when, width))
		detail := noticeDetail(k, &p.rows[i])
		if n := p.rows[i].notice; n != nil && m.settled(n) {
			detail = strings.TrimPrefix(detail+k.glyphs.separator+k.words.Settled, k.glyphs.separator)
		}
		if detail != "" {
			rows = append(rows, "      "+k.paint(styleQuiet, k.Truncate(detail, max(2, width-8))))
		}
		for len(p.pages.rows) < len(rows) {
			p.pages.rows = append(p.pages.rows, i)
		}
	}
	return rows, nil
}

func (p *noticeList) lines() (*pages, int) { return &p.pages, len(p.rows) }
