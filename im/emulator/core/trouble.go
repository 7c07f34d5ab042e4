package core

import (
	"errors"
	"log/slog"
	"time"
)

// ErrNotStored is what a change fails with that the database did not take, for example because the disk is full. The log has
// the cause already.
var ErrNotStored = errors.New("the database did not take it")

// notStored is ErrNotStored with the words of its cause.
type notStored struct{ cause error }

func (e *notStored) Error() string { return e.cause.Error() }

func (e *notStored) Unwrap() []error { return []error{ErrNotStored, e.cause} }

// troublePause is how far lines about trouble that comes and goes are apart.
const troublePause = 10 * time.Second

// trouble tells the log once that nothing can be stored, however many changes that hits, and once that it is over.
type trouble struct {
	refused int  // changes since it began
	told    bool // the log knows of it
	quiet   time.Time
}

func (t *trouble) hit(log *slog.Logger, now time.Time, changes int, cause error) {
	t.refused += changes
	if t.told || now.Before(t.quiet) {
		return
	}
	t.told, t.quiet = true, now.Add(troublePause)
	log.Error("Cannot store; changes are refused until this ends", "error", cause)
}

// over is called after every change that was written.
func (t *trouble) over(log *slog.Logger) {
	if t.told {
		log.Warn("Storing works again", "refused", t.refused)
	}
	t.refused, t.told = 0, false
}
