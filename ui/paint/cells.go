package paint

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"reddot/ui/text"
)

const (
	// nearby is how many unchanged columns between two changed ones are written again, because moving the cursor over
	// them costs as much.
	nearby = 5
	// manyBlanks is from where erasing blanks and moving over them is shorter than writing them.
	manyBlanks = 12
)

// cell is one column of a row, or the left one of a wide character; the others have width 0.
type cell struct {
	content string
	look    *look // nil is plain
	width   int
}

var blankCell = cell{content: " ", width: 1}

// look is the style and the link of cells, as the terminal can show them.
type look struct {
	style uv.Style
	link  uv.Link
}

// mostLooks is far beyond what a screen has. Past it, looks are made anew and cells compared with older ones differ.
const mostLooks = 1024

// looks gives equal looks one address, so that cells compare fast.
type looks struct {
	profile colorprofile.Profile
	known   map[look]*look
}

func (l *looks) of(style uv.Style, link uv.Link) *look {
	wanted := look{uv.ConvertStyle(style, l.profile), uv.ConvertLink(link, l.profile)}
	if wanted == (look{}) {
		return nil
	}
	if found := l.known[wanted]; found != nil {
		return found
	}
	if l.known == nil || len(l.known) >= mostLooks {
		l.known = map[look]*look{}
	}
	made := new(look) // not &wanted, which would cost an allocation for each question
	*made = wanted
	l.known[wanted] = made
	return made
}

// newRow returns a blank row.
func newRow(width int) []cell {
	row := make([]cell, width)
	for x := range row {
		row[x] = blankCell
	}
	return row
}

// cellWriter writes the differences between two states of a row. It knows what the terminal shows, and trusts the
// terminal's cursor only behind characters whose width nobody doubts: behind others it says where to go on, and a row
// with such a character is written as a whole, so that panes stand in their columns whatever the terminal makes of it.
type cellWriter struct {
	out  *bytes.Buffer
	x, y int   // where the cursor is; negative behind the last column, where terminals differ
	look *look // of what is written next
	// unsure is set if the terminal may have drawn what was written last, and is kept here, in other columns.
	unsure bool
	last   string
}

// moveTo puts the cursor at a column and row.
func (w *cellWriter) moveTo(x, y int) {
	switch {
	case w.x == x && w.y == y && !w.unsure:
		return
	case w.y == y:
		w.csi(x+1, 0, 'G')
	default:
		w.csi(y+1, x+1, 'H')
	}
	w.x, w.y, w.unsure = x, y, false
}

// csi writes a control sequence with one parameter, or with two if second is positive.
func (w *cellWriter) csi(first, second int, final byte) {
	b := append(w.out.AvailableBuffer(), "\x1b["...)
	b = strconv.AppendInt(b, int64(first), 10)
	if second > 0 {
		b = append(b, ';')
		b = strconv.AppendInt(b, int64(second), 10)
	}
	w.out.Write(append(b, final))
}

// clear erases the screen.
func (w *cellWriter) clear() {
	w.plain()
	w.x, w.y = -1, -1
	w.moveTo(0, 0)
	w.out.WriteString(ansi.EraseEntireScreen)
}

// plain ends styles and links.
func (w *cellWriter) plain() { w.use(nil) }

// use makes a look that of what is written next.
func (w *cellWriter) use(next *look) {
	if next == w.look {
		return
	}
	var from, to look
	if w.look != nil {
		from = *w.look
	}
	if next != nil {
		to = *next
	}
	w.out.WriteString(uv.StyleDiff(&from.style, &to.style))
	if from.link != to.link {
		w.out.WriteString(ansi.SetHyperlink(to.link.URL, to.link.Params))
	}
	w.look = next
}

// row brings row y from what the terminal shows to next. Both have the same width; whole has it written from its first
// column, whatever is shown.
func (w *cellWriter) row(y int, shown, next []cell, whole bool) {
	if whole {
		w.wholeRow(y, next)
		return
	}
	for from := 0; ; {
		start, end := difference(shown, next, from)
		if start == end {
			return
		}
		w.span(y, next, start, end)
		from = end
	}
}

