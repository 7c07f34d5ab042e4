package ui

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/teatest/v2"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// patience is how long the program may take before the test fails. It bounds a hang; nothing is timed by it.
const patience = time.Minute

// A whole program: the session changes by itself, somebody answers and quits.
func TestProgramShowsWhatTheSessionPublishes(t *testing.T) {
	// teatest leaves its own watcher of signals behind.
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(),
		goleak.IgnoreTopFunction("github.com/charmbracelet/x/exp/teatest/v2.NewTestModel.func2"))
	t.Setenv("NO_COLOR", "1")
	fake := newFake(shop())
	m := New(Options{Session: fake, Now: func() time.Time { return noon }})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m.ctx = ctx
	program := teatest.NewTestModel(t, m, teatest.WithInitialTermSize(80, 24))
	shows := func(s string) {
		t.Helper()
		teatest.WaitFor(t, program.Output(), func(out []byte) bool { return bytes.Contains(out, []byte(s)) },
			teatest.WithDuration(patience), teatest.WithCheckInterval(5*time.Millisecond))
	}
	shows("选一个群")
	program.Send(keyNamed("enter"))
	shows("要不要现在报一下库存")
	fake.publish(arrive(fake.View(), groupID("live"), "zhou", "还有紫色吗"))
	shows("还有紫色吗")
	program.Type("有")
	program.Send(keyNamed("enter"))
	require.Eventually(t, func() bool {
		fake.mu.Lock()
		defer fake.mu.Unlock()
		return len(fake.sent) == 1
	}, patience, time.Millisecond)
	program.Type("没发完的话")
	program.Send(keyNamed("ctrl+q"))
	program.WaitFinished(t, teatest.WithFinalTimeout(patience))
	require.Equal(t, "没发完的话", fake.drafts[groupID("live")])
}
