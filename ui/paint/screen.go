package paint

import (
	"bytes"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"reddot/ui/text"
)

// ScreenOptions describe the terminal that a [Screen] paints on.
type ScreenOptions struct {
	Width, Height int
	// Environ as in os.Environ; TERM decides which sequences are used.
	Environ []string
	Profile colorprofile.Profile
	// AmbiguousWide as in [text.Measure].
	AmbiguousWide bool
	// Keys: somebody reads the keyboard, so keyboard protocols are set and the terminal may be asked things.
	Keys bool
}

// Screen turns views into the bytes that bring a terminal from the view painted last to this one. It does no I/O,
// reads no clock and has no goroutine; one goroutine at a time may use it.
//
// It always paints on the alternate screen. Of a view it heeds content, cursor, title, mouse, focus and paste modes,
// keyboard enhancements, colours and progress; View.OnMouse and View.ProgramStatus it does not.
//
// Each row of a view must carry its own styles: rows are compared as text and parsed one by one, so a style left open
// at the end of a row ends there.
type Screen struct {
	options ScreenOptions
	width   int
	shown   [][]cell // as the terminal has them
	next    []cell   // one row as the view has it
	parser  rowParser
	writer  cellWriter   // writes to painted
	painted bytes.Buffer // what changes of the cells in this frame
	frame   bytes.Buffer
	queue   strings.Builder

	rows  []string // each row as painted last
	doubt []bool   // the rows shown that have a doubtful character
	stale bool     // what is on the terminal is unknown: paint everything

	entered bool  // the terminal shows our alternate screen
	asked   bool  // it was asked for the modes it knows
	modes   modes // as last written
	cursor  bool  // the cursor is visible

	sync      bool // mode 2026 confirmed
	graphemes bool // mode 2027 confirmed
}

// NewScreen returns a screen that has painted nothing yet.
func NewScreen(options ScreenOptions) *Screen {
	s := &Screen{options: options}
	s.writer = cellWriter{out: &s.painted}
	s.parser = rowParser{
		measure: text.Measure{AmbiguousWide: options.AmbiguousWide}, ansi: ansi.NewParser(),
		looks: looks{profile: options.Profile},
	}
	s.Resize(options.Width, options.Height)
	return s
}

// Resize sets the size of the terminal in cells. The next frame paints everything.
func (s *Screen) Resize(width, height int) {
	s.width, height = max(width, 1), max(height, 1)
	s.rows, s.doubt = make([]string, height), make([]bool, height)
	s.shown, s.next = make([][]cell, height), newRow(s.width)
	for y := range s.shown {
		s.shown[y] = newRow(s.width)
	}
	s.Invalidate()
}

// Invalidate makes the next frame paint everything, because what the terminal shows is unknown.
func (s *Screen) Invalidate() { s.stale = true }

// SetProfile sets the colours that the terminal can show.
func (s *Screen) SetProfile(profile colorprofile.Profile) {
	if profile == s.options.Profile {
		return
	}
	s.options.Profile = profile
	s.parser.looks = looks{profile: profile}
	s.Invalidate()
}

// Confirm takes the terminal's answer about mode 2026 or 2027 and uses the mode from now on if it is there.
func (s *Screen) Confirm(report tea.ModeReportMsg) {
	if report.Mode == ansi.ModeSynchronizedOutput && known(report) {
		s.sync = true
	}
	if !ConfirmsGraphemes(report) || s.graphemes {
		return
	}
	s.graphemes = true
	s.queue.WriteString(ansi.SetModeUnicodeCore)
	s.parser.measure.Graphemes = true
	s.Invalidate()
}

// known reports whether the terminal can switch the mode, or has it on for good.
func known(report tea.ModeReportMsg) bool {
	switch report.Value {
	case ansi.ModeSet, ansi.ModeReset, ansi.ModePermanentlySet:
		return true
	}
	return false
}

// Queue adds a sequence that goes out with the next frame, before what it paints. It must not move the cursor.
func (s *Screen) Queue(sequence string) { s.queue.WriteString(sequence) }

