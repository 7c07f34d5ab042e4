package paint

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"reddot/ui/text"
)

// rowParser reads rows of views: text, and the escape sequences of styles and links. Others it leaves out, so that no
// view can do anything to the terminal but be shown.
type rowParser struct {
	measure text.Measure
	ansi    *ansi.Parser
	looks   looks

	row   []cell // what is being filled
	x     int    // the next column
	last  int    // the column of the last cell, -1 before the first
	style uv.Style
	link  uv.Link
	look  *look
}

// parse fills row, blank behind the end of the text. Content that does not fit is cut.
func (p *rowParser) parse(row []cell, content string) {
	p.row, p.x, p.last = row, 0, -1
	p.style, p.link, p.look = uv.Style{}, uv.Link{}, nil
	for len(content) > 0 {
		content = content[p.next(content):]
	}
	for x := p.x; x < len(row); x++ {
		row[x] = blankCell
	}
}

// next takes the first cluster or sequence of s and returns its bytes.
func (p *rowParser) next(s string) int {
	if c := s[0]; c >= ' ' && c < 0x7f && (len(s) == 1 || s[1] < 0x80) {
		p.put(letters[c:c+1], 1)
		return 1
	}
	if s[0] == ansi.ESC {
		return p.escape(s)
	}
	n, width := p.measure.First(s)
	switch {
	case width > 0:
		p.put(p.measure.Normalize(s[:n]), width)
	case p.last >= 0 && s[0] >= 0xc0: // a mark that a style parted from its letter
		p.row[p.last].content += s[:n]
	}
	return n
}

// letters holds each ASCII character at its code, so that cells share them.
var letters = func() string {
	var b strings.Builder
	for c := range byte(0x80) {
		b.WriteByte(c)
	}
	return b.String()
}()

// put adds a cell. Of a wide one that the edge would cut, blanks remain.
func (p *rowParser) put(content string, width int) {
	if p.x >= len(p.row) {
		return
	}
	if p.x+width > len(p.row) {
		for ; p.x < len(p.row); p.x++ {
			p.row[p.x] = cell{" ", p.look, 1}
		}
		return
	}
	p.last = p.x
	p.row[p.x] = cell{content, p.look, width}
	for x := p.x + 1; x < p.x+width; x++ {
		p.row[x] = cell{}
	}
	p.x += width
}

// escape heeds styles and links.
func (p *rowParser) escape(s string) int {
	if strings.HasPrefix(s, ansi.ResetStyle) {
		p.style = uv.Style{}
		p.look = p.looks.of(p.style, p.link)
		return len(ansi.ResetStyle)
	}
	seq, _, n, _ := ansi.DecodeSequence(s, ansi.NormalState, p.ansi)
	switch {
	case ansi.HasCsiPrefix(seq) && p.ansi.Command() == 'm':
		uv.ReadStyle(p.ansi.Params(), &p.style)
	case ansi.HasOscPrefix(seq) && p.ansi.Command() == 8:
		uv.ReadLink(p.ansi.Data(), &p.link)
	}
	p.look = p.looks.of(p.style, p.link)
	return max(n, 1)
}
