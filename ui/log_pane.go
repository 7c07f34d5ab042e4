package ui

import (
	"fmt"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"reddot/session"
)

// logPace is the least time between two pictures of a log that fills.
const logPace = 200 * time.Millisecond

// logLevels are the levels that the log can be filtered by.
var logLevels = []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}

// logPane is a panel with the newest records of the log and, on another page, the log of read sync. While its cursor is on
// the newest line it stays there.
type logPane struct {
	board
	log     *Log
	records []LogRecord
	level   int // index into logLevels
	sync    bool
	pages   pages
	// known is how many lines there were when the cursor was placed last.
	known int
}

var (
	_ panel   = (*logPane)(nil)
	_ listing = (*logPane)(nil)
)

// logMsg says that the log has grown.
type logMsg struct{ pane *logPane }

// openLog shows the log, or takes it away again.
func (m *Model) openLog() tea.Cmd {
	p := &logPane{log: m.options.Log}
	p.refresh()
	m.openPanel(p)
	return p.wait(m)
}

// wait waits for the next record. There is one such command for a pane that is open.
func (p *logPane) wait(m *Model) tea.Cmd {
	if p.log == nil {
		return nil
	}
	ctx, changed := m.ctx, p.log.Changed()
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			return after(ctx, logPace, func(time.Time) tea.Msg { return logMsg{p} })
		}
	}
}

// logChanged takes newer records into a pane that is still open.
func (m *Model) logChanged(msg logMsg) tea.Cmd {
	if !m.shows(msg.pane) {
		return nil
	}
	wait := msg.pane.wait(m) // before the records are taken, so that none is missed
	msg.pane.refresh()
	return wait
}

// refresh takes the records of the level.
func (p *logPane) refresh() {
	if p.log == nil {
		return
	}
	p.records = p.records[:0]
	for _, r := range p.log.Records() {
		if r.Level >= logLevels[p.level] {
			p.records = append(p.records, r)
		}
	}
}

func (p *logPane) count(v *session.View) int {
	if p.sync {
		return len(v.Sync)
	}
	return len(p.records)
}

func (p *logPane) title(m *Model) string {
	k := m.look
	titles := [2]string{k.words.LogTitle, k.words.SyncTitle}
	here, there := titles[0], titles[1]
	if p.sync {
		here, there = titles[1], titles[0]
	}
	title := here + k.paint(styleQuiet, fmt.Sprintf(" %d", p.count(m.view)))
	if !p.sync {
		level := k.words.AllLevels
		if p.level > 0 {
			level = fmt.Sprintf(k.words.LevelF, levelWord(k, logLevels[p.level]))
		}
		title += k.paint(styleQuiet, k.glyphs.separator+level)
	}
	return title + "   " + k.paint(styleQuiet, there)
}

func (p *logPane) hint(m *Model) string {
	if p.sync {
		return m.look.words.SyncHint
	}
	return m.look.words.LogHint
}

func (p *logPane) scope() scope { return scopeLog }

func (p *logPane) unsaved() bool { return false }

func (p *logPane) insert(*Model, string) {}

func (p *logPane) key(m *Model, does action, _ tea.KeyPressMsg) (tea.Cmd, bool) {
	switch does {
	case actionLog:
		m.closePanel(p)
	case actionNextPane, actionPreviousPane:
		p.sync, p.known = !p.sync, 0
	case actionLeft:
		p.filter(-1)
	case actionRight:
		p.filter(1)
	default:
		count := p.count(m.view)
		p.follow(count)
		return nil, p.pages.move(does, count)
	}
	return nil, true
}

// lines lets the mouse choose a line.
func (p *logPane) lines() (at *pages, count int) { return &p.pages, p.known }

// follow keeps the cursor on the newest line if it is there.
func (p *logPane) follow(count int) {
	if p.pages.cursor >= p.known-1 {
		p.pages.cursor = count - 1
	}
	p.pages.cursor, p.known = max(0, min(p.pages.cursor, count-1)), count
}

// filter shows records from another level on.
func (p *logPane) filter(delta int) {
	if p.sync {
		return
	}
	p.level = max(0, min(p.level+delta, len(logLevels)-1))
	p.known = 0
	p.refresh()
}
