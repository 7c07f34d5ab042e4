package core

import (
	"database/sql"
	"errors"
	"fmt"
)

// maxBatch bounds how many jobs share a commit, so that the first does not wait long.
const maxBatch = 1024

// job is one change. An exclusive job reads state that other jobs of the same commit could
// have changed, so it starts after they are visible and commits alone.
type job struct {
	exclusive bool
	run       func(*txn) error
	done      func(error)
}

// outcome is what one commit leads to: answers and events.
type outcome struct {
	jobs   []job
	errs   []error
	events []Event
	number uint64 // of the commit; 0 where nothing became visible
	news   int64  // the newest notice or mention among the events
}

// txn collects one commit: the SQL, what becomes visible after it and what is then told.
// Jobs that share a commit see each other's changes through the staged maps and the SQL.
type txn struct {
	c          *Core
	tx         *sql.Tx
	wrote      bool // besides reading
	stmts      [statements]*sql.Stmt
	queries    map[string]*sql.Stmt
	heads      map[*group]*head
	order      []*group // heads in order of first use, to write them in a stable order
	reads      map[*member]uint32
	pairs      map[pairKey]*pair
	lastC2C    int64
	time       int64
	lastNotice int64
	keys       map[dupeKey]dupe
	applies    []func()
	events     []Event
	number     uint64
}

// head is the staged end of a group's history.
type head struct {
	last     uint32
	first    uint32
	lastTime int64
	preview  uint32
}

func (c *Core) submit(j job) error {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.closed {
		return ErrClosed
	}
	c.jobs <- j
	return nil
}

func (c *Core) writeLoop() {
	defer close(c.outcomes)
	for first := range c.jobs {
		batch := c.drain([]job{first})
		for len(batch) > 0 {
			n := together(batch)
			c.commit(batch[:n])
			batch = batch[n:]
		}
	}
}

// drain takes along what has queued up, without waiting for more.
func (c *Core) drain(batch []job) []job {
	for len(batch) < maxBatch {
		select {
		case next, open := <-c.jobs:
			if !open {
				return batch
			}
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// together counts the leading jobs that may share a commit.
func together(batch []job) int {
	for i, j := range batch {
		if j.exclusive {
			return max(i, 1)
		}
	}
	return len(batch)
}

func (c *Core) commit(jobs []job) {
	t := &txn{c: c, lastC2C: c.lastC2C, lastNotice: c.newsHead.Load(), time: max(c.Now(), c.lastTime)}
	errs := make([]error, len(jobs))
	err := t.run(jobs, errs)
	if err == nil && len(jobs) == 1 && errs[0] != nil {
		t.abandon() // a refused job may have written before it was refused
		c.outcomes <- outcome{jobs: jobs, errs: errs}
		return
	}
	if err == nil {
		err = t.finish()
	}
	if err != nil {
		t.abandon()
		c.trouble.hit(c.log, c.now(), len(jobs), err)
		for i := range errs {
			errs[i] = &notStored{err}
		}
		c.outcomes <- outcome{jobs: jobs, errs: errs}
		return
	}
	if t.wrote {
		c.trouble.over(c.log)
	}
	c.outcomes <- outcome{jobs: jobs, errs: errs, events: t.events, number: t.number, news: t.lastNotice}
}

// run lets every job check and write. A refusal concerns its job alone; jobs that share a
// commit check everything before they write. Any other error spoils the whole commit.
func (t *txn) run(jobs []job, errs []error) error {
	for i, j := range jobs {
		err := j.run(t)
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			return err
		}
		errs[i] = err
	}
	return nil
}

// finish commits and then makes everything visible at once.
func (t *txn) finish() error {
	c := t.c
	if err := t.queueNews(); err != nil {
		return err
	}
	if err := t.postFiles(); err != nil {
		return err
	}
	for _, g := range t.order {
		h := t.heads[g]
		if err := t.exec(updateHead, h.last, h.first, h.lastTime, h.preview, g.num); err != nil {
			return err
		}
	}
	if t.tx != nil {
		if err := t.tx.Commit(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	c.lastC2C, c.lastTime = t.lastC2C, t.time
	c.storedC2C.Store(c.lastC2C)
	c.newsHead.Store(t.lastNotice)
	c.recentKeys.add(t.keys, t.time)
	if len(t.applies) == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.applied++
	t.number = c.applied
	for _, apply := range t.applies {
		apply()
	}
	return nil
}

func (t *txn) abandon() {
	if t.tx != nil {
		_ = t.tx.Rollback() // the error that led here is the one to report
	}
}

// apply queues a change of the visible state for the moment after the commit.
func (t *txn) apply(change func()) { t.applies = append(t.applies, change) }

// tell queues an event for the moment after the commit.
func (t *txn) tell(e Event) { t.events = append(t.events, e) }

func (t *txn) begin() error {
	if t.tx != nil {
		return nil
	}
	tx, err := t.c.store.write.Begin()
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t.tx = tx
	return nil
}

func (t *txn) exec(id statement, args ...any) error {
	_, err := t.execRows(id, args...)
	return err
}

// execRows is exec that tells how many rows changed.
func (t *txn) execRows(id statement, args ...any) (int64, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	t.wrote = true
	if t.stmts[id] == nil {
		t.stmts[id] = t.tx.Stmt(t.c.store.prepared[id])
	}
	result, err := t.stmts[id].Exec(args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query reads what is written, this commit's own writes included.
func (t *txn) query(text string, args ...any) (*sql.Rows, error) {
	stmt, err := t.reading(text)
	if err != nil {
		return nil, err
	}
	return stmt.Query(args...)
}

func (t *txn) queryRow(text string, args ...any) (*sql.Row, error) {
	stmt, err := t.reading(text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryRow(args...), nil
}

// reading prepares a query once for this commit: a list of conversations asks the same for
// each of hundreds of groups.
func (t *txn) reading(text string) (*sql.Stmt, error) {
	if err := t.begin(); err != nil {
		return nil, err
	}
	if stmt, known := t.queries[text]; known {
		return stmt, nil
	}
	stmt, err := t.tx.Prepare(text) // closed with the transaction
	if err != nil {
		return nil, err
	}
	if t.queries == nil {
		t.queries = map[string]*sql.Stmt{}
	}
	t.queries[text] = stmt
	return stmt, nil
}

// head is the end of the group's history as the jobs before this one left it.
func (t *txn) head(g *group) *head {
	if h, staged := t.heads[g]; staged {
		return h
	}
	if t.heads == nil {
		t.heads = map[*group]*head{}
	}
	h := &head{last: g.last, first: g.first, lastTime: g.lastTime, preview: g.previewSeq}
	t.heads[g] = h
	t.order = append(t.order, g)
	t.apply(func() { g.last, g.first, g.lastTime, g.previewSeq = h.last, h.first, h.lastTime, h.preview })
	return h
}

// lastSeq is the newest sequence as the jobs before this one left it.
func (t *txn) lastSeq(g *group) uint32 {
	if h, staged := t.heads[g]; staged {
		return h.last
	}
	return g.last
}

// publishLoop answers and tells, in the order of the commits, while the writer already
// works on the next one.
func (c *Core) publishLoop() {
	defer close(c.done)
	for o := range c.outcomes {
		for i, j := range o.jobs {
			j.done(o.errs[i])
		}
		c.newsTold.Store(max(c.newsTold.Load(), o.news))
		for _, e := range o.events {
			for _, handle := range *c.subscribers.Load() {
				(*handle)(e)
			}
		}
		if o.number > 0 {
			c.settle(o.number)
		}
	}
}
