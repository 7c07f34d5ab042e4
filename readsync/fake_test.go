package readsync_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"reddot/im"
	"reddot/model"
	"reddot/readsync"
)

const (
	anchor = "anchor"
	shop   = model.ConversationID("GROUP@TGS#shop")
	guide  = model.ConversationID("C2Cguide-li")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errLost    = &im.Error{Doing: "call", Class: im.ClassUnreachable, Cause: "no answer"}
	errBusy    = &im.Error{Doing: "call", Class: im.ClassTemporary, Code: 10002, Cause: "the service is busy"}
	errRefused = &im.Error{Doing: "send receipts", Class: im.ClassRefused, Code: 10060, Cause: "too many members for receipts"}
)

// fate is what becomes of one call: its error, and whether the service acted nevertheless.
type fate struct {
	err   error
	acted bool
}

// service is a chat service of one user with several devices.
type service struct {
	mu       sync.Mutex
	messages map[model.ConversationID][]*model.Message
	read     map[model.ConversationID]int64
	receipts map[model.ConversationID]map[uint32]int
	notes    []*model.Message
	devices  []*device
	calls    []string
	// decide, if set, says what becomes of a call.
	decide func(call string) fate
}

func newService() *service {
	return &service{
		messages: map[model.ConversationID][]*model.Message{},
		read:     map[model.ConversationID]int64{},
		receipts: map[model.ConversationID]map[uint32]int{},
	}
}

// say stores messages of a customer that ask for receipts.
func (s *service) say(id model.ConversationID, count int) {
	for range count {
		s.mu.Lock()
		sequence := int64(len(s.messages[id]) + 1)
		message := &model.Message{
			Conversation: id, Sequence: sequence, Sender: "guide-li", Random: uint32(sequence),
			ClientTime: time.Now().Unix(), ServerTime: time.Now().Unix(), NeedReceipt: true,
			Elements: []model.Element{model.Text{Text: "有货吗"}},
		}
		s.messages[id] = append(s.messages[id], message)
		devices := slices.Clone(s.devices)
		s.mu.Unlock()
		for _, device := range devices {
			device.push(func() { device.received(message) })
		}
	}
}

// call enters a call in the books; an error ends it.
func (s *service) call(name string, act func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, name)
	var end fate
	if s.decide != nil {
		end = s.decide(name)
	}
	if end.err == nil || end.acted {
		act()
	}
	return end.err
}

// count returns how many calls of a name were made.
func (s *service) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.calls), func(call string) bool { return call != name }))
}

func (s *service) madeCalls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// receiptsOf returns the random numbers of the messages of a conversation that have a receipt.
func (s *service) receiptsOf(id model.ConversationID) []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.receipts[id]))
}

// client is the connection of one life of a device.
type client struct {
	im.Client
	device *device
	dead   func() bool
	can    im.Capabilities
}

func everything() im.Capabilities {
	return im.Capabilities{
		Push: true, MarkRead: true, Receipts: true, SelfNotes: true, History: true, ReceiptBatch: 30, HistoryPage: 20,
	}
}

func (c *client) Self() string                  { return anchor }
func (c *client) Capabilities() im.Capabilities { return c.can }

func (c *client) call(name string, act func()) error {
	if c.dead() || !c.device.online.Load() {
		return errLost
	}
	return c.device.service.call(name, act)
}

func (c *client) MarkRead(_ context.Context, id model.ConversationID, position int64) error {
	s := c.device.service
	var moved bool
	err := c.call("mark_read", func() {
		moved = position > s.read[id]
		s.read[id] = max(s.read[id], position)
	})
	if moved {
		c.device.tellOthers(func(other *device) { other.serviceRead(id, position) })
	}
	return err
}

func (c *client) Send(_ context.Context, out im.Outgoing) (*im.SendResult, error) {
	s := c.device.service
	message := &model.Message{
		Conversation: out.Conversation, Sender: anchor, Random: out.Random, ClientTime: out.ClientTime, Sequence: out.Sequence,
		ServerTime: time.Now().Unix(), Elements: out.Elements, NoUnread: out.NoUnread, NoLastMessage: out.NoLastMessage,
	}
	fresh := false
	err := c.call("note", func() {
		fresh = !slices.ContainsFunc(s.notes, func(old *model.Message) bool { return old.Key() == message.Key() })
		if fresh {
			s.notes = append(s.notes, message)
		}
	})
	if fresh {
		c.device.tellOthers(func(other *device) { other.note(message) })
	}
	return &im.SendResult{ServerTime: message.ServerTime}, err
}

func (c *client) SendReceipts(_ context.Context, group string, sequences []int64) error {
	if len(sequences) > c.can.ReceiptBatch {
		return &im.Error{Doing: "send receipts", Class: im.ClassUsage, Cause: "too many"}
	}
	return c.receipts(model.GroupConversation(group), slices.Values(sequences))
}

func (c *client) SendC2CReceipts(_ context.Context, messages []*model.Message) error {
	return c.receipts(messages[0].Conversation, func(yield func(int64) bool) {
		for _, message := range messages {
			if !yield(int64(message.Random)) {
				return
			}
		}
	})
}

func (c *client) receipts(id model.ConversationID, numbers func(func(int64) bool)) error {
	s := c.device.service
	return c.call("receipts", func() {
		for number := range numbers {
			if s.receipts[id] == nil {
				s.receipts[id] = map[uint32]int{}
			}
			s.receipts[id][uint32(number)]++
		}
	})
}

func (c *client) History(_ context.Context, request im.HistoryRequest) (*im.HistoryPage, error) {
	s := c.device.service
	var page im.HistoryPage
	err := c.call("history", func() {
		all := s.messages[request.Conversation]
		if request.Conversation == model.C2CConversation(anchor) {
			all = s.notes
		}
		end := len(all)
		switch {
		case request.Cursor != "":
			end, _ = strconv.Atoi(request.Cursor)
		case request.Before > 0:
			end = min(end, int(request.Before))
		}
		start := max(0, end-request.Limit)
		page.Messages = slices.Clone(all[start:end])
		page.Next, page.Cursor, page.Complete = int64(start), strconv.Itoa(start), start == 0
	})
	return &page, err
}

// device is one device of the user through all its lives: what it has stored, and its present session.
type device struct {
	t       *testing.T
	service *service
	name    string
	online  atomic.Bool
	can     im.Capabilities
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
	d := &device{t: t, service: s, name: name, can: everything(), budget: -1}
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
		Conversations: d, OnRecord: d.record,
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

// bubble runs a test with its own clock; when it returns, all devices have ended.
func bubble(t *testing.T, test func(*testing.T, *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		defer func() {
			for _, device := range s.devices {
				device.end()
			}
		}()
		test(t, s)
	})
}

// settle lets everything happen that takes less than the time.
func settle(within time.Duration) {
	time.Sleep(within)
	synctest.Wait()
}

func requireEverywhere(t require.TestingT, position int64, id model.ConversationID, devices ...*device) {
	for _, device := range devices {
		require.Equal(t, position, device.position(id), "on %s", device.name)
	}
}
