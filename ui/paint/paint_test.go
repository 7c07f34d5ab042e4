package paint

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// glass is a terminal in memory that can be looked at while a program paints on it.
type glass struct {
	mu sync.Mutex
	vt *vt
}

func newGlass() *glass { return &glass{vt: newVT(30, 5)} }

func (g *glass) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.vt.Write(b)
}

func (g *glass) look(f func(*vt)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(g.vt)
}

func (g *glass) alt() (alt int) {
	g.look(func(v *vt) { alt = v.alt })
	return alt
}

func (g *glass) options() Options {
	return Options{Output: g, Width: 30, Height: 5, Environ: xterm}
}

// running starts a program on the glass; the returned function waits for its end.
func running(t *testing.T, model tea.Model, options Options) (*Program, func() (tea.Model, error)) {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	p := New(model, options)
	p.stderr = io.Discard
	type result struct {
		model tea.Model
		err   error
	}
	done := make(chan result, 1)
	go func() {
		model, err := p.Run(t.Context())
		done <- result{model, err}
	}()
	return p, func() (tea.Model, error) {
		select {
		case r := <-done:
			goleak.VerifyNone(t, leaks)
			return r.model, r.err
		case <-time.After(patience):
			t.Fatal("the program does not end")
			return nil, nil
		}
	}
}

func TestProgramPaintsAndGivesBack(t *testing.T) {
	g := newGlass()
	model := &counter{}
	p, end := running(t, model, g.options())
	for range 3 {
		p.Send(tick{})
	}
	p.Send(tea.KeyPressMsg{Code: 'x', Text: "x"})
	require.True(t, poll(func() (done bool) {
		g.look(func(v *vt) { done = v.alt == 1 && v.shown() == "seen 4\n\n\n\n" })
		return done
	}))
	p.Send(tea.QuitMsg{})
	last, err := end()
	require.NoError(t, err)
	require.Same(t, model, last)
	require.Zero(t, g.alt())
	p.Send(tick{}) // after the end: nothing, and no waiting
}

func TestProgramEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := newGlass()
	p := New(&counter{}, g.options())
	done := make(chan error, 1)
	go func() {
		_, err := p.Run(ctx)
		done <- err
	}()
	p.Send(tick{})
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Zero(t, g.alt())
}

func TestInterrupt(t *testing.T) {
	g := newGlass()
	p, end := running(t, &counter{}, g.options())
	p.Send(tea.InterruptMsg{})
	_, err := end()
	require.ErrorIs(t, err, tea.ErrInterrupted)
	require.Zero(t, g.alt())
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestProgramEndsWhenTheTerminalIsGone(t *testing.T) {
	_, end := running(t, &counter{}, Options{Output: brokenPipe{}, Width: 30, Height: 5, Environ: xterm})
	_, err := end()
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// stuckTerminal takes no output.
type stuckTerminal struct{ release chan struct{} }

func (s stuckTerminal) Write(b []byte) (int, error) {
	<-s.release
	return len(b), nil
}

func TestQuitDoesNotWaitForAStuckTerminal(t *testing.T) {
	stuck := stuckTerminal{make(chan struct{})}
	p := New(&counter{}, Options{Output: stuck, Width: 30, Height: 5, Environ: xterm})
	done := make(chan error, 1)
	go func() {
		_, err := p.Run(t.Context())
		done <- err
	}()
	p.Send(tea.KeyPressMsg{Code: 'x', Text: "x"})
	p.Send(tea.KeyPressMsg{Code: 'x', Text: "x"})
	p.Send(tea.QuitMsg{})
	require.NoError(t, <-done)
	close(stuck.release)
}

func TestFloodsAreSlowerOverSSH(t *testing.T) {
	require.Equal(t, 60, fps(Options{Environ: xterm}))
	require.Equal(t, 30, fps(Options{Environ: []string{"SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"}}))
	require.Equal(t, 20, fps(Options{FPS: 20, Environ: []string{"SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"}}))
}

func TestKeysOfTheInputReachTheModel(t *testing.T) {
	in, keyboard, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	defer keyboard.Close()
	g := newGlass()
	pressed := make(chan string, 8)
	model := &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
		if key, ok := msg.(tea.KeyPressMsg); ok {
			pressed <- key.String()
			if key.String() == "q" {
				return tea.Quit
			}
		}
		return nil
	}}
	options := g.options()
	options.Input = in
	_, end := running(t, model, options)
	_, err = keyboard.WriteString("好\x1b[13;2uq")
	require.NoError(t, err)
	require.Equal(t, "好", <-pressed)
	require.Equal(t, "shift+enter", <-pressed)
	_, err = end()
	require.NoError(t, err)
}

func TestTerminalsAnswerReachesScreenAndModel(t *testing.T) {
	in, keyboard, err := os.Pipe()
	require.NoError(t, err)
	defer in.Close()
	defer keyboard.Close()
	g := newGlass()
	g.vt.graphemes = true
	confirmed := make(chan struct{})
	model := &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
		if ConfirmsGraphemes(msg) {
			close(confirmed)
		}
		return nil
	}}
	options := g.options()
	options.Input = in
	p, end := running(t, model, options)
	_, err = keyboard.WriteString("\x1b[?2026;2$y\x1b[?2027;2$y")
	require.NoError(t, err)
	<-confirmed
	require.True(t, poll(func() (on bool) {
		g.look(func(v *vt) { on = v.modes[2027] && v.frames > 0 })
		return on
	}))
	p.Send(tea.QuitMsg{})
	_, err = end()
	require.NoError(t, err)
	g.look(func(v *vt) { requireModesOff(t, v) })
}

func requireModesOff(t *testing.T, v *vt) {
	t.Helper()
	for mode, on := range v.modes {
		require.Equal(t, mode == 7 || mode == 25, on, "mode %d", mode)
	}
}

func TestExecRunsWithTheTerminalGivenBack(t *testing.T) {
	for _, stock := range []bool{false, true} {
		g := newGlass()
		file := filepath.Join(t.TempDir(), "ran")
		ended := make(chan error, 1)
		done := func(err error) tea.Msg {
			ended <- err
			return tea.QuitMsg{}
		}
		touch := exec.Command(os.Args[0], "-test.run=^$")
		touch.Env = append(os.Environ(), probeTouchEnv+"="+file)
		model := &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tick); ok {
				return Exec(touch, done)
			}
			return nil
		}}
		options := g.options()
		options.Stock = stock
		p, end := running(t, model, options)
		p.Send(tick{})
		require.NoError(t, <-ended)
		_, err := end()
		require.NoError(t, err)
		require.FileExists(t, file)
	}
}

func TestClipboardUnderBothRenderers(t *testing.T) {
	for _, stock := range []bool{false, true} {
		g := newGlass()
		model := &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tick); ok {
				return SetClipboard("hi")
			}
			return nil
		}}
		options := g.options()
		options.Stock = stock
		p, end := running(t, model, options)
		p.Send(tick{})
		require.True(t, poll(func() (done bool) {
			g.look(func(v *vt) { done = v.clipboard == "c;aGk=" })
			return done
		}))
		p.Send(tea.QuitMsg{})
		_, err := end()
		require.NoError(t, err)
	}
}

func TestNoTerminal(t *testing.T) {
	if _, err := openConsole(&Options{}); err == nil {
		t.Skip("the test has a terminal on standard output")
	}
	_, err := Run(t.Context(), &counter{}, Options{})
	require.ErrorIs(t, err, ErrNoTerminal)
	require.False(t, errors.Is(err, context.Canceled))
	New(&counter{}, Options{}).Send(tick{}) // does not wait for a program that can't run
}
