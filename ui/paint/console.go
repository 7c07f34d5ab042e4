package paint

import (
	"fmt"
	"os"
	"os/signal"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/term"
)

// console is the terminal of the process.
type console struct {
	uv.Console
}

// openConsole finds the terminal and completes the options with it. Keys come from the controlling terminal if
// standard input is something else.
func openConsole(o *Options) (*console, error) {
	if !term.IsTerminal(int(os.Stdout.Fd())) {
		return nil, ErrNoTerminal
	}
	in := os.Stdin
	if !term.IsTerminal(int(in.Fd())) {
		tty, _, err := uv.OpenTTY()
		if err != nil {
			return nil, fmt.Errorf("standard input is not a terminal, and the process has no other: %w", err)
		}
		in = tty
	}
	c := &console{uv.NewConsole(in, os.Stdout, o.Environ)}
	o.Input, o.Output = in, os.Stdout
	o.Width, o.Height = c.size()
	return c, nil
}

// raw restores first: the console remembers how it was found, and that must never be how we left it raw.
func (c *console) raw() error {
	c.cooked()
	_, err := c.MakeRaw()
	return err
}

func (c *console) cooked() { _ = c.Restore() }

func (c *console) size() (width, height int) {
	width, height, err := c.GetSize()
	if err != nil {
		return 0, 0
	}
	return width, height
}

// watch begins to watch signals. The first frame comes after it: whoever sees that may send one.
func watch() chan os.Signal {
	signals := make(chan os.Signal, 8)
	if len(watched) > 0 {
		signal.Notify(signals, watched...)
	}
	return signals
}

// watchSignals tells the loop about signals that the framework leaves alone without its renderer, and about those that it
// begins to watch only a moment after the first frame.
func (p *Program) watchSignals(signals chan os.Signal, done <-chan struct{}) {
	defer signal.Stop(signals)
	for {
		select {
		case <-done:
			return
		case sig := <-signals:
			p.signalled(sig)
		}
	}
}

func (p *Program) signalled(sig os.Signal) {
	switch {
	case continued(sig):
		p.program.Send(continueMsg{})
	case stopped(sig):
		p.host.leave()
		stop()
	case ends(sig):
		p.program.Quit()
	case interrupts(sig):
		if !p.host.lent() { // else it is meant for the program that has the terminal
			p.program.Send(tea.InterruptMsg{})
		}
	case dumps(sig):
		p.host.end()
		dump()
	default:
		if width, height := p.console.size(); width > 0 {
			p.program.Send(tea.WindowSizeMsg{Width: width, Height: height})
		}
	}
}