// Frame returns the bytes that bring the terminal to view, none if it is there already. They are valid until the next
// call.
func (s *Screen) Frame(view tea.View) []byte {
	s.frame.Reset()
	if !s.entered {
		s.enter()
	}
	s.modes.update(&s.frame, modesOf(view, s.options.Keys))
	s.frame.WriteString(s.queue.String())
	s.queue.Reset()

	s.painted.Reset()
	s.draw(view.Content)
	changed := s.painted.Len() > 0
	if view.Cursor != nil {
		s.writer.moveTo(clamp(view.Cursor.X, s.width), clamp(view.Cursor.Y, len(s.rows)))
	}
	s.wrap(changed, view.Cursor != nil)
	return s.frame.Bytes()
}

// enter takes the terminal over, as found.
func (s *Screen) enter() {
	s.entered = true
	s.cursor = false
	s.frame.WriteString(ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable)
	if s.graphemes {
		s.frame.WriteString(ansi.SetModeUnicodeCore)
	}
	if !s.asked && s.options.Keys && mayAsk(s.options.Environ) {
		s.asked = true
		s.frame.WriteString(ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore)
	}
	s.Invalidate()
}

// draw brings the terminal's cells up to content. Only rows whose text changed are looked into, and only cells that
// differ are written.
func (s *Screen) draw(content string) {
	if s.stale {
		s.writer.clear()
		for _, row := range s.shown {
			for x := range row {
				row[x] = blankCell
			}
		}
	}
	for y := range s.rows {
		var row string
		row, content, _ = strings.Cut(content, "\n")
		row = strings.TrimSuffix(row, "\r")
		if !s.stale && s.rows[y] == row {
			continue
		}
		s.rows[y] = strings.Clone(row) // or one row would keep a whole old view alive
		next := s.next
		s.parser.parse(next, s.rows[y])
		doubt := doubtful(next)
		s.writer.row(y, s.shown[y], next, doubt || s.doubt[y])
		s.doubt[y] = doubt
		copy(s.shown[y], next)
	}
	s.writer.plain()
	s.stale = false
}

// wrap completes the frame around what was painted: atomically where the terminal can, else with the cursor hidden
// meanwhile. The cursor's move, already behind what was painted, stands alone if nothing was.
func (s *Screen) wrap(changed, show bool) {
	atomic := changed && s.sync
	if atomic {
		s.frame.WriteString(ansi.SetModeSynchronizedOutput)
	}
	if s.cursor && (!show || changed && !s.sync) {
		s.frame.WriteString(ansi.ResetModeTextCursorEnable)
		s.cursor = false
	}
	s.frame.Write(s.painted.Bytes())
	if show && !s.cursor {
		s.frame.WriteString(ansi.SetModeTextCursorEnable)
		s.cursor = true
	}
	if atomic {
		s.frame.WriteString(ansi.ResetModeSynchronizedOutput)
	}
}

// Leave returns the bytes that give the terminal back as it was found, none if it was not taken. The next frame takes
// it again and paints everything.
func (s *Screen) Leave() string {
	if !s.entered {
		return ""
	}
	s.entered = false
	var out bytes.Buffer
	if s.sync {
		out.WriteString(ansi.ResetModeSynchronizedOutput)
	}
	out.WriteString(s.queue.String())
	s.queue.Reset()
	s.modes.update(&out, modes{})
	if s.graphemes {
		out.WriteString(ansi.ResetModeUnicodeCore)
	}
	out.WriteString(ansi.SetModeAutoWrap + ansi.ResetStyle +
		ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable)
	return out.String()
}

func clamp(n, size int) int { return min(max(n, 0), size-1) }

// ConfirmsGraphemes reports whether msg is the terminal's word that it draws grapheme clusters as one glyph (mode
// 2027). A model takes text.Measure.Graphemes from it.
func ConfirmsGraphemes(msg tea.Msg) bool {
	report, ok := msg.(tea.ModeReportMsg)
	return ok && report.Mode == ansi.ModeUnicodeCore && known(report)
}

// mayAsk reports whether the terminal may be asked for modes. Over SSH an answer can arrive late and be taken for
// typing, so there only terminals known to answer are asked; Apple's Terminal prints the question.
func mayAsk(environ []string) bool {
	env := uv.Environ(environ)
	for _, name := range []string{"ghostty", "wezterm", "alacritty", "kitty", "rio"} {
		if strings.Contains(env.Getenv("TERM"), name) {
			return true
		}
	}
	if _, ok := env.LookupEnv("WT_SESSION"); ok {
		return true
	}
	_, ssh := env.LookupEnv("SSH_TTY")
	return !ssh && !strings.Contains(env.Getenv("TERM_PROGRAM"), "Apple")
}
