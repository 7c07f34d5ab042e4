package ui

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"reddot/session"
)

const (
	// logDetail is the most rows that tell all of the chosen line, wideLog the width from where a line has more columns.
	logDetail = 5
	wideLog   = 100
	// The columns of a line.
	tookColumns    = 7
	codeColumns    = 6
	commandColumns = 24
	requestColumns = 10
	deviceColumns  = 10
	groupColumns   = 14
	seqColumns     = 7
)

// draw shows as many lines as fit, and under them everything of the chosen one.
func (p *logPane) draw(m *Model, width, height int) ([]string, *place) {
	k, count := m.look, p.count(m.view)
	switch {
	case p.log == nil && !p.sync:
		return k.paragraph(k.words.LogMissing, width, height), nil
	case count == 0:
		return k.paragraph(k.words.LogEmpty, width, height), nil
	}
	p.follow(count)
	detail := p.detail(k, m.view, max(2, width-4))
	detail = detail[:min(len(detail), logDetail, max(0, height-4))]
	lines := height
	if len(detail) > 0 {
		lines -= len(detail) + 1
	}
	p.pages.fit(count, 0, lines)
	rows := make([]string, 0, height)
	for i := p.pages.top; i < min(count, p.pages.top+lines); i++ {
		rows = append(rows, p.row(k, m.view, i, width))
	}
	for len(rows) < lines {
		rows = append(rows, "")
	}
	if len(detail) > 0 {
		rows = append(rows, k.line(width))
	}
	for _, line := range detail {
		rows = append(rows, "  "+line)
	}
	return rows, nil
}

// row is one line, on the cursor's background where it stands.
func (p *logPane) row(k *look, v *session.View, i, width int) string {
	var line string
	style := styleText
	if p.sync {
		line, style = syncLine(k, &v.Sync[i], width-3)
	} else {
		line, style = logLine(k, &p.records[i], width-3)
	}
	line = k.Fit("  "+k.Truncate(line, width-3), width)
	if i == p.pages.cursor {
		return k.over(styleCursor, style, line)
	}
	return k.paint(style, line)
}

// logLine is one record of the log and the style that its level asks for.
func logLine(k *look, r *LogRecord, width int) (string, styleName) {
	format, wide := "15:04:05", width >= wideLog-3
	if wide {
		format = "15:04:05.000"
	}
	cells := []string{
		r.Time.In(k.zone).Format(format),
		k.PadRight(levelWord(k, r.Level), k.levelColumns()),
		k.PadLeft(duration(r.Took), tookColumns),
		k.PadLeft(codeText(r.Code), codeColumns),
	}
	what := clean(r.Message)
	if r.Command != "" && (r.Error != "" || r.Level < slog.LevelInfo) {
		what = "" // the command says it
	}
	if r.Command != "" {
		cells = append(cells, k.Fit(k.Truncate(shortCommand(clean(r.Command)), commandColumns), commandColumns))
		if wide {
			cells = append(cells, k.Fit(k.Truncate(clean(r.Request), requestColumns), requestColumns))
		}
	}
	for _, more := range []string{r.Error, r.Rest} {
		if more = clean(more); more != "" {
			what = strings.TrimSpace(what + "  " + more)
		}
	}
	style := styleText
	switch {
	case r.Level >= slog.LevelWarn:
		style = styleError
	case r.Level < slog.LevelInfo:
		style = styleQuiet
	}
	return strings.Join(append(cells, what), " "), style
}

// syncLine is one record of read sync: when, which way and by what, from which device, what, how far, how long it took, and
// why it came to nothing if it did.
func syncLine(k *look, r *session.SyncRecord, width int) (string, styleName) {
	name, device := groupColumns, deviceColumns
	if width >= wideLog-3 {
		name *= 2
	}
	arrow, by := syncWay(k, r)
	position := ""
	if r.Position > 0 {
		position = positionText(k, r)
	}
	cells := []string{
		r.At.In(k.zone).Format("15:04:05"), arrow,
		k.Fit(by, max(k.Width(k.words.NoteWord), k.Width(k.words.Service))),
		k.Fit(k.Truncate(clean(r.Device), device), device),
		k.Fit(k.Truncate(clean(r.Name), name), name),
		k.PadLeft(position, seqColumns),
		k.PadLeft(duration(r.Delay), tookColumns),
	}
	style, outcome := styleText, ""
	switch {
	case r.Failure != "":
		style, outcome = styleError, k.glyphs.failed+" "+clean(r.Failure)
	case r.Ignored != "":
		style, outcome = styleQuiet, k.words.Ignored[r.Ignored]
	}
	return strings.TrimRight(strings.Join(append(cells, outcome), " "), " "), style
}

