package crash_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/crash"
)

func TestAPanicIsToldWithTheStackOfWhatPanicked(t *testing.T) {
	var reasons []any
	var stacks string
	stop := crash.Handle(func(reason any, stack []byte) {
		reasons = append(reasons, reason)
		stacks += string(stack)
	})
	defer stop()

	crash.Guard(breaks)()
	require.ErrorIs(t, crash.Task(func() error { breaks(); return nil })(), crash.ErrPanic)
	require.True(t, crash.Report("seen elsewhere", nil))

	require.Equal(t, []any{"broken invariant", "broken invariant", "seen elsewhere"}, reasons)
	require.Contains(t, stacks, "crash_test.breaks")
}

func TestWhatDoesNotPanicIsLeftAlone(t *testing.T) {
	defer crash.Handle(func(reason any, _ []byte) { t.Errorf("told of %v", reason) })()
	failed := errors.New("disk full")
	ran := 0
	crash.Guard(func() { ran++ })()
	crash.Persist(func() { ran++ })()
	require.Equal(t, 2, ran)
	require.NoError(t, crash.Task(func() error { return nil })())
	require.Equal(t, failed, crash.Task(func() error { return failed })())
}

func TestWhatOthersDependOnGoesOnAfterAPanic(t *testing.T) {
	told, calls := 0, 0
	defer crash.Handle(func(any, []byte) { told++ })()
	crash.Persist(func() {
		if calls++; calls < 3 {
			breaks()
		}
	})()
	require.Equal(t, []int{3, 2}, []int{calls, told})
}

func TestWithoutAHandlerAPanicGoesItsUsualWay(t *testing.T) {
	crash.Handle(func(any, []byte) {})()
	require.False(t, crash.Report("nobody listens", nil))
	for _, guarded := range []func(){crash.Guard(breaks), crash.Persist(breaks), func() { _ = crash.Task(func() error { breaks(); return nil })() }} {
		require.PanicsWithValue(t, "broken invariant", guarded)
	}
}

func breaks() { panic("broken invariant") }
