// Package crash lets a program of many goroutines end decently when one of them panics. Left alone, a panic ends the
// process on the spot: the terminal stays as the screen had set it, and what waits to be written is lost.
//
// Invariants:
//
//   - Every goroutine of ours that may run beside a screen begins with [Guard], [Task] or [Persist].
//   - While nobody handles panics, they go their usual way.
//   - The handler must end the program soon: what the goroutine was to do stays undone.
package crash

import (
	"errors"
	"runtime/debug"
	"sync/atomic"
)

// ErrPanic is what a task returns that panicked.
var ErrPanic = errors.New("internal error: a task panicked")

// Handler is told the reason of a panic and the stack of its goroutine, on that goroutine.
type Handler func(reason any, stack []byte)

var current atomic.Pointer[Handler]

// Handle has panics of guarded goroutines told to the handler, instead of an earlier one, until stop is called.
func Handle(handler Handler) (stop func()) {
	current.Store(&handler)
	return func() { current.CompareAndSwap(&handler, nil) }
}

// Report tells the handler of a panic that was recovered elsewhere, and says whether there is one.
func Report(reason any, stack []byte) bool {
	handler := current.Load()
	if handler == nil {
		return false
	}
	(*handler)(reason, stack)
	return true
}

// Guard returns f as the body of a goroutine.
func Guard(f func()) func() {
	return func() { _ = Task(func() error { f(); return nil })() }
}

// Task returns f as the body of a goroutine whose error somebody waits for: a panic is [ErrPanic] to them.
func Task(f func() error) func() error {
	return func() (err error) {
		defer func() {
			reason := recover()
			switch {
			case reason == nil:
			case Report(reason, debug.Stack()):
				err = ErrPanic
			default:
				panic(reason)
			}
		}()
		return f()
	}
}

// Persist returns f as the body of a goroutine on which others depend until the program has ended: after a panic it
// is called again, until it returns.
func Persist(f func()) func() {
	return func() {
		for over := false; !over; {
			Guard(func() { f(); over = true })()
		}
	}
}
