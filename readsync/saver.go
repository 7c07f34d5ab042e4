package readsync

import (
	"context"
	"time"
)

const (
	// saveRetry is how long a journal that failed is left alone.
	saveRetry = 5 * time.Second
	// saveInterval is how long a change that nothing hangs on waits for company.
	saveInterval = 100 * time.Millisecond
)

// runSaver writes what has changed, one step after the other; what changes during a step goes into the next. An
// intent that can be acted upon is written at once. A room that is read as it fills, and what became of a reading,
// cost a few writes a second.
func (e *Engine) runSaver() {
	for {
		select {
		case <-e.save:
			e.saveOnce()
		case <-e.saveSoon:
			e.pause(e.save, saveInterval)
			e.saveOnce()
		case <-e.ctx.Done():
			e.lanes.Wait()
			e.saveOnce()
			return
		}
	}
}

// saveOnce writes all changes in one step and lets the saved intents act.
func (e *Engine) saveOnce() {
	e.mu.Lock()
	changed := e.dirty
	change, noted := e.notes.take()
	for _, c := range changed {
		c.dirty = false
		change.Progress = append(change.Progress, c.Progress)
	}
	e.dirty = nil
	e.mu.Unlock()
	if len(changed) == 0 && !noted {
		return
	}

	// What must be saved is saved, whoever is leaving.
	err := e.options.Journal.SaveReads(context.WithoutCancel(e.ctx), change)

	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		// The reading itself still counts: it is told to everybody, and lost here only if the process dies.
		e.log.Error("Progress of reading was not saved", "err", err)
		e.saveAgain(changed, change)
	}
	for i, c := range changed {
		c.durable = change.Progress[i]
		e.kick(c)
	}
}

// saveAgain puts back what could not be saved and tries later.
func (e *Engine) saveAgain(changed []*conversation, change Change) {
	for _, c := range changed {
		if !c.dirty {
			c.dirty = true
			e.dirty = append(e.dirty, c)
		}
	}
	e.notes.putBack(change)
	if e.closed {
		return
	}
	time.AfterFunc(saveRetry, func() { signal(e.save) })
}
