package session

import (
	"sync"

	"reddot/crash"
)

// inbox hands work to the session's goroutine without ever blocking who brings it: what the screen asks
// for, and what background work found. Everything in it runs on the session's goroutine, in order.
type inbox struct {
	mu    sync.Mutex
	tasks []func()
	// ready holds a value while there are tasks.
	ready chan struct{}
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

func (b *inbox) put(task func()) {
	b.mu.Lock()
	b.tasks = append(b.tasks, task)
	b.mu.Unlock()
	signal(b.ready)
}

// run does everything that is waiting now.
func (b *inbox) run() {
	b.mu.Lock()
	tasks := b.tasks
	b.tasks = nil
	b.mu.Unlock()
	for _, task := range tasks {
		crash.Guard(task)() // what follows may be the last that the user typed
	}
}

// signal puts a value into a channel of capacity one unless one is there already.
func signal(channel chan struct{}) {
	select {
	case channel <- struct{}{}:
	default:
	}
}
