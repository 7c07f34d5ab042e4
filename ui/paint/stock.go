package paint

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// stock runs a model under Bubble Tea's own renderer and translates our commands to its own.
type stock struct {
	model tea.Model
}

func stockProgram(ctx context.Context, model tea.Model, o Options) *tea.Program {
	options := []tea.ProgramOption{
		tea.WithContext(ctx),
		tea.WithInput(o.Input),
		tea.WithOutput(o.Output),
		tea.WithEnvironment(o.Environ),
		tea.WithWindowSize(o.Width, o.Height),
	}
	if o.FPS > 0 {
		options = append(options, tea.WithFPS(o.FPS))
	}
	return tea.NewProgram(stock{model}, options...)
}

func (s stock) Init() tea.Cmd { return s.model.Init() }

func (s stock) View() tea.View { return s.model.View() }

func (s stock) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case rawMsg:
		return s, tea.Raw(string(msg))
	case execMsg:
		return s, tea.ExecProcess(msg.cmd, msg.done)
	}
	model, cmd := s.model.Update(msg)
	return stock{model}, cmd
}

func unwrapStock(model tea.Model) tea.Model {
	if s, ok := model.(stock); ok {
		return s.model
	}
	return model
}
