package ui

import (
	"strings"

	"reddot/ui/text"
)

// inputRows is the most rows of the input; a longer text scrolls inside it.
const inputRows = 6

// input edits one text. The caret is a byte offset on a cluster boundary, so an emoji of several code points is one
// step and one deletion.
type input struct {
	text    string
	caret   int
	cleared string
	// edits counts the changes of the text, for those who save it.
	edits int

	top  int // the first row shown
	seen inputKey
	// spans are the rows of the text wrapped for seen.
	spans []text.Span
}

type inputKey struct {
	look  *look
	width int
	edits int
}

// set replaces the text and puts the caret at its end.
func (in *input) set(s string) {
	in.text, in.caret, in.top = s, len(s), 0
	in.edits++
}

// insert puts text from the keyboard or the clipboard at the caret.
func (in *input) insert(s string) {
	s = text.CleanLines(s)
	if s == "" {
		return
	}
	in.text = in.text[:in.caret] + s + in.text[in.caret:]
	// What was inserted may join the character behind it; the caret stays between characters.
	end := in.caret + len(s)
	in.caret = text.Snap(in.text, end)
	if in.caret < end {
		in.caret = text.Next(in.text, in.caret)
	}
	in.edits++
}

// cut removes the text between two offsets and puts the caret there.
func (in *input) cut(from, to int) {
	if from == to {
		return
	}
	in.text = in.text[:from] + in.text[to:]
	in.caret = text.Snap(in.text, from)
	in.edits++
}

// clear empties the input and remembers what it held.
func (in *input) clear() {
	if in.text == "" {
		return
	}
	in.cleared = in.text
	in.set("")
}

// restore inserts what was cleared last.
func (in *input) restore() { in.insert(in.cleared) }

// edit performs an editing action. False means that the action had nothing to do here: the caret was at the edge.
func (in *input) edit(a action) bool {
	before, edits := in.caret, in.edits
	switch a {
	case actionNewLine:
		in.insert("\n")
	case actionClear:
		in.clear()
	case actionRestore:
		in.restore()
	case actionDeleteBack:
		in.cut(text.Prev(in.text, in.caret), in.caret)
	case actionDeleteForward:
		in.cut(in.caret, text.Next(in.text, in.caret))
	case actionDeleteWord:
		in.cut(in.wordLeft(), in.caret)
	case actionLeft:
		in.caret = text.Prev(in.text, in.caret)
	case actionRight:
		in.caret = text.Next(in.text, in.caret)
	case actionWordLeft:
		in.caret = in.wordLeft()
	case actionWordRight:
		in.caret = in.wordRight()
	case actionLineStart:
		in.caret = strings.LastIndexByte(in.text[:in.caret], '\n') + 1
	case actionLineEnd:
		if i := strings.IndexByte(in.text[in.caret:], '\n'); i >= 0 {
			in.caret += i
		} else {
			in.caret = len(in.text)
		}
	}
	return in.caret != before || in.edits != edits
}

// wordLeft returns where the word before the caret begins: a run without blanks, or one Chinese character's run.
func (in *input) wordLeft() int {
	at := in.caret
	for at > 0 && blankAt(in.text, text.Prev(in.text, at)) {
		at = text.Prev(in.text, at)
	}
	for at > 0 && !blankAt(in.text, text.Prev(in.text, at)) {
		at = text.Prev(in.text, at)
	}
	return at
}

func (in *input) wordRight() int {
	at := in.caret
	for at < len(in.text) && blankAt(in.text, at) {
		at = text.Next(in.text, at)
	}
	for at < len(in.text) && !blankAt(in.text, at) {
		at = text.Next(in.text, at)
	}
	return at
}

// blankAt reports what parts words: blanks, and the punctuation that Chinese text has instead of them.
func blankAt(s string, off int) bool {
	return strings.IndexAny(s[off:text.Next(s, off)], " \n　，。、；：？！") == 0
}

// layout wraps the text for a width; the last column is kept free for the caret.
func (in *input) layout(l *look, width int) {
	key := inputKey{l, width, in.edits}
	if in.seen == key && in.spans != nil {
		return
	}
	in.seen = key
	in.spans = l.Spans(in.text, width-1)
}

// height returns the rows that the input takes at a width, at most limit.
func (in *input) height(l *look, width, limit int) int {
	in.layout(l, width)
	return min(len(in.spans), max(1, min(limit, inputRows)))
}

// vertical moves the caret a row up or down and keeps its column as well as it can. False means there is no such row.
func (in *input) vertical(l *look, delta int) bool {
	if in.spans == nil || in.seen.edits != in.edits {
		in.layout(l, max(in.seen.width, 2))
	}
	row, col := l.Locate(in.text, in.spans, in.caret)
	row += delta
	if row < 0 || row >= len(in.spans) {
		return false
	}
	in.goTo(l, row, col)
	return true
}

// goTo puts the caret on a column of a row that there is.
func (in *input) goTo(l *look, row, col int) {
	span := in.spans[row]
	in.caret = span.Start + l.Offset(in.text[span.Start:span.End], max(0, col))
	if in.caret == span.Next && row < len(in.spans)-1 {
		// The end of a full row is also the beginning of the next: stay on this one.
		in.caret = max(span.Start, text.Prev(in.text, in.caret))
	}
}

// click puts the caret on a place of what was rendered last.
func (in *input) click(l *look, x, y int) {
	if len(in.spans) > 0 && in.seen.edits == in.edits {
		in.goTo(l, max(0, min(in.top+y, len(in.spans)-1)), x)
	}
}

// render returns the visible rows, unstyled, and the place of the caret among them.
func (in *input) render(l *look, width, height int) (rows []string, x, y int) {
	in.layout(l, width)
	row, col := l.Locate(in.text, in.spans, in.caret)
	in.top = min(in.top, row, max(0, len(in.spans)-height))
	in.top = max(in.top, row-height+1)
	for i := in.top; i < in.top+height; i++ {
		if i >= len(in.spans) {
			rows = append(rows, "")
			continue
		}
		rows = append(rows, l.Normalize(in.text[in.spans[i].Start:in.spans[i].End]))
	}
	return rows, min(col, width-1), row - in.top
}
