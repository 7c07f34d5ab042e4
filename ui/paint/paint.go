// Package paint runs a Bubble Tea model and paints it on events, not on a clock.
//
// The framework keeps the loop, the messages, the commands and the input; its renderer is switched off. Painting
// happens here, right after an update, and writes only cells that changed. Models are ordinary tea.Models and return
// ordinary tea.Views, so they run under the stock renderer too ([Options].Stock).
//
// Invariants:
//
//   - The first frame is painted at once; what the user does is painted at once, up to a budget no hand exceeds;
//     messages at once too, but a flood of them at most FPS times a second. The last state is always painted.
//   - The program never waits for the terminal. A frame that would wait is not painted; the next one is newer.
//   - An unchanged view writes nothing.
//   - On every way out (quit, signal, panic, suspension, child program) the terminal is given back as it was found.
//     Panics of goroutines beside the program are package crash's: its handler ends the context of Run.
//
// A model must keep View pure: it runs once a painted frame, not once a message. Under this painter it must not use
// tea.Raw, tea.SetClipboard, tea.ReadClipboard, the tea.Request… commands, tea.ExecProcess, tea.Println or
// View.OnMouse, which are late, dead or wrong without the stock renderer; [Raw], [SetClipboard] and [Exec] stand for
// them and work under both.
package paint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"reddot/crash"
)

// ErrNoTerminal means that standard output is not a terminal.
var ErrNoTerminal = errors.New("standard output is not a terminal")

// Options of a [Program]. The zero value paints on the terminal of the process.
type Options struct {
	// FPS is the most frames a second that messages cause; 0 means 60, or 30 over SSH. What the user does is not bound
	// by it.
	FPS int
	// Stock uses Bubble Tea's own renderer.
	Stock bool
	// AmbiguousWide as in text.Measure.
	AmbiguousWide bool

	// Output, if not nil, is painted on instead of the terminal, Input read instead of the keyboard (nil: none), and
	// nothing is done to a terminal: for tests.
	Output io.Writer
	Input  io.Reader
	// Width and Height are the size of Output in cells; 0 means 80 by 24.
	Width, Height int
	// Environ as in os.Environ, which it is if nil.
	Environ []string
}

// Program runs a model. Send may be called from the moment it exists.
type Program struct {
	program *tea.Program
	host    *host // nil under the stock renderer
	console *console
	wakes   chan struct{}
	cancel  context.CancelFunc
	failure chan error // why it had to end: interrupted, the terminal is gone, the model panicked
	stderr  io.Writer
	err     error // what kept New from making a program
}

// New returns a program that is not running yet. If there is no terminal, Run says so.
func New(model tea.Model, options Options) *Program {
	if options.Environ == nil {
		options.Environ = os.Environ()
	}
	p := &Program{wakes: make(chan struct{}, 1), failure: make(chan error, 1), stderr: os.Stderr}
	if options.Output == nil {
		p.console, p.err = openConsole(&options)
		if p.err != nil {
			return p
		}
	}
	options.Width, options.Height = orDefault(options, options.Width, "COLUMNS", 80), orDefault(options, options.Height, "LINES", 24)
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	if options.Stock {
		p.program = stockProgram(ctx, model, options)
		return p
	}
	p.prepare(ctx, model, options)
	return p
}

func (p *Program) prepare(ctx context.Context, model tea.Model, o Options) {
	profile := colorprofile.Detect(o.Output, o.Environ)
	screen := NewScreen(ScreenOptions{
		Width: o.Width, Height: o.Height,
		Environ: o.Environ, Profile: profile,
		AmbiguousWide: o.AmbiguousWide, Keys: o.Input != nil,
	})
	var discipline line
	if p.console != nil {
		discipline = p.console
	}
	output := newWriter(o.Output, p.wake, p.fail)
	p.host = newHost(model, screen, output, newPacer(fps(o)), discipline, p.wake)
	p.host.crashed = p.crashed
	p.host.interrupted = func() { p.note(tea.ErrInterrupted) }
	p.program = tea.NewProgram(p.host,
		tea.WithContext(ctx),
		tea.WithoutRenderer(),
		tea.WithFPS(1), // its clock goes on without a renderer; 0 would mean 60
		tea.WithFilter(p.host.filter),
		tea.WithInput(o.Input),
		tea.WithOutput(o.Output),
		tea.WithEnvironment(o.Environ),
		tea.WithColorProfile(profile),
		tea.WithWindowSize(o.Width, o.Height),
	)
}

