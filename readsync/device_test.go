package readsync_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"reddot/im"
	"reddot/model"
	"reddot/readsync"
)

// device is one device of the user through all its lives: what it has stored, and its present session.
type device struct {
	t       *testing.T
	service *service
	name    string
	online  atomic.Bool
	can     im.Capabilities
	format  model.NoteFormat
	// saved is the journal; budget, if not negative, is how many saves the present life may still make.
	mu      sync.Mutex
	saved   readsync.State
	saves   int
	budget  int
	life    int
	records []readsync.Record
	// saving, if set, is asked before each save.
	saving func() error

	engine    *readsync.Engine
	timelines map[model.ConversationID]*model.Timeline
	read      map[model.ConversationID]int64
	needed    map[model.ConversationID]model.Range
	queue     chan func()
	stop      chan struct{}
	stopped   sync.WaitGroup
}

// device returns a new device that is logged in.
func (s *service) device(t *testing.T, name string) *device {
	return s.deviceWith(t, name, model.NoteFormat{})
}

// deviceWith returns one whose notes look as configured.
func (s *service) deviceWith(t *testing.T, name string, format model.NoteFormat) *device {
	d := &device{t: t, service: s, name: name, can: everything(), format: format, budget: -1}
	s.mu.Lock()
	s.devices = append(s.devices, d)
	s.mu.Unlock()
	d.start()
	d.connect()
	return d
}

// start begins a life with what was saved.
func (d *device) start() {
	d.mu.Lock()
	d.life++
	life := d.life
	d.queue, d.stop = make(chan func(), 10_000), make(chan struct{})
	d.mu.Unlock()
	dead := func() bool { return d.dead(life) }
	d.timelines, d.read = map[model.ConversationID]*model.Timeline{}, map[model.ConversationID]int64{}
	d.needed = map[model.ConversationID]model.Range{}
	d.engine = readsync.New(readsync.Options{
		Client: &client{device: d, dead: dead, can: d.can}, Journal: &journal{d, life}, State: d.state(), Device: d.name,
		Conversations: d, Format: d.format, OnRecord: d.record,
	})
	queue, stop := d.queue, d.stop
	d.stopped.Go(func() {
		for {
			select {
			case task := <-queue:
				task()
			case <-stop:
				return
			}
		}
	})
}

// end ends a life; what is on its way is lost.
func (d *device) end() {
	close(d.stop)
	d.stopped.Wait()
	d.online.Store(false)
	d.engine.Close()
}

// connect logs in: the service's list, then the notes missed.
func (d *device) connect() {
	d.online.Store(true)
	d.run(func() {
		d.service.mu.Lock()
		messages, read := maps.Clone(d.service.messages), maps.Clone(d.service.read)
		d.service.mu.Unlock()
		for id, list := range messages {
			d.timeline(id).Add(list...)
		}
		for id := range messages {
			d.read[id] = max(d.read[id], d.engine.Position(id))
			if read[id] > 0 {
				d.serviceRead(id, read[id])
			}
			d.follow(d.engine.Revisit(id))
		}
		d.engine.Online()
	})
	caught, err := d.engine.CatchUp(d.t.Context())
	if err != nil {
		return
	}
	d.run(func() {
		for _, decision := range d.engine.HandleCaught(caught) {
			d.follow(decision)
		}
	})
}

func (d *device) disconnect() {
	d.online.Store(false)
	d.run(d.engine.Offline)
}

// open reads a conversation up to its newest held message.
func (d *device) open(id model.ConversationID) {
	d.run(func() {
		if last := d.timeline(id).Last(); last != nil {
			d.read[id] = max(d.read[id], last.Position())
			d.engine.Intend(id, last.Position())
		}
	})
}

// run has something done on the device's own goroutine and waits for it.
func (d *device) run(task func()) {
	done := make(chan struct{})
	d.queue <- func() { task(); close(done) }
	<-done
}

// push hands an event to the device if it is online.
func (d *device) push(task func()) {
	d.mu.Lock()
	queue := d.queue
	d.mu.Unlock()
	if d.online.Load() {
		queue <- task
	}
}

func (d *device) tellOthers(tell func(*device)) {
	d.service.mu.Lock()
	devices := slices.Clone(d.service.devices)
	d.service.mu.Unlock()
	for _, other := range devices {
		if other != d {
			other.push(func() { tell(other) })
		}
	}
}

func (d *device) received(message *model.Message) {
	d.timeline(message.Conversation).Add(message)
	d.follow(d.engine.Revisit(message.Conversation))
}

func (d *device) note(message *model.Message) { d.follow(d.engine.HandleNote(message)) }

func (d *device) serviceRead(id model.ConversationID, position int64) {
	d.read[id] = max(d.read[id], position)
	d.engine.ServiceRead(id, position)
}

// follow applies a decision.
func (d *device) follow(decision readsync.Decision) {
	if decision.Ignored == nil && decision.Conversation != "" {
		d.read[decision.Conversation] = max(d.read[decision.Conversation], decision.Position)
		d.needed[decision.Conversation] = decision.Need
	}
}

func (d *device) timeline(id model.ConversationID) *model.Timeline {
	if d.timelines[id] == nil {
		d.timelines[id] = model.NewTimeline(id, 0)
	}
	return d.timelines[id]
}

func (d *device) position(id model.ConversationID) (position int64) {
	d.run(func() { position = d.read[id] })
	return position
}

func (d *device) Resolve(id model.ConversationID, claim model.Claim) model.Resolution {
	return d.timeline(id).Resolve(claim, d.read[id])
}

func (d *device) Held(id model.ConversationID, from, to int64) ([]*model.Message, []model.Range) {
	return d.timeline(id).Held(from, to)
}

func (d *device) HasReceipts(id model.ConversationID) bool { return id != "GROUPlarge" }

func (d *device) record(record readsync.Record) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.records = append(d.records, record)
}

func (d *device) recorded() []readsync.Record {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.records)
}

func (d *device) state() readsync.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved
}

// dead says whether a life is over: ended, or killed at the save that its budget did not allow.
func (d *device) dead(life int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return life != d.life || d.budget == 0
}

// journal is the journal as one life of a device sees it.
type journal struct {
	device *device
	life   int
}

func (j *journal) LoadReads(context.Context) (readsync.State, error) { return j.device.state(), nil }

func (j *journal) SaveReads(_ context.Context, change readsync.Change) error {
	if j.device.dead(j.life) {
		return nil
	}
	d := j.device
	if d.saving != nil {
		if err := d.saving(); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.saves++
	if d.budget > 0 {
		d.budget--
	}
	kept := slices.Clone(d.saved.Progress)
	for _, progress := range change.Progress {
		progress.Claims = slices.Clone(progress.Claims)
		kept = slices.DeleteFunc(kept, func(old readsync.Progress) bool { return old.Conversation == progress.Conversation })
		kept = append(kept, progress)
	}
	d.saved = readsync.State{Progress: kept, Seen: slices.Concat(d.saved.Seen, change.Seen), Cursor: change.Cursor}
	return nil
}