// difference returns the first columns from which on two states of a row differ, up to where they agree for a while.
func difference(shown, next []cell, from int) (start, end int) {
	start = from
	for start < len(next) && shown[start] == next[start] {
		start++
	}
	end = start
	for x := start; x < len(next) && x-end <= nearby; x++ {
		if shown[x] != next[x] {
			end = x + 1
		}
	}
	return start, end
}

// span writes the columns from start to end.
func (w *cellWriter) span(y int, row []cell, start, end int) {
	for x := start; x < end; {
		cell := &row[x]
		if cell.width == 0 { // the right part of a wide character
			x++
			continue
		}
		n := blanks(row, x)
		switch {
		case n > nearby && x+n == len(row):
			w.moveTo(x, y)
			w.plain()
			w.out.WriteString(ansi.EraseLineRight)
			return
		case n >= manyBlanks && x+n <= end:
			w.moveTo(x, y)
			w.plain()
			w.csi(n, 0, 'X') // leaves the cursor where it is
			x += n
		case n > 0:
			for range min(n, end-x) {
				w.put(x, y, cell, len(row))
				x++
			}
		default:
			w.put(x, y, cell, len(row))
			x += cell.width
		}
	}
}

// put writes a cell at a column and row. In a line of equal signs nothing shows how wide each of them is drawn.
func (w *cellWriter) put(x, y int, cell *cell, width int) {
	if goesOn := w.x == x && w.y == y && cell.content == w.last; !goesOn || !w.unsure {
		w.moveTo(x, y)
	}
	w.use(cell.look)
	w.out.WriteString(cell.content)
	w.x = x + cell.width
	if w.x >= width {
		w.x, w.y = -1, -1
	}
	switch {
	case doubted(cell):
		w.unsure, w.last = true, ""
	case ambiguous(cell):
		w.unsure, w.last = true, cell.content
	default:
		w.unsure = false
	}
}

// blanks counts the blank columns without style from x on.
func blanks(row []cell, x int) int {
	n := 0
	for x+n < len(row) && row[x+n] == blankCell {
		n++
	}
	return n
}

// wholeRow erases a row and writes it. What the terminal draws wider than we think is cut at the edge.
func (w *cellWriter) wholeRow(y int, row []cell) {
	w.moveTo(0, y)
	w.plain()
	w.out.WriteString(ansi.ResetModeAutoWrap + ansi.EraseLineRight)
	last := len(row)
	for last > 0 && row[last-1] == blankCell {
		last--
	}
	for x := 0; x < last; x++ {
		cell := &row[x]
		if cell.width == 0 {
			continue
		}
		w.put(x, y, cell, len(row))
	}
	w.out.WriteString(ansi.SetModeAutoWrap)
}

// doubtful reports whether a row has a character of which terminals may think otherwise than we.
func doubtful(row []cell) bool {
	for x := range row {
		if doubted(&row[x]) {
			return true
		}
	}
	return false
}

// doubted reports whether terminals may draw a cell in another width than ours. About ASCII and about East Asian
// letters and punctuation all agree; about clusters of several characters, and about signs wider than one column, they
// do not.
func doubted(cell *cell) bool {
	if cell.width == 0 || len(cell.content) == 1 {
		return false
	}
	r, n := utf8.DecodeRuneInString(cell.content)
	if n == len(cell.content) {
		return cell.width > 1 && !eastAsian(r) || cell.width == 1 && r > 0xffff
	}
	return cell.width > 1 || ansi.WcWidth.StringWidth(cell.content) != ansi.GraphemeWidth.StringWidth(cell.content)
}

// ambiguous reports whether a cell of one column takes two on terminals that are set to draw ambiguous characters wide.
func ambiguous(cell *cell) bool {
	if cell.width != 1 || len(cell.content) == 1 {
		return false
	}
	return text.Measure{AmbiguousWide: true}.Width(cell.content) == 2
}

// eastAsian reports whether a character is of a block that is drawn in two columns everywhere: ideographs and their
// punctuation, kana, Hangul, fullwidth forms.
func eastAsian(r rune) bool {
	return r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xffe6 || r >= 0x20000 && r <= 0x3fffd
}
