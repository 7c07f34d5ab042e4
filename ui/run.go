package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"reddot/ui/paint"
)

// Run shows the screen until the user quits or the context ends, which both are no error. However it ends, what was
// typed and not sent is kept as a draft.
func Run(ctx context.Context, options Options) error {
	m := New(options)
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	m.ctx = running
	defer m.saveDraft()
	_, err := paint.Run(running, m, paint.Options{
		FPS: options.Frames, Stock: options.Stock, AmbiguousWide: options.AmbiguousWidth == 2,
	})
	if err == nil || ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return fmt.Errorf("show the screen: %w", err)
}
