package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im/convert"
)

func TestAPanicOfTheSessionIsAnErrorWithItsStackInTheLog(t *testing.T) {
	var file bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&file, nil))
	err := guarded(convert.Texts{English: true}, logger, func() error { panic("broken invariant") })
	require.ErrorContains(t, err, "broken invariant")
	require.Contains(t, file.String(), "live_test.go")
	plain := errors.New("disk full")
	require.Equal(t, plain, guarded(convert.Texts{English: true}, logger, func() error { return plain }))
}
