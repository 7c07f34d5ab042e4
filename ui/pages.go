package ui

// pages is the cursor and the first visible line of a list of which only the visible lines are drawn.
type pages struct {
	cursor, top int
	// visible is how many lines fitted when the list was drawn last, below head rows of something else.
	visible, head int
	// rows names the line that stands on each row of the panel, -1 for none, where lines take several rows; else it is nil.
	rows []int
}

// at moves the cursor to the line on a row of the panel; again says that it was there already.
func (p *pages) at(row, count int) (again, hit bool) {
	i := p.lineOn(row)
	if i < 0 || i >= count {
		return false, false
	}
	again = i == p.cursor
	p.cursor = i
	return again, true
}

// lineOn returns the line that stands on a row of the panel, -1 if none does.
func (p *pages) lineOn(row int) int {
	switch {
	case p.rows == nil && row >= p.head && row < p.head+p.visible:
		return p.top + row - p.head
	case p.rows != nil && row >= 0 && row < len(p.rows):
		return p.rows[row]
	default:
		return -1
	}
}

// fit keeps the cursor among count lines, and in view in a height of so many lines below head others.
func (p *pages) fit(count, head, height int) {
	p.head, p.visible = head, max(1, height)
	p.cursor = max(0, min(p.cursor, count-1))
	p.top = min(max(p.top, p.cursor-p.visible+1), p.cursor, max(0, count-p.visible))
	p.top = max(0, p.top)
}

// move performs an action of a list; false means that it is none.
func (p *pages) move(does action, count int) bool {
	page := max(1, p.visible-1)
	switch does {
	case actionUp:
		p.cursor--
	case actionDown:
		p.cursor++
	case actionPageUp:
		p.cursor -= page
	case actionPageDown:
		p.cursor += page
	case actionFirst:
		p.cursor = 0
	case actionLast:
		p.cursor = count - 1
	default:
		return false
	}
	p.cursor = max(0, min(p.cursor, count-1))
	return true
}
