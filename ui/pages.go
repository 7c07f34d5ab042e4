package ui

// pages is the cursor and the first visible line of a list of which only the visible lines are drawn.
type pages struct {
	cursor, top int
	// visible is how many lines fitted when the list was drawn last, below head rows of something else.
	visible, head int
}

// at moves the cursor to the line on a row of the panel; again says that it was there already.
func (p *pages) at(row, count int) (again, hit bool) {
	i := p.top + row - p.head
	if row < p.head || row >= p.head+p.visible || i >= count {
		return false, false
	}
	again = i == p.cursor
	p.cursor = i
	return again, true
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
