package paint

import (
	"io"
	"sync/atomic"
	"time"
)

// leaveTimeout is how long giving the terminal back waits for one that takes no output.
const leaveTimeout = time.Second

// writer puts frames on the terminal from a goroutine of its own, so that the program never waits for a slow terminal.
// At most one frame is under way: a slow terminal gets fewer frames, not older ones.
type writer struct {
	out    io.Writer
	jobs   chan job
	under  atomic.Int32 // jobs under way
	wanted atomic.Bool  // a frame was refused meanwhile
	free   func()       // called when a refused frame may be tried again
	failed func(error)  // called once, when the terminal is gone
}

type job struct {
	bytes []byte
	done  chan struct{} // closed when written; may be nil
}

func newWriter(out io.Writer, free func(), failed func(error)) *writer {
	return &writer{out: out, jobs: make(chan job, 1), free: free, failed: failed}
}

// run writes until close.
func (w *writer) run() {
	broken := false
	for job := range w.jobs {
		if !broken && len(job.bytes) > 0 {
			if _, err := w.out.Write(job.bytes); err != nil {
				broken = true
				w.failed(err)
			}
		}
		w.under.Add(-1)
		if w.wanted.Swap(false) {
			w.free()
		}
		if job.done != nil {
			close(job.done)
		}
	}
}

// ready reports whether a frame may be posted. If not, free is called as soon as it may.
func (w *writer) ready() bool {
	w.wanted.Store(true) // before looking, or the writer could become free unnoticed in between
	if w.under.Load() > 0 {
		return false
	}
	w.wanted.Store(false)
	return true
}

// post writes a frame in the background. It must not be called unless ready.
func (w *writer) post(frame []byte) {
	w.under.Add(1)
	w.jobs <- job{bytes: frame}
}

// last writes the frame behind the one that is under way and waits for it, but no longer than leaveTimeout.
func (w *writer) last(frame []byte) {
	timeout := time.NewTimer(leaveTimeout)
	defer timeout.Stop()
	done := make(chan struct{})
	w.under.Add(1)
	select {
	case w.jobs <- job{frame, done}:
	case <-timeout.C:
		w.under.Add(-1)
		return
	}
	select {
	case <-done:
	case <-timeout.C:
	}
}

// close ends run. Nothing may be posted any more.
func (w *writer) close() { close(w.jobs) }
