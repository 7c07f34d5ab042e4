package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPanicOfTheSessionIsAnErrorWithItsStackInTheLog(t *testing.T) {
	var file bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&file, nil))
	err := guarded(logger, func() error { panic("broken invariant") })
	require.ErrorContains(t, err, "broken invariant")
	require.Contains(t, file.String(), "live_test.go")
	plain := errors.New("disk full")
	require.Equal(t, plain, guarded(logger, func() error { return plain }))
}
