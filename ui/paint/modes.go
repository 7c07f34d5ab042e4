package paint

import (
	"bytes"
	"fmt"
	"image/color"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"reddot/ui/text"
)

// modes is everything of a view but its cells. The zero value is the terminal as found, so giving it back is an update
// to zero, and no way out can forget one of them.
type modes struct {
	keys        int // Kitty keyboard flags, 0 if the keyboard is left alone
	mouse       tea.MouseMode
	focus       bool
	paste       bool
	title       string
	cursorStyle int // as DECSCUSR takes it; 0 is the user's own
	cursorColor string
	foreground  string
	background  string
	progress    tea.ProgressBar
}

func modesOf(view tea.View, keys bool) modes {
	m := modes{
		mouse:      view.MouseMode,
		focus:      view.ReportFocus,
		paste:      !view.DisableBracketedPasteMode,
		title:      text.Clean(view.WindowTitle),
		foreground: hex(view.ForegroundColor),
		background: hex(view.BackgroundColor),
	}
	if keys {
		m.keys = keyFlags(view.KeyboardEnhancements)
	}
	if view.Cursor != nil {
		m.cursorStyle = cursorStyle(view.Cursor.Shape, view.Cursor.Blink)
		m.cursorColor = hex(view.Cursor.Color)
	}
	if view.ProgressBar != nil {
		m.progress = *view.ProgressBar
	}
	return m
}

// update writes the sequences that lead from m to next and makes m next.
func (m *modes) update(out *bytes.Buffer, next modes) {
	if *m == next {
		return
	}
	m.updateKeys(out, next.keys)
	m.updateMouse(out, next.mouse)
	toggle(out, m.focus, next.focus, ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent)
	toggle(out, m.paste, next.paste, ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste)
	m.updateTitle(out, next.title)
	if m.cursorStyle != next.cursorStyle {
		out.WriteString(ansi.SetCursorStyle(next.cursorStyle))
	}
	paintColor(out, m.cursorColor, next.cursorColor, ansi.SetCursorColor, ansi.ResetCursorColor)
	paintColor(out, m.foreground, next.foreground, ansi.SetForegroundColor, ansi.ResetForegroundColor)
	paintColor(out, m.background, next.background, ansi.SetBackgroundColor, ansi.ResetBackgroundColor)
	if m.progress != next.progress {
		out.WriteString(progress(next.progress))
	}
	*m = next
}

// updateKeys sets the keyboard protocols: Kitty's, which has a stack for each screen, and xterm's, which terminals
// without Kitty's heed.
func (m *modes) updateKeys(out *bytes.Buffer, next int) {
	switch {
	case m.keys == next:
	case m.keys == 0:
		out.WriteString(ansi.SetModifyOtherKeys2 + ansi.PushKittyKeyboard(next) + ansi.RequestKittyKeyboard)
	case next == 0:
		out.WriteString(ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1))
	default:
		out.WriteString(ansi.KittyKeyboard(next, 1) + ansi.RequestKittyKeyboard)
	}
}

func (m *modes) updateMouse(out *bytes.Buffer, next tea.MouseMode) {
	if m.mouse == next {
		return
	}
	if m.mouse != tea.MouseModeNone {
		out.WriteString(ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr)
	}
	switch next {
	case tea.MouseModeCellMotion:
		out.WriteString(ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr)
	case tea.MouseModeAllMotion:
		out.WriteString(ansi.SetModeMouseAnyEvent + ansi.SetModeMouseExtSgr)
	}
}

const (
	pushTitle = 22 // XTWINOPS: save the title on the terminal's stack
	popTitle  = 23
	titleOnly = 2 // leave the icon's name alone
)

func (m *modes) updateTitle(out *bytes.Buffer, next string) {
	switch {
	case m.title == next:
	case next == "":
		out.WriteString(ansi.SetWindowTitle("") + ansi.WindowOp(popTitle, titleOnly))
	case m.title == "":
		out.WriteString(ansi.WindowOp(pushTitle, titleOnly) + ansi.SetWindowTitle(next))
	default:
		out.WriteString(ansi.SetWindowTitle(next))
	}
}

func toggle(out *bytes.Buffer, was, is bool, set, reset string) {
	switch {
	case is && !was:
		out.WriteString(set)
	case was && !is:
		out.WriteString(reset)
	}
}

func paintColor(out *bytes.Buffer, was, is string, set func(string) string, reset string) {
	switch {
	case was == is:
	case is == "":
		out.WriteString(reset)
	default:
		out.WriteString(set(is))
	}
}

func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func progress(bar tea.ProgressBar) string {
	switch bar.State {
	case tea.ProgressBarDefault:
		return ansi.SetProgressBar(bar.Value)
	case tea.ProgressBarError:
		return ansi.SetErrorProgressBar(bar.Value)
	case tea.ProgressBarIndeterminate:
		return ansi.SetIndeterminateProgressBar
	case tea.ProgressBarWarning:
		return ansi.SetWarningProgressBar(bar.Value)
	}
	return ansi.ResetProgressBar
}

// cursorStyle is the parameter of DECSCUSR. The framework's default, a blinking block, stands for the user's own.
func cursorStyle(shape tea.CursorShape, blink bool) int {
	style := int(shape)*2 + 1
	if !blink {
		style++
	}
	if style == 1 {
		return 0
	}
	return style
}

// keyFlags always asks for unambiguous keys, so that Shift+Enter differs from Enter.
func keyFlags(want tea.KeyboardEnhancements) int {
	flags := ansi.KittyDisambiguateEscapeCodes
	if want.ReportEventTypes {
		flags |= ansi.KittyReportEventTypes
	}
	if want.ReportAlternateKeys {
		flags |= ansi.KittyReportAlternateKeys
	}
	if want.ReportAllKeysAsEscapeCodes {
		flags |= ansi.KittyReportAllKeysAsEscapeCodes
	}
	if want.ReportAssociatedText {
		flags |= ansi.KittyReportAssociatedKeys
	}
	return flags
}
