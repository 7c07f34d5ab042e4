package emulator

import "sync"

// background is the work that a connection still has to finish when it ends. Others may ask a connection for some, as a
// newer login does that displaces it, while it is ending; after that nothing is begun.
type background struct {
	mu    sync.Mutex
	ended bool
	group sync.WaitGroup
}

// Go runs work beside the connection, unless the connection has ended.
func (b *background) Go(work func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		b.group.Go(work)
	}
}

// end lets nothing more begin and waits for what runs.
func (b *background) end() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.group.Wait()
}
