package ui

import "reddot/model"

// leave unhooks the view from the newest message.
func (p *chat) leave(index, hidden int) {
	messages := p.messages()
	if p.follow {
		p.newest = messages[len(messages)-1].Key()
	}
	index = max(0, index)
	p.follow = false
	p.anchor, p.hidden = messages[index].Key(), hidden
	p.index, p.size = index, len(messages)
}

// toEnd shows the newest message and follows it.
func (p *chat) toEnd() { p.follow = true }

// scroll moves the view by rows, up if positive. It reports whether the view was at its top already.
func (p *chat) scroll(cv canvas, rows int) (stuck bool) {
	if len(p.messages()) == 0 || cv.height < 2 {
		return true
	}
	if rows < 0 {
		p.scrollDown(cv, -rows)
		return false
	}
	index, hidden := p.bottom()
	before := hidden
	start := index
	hidden += rows
	for index > 0 && hidden >= len(p.block(cv, index).rows) {
		hidden -= len(p.block(cv, index).rows)
		index--
	}
	index, hidden = p.clampTop(cv, index, hidden)
	if index == start && hidden == before {
		return true
	}
	if p.follow && index == len(p.messages())-1 && hidden == 0 {
		return true
	}
	p.leave(index, hidden)
	return false
}

// clampTop moves a place down until the rows above it fill the pane.
func (p *chat) clampTop(cv canvas, index, hidden int) (int, int) {
	need := cv.height - 1
	rows := -hidden
	for i := index; i >= -1; i-- {
		rows += len(p.block(cv, i).rows)
		if rows >= need {
			return index, hidden
		}
	}
	return p.down(cv, index, hidden, need-rows)
}

// down moves a place down by rows, at most to the end.
func (p *chat) down(cv canvas, index, hidden, rows int) (int, int) {
	last := len(p.messages()) - 1
	hidden -= rows
	for hidden < 0 && index < last {
		index++
		hidden += len(p.block(cv, index).rows)
	}
	return index, max(0, hidden)
}

func (p *chat) scrollDown(cv canvas, rows int) {
	if p.follow {
		return
	}
	index, hidden := p.bottom()
	index, hidden = p.down(cv, index, hidden, rows)
	if index == len(p.messages())-1 && hidden == 0 {
		p.toEnd()
		return
	}
	p.leave(index, hidden)
}

// show scrolls as little as needed to have message i wholly in view, or its first rows if it is too long.
func (p *chat) show(cv canvas, i int) {
	height := max(1, cv.height-1)
	index, hidden := p.bottom()
	if i >= index {
		if i == len(p.messages())-1 {
			p.toEnd()
			return
		}
		p.leave(i, max(0, len(p.block(cv, i).rows)-height))
		return
	}
	rows := -hidden
	for at := index; at >= i; at-- {
		rows += len(p.block(cv, at).rows)
		if rows > height {
			p.toTopAt(cv, i)
			return
		}
	}
}

// toTopAt puts the first row of message i at the top of the pane; -1 is the line above the first message.
func (p *chat) toTopAt(cv canvas, i int) {
	index, hidden := p.down(cv, i, len(p.block(cv, i).rows), max(1, cv.height-1))
	if index == len(p.messages())-1 && hidden == 0 {
		p.toEnd()
		return
	}
	p.leave(index, hidden)
}

// toStart shows the oldest loaded message.
func (p *chat) toStart(cv canvas) {
	if len(p.messages()) == 0 {
		return
	}
	p.toTopAt(cv, -1)
}

// divider returns the index of the first new message, -1 if there is no divider among the loaded ones.
func (p *chat) divider() int {
	messages := p.messages()
	for i := len(messages) - 1; i >= 0; i-- {
		var previous *model.Message
		if i > 0 {
			previous = messages[i-1]
		}
		if p.divides(previous, messages[i]) {
			return i
		}
		if messages[i].State == model.Sent && messages[i].Position() <= p.conversation.Divider {
			break
		}
	}
	return -1
}

// selectAt begins to select messages at one of them.
func (p *chat) selectAt(cv canvas, i int) {
	messages := p.messages()
	if len(messages) == 0 {
		return
	}
	i = max(0, min(i, len(messages)-1))
	p.selecting, p.selected = true, messages[i].Key()
	p.show(cv, i)
}

// selectDefault selects the newest message that failed, else the last visible one.
func (p *chat) selectDefault(cv canvas) {
	messages := p.messages()
	for i := len(messages) - 1; i >= 0 && messages[i].State != model.Sent; i-- {
		if messages[i].State == model.Failed {
			p.selectAt(cv, i)
			return
		}
	}
	index, _ := p.bottom()
	p.selectAt(cv, index)
}

// moveSelection selects a message delta further; false if there is none.
func (p *chat) moveSelection(cv canvas, delta int) bool {
	i := p.find(p.selected, p.index)
	if i < 0 {
		p.selectDefault(cv)
		return true
	}
	if i+delta < 0 || i+delta >= len(p.messages()) {
		return false
	}
	p.selectAt(cv, i+delta)
	return true
}

// current returns the selected message, nil if none is selected.
func (p *chat) current() *model.Message {
	if !p.selecting {
		return nil
	}
	if i := p.find(p.selected, p.index); i >= 0 {
		return p.messages()[i]
	}
	return nil
}

// lastFailed returns the newest message that failed, nil if none did.
func (p *chat) lastFailed() *model.Message {
	messages := p.messages()
	for i := len(messages) - 1; i >= 0 && messages[i].State != model.Sent; i-- {
		if messages[i].State == model.Failed {
			return messages[i]
		}
	}
	return nil
}

// at returns the index of the message drawn on a row of the pane, -1 if none.
func (p *chat) at(row int) int {
	if row < 0 || row >= len(p.owners) {
		return -1
	}
	return p.owners[row]
}
