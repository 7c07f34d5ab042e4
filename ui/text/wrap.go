package text

import "strings"

// Span is one line of a wrapped text as byte offsets into it: the line is s[Start:End], and the next line starts at
// Next. Between End and Next stands what the break took away, blanks or a newline.
type Span struct {
	Start, End, Next int
}

// Wrap breaks s into lines of at most width columns, normalized. Newlines always break. Chinese breaks anywhere, but
// no line starts with a closing mark (，。」…) nor ends with an opening one (（「《) where another break exists; Latin
// words stay whole while they fit, addresses break behind their separators. Nothing but blanks at a break and
// newlines is left out. A width under 2, which a Chinese character would not fit into, counts as 2.
func (m Measure) Wrap(s string, width int) []string {
	spans := m.Spans(s, width)
	lines := make([]string, len(spans))
	for i, span := range spans {
		lines[i] = m.Normalize(s[span.Start:span.End])
	}
	return lines
}

// Spans is [Measure.Wrap] as offsets into s, for editors and highlights. There is always at least one span, and
// together they cover s.
func (m Measure) Spans(s string, width int) []Span {
	width = max(width, 2)
	var spans []Span
	for start := 0; ; {
		end := len(s)
		if i := strings.IndexByte(s[start:], '\n'); i >= 0 {
			end = start + i
		}
		spans = m.wrapLine(spans, s[:end], start, width)
		if end == len(s) {
			return spans
		}
		spans[len(spans)-1].Next = end + 1
		start = end + 1
	}
}

// Locate returns the row and the column of a caret at off in s wrapped to these spans. Behind blanks that a break
// took away the caret stands at the end of the line. To have room for a caret behind a full line, wrap an input to
// one column less than it has.
func (m Measure) Locate(s string, spans []Span, off int) (row, col int) {
	for row < len(spans)-1 && off >= spans[row].Next {
		row++
	}
	span := spans[row]
	return row, m.Width(s[span.Start:min(max(off, span.Start), span.End)])
}

// place is somewhere a line may break: it ends at end, the next begins at next, w columns behind the line's start.
type place struct {
	end, next, w int
}

// wrapLine appends the lines of the paragraph s[start:].
func (m Measure) wrapLine(spans []Span, s string, start, width int) []Span {
	var (
		line     = start // where the current line starts
		column   int     // its width up to i
		best     place   // the last place to break, if best.next > line
		spaces   = -1    // where the run of blanks before i starts
		previous class
	)
	for i := start; i < len(s); {
		n, w := m.next(s[i:])
		if w > width {
			// A cluster of many wide letters, such as ancient Hangul; its runes fit one by one.
			_, n = decode(s[i:])
			w = m.clusterWidth(s[i : i+n])
		}
		if s[i] == ' ' && n == 1 {
			if spaces < 0 {
				spaces = i
			}
			column++
			i++
			continue
		}
		kind := classify(s[i : i+n])
		if kind&previous&separator != 0 {
			kind &^= separator // doubled as in https://, it separates nothing
		}
		switch {
		case spaces >= 0 && (spaces > line || column >= width):
			best = place{spaces, i, column}
		case spaces < 0 && i > line && breakable(previous, kind):
			best = place{i, i, column}
		}
		if column+w > width && best.next > line {
			spans = append(spans, Span{line, best.end, best.next})
			line, column = best.next, column-best.w
		}
		if column+w > width && i > line {
			spans = append(spans, Span{line, i, i})
			line, column = i, 0
		}
		column += w
		i += n
		previous, spaces = kind, -1
	}
	end := len(s)
	if column > width && spaces >= 0 {
		end -= min(column-width, len(s)-spaces)
	}
	return append(spans, Span{line, end, len(s)})
}
