package cli

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/crash"
	"reddot/ui"
)

func TestAPanicBesideTheScreenIsOneSentenceThatNamesTheLogWithItsStack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "client.log")
	log, err := os.Create(path)
	require.NoError(t, err)
	defer log.Close()
	a := &app{words: wordsOf("en"), log: &ui.Log{}, started: true}

	broken := a.watchPanics(log)
	crash.Guard(breaks)()
	crash.Guard(breaks)()
	<-broken.happened
	failure := a.failureOf(broken.end(errors.New("the screen was cancelled")))
	require.Equal(t, exitFailed, failure.Exit)
	require.Equal(t, "the program broke and has ended: broken invariant; what happened is in "+path, failure.Message)
	require.Contains(t, failure.Remedy, "drafts and unsent messages are kept")
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Regexp(t, `(?s)panic: broken invariant.*cli\.breaks.*panic: broken invariant`, string(written))
	require.Panics(t, crash.Guard(breaks), "no more handled here")
}

func TestWithoutAPanicTheErrorIsWhatItWas(t *testing.T) {
	log, err := os.Create(filepath.Join(t.TempDir(), "client.log"))
	require.NoError(t, err)
	defer log.Close()
	full := errors.New("disk full")
	require.Equal(t, full, (&app{words: wordsOf("en")}).watchPanics(log).end(full))
}

func breaks() { panic("broken\x1b[2J invariant") }
