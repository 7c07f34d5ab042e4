package paint

import (
	"context"
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"reddot/crash"
)

func TestAPanicBesideTheLoopGoesOnWithTheTerminalGivenBack(t *testing.T) {
	g := newGlass()
	p, end := running(t, &counter{}, g.options())
	p.Send(tick{})
	require.True(t, poll(func() bool { return g.alt() == 1 }))
	require.PanicsWithValue(t, "network", func() { p.guarded(func() { panic("network") })() })
	require.Zero(t, g.alt())
	p.Send(tick{})
	p.Send(tea.QuitMsg{})
	_, err := end()
	require.NoError(t, err)
	require.Zero(t, g.alt(), "nothing is painted after that")
}

func TestTheTerminalIsTakenFromAModelThatHangs(t *testing.T) {
	g := newGlass()
	stuck := make(chan struct{})
	model := &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
		if _, ok := msg.(tick); ok {
			<-stuck
		}
		return nil
	}}
	ctx, cancel := context.WithCancel(t.Context())
	p := New(model, g.options())
	ended := make(chan error, 1)
	go func() {
		_, err := p.Run(ctx)
		ended <- err
	}()
	require.True(t, poll(func() bool { return g.alt() == 1 }))
	p.Send(tick{})
	cancel()
	require.True(t, poll(func() bool { return g.alt() == 0 }), "given back while the model hangs")
	close(stuck)
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestAHandlerOfPanicsIsToldOfTheModels(t *testing.T) {
	g := newGlass()
	var told []any
	defer crash.Handle(func(reason any, _ []byte) {
		require.Zero(t, g.alt(), "the terminal is given back before")
		told = append(told, reason)
	})()
	p, end := running(t, &counter{onUpdate: func(msg tea.Msg) tea.Cmd {
		if _, ok := msg.(tick); ok {
			panic("boom")
		}
		return nil
	}}, g.options())
	p.Send(tick{})
	_, err := end()
	require.ErrorIs(t, err, tea.ErrProgramPanic)
	require.Equal(t, []any{"boom"}, told)
}

func TestPanicsOfTheModelEndTheProgram(t *testing.T) {
	for name, model := range map[string]*counter{
		"Update": {onUpdate: func(msg tea.Msg) tea.Cmd {
			if _, ok := msg.(tick); ok {
				panic("boom")
			}
			return nil
		}},
		"View": {onView: func(seen int) {
			if seen > 0 {
				panic("boom")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGlass()
			p, end := running(t, model, g.options())
			p.Send(tick{})
			p.Send(tick{})
			_, err := end()
			require.ErrorIs(t, err, tea.ErrProgramPanic)
			require.ErrorContains(t, err, "boom")
			if name == "Update" {
				require.Equal(t, 1, model.messages, "not asked again")
			}
			require.Zero(t, g.alt())
		})
	}
}

// TestCommandsAreGuardedWhereverTheyHide: alone, in a batch, in a sequence, in both.
func TestCommandsAreGuardedWhereverTheyHide(t *testing.T) {
	boom := func() tea.Msg { panic("boom") }
	quiet := func() tea.Msg { return nil }
	for name, cmd := range map[string]tea.Cmd{
		"alone":    boom,
		"batch":    tea.Batch(quiet, boom),
		"sequence": tea.Sequence(quiet, boom),
		"both":     tea.Sequence(quiet, tea.Batch(quiet, tea.Sequence(quiet, boom))),
	} {
		t.Run(name, func(t *testing.T) {
			term := newVT(20, 4)
			output := newWriter(term, func() {}, func(error) {})
			h := newHost(&counter{}, testScreen(20, 4), output, newPacer(60), nil, func() {})
			go output.run()
			defer output.close()
			_, _ = term.Write(h.screen.Frame(tea.NewView("a")))
			var reason any
			h.crashed = func(r any, stack []byte) {
				reason = r
				require.Contains(t, string(stack), "TestCommandsAreGuarded", "where it happened")
				require.Zero(t, term.alt, "the terminal is given back before")
			}
			runAll(h.guarded(cmd))
			require.Equal(t, "boom", reason)
		})
	}
}

// runAll runs a command and what it returns, as the framework does.
func runAll(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	for _, next := range commandsOf(cmd()) {
		runAll(next)
	}
}

func commandsOf(msg tea.Msg) []tea.Cmd {
	value := reflect.ValueOf(msg)
	if !value.IsValid() || value.Kind() != reflect.Slice {
		return nil
	}
	var all []tea.Cmd
	for i := range value.Len() {
		all = append(all, value.Index(i).Interface().(tea.Cmd))
	}
	return all
}