// outcomeText says why a record came to nothing, "" if it did not.
func outcomeText(k *look, r *session.SyncRecord) string {
	switch {
	case r.Ignored != "":
		return fmt.Sprintf(k.words.IgnoredF, k.words.Ignored[r.Ignored])
	case r.Failure != "":
		return fmt.Sprintf(k.words.NotTakenF, clean(r.Failure))
	default:
		return ""
	}
}

// detail returns everything of the chosen line, wrapped.
func (p *logPane) detail(k *look, v *session.View, width int) []string {
	var facts, texts []string
	if p.sync {
		facts, texts = syncFacts(k, &v.Sync[p.pages.cursor])
	} else {
		facts, texts = logFacts(k, &p.records[p.pages.cursor])
	}
	lines := k.Wrap(strings.Join(facts, k.glyphs.separator), width)
	for _, s := range texts {
		if s = clean(s); s != "" {
			lines = append(lines, wrapQuiet(k, s, width)...)
		}
	}
	return lines
}

func logFacts(k *look, r *LogRecord) (facts, texts []string) {
	facts = []string{r.Time.In(k.zone).Format("01-02 15:04:05.000"), levelWord(k, r.Level)}
	if r.Command != "" {
		facts = append(facts, clean(r.Command))
	}
	if r.Request != "" {
		facts = append(facts, fmt.Sprintf(k.words.RequestF, clean(r.Request)))
	}
	if r.Code != 0 {
		facts = append(facts, fmt.Sprintf(k.words.CodeF, r.Code))
	}
	if r.Took > 0 {
		facts = append(facts, r.Took.Round(10*time.Microsecond).String())
	}
	facts = append(facts, clean(r.Message))
	if r.Part != "" {
		facts = append(facts, clean(r.Part))
	}
	return facts, []string{r.Error, r.Rest}
}

func syncFacts(k *look, r *session.SyncRecord) (facts, texts []string) {
	way, by := syncWay(k, r)
	facts = []string{r.At.In(k.zone).Format("01-02 15:04:05.000"), way + " " + by}
	for _, fact := range []string{clean(r.Device), clean(r.Name), clean(string(r.Conversation))} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	if r.Position > 0 {
		facts = append(facts, positionText(k, r))
	}
	if r.Delay > 0 {
		facts = append(facts, r.Delay.Round(10*time.Microsecond).String())
	}
	if outcome := outcomeText(k, r); outcome != "" {
		facts = append(facts, outcome)
	}
	return facts, []string{r.Detail}
}

// syncWay is the direction of a record and what carried it.
func syncWay(k *look, r *session.SyncRecord) (arrow, by string) {
	arrow, by = k.glyphs.up, k.words.NoteWord
	if r.Direction == session.SyncReceived {
		arrow = k.glyphs.down
	}
	if r.Kind == session.SyncService {
		by = k.words.Service
	}
	return arrow, by
}

// shortCommand is a command without its service or path.
func shortCommand(command string) string {
	return command[strings.LastIndexAny(command, "./")+1:]
}

func codeText(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprint(code)
}

func levelWord(k *look, level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return k.words.Trouble
	case level >= slog.LevelWarn:
		return k.words.Warning
	case level >= slog.LevelInfo:
		return k.words.Info
	default:
		return k.words.Debug
	}
}

// levelColumns is the width of the longest word for a level.
func (l *look) levelColumns() int {
	width := 0
	for _, level := range logLevels {
		width = max(width, l.Width(levelWord(l, level)))
	}
	return width
}
