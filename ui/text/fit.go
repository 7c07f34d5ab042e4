package text

import "strings"

// Tail ends a text that was cut.
const Tail = "…"

// Truncate returns s in at most width columns, with [Tail] at the end of a text that was cut. Escape sequences of
// our own styles are kept, those behind the cut too, so that no style stays open.
func (m Measure) Truncate(s string, width int) string { return m.TruncateTail(s, width, Tail) }

// TruncateTail is [Measure.Truncate] with a tail of its own. A tail wider than width is left out.
func (m Measure) TruncateTail(s string, width int, tail string) string {
	s = m.Normalize(s)
	if width <= 0 {
		return escapes(s)
	}
	room := width - m.Width(tail)
	if room < 0 {
		room, tail = width, ""
	}
	cut, column := 0, 0
	for i := 0; i < len(s); {
		n, w := m.next(s[i:])
		column += w
		if column > width {
			return s[:cut] + tail + escapes(s[cut:])
		}
		i += n
		if column <= room {
			cut = i
		}
	}
	return s
}

// TruncateLeft returns the end of s in at most width columns, with [Tail] before it if the beginning was cut. Plain
// text only.
func (m Measure) TruncateLeft(s string, width int) string {
	s = m.Normalize(s)
	over := m.Width(s) - width
	if over <= 0 {
		return s
	}
	if width <= 0 {
		return ""
	}
	tail := Tail
	if m.Width(tail) > width {
		tail = ""
	}
	over += m.Width(tail)
	for len(s) > 0 && over > 0 {
		n, w := m.next(s)
		over -= w
		s = s[n:]
	}
	return tail + s
}

// PadRight returns s with blanks behind it up to width columns; a wider text is returned whole.
func (m Measure) PadRight(s string, width int) string {
	s = m.Normalize(s)
	return s + Spaces(width-m.Width(s))
}

// PadLeft returns s with blanks before it up to width columns; a wider text is returned whole.
func (m Measure) PadLeft(s string, width int) string {
	s = m.Normalize(s)
	return Spaces(width-m.Width(s)) + s
}

// Center returns s with blanks on both sides up to width columns; a wider text is returned whole.
func (m Measure) Center(s string, width int) string {
	s = m.Normalize(s)
	room := max(0, width-m.Width(s))
	return Spaces(room/2) + s + Spaces(room-room/2)
}

// Fit returns s in exactly width columns, cut or padded on the right.
func (m Measure) Fit(s string, width int) string {
	return m.PadRight(m.Truncate(s, width), width)
}

// escapes returns only the escape sequences of s.
func escapes(s string) string {
	if strings.IndexByte(s, esc) < 0 {
		return ""
	}
	var b strings.Builder
	for len(s) > 0 {
		i := strings.IndexByte(s, esc)
		if i < 0 {
			break
		}
		n := escapeLen(s[i:])
		b.WriteString(s[i : i+n])
		s = s[i+n:]
	}
	return b.String()
}
