package paint

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// line is the terminal's line discipline; a nil line has none.
type line interface {
	// raw takes keys one by one. It may be called again after the process was stopped from outside.
	raw() error
	// cooked gives the line back as it was found.
	cooked()
	// size returns the terminal's size in cells, 0 if unknown.
	size() (width, height int)
}

// host is the model that the program runs: ours, and around it the decision when to paint. Its methods are called by
// the program's loop; only leave may be called by any goroutine.
type host struct {
	model tea.Model
	pace  pacer
	wake  func() // sends a wakeMsg, without blocking
	line  line
	// crashed is told, with the terminal given back, why the model panicked. It ends the program.
	crashed func(reason any, stack []byte)
	// interrupted is told of an interrupt, which quits.
	interrupted func()

	dirty         bool    // the model may look different from what was painted
	suspended     bool    // by ourselves: one continueMsg says nothing new
	late          tea.Cmd // goes out with the next wakeMsg
	width, height int     // as the model was told
	timer         *time.Timer

	mu     sync.Mutex // held by whoever uses screen or output
	screen *Screen
	output *writer
	away   bool // the terminal is not ours: do not paint
	ended  bool // and will not be again
}

// wakeMsg makes the loop look whether a frame is due.
type wakeMsg struct{}

// continueMsg says that the process was continued after a stop, perhaps one that it did not notice.
type continueMsg struct{}

func newHost(model tea.Model, screen *Screen, output *writer, pace pacer, line line, wake func()) *host {
	return &host{model: model, screen: screen, output: output, pace: pace, line: line, wake: wake, dirty: true}
}

// Init tells the model its size at once, so that the first frame is a whole one.
func (h *host) Init() tea.Cmd {
	var cmd tea.Cmd
	h.guard(func() { cmd = h.model.Init() })
	sized := h.update(tea.WindowSizeMsg{Width: h.screen.width, Height: len(h.screen.rows)})
	return h.guarded(tea.Batch(cmd, sized))
}

// Update hands everything but our own messages to the model.
func (h *host) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if h.over() {
		return h, nil // a model that panicked is not asked again
	}
	switch msg := msg.(type) {
	case wakeMsg:
		late := h.late
		h.late = nil
		return h, late
	case rawMsg:
		h.queue(string(msg))
		return h, nil
	case execMsg:
		return h, tea.Exec(&child{host: h, cmd: msg.cmd}, msg.done)
	case continueMsg:
		if !h.suspended {
			h.leave() // it was stopped behind our back: whatever was set is doubtful
		}
		h.suspended = false
		return h, h.enter()
	case tea.SuspendMsg, tea.ResumeMsg:
		// Both come after the process was continued.
		return h, tea.Batch(h.enter(), h.guarded(h.update(msg)))
	case tea.WindowSizeMsg:
		if msg.Width == h.width && msg.Height == h.height {
			return h, nil
		}
	}
	if byUser(msg) {
		h.pace.acted = true
	}
	return h, h.guarded(h.update(msg))
}

// update hands msg to the screen, where it matters, and to the model.
func (h *host) update(msg tea.Msg) (cmd tea.Cmd) {
	h.tell(msg)
	h.guard(func() { h.model, cmd = h.model.Update(msg) })
	h.dirty = true
	return cmd
}

// tell lets the screen know what the terminal is like.
func (h *host) tell(msg tea.Msg) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		h.width, h.height = msg.Width, msg.Height
		h.screen.Resize(msg.Width, msg.Height)
	case tea.ModeReportMsg:
		h.screen.Confirm(msg)
	case tea.ColorProfileMsg:
		h.screen.SetProfile(msg.Profile)
	}
}

// queue sends a sequence to the terminal with a frame of its own, or with the next one if the terminal is away.
func (h *host) queue(sequence string) {
	h.mu.Lock()
	h.screen.Queue(sequence)
	h.mu.Unlock()
	h.dirty, h.pace.acted = true, true
}

// byUser reports messages that the user waits to see an effect of.
func byUser(msg tea.Msg) bool {
	switch msg.(type) {
	case tea.KeyMsg, tea.MouseMsg, tea.PasteMsg, tea.FocusMsg, tea.BlurMsg, tea.WindowSizeMsg:
		return true
	}
	return false
}

// View is called by the loop after each update; it is where we paint. What it returns is thrown away.
func (h *host) View() tea.View {
	h.guard(h.paint)
	return tea.View{}
}

func (h *host) paint() {
	if !h.dirty || !h.due() {
		return
	}
	view := h.model.View()

	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return
	}
	h.dirty = false
	h.pace.painted(time.Now())
	if frame := h.screen.Frame(view); len(frame) > 0 {
		h.output.post(frame)
	}
}

// due reports whether a frame may be painted now. If not, a wakeMsg comes when it may.
func (h *host) due() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away || !h.output.ready() {
		return false
	}
	wait := h.pace.wait(time.Now())
	switch {
	case wait <= 0:
		return true
	case h.timer == nil:
		h.timer = time.AfterFunc(wait, h.wake)
	default:
		h.timer.Reset(wait)
	}
	return false
}

// leave gives the terminal back as it was found, from any goroutine and as often as you like. It waits for the
// terminal, but not for ever.
func (h *host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return
	}
	h.away = true
	h.output.last([]byte(h.screen.Leave()))
	if h.line != nil {
		h.line.cooked()
	}
}

// end is leave for good.
func (h *host) end() {
	h.leave()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	if h.timer != nil {
		h.timer.Stop()
	}
}

// lent says that the terminal is not ours now.
func (h *host) lent() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.away
}

func (h *host) over() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ended
}

// enter takes the terminal again after leave. The returned command tells the model if its size changed meanwhile.
func (h *host) enter() tea.Cmd {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.away || h.ended {
		return nil
	}
	h.away = false
	h.dirty, h.pace.acted = true, true
	if h.line == nil {
		return nil
	}
	_ = h.line.raw() // it worked at the start; without it keys come by the line, and the screen still tells
	width, height := h.line.size()
	if width <= 0 || width == h.width && height == h.height {
		return nil
	}
	return func() tea.Msg { return tea.WindowSizeMsg{Width: width, Height: height} }
}

// filter is called by the loop before the framework handles a message: the one place where we can leave before it
// stops the process.
func (h *host) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg.(type) {
	case tea.SuspendMsg:
		if canSuspend {
			h.suspended = true
			h.leave()
		}
	case tea.InterruptMsg:
		// The framework would end at once, with its own reading of keys still under way.
		h.interrupted()
		return tea.QuitMsg{}
	}
	return msg
}
