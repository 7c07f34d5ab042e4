package paint

import (
	"slices"
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"reddot/ui/text"
)

// vt is the terminal that frames are checked on: as much of an xterm as the painter uses, with pending wrap, wide
// characters, background colour erase, both screens and the keyboard's stacks. What it does not know it counts.
type vt struct {
	width, height int
	screens       [2][][]vtCell // main, alternate
	alt           int           // which one is shown
	x, y          int
	saved         [2]int
	pending       bool // the cursor stands behind the last column
	pen           uv.Style
	link          uv.Link
	modes         map[int]bool
	kitty         [2][]int
	otherKeys     bool
	title         string
	titles        []string
	cursorStyle   int
	colors        map[int]string // 10 to 12: foreground, background, cursor
	progress      string
	clipboard     string
	asked         []int // modes asked for
	graphemes     bool  // knows mode 2027
	ambiguous     bool  // draws characters of ambiguous width in two columns
	unknown       []string
	last          string // for REP
	frames        int    // synchronized updates completed
}

type vtCell struct {
	content string
	style   uv.Style
	link    uv.Link
	follows bool // the right part of a wide character
}

func newVT(width, height int) *vt {
	t := &vt{modes: map[int]bool{7: true, 25: true}, colors: map[int]string{}}
	t.resize(width, height)
	return t
}

// resize leaves rubbish on the screen: what a terminal shows after a resize is its own affair.
func (t *vt) resize(width, height int) {
	t.width, t.height = width, height
	for i := range t.screens {
		t.screens[i] = make([][]vtCell, height)
		for y := range t.screens[i] {
			t.screens[i][y] = slices.Repeat([]vtCell{{content: "▒"}}, width)
		}
	}
	t.x, t.y, t.pending = min(t.x, width-1), min(t.y, height-1), false
}

func (t *vt) Write(p []byte) (int, error) {
	data := string(p)
	parser := ansi.NewParser()
	for len(data) > 0 {
		seq, _, n, _ := ansi.DecodeSequence(data, ansi.NormalState, parser)
		if n == 1 && seq[0] >= ' ' && seq[0] < 0x7f { // the decoder does not look for what a letter is combined with
			seq, _ = ansi.FirstGraphemeCluster(data, ansi.GraphemeWidth)
			n = len(seq)
		}
		t.handle(seq, parser)
		data = data[n:]
	}
	return len(p), nil
}

func (t *vt) handle(seq string, p *ansi.Parser) {
	switch {
	case ansi.HasCsiPrefix(seq):
		t.csi(seq, ansi.Cmd(p.Command()), p)
	case ansi.HasOscPrefix(seq):
		t.osc(strings.TrimSuffix(strings.TrimSuffix(seq[2:], "\a"), "\x1b\\"))
	case seq == ansi.ReverseIndex:
		t.move(t.x, t.y-1)
	case seq == "\r":
		t.move(0, t.y)
	case seq == "\n":
		t.y = min(t.y+1, t.height-1)
	case seq == "\b":
		t.move(t.x-1, t.y)
	case seq[0] < ' ' || seq[0] == 0x7f:
		t.unknown = append(t.unknown, seq)
	case t.modes[2027]:
		t.put(seq, t.columns(seq, ansi.GraphemeWidth))
	default:
		for _, r := range seq {
			t.put(string(r), t.columns(string(r), ansi.WcWidth))
		}
	}
}

func (t *vt) columns(s string, method ansi.Method) int {
	if t.ambiguous {
		return text.Measure{Graphemes: method == ansi.GraphemeWidth, AmbiguousWide: true}.Width(s)
	}
	return method.StringWidth(s)
}

func (t *vt) row() []vtCell { return t.screens[t.alt][t.y] }

func (t *vt) put(s string, width int) {
	if width == 0 {
		t.combine(s)
		return
	}
	if t.pending && t.modes[7] {
		t.x, t.y, t.pending = 0, min(t.y+1, t.height-1), false
	}
	if t.x+width > t.width {
		return
	}
	t.last = s
	t.clear(t.x, width)
	t.row()[t.x] = vtCell{content: s, style: t.pen, link: t.link}
	for i := 1; i < width; i++ {
		t.row()[t.x+i] = vtCell{style: t.pen, link: t.link, follows: true}
	}
	t.x += width
	if t.x == t.width {
		t.x, t.pending = t.width-1, t.modes[7]
	}
}