// fps halves the frames of a flood where each of them crosses a network: a whole Chinese screen is 6 kB.
func fps(o Options) int {
	_, ssh := uv.Environ(o.Environ).LookupEnv("SSH_CONNECTION")
	switch {
	case o.FPS > 0:
		return o.FPS
	case ssh:
		return defaultFPS / 2
	}
	return defaultFPS
}

// Run runs the program until it quits, is interrupted (tea.ErrInterrupted), panics (tea.ErrProgramPanic) or ctx ends,
// and returns the model as it was last. SIGTERM and SIGHUP quit. When it returns, the terminal is as it was found; if the
// model hangs when ctx ends, it is so soon all the same.
func (p *Program) Run(ctx context.Context) (tea.Model, error) {
	if p.err != nil {
		return nil, p.err
	}
	defer p.cancel()
	defer context.AfterFunc(ctx, p.quit)()
	if p.host == nil {
		model, err := p.program.Run()
		return unwrapStock(model), ended(ctx, err)
	}
	if p.console != nil {
		if err := p.console.raw(); err != nil {
			return nil, fmt.Errorf("take keys one by one from the terminal: %w", err)
		}
	}
	stop := p.start()
	defer stop()
	_, err := p.program.Run()
	p.host.end()
	select {
	case failure := <-p.failure:
		return p.host.model, failure
	default:
		return p.host.model, ended(ctx, err)
	}
}

// Run runs a model that needs nothing sent to it.
func Run(ctx context.Context, model tea.Model, options Options) (tea.Model, error) {
	return New(model, options).Run(ctx)
}

// start starts what runs beside the loop; the returned function gives the terminal back and ends it.
func (p *Program) start() (stop func()) {
	done := make(chan struct{})
	go crash.Persist(p.host.output.run)() // it also writes what gives the terminal back
	go p.guarded(func() { p.sendWakes(done) })()
	if p.console != nil {
		signals := watch()
		go p.guarded(func() { p.watchSignals(signals, done) })()
	}
	return func() {
		p.host.end()
		close(done)
		p.host.output.close()
	}
}

// Send hands msg to the model. It blocks until the loop takes it, so the caller must hold no lock that Update wants.
// Before Run it waits; after Run it does nothing.
func (p *Program) Send(msg tea.Msg) {
	if p.program != nil {
		p.program.Send(msg)
	}
}

// guarded returns f as the body of a goroutine of the program itself: before a panic goes on, the terminal is given back.
func (p *Program) guarded(f func()) func() {
	return crash.Guard(func() {
		returned := false
		defer func() {
			if !returned {
				p.host.end()
			}
		}()
		f()
		returned = true
	})
}

// wake asks for a look whether a frame is due. It never blocks: one look answers all who asked.
func (p *Program) wake() {
	select {
	case p.wakes <- struct{}{}:
	default:
	}
}

func (p *Program) sendWakes(done <-chan struct{}) {
	for {
		select {
		case <-p.wakes:
			p.program.Send(wakeMsg{})
		case <-done:
			return
		}
	}
}

// fail ends the program when its terminal is gone.
func (p *Program) fail(err error) {
	p.note(fmt.Errorf("write to the terminal: %w", err))
	go p.program.Quit()
}

// hangs is how long a program may take to quit before the terminal is taken from it.
const hangs = time.Second

func (p *Program) quit() {
	if p.host != nil {
		time.AfterFunc(hangs, p.host.end)
	}
	p.program.Quit()
}

// crashed tells why the model panicked, on the terminal as it was found where nobody else handles it, and ends the program.
func (p *Program) crashed(reason any, stack []byte) {
	if !crash.Report(reason, stack) {
		fmt.Fprintf(p.stderr, "panic: %v\n\n%s\n", reason, stack)
	}
	p.note(fmt.Errorf("%w: %v", tea.ErrProgramPanic, reason))
	go p.program.Quit()
}

// note keeps the first reason to end.
func (p *Program) note(err error) {
	select {
	case p.failure <- err:
	default:
	}
}

// ended prefers the context's reason over none and over the framework's.
func ended(ctx context.Context, err error) error {
	if reason := ctx.Err(); reason != nil {
		return reason
	}
	return err
}

// orDefault returns a size that is positive: as given, else from the environment, else the usual.
func orDefault(o Options, size int, name string, usual int) int {
	if size > 0 {
		return size
	}
	if n, err := strconv.Atoi(uv.Environ(o.Environ).Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}