func (t *vt) combine(s string) {
	x := t.x
	if !t.pending {
		x--
	}
	for x > 0 && t.row()[x].follows {
		x--
	}
	if x >= 0 {
		t.row()[x].content += s
	}
}

// clear blanks n cells, with what remains of wide characters cut by it.
func (t *vt) clear(x, n int) {
	row := t.row()
	blank := vtCell{content: " ", style: uv.Style{Bg: t.pen.Bg}}
	end := min(x+n, t.width)
	for end < t.width && row[end].follows {
		row[end] = vtCell{content: " "}
		end++
	}
	for start := x; start > 0 && row[start].follows; {
		start--
		row[start].content = " "
	}
	for i := x; i < min(x+n, t.width); i++ {
		row[i] = blank
	}
}

func (t *vt) move(x, y int) {
	t.x, t.y, t.pending = min(max(x, 0), t.width-1), min(max(y, 0), t.height-1), false
}

func (t *vt) csi(seq string, cmd ansi.Cmd, p *ansi.Parser) {
	param := func(i, def int) int {
		n, _ := p.Param(i, def)
		return max(n, min(def, 1))
	}
	switch [3]byte{cmd.Prefix(), cmd.Intermediate(), cmd.Final()} {
	case [3]byte{0, 0, 'm'}:
		uv.ReadStyle(p.Params(), &t.pen)
	case [3]byte{0, 0, 'H'}:
		t.move(param(1, 1)-1, param(0, 1)-1)
	case [3]byte{0, 0, 'A'}:
		t.move(t.x, t.y-param(0, 1))
	case [3]byte{0, 0, 'B'}:
		t.move(t.x, t.y+param(0, 1))
	case [3]byte{0, 0, 'C'}:
		t.move(t.x+param(0, 1), t.y)
	case [3]byte{0, 0, 'D'}:
		t.move(t.x-param(0, 1), t.y)
	case [3]byte{0, 0, 'G'}, [3]byte{0, 0, '`'}:
		t.move(param(0, 1)-1, t.y)
	case [3]byte{0, 0, 'd'}:
		t.move(t.x, param(0, 1)-1)
	case [3]byte{0, 0, 'X'}:
		t.clear(t.x, param(0, 1))
	case [3]byte{0, 0, 'K'}:
		t.eraseLine(param(0, 0))
	case [3]byte{0, 0, 'J'}:
		t.eraseScreen(param(0, 0))
	case [3]byte{0, 0, '@'}:
		t.insert(param(0, 1))
	case [3]byte{0, 0, 'P'}:
		t.remove(param(0, 1))
	case [3]byte{0, 0, 'b'}:
		for range param(0, 1) {
			t.put(t.last, 1)
		}
	case [3]byte{'?', 0, 'h'}, [3]byte{'?', 0, 'l'}:
		t.mode(param(0, 0), cmd.Final() == 'h')
	case [3]byte{'?', '$', 'p'}:
		t.asked = append(t.asked, param(0, 0))
	case [3]byte{'>', 0, 'u'}:
		t.kitty[t.alt] = append(t.kitty[t.alt], param(0, 0))
	case [3]byte{'<', 0, 'u'}:
		t.kitty[t.alt] = t.kitty[t.alt][:max(0, len(t.kitty[t.alt])-param(0, 1))]
	case [3]byte{'=', 0, 'u'}:
		t.kitty[t.alt][len(t.kitty[t.alt])-1] = param(0, 0)
	case [3]byte{'?', 0, 'u'}: // a question
	case [3]byte{'>', 0, 'm'}:
		t.otherKeys = param(1, 0) == 2
	case [3]byte{0, ' ', 'q'}:
		t.cursorStyle = param(0, 0)
	case [3]byte{0, 0, 't'}:
		t.titleStack(param(0, 0))
	default:
		t.unknown = append(t.unknown, seq)
	}
}

func (t *vt) titleStack(op int) {
	switch {
	case op == pushTitle:
		t.titles = append(t.titles, t.title)
	case op == popTitle && len(t.titles) > 0:
		t.title = t.titles[len(t.titles)-1]
		t.titles = t.titles[:len(t.titles)-1]
	}
}

func (t *vt) mode(mode int, on bool) {
	switch {
	case mode == 1049 && on && t.alt == 0:
		t.alt, t.saved = 1, [2]int{t.x, t.y}
	case mode == 1049 && !on && t.alt == 1:
		t.alt = 0
		t.move(t.saved[0], t.saved[1])
	case mode == 2027 && !t.graphemes:
		return
	case mode == 2026 && !on && t.modes[2026]:
		t.frames++
	}
	t.modes[mode] = on
}

func (t *vt) eraseLine(how int) {
	switch how {
	case 0:
		t.clear(t.x, t.width-t.x)
	case 1:
		t.clear(0, t.x+1)
	case 2:
		t.clear(0, t.width)
	}
}

func (t *vt) eraseScreen(how int) {
	x, y := t.x, t.y
	if how == 0 {
		t.eraseLine(0)
		for t.y = y + 1; t.y < t.height; t.y++ {
			t.clear(0, t.width)
		}
	} else {
		for t.y = 0; t.y < t.height; t.y++ {
			t.clear(0, t.width)
		}
	}
	t.x, t.y = x, y
}

func (t *vt) insert(n int) {
	row, n := t.row(), min(n, t.width-t.x)
	t.clear(t.x, 0)
	copy(row[t.x+n:], slices.Clone(row[t.x:]))
	for i := range n {
		row[t.x+i] = vtCell{content: " ", style: uv.Style{Bg: t.pen.Bg}}
	}
}

func (t *vt) remove(n int) {
	row, n := t.row(), min(n, t.width-t.x)
	t.clear(t.x, n)
	copy(row[t.x:], slices.Clone(row[t.x+n:]))
	for i := t.width - n; i < t.width; i++ {
		row[i] = vtCell{content: " ", style: uv.Style{Bg: t.pen.Bg}}
	}
}

func (t *vt) osc(body string) {
	kind, rest, _ := strings.Cut(body, ";")
	switch kind {
	case "0", "2":
		t.title = rest
	case "8":
		params, url, _ := strings.Cut(rest, ";")
		t.link = uv.Link{URL: url, Params: params}
	case "10", "11", "12":
		t.colors[int(kind[1]-'0')+10] = rest
	case "110", "111", "112":
		delete(t.colors, int(kind[2]-'0')+10)
	case "9":
		t.progress = rest
	case "52":
		t.clipboard = rest
	default:
		t.unknown = append(t.unknown, "OSC "+body)
	}
}

// shown returns the screen as text, rows joined by newlines.
func (t *vt) shown() string {
	rows := make([]string, t.height)
	for y, row := range t.screens[t.alt] {
		var b strings.Builder
		for _, cell := range row {
			b.WriteString(cell.content)
		}
		rows[y] = strings.TrimRight(b.String(), " ")
	}
	return strings.Join(rows, "\n")
}

// expect returns the rows that content should show, laid out with no renderer in between.
func (t *vt) expect(content string) [][]vtCell {
	clean := newVT(t.width, t.height)
	clean.modes[2027], clean.ambiguous = t.modes[2027], t.ambiguous
	clean.eraseScreen(2)
	for y, row := range strings.Split(content, "\n") {
		if y == t.height {
			break
		}
		clean.modes[7] = false
		clean.pen, clean.link = uv.Style{}, uv.Link{}
		clean.move(0, y)
		_, _ = clean.Write([]byte(row))
	}
	return clean.screens[0]
}

// same reports whether two cells look alike. Of a blank only what shows on a blank counts.
func (c vtCell) same(other vtCell) bool {
	if c.content == " " && other.content == " " {
		seen := func(s uv.Style) uv.Style {
			s.Fg = nil
			s.Attrs &= uv.AttrReverse | uv.AttrStrikethrough
			return s
		}
		a, b := seen(c.style), seen(other.style)
		return a.Equal(&b)
	}
	return c.content == other.content && c.follows == other.follows && (c.follows || c.style.Equal(&other.style)) &&
		c.link.Equal(&other.link) && utf8.ValidString(c.content)
}
